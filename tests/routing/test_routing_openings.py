"""Start windows against an hour-by-hour count."""

from hypothesis import given
from hypothesis import strategies as st

from qilian.routing.openings import joined, last_start, next_start, start_windows

HORIZON = 60
intervals = st.lists(
    st.tuples(st.integers(0, HORIZON - 1), st.integers(1, 15)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=5,
).map(joined)


def can_start(staffed, busy, hours, attended, hour):
    """The rules of the format, hour by hour."""
    in_staff = {h for start, end in staffed for h in range(start, end)}
    booked = {h for start, end in busy for h in range(start, end)}
    test = range(hour, hour + hours)
    staff_needed = test if attended else [hour]
    return hour + hours <= HORIZON and all(h in in_staff for h in staff_needed) and not booked.intersection(test)


@given(intervals, intervals, st.integers(1, 20), st.booleans())
def test_windows_hold_exactly_the_hours_in_which_a_test_may_start(staffed, busy, hours, attended):
    windows = start_windows(staffed, busy, hours, attended, HORIZON)
    inside = {hour for first, last in zip(*windows, strict=True) for hour in range(first, last + 1)}
    assert inside == {hour for hour in range(HORIZON + 5) if can_start(staffed, busy, hours, attended, hour)}


@given(intervals, intervals, st.integers(1, 20), st.booleans(), st.integers(0, HORIZON + 5))
def test_next_start_is_the_first_hour_that_is_not_before(staffed, busy, hours, attended, hour):
    windows = start_windows(staffed, busy, hours, attended, HORIZON)
    possible = [h for h in range(hour, HORIZON + 5) if can_start(staffed, busy, hours, attended, h)]
    assert next_start(windows, hour) == (possible[0] if possible else -1)


@given(intervals, intervals, st.integers(1, 20), st.booleans(), st.integers(-5, HORIZON + 5))
def test_last_start_is_the_last_hour_that_is_not_after(staffed, busy, hours, attended, hour):
    windows = start_windows(staffed, busy, hours, attended, HORIZON)
    possible = [h for h in range(min(hour, HORIZON) + 1) if can_start(staffed, busy, hours, attended, h)]
    assert last_start(windows, hour) == (possible[-1] if possible else -1)


def test_touching_intervals_are_one():
    """A night shift from 8 to 20 and 20 to 24 is staffed without a break."""
    assert joined([(20, 24), (8, 20), (30, 31)]) == ((8, 24), (30, 31))
