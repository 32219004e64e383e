"""What binds a product in its markets on a date: in come values, rules and implications, out goes an assessment.

Every obligation says why: the parameters and values that decided it, and which implication gave a value that the
product file does not give. What is unknown leaves a rule undecided; nothing is guessed.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qilian.compliance.conditions import Truth, Values
from qilian.compliance.errors import ComplianceError
from qilian.compliance.implying import Contradiction, Implied, close
from qilian.compliance.rules import EVERY_MARKET, Implication, Rule
from qilian.product import ParameterValue, Vocabulary
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """A value that decided a rule; ``implied_by`` names the implication that gave it, None where it was given."""

    parameter: str
    value: ParameterValue
    implied_by: str | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """A rule of the chosen markets and its outcome for the product.

    Attributes
    ----------
    outcome
        Applies, does not apply, or undecided; a rule that is not in force does not apply.
    because
        A smallest set of values that suffices for the outcome; empty where it is undecided or not in force.
    missing
        Parameters that would have to be known, where it is undecided.
    """

    rule: Rule
    outcome: Truth
    because: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was asked, and the outcome of every rule of the chosen markets, in the order of the pack.

    Attributes
    ----------
    values
        Given and implied values by parameter id.
    conflicts
        One line for each value that contradicts what follows by definition; the given value was kept.
    pending
        Implications that could still take effect if more were known.
    """

    obligations: tuple[Obligation, ...]
    values: Mapping[str, ParameterValue]
    implied: Mapping[str, Implied]
    conflicts: tuple[Text, ...]
    markets: tuple[str, ...]
    on: date
    vocabulary: Vocabulary
    pending: tuple[Implication, ...]

    @property
    def applying(self) -> tuple[Obligation, ...]:
        """The obligations that apply."""
        return self._with_outcome(Truth.TRUE)

    @property
    def undecided(self) -> tuple[Obligation, ...]:
        """The obligations that depend on what is unknown."""
        return self._with_outcome(Truth.UNDECIDED)

    def _with_outcome(self, outcome: Truth) -> tuple[Obligation, ...]:
        return tuple(obligation for obligation in self.obligations if obligation.outcome is outcome)


def assess(
    values: Values,
    rules: Sequence[Rule],
    implications: Sequence[Implication],
    vocabulary: Vocabulary,
    markets: Sequence[str],
    on: date,
) -> Assessment:
    """Judge every rule of the chosen markets for one product.

    Parameters
    ----------
    values
        The product's values by parameter id, in the vocabulary's units; what is absent is unknown.
    markets
        ``CN`` takes in its sub-markets (``CN-ZJ``) and the rules of every market; ``CN-ZJ`` takes in ``CN``, too,
        because the law of the whole binds the part.
    on
        The day of placing on the market.

    Raises
    ------
    ComplianceError
        For a market that no rule speaks of.
    """
    chosen = _markets_of(markets, rules)
    closure = close(values, implications)
    known = closure.values
    implied_by = {name: implied.implication.id for name, implied in closure.implied.items()}
    reasons: dict[str, Reason] = {}  # one for each parameter, shared by all the rules that it decides
    obligations: list[Obligation] = []
    for rule in rules:
        if rule.market not in chosen:
            continue
        if not rule.in_force(on):
            obligations.append(Obligation(rule, _FALSE, in_force=False))
            continue
        verdict = rule.when.verdict(known)
        for name in verdict.because:
            if name not in reasons:
                reasons[name] = Reason(name, known[name], implied_by.get(name))
        because = tuple([reasons[name] for name in verdict.because])
        obligations.append(Obligation(rule, verdict.truth, because, verdict.missing))
    return Assessment(
        obligations=tuple(obligations),
        values=known,
        implied=closure.implied,
        conflicts=tuple(_said(contradiction) for contradiction in closure.contradictions),
        markets=tuple(dict.fromkeys(markets)),
        on=on,
        vocabulary=vocabulary,
        pending=closure.pending,
    )


def plain_value(value: ParameterValue) -> str:
    """Return a value as people write it: true, 48, [bluetooth, wifi_5g]."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def known_markets(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the markets that can be asked for: those of the rules and what they are part of."""
    of_rules = {rule.market for rule in rules} - {EVERY_MARKET}
    return tuple(sorted(of_rules | {whole for market in of_rules for whole in _wholes(market)}))


def part_of(market: str, whole: str) -> bool:
    """Return whether a market is a part of another one: CN-ZJ of CN."""
    return market.startswith(f"{whole}-")


def binds_in(market: str, asked: str) -> bool:
    """Return whether rules of ``market`` bind, at least in part, in the market ``asked``."""
    return market in (EVERY_MARKET, asked) or part_of(market, asked) or part_of(asked, market)


def _markets_of(markets: Sequence[str], rules: Sequence[Rule]) -> frozenset[str]:
    """Return the markets whose rules bind in ``markets``."""
    known = known_markets(rules)
    if not markets:
        raise ComplianceError("no market", mend=f"name one or more of {', '.join(known)}")
    for market in markets:
        if market not in known:
            near = difflib.get_close_matches(market[:20].upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ComplianceError(f"{market[:40]}: unknown market", mend=f"one of {', '.join(known)}{hint}")
    return frozenset(each for each in (EVERY_MARKET, *known) if any(binds_in(each, market) for market in markets))


def _said(contradiction: Contradiction) -> Text:
    implication = contradiction.implication
    name, reason = contradiction.parameter, implication.reason
    known, follows = (plain_value(v) for v in (contradiction.value, implication.then[name]))
    return Text(
        f"{name}：已知为 {known}，但由 {implication.id} 应为 {follows}（{reason.say('zh')}）",
        f"{name}: {known}, but {follows} follows by {implication.id} ({reason.say('en')})",
    )


def _wholes(market: str) -> list[str]:
    """Return the markets that this one is part of: CN-ZJ → CN."""
    parts = market.split("-")
    return ["-".join(parts[:length]) for length in range(1, len(parts))]


_FALSE = Truth.FALSE  # an enum's attribute is slow to reach
