"""The example: eight reports for one arm, each decision with the clause behind it."""

import json

import pytest

from qilian.evidence import Acceptance, Applied, Report, decision_to_data

ACCEPTED = {
    "T-9283-AP": "EX-01",
    "T-9283-RP": "EX-01",
    "T-9283-AT": "EX-01",
    "T-60204-PE": "EX-02",
    "T-60204-IR": "EX-02",
    "T-60204-HV": "EX-02",
    "T-60204-RES": "EX-02",
    "T-60204-FUN": "EX-02",
    "T-ENV-HEAT": "EX-06",
}
REFUSED = {
    "T-NOISE-LP": ("EX-03", "ACC-AGE-5Y"),  # too old
    "T-13849": ("EX-04", "ACC-LAB-VALID"),  # the laboratory's accreditation lapsed before the test
    "T-9283-RT": ("EX-05", "ACC-PRODUCT"),  # another model
    "T-10218-STOP": ("EX-07", "ACC-EDITION"),  # superseded for longer than the transition
    "T-9283-VT": ("EX-08", "ACC-SEAL-BROKEN"),  # tampered
}


@pytest.mark.parametrize(("test", "report"), ACCEPTED.items())
def test_accepted(applied: Applied, test: str, report: str) -> None:
    """What fits is accepted in every market that asks for it, and every clause of the policy is cited as held."""
    decision = applied.of(test)
    assert decision is not None
    assert decision.outcome is Acceptance.ACCEPT
    assert [each.id for each in decision.reports] == [report]
    for programme in decision.programmes:
        assert programme.best is not None
        assert programme.policy is not None
        assert len(programme.best.cited) == len(programme.policy.clauses)


@pytest.mark.parametrize(("test", "expected"), REFUSED.items())
def test_refused_by_one_clause(applied: Applied, test: str, expected: tuple[str, str]) -> None:
    """Each fault is refused by the clause that speaks of it, and by that clause alone."""
    decision = applied.of(test)
    assert decision is not None
    assert decision.outcome is Acceptance.REJECT
    for programme in decision.programmes:
        best = programme.best
        assert best is not None
        assert (best.report.id, *(cited.clause.id for cited in best.cited)) == expected


def test_superseded_edition_inside_the_transition(applied: Applied) -> None:
    """The 2007 edition of the dry heat test was replaced 434 days ago: accepted, and the facts say so."""
    decision = applied.of("T-ENV-HEAT")
    assert decision is not None
    best = decision.programmes[0].best
    assert best is not None
    assert best.values["method.relation"] == "superseded"
    assert best.values["method.superseded_days"] == 434


def test_missing_result_asks(applied: Applied) -> None:
    """A test without a result is not guessed: the decision asks for it and cites the clause that waits."""
    decision = applied.of("T-9283-MPT")
    assert decision is not None
    assert decision.outcome is Acceptance.UNDECIDED
    best = decision.programmes[0].best
    assert best is not None
    assert [(each.fact, each.clauses) for each in best.questions] == [("result.outcome", ("ACC-RESULT",))]


def test_remaining_and_answered(applied: Applied) -> None:
    """Answered and remaining tests are all tests, none twice; only the accepted ones fall away."""
    answered = {demand.item.id for demand in applied.answered}
    assert answered == set(ACCEPTED)
    assert answered.isdisjoint(demand.item.id for demand in applied.remaining)
    assert len(applied.answered) + len(applied.remaining) == len(applied.decisions) == 27
    assert applied.unused == ()


def test_example_says_that_it_is_made_up(example_reports: tuple[Report, ...], applied: Applied) -> None:
    """Every report of the example says that it was made up, in the file and in what is printed from it."""
    assert len(example_reports) == 8
    assert all(report.example and report.notice for report in example_reports)
    assert any("made up" in notice.en for notice in applied.notices)
    assert any("assumptions" in notice.en for notice in applied.notices)
    for decision in applied.decisions:
        for programme in decision_to_data(decision)["programmes"]:
            assert programme["best"] is None or programme["best"]["example"] is True


def test_decisions_are_json(applied: Applied) -> None:
    """The JSON of every decision can be written and names outcome, policy and clauses."""
    for decision in applied.decisions:
        data = json.loads(json.dumps(decision_to_data(decision), allow_nan=False))
        assert data["outcome"] == decision.outcome.value
        assert [each["policy"] for each in data["programmes"]] == [each.policy.id for each in decision.programmes]
