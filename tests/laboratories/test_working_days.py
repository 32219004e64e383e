"""Deadlines skip weekends and statutory holidays, and count make-up working days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.laboratories.working_days import after, between, is_working_day


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 25), 5, date(2026, 12, 2)),  # over a weekend
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day holidays of 1 to 7 October 2026
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # from a Friday
    ],
)
def test_a_deadline_skips_what_is_no_working_day(start, days, end):
    assert after(start, days) == end


def test_a_make_up_day_on_a_weekend_counts():
    """Saturday, 10 October 2026, is worked for the holidays before it."""
    assert date(2026, 10, 10).weekday() == 5
    assert is_working_day(date(2026, 10, 10))


@given(st.dates(date(2025, 1, 1), date(2027, 12, 1)), st.integers(0, 30))
def test_counting_is_the_inverse_of_adding(start, days):
    """What was added is what is counted, and a deadline is a working day."""
    end = after(start, days)
    assert between(start, end) == days
    assert days == 0 or is_working_day(end)
