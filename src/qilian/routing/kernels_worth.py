"""The inner loops that value tests by hours, compiled: what relaxed routes can collect, and worths that no route can.

Arrays come in, arrays are filled. ``finish[hour, pair]`` is the earliest finish of a test in a city (a pair) for a unit
that can be there from ``hour`` on; ``most[hour, city]`` the most worth that a unit in a city can still collect before
the deadline when it may do a test again, only not twice running (2-cycle elimination), and ``first`` the test which it
does first; each for the best and for the best with another first test.
"""

import numpy as np
from numpy.typing import NDArray

from qilian.routing.jit import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Hours = NDArray[np.uint16]
Flags = NDArray[np.bool_]

_TOO_MUCH = 1 << 29
"""Worth is cut off here, far above the worth of all tests together."""


@compiled
def fill_finish(firsts: Ints, lasts: Ints, hours: int, bench: int, finish: Hours, start: Hours, benches: Hours) -> None:
    """Lower ``finish`` to what one option with these start windows allows; ties take the latest start."""
    latest = len(finish) - 2
    window = len(firsts) - 1
    for hour in range(latest, -1, -1):
        while window > 0 and lasts[window - 1] >= hour:
            window -= 1
        if window < 0 or lasts[window] < hour:
            continue
        begin = max(hour, firsts[window])
        end = begin + hours
        if end <= latest and (end < finish[hour] or (end == finish[hour] and begin > start[hour])):
            finish[hour], start[hour], benches[hour] = end, begin, bench


@compiled
def collect(
    finish: Hours,
    test_of: Ints,
    by_city: Longs,
    city_from: Longs,
    quiet: Flags,
    worth: Ints,
    move: Ints,
    last: Ints,
    ends_unit: Flags,
    deadline: int,
    most: Ints,
    first: Ints,
    service: Ints,
    served: Ints,
) -> None:
    """Fill ``most`` and ``first``, and for an arrival in a city ``service`` and ``served`` in the same way.

    ``by_city`` lists the pairs city after city; in a ``quiet`` hour an arrival in a city is as good as an hour later.
    """
    cities = move.shape[0]
    for hour in range(deadline, len(most)):
        for city in range(cities):
            for rank in range(2):
                most[hour, city, rank], first[hour, city, rank] = 0, -1
                service[hour, city, rank], served[hour, city, rank] = -1, -1
    for hour in range(deadline - 1, -1, -1):
        for city in range(cities):
            if quiet[hour, city]:
                for rank in range(2):
                    service[hour, city, rank] = service[hour + 1, city, rank]
                    served[hour, city, rank] = served[hour + 1, city, rank]
                continue
            best, other, test_best, test_other = np.int32(-1), np.int32(-1), np.int32(-1), np.int32(-1)
            for index in range(city_from[city], city_from[city + 1]):
                pair = by_city[index]
                end = finish[hour, pair]
                test = test_of[pair]
                if end > last[test]:
                    continue
                value = worth[test]
                if not ends_unit[test]:
                    value += most[end, city, 1] if first[end, city, 0] == test else most[end, city, 0]
                    value = min(value, np.int32(_TOO_MUCH))
                if value > other:
                    if value > best:
                        other, test_other = best, test_best
                        best, test_best = value, test
                    else:
                        other, test_other = value, test
            service[hour, city, 0], served[hour, city, 0] = best, test_best
            service[hour, city, 1], served[hour, city, 1] = other, test_other
        for city in range(cities):
            best, test_best = most[hour + 1, city, 0], first[hour + 1, city, 0]
            other, test_other = most[hour + 1, city, 1], first[hour + 1, city, 1]
            for there in range(cities):
                arrives = hour + move[city, there]
                if arrives >= deadline or quiet[arrives, there]:
                    continue
                for rank in range(2):
                    value = service[arrives, there, rank]
                    if value <= other:
                        break
                    test = served[arrives, there, rank]
                    if value > best:
                        if test != test_best:
                            other, test_other = best, test_best
                        best, test_best = value, test
                    elif test != test_best:
                        other, test_other = value, test
            most[hour, city, 0], first[hour, city, 0] = best, test_best
            most[hour, city, 1], first[hour, city, 1] = other, test_other


@compiled
def count_visits(
    finish: Hours,
    pair_of: Ints,
    move: Ints,
    ends_unit: Flags,
    deadline: int,
    most: Ints,
    first: Ints,
    service: Ints,
    served: Ints,
    home: int,
    visits: Longs,
) -> None:
    """Count how often the relaxed route of most worth does each test."""
    visits[:] = 0
    hour, city, previous = 0, home, -1
    while hour < deadline:
        rank = 1 if previous >= 0 and first[hour, city, 0] == previous else 0
        value, test = most[hour, city, rank], first[hour, city, rank]
        if test < 0 or value <= 0:
            return
        found = -1
        for there in range(move.shape[0]):
            arrives = hour + move[city, there]
            if arrives >= deadline or found >= 0:
                continue
            for place in range(2):
                if served[arrives, there, place] == test and service[arrives, there, place] == value:
                    found = there
        if found < 0:  # it waits
            hour += 1
            continue
        visits[test] += 1
        hour = int(finish[hour + move[city, found], pair_of[test, found]])
        city, previous = found, test
        if ends_unit[test]:
            return


@compiled
def ascend(
    finish: Hours,
    test_of: Ints,
    by_city: Longs,
    city_from: Longs,
    quiet: Flags,
    pair_of: Ints,
    move: Ints,
    last: Ints,
    ends_unit: Flags,
    deadline: int,
    home: int,
    units: int,
    start: NDArray[np.float64],
    rounds: int,
    first_step: float,
    scale: int,
    most: Ints,
    first: Ints,
    service: Ints,
    served: Ints,
    best: Ints,
) -> float:
    """Look for worths of the tests (sum about ``scale``) of which no route can collect a unit's share.

    Subgradient ascent on all worth / most worth of one route. Returns that ratio for the worths left in ``best``:
    above ``units``, so many units cannot do all tests before the deadline.
    """
    size = len(start)
    value = start / start.sum()
    worth = np.zeros(size, np.int32)
    visits = np.zeros(size, np.int64)
    direction = np.zeros(size)
    ratio_best, step, stalled = 0.0, first_step, 0
    for _ in range(rounds):
        total = value.sum()
        if total <= 0:  # the step was too long
            value[:], direction[:], step = best, 0.0, step * 0.5
            total = value.sum()
        for test in range(size):
            worth[test] = np.int32(value[test] / total * scale)
        collect(
            finish, test_of, by_city, city_from, quiet, worth, move, last, ends_unit, deadline, most, first, service,
            served,
        )  # fmt: skip
        share = most[0, home, 0]
        ratio = worth.sum() / max(1, share)
        if ratio > ratio_best + 1e-6:
            ratio_best, stalled = ratio, 0
            best[:] = worth
        else:
            stalled += 1
            if stalled >= 12:
                step, stalled = step * 0.6, 0
        if ratio > units or step < 0.01:
            break
        count_visits(finish, pair_of, move, ends_unit, deadline, most, first, service, served, home, visits)
        norm = 1e-9
        for test in range(size):
            direction[test] = 0.6 * direction[test] + 1.0 / units - visits[test]
            norm += direction[test] ** 2
        lacking = max(1e-4, share / worth.sum() - 1.0 / units) + 0.002
        for test in range(size):
            value[test] = max(0.0, value[test] + 2.0 * step * lacking * total * direction[test] / norm)
    return ratio_best
