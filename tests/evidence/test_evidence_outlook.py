"""What stops being accepted and when, and which markets accept which evidence."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from qilian.compliance import MergedTests
from qilian.evidence import (
    Acceptance,
    Applied,
    Judge,
    Outlook,
    Policy,
    Register,
    Report,
    identity_of,
    market_table,
    outlook,
    outlook_to_data,
    table_to_data,
)
from qilian.planning import Pack
from qilian.product import Product

ON = date(2026, 12, 1)
UNTIL = date(2032, 12, 31)
MARKETS = ("CN", "EU", "US", "JP", "KR")


@pytest.fixture(scope="module")
def ahead(
    example_reports: tuple[Report, ...],
    arm_tests: MergedTests,
    policies: tuple[Policy, ...],
    pack: Pack,
    arm: Product,
) -> Outlook:
    return outlook(
        example_reports,
        arm_tests.demands,
        policies,
        ON,
        UNTIL,
        catalogue=pack.catalogue,
        product=identity_of(arm),
        rules={rule.id: rule for rule in pack.rules},
        markets=MARKETS,
        register=Register.of(pack.network),
    )


def test_a_replaced_edition_ends_with_its_transition(ahead: Outlook) -> None:
    """IEC 60068-2-2:2007 was replaced on 2025-09-23: after 548 days the report falls out in all five markets."""
    ends = [each for each in ahead.expiries if each.report.id == "EX-06"]
    assert len(ends) == 5
    assert {each.first_day for each in ends} == {date(2025, 9, 23) + timedelta(days=549)}
    assert {cited.clause.id for each in ends for cited in each.because} == {"ACC-EDITION"}
    assert {str(reference) for each in ends for reference in each.replaced_by} == {"IEC 60068-2-2:2025"}


def test_the_day_before_it_is_still_accepted(ahead: Outlook, pack: Pack, arm: Product, applied: Applied) -> None:
    """Each expiry is exact: accepted on the day before, not accepted on the day, whichever clause is behind it."""
    assert ahead.expiries
    product, register = identity_of(arm), Register.of(pack.network)
    for each in ahead.expiries:
        outcomes = [
            Judge(pack.catalogue, day, product, register).decide(each.report, each.reported, each.item, each.policy)
            for day in (each.first_day - timedelta(days=1), each.first_day)
        ]
        assert outcomes[0].outcome is Acceptance.ACCEPT
        assert outcomes[1].outcome is not Acceptance.ACCEPT
    assert [each.first_day for each in ahead.expiries] == sorted(each.first_day for each in ahead.expiries)


def test_all_accepted_evidence_ends_within_the_span(ahead: Outlook, applied: Applied) -> None:
    """Every policy has a limit of age, so every accepted piece has an end within six years, for each policy."""
    accepted = {
        (programme.best.report.id, programme.best.reported.id, decision.demand.item.id, programme.best.policy.id)
        for decision in applied.decisions
        for programme in decision.programmes
        if programme.best and programme.outcome is Acceptance.ACCEPT
    }
    ended = {(each.report.id, each.reported.id, each.item.id, each.policy.id) for each in ahead.expiries}
    assert ended == accepted


def test_the_table_of_markets(applied: Applied) -> None:
    """The electrical report is accepted in all five markets, the performance report where it is asked for: China."""
    table = market_table(applied, MARKETS)
    rows = {(piece.report.id, piece.reported.id): piece for piece in table.pieces}
    assert rows["EX-02", "1"].accepted_in == MARKETS
    assert rows["EX-01", "2"].accepted_in == ("CN",)
    assert rows["EX-07", "1"].accepted_in == ()
    assert rows["EX-07", "1"].clauses["EU"] == ("ACC-EDITION",)
    assert table.missing["JP"] == ("T-10218-STOP", "T-13849")
    assert json.loads(json.dumps(table_to_data(table)))["missing"]["JP"] == ["T-10218-STOP", "T-13849"]


def test_the_one_extra_test(applied: Applied, pack: Pack) -> None:
    """No single test opens a market here, and the table says so; the best one brings all five forward."""
    table = market_table(applied, MARKETS)
    best = table.best_extra_test
    assert best is not None
    assert best.opens == ()
    assert set(best.advances) == set(MARKETS)
    assert table.open_markets == ()


def test_an_extra_test_opens_what_only_waits_for_it(applied: Applied) -> None:
    """Where two markets lack the same single test, that test comes first and opens both."""
    without_stop = tuple(each for each in applied.decisions if each.demand.item.id != "T-10218-STOP")
    table = market_table(replace(applied, decisions=without_stop), MARKETS)
    best = table.best_extra_test
    assert best is not None
    assert (best.demand.item.id, best.opens) == ("T-13849", ("JP", "KR"))


def test_the_outlook_is_json(ahead: Outlook) -> None:
    """The JSON names date, report, test, policy and clause of each end, and marks ends that rest on an assumption."""
    data = json.loads(json.dumps(outlook_to_data(ahead)))
    assert len(data["expiries"]) == len(ahead.expiries)
    assert all(each["clauses"] and each["assumption"] for each in data["expiries"])
