"""How a subject stands: its current figures of a system, each with its course to the target of its level."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from qilian.evaluation import Course, Indicator, IndicatorSystem, Target, course, period_end, periods_before
from qilian.portal.evaluation.computing import is_computed
from qilian.portal.evaluation.models import Figure
from qilian.portal.evaluation.subjects import Subject
from qilian.text import Language

_QUARTERS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of a subject in a period.

    Attributes
    ----------
    figure
        The current one of the period, None where there is none.
    course
        None where its level has no target.
    is_computed
        Whether the portal computes it.
    """

    indicator: Indicator
    figure: Figure | None
    course: Course | None
    is_computed: bool


def lines_of(subject: Subject, system: IndicatorSystem, period: str, rows: Iterable[Figure]) -> list[Line]:
    """Return a line for each indicator of a system.

    Parameters
    ----------
    rows
        The subject's current figures of the system, of all periods.
    """
    by_indicator: dict[str, dict[str, Figure]] = {}
    for row in rows:
        by_indicator.setdefault(row.indicator, {})[row.period] = row
    return [
        Line(
            indicator,
            by_indicator.get(indicator.id, {}).get(period),
            course_of(indicator, subject.level, period, by_indicator.get(indicator.id, {})),
            is_computed(indicator),
        )
        for indicator in system.indicators
    ]


def course_of(indicator: Indicator, level: str, period: str, figures: dict[str, Figure]) -> Course | None:
    """Return the course of figures by period, up to one period, to the level's next target; None without a target."""
    end = period_end(period)
    target = _target(indicator, level, end)
    if target is None:
        return None
    known = {name: row.value for name, row in figures.items() if row.value is not None and period_end(name) <= end}
    kinds = Counter(len(name) for name in known)
    kind = kinds.most_common(1)[0][0] if kinds else 0
    return course(indicator, target, {name: value for name, value in known.items() if len(name) == kind})


def periods(today: date | None = None, known: Iterable[str] = ()) -> list[str]:
    """Return the periods to choose from, the latest first: the last quarters, this year, and those with figures."""
    day = today or timezone.localdate()
    quarters = periods_before(f"{day.year}-Q{(day.month + 2) // 3}", _QUARTERS)
    found = {*quarters, str(day.year), *known}
    return sorted(found, key=lambda name: (period_end(name), len(name)), reverse=True)


def present_period(known: Iterable[str]) -> str:
    """Return the period that a page opens with: the latest that has figures, else the quarter that ended last."""
    ends = sorted(known, key=lambda name: (period_end(name), len(name)))
    day = timezone.localdate()
    return ends[-1] if ends else periods_before(f"{day.year}-Q{(day.month + 2) // 3}", 2)[0]


def picture(course: Course, language: Language) -> dict[str, object]:
    """Return a course as the values of its picture: figures, the straight line, the target."""
    target = course.target
    return {
        "unit": course.indicator.unit.say(language),
        "periods": [target.baseline_period, *(step.period for step in course.steps)]
        + ([target.period] if not course.steps or course.steps[-1].period != target.period else []),
        "figures": [None, *(step.figure for step in course.steps)],
        "expected": [target.baseline, *(step.expected for step in course.steps)]
        + ([target.value] if not course.steps or course.steps[-1].period != target.period else []),
        "ahead": course.ahead,
    }


def _target(indicator: Indicator, level: str, end: date) -> Target | None:
    """Return the level's first target that ends on that day or later, else its last one."""
    own = sorted((each for each in indicator.targets if each.level == level), key=lambda each: period_end(each.period))
    return next((each for each in own if period_end(each.period) >= end), own[-1] if own else None)
