"""Sets of tests that one unit does, each by itself, compiled: the least cost, the earliest hour, and what must follow.

Arrays come in, arrays are filled, one row for each set (the bits of its number). A *pair* is a test in a city, counted
as in :class:`~qilian.routing.grid.Grid`; ``price`` is its cheapest option's. Costs leave hours out, so they are below
those of any plan; hours leave costs out and keep the calendars exactly. Both keep precedence inside a unit only.
"""

import numpy as np

from qilian.routing.jit import compiled
from qilian.routing.kernels_worth import Hours, Ints, Longs

BEYOND = 1 << 29
"""No cost is as high: there is no such route."""


@compiled
def earliest_hours(
    finish: Hours,
    pairs_from: Longs,
    city_of: Ints,
    move: Ints,
    excluded_by: Longs,
    last: Ints,
    home: int,
    deadline: int,
    arrival: Hours,
    earliest: Hours,
) -> None:
    """Fill ``arrival[set, city]`` and ``earliest[set]``: the earliest hour by which a set is done, or one too late.

    ``last`` is the hour by which each test must have ended.
    """
    cities, size = move.shape[0], len(excluded_by)
    arrival[:] = deadline + 1
    earliest[:] = deadline + 1
    earliest[0] = 0
    ready = np.empty(cities, np.int64)
    for tests in range(len(arrival)):
        for city in range(cities):
            ready[city] = deadline + 1
            if tests == 0:
                ready[city] = move[home, city]
                continue
            for here in range(cities):
                ready[city] = min(ready[city], np.int64(arrival[tests, here]) + move[here, city])
            earliest[tests] = min(earliest[tests], arrival[tests, city])
        if earliest[tests] > deadline:
            continue
        for test in range(size):
            bit = 1 << test
            if tests & (bit | excluded_by[test]):
                continue
            for pair in range(pairs_from[test], pairs_from[test + 1]):
                city = city_of[pair]
                if ready[city] <= deadline:
                    end = finish[ready[city], pair]
                    if end <= last[test]:
                        arrival[tests | bit, city] = min(arrival[tests | bit, city], end)


@compiled
def latest_hours(
    leave_by: Hours,
    pairs_from: Longs,
    city_of: Ints,
    move: Ints,
    excluded_by: Longs,
    last: Ints,
    units: int,
    deadline: int,
    earliest: Hours,
    latest: Hours,
) -> None:
    """Fill ``latest[set, city]``: one more than the hour at which a unit can still be there in a plan in time, else 0.

    ``leave_by[hour, pair]`` is one more than the last hour of arrival from which a test has ended by an hour.
    """
    cities, size, full = move.shape[0], len(excluded_by), len(latest) - 1
    for tests in range(full, -1, -1):
        latest[tests] = 0
        if earliest[tests] > deadline:
            continue
        if tests == full or (units == 2 and earliest[full ^ tests] <= deadline):
            latest[tests] = deadline + 1
            continue
        for test in range(size):
            bit = 1 << test
            if tests & (bit | excluded_by[test]):
                continue
            for pair in range(pairs_from[test], pairs_from[test + 1]):
                there = city_of[pair]
                until = np.int64(latest[tests | bit, there]) - 1
                if until < 0:
                    continue
                by = np.int64(leave_by[min(until, np.int64(last[test])), pair])
                for here in range(cities):
                    if by > move[here, there] + np.int64(latest[tests, here]):
                        latest[tests, here] = by - move[here, there]


@compiled
def least_costs(
    price: Ints,
    pairs_from: Longs,
    city_of: Ints,
    fare: Ints,
    excluded_by: Longs,
    home: int,
    arrival: Hours,
    latest: Hours,
    paid: Ints,
    least: Ints,
) -> None:
    """Fill ``paid[set, city]`` and ``least[set]``: the least cost of a set that ends in a city, or anywhere.

    Only sets in cities count that are reached in time (see :func:`earliest_hours` and :func:`latest_hours`).
    """
    cities, size = fare.shape[0], len(excluded_by)
    paid[:] = BEYOND
    least[:] = BEYOND
    least[0] = 0
    ready = np.empty(cities, np.int32)
    for tests in range(len(paid)):
        for city in range(cities):
            ready[city] = BEYOND
            if tests == 0:
                ready[city] = fare[home, city]
                continue
            if arrival[tests, city] >= latest[tests, city]:
                paid[tests, city] = BEYOND
            least[tests] = min(least[tests], paid[tests, city])
        if tests > 0 and least[tests] < BEYOND:
            for city in range(cities):
                for here in range(cities):
                    ready[city] = min(ready[city], paid[tests, here] + fare[here, city])
        if least[tests] >= BEYOND:
            continue
        for test in range(size):
            bit = 1 << test
            if tests & (bit | excluded_by[test]):
                continue
            for pair in range(pairs_from[test], pairs_from[test + 1]):
                city = city_of[pair]
                paid[tests | bit, city] = min(paid[tests | bit, city], ready[city] + price[pair])


@compiled
def costs_ahead(
    price: Ints,
    pairs_from: Longs,
    city_of: Ints,
    fare: Ints,
    excluded_by: Longs,
    least: Ints,
    earliest: Hours,
    arrival: Hours,
    latest: Hours,
    units: int,
    deadline: int,
    ahead: Ints,
) -> None:
    """Fill ``ahead[set, city]``: what a plan costs at least beyond a unit that has done a set and is in a city.

    The unit goes on or stops; where it stops, the one other unit (of two) does the rest, both by the deadline.
    """
    cities, size, full = fare.shape[0], len(excluded_by), len(ahead) - 1
    onward = np.empty(cities, np.int32)
    for tests in range(full, -1, -1):
        ahead[tests] = BEYOND
        if earliest[tests] > deadline:
            continue
        stop = BEYOND
        if tests == full:
            stop = 0
        elif units == 2 and earliest[full ^ tests] <= deadline:
            stop = least[full ^ tests]
        onward[:] = BEYOND
        for test in range(size):
            bit = 1 << test
            if tests & (bit | excluded_by[test]):
                continue
            for pair in range(pairs_from[test], pairs_from[test + 1]):
                city = city_of[pair]
                onward[city] = min(onward[city], price[pair] + ahead[tests | bit, city])
        for city in range(cities):
            if tests > 0 and arrival[tests, city] >= latest[tests, city]:
                continue
            best = stop
            for there in range(cities):
                best = min(best, fare[city, there] + onward[there])
            ahead[tests, city] = min(best, BEYOND)
