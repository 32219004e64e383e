"""The inner loop of the annealing of one product for price (or distance) under a deadline, compiled.

Arrays of :class:`~qilian.routing.offers.Offers` and a state (order, units, options) come in; the state and the best one
so far are changed in place. Decoding places each test in turn at the earliest finish of its option.
"""

import math

import numpy as np
from numpy.typing import NDArray

from qilian.routing.jit import compiled
from qilian.routing.kernels_annealing import draw
from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs

_NEVER = 1 << 40


@compiled
def decode(
    finish: Hours,
    choice_hours: Ints,
    bench_of: Ints,
    city_of: Ints,
    price: Longs,
    options_from: Longs,
    options: Ints,
    move: Ints,
    fare: Longs,
    ends_unit: Flags,
    firsts: Ints,
    thens: Ints,
    home: int,
    units: int,
    hour_cost: float,
    order: Ints,
    unit_of: Ints,
    held: Ints,
    option_of: Ints,
    begins: Ints,
    ends: Ints,
) -> tuple[int, int]:
    """Fill ``option_of``, ``begins`` and ``ends``; return cost and completion hour, 2**40 when a rule is broken.

    Each test in turn takes the option with the least price, fare and hours at ``hour_cost`` each: of all options where
    ``held`` is -1, in one city from 0 on, or one option alone (``-2 - option``).
    """
    size, latest = len(order), len(finish) - 2
    free, city = np.zeros(units, np.int64), np.full(units, home)
    closed = np.zeros(units, np.bool_)
    ends[:] = -1
    cost, last = np.int64(0), np.int64(0)
    for place in range(size):
        test = order[place]
        unit = unit_of[test]
        if closed[unit]:
            return _NEVER, _NEVER
        release = 0
        for pair in range(len(thens)):
            if thens[pair] == test:
                if ends[firsts[pair]] < 0:
                    return _NEVER, _NEVER
                release = max(release, ends[firsts[pair]])
        best, chosen, chosen_end = 1e18, -1, np.int64(0)
        for index in range(options_from[test], options_from[test + 1]):
            option = options[index]
            there = city_of[option]
            if (held[test] >= 0 and there != held[test]) or (held[test] < -1 and option != -2 - held[test]):
                continue
            way = price[option] + fare[city[unit], there]
            hour = max(np.int64(release), free[unit] + move[city[unit], there])
            if hour > latest or way + hour_cost * (hour + choice_hours[option]) >= best:
                continue
            end = np.int64(finish[hour, option])
            if end > latest or way + hour_cost * end >= best:
                continue
            again = True
            while again and end <= latest:
                again = False
                for earlier in range(place):
                    other = order[earlier]
                    same = bench_of[option_of[other]] == bench_of[option]
                    if same and end - choice_hours[option] < ends[other] and begins[other] < end:
                        hour, again = max(hour + 1, np.int64(ends[other])), True
                if again:
                    end = np.int64(finish[hour, option]) if hour <= latest else np.int64(latest + 1)
            if end <= latest and way + hour_cost * end < best:
                best, chosen, chosen_end = way + hour_cost * end, option, end
        if chosen < 0:
            return _NEVER, _NEVER
        there = city_of[chosen]
        option_of[test], ends[test] = chosen, chosen_end
        begins[test] = chosen_end - choice_hours[chosen]
        cost += price[chosen] + fare[city[unit], there]
        free[unit], city[unit] = chosen_end, there
        closed[unit] = ends_unit[test]
        last = max(last, np.int64(chosen_end))
    return int(cost), int(last)


@compiled
def anneal(
    finish: Hours,
    choice_hours: Ints,
    bench_of: Ints,
    city_of: Ints,
    price: Longs,
    options_from: Longs,
    options: Ints,
    move: Ints,
    fare: Longs,
    ends_unit: Flags,
    firsts: Ints,
    thens: Ints,
    home: int,
    units: int,
    deadline: int,
    late_cost: int,
    hour_costs: NDArray[np.float64],
    order: Ints,
    unit_of: Ints,
    held: Ints,
    best_order: Ints,
    best_unit: Ints,
    best_option: Ints,
    best_cost: int,
    steps: int,
    hot: float,
    cold: float,
    state: NDArray[np.uint64],
) -> int:
    """Change the state at random for so many steps; return the cost of the best state by the deadline.

    ``options`` lists the options of each test from ``options_from``. An hour beyond the deadline costs ``late_cost``;
    what an hour before it is worth to a test's choice changes at random too (``hour_costs`` holds it).
    """
    size = len(order)
    option_of, begins, ends = np.zeros(size, np.int32), np.zeros(size, np.int32), np.zeros(size, np.int32)
    cost, last = decode(
        finish, choice_hours, bench_of, city_of, price, options_from, options, move, fare, ends_unit, firsts, thens,
        home, units, hour_costs[0], order, unit_of, held, option_of, begins, ends,
    )  # fmt: skip
    score = cost + late_cost * max(0, last - deadline)
    new_order, new_unit, new_held = order.copy(), unit_of.copy(), held.copy()
    temperature, factor = hot, (cold / hot) ** (1.0 / max(1, steps))
    for _ in range(steps):
        temperature *= factor
        new_order[:], new_unit[:], new_held[:] = order, unit_of, held
        hour_cost = hour_costs[0]
        kind = draw(state)
        place = int(draw(state) * size)
        test = order[place]
        if kind < 0.45:  # some tests that follow each other in the order go elsewhere together
            length = 1 if kind < 0.3 else min(size - place, 2 + int(draw(state) * 3))
            target = int(draw(state) * (size - length + 1))
            rest = np.concatenate((order[:place], order[place + length :]))
            new_order[:target] = rest[:target]
            new_order[target : target + length] = order[place : place + length]
            new_order[target + length :] = rest[target:]
            unit = int(draw(state) * units)
            for moved in range(place, place + length):
                if draw(state) < 0.7:
                    new_unit[order[moved]] = unit
                if draw(state) < 0.3:
                    new_held[order[moved]] = -1
        elif kind < 0.6:  # two tests change places
            other = order[int(draw(state) * size)]
            for index in range(size):
                if order[index] == test:
                    new_order[index] = other
                elif order[index] == other:
                    new_order[index] = test
            new_unit[test], new_unit[other] = unit_of[other], unit_of[test]
        elif kind < 0.7:
            new_unit[test] = int(draw(state) * units)
        elif kind < 0.75:
            hour_cost = max(1.0, hour_cost * math.exp(draw(state) - 0.5))
        else:
            count = options_from[test + 1] - options_from[test]
            chosen = options[options_from[test] + int(draw(state) * count)]
            part = draw(state)
            new_held[test] = -1 if part < 0.3 else city_of[chosen] if part < 0.7 else -2 - chosen
        cost, last = decode(
            finish, choice_hours, bench_of, city_of, price, options_from, options, move, fare, ends_unit, firsts, thens,
            home, units, hour_cost, new_order, new_unit, new_held, option_of, begins, ends,
        )  # fmt: skip
        if cost >= _NEVER:
            continue
        new_score = cost + late_cost * max(0, last - deadline)
        if new_score <= score or draw(state) < math.exp((score - new_score) / temperature):
            score = new_score
            hour_costs[0] = hour_cost
            order[:], unit_of[:], held[:] = new_order, new_unit, new_held
            if last <= deadline and cost < best_cost:
                best_cost = cost
                best_order[:], best_unit[:], best_option[:] = new_order, new_unit, option_of
    return best_cost
