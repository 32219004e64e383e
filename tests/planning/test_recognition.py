"""A plan goes to laboratories whose reports count: what it has tested, the next plan takes as evidence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.compliance import assess, merge_tests
from qilian.evidence import (
    ARRANGEMENTS,
    AccreditationClaim,
    IssuingLaboratory,
    Outcome,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Seal,
    SealState,
    identity_of,
)
from qilian.laboratories import match
from qilian.planning import make_plan
from qilian.planning.recognition import LIMIT, recognised
from qilian.product import read_product

ON = date(2026, 12, 1)
ASKED = [("unitree-g1", ("CN", "EU")), ("mir250", ("EU",)), ("ufactory-xarm5", ("CN", "EU", "US", "JP", "KR"))]


def product_of(repository, pack, name: str):
    return read_product(repository / f"examples/products/{name}.yaml", pack.vocabulary)


def report_of(step, product) -> Report:
    """The report that a laboratory issues of a test that was booked with it, with all accreditations that it holds."""
    demand, line = step.demand, step.line
    method = next((each for each in demand.references if each.same_base(line.reference)), line.reference)
    claims = tuple(
        AccreditationClaim(
            held.scheme,
            held.number,
            held.valid_from,
            held.valid_until,
            (ScopeClaim(line.reference, test=demand.item.id),),
            ARRANGEMENTS.get(held.scheme, ()),
        )
        for held in step.laboratory.accreditations
    )
    day = step.end.date()
    return Report(
        id=f"R-{demand.item.id}",
        kind=ReportKind.TEST_REPORT,
        title=demand.item.name,
        laboratory=IssuingLaboratory(step.laboratory.name, accreditations=claims),
        product=identity_of(product),
        tests=(ReportedTest("1", demand.item.name, method, "", test=demand.item.id, outcome=Outcome.PASS),),
        issued=day,
        tested_until=day,
        sample=Sample(serial="1"),
        seal=Seal("stamp", SealState.UNCHECKED),
    )


@pytest.mark.parametrize(("name", "markets"), ASKED)
def test_what_a_plan_has_tested_the_next_plan_need_not_test_again(repository, pack, name: str, markets):
    """But where the plan said that a programme recognises no laboratory of the network for it."""
    product = product_of(repository, pack, name)
    plan = make_plan(product, pack, markets, ON, home="杭州", limit_seconds=0.3)
    steps = {step.demand.item.id: step for step in plan.itinerary.steps}
    reports = [report_of(step, product) for step in steps.values()]
    later = make_plan(
        product,
        pack,
        markets,
        plan.itinerary.end.date() + timedelta(days=1),
        home="杭州",
        evidence=reports,
        limit_seconds=0.1,
    )
    left = {demand.item.id for demand in later.evidence.applied.remaining} & set(steps)
    rules = {rule.id: rule for rule in pack.rules}
    untaken = {
        test
        for test, step in steps.items()
        if recognised(step.demand, plan.matches[test], pack.policies, rules, markets, ON).without
    }
    assert left == untaken
    assert len(untaken) < len(steps) / 2
    told = [notice for notice in plan.notices if "this network has none for" in notice.en]
    assert bool(told) == bool(untaken)


def demands_of(pack, product, markets):
    assessment = assess(product.values, pack.rules, pack.implications, pack.vocabulary, markets, ON)
    return assessment.values, merge_tests(assessment, pack.tests, pack.catalogue, ON).demands


@given(data=st.data())
def test_no_test_loses_its_last_laboratory_and_what_falls_out_says_why(repository, pack, data):
    """Whatever accreditations the laboratories hold."""
    product = product_of(repository, pack, "ufactory-xarm5")
    markets = data.draw(st.sets(st.sampled_from(("CN", "EU", "US", "JP", "KR")), min_size=1).map(sorted))
    values, demands = demands_of(pack, product, markets)
    demand = data.draw(st.sampled_from(demands))
    able = match(
        demand.item, demand.references, values, pack.network, ON, catalogue=pack.catalogue, requires=demand.requires
    )
    schemes = {
        each.id: data.draw(st.sets(st.sampled_from(("CMA", "CNAS", "FCC", "NRTL", "other")), min_size=1).map(sorted))
        for each in able.laboratories
    }
    held = {
        each.id: replace(
            each, accreditations=tuple(replace(each.accreditations[0], scheme=name) for name in schemes[each.id])
        )
        for each in able.laboratories
    }
    able = replace(able, capable=tuple(replace(each, laboratory=held[each.laboratory.id]) for each in able.capable))
    rules = {rule.id: rule for rule in pack.rules}
    found = recognised(demand, able, pack.policies, rules, markets, ON)
    kept = {each.id for each in found.matches.laboratories}
    fallen = {miss.laboratory.id: miss for miss in found.matches.near_misses if miss.limit == LIMIT}
    assert bool(kept) == bool(able.capable)
    assert kept | set(fallen) == set(held)
    assert not kept & set(fallen)
    for miss in fallen.values():
        assert set(miss.offered.split(", ")) == set(schemes[miss.laboratory.id])
        assert not set(miss.needed.split(", ")) & set(schemes[miss.laboratory.id])
        assert miss.by.zh
        assert miss.by.en
    assert recognised(demand, able, (), rules, markets, ON).matches == able
