"""Lower bounds on completion that need no search: from chains of precedence and from the load of the sample units.

In comes a :class:`Timetable`; out come, per test, the earliest finish (head) and the hours that must follow it (tail),
and per product a bound on its completion hour that every plan keeps.
"""

from dataclasses import dataclass

from qilian.routing.openings import last_start, next_start
from qilian.routing.timetable import Timetable


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """What no plan can beat, in hours.

    Attributes
    ----------
    release
        Per test: it cannot start earlier.
    finish
        Per test: it cannot end earlier, ``timetable.never`` if it cannot be done at all.
    tail
        Per test: its product is not complete earlier than so many hours after its end.
    load
        Per test: it takes at least so many hours of a unit, with the shortest move to it.
    completion
        Per product: it cannot be complete earlier.
    """

    release: list[int]
    finish: list[int]
    tail: list[int]
    load: list[int]
    completion: list[int]


def time_bounds(timetable: Timetable) -> TimeBounds:
    """Return heads, tails and completion bounds.

    The head of a test is its earliest finish when it waits only for the tests before it and comes straight from home.
    The tail is the longest chain of shortest durations behind it. A product is not complete before ``head + tail`` of
    any test, nor before its tests and the shortest move to each, shared evenly by its sample units.
    """
    size = timetable.size
    shortest = [min(choice.hours for choice in choices) for choices in timetable.choices]
    release, finish, tail = [0] * size, [timetable.never] * size, [0] * size
    for test in timetable.in_order:
        release[test] = max((finish[before] for before in timetable.before[test]), default=0)
        home = timetable.home[timetable.units_of[timetable.product_of[test]][0]]
        for choice in timetable.choices[test]:
            start = next_start(choice.windows, max(release[test], timetable.hours[home][choice.city]))
            if start >= 0:
                finish[test] = min(finish[test], start + choice.hours)
    for test in reversed(timetable.in_order):
        tail[test] = max((shortest[after] + tail[after] for after in timetable.after[test]), default=0)
    completion: list[int] = []
    load = [0] * size
    for product, tests in enumerate(timetable.tests_of):
        units = len(timetable.units_of[product])
        origins = {timetable.home[timetable.units_of[product][0]]}.union(*(timetable.cities_of[test] for test in tests))
        for test in tests:
            load[test] = min(
                choice.hours + min(timetable.hours[origin][choice.city] for origin in origins)
                for choice in timetable.choices[test]
            )
        chain = max(finish[test] + tail[test] for test in tests)
        completion.append(max(chain, -(-sum(load[test] for test in tests) // units)))
    return TimeBounds(release, finish, tail, load, completion)


def latest_ends(timetable: Timetable, deadline: int) -> list[int]:
    """Return per test the latest hour at which it can end when all tests end by a deadline, -1 if there is none.

    It is the last end that the openings allow before the latest starts of the tests that must follow.
    """
    starts, ends = [-1] * timetable.size, [-1] * timetable.size
    for test in reversed(timetable.in_order):
        limit = min((starts[after] for after in timetable.after[test]), default=deadline)
        for choice in timetable.choices[test]:
            start = last_start(choice.windows, limit - choice.hours)
            if start >= 0:
                starts[test] = max(starts[test], start)
                ends[test] = max(ends[test], start + choice.hours)
    return ends
