"""The inner loop of the annealing of one product for time, compiled: orders are changed at random and decoded.

Arrays of :class:`~qilian.routing.grid.Grid` and a state come in; the state and the best order so far are changed in
place. Decoding places each test in turn at its earliest finish; what it finds is placed anew before it is believed.
"""

import math

import numpy as np
from numpy.typing import NDArray

from qilian.routing.jit import compiled
from qilian.routing.kernels_worth import Flags, Hours, Ints

_NEVER = 1 << 30


@compiled
def draw(state: NDArray[np.uint64]) -> float:
    """Return the next random number in [0, 1) (xorshift64*, Vigna 2016)."""
    value = state[0]
    value ^= value >> np.uint64(12)
    value ^= value << np.uint64(25)
    value ^= value >> np.uint64(27)
    state[0] = value
    return float((value * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def decode(
    finish: Hours,
    start: Hours,
    bench: Hours,
    pairs_from: NDArray[np.int64],
    city_of: Ints,
    move: Ints,
    ends_unit: Flags,
    before_from: Ints,
    before: Ints,
    home: int,
    order: Ints,
    unit: Ints,
    held: Ints,
    limit: float,
    unit_weight: float,
    cities: Ints,
    begins: Ints,
    ends: Ints,
    benches: Ints,
    bench_until: Ints,
    free: Ints,
    place: Ints,
) -> float:
    """Return the score of an order, or a huge one where it breaks a rule or exceeds ``limit``."""
    latest = len(finish) - 2
    units = len(free)
    free[:] = 0
    place[:] = home
    ends[:] = -1
    last, score = 0, float(_NEVER)
    placed = 0
    for step in range(len(order)):
        test = order[step]
        mine = unit[test]
        release = 0
        for index in range(before_from[test], before_from[test + 1]):
            end = ends[before[index]]
            if end < 0:
                release = _NEVER
                break
            release = max(release, end)
        best, at, since, on = _NEVER, -1, 0, 0
        for pair in range(pairs_from[test], pairs_from[test + 1]):
            city = city_of[pair]
            if held[test] >= 0 and city != held[test]:
                continue
            hour = max(free[mine] + move[place[mine], city], release)
            while hour <= latest:
                end = int(finish[hour, pair])
                if end >= best or end > latest:
                    break
                begin, booth = int(start[hour, pair]), int(bench[hour, pair])
                clash = 0
                if bench_until[booth] > begin:
                    for other in range(placed):
                        known = order[other]
                        if benches[known] == booth and ends[known] > begin and begins[known] < end:
                            clash = ends[known]
                            break
                if clash == 0:
                    best, at, since, on = end, city, begin, booth
                    break
                hour = max(hour + 1, clash)
        if best > latest:
            break
        ends[test], begins[test], cities[test], benches[test] = best, since, at, on
        bench_until[on] = max(bench_until[on], best)
        placed += 1
        place[mine] = at
        free[mine] = _NEVER // 2 if ends_unit[test] else best
        last = max(last, best)
        if last > limit:
            break
    if placed == len(order) and last <= limit:
        total = 0
        for index in range(units):
            furthest = 0
            if free[index] < _NEVER // 2:
                furthest = free[index]
            else:
                for test in range(len(order)):
                    if unit[test] == index:
                        furthest = max(furthest, ends[test])
            total += furthest
        score = last + unit_weight * total
    for step in range(placed):
        bench_until[benches[order[step]]] = 0
    return score


@compiled
def anneal(
    finish: Hours,
    start: Hours,
    bench: Hours,
    pairs_from: NDArray[np.int64],
    city_of: Ints,
    move: Ints,
    ends_unit: Flags,
    before_from: Ints,
    before: Ints,
    after_from: Ints,
    after: Ints,
    home: int,
    units: int,
    bench_until: Ints,
    state: NDArray[np.uint64],
    order: Ints,
    unit: Ints,
    held: Ints,
    best_order: Ints,
    best_unit: Ints,
    best_cities: Ints,
    best_score: float,
    steps: int,
    hot: float,
    cold: float,
    unit_weight: float,
) -> float:
    """Make so many random changes, cooling from ``hot`` to ``cold``; return the best score, whose order is kept."""
    size = len(order)
    cities, begins, ends = np.zeros(size, np.int32), np.zeros(size, np.int32), np.zeros(size, np.int32)
    benches, free, place = np.zeros(size, np.int32), np.zeros(units, np.int32), np.zeros(units, np.int32)
    new_order, new_unit, new_held = order.copy(), unit.copy(), held.copy()
    rest, chosen = np.zeros(size, np.int32), np.zeros(4, np.int32)
    is_chosen = np.zeros(size, np.bool_)
    current = decode(
        finish, start, bench, pairs_from, city_of, move, ends_unit, before_from, before, home, order, unit, held,
        1e9, unit_weight, cities, begins, ends, benches, bench_until, free, place,
    )  # fmt: skip
    temperature = hot
    for step in range(steps):
        if step % 64 == 0:
            temperature = hot * (cold / hot) ** (step / steps)
        new_order[:], new_unit[:], new_held[:] = order, unit, held
        kind = draw(state)
        if kind < 0.62:
            count = 1 if kind < 0.45 else 2 + int(draw(state) * 3)
            first = int(draw(state) * size)
            mine, taken = unit[order[first]], 0
            is_chosen[:] = False
            for index in range(first, size):
                if unit[order[index]] == mine and taken < count:
                    chosen[taken] = order[index]
                    is_chosen[order[index]] = True
                    taken += 1
            left = 0
            for index in range(size):
                if not is_chosen[order[index]]:
                    rest[left] = order[index]
                    left += 1
            earliest, latest = 0, left
            for index in range(left):
                test = rest[index]
                for item in range(taken):
                    for other in range(before_from[chosen[item]], before_from[chosen[item] + 1]):
                        if before[other] == test:
                            earliest = index + 1
                    for other in range(after_from[chosen[item]], after_from[chosen[item] + 1]):
                        if after[other] == test:
                            latest = min(latest, index)
            if earliest > latest:
                continue
            target = earliest + int(draw(state) * (latest - earliest + 1))
            new_order[:target] = rest[:target]
            new_order[target : target + taken] = chosen[:taken]
            new_order[target + taken :] = rest[target:left]
            onto = int(draw(state) * units)
            for item in range(taken):
                new_unit[chosen[item]] = onto
                if draw(state) < 0.5:
                    new_held[chosen[item]] = -1
        elif kind < 0.8:
            first, second = int(draw(state) * size), int(draw(state) * size)
            one, other = order[first], order[second]
            if one == other:
                continue
            new_order[first], new_order[second] = other, one
            new_unit[one], new_unit[other] = unit[other], unit[one]
        elif kind < 0.88:
            if units < 2:
                continue
            first = int(draw(state) * size)
            one = int(draw(state) * units)
            other = (one + 1 + int(draw(state) * (units - 1))) % units
            for index in range(first, size):
                test = order[index]
                if unit[test] == one:
                    new_unit[test] = other
                elif unit[test] == other:
                    new_unit[test] = one
        else:
            test = int(draw(state) * size)
            pairs = pairs_from[test + 1] - pairs_from[test]
            new_held[test] = -1
            if draw(state) > 0.4:
                new_held[test] = city_of[pairs_from[test] + int(draw(state) * pairs)]
        accepted = current - temperature * math.log(max(1e-12, draw(state)))
        score = decode(
            finish, start, bench, pairs_from, city_of, move, ends_unit, before_from, before, home, new_order, new_unit,
            new_held, accepted, unit_weight, cities, begins, ends, benches, bench_until, free, place,
        )  # fmt: skip
        if score > accepted:
            continue
        order[:], unit[:], held[:] = new_order, new_unit, new_held
        current = score
        if score < best_score:
            best_score = score
            best_order[:], best_unit[:], best_cities[:] = order, unit, cities
    return best_score
