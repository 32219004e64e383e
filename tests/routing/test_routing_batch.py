"""Batches: every rule kept, bounds below every plan, limits held, the same plan again, fairness, parallel workers."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from qilian.routing import NoPlanFound, RoutingError, alone_hours, generate, solve, verify
from qilian.routing.batch_bound import BatchBound
from qilian.routing.batch_data import BatchData
from qilian.routing.batch_search import BatchSearch
from qilian.routing.kernels_batch_bound import income, outlay


def a_batch(seed=1, products=12, tests=6, **options):
    return generate(tests, 6, seed, products=products, cities=4, horizon=3000, **options)


def completions(plan):
    ends = {}
    for item in plan.assignments:
        ends[item.product] = max(ends.get(item.product, 0), item.end)
    return ends


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("units", [1, 3])
def test_plans_of_batches_keep_every_rule_and_stay_above_their_bounds(seed, units):
    """Also with other numbers of units and products; the bound on the mean is at least the mean of the hours alone."""
    problem = a_batch(seed, units=units)
    for objective in ("time", "makespan"):
        plan = solve(problem, objective, work_limit=30_000)
        assert verify(problem, plan) == []
        assert plan.lower_bound <= plan.value
    alone = alone_hours(problem)
    assert all(hour >= alone[name] for name, hour in completions(plan).items())


def test_the_bound_holds_at_any_prices_for_any_plan():
    """Prices that nobody has improved must give a bound too: it is compared with plans from other seeds."""
    problem = a_batch(4)
    plans = [solve(problem, work_limit=20_000, seed=seed) for seed in (1, 2)]
    data = BatchData(problem)
    chance = np.random.default_rng(0)
    latest = 1500
    for scale in (0.01, 0.1, 1.0):
        falling = chance.exponential(scale, (len(data.kinds.attended), latest + 1))
        price = np.cumsum(falling[:, ::-1], axis=1)[:, ::-1].copy()
        price -= price[:, -1:]
        surplus, target = np.zeros_like(price), data.alone.copy()
        paid = outlay(data.tests, data.alone, 1.0, price, 1, target, surplus)
        most, choice = np.zeros(latest + 1), np.zeros(latest + 1, dtype=np.int32)
        earned = income(data.network, data.kinds, data.bookings(), price, most, choice, surplus)
        for plan in plans:
            assert (paid - earned) / len(data.alone) <= plan.value


def test_scarce_benches_raise_the_bound_above_the_hours_alone():
    """Twelve products at one pair of benches each kind cannot all be as early as alone."""
    data = BatchData(generate(4, 1, 3, products=30, cities=2, horizon=20_000))
    bound = BatchBound(data, "time", 4320)
    bound.ascend(60, lambda: False)
    assert bound.hours > 1.2 * data.alone.sum()


def test_a_work_limit_gives_the_same_plan_again():
    """And another seed may give another one, which is as right."""
    problem = a_batch(5)
    first = solve(problem, work_limit=40_000, seed=7)
    assert solve(problem, work_limit=40_000, seed=7) == first


def test_the_time_limit_is_kept_for_many_tests(monkeypatch):
    """2,000 tests in one second: what does not fit into the limit is left out, and a plan is there.

    The clock goes on by a hundredth of a second whenever it is looked at, so that a busy machine changes nothing.
    """
    looks = itertools.count()
    monkeypatch.setattr("qilian.routing.budget.time", SimpleNamespace(perf_counter=lambda: next(looks) / 100))
    monkeypatch.setattr("qilian.routing.batch_workers.perf_counter", lambda: next(looks) / 100)
    problem = generate(20, 60, 1, products=100, horizon=20_000)
    plan = solve(problem, limit_seconds=1.0)
    assert 1.0 <= plan.seconds < 1.5
    assert len(plan.assignments) == 2000


def test_more_work_is_not_worse_than_list_scheduling():
    """Priced insertion and neighbourhoods beat products put in one after another at their earliest hours."""
    problem = a_batch(6, products=20)
    little, much = (solve(problem, work_limit=work).value for work in (1, 50_000))
    assert much < little


def test_a_start_plan_is_never_made_worse():
    problem = a_batch(7)
    good = solve(problem, work_limit=30_000)
    assert solve(problem, work_limit=1, start=good).value <= good.value


def test_fairness_bounds_every_product():
    """No product ends later than the factor times its hour alone; the mean may pay for that."""
    problem = a_batch(8)
    alone = alone_hours(problem)
    free = solve(problem, work_limit=30_000)
    worst = max(hour / alone[name] for name, hour in completions(free).items())
    factor = 1 + 0.95 * (worst - 1)
    fair = solve(problem, work_limit=80_000, fairness=factor)
    assert verify(problem, fair) == []
    assert all(hour <= factor * alone[name] for name, hour in completions(fair).items())


def test_an_unfair_batch_is_refused_with_a_word_on_the_worst_product():
    problem = generate(4, 1, 3, products=30, cities=2, horizon=20_000)
    with pytest.raises(NoPlanFound, match="times its hour alone"):
        solve(problem, work_limit=20_000, fairness=1.0)


def test_fairness_is_for_several_products():
    with pytest.raises(RoutingError, match="fairness"):
        solve(generate(4, 4, 1), fairness=2.0, work_limit=10)


def test_a_horizon_that_is_too_short_for_all_is_said():
    problem = generate(4, 1, 3, products=60, cities=2, horizon=4320)
    with pytest.raises(NoPlanFound, match="no place"):
        solve(problem, work_limit=5_000)


def test_one_solution_adopts_from_another_only_what_fits():
    """After adopting, the bookings still hold: the merged plan keeps every rule and no product is later."""
    problem = generate(6, 40, 9, products=40, cities=4, horizon=3000)
    data = BatchData(problem)
    arrays = data.arrays(np.zeros((len(data.kinds.attended), 2)), np.full(len(data.alone), problem.horizon))
    one = BatchSearch(arrays, data.empty_solution(), placed=False, seed=1)
    one.construct(list(range(len(data.alone))), 0, lambda: False)
    other = BatchSearch(arrays, one.solution, placed=True, seed=2)
    tries = iter(range(60))
    other.improve(lambda: next(tries, None) is None, lambda _: None)
    before = one.solution.completion.copy()
    one.adopt(other.solution)
    assert (one.solution.completion <= before).all()
    assert (one.solution.completion < before).any()
    merged = solve(problem, work_limit=1)
    merged = replace(merged, assignments=data.assignments(one.solution), lower_bound=0, proven=False)
    merged = replace(merged, value=float(one.solution.completion.mean()))
    assert verify(problem, merged) == []


@pytest.mark.slow
def test_workers_in_processes_and_on_ray_find_the_same_plan(monkeypatch):
    """Two workers of a real local Ray and two processes: with a work limit the backend has no say."""
    pytest.importorskip("ray")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    problem = a_batch(10)
    plans = [solve(problem, work_limit=30_000, workers=2, backend=backend) for backend in ("processes", "ray")]
    assert plans[0] == plans[1]
    assert verify(problem, plans[0]) == []
