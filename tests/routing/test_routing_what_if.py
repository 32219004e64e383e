"""What-ifs and why-nots: the answer keeps the change, is the best that keeps it, and says what decided."""

from itertools import combinations

import pytest

from qilian.routing import RoutingError, generate, solve, verify
from qilian.routing.asking import read_change, read_event
from qilian.routing.changes import (
    FinishBy,
    Forbid,
    ForbidHours,
    Force,
    ImpossibleChange,
    Only,
    Place,
    SampleUnits,
    changed,
    forced,
    not_before,
    with_test_at,
)
from qilian.routing.events import Closed, Failed, UnitLost
from qilian.routing.what_if import what_if
from qilian.routing.why_not import why_not

WORK = 20_000


@pytest.fixture(scope="module", params=["time", "price", "distance"])
def planned(request):
    problem = generate(6, 8, 3, cities=4, horizon=1440)
    return problem, solve(problem, request.param, work_limit=3000)


def labs(problem):
    return sorted({bench.lab for bench in problem.benches})


def used(problem, plan):
    lab = {bench.id: bench.lab for bench in problem.benches}
    return {lab[item.bench] for item in plan.assignments}


def test_a_forced_laboratory_costs_as_much_as_the_best_way_to_use_it(planned):
    """Against solving, for each test that it can do, the problem with that test there."""
    problem, plan = planned
    for laboratory in labs(problem):
        force = Force(Place("laboratory", (laboratory,)))
        try:
            tests = forced(problem, force)
        except ImpossibleChange:
            continue
        ways = [solve(with_test_at(problem, *test, force.place), plan.objective, work_limit=3000) for test in tests]
        found = what_if(problem, plan, [force], work_limit=WORK)
        assert laboratory in used(problem, found.plan)
        assert verify(found.problem, found.plan) == []
        assert found.plan.value == min(way.value for way in ways)
        assert found.plan.lower_bound <= found.plan.value


def test_two_forced_laboratories_are_both_used(planned):
    problem, plan = planned
    able = [
        lab for lab in labs(problem) if any(lab == b.lab for b in problem.benches if b.id in option_benches(problem))
    ]
    for pair in list(combinations(able, 2))[:5]:
        changes = [Force(Place("laboratory", (each,))) for each in pair]
        found = what_if(problem, plan, changes, work_limit=WORK)
        if found.plan is not None:
            assert set(pair) <= used(problem, found.plan)
            assert found.plan.value >= plan.value or not plan.proven


def option_benches(problem):
    return {option.bench for item in problem.products for test in item.tests for option in test.options}


def test_a_change_that_the_plan_keeps_changes_nothing(planned):
    """Where the old plan is as good as any, it is the answer."""
    problem, plan = planned
    assert plan.proven
    unused = next(lab for lab in labs(problem) if lab not in used(problem, plan))
    for change in (
        Force(Place("laboratory", (min(used(problem, plan)),))),
        Forbid(Place("laboratory", (unused,))),
        FinishBy(problem.horizon),
        ForbidHours(problem.horizon - 2, problem.horizon - 1),
    ):
        found = what_if(problem, plan, [change], work_limit=WORK)
        assert found.moved == ()
        assert found.plan.proven
        assert (found.difference.hours, found.difference.price, found.difference.kilometres) == (0, 0, 0)


def test_what_is_forbidden_is_not_in_the_plan(planned):
    problem, plan = planned
    city = {bench.id: bench.city for bench in problem.benches}
    for name in problem.cities:
        found = what_if(problem, plan, [Forbid(Place("city", (name,)))], work_limit=WORK)
        if found.plan is None:
            assert found.impossible
            assert found.reason.zh
            continue
        assert all(city[item.bench] != name for item in found.plan.assignments)
    found = what_if(problem, plan, [not_before(50), ForbidHours(100, 130)], work_limit=WORK)
    assert all(item.start >= 50 and (item.end <= 100 or item.start >= 130) for item in found.plan.assignments)


def test_one_sample_unit_more_or_fewer(planned):
    """More can only help; fewer can only hurt."""
    problem, plan = planned
    assert what_if(problem, plan, [SampleUnits(1)], work_limit=WORK).plan.value <= plan.value
    assert what_if(problem, plan, [SampleUnits(-1)], work_limit=WORK).plan.value >= plan.value
    found = what_if(problem, plan, [SampleUnits(-2)], work_limit=WORK)
    assert found.plan is None
    assert "sample" in found.reason.en


def test_a_deadline_before_the_earliest_end_names_that_end():
    problem = generate(6, 8, 3, cities=4, horizon=1440)
    plan = solve(problem, "time", work_limit=3000)
    assert plan.proven
    found = what_if(problem, plan, [FinishBy(int(plan.value) - 1)], work_limit=WORK)
    assert found.plan is None
    assert found.impossible
    assert what_if(problem, plan, [FinishBy(int(plan.value))], work_limit=WORK).plan.value == plan.value


def test_an_impossible_change_names_the_test_that_has_no_option_left():
    problem = generate(4, 6, 1, cities=3, horizon=1440)
    test = problem.products[0].tests[0]
    benches = tuple(option.bench for option in test.options)
    with pytest.raises(ImpossibleChange, match=f"test p0/{test.id} has no option left") as error:
        changed(problem, [Forbid(Place("bench", benches))])
    assert (error.value.product, error.value.test) == ("p0", test.id)


def test_names_that_the_problem_does_not_have_are_refused(planned):
    problem, plan = planned
    for change in (
        Forbid(Place("laboratory", ("nowhere",))),
        Only(Place("laboratory", (labs(problem)[0],)), "nothing"),
        SampleUnits(1, "nobody"),
        ForbidHours(9, 9),
        FinishBy(0),
    ):
        with pytest.raises(RoutingError):
            what_if(problem, plan, [change], work_limit=WORK)


def test_every_laboratory_has_a_reason_that_its_figures_bear_out(planned):
    """In the plan, unable, as good, or worse with the difference and a cause that makes some of it up."""
    problem, plan = planned
    for laboratory in labs(problem):
        found = why_not(problem, plan, laboratory, work_limit=WORK)
        assert found.words.zh.endswith("。")
        assert found.words.en.endswith(".")
        assert (found.verdict == "in_plan") == (laboratory in used(problem, plan))
        if found.verdict == "worse":
            assert found.answer.plan.value > plan.value
            assert f"{found.facts.item.product}/{found.facts.item.test}" in found.words.en
            if found.facts.cause != "several":
                assert 0 < found.facts.tried[0].recovered <= found.answer.plan.value - plan.value + 1e-6
        if found.verdict == "cannot":
            assert all(each.lab != laboratory for each in problem.benches if each.id in option_benches(problem))


def test_a_booked_laboratory_is_named_as_booked():
    """Made by hand: the same laboratory twice, but one is booked for four days."""
    from qilian.routing import Bench, Option, Problem, Product, Test

    open_hours = tuple((day * 24 + 8, day * 24 + 18) for day in range(20))
    problem = Problem(
        horizon=480,
        cities=("here",),
        transfer_hours=((1,),),
        transfer_km=((0.0,),),
        transfer_price=((0,),),
        benches=(Bench("a", "free", "here", open_hours), Bench("b", "full", "here", open_hours, ((0, 96),))),
        products=(Product("p", "here", 1, (Test("t", True, False, (Option("a", 4, 10), Option("b", 4, 10))),)),),
    )
    found = why_not(problem, solve(problem, "time", work_limit=500), "full", work_limit=WORK)
    assert found.verdict == "worse"
    assert found.facts.cause == "bookings"
    assert found.facts.first_opening == 104
    assert "bookings" in found.words.en
    assert "已有预约" in found.words.zh


def test_changes_and_events_are_read_as_they_are_written():
    assert read_change("forbid lab=a,b") == Forbid(Place("laboratory", ("a", "b")))
    assert read_change("pin test=t bench=b") == Only(Place("bench", ("b",)), "t")
    assert read_change("forbid hours=3..9 city=c") == ForbidHours(3, 9, Place("city", ("c",)))
    assert read_change("not-before 7") == ForbidHours(0, 7)
    assert read_change("remove-sample product=p") == SampleUnits(-1, "p")
    assert read_event("closed bench=b", 5) == Closed(Place("bench", ("b",)), 5)
    assert read_event("closed lab=b hours=6..9", 5) == Closed(Place("laboratory", ("b",)), 6, 9)
    assert read_event("failed test=t product=p hours=4", 5) == Failed("p", "t", 4)
    assert read_event("lost unit=1 product=p", 5) == UnitLost("p", 1)
    for text in ("", "forbid", "forbid lab=a city=b", "not-before x", "finish-by -3", "add-sample 2", "fly lab=a"):
        with pytest.raises(RoutingError, match="not a change"):
            read_change(text)
    for text in ("", "closed", "closed bench=b x", "failed test=t", "lost unit=x product=p"):
        with pytest.raises(RoutingError, match="not an event"):
            read_event(text, 0)


def test_the_command_line_answers_in_json_that_keeps_its_schema(qilian, tmp_path):
    """Solve, ask, plan again; the plan file of a re-plan is a whole plan."""
    import json

    import jsonschema

    from qilian.routing.files import schemas, write_plan, write_problem

    problem = generate(6, 8, 3, cities=4, horizon=1440)
    plan = solve(problem, "time", work_limit=3000)
    write_problem(problem, tmp_path / "i.json")
    write_plan(plan, tmp_path / "p.json")
    asked = qilian("route", "what-if", "i.json", "p.json", "--change", "add-sample", "--limit", "1", "--json")
    assert asked.returncode == 0, asked.stderr
    jsonschema.validate(json.loads(asked.stdout), schemas()["routing-what-if-1.schema.json"])
    bench = plan.assignments[-1].bench
    again = qilian("route", "replan", "i.json", "p.json", "--at", "20", "--event", f"closed bench={bench}", "--json")
    assert again.returncode == 0, again.stderr
    jsonschema.validate(json.loads(again.stdout), schemas()["routing-replan-1.schema.json"])
    never = qilian("route", "what-if", "i.json", "p.json", "--change", "finish-by 3")
    assert never.returncode == 1
    assert qilian("route", "what-if", "i.json", "p.json", "--change", "fly").returncode == 2
