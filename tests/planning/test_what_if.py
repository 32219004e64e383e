"""What-ifs on a compliance plan: only the journey is sought again, and the answer is in days, yuan and kilometres."""

import json
from datetime import date, timedelta
from importlib.resources import files

import jsonschema
import pytest

from qilian import planning, routing
from qilian.errors import QilianError
from qilian.planning import make_plan, plan_to_data, what_if, what_if_to_data, why_not, why_not_to_data
from qilian.planning.journey import plan_of
from qilian.product import read_product

ON = date(2026, 12, 1)
QUICK = 0.3


@pytest.fixture(scope="module")
def plan(pack, repository):
    g1 = read_product(repository / "examples/products/unitree-g1.yaml", pack.vocabulary)
    return make_plan(g1, pack, ["CN", "EU"], ON, home="杭州", limit_seconds=QUICK)


@pytest.fixture(scope="module")
def used(plan):
    return sorted({step.laboratory.id for step in plan.itinerary.steps})


def test_the_itinerary_is_the_routing_plan_that_it_was_made_from(plan):
    """Told in dates and read back in hours, it still passes the independent check."""
    assert routing.verify(plan.journey.problem, plan_of(plan.journey, plan.itinerary)) == []


def test_a_forbidden_laboratory_is_not_on_the_new_journey(plan, used):
    """The difference is that between the two journeys; where there is none, the reason says which test is left over."""
    for laboratory in used:
        found = what_if(plan, [f"forbid lab={laboratory}"], limit_seconds=QUICK)
        if found.itinerary is None:
            assert found.impossible
            assert found.reason.zh
            assert found.reason.en
            continue
        assert laboratory not in {step.laboratory.id for step in found.itinerary.steps}
        assert found.days == found.itinerary.days - plan.itinerary.days
        assert found.price == found.itinerary.price - plan.itinerary.price
        assert {step.demand.item.id for step in found.itinerary.steps} == {
            step.demand.item.id for step in plan.itinerary.steps
        }


def test_dates_are_kept(plan):
    """No test before the day asked for, and none on a forbidden day."""
    late = what_if(plan, ["not-before 2026-12-10"], limit_seconds=QUICK)
    assert min(step.start for step in late.itinerary.steps) >= late.itinerary.start + timedelta(days=9)
    gap = what_if(plan, ["forbid dates=2026-12-03..2026-12-04"], limit_seconds=QUICK)
    for step in gap.itinerary.steps:
        first = gap.itinerary.start
        assert step.end <= first + timedelta(days=2) or step.start >= first + timedelta(days=4)


def test_a_deadline_that_is_too_early_is_answered_by_the_earliest_end(plan):
    found = what_if(plan, ["finish-by 2026-12-02"], limit_seconds=QUICK)
    assert found.itinerary is None
    assert "2026-12-02" in found.reason.en or "opening" in found.reason.en


def test_one_more_sample_makes_it_no_later(plan):
    """With the same laboratories and one whole unit more."""
    found = what_if(plan, ["add-sample"], limit_seconds=QUICK)
    assert found.days <= 0


def test_a_forced_laboratory_is_on_the_journey(plan, used):
    others = sorted({bench.lab for bench in plan.journey.problem.benches} - set(used))
    found = what_if(plan, [f"force lab={others[0]}"], limit_seconds=QUICK)
    assert others[0] in {step.laboratory.id for step in found.itinerary.steps}


def test_tiers_and_cities_are_understood(plan):
    found = what_if(plan, ["force tier=district", "force city=宁波"], limit_seconds=QUICK)
    if found.itinerary is None:
        assert found.reason
    else:
        assert any(step.laboratory.tier == "district" for step in found.itinerary.steps)
        assert any(step.city.id == "ningbo" for step in found.itinerary.steps)


def test_every_laboratory_of_the_network_has_an_answer_in_both_languages(plan, used):
    """Those on the journey, those that can do nothing and two of those that could."""
    able = {bench.lab for bench in plan.journey.problem.benches}
    unable = [each.id for each in plan.network.laboratories if each.id not in able]
    for laboratory in [*used[:2], *unable, *sorted(able - set(used))[:2]]:
        found = why_not(plan, laboratory, limit_seconds=QUICK)
        assert found.words.zh
        assert found.words.en
        assert (found.verdict == "in_plan") == (laboratory in used)
        if laboratory in unable:
            assert found.verdict == "cannot"


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "forbid",
        "forbid lab=nobody",
        "lab=x forbid",
        "force tier=village",
        "forbid city=Atlantis",
        "not-before soon",
        "not-before 2020-01-01",
        "forbid dates=2026-12-09..2026-12-02",
        "pin test=nothing lab=zj-robot",
        "add-sample 2",
    ],
)
def test_a_wish_that_cannot_be_read_gets_one_line(plan, wish):
    with pytest.raises(QilianError) as error:
        what_if(plan, [wish], limit_seconds=QUICK)
    assert "\n" not in str(error.value)


def test_the_json_keeps_the_published_schema(plan, used):
    schema = json.loads((files("qilian.planning") / "schemas/plan.schema.json").read_text(encoding="utf-8"))
    data = plan_to_data(plan)
    data["what_if"] = what_if_to_data(what_if(plan, ["add-sample"], limit_seconds=QUICK))
    data["why_not"] = [why_not_to_data(why_not(plan, used[0], limit_seconds=QUICK))]
    jsonschema.validate(json.loads(json.dumps(data)), schema)


def test_a_plan_without_an_itinerary_says_so(plan):
    from dataclasses import replace

    with pytest.raises(planning.PlanningError, match="itinerary"):
        what_if(replace(plan, itinerary=None), ["add-sample"])
