"""Routes of all units together under a deadline and a cost, compiled: each unit's tests are given, not their order.

A label is a set of tests done, with the city and hour of each unit, the cost so far and the end of each test; labels
with as many tests are made before any with more. One falls out where another with the same tests and cities is nowhere
later or dearer. Precedence between units is kept exactly, clashes on benches are not looked at.
"""

import numpy as np

from qilian.routing.jit import compiled
from qilian.routing.kernels import find
from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs

BEYOND = 1 << 29
"""No cost is as high."""


@compiled
def left_over(
    finish: Hours,
    by_test: Ints,
    test_from: Longs,
    city_of: Ints,
    price: Longs,
    move: Ints,
    fare: Longs,
    release: Ints,
    last: Ints,
    excluded_by: Longs,
    usable: Flags,
    mine: Ints,
    deadline: int,
    cost: Longs,
    latest: Ints,
) -> None:
    """Fill for a unit with tests ``mine``, by the tests of these that are done and its city, what is left.

    ``cost[set, city]`` is the least that the others still cost, ``latest[set, city]`` the latest hour at which the unit
    can set out to do them in time, below 0 where it cannot. Each leaves the other out of account.
    """
    cities, full = move.shape[0], len(cost) - 1
    for done in range(full, -1, -1):
        cost[done], latest[done] = BEYOND, -1
        if done == full:
            cost[done], latest[done] = 0, deadline
            continue
        before = np.int64(0)
        for place in range(len(mine)):
            if done >> place & 1:
                before |= np.int64(1) << mine[place]
        for place in range(len(mine)):
            test = mine[place]
            if done >> place & 1 or before & excluded_by[test]:
                continue
            together = done | 1 << place
            for index in range(test_from[test], test_from[test + 1]):
                option = by_test[index]
                there = city_of[option]
                if not usable[option] or cost[together, there] >= BEYOND or latest[together, there] < 0:
                    continue
                by = min(last[test], latest[together, there])
                if finish[min(release[test], deadline), option] > by:
                    continue
                low, high = 0, deadline  # the last hour of arrival from which it ends in time
                while low < high:
                    middle = (low + high + 1) // 2
                    if finish[middle, option] <= by:
                        low = middle
                    else:
                        high = middle - 1
                for here in range(cities):
                    latest[done, here] = max(latest[done, here], low - move[here, there])
                    paid = price[option] + fare[here, there] + cost[together, there]
                    cost[done, here] = min(cost[done, here], paid)


@compiled
def join(
    finish: Hours,
    by_test: Ints,
    test_from: Longs,
    city_of: Ints,
    price: Longs,
    move: Ints,
    fare: Longs,
    release: Ints,
    last: Ints,
    excluded_by: Longs,
    usable: Flags,
    after_all: Longs,
    relevant: Longs,
    unit_of: Ints,
    bit_of: Ints,
    left_from: Longs,
    cost_left: Longs,
    latest: Ints,
    home: int,
    limit: int,
    table: Ints,
    keys: Longs,
    head: Ints,
    following: Ints,
    tests: Longs,
    cost: Longs,
    hours: Ints,
    places: Ints,
    ends: Hours,
    before: Ints,
    option_of: Ints,
    most_steps: int,
) -> tuple[int, int]:
    """Return the label of the cheapest and then earliest way to do all tests for at most ``limit``.

    ``after_all[test]`` are the tests that must be done before, on whichever unit, and ``relevant[test]`` those that
    must follow on another unit. It is -1 where there is no way, -2 where there are too many labels or comparisons of
    labels; the number of comparisons comes second. ``before`` and ``option_of`` tell the step that led to a label.
    """
    size, units, cities = len(unit_of), hours.shape[1], move.shape[0]
    full = (np.int64(1) << size) - 1
    table[:] = -1
    tests[0], cost[0], following[0] = 0, 0, -1
    hours[0], places[0], ends[0], before[0], option_of[0] = 0, home, 0, -1, -1
    known, count, done, steps = 0, 1, 0, 0
    local, open_to = np.zeros(units, np.int64), np.zeros(units, np.bool_)
    awaits = np.zeros(size, np.int64)
    for test in range(size):
        for other in range(size):
            if unit_of[other] != unit_of[test]:
                awaits[test] |= after_all[test] & (np.int64(1) << other)
    best = -1
    while done < count:
        if steps > most_steps:
            return -2, steps
        so_far = tests[done]
        if following[done] == -2:
            done += 1
            continue
        if so_far == full:
            if best < 0 or (cost[done], hours[done].max()) < (cost[best], hours[best].max()):
                best = done
            done += 1
            continue
        local[:] = 0
        for test in range(size):
            if so_far >> test & 1:
                local[unit_of[test]] |= 1 << bit_of[test]
        rest = np.int64(0)
        for unit in range(units):
            rest += cost_left[left_from[unit] + local[unit], places[done, unit]]
        _may_go_on(so_far, hours[done], unit_of, awaits, open_to)
        for test in range(size):
            bit = np.int64(1) << test
            unit = unit_of[test]
            if not open_to[unit] or so_far & bit or after_all[test] & ~so_far:
                continue
            if so_far & excluded_by[test] and _on_unit(so_far & excluded_by[test], unit_of, unit):
                continue
            together = so_far | bit
            here = places[done, unit]
            row = left_from[unit] + (local[unit] | 1 << bit_of[test])
            others = rest - cost_left[left_from[unit] + local[unit], here]
            ready = release[test]
            for other in range(size):
                if after_all[test] >> other & 1:
                    ready = max(ready, np.int32(ends[done, other]))
            for index in range(test_from[test], test_from[test + 1]):
                option = by_test[index]
                there = city_of[option]
                arrives = max(np.int64(ready), np.int64(hours[done, unit]) + move[here, there])
                if arrives >= len(finish) - 1 or not usable[option]:
                    continue
                end = np.int64(finish[arrives, option])
                paid = cost[done] + price[option] + fare[here, there]
                if end > last[test] or end > latest[row, there] or paid + others + cost_left[row, there] > limit:
                    continue
                key = together
                for each in range(units):
                    key = key * cities + (there if each == unit else places[done, each])
                slot = find(table, keys, key)
                if slot < 0:
                    if known >= len(keys):
                        return -2, steps
                    table[-1 - slot] = known
                    keys[known], head[known] = key, -1
                    slot = known
                    known += 1
                if count >= len(tests):
                    return -2, steps
                tests[count], cost[count] = together, paid
                hours[count], places[count] = hours[done], places[done]
                ends[count], before[count], option_of[count] = ends[done], done, option
                hours[count, unit], places[count, unit] = end, there
                ends[count, test] = end
                label, previous, beaten = head[slot], -1, False
                steps += 1
                while label >= 0 and not beaten:
                    steps += 1
                    later = following[label]
                    if _as_good(label, count, together, cost, hours, ends, relevant):
                        beaten = True
                    elif _as_good(count, label, together, cost, hours, ends, relevant):
                        following[label] = -2
                        if previous < 0:
                            head[slot] = later
                        else:
                            following[previous] = later
                    else:
                        previous = label
                    label = later
                if not beaten:
                    following[count] = head[slot]
                    head[slot] = count
                    count += 1
        done += 1
    return best, steps


@compiled
def _may_go_on(done: int, hours: Ints, unit_of: Ints, awaits: Longs, open_to: Flags) -> None:
    """Mark the units that may do the next test: the one that is free first, others only where that one may wait.

    A plan's tests can be counted in many orders that come to the same; in this one each unit goes on as soon as it is
    the earliest, or while every earlier one has a test that waits for another unit.
    """
    units, size = len(hours), len(unit_of)
    open_to[:] = False
    for _ in range(units):
        unit = -1
        for other in range(units):
            if not open_to[other] and (unit < 0 or hours[other] < hours[unit]):
                unit = other
        open_to[unit] = True
        more = waits = False
        for test in range(size):
            if unit_of[test] == unit and not done >> test & 1:
                more = True
                waits = waits or awaits[test] & ~done != 0
        if more and not waits:
            return


@compiled
def _on_unit(tests: int, unit_of: Ints, unit: int) -> bool:
    """Return whether any of some tests is on a unit."""
    found = False
    for test in range(len(unit_of)):
        found = found or (tests >> test & 1 != 0 and unit_of[test] == unit)
    return found


@compiled
def _as_good(one: int, other: int, tests: int, cost: Longs, hours: Ints, ends: Hours, relevant: Longs) -> bool:
    """Return whether a label is nowhere later or dearer than another with the same tests and cities."""
    if cost[one] > cost[other]:
        return False
    for unit in range(hours.shape[1]):
        if hours[one, unit] > hours[other, unit]:
            return False
    for test in range(len(relevant)):
        if tests >> test & 1 and relevant[test] & ~tests and ends[one, test] > ends[other, test]:
            return False
    return True
