"""Re-planning: what has started stays, as little as possible changes, and every rule is kept from the first hour on."""

import random
from dataclasses import replace
from itertools import product as every

import pytest

from qilian.routing import Infeasible, NoPlanFound, RoutingError, generate, solve, verify
from qilian.routing.changes import Place
from qilian.routing.events import Closed, Failed, UnitLost
from qilian.routing.replan import PREFERENCES, replan

WORK = 40_000


def planned(seed, tests=6, units=2, products=1, objective="time"):
    problem = generate(tests, 8, seed, units=units, products=products, cities=4, horizon=1440)
    return problem, solve(problem, objective, work_limit=3000, seed=seed)


def random_events(problem, plan, at, chance):
    """One event that can happen at this hour, or none."""
    ended = [item for item in plan.assignments if item.end <= at]
    waiting = [item for item in plan.assignments if item.end > at]
    labs = {bench.id: bench.lab for bench in problem.benches}
    events = [UnitLost(problem.products[0].id, chance.randrange(problem.products[0].sample_units))]
    if ended:
        events.append(Failed(ended[-1].product, ended[-1].test, chance.choice((None, 3))))
    if waiting:
        bench = chance.choice(waiting).bench
        events.append(Closed(Place("bench", (bench,)), at))
        events.append(Closed(Place("bench", (bench,)), at + 5, at + 60))
        events.append(Closed(Place("laboratory", (labs[bench],)), at))
    return [chance.choice(events)]


@pytest.mark.parametrize("prefer", PREFERENCES)
@pytest.mark.parametrize("objective", ["time", "makespan", "price", "distance"])
def test_without_an_event_nothing_changes(prefer, objective):
    """At any hour of a proven plan: all that was planned is kept, and the value is the old one."""
    problem, plan = planned(4, objective=objective)
    assert plan.proven
    for at in (0, 17, plan.assignments[2].start + 1, plan.assignments[-1].start, plan.assignments[-1].end + 1):
        found = replan(problem, plan, at, [], prefer=prefer, work_limit=WORK)
        assert found.moved == found.added == found.stopped == ()
        assert set(found.plan.assignments) == set(plan.assignments)
        assert found.plan.value == plan.value
        assert found.plan.proven


@pytest.mark.parametrize("seed", range(12))
def test_nothing_started_is_changed_and_every_rule_is_kept(seed):
    """Random plans, hours and events: past and future together pass the independent check."""
    chance = random.Random(seed)
    problem, plan = planned(seed, units=2 + seed % 2, products=1 + seed % 3 // 2)
    at = chance.choice([item.start for item in plan.assignments]) + chance.choice((0, 0, 1, 9))
    events = random_events(problem, plan, at, chance)
    try:
        found = replan(problem, plan, at, events, prefer=chance.choice(PREFERENCES), work_limit=WORK)
    except (Infeasible, NoPlanFound):
        return
    assert verify(found.problem, found.plan) == []
    started = [item for item in plan.assignments if item.start < at]
    assert len(found.fixed) == len(started)
    for before, after in zip(started, found.fixed, strict=True):
        assert (before.bench, before.unit, before.start) == (after.bench, after.unit, after.start)
        assert after.end == (at if before in found.stopped else before.end)
        assert after in found.plan.assignments
    for item in found.plan.assignments:
        assert item in found.fixed or item.start >= at
        for event in events:
            if isinstance(event, UnitLost) and item not in found.fixed:
                assert (item.product, item.unit) != (event.product, event.unit)
    assert len(found.moved) >= found.fewest_changes
    runs = {item.test.partition("#")[0] for item in found.fixed if "#" in item.test}
    assert {item.test for item in found.added} == runs


def counted_fewest(problem, plan, at, closed):
    """Count through all subsets of kept appointments, on every bench, unit and hour that the others could have."""
    benches = {bench.id: bench for bench in problem.benches}
    item = problem.products[0]
    waiting = [each for each in plan.assignments if each.start >= at]
    started = [each for each in plan.assignments if each.start < at]
    best = len(waiting) + 1
    options = {test.id: test.options for test in item.tests}
    for units in every(range(item.sample_units), repeat=len(waiting)):
        for choice in every(*(options[each.test] for each in waiting)):
            for keep in every((True, False), repeat=len(waiting)):
                changes = keep.count(False)
                away = (option.bench != each.bench for option, each in zip(choice, waiting, strict=True))
                if changes >= best or any(kept and elsewhere for kept, elsewhere in zip(keep, away, strict=True)):
                    continue
                if can_be_placed(problem, benches, item, started, waiting, units, choice, keep, at, closed):
                    best = changes
    return best


def can_be_placed(problem, benches, item, started, waiting, units, choice, keep, at, closed):
    """Try all orders; a moved test takes its first possible hour, a kept one its own."""
    from itertools import permutations

    city = {name: place for place, name in enumerate(problem.cities)}
    for order in permutations(range(len(waiting))):
        free, here, ends = {}, {}, {each.test: each.end for each in started}
        booked = {bench: [*benches[bench].busy] for bench in benches}
        for bench in closed:
            booked[bench].append((at, problem.horizon))
        for each in started:
            booked[each.bench].append((each.start, each.end))
            free[each.unit], here[each.unit] = each.end, city[benches[each.bench].city]
        for index, kept in enumerate(keep):
            if kept:
                booked[waiting[index].bench].append((waiting[index].start, waiting[index].end))
        destructive = {test.id for test in item.tests if test.destructive}
        possible, spent = True, {each.unit for each in started if each.test in destructive}
        first_of = {}
        for index in order:
            each, unit, option = waiting[index], units[index], choice[index]
            test = next(test for test in item.tests if test.id == each.test)
            before = [first for first, then in item.precedence if then == test.id]
            if unit in spent or any(first not in ends for first in before):
                possible = False
                break
            there, origin = city[benches[option.bench].city], here.get(unit, city[item.home])
            ready = free.get(unit, 0)
            arrival = max(ready, at) + problem.transfer_hours[origin][there]
            if unit not in first_of:  # a unit under way to its next appointment arrives there as planned
                own = [other for other in waiting if other.unit == unit]
                following = min(own, key=lambda other: other.start, default=None)
                if following is not None and city[benches[following.bench].city] == there:
                    arrival = max(ready, at, min(arrival, following.start))
                first_of[unit] = index
            hour = max([arrival, at] + [ends[first] for first in before])
            if keep[index]:
                if hour > each.start or each.bench in closed:
                    possible = False
                    break
                hour = each.start
            else:
                taken = booked[option.bench]
                while hour + option.hours <= problem.horizon:
                    needed = range(hour, hour + option.hours) if test.attended else [hour]
                    staffed = all(any(s <= h < e for s, e in benches[option.bench].staffed) for h in needed)
                    if staffed and not any(hour < e and s < hour + option.hours for s, e in taken):
                        break
                    hour += 1
                else:
                    possible = False
                    break
                taken.append((hour, hour + option.hours))
            ends[test.id] = free[unit] = hour + (each.end - each.start if keep[index] else option.hours)
            here[unit] = there
            if test.destructive:
                spent.add(unit)
        if possible:
            return True
    return False


@pytest.mark.parametrize("seed", range(8))
def test_the_fewest_changes_are_those_of_counting_through(seed):
    """Small plans, one bench closed: no plan moves fewer appointments."""
    problem = generate(4, 4, seed, units=2, cities=3, horizon=480)
    kept = tuple(
        replace(each, tests=tuple(replace(test, options=test.options[:2]) for test in each.tests))
        for each in problem.products
    )
    problem = replace(problem, products=kept)
    plan = solve(problem, "time", work_limit=3000, seed=seed)
    at = sorted(item.start for item in plan.assignments)[1]
    bench = next(item.bench for item in plan.assignments if item.start >= at)
    if any(item.start < at < item.end and item.bench == bench for item in plan.assignments):
        pytest.skip("the bench is in use at that hour")
    best = counted_fewest(problem, plan, at, {bench})
    try:
        found = replan(problem, plan, at, [Closed(Place("bench", (bench,)), at)], work_limit=WORK)
    except Infeasible:
        assert best == len([item for item in plan.assignments if item.start >= at]) + 1
        return
    assert len(found.moved) == best
    assert found.fewest_changes <= best
    fastest = replan(problem, plan, at, [Closed(Place("bench", (bench,)), at)], prefer="objective", work_limit=WORK)
    assert found.plan.lower_bound <= fastest.plan.value <= found.plan.value
    assert len(fastest.moved) >= best


def test_a_test_on_a_failing_bench_stops_and_is_done_again():
    """Its first run stays in the plan with the hours that it had."""
    problem, plan = planned(1)
    item = next(each for each in plan.assignments if each.end - each.start > 2)
    at = item.start + 1
    found = replan(problem, plan, at, [Closed(Place("bench", (item.bench,)), at, at + 24)], work_limit=WORK)
    assert found.stopped == (item,)
    run = next(each for each in found.fixed if each.test == f"{item.test}#1")
    assert (run.start, run.end) == (item.start, at)
    assert [each.test for each in found.added] == [item.test]


def test_a_failed_test_takes_its_retest_hours():
    problem, plan = planned(1)
    item = plan.assignments[0]
    found = replan(problem, plan, item.end, [Failed(item.product, item.test, 7)], work_limit=WORK)
    assert [each.end - each.start for each in found.added] == [7]


def test_events_that_cannot_be_are_refused():
    """Unknown names, an hour that has gone by, a result before the end."""
    problem, plan = planned(1)
    last = plan.assignments[-1]
    for event in (
        Closed(Place("bench", ("nowhere",)), 10),
        Closed(Place("bench", (last.bench,)), 9),
        Failed("p0", last.test),
        Failed("p0", "nothing"),
        UnitLost("p0", 7),
    ):
        with pytest.raises(RoutingError):
            replan(problem, plan, 10, [event], work_limit=WORK)


def test_without_a_sample_unit_left_it_says_so():
    problem, plan = planned(1)
    with pytest.raises(Infeasible, match="sample unit"):
        replan(problem, plan, 1, [UnitLost("p0", 0), UnitLost("p0", 1)], work_limit=WORK)


@pytest.mark.parametrize("seed", range(30))
def test_a_plan_is_put_together_at_once_where_that_is_easy(seed):
    """Without any search: what stands stays, what cannot finds a place between, and every rule is kept."""
    from qilian.routing.events import situation
    from qilian.routing.insertion import inserted
    from qilian.routing.plan import Plan
    from qilian.routing.remainder import Remainder, appointments_of
    from qilian.routing.stability import unkeepable
    from qilian.routing.verification import evaluate

    chance = random.Random(seed)
    problem, plan = planned(seed, tests=9, units=2 + seed % 2, products=1 + seed % 3 // 2)
    at = chance.choice([item.start for item in plan.assignments])
    try:
        found = situation(problem, plan, at, random_events(problem, plan, at, chance))
        if not found.appointments and not found.again:
            return
        rest = Remainder(found)
    except Infeasible:
        return
    appointments = appointments_of(found, rest.origin)
    lost = unkeepable(rest.problem, appointments)
    placed = inserted(rest.problem, rest.standing(lost), appointments, "time")
    assert placed is not None
    value = evaluate(rest.problem, placed, "time")
    assert verify(rest.problem, Plan("time", value, 0, value == 0, 0.0, placed)) == []
    units_gone = {key for key, item in found.appointments.items() if (item.product, item.unit) in found.lost}
    where = {(item.product, item.test): (item.bench, item.start) for item in placed}
    changed = {key for key, had in appointments.items() if where[key] != had}
    if not found.again and not units_gone:
        waiting = {then for product in problem.products for _, then in product.precedence}
        assert {key for key in changed if key[1] not in waiting} <= lost


def test_a_search_without_time_still_changes_little():
    """One bench of a plan of 20 tests closes; the machine is so busy that nothing can be searched."""
    problem, plan = planned(3, tests=20, units=2)
    bench = plan.assignments[8].bench
    found = replan(problem, plan, 0, [Closed(Place("bench", (bench,)), 0)], limit_seconds=0.001)
    on_it = sum(item.bench == bench for item in plan.assignments)
    assert on_it <= len(found.moved) <= on_it + 3
