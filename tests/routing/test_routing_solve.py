"""The solvers: right on small problems that can be counted through, sound bounds everywhere, and well-behaved."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from qilian.routing import (
    Bench,
    Infeasible,
    Option,
    Problem,
    Product,
    RoutingError,
    Test,
    evaluate,
    generate,
    read_problem,
    solve,
    verify,
)

INSTANCES = Path(__file__).parent / "instances"
OBJECTIVES = ("time", "makespan", "price", "distance")


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", range(6))
def test_small_problems_are_solved_to_the_counted_best(seed, objective, small, all_values):
    """With one, two or three units; the bound is never above the best, and proven never said of anything else."""
    problem = small(seed, units=1 + seed % 3)
    best = min(all_values(problem, objective))
    plan = solve(problem, objective, work_limit=3000, seed=seed)
    assert verify(problem, plan) == []
    assert plan.value == best
    assert plan.lower_bound <= best


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_two_products_that_share_benches_are_solved_to_the_counted_best(objective, small, all_values):
    problem = small(3, tests=2, units=1, products=2)
    plan = solve(problem, objective, work_limit=3000)
    assert verify(problem, plan) == []
    assert plan.value == min(all_values(problem, objective))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_every_objective_gives_a_plan_that_keeps_all_rules(seed, units):
    """And no bound is above the value that another objective's plan reaches."""
    problem = generate(7, 8, seed, units=units, products=1 + seed % 3, destructive=seed % (units + 1))
    plans = [solve(problem, objective, work_limit=300, seed=seed) for objective in OBJECTIVES]
    for plan in plans:
        assert verify(problem, plan) == []
        for other in plans:
            assert evaluate(problem, other.assignments, plan.objective) >= plan.lower_bound


@cache
def frozen(name):
    return read_problem(INSTANCES / f"{name}.json.gz")


@pytest.mark.parametrize(("name", "hours"), [("n10-l20-s1", 551), ("n10-l20-s4", 372), ("n15-l20-s4", 627)])
def test_frozen_instances_are_proven(name, hours):
    """The figures were proven by another program before this one was written."""
    plan = solve(frozen(name), limit_seconds=20)
    assert (plan.value, plan.lower_bound, plan.proven) == (hours, hours, True)


@pytest.mark.slow
def test_cp_sat_closes_what_the_exact_search_leaves_open():
    """Here the best routes wait for each other across units: 447 h is only a bound, 482 h the best plan."""
    plan = solve(frozen("n10-l20-s2"), limit_seconds=60)
    assert (plan.value, plan.proven) == (482, True)


def test_the_same_seed_and_work_give_the_same_plan():
    problem = frozen("n10-l20-s2")
    for objective in OBJECTIVES:
        first = solve(problem, objective, work_limit=600, seed=7)
        assert solve(problem, objective, work_limit=600, seed=7) == first


def test_a_little_work_is_enough_for_a_plan():
    """A search is anytime: with no budget at all there is still a plan that keeps all rules."""
    for objective in OBJECTIVES:
        assert verify(frozen("n15-l20-s4"), solve(frozen("n15-l20-s4"), objective, work_limit=0)) == []


def test_progress_only_gets_better():
    seen = []
    plan = solve(frozen("n10-l20-s2"), work_limit=5000, on_progress=seen.append)
    values, bounds = [item.value for item in seen], [item.lower_bound for item in seen]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)
    assert (values[-1], bounds[-1]) == (plan.value, plan.lower_bound)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_start_plan_is_never_made_worse(objective):
    problem = frozen("n10-l20-s2")
    good = solve(problem, objective, work_limit=1500)
    again = solve(problem, objective, work_limit=0, start=good)
    assert again.value <= good.value


def test_a_broken_start_plan_is_refused():
    problem = frozen("n10-l20-s2")
    plan = solve(problem, work_limit=0)
    with pytest.raises(RoutingError, match="value"):
        solve(problem, start=replace(plan, value=plan.value - 1))


def test_an_unknown_objective_is_refused():
    with pytest.raises(RoutingError, match="beauty; use one of time"):
        solve(frozen("n10-l20-s2"), "beauty")


def one_bench(tests, *, horizon=48, units=1, precedence=()):
    """One city, one bench, staffed from hour 2 on without a break."""
    return Problem(
        horizon,
        ("A",),
        ((2,),),
        ((0.0,),),
        ((60,),),
        (Bench("b", "lab", "A", ((2, horizon),)),),
        (Product("p", "A", units, tests, precedence),),
    )


def test_too_little_time_is_shown_to_be_infeasible():
    """Three tests of 20 hours and 2 hours of handling each do not fit into 48 hours on one unit."""
    tests = tuple(Test(f"t{i}", True, False, (Option("b", 20, 100),)) for i in range(3))
    with pytest.raises(Infeasible, match="do not fit before the horizon"):
        solve(one_bench(tests))
    assert solve(one_bench(tests, horizon=66)).value == 66


def test_a_test_after_a_destructive_one_needs_a_second_unit():
    crash = Test("crash", True, True, (Option("b", 4, 100),))
    look = Test("look", True, False, (Option("b", 4, 100),))
    with pytest.raises(Infeasible, match="after a destructive"):
        solve(one_bench((crash, look), precedence=(("crash", "look"),)))
    assert solve(one_bench((crash, look), units=2, precedence=(("crash", "look"),))).value == 10


def test_what_no_bound_sees_to_be_infeasible_is_shown_by_search():
    """Two units could share the load, but there is only one bench."""
    tests = tuple(Test(f"t{i}", True, False, (Option("b", 20, 100),)) for i in range(3))
    with pytest.raises(Infeasible):
        solve(one_bench(tests, units=2), work_limit=100)


def test_dear_options_are_taken_where_the_cheap_ones_end_too_late():
    """The cheap bench opens only for the last day, for one of the two tests."""
    problem = Problem(
        48,
        ("A",),
        ((2,),),
        ((0.0,),),
        ((60,),),
        (Bench("dear", "lab", "A", ((2, 48),)), Bench("cheap", "lab", "A", ((36, 48),))),
        (
            Product(
                "p",
                "A",
                1,
                tuple(
                    Test(f"t{i}", True, False, (Option("dear", 10, 500), Option("cheap", 10, 100))) for i in range(2)
                ),
            ),
        ),
    )
    plan = solve(problem, "price", work_limit=500)
    assert verify(problem, plan) == []
    assert plan.lower_bound <= 500 + 100 + 120 <= plan.value


def test_a_thousand_tests_are_placed():
    """The batch solver is for later; until then list scheduling must do, with a bound."""
    problem = generate(20, 40, 1, products=50)
    plan = solve(problem, limit_seconds=1)
    assert verify(problem, plan) == []
    assert 0 < plan.lower_bound <= plan.value


def test_importing_the_room_is_light():
    code = (
        "import sys, qilian.routing\n"
        "heavy = {'numpy', 'ortools', 'pandas', 'pydantic', 'pint'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("seed", range(10))
def test_a_plan_is_found_where_the_horizon_leaves_room_for_hardly_any(seed, small, all_values):
    """The horizon is the hour at which the fastest plan is complete; an hour less leaves no plan, and that is said."""
    problem = small(seed, units=1 + seed % 2, tests=2 + seed % 2, products=2 - seed % 2)
    best = min(all_values(problem, "makespan"))
    plan = solve(until(problem, best), "makespan", work_limit=3000)
    assert (plan.value, verify(until(problem, best), plan)) == (best, [])
    with pytest.raises(Infeasible):
        solve(until(problem, best - 1), "makespan", work_limit=3000)


def until(problem, horizon):
    """The problem up to an hour."""

    def cut(intervals):
        return None if intervals is None else tuple((a, min(b, horizon)) for a, b in intervals if a < horizon)

    benches = tuple(replace(each, staffed=cut(each.staffed), busy=cut(each.busy)) for each in problem.benches)
    return replace(problem, horizon=horizon, benches=benches)
