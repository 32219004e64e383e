"""Fronts of time and price, and rankings of two objectives: every certificate against plans counted through."""

import json
from itertools import permutations

import jsonschema
import numpy as np
import pytest

from qilian.routing import OBJECTIVES, RoutingError, evaluate, generate, read_plan, read_problem, solve, verify
from qilian.routing.bounds import latest_ends, time_bounds
from qilian.routing.budget import Budget
from qilian.routing.completion import Completion
from qilian.routing.files import schemas
from qilian.routing.grid import Grid
from qilian.routing.joint import Joint
from qilian.routing.lexicographic import solve_in_order
from qilian.routing.offers import Offers
from qilian.routing.pareto import pareto
from qilian.routing.timetable import Timetable


def best_of(values):
    """The values that no other one beats in both."""
    return {
        one for one in values if not any(other != one and other[0] <= one[0] and other[1] <= one[1] for other in values)
    }


@pytest.mark.parametrize("charge", ["price", "distance"])
@pytest.mark.parametrize("seed", range(5))
def test_every_point_of_a_front_and_its_certificate_agree_with_the_counted_plans(seed, charge, small, all_values):
    """A point is never called proven that another plan beats, and a front never complete that lacks a point."""
    problem = small(seed, units=1 + seed % 3)
    values = set(all_values(problem, "time", charge))
    front = pareto(problem, charge, points=9, work_limit=60_000, seed=seed)
    for point in front.points:
        assert verify(problem, point.plan) == []
        assert point.least_cost <= min(cost for hours, cost in values if hours <= point.hours)
        assert point.earliest <= min(hours for hours, cost in values if cost <= point.cost)
        if point.proven:
            assert (point.hours, point.cost) in best_of(values)
    if front.complete:
        assert {(point.hours, point.cost) for point in front.points} == best_of(values)


def test_small_fronts_are_complete(small):
    assert pareto(small(1), points=9, work_limit=60_000).complete


def test_the_same_seed_and_work_give_the_same_front():
    problem = generate(8, 8, 2, cities=4, horizon=1440)
    first = pareto(problem, work_limit=20_000, seed=3)
    again = pareto(problem, work_limit=20_000, seed=3)
    assert [(each.hours, each.cost, each.plan) for each in first.points] == [
        (each.hours, each.cost, each.plan) for each in again.points
    ]


def test_the_ends_of_a_front_are_the_fastest_and_the_cheapest_plan():
    problem = generate(8, 8, 2, cities=4, horizon=1440)
    front = pareto(problem, work_limit=40_000)
    fastest, cheapest = solve(problem, work_limit=20_000), solve(problem, "price", work_limit=20_000)
    assert (fastest.proven, cheapest.proven) == (True, True)
    assert (front.points[0].hours, front.points[-1].cost) == (fastest.value, cheapest.value)


@pytest.mark.parametrize("pair", list(permutations(OBJECTIVES, 2)))
@pytest.mark.parametrize("seed", range(2))
def test_two_objectives_in_order_give_the_counted_best(seed, pair, small, all_values):
    problem = small(seed, products=1 + seed % 2, tests=3 - seed % 2)
    first, second = min(all_values(problem, *pair))
    found = solve_in_order(problem, pair, work_limit=30_000)
    assert verify(problem, found.plan) == []
    one, other = found.stages
    assert one.lower_bound <= first <= one.value
    if one.value == first:
        assert other.lower_bound <= second <= other.value


def test_where_the_cheapest_plan_leaves_a_unit_at_home_it_is_shown_to_be_the_earliest_of_its_price():
    """All twenty tests on one unit are a million sets; they are not too many."""
    front = pareto(generate(20, 20, 4), points=2, work_limit=100_000)
    assert {item.unit for item in front.points[-1].plan.assignments} in ({0}, {1})
    assert front.proven


def test_what_is_ahead_of_a_unit_is_never_more_than_a_plan_costs():
    """From home with nothing done, the table is a bound on all plans by the deadline, and tightest for the latest."""
    problem = generate(7, 8, 5, cities=4, horizon=1440)
    timetable = Timetable(problem)
    bounds = time_bounds(timetable)
    offers = Offers(timetable, bounds.release, problem.horizon, "price")
    table = Completion(offers, Grid(timetable, bounds.release, problem.horizon), Budget(None, None))
    cheapest = solve(problem, "price", work_limit=20_000)
    assert cheapest.proven
    hours = max(item.end for item in cheapest.assignments)
    ends = [latest_ends(timetable, deadline) for deadline in (hours, problem.horizon)]
    asked = [table.ahead(max(last), np.asarray(last, np.int32)) for last in ends]
    ahead, latest = [each.paid for each in asked], [each.latest for each in asked]
    costs = [table[0, offers.home] / offers.scale for table in ahead]
    assert costs[1] <= costs[0] <= cheapest.value
    least = asked[1].least.copy()
    table.ahead(max(ends[0]), np.asarray(ends[0], np.int32))
    assert (asked[1].least == least).all(), (
        "a question about another deadline, perhaps at the same time, changes nothing"
    )
    test_of = {name: test for test, name in enumerate(timetable.names)}
    for unit in range(2):
        done, paid, here = 0, 0, offers.home
        for item in sorted(cheapest.assignments, key=lambda item: item.start):
            if item.unit == unit:
                test = test_of[item.product, item.test]
                choice = next(each for each in timetable.choices[test] if problem.benches[each.bench].id == item.bench)
                done, paid, here = (
                    done | 1 << test,
                    paid + choice.price + timetable.price[here][choice.city],
                    choice.city,
                )
                assert paid + ahead[0][done, here] / offers.scale <= cheapest.value
                assert item.end < latest[0][done, here]


def test_units_that_share_the_tests_as_the_cheapest_plan_does_are_settled_at_its_cost():
    """And for one yuan less it is shown that there is no plan with this share-out, or another one is found."""
    problem = generate(7, 8, 5, cities=4, horizon=1440)
    timetable = Timetable(problem)
    bounds = time_bounds(timetable)
    offers = Offers(timetable, bounds.release, problem.horizon, "price")
    cheapest = solve(problem, "price", work_limit=20_000)
    test_of = {name: test for test, name in enumerate(timetable.names)}
    parts = [0, 0]
    for item in cheapest.assignments:
        parts[item.unit] |= 1 << test_of[item.product, item.test]
    windows = np.asarray(bounds.release, np.int32), np.full(timetable.size, problem.horizon, np.int32)
    joint = Joint(offers, Budget(None, None), tuple(parts), windows, problem.horizon)
    placements, cost, end = joint.settle(int(cheapest.value))
    assert cost == cheapest.value
    assert end == max(item.end for item in placements)
    assert joint.settle(int(cheapest.value) - 1) == ()


def test_a_front_is_of_one_product_and_two_points_or_more():
    with pytest.raises(RoutingError, match="one product"):
        pareto(generate(3, 4, 1, products=2))
    with pytest.raises(RoutingError, match="2 or more"):
        pareto(generate(3, 4, 1), points=1)


def test_the_command_line_makes_an_instance_and_prints_its_front(qilian, tmp_path):
    """The file is the same for the same seed, and each plan of the list passes the check of its own bound."""
    sizes = ("--tests", "6", "--laboratories", "8", "--cities", "4", "--horizon", "1440", "--seed", "3")
    for name in ("one.json", "other.json"):
        assert qilian("route", "generate", name, *sizes).returncode == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    assert read_problem(tmp_path / "one.json") == generate(6, 8, 3, cities=4, horizon=1440)
    printed = qilian("route", "solve", "one.json", "--objective", "pareto", "--work", "30000", "--json")
    assert printed.returncode == 0, printed.stderr
    found = json.loads(printed.stdout)
    assert found["value"] == found["pareto"][0]["hours"]
    for number, point in enumerate(found["pareto"]):
        (tmp_path / f"{number}.json").write_text(json.dumps(point))
        plan = read_plan(tmp_path / f"{number}.json")
        assert verify(read_problem(tmp_path / "one.json"), plan) == []
        assert (
            point["least_price"]
            <= point["price"]
            == evaluate(read_problem(tmp_path / "one.json"), plan.assignments, "price")
        )


def test_a_work_limit_on_the_command_line_gives_the_same_plan_again(qilian):
    qilian("route", "generate", "i.json", "--tests", "8", "--laboratories", "8")
    first, again = (json.loads(qilian("route", "i.json", "--work", "500", "--json").stdout) for _ in range(2))
    assert {**first, "seconds": 0} == {**again, "seconds": 0}


def test_the_front_of_a_file_is_printed_as_its_schema_says(qilian):
    qilian("route", "generate", "i.json", "--tests", "6", "--laboratories", "8", "--horizon", "1440")
    printed = qilian("route", "front", "i.json", "--limit", "2", "--json")
    assert printed.returncode == 0, printed.stderr
    jsonschema.validate(json.loads(printed.stdout), schemas()["routing-front-1.schema.json"])
