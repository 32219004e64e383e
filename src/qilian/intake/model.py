"""The nouns of the room: a :class:`Demand` is a list of :class:`Finding`, each with its place in the text."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from qilian.product import ParameterValue
from qilian.text import Text

Kind: TypeAlias = Literal["parameter", "test", "standard", "market", "date"]


class Stance(StrEnum):
    """What the speaker says of a test, a market or a standard."""

    WANTED = "wanted"
    REFUSED = "refused"
    """Said not to be wanted or not to be meant."""
    HELD = "held"
    """Said to be done already: a report may exist."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters ``[start, end)`` of the text as it was handed in."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a date in words means, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the text says.

    Attributes
    ----------
    kind, id
        What it is about: the id of a parameter, of a test or a heading of tests, of a market; the canonical spelling
        of a standard; the last day of a date.
    name
        What to call it to a reader.
    value
        Of a parameter, in the vocabulary's unit; of a date, its period; None for the others.
    tests
        The test items that a test finding stands for: one, or all under a heading ("EMC").
    spans
        Where it was read, in the order of the text; at least one.
    sure
        False where a reader should look twice: a misspelling was read, or the words name several things.
    """

    kind: Kind
    id: str
    name: Text
    spans: tuple[Span, ...]
    value: ParameterValue | Period | None = None
    tests: tuple[str, ...] = ()
    stance: Stance = Stance.WANTED
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Demand:
    """A text and what was read in it.

    Attributes
    ----------
    on
        The day against which "next month" was reckoned.
    findings
        In the order of the text.
    unread
        Words with content that no finding covers: what a person has to read.
    """

    text: str
    on: date
    findings: tuple[Finding, ...]
    unread: tuple[Span, ...]

    def of(self, kind: Kind, stance: Stance | None = None) -> tuple[Finding, ...]:
        """Return the findings of one kind, of one stance if one is named."""
        return tuple(each for each in self.findings if each.kind == kind and (stance is None or each.stance is stance))

    def words(self, finding: Finding) -> str:
        """Return the words that a finding came from."""
        return " … ".join(self.text[span.start : span.end] for span in finding.spans)

    @property
    def values(self) -> dict[str, ParameterValue]:
        """The values of the product's parameters that were read."""
        return {
            each.id: each.value
            for each in self.of("parameter")
            if each.value is not None and not isinstance(each.value, Period)
        }
