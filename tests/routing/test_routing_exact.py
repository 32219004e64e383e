"""The exact search and CP-SAT, each by itself, against plans that are counted through."""

from itertools import permutations, product

import numpy as np
import pytest

from qilian.routing import generate
from qilian.routing.bounds import time_bounds
from qilian.routing.budget import Budget
from qilian.routing.cpsat import close
from qilian.routing.exact import UnitRoutes
from qilian.routing.openings import next_start
from qilian.routing.search import replay
from qilian.routing.timetable import Timetable

NO_LIMIT = Budget(None, None)


def tables(seed, units, tests=5):
    timetable = Timetable(generate(tests, 6, seed, units=units, horizon=1440, destructive=seed % 2))
    return timetable, time_bounds(timetable)


def earliest_end(timetable, order):
    """The earliest end of one unit that does tests in this order, over all choices of benches."""
    best = None
    for choices in product(*(timetable.choices[test] for test in order)):
        hour, city = 0, timetable.home[0]
        for choice in choices:
            start = next_start(choice.windows, hour + timetable.hours[city][choice.city])
            if start < 0:
                break
            hour, city = start + choice.hours, choice.city
        else:
            best = hour if best is None else min(best, hour)
    return best


def keeps_rules(timetable, order):
    before_ok = all(
        order.index(before) < place
        for place, test in enumerate(order)
        for before in timetable.before[test]
        if before in order
    )
    return before_ok and not any(timetable.destructive[test] for test in order[:-1])


@pytest.mark.parametrize("seed", range(6))
def test_one_unit_is_exact_for_every_set_of_tests(seed):
    """With one unit nothing is relaxed but tests outside the set; without precedence not even that matters."""
    timetable, bounds = tables(seed, units=1, tests=4)
    timetable.choices = [choices[:3] for choices in timetable.choices]
    bounds = time_bounds(timetable)
    routes = UnitRoutes(timetable, bounds, timetable.tests_of[0], 1000)
    assert routes.search(NO_LIMIT)
    orders = [list(order) for order in permutations(range(4)) if keeps_rules(timetable, list(order))]
    assert routes.completion() == min(earliest_end(timetable, order) for order in orders)
    order = [test for test, _ in routes.route(routes.full)]
    assert earliest_end(timetable, order) == routes.completion()


@pytest.mark.parametrize("units", [2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_tests_are_shared_among_units_in_the_best_way(seed, units):
    """Against all ways to give each of six tests to a unit."""
    timetable, bounds = tables(seed, units, tests=6)
    routes = UnitRoutes(timetable, bounds, timetable.tests_of[0], 1000)
    assert routes.search(NO_LIMIT)
    counted = min(
        max(int(routes.best[sum(1 << test for test in range(6) if units_of[test] == unit)]) for unit in range(units))
        for units_of in product(range(units), repeat=6)
    )
    assert routes.completion() == counted
    split = next(routes.splits())
    assert sum(split) == routes.full
    assert max(int(routes.best[part]) for part in split) == counted
    assert routes._covered(counted, units)[routes.full]
    assert not routes._covered(counted - 1, units)[routes.full]


def test_a_cap_only_cuts_off_what_lies_above_it():
    """Sets that can be part of a plan below the cap keep their hours."""
    timetable, bounds = tables(1, units=2, tests=7)
    wide = UnitRoutes(timetable, bounds, timetable.tests_of[0], 1200)
    assert wide.search(NO_LIMIT)
    for cap in (wide.completion() + 1, wide.completion()):
        tight = UnitRoutes(timetable, bounds, timetable.tests_of[0], cap)
        assert tight.search(NO_LIMIT)
        assert tight.completion() == min(cap, wide.completion())
        kept = tight.best < cap
        assert np.array_equal(tight.best[kept], wide.best[kept])


def test_an_ended_budget_ends_the_search():
    timetable, bounds = tables(1, units=2, tests=7)
    assert not UnitRoutes(timetable, bounds, timetable.tests_of[0], 1200).search(Budget(0, None))


@pytest.mark.parametrize("objective", ["time", "makespan"])
@pytest.mark.parametrize("seed", range(3))
def test_cp_sat_finds_the_best_and_proves_it(seed, objective):
    """Asked for better than a poor value it finds a plan; asked for better than the best it shows there is none."""
    timetable = Timetable(generate(3, 5, seed, units=2, products=2, horizon=720))
    bounds = time_bounds(timetable)
    low = max(bounds.completion) if objective == "makespan" else sum(bounds.completion)
    found = close(timetable, bounds, objective, 720, low, Budget(30, None), seed)
    assert found.sequence is not None
    plan = replay(timetable, objective, found.sequence)
    assert plan is not None
    assert found.lower_bound == plan.cost
    better = close(timetable, bounds, objective, plan.cost, low, Budget(30, None), seed)
    assert (better.sequence, better.lower_bound) == (None, plan.cost)
