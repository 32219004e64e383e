"""When a test can start on a bench: the opening hours and bookings of the bench turned into windows of start hours.

In come a bench's staffed and busy hours and a test's length; out come the windows, and the next start after an hour.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import TypeAlias

Interval: TypeAlias = tuple[int, int]
Windows: TypeAlias = tuple[list[int], list[int]]


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return half-open intervals in order, with those that touch or overlap joined into one."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def start_windows(
    staffed: tuple[Interval, ...], busy: tuple[Interval, ...], hours: int, attended: bool, horizon: int
) -> Windows:
    """Return the windows of hours in which a test may start on a bench.

    Parameters
    ----------
    staffed, busy
        Half-open intervals ``[start, end)``, in order and joined.
    hours
        The length of the test.
    attended
        True: the whole test lies in staffed hours. False: it starts in a staffed hour and runs on without staff.
    horizon
        No test ends after this hour.

    Returns
    -------
    Windows
        The first and the last start hour of each window, in order.
    """
    firsts: list[int] = []
    lasts: list[int] = []
    busy_index = 0
    for open_from, open_until in staffed:
        latest = min(open_until - hours if attended else open_until - 1, horizon - hours)
        # A booking that ends before this opening cannot clash with a start in it or in any later one.
        while busy_index < len(busy) and busy[busy_index][1] <= open_from:
            busy_index += 1
        first = open_from
        index = busy_index
        while first <= latest:
            booked_from, booked_until = busy[index] if index < len(busy) else (horizon + 1, horizon + 1)
            last = min(latest, booked_from - hours)
            if first <= last:
                firsts.append(first)
                lasts.append(last)
            first = max(first, booked_until)
            index += 1
    return firsts, lasts


def next_start(windows: Windows, hour: int) -> int:
    """Return the earliest start at or after ``hour``, or -1 when there is none."""
    firsts, lasts = windows
    index = bisect_left(lasts, hour)
    if index == len(lasts):
        return -1
    return max(firsts[index], hour)


def last_start(windows: Windows, hour: int) -> int:
    """Return the latest start at or before ``hour``, or -1 when there is none."""
    firsts, lasts = windows
    index = bisect_right(firsts, hour) - 1
    return min(hour, lasts[index]) if index >= 0 else -1
