"""The grammar of "no", "without" and "already done": which of the things named in a clause are not wanted.

A word of refusal takes what follows it in its clause, up to a turn ("but", 只); where nothing follows, it takes what
stands before it ("EMC is not needed", EMC不用做). This is grammar of Chinese and English, not of any product.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qilian.intake.model import Stance

_HELD = (
    r"已有|已经有|已经做过?了?|已做过?|做过了?|已通过|已经通过|已取得|手上有|"
    r"\balready (?:have|has|had|done|hold|passed|tested)\b|\b(?:has|have|is|are|was) already\b|\balready\b"
)
_REFUSED = (
    r"不需要|暂时不|暂不|不用|不必|不想|不做|不测|不要|不含|不带|不是|不在|不属于|无需|无须|没有|没|免测|免做|免于|免|"
    r"除了?|以外|之外|别|非|不|无|"
    r"\b(?:do|does|did|is|are|was|were|will|would|need|should) ?n[o']?t\b|\b(?:don|doesn|isn|aren|needn|won)'t\b|"
    r"\bcannot\b|\bno\b|\bnot\b|\bwithout\b|\bneither\b|\bnor\b|\bskip\b|\bexcept(?: for)?\b|\bexcluding\b|\bnever\b"
)
_NEUTRAL = (
    r"不仅|不但|不只|不光|非常|不锈钢|不超过|不大于|不小于|不低于|不高于|不晚于|不少于|不着急|不急|别超过|有没有|是不是|能不能|"
    r"要不要|需不需要|可不可以|会不会|不同|不一样|不一致|非标|没问题|无人|除尘|"
    r"\bnot only\b|\bno (?:later|more|less|fewer) than\b|\bnot (?:more|less|later) than\b|"
    r"\bwhether or not\b|\bno\.\s?\d"
)
_OPERATOR = re.compile(rf"(?P<neutral>{_NEUTRAL})|(?P<held>{_HELD})|(?P<refused>{_REFUSED})", re.IGNORECASE)
_TURN = re.compile(
    r"但是?|而是|只要?|就要?|仅|还要|需要|\bbut\b|\bonly\b|\bjust\b|\binstead\b|\byes\b|\bplease\b", re.IGNORECASE
)
_SHORT = "".join(rf"(?<!\b{each})" for each in ("approx", "ca", "incl", "max", "min", "no", "abt", "appr", "excl"))
_CLAUSE_END = re.compile(rf"[,，。；;!?！？\n]|{_SHORT}\.(?=\s|\Z)|(?<=\s)-(?=\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operator:
    """A word of refusal or of "already done" in the plain text."""

    stance: Stance
    start: int
    end: int


def clauses_of(plain: str, joined: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the clauses as ``[start, end)``; signs within a ``joined`` place (a reference, a date) do not end one."""
    edges = [
        match.end()
        for match in _CLAUSE_END.finditer(plain)
        if not any(start <= match.start() < end for start, end in joined)
    ]
    starts = [0, *edges]
    return tuple(zip(starts, [*edges, len(plain)], strict=True))


def stances_of(
    plain: str, clauses: Sequence[tuple[int, int]], named: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]]
) -> dict[int, Stance]:
    """Return the stance of each of the ``named`` places that is refused or held, by its index.

    Parameters
    ----------
    named
        Places ``[start, end)`` of what can be refused, in order.
    words
        Places of all words of the lexicon: an operator within one of them ("无线") is none.
    """
    found: dict[int, Stance] = {}
    for start, end in clauses:
        inside = [index for index, place in enumerate(named) if start <= place[0] < end]
        operators = [each for each in _operators(plain, start, end) if not _within(each, words)]
        for number, operator in enumerate(operators):
            until = operators[number + 1].start if number + 1 < len(operators) else end
            turn = _TURN.search(plain, operator.end, until)
            after = [index for index in inside if operator.end <= named[index][0] < (turn.start() if turn else until)]
            since = operators[number - 1].end if number else start
            turns = [each.end() for each in _TURN.finditer(plain, since, operator.start)]
            before = [index for index in inside if max([since, *turns]) <= named[index][0] < operator.start]
            for index in after or before:
                found.setdefault(index, operator.stance)
    return found


def operators_in(plain: str) -> tuple[tuple[int, int], ...]:
    """Return the places of all words of refusal."""
    return tuple((each.start, each.end) for each in _operators(plain, 0, len(plain)))


def _operators(plain: str, start: int, end: int) -> Iterator[Operator]:
    for match in _OPERATOR.finditer(plain, start, end):
        if not match["neutral"]:
            yield Operator(Stance.HELD if match["held"] else Stance.REFUSED, match.start(), match.end())


def _within(operator: Operator, words: Sequence[tuple[int, int]]) -> bool:
    return any(start < operator.end and operator.start < end for start, end in words)
