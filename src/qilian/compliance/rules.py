"""Rules and implications of a content pack: what binds which product, and what follows by definition.

In comes a YAML document of the pack and its vocabulary; out go frozen :class:`Rule` and :class:`Implication` objects.
Each rule keeps its source, the day it was seen and how sure it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qilian.compliance.conditions import Condition, Locator, read_condition
from qilian.compliance.errors import ComplianceError
from qilian.documents import Document, Trail, shaped
from qilian.product import Confidence, ParameterValue, Vocabulary
from qilian.standards import StandardRef
from qilian.text import Text

EVERY_MARKET = "ALL"
"""The market of rules that bind in every market."""


class ObligationKind(StrEnum):
    """How a rule binds."""

    MANDATORY = "mandatory"
    PRESUMPTION = "presumption"
    STATE_OF_ART = "state_of_art"
    VOLUNTARY = "voluntary"
    CLASSIFICATION = "classification"
    GAP_ALERT = "gap_alert"
    INFORMATION = "information"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class RuleExamples:
    """Values of a product that the rule applies to, and of one that it does not apply to."""

    applies: Mapping[str, ParameterValue]
    does_not_apply: Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one market.

    Attributes
    ----------
    in_force_from, in_force_until
        First and last day on which it binds; None where it has no such day.
    tests
        Ids of the test items that it calls for.
    replaces
        Ids of earlier rules that it takes the place of; information only, the dates of both decide.
    source_seen
        The day on which the sources were read.
    """

    id: str
    title: Text
    market: str
    kind: ObligationKind
    route: Text
    when: Condition
    in_force_from: date | None
    in_force_until: date | None
    references: tuple[StandardRef, ...]
    tests: tuple[str, ...]
    documents: tuple[Text, ...]
    replaces: tuple[str, ...]
    sources: tuple[str, ...]
    source_seen: date
    confidence: Confidence
    note: Text
    examples: RuleExamples
    where: str

    def in_force(self, on: date) -> bool:
        """Return whether it binds on this day, if it applies at all."""
        started = self.in_force_from is None or self.in_force_from <= on
        return started and (self.in_force_until is None or on <= self.in_force_until)


@dataclass(frozen=True, slots=True)
class Implication:
    """What follows by definition: where ``when`` holds, the parameters of ``then`` have these values."""

    id: str
    when: Condition
    then: Mapping[str, ParameterValue]
    reason: Text
    where: str


def read_rules(document: Document, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """Read the rules of one file.

    Raises
    ------
    QilianError
        For the first rule that is not well formed, with file and line.
    """
    from qilian.compliance.door import RuleForm

    forms = shaped(document, document.value, list[RuleForm])
    refuse_doubles(document, [form.id for form in forms])
    return tuple(
        Rule(
            id=form.id,
            title=form.title,
            market=form.market,
            kind=form.kind,
            route=form.route,
            when=read_condition(form.when, vocabulary, locator(document, (index, "when"))),
            in_force_from=form.in_force.from_,
            in_force_until=form.in_force.until,
            references=tuple(StandardRef.parse_or_named(text) for text in form.references),
            tests=tuple(form.tests),
            documents=tuple(form.documents),
            replaces=tuple(form.replaces),
            sources=tuple(form.sources),
            source_seen=form.seen,
            confidence=form.confidence,
            note=form.note,
            examples=RuleExamples(
                _values(form.examples.applies, vocabulary, locator(document, (index, "examples", "applies"))),
                _values(
                    form.examples.does_not_apply, vocabulary, locator(document, (index, "examples", "does_not_apply"))
                ),
            ),
            where=document.where((index,)),
        )
        for index, form in enumerate(forms)
    )


def read_implications(document: Document, vocabulary: Vocabulary) -> tuple[Implication, ...]:
    """Read the implications of one file, in its order.

    Raises
    ------
    QilianError
        For the first implication that is not well formed, with file and line.
    """
    from qilian.compliance.door import ImplicationForm

    forms = shaped(document, document.value, list[ImplicationForm])
    refuse_doubles(document, [form.id for form in forms])
    return tuple(
        Implication(
            id=form.id,
            when=read_condition(form.when, vocabulary, locator(document, (index, "when"))),
            then=_values(form.then, vocabulary, locator(document, (index, "then"))),
            reason=form.reason,
            where=document.where((index,)),
        )
        for index, form in enumerate(forms)
    )


def locator(document: Document, trail: Trail) -> Locator:
    """Return what tells file and line of a trail below ``trail``."""
    return lambda below: document.where((*trail, *below))


def _values(written: Mapping[str, object], vocabulary: Vocabulary, where: Locator) -> dict[str, ParameterValue]:
    values: dict[str, ParameterValue] = {}
    for name, raw in written.items():
        place = where((name,))
        parameter = vocabulary.require(name, place)
        values[parameter.id] = vocabulary.convert(parameter, raw, place)
    return values


def refuse_doubles(document: Document, ids: list[str]) -> None:
    """Raise if an id stands twice in a list of entries."""
    seen: set[str] = set()
    for index, each in enumerate(ids):
        if each in seen:
            raise ComplianceError(f"{each}: written twice", where=document.where((index,)), mend="keep one of the two")
        seen.add(each)
