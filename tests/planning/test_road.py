"""The road from end to end on the robot pack: what must hold of every plan, whatever the product."""

import dataclasses
import json
from datetime import date
from functools import lru_cache
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian import routing
from qilian.compliance import Truth, assess
from qilian.content import load_pack
from qilian.errors import QilianError
from qilian.planning import make_plan, plan_to_data
from qilian.planning.journey import ROUTING_OBJECTIVE, lay_out
from qilian.product import read_product

ON = date(2026, 12, 1)
QUICK = 0.05


@lru_cache
def robots():
    """The robot pack, for a property test, which cannot take fixtures without printing them."""
    return load_pack("robots")


@pytest.fixture(scope="module")
def g1(pack, repository):
    return read_product(repository / "examples/products/unitree-g1.yaml", pack.vocabulary)


@pytest.fixture(scope="module")
def plan(pack, g1):
    return make_plan(g1, pack, ["CN", "EU"], ON, home="杭州", limit_seconds=QUICK)


@pytest.fixture(scope="module")
def schema():
    return json.loads((files("qilian.planning") / "schemas/plan.schema.json").read_text(encoding="utf-8"))


def test_every_example_product_gets_a_plan_that_fits_the_published_schema(pack, repository, schema):
    """All example files, two markets: the JSON is valid."""
    paths = sorted((repository / "examples/products").glob("*.yaml"))
    assert len(paths) == 22
    for path in paths:
        product = read_product(path, pack.vocabulary)
        found = make_plan(product, pack, ["CN", "EU"], ON, home="宁波", limit_seconds=QUICK)
        data = json.loads(json.dumps(plan_to_data(found)))
        jsonschema.validate(data, schema)
        assert found.product.id == path.stem


def test_the_three_itineraries_are_each_best_at_what_they_are_made_for(plan):
    """The fastest is no slower than the others, the cheapest no dearer, the nearest no farther."""
    by = {each.objective: each for each in (plan.itinerary, *plan.alternatives)}
    assert set(by) == {"time", "cost", "distance"}
    for each in by.values():
        assert by["time"].days <= each.days
        assert by["cost"].price <= each.price
        assert by["distance"].kilometres <= each.kilometres + 0.05
        assert each.lower_bound <= each.value


def test_every_test_of_an_obligation_that_applies_is_on_the_itinerary_or_named_as_unplaced(plan):
    """Nothing that is called for disappears on the way."""
    planned = {step.demand.item.id for step in plan.itinerary.steps}
    unplaced = {demand.item.id for demand in plan.unplaced}
    for obligation in plan.assessment.obligations:
        if obligation.outcome is Truth.TRUE:
            for test in obligation.rule.tests:
                carriers = {d.item.id for d in plan.tests.demands if test == d.item.id or test in d.merged_from}
                assert carriers & (planned | unplaced), (obligation.rule.id, test)


def test_steps_of_one_unit_follow_each_other_with_time_for_the_move(plan):
    """Seen from the domain, without the routing room: no unit is in two places, and moves take their hours."""
    for unit in plan.itinerary.units:
        free = plan.itinerary.start
        place = plan.home
        for step in (each for each in plan.itinerary.steps if (each.lot, each.unit) == unit):
            assert step.move.origin == place
            assert (step.start - free).total_seconds() / 3600 >= step.move.hours
            free, place = step.end, step.city


def test_price_of_the_itinerary_is_that_of_its_scope_lines_and_moves(plan):
    """No yuan appears or vanishes between the scope lines and the total."""
    lines = sum(step.line.price for step in plan.itinerary.steps)
    moves = sum(step.move.price for step in plan.itinerary.steps)
    assert plan.itinerary.price == lines + moves
    by = {each.objective: each for each in (plan.itinerary, *plan.alternatives)}
    assert by["cost"].value == by["cost"].price
    assert by["distance"].value == pytest.approx(by["distance"].kilometres)
    assert by["time"].value == by["time"].days * 24


def test_a_laboratory_is_only_used_within_its_limits_and_accreditation(plan):
    """Hard limits are never traded for time or money."""
    values = plan.assessment.values
    for step in plan.itinerary.steps:
        assert step.laboratory.accredited(plan.on)
        for requirement in step.demand.item.requires:
            limit = step.line.limit(requirement.limit)
            value = values.get(requirement.parameter)
            if limit is not None and isinstance(value, float):
                assert limit.holds(value), (step.line.row, requirement)


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (lambda a: dataclasses.replace(a, start=a.start - 1, end=a.end - 1), "value"),
        (lambda a: dataclasses.replace(a, end=a.end + 1), "duration"),
        (lambda a: dataclasses.replace(a, unit=99), "unit"),
        (lambda a: dataclasses.replace(a, bench="no-such-bench"), "bench"),
    ],
)
def test_a_tampered_itinerary_fails_its_check(pack, plan, damage, rule):
    """One hour, bench or unit changed in the plan of a real product: the independent check names a violated rule."""
    placed = [demand for demand in plan.tests.demands if demand not in plan.unplaced]
    journey = lay_out(placed, plan.matches, pack.orders, plan.network.geography, plan.home, plan.itinerary.start, 2)
    solved = routing.solve(journey.problem, ROUTING_OBJECTIVE["time"], limit_seconds=QUICK)
    assert routing.verify(journey.problem, solved) == []
    last = max(solved.assignments, key=lambda each: each.end)
    others = tuple(each for each in solved.assignments if each != last)
    tampered = dataclasses.replace(solved, assignments=(*others, damage(last)))
    violations = routing.verify(journey.problem, tampered)
    assert any(rule in str(violation) for violation in violations)


def test_without_a_home_the_plan_says_which_city_it_took(pack, g1):
    """No silent default."""
    found = make_plan(g1, pack, ["CN"], ON, limit_seconds=QUICK)
    assert found.home is not None
    assert any("--home" in notice.en for notice in found.notices)


def test_a_test_that_no_bench_can_take_in_time_is_named_and_the_others_are_planned(pack, g1):
    """A network that closes on the second day: nothing fits any more, and the plan says so instead of failing."""
    from qilian.laboratories import Accreditation

    closing = tuple(
        dataclasses.replace(
            laboratory, accreditations=(Accreditation("X", "X-1", date(2026, 1, 1), date(2026, 12, 1)),)
        )
        for laboratory in pack.network.laboratories
    )
    network = dataclasses.replace(pack.network, laboratories=closing)
    found = make_plan(g1, pack, ["CN", "EU"], ON, home="杭州", network=network, limit_seconds=QUICK)
    planned = {step.demand.item.id for step in found.itinerary.steps} if found.itinerary else set()
    unplaced = {demand.item.id for demand in found.unplaced}
    assert "T-UN383-T2" in unplaced  # seven days of thermal cycling cannot end on the first
    assert planned | unplaced == {demand.item.id for demand in found.tests.demands}
    assert not planned & unplaced


def test_a_sequence_on_one_lot_stays_on_one_lot(plan):
    """UN 38.3 T.1 to T.5 are done on the same cells, one after the other."""
    for itinerary in (plan.itinerary, *plan.alternatives):
        series = [step for step in itinerary.steps if step.demand.item.id.startswith("T-UN383-T")]
        assert len({(step.lot, step.unit) for step in series}) == 1
        order = [step.demand.item.id for step in series if step.demand.item.id[-1] in "12345"]
        assert order == sorted(order)


def test_units_are_numbered_from_one_for_each_lot(plan):
    """No "machine 2" without a "machine 1"."""
    for itinerary in (plan.itinerary, *plan.alternatives):
        numbers: dict[str, set[int]] = {}
        for lot, unit in itinerary.units:
            numbers.setdefault(lot, set()).add(unit)
        for used in numbers.values():
            assert used == set(range(len(used)))


def test_a_plan_for_the_past_says_that_starts_may_be_missing(pack, g1):
    """A reader of a plan for 2015 is told that rules without a recorded start may not have been in force."""
    past = make_plan(g1, pack, ["EU"], date(2015, 1, 1), home="杭州", limit_seconds=QUICK)
    assert any("recorded start" in notice.en for notice in past.notices)


def test_the_report_says_that_the_network_is_invented(plan):
    """Sample data never reads like real data."""
    assert plan.network.sample
    assert plan.network.notice in plan.notices


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"markets": ["MARS"]}, "MARS"),
        ({"home": "Atlantis"}, "Atlantis"),
        ({"objective": "beauty"}, "beauty"),
    ],
)
def test_an_unknown_market_city_or_objective_is_one_clear_error(pack, g1, arguments, word):
    """The error names the word and what is known instead."""
    with pytest.raises(QilianError, match=word):
        make_plan(g1, pack, **{"markets": ["EU"], "on": ON, **arguments})


def test_a_product_for_cn_only_gets_no_rule_of_another_market(pack, g1):
    """Only CN, its regional schemes, and what holds everywhere."""
    found = make_plan(g1, pack, ["CN"], ON, home="杭州", limit_seconds=QUICK)
    markets = {obligation.rule.market for obligation in found.assessment.obligations}
    assert markets <= {"CN", "CN-ZJ", "ALL"}


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_an_outcome_is_undecided_exactly_where_something_is_missing(data):
    """Whatever is known of a product, in any market, on any date."""
    pack = robots()
    values = {}
    for parameter in pack.vocabulary.parameters.values():
        if data.draw(st.booleans()):
            if parameter.kind == "boolean":
                values[parameter.id] = data.draw(st.booleans())
            elif parameter.kind == "number":
                values[parameter.id] = data.draw(st.floats(0, 5000))
            elif parameter.kind == "choice":
                values[parameter.id] = data.draw(st.sampled_from([choice.id for choice in parameter.choices]))
    markets = data.draw(st.lists(st.sampled_from(["EU", "CN", "US", "JP", "KR"]), min_size=1, unique=True))
    on = data.draw(st.dates(date(2015, 1, 1), date(2032, 1, 1)))
    for obligation in assess(values, pack.rules, pack.implications, pack.vocabulary, markets, on).obligations:
        assert bool(obligation.missing) == (obligation.outcome is Truth.UNDECIDED)
