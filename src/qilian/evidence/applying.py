"""Evidence against the tests of a plan: what is answered falls away, what is left still has to be tested.

In come reports, the merged test demands and the policies; out goes :class:`Applied`. A test is answered only where the
policy of every market that asks for it accepts one of the reports.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, Union

from qilian.compliance import Rule, TestDemand
from qilian.evidence.decision import Acceptance, Cited, Decision, EvidenceIndex, Judge, preference
from qilian.evidence.facts import Register
from qilian.evidence.model import ProductIdentity, Report, ReportedTest
from qilian.evidence.policy import Policy, policies_for
from qilian.standards import Catalogue
from qilian.text import Text

Json: TypeAlias = Union[str, float, int, bool, list["Json"], dict[str, "Json"], None]  # noqa: UP007 - names in quotes


@dataclass(frozen=True, slots=True)
class ProgrammeDecision:
    """What one market's policy makes of all the evidence for a test.

    Attributes
    ----------
    policy
        None where the pack has no acceptance policy for the market.
    decisions
        The most useful ones first, at most :data:`MOST_KEPT`.
    looked_at
        How many tests of reports were decided on.
    contradicted_by
        Where the best is accept: failures of the same test that it does not come after and that are valid in all else.
        A pass after a failure is a repeated test; a failure on the same day or later has to be explained first.
    """

    market: str
    policy: Policy | None
    decisions: tuple[Decision, ...]
    looked_at: int = 0
    contradicted_by: tuple[Decision, ...] = ()

    @property
    def best(self) -> Decision | None:
        """The most useful decision."""
        return self.decisions[0] if self.decisions else None

    @property
    def outcome(self) -> Acceptance:
        """The outcome of the best decision; undecided where another report says that the test failed."""
        best = self.best
        if best is None:
            return Acceptance.NO_EVIDENCE
        return Acceptance.UNDECIDED if self.contradicted_by else best.outcome


@dataclass(frozen=True, slots=True)
class DemandDecision:
    """What the evidence does for one test of the plan, programme by programme."""

    demand: TestDemand
    programmes: tuple[ProgrammeDecision, ...]

    @property
    def outcome(self) -> Acceptance:
        """Accept where every programme accepts; partial where some do; else the best of what they say."""
        outcomes = {each.outcome for each in self.programmes}
        if not outcomes:
            return Acceptance.NO_EVIDENCE
        if outcomes == {Acceptance.ACCEPT}:
            return Acceptance.ACCEPT
        for outcome in (Acceptance.ACCEPT, Acceptance.PARTIAL):
            if outcome in outcomes:
                return Acceptance.PARTIAL
        return next(each for each in _BEST_FIRST if each in outcomes)

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports that were accepted, each once."""
        accepted = [each.best.report for each in self.programmes if each.best and each.outcome is Acceptance.ACCEPT]
        return tuple({id(report): report for report in accepted}.values())


@dataclass(frozen=True, slots=True)
class Unused:
    """A test of a report that answers no test of the plan, for no test asks for its method and clause."""

    report: Report
    reported: ReportedTest


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome for a plan.

    Attributes
    ----------
    decisions
        One for each demand, in their order.
    remaining
        The demands that still have to be tested.
    answered
        The demands that the evidence answers.
    unused
        Tests of reports that no demand asked for.
    """

    decisions: tuple[DemandDecision, ...]
    remaining: tuple[TestDemand, ...]
    answered: tuple[TestDemand, ...]
    unused: tuple[Unused, ...]

    def of(self, test: str) -> DemandDecision | None:
        """Return the decision on the demand with that test id."""
        return next((each for each in self.decisions if each.demand.item.id == test), None)

    @property
    def notices(self) -> tuple[Text, ...]:
        """What a reader must know: evidence that was made up, thresholds that are assumptions."""
        found: dict[Text, None] = {}
        for report in {id(d.report): d.report for d in _all(self.decisions)}.values():
            if report.example:
                found[EXAMPLE_NOTICE] = None
            if report.notice:
                found[report.notice] = None
        if any(decision.assumptions for decision in _all(self.decisions)):
            found[ASSUMPTION_NOTICE] = None
        return tuple(found)


MOST_KEPT = 50
"""How many decisions a programme keeps for each test; all are counted."""
EXAMPLE_NOTICE = Text(
    "所用报告中有为示例虚构的报告，不能用于任何真实用途。",
    "Some of the reports are made up for an example and serve no real purpose.",
)
ASSUMPTION_NOTICE = Text(
    "采信条件中的部分期限为本平台的假定，未见官方来源，使用前须向受理机构确认。",
    "Some limits of the acceptance policy are our assumptions without an official source: confirm them with the body "
    "that takes the evidence.",
)


def apply_evidence(
    reports: Sequence[Report] | EvidenceIndex,
    demands: Sequence[TestDemand],
    policies: Sequence[Policy],
    on: date,
    *,
    catalogue: Catalogue,
    product: ProductIdentity,
    rules: Mapping[str, Rule],
    markets: Sequence[str],
    register: Register | None = None,
) -> Applied:
    """Subtract from the demands what evidence answers.

    Parameters
    ----------
    rules
        By id: they say for which market a demand is asked.
    markets
        As they were asked for; a rule of every market has to be satisfied in each of them.
    """
    index = reports if isinstance(reports, EvidenceIndex) else EvidenceIndex(reports)
    judge = Judge(catalogue, on, product, register)
    candidates = [list(index.candidates(each.item, judge.documents, each.merged_from)) for each in demands]
    decisions = tuple(
        _decide(demand, found, policies, rules, markets, judge)
        for demand, found in zip(demands, candidates, strict=True)
    )
    answered = tuple(each.demand for each in decisions if each.outcome is Acceptance.ACCEPT)
    used = {id(reported) for found in candidates for _, reported in found}
    return Applied(
        decisions=decisions,
        remaining=tuple(each.demand for each in decisions if each.outcome is not Acceptance.ACCEPT),
        answered=answered,
        unused=tuple(
            Unused(report, reported)
            for report in index.reports
            for reported in report.tests
            if id(reported) not in used
        ),
    )


def decision_to_data(decision: DemandDecision) -> dict[str, Json]:
    """Return the JSON form of ``tests[].decision`` of a plan."""
    return {
        "outcome": decision.outcome.value,
        "reports": [report.id for report in decision.reports],
        "programmes": [_programme(each) for each in decision.programmes],
    }


def single_to_data(decision: Decision) -> dict[str, Json]:
    """Return one decision as JSON values, with the clauses behind it."""
    return {
        "report": decision.report.id,
        "report_test": decision.reported.id,
        "file": decision.report.source.file,
        "file_sha256": decision.report.source.sha256,
        "example": decision.report.example,
        "test": decision.item.id,
        "policy": decision.policy.id,
        "on": decision.on.isoformat(),
        "outcome": decision.outcome.value,
        "recognition": decision.recognition or None,
        "clauses": [_clause(each) for each in decision.cited],
        "missing": [_text(each) for each in decision.missing],
        "questions": [
            {"fact": each.fact, "text": _text(each.text), "clauses": [*each.clauses]} for each in decision.questions
        ],
    }


def _decide(
    demand: TestDemand,
    candidates: Sequence[tuple[Report, ReportedTest]],
    policies: Sequence[Policy],
    rules: Mapping[str, Rule],
    markets: Sequence[str],
    judge: Judge,
) -> DemandDecision:
    programmes = []
    for market, policy in policies_for(demand.serves, rules, policies, markets).items():
        decided: list[Decision] = []
        if policy is not None:
            decided = [
                judge.decide(report, reported, demand.item, policy, demand.merged_from)
                for report, reported in candidates
            ]
            decided.sort(key=preference)
        programmes.append(
            ProgrammeDecision(market, policy, tuple(decided[:MOST_KEPT]), len(decided), _contradictions(decided))
        )
    return DemandDecision(demand, tuple(programmes))


def _contradictions(decided: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the failures that stand against the first decision, where that accepts."""
    if not decided or decided[0].outcome is not Acceptance.ACCEPT:
        return ()
    age = decided[0].values.get("report.age_days")
    return tuple(
        each
        for each in decided[1:]
        if each.values.get("result.outcome") == "fail"
        and all(fact == "result.outcome" for cited in each.cited for fact, _ in cited.because)
        and not _older(each.values.get("report.age_days"), age)
    )


def _all(decisions: Sequence[DemandDecision]) -> list[Decision]:
    return [each for decision in decisions for programme in decision.programmes for each in programme.decisions]


def _older(age: object, than: object) -> bool:
    return isinstance(age, float) and isinstance(than, float) and age > than


def _programme(programme: ProgrammeDecision) -> dict[str, Json]:
    policy, best = programme.policy, programme.best
    return {
        "market": programme.market,
        "policy": policy.id if policy else None,
        "programme": _text(policy.programme) if policy else None,
        "confidence": policy.confidence if policy else None,
        "outcome": programme.outcome.value,
        "best": single_to_data(best) if best else None,
        "looked_at": programme.looked_at,
        "contradicted_by": [each.report.id for each in programme.contradicted_by],
        "others": [
            {
                "report": each.report.id,
                "report_test": each.reported.id,
                "outcome": each.outcome.value,
                "clauses": [cited.clause.id for cited in each.cited],
            }
            for each in programme.decisions[1:]
        ],
    }


def _clause(cited: Cited) -> dict[str, Json]:
    because: list[Json] = [{"fact": fact, "value": _plain(value)} for fact, value in cited.because]
    return {
        "id": cited.clause.id,
        "title": _text(cited.clause.title),
        "holds": cited.truth.value,
        "because": because,
        "missing": [*cited.missing],
        "confidence": cited.clause.confidence,
        "assumption": cited.clause.assumption,
    }


def _plain(value: object) -> Json:
    return value if isinstance(value, str | bool | int | float) else str(value)


def _text(text: Text) -> dict[str, Json]:
    return {"zh": text.zh, "en": text.en}


_BEST_FIRST = (Acceptance.UNDECIDED, Acceptance.REJECT, Acceptance.NO_EVIDENCE)
