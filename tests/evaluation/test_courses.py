"""Courses to a target: where the straight line lies, when the alert comes, and when it cannot be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.evaluation import Direction, EvaluationError, State, Target, course
from qilian.evaluation.periods import period_end

TARGET = Target("city", "2026-Q4", 100.0, "2025-Q4", 0.0)


@pytest.fixture
def indicator(make_system):
    return make_system(1).indicators[0]


def test_the_line_runs_from_the_baseline_to_the_target_by_days(indicator):
    """31 March is 90 of the 365 days of 2026."""
    found = course(indicator, TARGET, {"2026-Q1": 30.0})
    assert found.steps[0].expected == pytest.approx(100 * 90 / 365)
    assert found.state is State.ON_COURSE
    assert found.gap == pytest.approx(100 * 90 / 365 - 30)


@pytest.mark.parametrize(
    ("figure", "spread", "state"),
    [
        (100, 0, State.REACHED),
        (80, 0, State.ON_COURSE),
        (70, 0, State.BEHIND),
        (70, 3, State.UNSURE),
        (70, 2, State.BEHIND),
    ],
)
def test_an_alert_needs_more_than_the_figures_own_uncertainty(indicator, with_indicator, make_system, figure, spread, state):  # fmt: skip # noqa: E501
    """At the end of September the line asks for 74.8: 70 is 4.8 behind, which twice 3 explains and twice 2 does not."""
    unsure = with_indicator(make_system(1), 0, absolute_uncertainty=float(spread)).indicators[0]
    assert course(unsure, TARGET, {"2026-Q3": float(figure)}).state is state


def test_where_less_is_better_the_line_falls(indicator, with_indicator, make_system):
    """From 90 to 30: half way is about 60."""
    less = with_indicator(make_system(1), 0, direction=Direction.LESS).indicators[0]
    target = Target("city", "2026", 30.0, "2025", 90.0)
    assert course(less, target, {"2026-Q2": 55.0}).state is State.ON_COURSE
    assert course(less, target, {"2026-Q2": 65.0}).state is State.BEHIND
    assert course(less, target, {"2026-Q2": 29.0}).state is State.REACHED


def test_what_lies_ahead_is_the_median_slope_from_the_last_figure_on(indicator):
    """Figures on one line go on along it; one that is far out does not turn the line."""
    days = {period: (period_end(period) - period_end("2025-Q4")).days for period in ("2026-Q1", "2026-Q2", "2026-Q3")}
    found = course(indicator, TARGET, {period: count / 10 for period, count in days.items()})
    assert found.ahead == pytest.approx(36.5)
    assert course(indicator, TARGET, {"2026-Q1": 1.0}).ahead is None


@pytest.mark.parametrize(
    ("target", "figures", "direction", "words"),
    [
        (Target("city", "2026", 5.0), {"2026-Q1": 1.0}, Direction.MORE, "no baseline"),
        (TARGET, {}, Direction.MORE, "no figure after"),
        (TARGET, {"2026-Q1": float("nan")}, Direction.MORE, "no figure after"),
        (TARGET, {"2025-Q3": 1.0}, Direction.MORE, "no figure after"),
        (TARGET, {"2026-Q1": 1.0}, Direction.RANGE, "no straight course"),
    ],
)
def test_where_it_cannot_be_told_it_says_why(with_indicator, make_system, target, figures, direction, words):
    """No state is made up."""
    found = course(with_indicator(make_system(1), 0, direction=direction).indicators[0], target, figures)
    assert found.state is State.UNKNOWN
    assert words in found.reason.en
    assert found.reason.zh


@pytest.mark.parametrize("figures", [{"2026-Q5": 1.0}, {"2026-Q1": 1.0, "2026-03": 2.0}])
def test_periods_that_are_none_or_end_together_are_refused(indicator, figures):
    """Which of the two would count?"""
    with pytest.raises(EvaluationError):
        course(indicator, TARGET, figures)


@given(st.floats(-50, 150), st.floats(0.01, 50))
def test_a_better_figure_never_makes_an_alert(indicator_module, figure, better):
    """From not behind, more is never behind."""
    if course(indicator_module, TARGET, {"2026-Q2": figure}).state is not State.BEHIND:
        assert course(indicator_module, TARGET, {"2026-Q2": figure + better}).state is not State.BEHIND


@pytest.fixture(scope="module")
def indicator_module(make_system):
    return make_system(1).indicators[0]
