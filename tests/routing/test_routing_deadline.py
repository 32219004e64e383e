"""The compiled searches for the completion hour of one product, against counting through and against each other."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.routing import Infeasible, NoPlanFound, generate, jit, read_problem, solve, verify
from qilian.routing.annealing import CompiledAnnealing
from qilian.routing.bounds import latest_ends, time_bounds
from qilian.routing.budget import Budget
from qilian.routing.construct import first_plans
from qilian.routing.deadline import Deadlines
from qilian.routing.grid import Grid
from qilian.routing.plan import Plan
from qilian.routing.schedule import assignments_of
from qilian.routing.search import found_in
from qilian.routing.timetable import Timetable

INSTANCES = Path(__file__).parent / "instances"
HORIZON = 720


def shared_benches(seed, tests, units, benches=3, destructive=1, precedence=None):
    """A problem in which few benches do all tests, so that units meet at them."""
    problem = generate(tests, 6, seed, units=units, cities=3, horizon=HORIZON, destructive=destructive)
    few = problem.benches[:benches]
    product = problem.products[0]
    moved = tuple(
        replace(
            test,
            options=tuple(
                replace(option, bench=few[(place + shift) % benches].id)
                for shift, option in enumerate(test.options[: min(2, benches)])
            ),
        )
        for place, test in enumerate(product.tests)
    )
    pairs = product.precedence if precedence is None else precedence
    return replace(problem, benches=few, products=(replace(product, tests=moved, precedence=pairs),))


def counted(problem):
    """The earliest completion over all orders, benches and units, each test at its first possible hour; None: none."""
    product = problem.products[0]
    benches = {bench.id: bench for bench in problem.benches}
    city = {name: place for place, name in enumerate(problem.cities)}
    open_hours = {bench.id: {h for a, b in bench.staffed for h in range(a, b)} for bench in problem.benches}
    best = [HORIZON + 1]

    def first_start(test, option, hour, taken):
        while hour + option.hours <= HORIZON:
            hours = range(hour, hour + option.hours)
            staffed = open_hours[option.bench].issuperset(hours if test.attended else [hour])
            if staffed and not any(hour < b and a < hour + option.hours for a, b in taken):
                return hour
            hour += 1
        return None

    def place(left, ends, units, taken):
        if not left:
            best[0] = min(best[0], max(ends.values()))
        for test in left:
            before = [first for first, then in product.precedence if then == test.id]
            if any(first not in ends for first in before):
                continue
            release = max([ends[first] for first in before], default=0)
            for option in test.options:
                there = city[benches[option.bench].city]
                for unit in {state: place for place, state in enumerate(units)}.values():  # the same state: the same
                    free, here, closed = units[unit]
                    hour = max(release, free + problem.transfer_hours[here][there])
                    start = None if closed else first_start(test, option, hour, taken[option.bench])
                    if start is None or start + option.hours >= best[0]:
                        continue
                    end = start + option.hours
                    now = list(units)
                    now[unit] = (end, there, test.destructive)
                    place(
                        [other for other in left if other is not test],
                        ends | {test.id: end},
                        now,
                        taken | {option.bench: [*taken[option.bench], (start, end)]},
                    )

    start = [(0, city[product.home], False)] * product.sample_units
    place(list(product.tests), {}, start, {bench.id: list(bench.busy) for bench in problem.benches})
    return best[0] if best[0] <= HORIZON else None


def questions(problem):
    """Deadlines, with the completion hour of list scheduling."""
    timetable = Timetable(problem)
    bounds = time_bounds(timetable)
    placements = next(first_plans(timetable, bounds, 0, 1))
    found = found_in(timetable, "time", placements)
    grid = Grid(timetable, bounds.release, found.cost)
    return Deadlines(grid, bounds, Budget(None, 10**9)), found, grid, bounds


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 5), st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_the_best_completion_is_found_and_no_bound_is_above_it(seed, tests, units, benches, destructive):
    """With precedence, destructive tests and units that meet at benches: against all orders, benches and units."""
    problem = shared_benches(seed, tests, units, benches, int(destructive))
    best = counted(problem)
    try:
        plan = solve(problem, work_limit=20_000, seed=seed)
    except (Infeasible, NoPlanFound):
        assert best is None
        return
    assert verify(problem, plan) == []
    assert plan.value == best
    assert plan.lower_bound <= best


@pytest.mark.parametrize(("seed", "tests", "units", "benches"), [(9434, 4, 4, 1), (8895, 5, 4, 3), (5845, 4, 3, 1)])
def test_units_that_meet_at_few_benches_are_settled_in_the_end(seed, tests, units, benches):
    """Here the order on the benches is all that counts, which the routes of the units do not see."""
    problem = shared_benches(seed, tests, units, benches)
    plan = solve(problem, work_limit=400_000)
    assert (plan.value, plan.lower_bound) == (counted(problem), plan.value)


@pytest.mark.parametrize("units", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_a_deadline_is_met_or_shown_to_be_impossible(seed, units):
    """Exactly from the counted best on there is a plan; no worths and no relaxed route say otherwise."""
    problem = shared_benches(seed, 5, units)
    best = counted(problem)
    if best is None:
        pytest.skip("no plan within the horizon")
    deadlines, found, grid, _ = questions(problem)
    assert deadlines.raise_bound(0, found.cost) <= best
    assert not deadlines.seek_worth(best, 100) if best <= found.cost else True
    placements = deadlines.within(best, 100_000).placements
    assert placements is not None
    assignments = assignments_of(grid.timetable, placements)
    assert max(item.end for item in assignments) <= best
    plan = Plan("time", max(item.end for item in assignments), 0, False, 0.0, assignments)
    assert verify(problem, plan) == []
    assert deadlines.within(best - 1, 100_000).impossible
    for hour in (best, found.cost):
        dived = deadlines.dive(hour, 50, 20)
        assert dived is None or max(item.end for item in dived) <= hour


@pytest.mark.parametrize("seed", range(4))
def test_latest_ends_are_met_by_every_plan(seed):
    """Any plan shows for each of its tests an end that keeps the deadline at which the plan is complete."""
    timetable = Timetable(generate(12, 8, seed))
    bounds = time_bounds(timetable)
    for placements in first_plans(timetable, bounds, seed, 4):
        complete = max(item.end for item in placements)
        latest = latest_ends(timetable, complete)
        assert all(item.end <= latest[item.test] for item in placements)
        chained = [end + tail for end, tail in zip(latest, bounds.tail, strict=True)]
        assert max(chained) <= complete


@pytest.mark.parametrize("seed", range(3))
def test_annealing_reports_only_better_plans_that_keep_all_rules(seed):
    problem = generate(25, 20, seed, units=1 + seed)
    _, found, grid, _ = questions(problem)
    costs = [found.cost]

    def report(better):
        costs.append(better.cost)
        plan = Plan("time", better.cost, 0, False, 0.0, assignments_of(grid.timetable, better.placements))
        assert verify(problem, plan) == []

    best = CompiledAnnealing(grid, "time", seed).run(found, 0, Budget(None, 2000), report)
    assert costs == sorted(costs, reverse=True)
    assert best.cost == costs[-1] < costs[0]


RUN = """
import sys
from qilian.routing import generate, solve
plan = solve(generate(20, 60, 7), work_limit=4_000, seed=3)
print(plan.value, plan.lower_bound, plan.assignments)
"""


def in_new_process(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return done.stdout


def test_the_same_seed_and_work_give_the_same_plan_in_every_process():
    """On an instance that the exact search does not settle with so little work."""
    plan = solve(generate(20, 60, 7), work_limit=4_000, seed=3)
    here = f"{plan.value} {plan.lower_bound} {plan.assignments}\n"
    assert in_new_process(RUN) == here
    assert in_new_process(RUN, PYTHONHASHSEED="5") == here


@pytest.mark.slow
def test_compiled_code_on_disk_or_not_the_plan_is_the_same(tmp_path):
    """With a limit in work alone a search waits for its compiled code."""
    assert in_new_process(RUN, NUMBA_CACHE_DIR=str(tmp_path)) == in_new_process(RUN)


def test_without_compiled_code_a_search_with_a_time_limit_does_not_wait(tmp_path):
    code = """
import sys
from qilian.routing import generate, solve, verify
problem = generate(20, 20, 7)
plan = solve(problem, limit_seconds=0.5)
assert verify(problem, plan) == []
print(plan.seconds, "numba" in sys.modules)
"""
    seconds, numba = in_new_process(code, NUMBA_CACHE_DIR=str(tmp_path), QILIAN_NO_WARM="1").split()
    assert numba == "False"
    assert float(seconds) < 5


def test_compiled_code_counts_only_for_the_sources_it_was_made_of(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not jit.is_cached("time")
    jit.mark_cached("time")
    assert jit.is_cached("time")
    assert not jit.is_cached("batch")
    monkeypatch.setattr(jit, "version", lambda _: "another numba")
    assert not jit.is_cached("time")


@pytest.mark.parametrize(("name", "hours"), [("n10-l20-s2", 482), ("n15-l20-s4", 627)])
def test_frozen_instances_are_proven_with_little_work(name, hours):
    """447 h was the bound of another program for the first, 482 h its plan: here units wait for each other."""
    plan = solve(read_problem(INSTANCES / f"{name}.json.gz"), work_limit=100_000)
    assert (plan.value, plan.lower_bound) == (hours, hours)
