"""What an offer states and what a need asks for, and what becomes of the two together.

Numbers stand in the unit of their parameter. What an offer leaves out is unknown, which is neither yes nor no.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qilian.compliance import Truth
from qilian.compliance.conditions import Comparison
from qilian.product import Parameter, ParameterValue
from qilian.scenarios.errors import ScenarioError


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers from one to another, both included: a temperature range, what an axis can be set to."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Statement:
    """What an offer says of one parameter."""

    parameter: Parameter
    value: ParameterValue | Span


@dataclass(frozen=True, slots=True)
class Covers:
    """Wants a range that reaches over another: it works from -10 °C to 40 °C."""

    span: Span


@dataclass(frozen=True, slots=True)
class Wanted:
    """One condition of a need.

    Attributes
    ----------
    test
        A comparison of the compliance room, or :class:`Covers`.
    wish
        True where it is welcome, but an offer fits without it.
    """

    parameter: Parameter
    test: Comparison | Covers
    wish: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A technology: its statements, one for each parameter."""

    id: str
    statements: tuple[Statement, ...]
    by_parameter: Mapping[str, Statement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_parameter = {each.parameter.id: each for each in self.statements}
        if len(by_parameter) != len(self.statements):
            raise ScenarioError("a parameter is stated twice", where=self.id, mend="keep one of the two")
        object.__setattr__(self, "by_parameter", by_parameter)


@dataclass(frozen=True, slots=True)
class Need:
    """What a scenario asks for; without a condition that must hold everything would fit, so that is refused."""

    id: str
    conditions: tuple[Wanted, ...]

    def __post_init__(self) -> None:
        if all(each.wish for each in self.conditions):
            raise ScenarioError("no condition that must hold", where=self.id, mend="give at least one")


class Why(StrEnum):
    """Why a condition is judged as it is."""

    MET = "met"
    FAILS = "fails"
    NOT_STATED = "not_stated"
    OTHER_QUANTITY = "other_quantity"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One condition held against what an offer says.

    Attributes
    ----------
    stated
        In the unit of the condition; as it was written where that cannot be.
    why
        ``PARTLY``: some numbers of a stated range would do and others would not, or a range is wanted and the offer
        speaks of one number. ``OTHER_QUANTITY``: it cannot be put into the unit of the condition.
    by
        By how much a number fails, in the unit of the condition; None for all else.
    """

    wanted: Wanted
    stated: Statement | None
    truth: Truth
    why: Why
    by: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A need and an offer: a judgement for each condition, in the order of the need."""

    need: str
    offer: str
    judgements: tuple[Judgement, ...]

    @property
    def truth(self) -> Truth:
        """Whether the offer fits: all that must hold holds; wishes count for nothing here."""
        musts = {each.truth for each in self.judgements if not each.wanted.wish}
        if Truth.FALSE in musts:
            return Truth.FALSE
        return Truth.UNDECIDED if Truth.UNDECIDED in musts else Truth.TRUE

    @property
    def failing(self) -> tuple[Judgement, ...]:
        """What must hold and does not."""
        return tuple(each for each in self.judgements if not each.wanted.wish and each.truth is Truth.FALSE)

    @property
    def unknown(self) -> tuple[Judgement, ...]:
        """What must hold and cannot be told."""
        return tuple(each for each in self.judgements if not each.wanted.wish and each.truth is Truth.UNDECIDED)

    @property
    def wishes(self) -> tuple[Judgement, ...]:
        """The wishes."""
        return tuple(each for each in self.judgements if each.wanted.wish)

    @property
    def wishes_met(self) -> int:
        """How many wishes hold."""
        return sum(each.truth is Truth.TRUE for each in self.wishes)

    @property
    def is_silent(self) -> bool:
        """Whether the offer says nothing at all of what is asked for."""
        return all(each.why is Why.NOT_STATED for each in self.judgements)
