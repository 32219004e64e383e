"""The answer to a routing problem: which test is done where, with which sample unit, from when until when.

A :class:`Plan` carries its value and a lower bound that holds for every plan of the problem, and says *proven* only
when the two meet. The format is ``qilian-routing-plan/1``.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

Objective: TypeAlias = Literal["time", "makespan", "price", "distance"]
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
"""``time``: completion hour of the last test, for several products the mean of their completion hours;
``makespan``: the latest completion hour of all products; ``price``: options and transfers in yuan; ``distance``: km."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One test of one product: its bench, the sample unit that it uses, and its hours ``[start, end)``."""

    product: str
    test: str
    bench: str
    unit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every test of a problem at its place and hour.

    Attributes
    ----------
    value, lower_bound
        In the objective's unit: hours, yuan or km. No plan of the problem has a value below the lower bound.
    proven
        True when the value equals the lower bound: no plan is better.
    seconds
        The solver's wall time without start-up. Two plans that differ only in it are equal.
    assignments
        In order of their start.
    """

    objective: Objective
    value: float
    lower_bound: float
    proven: bool
    seconds: float = field(compare=False)
    assignments: tuple[Assignment, ...]

    @property
    def gap(self) -> float:
        """The part of the value that a better plan could save at most, 0 when proven."""
        return (self.value - self.lower_bound) / self.value if self.value > self.lower_bound else 0.0
