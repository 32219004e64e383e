"""The judge of plans, against an hour-by-hour judge of its own and against known damage."""

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.routing import Assignment, Bench, Option, Plan, Problem, Product, Test, evaluate, generate, solve, verify

DAYS = tuple((day * 24 + 8, day * 24 + 18) for day in range(6))
PROBLEM = Problem(
    horizon=144,
    cities=("A", "B"),
    transfer_hours=((2, 5), (5, 2)),
    transfer_km=((0.0, 80.5), (80.5, 0.0)),
    transfer_price=((60, 240), (240, 60)),
    benches=(
        Bench("a", "lab-a", "A", DAYS, ((40, 60),)),
        Bench("b", "lab-b", "B", DAYS),
        Bench("c", "lab-c", "A", DAYS),
    ),
    products=(
        Product(
            "p",
            "A",
            2,
            (
                Test("attended", True, False, (Option("a", 4, 100), Option("c", 4, 130))),
                Test("long", False, False, (Option("b", 30, 900), Option("a", 32, 700))),
                Test("crash", True, True, (Option("a", 3, 500),)),
                Test("other", False, False, (Option("b", 20, 300),)),
            ),
            (("attended", "crash"),),
        ),
    ),
)
# Unit 0: A 8-12, to B (5 h) 17-47, in B 2 h, other 56-76, back to A by 81, crash 81-84.
GOOD = Plan(
    objective="time",
    value=84,
    lower_bound=60,
    proven=False,
    seconds=0.1,
    assignments=(
        Assignment("p", "attended", "a", 0, 8, 12),
        Assignment("p", "long", "b", 0, 17, 47),
        Assignment("p", "other", "b", 0, 56, 76),
        Assignment("p", "crash", "a", 0, 81, 84),
    ),
)


def changed(place, **changes):
    """The good plan with one assignment changed, and its value as it then is."""
    items = list(GOOD.assignments)
    items[place] = replace(items[place], **changes)
    return replace(GOOD, assignments=tuple(items), value=evaluate(PROBLEM, items, "time"))


def rules(problem, plan):
    return {violation.rule for violation in verify(problem, plan)}


def test_a_right_plan_breaks_no_rule():
    assert verify(PROBLEM, GOOD) == []


DAMAGE = {
    "one hour earlier: the unit is still under way": (changed(3, start=80, end=83), {"transfer"}),
    "one hour earlier from home": (changed(0, start=1, end=5), {"transfer", "staffed"}),
    "one hour shorter": (changed(0, end=11), {"duration"}),
    "an attended test over the end of the day": (changed(3, start=88, end=91), {"staffed"}),
    "an unattended test that starts at night": (changed(1, start=18, end=48), {"staffed"}),
    "another bench in the wrong city": (changed(3, bench="b"), {"option"}),
    "an unknown bench": (changed(3, bench="z"), {"option"}),
    "onto a booking": (changed(1, bench="a", start=14, end=46), {"busy"}),
    "a unit that does not exist": (changed(3, unit=2), {"unit"}),
    "a negative unit": (changed(3, unit=-1), {"unit"}),
    "another unit: nothing is wrong": (changed(1, unit=1), set()),
    "two tests at once on a bench, by two units": (changed(2, unit=1, start=33, end=53), {"bench"}),
    "two tests at once with a unit": (changed(2, start=41, end=61), {"unit", "bench"}),
    "after the horizon": (changed(2, start=137, end=157, unit=1), {"horizon"}),
    "wrong order": (changed(3, unit=1, start=8, end=11), {"precedence", "bench"}),
    "destructive before another test": (changed(3, start=32, end=35, unit=1), set()),
    "a test after the destructive one": (changed(0, start=104, end=108, bench="c"), {"precedence", "destructive"}),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_its_rules_are_named(name):
    plan, expected = DAMAGE[name]
    assert rules(PROBLEM, plan) == expected


def test_missing_doubled_and_foreign_tests_are_named():
    missing = replace(GOOD, assignments=GOOD.assignments[1:])
    doubled = replace(GOOD, assignments=(*GOOD.assignments, replace(GOOD.assignments[0], unit=1, bench="c")))
    foreign = replace(GOOD, assignments=(*GOOD.assignments, Assignment("p", "polish", "a", 0, 110, 112)))
    assert [str(item) for item in verify(PROBLEM, missing)] == ["complete: product p test attended: is missing"]
    assert "complete" in rules(PROBLEM, doubled)
    assert "complete" in rules(PROBLEM, foreign)


def test_value_and_bound_are_recomputed():
    assert rules(PROBLEM, replace(GOOD, value=83)) == {"value"}
    assert rules(PROBLEM, replace(GOOD, value=float("nan"))) >= {"value"}
    assert rules(PROBLEM, replace(GOOD, lower_bound=85)) == {"bound"}
    assert rules(PROBLEM, replace(GOOD, proven=True)) == {"bound"}
    assert rules(PROBLEM, replace(GOOD, lower_bound=84)) == {"bound"}, "equal, but not said to be proven"
    assert rules(PROBLEM, replace(GOOD, lower_bound=84, proven=True)) == set()
    assert rules(PROBLEM, replace(GOOD, objective="beauty")) == {"objective"}


def test_price_and_distance_follow_the_unit_from_home():
    """Home A, A, B, B, A: 60 + 240 + 60 + 240 yuan of moves beside 100 + 900 + 300 + 500; twice 80.5 km."""
    assert evaluate(PROBLEM, GOOD.assignments, "price") == 600 + 1800
    assert evaluate(PROBLEM, GOOD.assignments, "distance") == 161.0


def test_several_products_count_by_their_mean_and_by_the_latest():
    twin = replace(PROBLEM, products=(PROBLEM.products[0], replace(PROBLEM.products[0], id="q")))
    later = tuple(replace(item, product="q", start=item.start + 1, end=item.end + 1) for item in GOOD.assignments)
    assert evaluate(twin, (*GOOD.assignments, *later), "time") == 84.5
    assert evaluate(twin, (*GOOD.assignments, *later), "makespan") == 85


def broken_rules(problem, plan):
    """Judge hour by hour with sets: slow, and written for nothing but this comparison."""
    found = set()
    benches = {bench.id: bench for bench in problem.benches}
    city = {name: place for place, name in enumerate(problem.cities)}
    for product in problem.products:
        tests = {test.id: test for test in product.tests}
        mine = [item for item in plan.assignments if item.product == product.id]
        if sorted(item.test for item in mine) != sorted(tests):
            found.add("complete")
        for item in mine:
            test, bench = tests[item.test], benches[item.bench]
            hours = set(range(item.start, item.end))
            option = [option for option in test.options if option.bench == item.bench]
            if not option:
                found.add("option")
            elif option[0].hours != item.end - item.start:
                found.add("duration")
            if not hours or min(hours) < 0 or max(hours) >= problem.horizon:
                found.add("horizon")
            staffed = {hour for start, end in bench.staffed for hour in range(start, end)}
            if not (hours if test.attended else {item.start}) <= staffed:
                found.add("staffed")
            if hours & {hour for start, end in bench.busy for hour in range(start, end)}:
                found.add("busy")
            if item.unit not in range(product.sample_units):
                found.add("unit")
        ends = {item.test: item.end for item in mine}
        starts = {item.test: item.start for item in mine}
        if any(starts[then] < ends[first] for first, then in product.precedence):
            found.add("precedence")
        units = defaultdict(list)
        for item in sorted(mine, key=lambda item: (item.start, item.end)):
            units[item.unit].append(item)
        for items in units.values():
            if any(tests[item.test].destructive for item in items[:-1]):
                found.add("destructive")
            for before, item in pairwise(items):
                move = problem.transfer_hours[city[benches[before.bench].city]][city[benches[item.bench].city]]
                if item.start < before.end:
                    found.add("unit")
                elif item.start < before.end + move:
                    found.add("transfer")
            if items[0].start < problem.transfer_hours[city[product.home]][city[benches[items[0].bench].city]]:
                found.add("transfer")
    for one, other in combinations(plan.assignments, 2):
        if one.bench == other.bench and set(range(one.start, one.end)) & set(range(other.start, other.end)):
            found.add("bench")
    return found


@cache
def solved(seed):
    problem = generate(6, 6, seed, units=1 + seed % 3, products=1 + seed % 2, horizon=1440)
    return problem, solve(problem, work_limit=200, seed=seed)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 11), st.data())
def test_random_damage_is_found_and_named_as_an_hour_by_hour_judge_names_it(seed, data):
    problem, plan = solved(seed)
    items = list(plan.assignments)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(items) - 1))
        kind = data.draw(st.sampled_from(["hour", "bench", "unit", "order", "end"]))
        item = items[place]
        if kind == "hour":
            shift = data.draw(st.integers(-30, 30))
            items[place] = replace(item, start=item.start + shift, end=item.end + shift)
        elif kind == "bench":
            items[place] = replace(item, bench=data.draw(st.sampled_from(problem.benches)).id)
        elif kind == "unit":
            items[place] = replace(item, unit=data.draw(st.integers(-1, 3)))
        elif kind == "end":
            items[place] = replace(item, end=item.end + data.draw(st.sampled_from([-1, 1])))
        else:
            other = data.draw(st.integers(0, len(items) - 1))
            first, second = items[place], items[other]
            items[place] = replace(first, start=second.start, end=second.end, bench=second.bench)
            items[other] = replace(second, start=first.start, end=first.end, bench=first.bench)
    damaged = replace(plan, assignments=tuple(items))
    assert rules(problem, damaged) - {"value", "bound"} == broken_rules(problem, damaged)
