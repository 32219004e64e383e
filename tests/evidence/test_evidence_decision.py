"""Decisions on single reports: what each clause is about, what is asked, and the logic of three values."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.compliance import Method, Rule, TestDemand, TestItem, Truth, evaluate
from qilian.evidence import (
    FACTS,
    Acceptance,
    AccreditationClaim,
    Decision,
    EvidenceIndex,
    IssuingLaboratory,
    Judge,
    Outcome,
    Policy,
    ProductIdentity,
    Register,
    Report,
    ReportedTest,
    ReportKind,
    Sample,
    ScopeClaim,
    Seal,
    SealState,
    apply_evidence,
    decide,
)
from qilian.evidence.facts import Transition, clause_covered, product_relation
from qilian.laboratories import Accreditation
from qilian.planning import Pack
from qilian.standards import StandardRef
from qilian.text import Text

ON = date(2026, 12, 1)
ARM = ProductIdentity("xArm 5", "ufactory-xarm5", "UFACTORY", "xArm")


def decided(report: Report, policy: Policy, pack: Pack, test: str = "T-9283-AP", **more: object) -> Decision:
    return decide(report, pack.tests[test], policy, ON, catalogue=pack.catalogue, product=ARM, **more)


def retested(report: Report, **changes: object) -> Report:
    return replace(report, tests=(replace(report.tests[0], **changes),))


def accredited(report: Report, **changes: object) -> Report:
    claim = replace(report.laboratory.accreditations[0], **changes)
    return replace(report, laboratory=replace(report.laboratory, accreditations=(claim,)))


REJECTED = {
    "calibration": (lambda r: replace(r, kind=ReportKind.CALIBRATION), "ACC-KIND"),
    "broken seal": (lambda r: replace(r, seal=Seal("jose", SealState.BROKEN)), "ACC-SEAL-BROKEN"),
    "failed": (lambda r: retested(r, outcome=Outcome.FAIL), "ACC-RESULT"),
    "other model": (lambda r: replace(r, product=ProductIdentity("xArm 6", "", "UFACTORY")), "ACC-PRODUCT"),
    "other maker": (lambda r: replace(r, product=ProductIdentity("xArm 5", "", "ACME")), "ACC-PRODUCT"),
    "other clause": (lambda r: retested(r, clause="7.2.2"), "ACC-CLAUSE"),
    "older edition": (lambda r: retested(r, method=StandardRef.parse("GB/T 12642-2001")), "ACC-EDITION"),
    "other standard": (lambda r: retested(r, method=StandardRef.parse("ISO 10218-1:2025")), "ACC-EDITION"),
    "unknown scheme": (lambda r: accredited(r, scheme="ACME"), "ACC-LAB-RECOGNISED"),
    "lapsed": (lambda r: accredited(r, valid_until=date(2026, 5, 19)), "ACC-LAB-VALID"),
    "not yet": (lambda r: accredited(r, valid_from=date(2026, 5, 21)), "ACC-LAB-VALID"),
    "scope": (lambda r: accredited(r, scope=(ScopeClaim(StandardRef.parse("ISO 13849-1")),)), "ACC-LAB-SCOPE"),
    "too old": (lambda r: replace(r, tested_until=ON - timedelta(days=1096)), "ACC-AGE-3Y"),
    "from the future": (lambda r: replace(r, tested_until=ON + timedelta(days=1)), "ACC-AGE-3Y"),
    "expired": (lambda r: replace(r, valid_until=ON - timedelta(days=1)), "ACC-EXPIRY"),
}


def test_a_good_report_is_accepted(good: Report, china: Policy, pack: Pack) -> None:
    """The report that all the others are varied from is accepted, under a named recognition."""
    decision = decided(good, china, pack)
    assert decision.outcome is Acceptance.ACCEPT
    assert decision.recognition == "CNAS"
    assert decision.missing == decision.questions == ()


@pytest.mark.parametrize("fault", REJECTED)
def test_each_fault_is_rejected_with_its_clause(good: Report, china: Policy, pack: Pack, fault: str) -> None:
    """Each clause rejects the fault that it is about, and names the facts behind it."""
    change, clause = REJECTED[fault]
    decision = decided(change(good), china, pack)
    assert decision.outcome is Acceptance.REJECT
    assert clause in [cited.clause.id for cited in decision.cited]
    assert all(cited.because for cited in decision.cited)


OPEN = {
    "no result": (lambda r: retested(r, outcome=None), "result.outcome"),
    "no clause": (lambda r: retested(r, clause=""), "method.covered"),
    "no edition": (lambda r: retested(r, method=StandardRef.parse("GB/T 12642")), "method.relation"),
    "no method": (lambda r: retested(r, method=None, clause="", test="T-9283-AP"), "method.relation"),
    "no model": (lambda r: replace(r, product=ProductIdentity("")), "product.relation"),
    "no accreditation": (
        lambda r: replace(r, laboratory=replace(r.laboratory, accreditations=())),
        "laboratory.recognised",
    ),
    "no validity": (lambda r: accredited(r, valid_until=None), "laboratory.valid_on_test_date"),
    "no scope": (lambda r: accredited(r, scope=()), "laboratory.scope_covers"),
    "no test date": (lambda r: replace(r, tested_until=None), "report.age_days"),
}


@pytest.mark.parametrize("gap", OPEN)
def test_each_gap_asks_its_question(good: Report, china: Policy, pack: Pack, gap: str) -> None:
    """What the report does not say is never taken for yes or no: the decision is open and asks, in both languages."""
    change, fact = OPEN[gap]
    decision = decided(change(good), china, pack)
    assert decision.outcome is Acceptance.UNDECIDED
    question = next(each for each in decision.questions if each.fact == fact)
    assert question.clauses
    assert question.text.zh
    assert question.text.en


PARTIAL = {
    "no seal": (lambda r: replace(r, seal=Seal()), "ACC-SEAL"),
    "no sample": (lambda r: replace(r, sample=Sample()), "ACC-SAMPLE"),
    "family": (lambda r: replace(r, product=ProductIdentity("xArm 6", "", "UFACTORY", "xArm")), "ACC-FAMILY"),
}


@pytest.mark.parametrize("lack", PARTIAL)
def test_each_lack_is_partial_and_says_what_is_missing(good: Report, china: Policy, pack: Pack, lack: str) -> None:
    """Evidence that only lacks an addition is partial, and the decision says what to add."""
    change, clause = PARTIAL[lack]
    decision = decided(change(good), china, pack)
    assert decision.outcome is Acceptance.PARTIAL
    assert [cited.clause.id for cited in decision.cited] == [clause]
    assert decision.missing == (china.clause(clause).missing,)


def test_a_certain_no_comes_before_a_question(good: Report, china: Policy, pack: Pack) -> None:
    """One failed clause rejects, whatever else is open or missing: nobody is asked in vain."""
    report = retested(replace(good, seal=Seal("jose", SealState.BROKEN), sample=Sample()), outcome=None)
    assert decided(report, china, pack).outcome is Acceptance.REJECT


def test_identical_adoption_is_the_same_method(good: Report, china: Policy, pack: Pack) -> None:
    """ISO 9283:1998 and GB/T 12642-2013 (IDT) serve each other."""
    scope = (ScopeClaim(StandardRef.parse("ISO 9283")),)
    report = accredited(retested(good, method=StandardRef.parse("ISO 9283:1998")), scope=scope)
    assert decided(report, china, pack).outcome is Acceptance.ACCEPT
    item = replace(pack.tests["T-9283-AP"], methods=(Method(StandardRef.parse("GB/T 12642"), "7.2.1"),))
    decision = decide(report, item, china, ON, catalogue=pack.catalogue, product=ARM)
    assert decision.values["method.relation"] == "identical"
    assert decision.outcome is Acceptance.ACCEPT


def test_variant_named_by_the_report_counts_fully(good: Report, china: Policy, pack: Pack) -> None:
    """A report that names the model among those it covers needs no statement of differences."""
    report = replace(good, product=ProductIdentity("xArm 6", "", "UFACTORY", "xArm", ("xArm 5", "xArm 7")))
    decision = decided(report, china, pack)
    assert decision.values["product.relation"] == "variant"
    assert decision.outcome is Acceptance.ACCEPT


@pytest.mark.parametrize(
    ("model", "maker", "expected"),
    [
        ("XARM-5", "ufactory", "same"),
        ("xArm5", "UFACTORY (Shenzhen)", "same"),
        ("xArm 50", "UFACTORY", "other"),
        ("xArm 5", "KUKA", "other"),
        ("", "UFACTORY", None),
    ],
)
def test_type_designations(model: str, maker: str, expected: str | None) -> None:
    """Spelling does not make another product; another maker or number does; silence is silence."""
    assert product_relation(ProductIdentity(model, "", maker), ARM) == expected


@pytest.mark.parametrize(
    ("offered", "asked", "covered"),
    [
        ("7.2", "7.2.1", True),
        ("7.2.1", "7.2.1", True),
        ("7.2.1", "7.2", False),
        ("7.2.1", "7.2.10", False),
        ("", "7.2.1", None),
        ("7.2.1", "", None),
    ],
)
def test_clauses(offered: str, asked: str, covered: bool | None) -> None:
    """A clause contains its sub-clauses and nothing else; where one side names none, nothing is known."""
    assert clause_covered(offered, asked) is covered


def test_the_register_prevails(good: Report, china: Policy, pack: Pack) -> None:
    """A report may say that its accreditation was valid; the operator's register knows better, either way."""
    lapsed = Register([Accreditation("CNAS", "X-1", date(2020, 1, 1), date(2025, 12, 31))])
    decision = decided(good, china, pack, register=lapsed)
    assert [cited.clause.id for cited in decision.cited] == ["ACC-LAB-VALID"]
    running = Register([Accreditation("CNAS", "X-1", date(2020, 1, 1), date(2027, 12, 31))])
    silent = accredited(good, valid_from=None, valid_until=None)
    assert decided(silent, china, pack).outcome is Acceptance.UNDECIDED
    assert decided(silent, china, pack, register=running).outcome is Acceptance.ACCEPT


def test_mutual_recognition_by_arrangement(good: Report, policies: tuple[Policy, ...], pack: Pack) -> None:
    """The EU policy takes an accreditation under the ILAC MRA, and says that this recognition is unverified."""
    europe = next(policy for policy in policies if policy.id == "EU-DECLARATION")
    assert decided(good, europe, pack).outcome is Acceptance.PARTIAL
    signed = accredited(good, arrangements=("ILAC MRA",))
    decision = decided(signed, europe, pack)
    assert decision.outcome is Acceptance.ACCEPT
    assert europe.recognised[decision.recognition].confidence == "unverified"


def test_named_transition(good: Report, china: Policy, pack: Pack) -> None:
    """A published transition keeps a superseded edition up to its last day, and ends the general period early."""
    old = retested(good, method=StandardRef.parse("GB/T 12642-2001"))
    for until, expected in ((ON, Acceptance.ACCEPT), (ON - timedelta(days=1), Acceptance.REJECT)):
        transition = Transition(StandardRef.parse("GB/T 12642-2001"), until, "test", "unverified", Text("", ""))
        assert decided(old, replace(china, transitions=(transition,)), pack).outcome is expected


def demand_of(item: TestItem) -> TestDemand:
    return TestDemand(item, (), ("CN-IND-02",), (), item.requires)


def applied_to(reports: list[Report], policies: tuple[Policy, ...], pack: Pack):
    rules: dict[str, Rule] = {rule.id: rule for rule in pack.rules}
    return apply_evidence(
        reports,
        [demand_of(pack.tests["T-9283-AP"])],
        policies,
        ON,
        catalogue=pack.catalogue,
        product=ARM,
        rules=rules,
        markets=["CN"],
    )


def test_a_later_failure_stops_acceptance(good: Report, policies: tuple[Policy, ...], pack: Pack) -> None:
    """A pass does not hide a failure of the same day or later; a pass after a failure is a repeated test."""
    failed = retested(replace(good, id="FAILED"), outcome=Outcome.FAIL)
    for days, expected in ((0, Acceptance.UNDECIDED), (3, Acceptance.UNDECIDED), (-3, Acceptance.ACCEPT)):
        other = replace(failed, tested_until=good.tested_until + timedelta(days=days))
        decision = applied_to([good, other], policies, pack).decisions[0]
        assert decision.outcome is expected
    elsewhere = replace(failed, product=ProductIdentity("xArm 6"))
    assert applied_to([good, elsewhere], policies, pack).decisions[0].outcome is Acceptance.ACCEPT


def test_what_no_test_asks_for_is_named(good: Report, policies: tuple[Policy, ...], pack: Pack) -> None:
    """Evidence that no test of the plan asks for is listed and not lost."""
    other = retested(replace(good, id="OTHER"), method=StandardRef.parse("ISO 13849-1:2023"))
    applied = applied_to([good, other], policies, pack)
    assert [each.report.id for each in applied.unused] == ["OTHER"]
    assert applied.remaining == ()


def test_without_a_policy_nothing_is_accepted(good: Report, pack: Pack) -> None:
    """A market that the pack has no policy for accepts nothing."""
    decision = applied_to([good], (), pack).decisions[0]
    assert decision.outcome is Acceptance.NO_EVIDENCE
    assert decision.programmes[0].policy is None


# -- properties ------------------------------------------------------------------------------------------------------

_CLAIMS = st.builds(
    AccreditationClaim,
    st.sampled_from(["CNAS", "CMA", "ACME"]),
    st.sampled_from(["", "X-1"]),
    st.sampled_from([None, date(2024, 1, 1), date(2026, 6, 1)]),
    st.sampled_from([None, date(2026, 5, 1), date(2029, 1, 1)]),
    st.sampled_from([(), (ScopeClaim(StandardRef.parse("GB/T 12642")),), (ScopeClaim(StandardRef.parse("ISO 1")),)]),
    st.sampled_from([(), ("ILAC MRA",)]),
)
_CHANGES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(ReportKind),
        "product": st.sampled_from([ARM, ProductIdentity(""), ProductIdentity("xArm 6", family="xArm")]),
        "tested_until": st.sampled_from([None, date(2026, 5, 20), date(2020, 1, 1), date(2027, 1, 1)]),
        "valid_until": st.sampled_from([None, date(2026, 1, 1), date(2030, 1, 1)]),
        "sample": st.sampled_from([Sample(), Sample(serial="1")]),
        "seal": st.sampled_from(list(SealState)).map(lambda state: Seal("stamp", state)),
    }
)
_TESTS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(
            [None, *map(StandardRef.parse, ["GB/T 12642-2013", "GB/T 12642", "ISO 9283:1990", "ISO 9283:1998"])]
        ),
        "clause": st.sampled_from(["", "7.2.1", "7.2", "9"]),
        "test": st.sampled_from([None, "T-9283-AP", "T-9283-RP"]),
        "outcome": st.sampled_from([None, *Outcome]),
    }
)


class Court:
    """Pack and policies under a short name: hypothesis writes out whatever a property is given."""

    def __init__(self, pack: Pack, policies: tuple[Policy, ...]) -> None:
        self.pack = pack
        self.policies = policies

    def __repr__(self) -> str:
        return "Court()"


@pytest.fixture(scope="session")
def court(pack: Pack, policies: tuple[Policy, ...]) -> Court:
    return Court(pack, policies)


@settings(deadline=None, max_examples=300)
@given(changes=_CHANGES, test=_TESTS, claims=st.lists(_CLAIMS, max_size=2))
def test_the_outcome_follows_from_the_clauses(changes, test, claims, court: Court) -> None:
    """For any report the quick judge says what the clauses say one by one: no shortcut changes a decision."""
    report = _varied(changes, test, claims)
    judge = Judge(court.pack.catalogue, ON, ARM)
    for _ in range(2):  # the second time from what was remembered
        for policy in court.policies:
            decision = judge.decide(report, report.tests[0], court.pack.tests["T-9283-AP"], policy)
            verdicts = tuple(evaluate(clause.when, decision.values) for clause in policy.clauses)
            assert decision.verdicts == verdicts
            failed = {
                clause.otherwise.value
                for clause, verdict in zip(policy.clauses, verdicts, strict=True)
                if verdict.truth is Truth.FALSE
            }
            unsure = any(verdict.truth is Truth.UNDECIDED for verdict in verdicts)
            expected = "reject" if "reject" in failed else "undecided" if unsure else "partial" if failed else "accept"
            assert decision.outcome.value == expected
            assert bool(decision.questions) or not unsure


@settings(deadline=None, max_examples=300)
@given(changes=_CHANGES, test=_TESTS, claims=st.lists(_CLAIMS, max_size=2))
def test_a_decision_holds_when_more_is_known(changes, test, claims, court: Court) -> None:
    """Accept, partial and reject never rest on what is unknown: with any value for an unknown fact they stay."""
    china = court.policies[0]
    report = _varied(changes, test, claims)
    decision = Judge(court.pack.catalogue, ON, ARM).decide(
        report, report.tests[0], court.pack.tests["T-9283-AP"], china
    )
    for clause, verdict in zip(china.clauses, decision.verdicts, strict=True):
        if verdict.truth is not Truth.UNDECIDED:
            for parameter in FACTS.parameters.values():
                if parameter.id not in decision.values:
                    for value in parameter.choice_ids or ((True, False) if parameter.kind == "boolean" else (0.0, 9e9)):
                        assert evaluate(clause.when, {**decision.values, parameter.id: value}).truth is verdict.truth


@settings(deadline=None, max_examples=60)
@given(tests=st.lists(_TESTS, min_size=1, max_size=8), item=st.sampled_from(["T-9283-AP", "T-9283-RP", "T-13849"]))
def test_the_index_misses_no_acceptable_evidence(tests, item: str, court: Court) -> None:
    """Whatever some policy would accept, or ask about under the named test, the index finds."""
    reports = [_varied({}, test, []) for test in tests]
    judge = Judge(court.pack.catalogue, ON, ARM)
    found = {id(reported) for _, reported in EvidenceIndex(reports).candidates(court.pack.tests[item], judge.documents)}
    for report in reports:
        for policy in court.policies:
            decision = judge.decide(report, report.tests[0], court.pack.tests[item], policy)
            if decision.outcome in (Acceptance.ACCEPT, Acceptance.PARTIAL):
                assert id(report.tests[0]) in found


def _varied(changes: dict[str, object], test: dict[str, object], claims: list[AccreditationClaim]) -> Report:
    base = Report(
        id="R",
        kind=ReportKind.TEST_REPORT,
        title=Text("", ""),
        laboratory=IssuingLaboratory(Text("示例", "sample"), accreditations=tuple(claims) or (_CLAIM,)),
        product=ARM,
        tests=(ReportedTest("1", Text("", "pose")),),
        tested_until=date(2026, 5, 20),
        sample=Sample(serial="1"),
        seal=Seal("stamp", SealState.UNCHECKED),
    )
    return retested(replace(base, **changes), **test)


_SCOPE = (ScopeClaim(StandardRef.parse("GB/T 12642")), ScopeClaim(StandardRef.parse("ISO 9283")))
_CLAIM = AccreditationClaim("CNAS", "X-1", date(2024, 1, 1), date(2029, 1, 1), _SCOPE)
