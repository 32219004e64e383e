"""Whether a figure meets a requirement, and whether help improved it: plain functions of figures and what is better.

A figure may carry its expanded uncertainty (JCGM 100). What lies closer than that to a limit, or to the other figure,
cannot be told.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qilian.evaluation import Direction


class Standing(StrEnum):
    """How a figure stands against a requirement."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "cannot_be_told"


class Verdict(StrEnum):
    """What help came to."""

    IMPROVED = "improved"
    NOT_IMPROVED = "not_improved"
    UNKNOWN = "cannot_be_told"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its expanded uncertainty; zero where none is stated."""

    value: Decimal
    uncertainty: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what a figure has to lie; None: no limit on that side."""

    lower: Decimal | None = None
    upper: Decimal | None = None

    def beyond(self, value: Decimal) -> Decimal:
        """Return how far a value lies outside; zero inside."""
        below = self.lower - value if self.lower is not None else Decimal(0)
        above = value - self.upper if self.upper is not None else Decimal(0)
        return max(below, above, Decimal(0))


def standing(figure: Figure | None, limits: Limits | None) -> Standing:
    """Say how a figure stands: met or missed only if its whole interval is inside, or outside of one limit."""
    if figure is None or limits is None or (limits.lower is None and limits.upper is None):
        return Standing.UNKNOWN
    low, high = figure.value - figure.uncertainty, figure.value + figure.uncertainty
    if not limits.beyond(low) and not limits.beyond(high):
        return Standing.MET
    is_below = limits.lower is not None and high < limits.lower
    is_above = limits.upper is not None and low > limits.upper
    return Standing.MISSED if is_below or is_above else Standing.UNKNOWN


def verdict(before: Figure | None, after: Figure | None, better: Limits | Direction | None) -> Verdict:
    """Say whether help improved a figure.

    Parameters
    ----------
    better
        What is better: nearer to limits (with one limit alone: farther on its good side, too), or more, or less. None:
        nobody said.
    """
    if before is None or after is None or better is None:
        return Verdict.UNKNOWN
    gain = _gain(before.value, after.value, better)
    doubt = (before.uncertainty**2 + after.uncertainty**2).sqrt()
    if gain is None or (doubt and abs(gain) <= doubt):
        return Verdict.UNKNOWN
    return Verdict.IMPROVED if gain > 0 else Verdict.NOT_IMPROVED


def _gain(before: Decimal, after: Decimal, better: Limits | Direction) -> Decimal | None:
    if isinstance(better, Direction):
        return {Direction.MORE: after - before, Direction.LESS: before - after}.get(better)
    match better:
        case Limits(lower=None, upper=None):
            return None
        case Limits(lower=None):
            return before - after
        case Limits(upper=None):
            return after - before
        case _ if not better.beyond(before) and not better.beyond(after):
            return None  # inside on both days: nothing says what is better there
        case _:
            return better.beyond(before) - better.beyond(after)
