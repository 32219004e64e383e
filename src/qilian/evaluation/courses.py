"""Whether an indicator is on its way: its figures so far against a straight line from the baseline to the target.

In come the indicator, a target and figures by period; out comes a :class:`Course`, with an alert where the figures
miss the line by more than their own uncertainty explains. Where it cannot be told, it says why.
"""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.periods import period_end
from qilian.evaluation.systems import Direction, Indicator, Target
from qilian.text import Text

SURE = 2.0
"""How many standard uncertainties a figure may lie off its course before that counts; about 95 % for a normal error."""


class State(StrEnum):
    """Where an indicator stands."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    UNSURE = "unsure"
    """Off the line, but by no more than its uncertainty."""
    BEHIND = "behind"
    """The alert."""
    UNKNOWN = "cannot_be_told"


@dataclass(frozen=True, slots=True)
class Step:
    """A figure at the end of a period, and what the line asks for then."""

    period: str
    figure: float
    expected: float


@dataclass(frozen=True, slots=True)
class Course:
    """An indicator on its way to a target.

    Attributes
    ----------
    gap
        How far the last figure is behind the line, in the unit, by the direction that is better: positive is behind.
    ahead
        What the figures so far point to at the end of the target's period: the median of the slopes between any two
        of them (Theil 1950, Sen 1968), from the last one on; None with fewer than three.
    reason
        Why it cannot be told, where it cannot.
    """

    indicator: Indicator
    target: Target
    state: State
    steps: tuple[Step, ...] = ()
    gap: float | None = None
    ahead: float | None = None
    reason: Text = Text("", "")  # noqa: RUF009 - a frozen value


def course(indicator: Indicator, target: Target, figures: Mapping[str, float]) -> Course:
    """Compare figures by period with the straight line to a target.

    Parameters
    ----------
    figures
        In the indicator's unit; what is NaN or absent is missing. Periods after the target's are left out.

    Raises
    ------
    EvaluationError
        If what is named is no period, or two periods end on the same day.
    """
    try:
        ends = {period: period_end(period) for period in figures}
    except ValueError as error:
        raise EvaluationError(f"{indicator.id}: {error}") from None
    if len(set(ends.values())) < len(ends):
        raise EvaluationError(f"{indicator.id}: two periods end on the same day", mend="keep one of the two")
    end = period_end(target.period)
    if indicator.direction is Direction.RANGE:
        return _unknown(indicator, target, Text("区间型指标没有直线进度", "a range has no straight course"))
    if target.baseline_period is None or target.baseline is None:
        return _unknown(indicator, target, Text("目标没有基线", "the target has no baseline"))
    start = period_end(target.baseline_period)
    known = sorted(
        (ends[period], period, figure)
        for period, figure in figures.items()
        if figure == figure and start < ends[period] <= end
    )
    if not known:
        return _unknown(indicator, target, Text("基线之后没有数值", "no figure after the baseline"))
    steps = tuple(
        Step(period, figure, _expected(target.baseline, start, target.value, end, day)) for day, period, figure in known
    )
    better = 1.0 if indicator.direction is Direction.MORE else -1.0
    last = steps[-1]
    gap = (last.expected - last.figure) * better
    ahead = _ahead([(start, target.baseline), *((day, figure) for day, _, figure in known)], end)
    return Course(indicator, target, _state(indicator, target, last, gap, better), steps, gap, ahead)


def _expected(first: float, start: date, last: float, end: date, on: date) -> float:
    return first + (last - first) * ((on - start).days / (end - start).days)


def _state(indicator: Indicator, target: Target, last: Step, gap: float, better: float) -> State:
    if (last.figure - target.value) * better >= 0:
        return State.REACHED
    if gap <= 0:
        return State.ON_COURSE
    spread = ((last.figure * indicator.relative_uncertainty) ** 2 + indicator.absolute_uncertainty**2) ** 0.5
    return State.UNSURE if gap <= SURE * spread else State.BEHIND


def _ahead(points: list[tuple[date, float]], end: date) -> float | None:
    if len(points) < 3:
        return None
    slopes = [
        (value - before) / (day - earlier).days
        for place, (day, value) in enumerate(points)
        for earlier, before in points[:place]
    ]
    day, value = points[-1]
    return value + statistics.median(slopes) * (end - day).days


def _unknown(indicator: Indicator, target: Target, reason: Text) -> Course:
    return Course(indicator, target, State.UNKNOWN, reason=reason)
