"""Reads a demand in free words, Chinese or English: the room's one verb.

Standards, dates, patterns and quantities are found by grammar; words by the lexicon of the pack; then each quantity is
given to the nearest word that can own it, and each clause is asked what it refuses. Nothing is concluded from what was
read: that is the business of the rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qilian.intake.binding import Binding, bind
from qilian.intake.dates import DateWords, find_dates
from qilian.intake.errors import IntakeError
from qilian.intake.fillers import CHINESE, ENGLISH
from qilian.intake.lexicon import Lexicon, read_lexicon
from qilian.intake.model import Demand, Finding, Span, Stance
from qilian.intake.plain import PlainText, Token, make_plain, tokens_of
from qilian.intake.quantities import find_quantities, number_of
from qilian.intake.stance import clauses_of, operators_in, stances_of
from qilian.intake.values import value_findings
from qilian.intake.word_search import Word, find_words
from qilian.planning import Pack
from qilian.product import Parameter
from qilian.standards import StandardRef, locate_references
from qilian.text import Text

MAX_LENGTH = 5000

Place = tuple[int, int]


def read_demand(text: str, pack: Pack, *, on: date, lexicon: Lexicon | None = None) -> Demand:
    """Return what a text asks for.

    Parameters
    ----------
    on
        The day on which it was said: "next month" is reckoned from it.
    lexicon
        The pack's words, where the caller keeps them; read from the pack otherwise.

    Raises
    ------
    IntakeError
        If the text is empty or longer than MAX_LENGTH.
    QilianError
        If the pack's words cannot be read.
    """
    if not text.strip():
        raise IntakeError("an empty demand", mend="write what is to be tested")
    if len(text) > MAX_LENGTH:
        raise IntakeError(f"a demand of {len(text)} characters", mend=f"write at most {MAX_LENGTH}")
    return _Reading(make_plain(text), pack, lexicon or read_lexicon(pack), on).demand(text)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One text on its way: each step takes the places that the steps before it left."""

    plain: PlainText
    pack: Pack
    lexicon: Lexicon
    on: date

    def demand(self, text: str) -> Demand:
        plain = self.plain.text
        references = locate_references(plain)
        taken: list[Place] = [(start, end) for _, start, end in references]
        dates = [each for each in find_dates(plain, self.on) if _free(each.start, each.end, taken)]
        taken += [(each.start, each.end) for each in dates]
        patterns = list(self._patterns(taken))
        taken += [place for _, _, place in patterns]
        tokens = [token for token in tokens_of(plain) if _free(token.start, token.end, taken)]
        words = find_words(tokens, self.lexicon, ENGLISH)
        word_places = [(word.start, word.end) for word in words]
        quantities = [
            each
            for each in find_quantities(plain)
            if _free(each.start, each.end, taken) and not any(s <= each.start and each.end <= e for s, e in word_places)
        ]
        clauses = clauses_of(plain, taken + [(each.start, each.end) for each in quantities])
        given = {name for name, _, _ in patterns}
        bindings = bind(plain, clauses, words, quantities, self.pack.vocabulary, given, self.lexicon.edges)
        bound = {each.word for each in bindings if each.word is not None}
        stances = self._stances(words, references, clauses)
        findings = [
            *self._from_patterns(patterns),
            *self._from_bindings(bindings, words),
            *value_findings(self.plain, words, stances, self.pack.vocabulary),
            *self._tests_and_markets(words, bound, stances),
            *self._standards(references, len(words), stances),
            *self._dates(dates),
        ]
        merged = _merged(findings)
        return Demand(text, self.on, merged, self._unread(merged))

    def _patterns(self, taken: Sequence[Place]) -> Iterator[tuple[str, float, Place]]:
        """Yield parameter, value and place of what the pack's patterns read."""
        for pattern in self.lexicon.patterns:
            for match in pattern.expression.finditer(self.plain.text):
                if not _free(match.start(), match.end(), taken):
                    continue
                for name, written in zip(pattern.parameters, match.groups(), strict=False):
                    value = None if written is None else _number(written, self.pack.vocabulary[name])
                    if value is not None:
                        yield name, value, (match.start(), match.end())

    def _stances(
        self, words: Sequence[Word], references: Sequence[tuple[StandardRef, int, int]], clauses: Sequence[Place]
    ) -> dict[int, Stance]:
        """Return the stance of each word, then of each reference, by index; a parameter's bare name has none."""
        places = [*((word.start, word.end) for word in words), *((start, end) for _, start, end in references)]
        refusable = [
            index
            for index in range(len(places))
            if index >= len(words) or any(sense.kind != "parameter" for sense in words[index].senses)
        ]
        order = sorted(refusable, key=lambda index: places[index])
        found = stances_of(
            self.plain.text, clauses, [places[index] for index in order], [(word.start, word.end) for word in words]
        )
        return {order[index]: stance for index, stance in found.items()}

    def _from_patterns(self, patterns: Sequence[tuple[str, float, Place]]) -> Iterator[Finding]:
        for name, value, place in patterns:
            yield self._parameter(name, value, [place])

    def _from_bindings(self, bindings: Sequence[Binding], words: Sequence[Word]) -> Iterator[Finding]:
        for each in bindings:
            places = [(each.quantity.start, each.quantity.end)]
            sure = each.sure
            if each.word is not None:
                places.append((words[each.word].start, words[each.word].end))
                sure = sure and words[each.word].exact
            yield self._parameter(each.parameter, each.value, sorted(places), sure)

    def _parameter(self, name: str, value: float, places: Sequence[Place], sure: bool = True) -> Finding:
        spans = tuple(self.plain.span(*place) for place in places)
        return Finding("parameter", name, self.pack.vocabulary[name].label, spans, value, sure=sure)

    def _tests_and_markets(
        self, words: Sequence[Word], bound: set[int], stances: dict[int, Stance]
    ) -> Iterator[Finding]:
        for index, word in enumerate(words):
            stance = stances.get(index, Stance.WANTED)
            spans = (self.plain.span(word.start, word.end),)
            for sense in word.senses:
                if sense.kind == "test" and index not in bound:
                    heading = self.lexicon.headings[sense.id]
                    yield Finding(
                        "test", heading.id, heading.name, spans, tests=heading.tests, stance=stance, sure=word.exact
                    )
                elif sense.kind == "market":
                    said = Stance.REFUSED if stance is Stance.REFUSED else Stance.WANTED
                    name = self.pack.markets[sense.id]
                    yield Finding("market", sense.id, name, spans, stance=said, sure=word.exact)

    def _standards(
        self, references: Sequence[tuple[StandardRef, int, int]], offset: int, stances: dict[int, Stance]
    ) -> Iterator[Finding]:
        for index, (ref, start, end) in enumerate(references):
            name = str(ref)
            stance = stances.get(offset + index, Stance.WANTED)
            yield Finding("standard", name, Text(name, name), (self.plain.span(start, end),), stance=stance)

    def _dates(self, dates: Sequence[DateWords]) -> Iterator[Finding]:
        for each in dates:
            last = each.period.last.isoformat()
            yield Finding("date", last, Text(last, last), (self.plain.span(each.start, each.end),), each.period)

    def _unread(self, findings: Sequence[Finding]) -> tuple[Span, ...]:
        covered = [False] * len(self.plain.text)
        read = {place for finding in findings for span in finding.spans for place in range(span.start, span.end)}
        for place, origin in enumerate(self.plain.origins[:-1]):
            covered[place] = origin in read
        for start, end in operators_in(self.plain.text):
            covered[start:end] = [True] * (end - start)
        return tuple(_rest(self.plain, covered))


def _rest(plain: PlainText, covered: list[bool]) -> Iterator[Span]:
    """Yield the pieces with content that nothing covers."""
    for match in CHINESE.finditer(plain.text):
        if not any(covered[match.start() : match.end()]):
            covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    left: list[Token] = []
    for token in [*tokens_of(plain.text), None]:
        content = token is not None and not all(covered[token.start : token.end]) and _has_content(token.form)
        if content and token is not None and (not left or token.start - left[-1].end <= 1):
            left.append(token)
            continue
        if left:
            piece = plain.text[left[0].start : left[-1].end]
            if len(left) > 1 or not _is_chinese(piece):
                yield plain.span(left[0].start, left[-1].end)
        left = [token] if content and token is not None else []


def _has_content(form: str) -> bool:
    return form not in ENGLISH and (form.isalnum())


def _is_chinese(piece: str) -> bool:
    return len(piece) == 1 and not piece.isascii()


def _number(written: str, parameter: Parameter) -> float | None:
    """Return what a pattern's group says: a bare number, or a number with its unit."""
    quantity = next(find_quantities(written), None)
    if quantity is not None and quantity.fits(parameter):
        return quantity.value(parameter, quantity.numbers[0])
    try:
        value = number_of(written.strip())
    except ValueError:
        return None
    low, high = parameter.minimum, parameter.maximum
    inside = (low is None or value >= low) and (high is None or value <= high)
    return value if inside and parameter.unit is None else None


def _free(start: int, end: int, taken: Sequence[Place]) -> bool:
    return not any(start < there_end and there < end for there, there_end in taken)


def _merged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Join what was said twice; of two values of one parameter the first counts, and is no longer sure."""
    found: dict[tuple[str, str, str], Finding] = {}
    for each in findings:
        key = (each.kind, each.id, "" if each.kind == "parameter" else each.stance)
        first = found.get(key)
        if first is None:
            found[key] = each
            continue
        spans = tuple(sorted({*first.spans, *each.spans}))
        value, sure = first.value, first.sure and each.sure
        if isinstance(value, frozenset) and isinstance(each.value, frozenset):
            value = value | each.value
        elif value != each.value and each.kind == "parameter":
            spans, sure = first.spans, False
        found[key] = replace(first, spans=spans, value=value, sure=sure)
    return tuple(sorted(found.values(), key=lambda finding: (finding.spans[0], finding.kind, finding.id)))
