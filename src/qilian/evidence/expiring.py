"""Which evidence stops being accepted, and when: by age, by its own validity, or because an edition is replaced.

In come reports, test demands, policies and a span of days; out go the first day without acceptance and the clause that
fails on it. Nothing is extrapolated: only days are tried on which a fact of the policy can change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qilian.compliance import Condition, Rule, TestDemand, TestItem
from qilian.compliance.conditions import comparisons
from qilian.evidence.applying import Json
from qilian.evidence.decision import Acceptance, Cited, Decision, EvidenceIndex, Judge
from qilian.evidence.facts import Register, first_day_superseded
from qilian.evidence.model import ProductIdentity, Report, ReportedTest
from qilian.evidence.policy import Policy, policies_for
from qilian.standards import Catalogue, StandardRef

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expiry:
    """A piece of evidence that is accepted at first and no longer from a day on.

    Attributes
    ----------
    first_day
        The first day on which it is not accepted.
    because
        The clauses that no longer hold on that day.
    replaced_by
        The editions that take the place of the method's, where that is the cause.
    """

    report: Report
    reported: ReportedTest
    item: TestItem
    policy: Policy
    first_day: date
    because: tuple[Cited, ...]
    replaced_by: tuple[StandardRef, ...]


@dataclass(frozen=True, slots=True)
class UnderRevision:
    """Accepted evidence whose method is being revised: no day is known yet."""

    report: Report
    reported: ReportedTest
    item: TestItem
    drafts: tuple[StandardRef, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What happens to the accepted evidence: dated ends in order, and revisions under way."""

    expiries: tuple[Expiry, ...]
    under_revision: tuple[UnderRevision, ...]


def outlook(
    reports: Sequence[Report] | EvidenceIndex,
    demands: Sequence[TestDemand],
    policies: Sequence[Policy],
    on: date,
    until: date,
    *,
    catalogue: Catalogue,
    product: ProductIdentity,
    rules: Mapping[str, Rule],
    markets: Sequence[str],
    register: Register | None = None,
) -> Outlook:
    """Return which evidence that is accepted ``on`` a day is not any more on a later day up to ``until``.

    Parameters
    ----------
    catalogue
        Knows future editions only as far as its source announced them.
    """
    index = reports if isinstance(reports, EvidenceIndex) else EvidenceIndex(reports)
    judges = _Judges(catalogue, product, register)
    expiries: list[Expiry] = []
    revisions: dict[tuple[int, str], UnderRevision] = {}
    for demand in demands:
        item, also = demand.item, demand.merged_from
        found = policies_for(demand.serves, rules, policies, markets).values()
        wanted = {policy.id: policy for policy in found if policy is not None}
        for report, reported in index.candidates(item, judges.on(on).documents, also):
            for policy in wanted.values():
                if judges.on(on).decide(report, reported, item, policy, also).outcome is not Acceptance.ACCEPT:
                    continue
                expiry = _expiry(report, reported, item, also, policy, on, until, judges)
                if expiry is not None:
                    expiries.append(expiry)
                drafts = _drafts(reported, catalogue, on)
                if drafts:
                    revisions[id(reported), item.id] = UnderRevision(report, reported, item, drafts)
    expiries.sort(key=lambda each: (each.first_day, each.report.id, each.reported.id, each.item.id, each.policy.id))
    return Outlook(tuple(expiries), tuple(revisions.values()))


def outlook_to_data(found: Outlook) -> dict[str, Json]:
    """Return an outlook as JSON values."""
    return {
        "expiries": [
            {
                "date": each.first_day.isoformat(),
                "report": each.report.id,
                "report_test": each.reported.id,
                "test": each.item.id,
                "policy": each.policy.id,
                "clauses": [cited.clause.id for cited in each.because],
                "assumption": any(cited.clause.assumption for cited in each.because),
                "method": str(each.reported.method) if each.reported.method else None,
                "replaced_by": [str(reference) for reference in each.replaced_by],
            }
            for each in found.expiries
        ],
        "under_revision": [
            {
                "report": each.report.id,
                "report_test": each.reported.id,
                "test": each.item.id,
                "method": str(each.reported.method) if each.reported.method else None,
                "drafts": [str(reference) for reference in each.drafts],
            }
            for each in found.under_revision
        ],
    }


class _Judges:
    """One judge for each day, made when it is first asked for."""

    def __init__(self, catalogue: Catalogue, product: ProductIdentity, register: Register | None) -> None:
        self.catalogue = catalogue
        self._product = product
        self._register = register
        self._by_day: dict[date, Judge] = {}

    def on(self, day: date) -> Judge:
        if day not in self._by_day:
            self._by_day[day] = Judge(self.catalogue, day, self._product, self._register)
        return self._by_day[day]


def _expiry(
    report: Report,
    reported: ReportedTest,
    item: TestItem,
    also: Collection[str],
    policy: Policy,
    on: date,
    until: date,
    judges: _Judges,
) -> Expiry | None:
    for day in _turning_days(report, reported, item, policy, on, until, judges.catalogue):
        decision = judges.on(day).decide(report, reported, item, policy, also)
        if decision.outcome is not Acceptance.ACCEPT:
            replaced = _heirs(reported, judges.catalogue, day) if _is_about_edition(decision) else ()
            return Expiry(report, reported, item, policy, day, decision.cited, replaced)
    return None


def _turning_days(
    report: Report,
    reported: ReportedTest,
    item: TestItem,
    policy: Policy,
    on: date,
    until: date,
    catalogue: Catalogue,
) -> list[date]:
    """Return the days on which a fact that changes with time can turn a clause of the policy."""
    days: set[date] = set()
    tested = report.tested_on(reported)
    conditions = [clause.when for clause in policy.clauses]
    if tested is not None:
        days.update(tested + timedelta(days=limit) for limit in _limits(conditions, "report.age_days"))
    if report.valid_until is not None:
        days.add(report.valid_until + _DAY)
    references = [reported.method] if reported.method else []
    asked = [method.reference for method in item.methods]
    changes = catalogue.changes([*references, *asked], on, until)
    days.update(change.date for change in changes)
    ends = {change.date for change in changes}
    ends.update(end for each in references if (end := first_day_superseded(each, catalogue, until)))
    for limit in _limits(conditions, "method.superseded_days"):
        days.update(end + timedelta(days=limit) for end in ends)
    days.update(each.until + _DAY for each in policy.transitions if each.until is not None)
    return sorted(day for day in days if on < day <= until)


def _limits(conditions: Iterable[Condition], fact: str) -> set[int]:
    """Return the days around each threshold of a fact: at it, and the day after it."""
    found: set[int] = set()
    for condition in conditions:
        for comparison in comparisons(condition):
            if comparison.parameter == fact:
                operand = comparison.operand
                for each in operand if isinstance(operand, tuple) else (operand,):
                    if isinstance(each, int | float) and 0 <= each < 100_000:
                        found.update((int(each), int(each) + 1))
    return found


def _is_about_edition(decision: Decision) -> bool:
    return any(fact.startswith("method.") for cited in decision.cited for fact, _ in cited.because)


def _heirs(reported: ReportedTest, catalogue: Catalogue, day: date) -> tuple[StandardRef, ...]:
    return catalogue.show(reported.method, day).replaced_by if reported.method else ()


def _drafts(reported: ReportedTest, catalogue: Catalogue, on: date) -> tuple[StandardRef, ...]:
    return catalogue.show(reported.method, on).under_revision_by if reported.method else ()
