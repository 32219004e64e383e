"""Accept, accept in part, reject or ask: one report's test against one test item under one policy, clause by clause.

In come a report, a test item, a policy and a date; out goes a frozen :class:`Decision` that cites the clauses behind
it. What the report does not say leaves a clause undecided, and the decision then asks instead of guessing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial

from qilian.compliance import TestItem, Truth, Verdict
from qilian.compliance.conditions import comparisons
from qilian.evidence.facts import (
    FACTS,
    AskedMethod,
    Documents,
    Register,
    Transition,
    edition_facts,
    laboratory_facts,
    method_facts,
    product_relation,
)
from qilian.evidence.model import ProductIdentity, Report, ReportedTest
from qilian.evidence.policy import Clause, Effect, Policy
from qilian.product import ParameterValue, Product
from qilian.standards import Catalogue, StandardRef
from qilian.standards.reference import BaseKey
from qilian.text import Text


class Acceptance(StrEnum):
    """Whether evidence answers a test: yes, with something added, not known yet, no, or there is none."""

    ACCEPT = "accept"
    PARTIAL = "partial"
    UNDECIDED = "undecided"
    REJECT = "reject"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause, how it came out, and the facts that decided it.

    Attributes
    ----------
    because
        Facts and values that suffice for the outcome.
    missing
        Facts that the report does not say and that would decide it.
    """

    clause: Clause
    truth: Truth
    because: tuple[tuple[str, ParameterValue], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceQuestion:
    """A fact that the report does not say, with the question to ask and the clauses that wait for it."""

    fact: str
    text: Text
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one policy says of one test of a report.

    Attributes
    ----------
    values
        The facts that are known.
    verdicts
        One for each clause of the policy, in its order.
    recognition
        Name of the scheme or arrangement under which the laboratory was recognised; empty where none was.
    """

    report: Report
    reported: ReportedTest
    item: TestItem
    policy: Policy
    on: date
    outcome: Acceptance
    values: dict[str, ParameterValue] = field(hash=False)
    verdicts: tuple[Verdict, ...]
    recognition: str = ""

    @property
    def clauses(self) -> tuple[Cited, ...]:
        """Every clause of the policy with its outcome."""
        return tuple(
            Cited(
                clause,
                verdict.truth,
                tuple((fact, self.values[fact]) for fact in verdict.because),
                verdict.missing,
            )
            for clause, verdict in zip(self.policy.clauses, self.verdicts, strict=True)
        )

    @property
    def cited(self) -> tuple[Cited, ...]:
        """The clauses behind the outcome: all where it is accepted, else those that failed or are open."""
        match self.outcome:
            case Acceptance.REJECT:
                return tuple(c for c in self.clauses if _failed(c, Effect.REJECT))
            case Acceptance.PARTIAL:
                return tuple(c for c in self.clauses if _failed(c, Effect.PARTIAL))
            case Acceptance.UNDECIDED:
                return tuple(c for c in self.clauses if c.truth is _UNDECIDED)
        return self.clauses

    @property
    def missing(self) -> tuple[Text, ...]:
        """What has to be added, by the clauses that failed in part."""
        return tuple(c.clause.missing for c in self.clauses if _failed(c, Effect.PARTIAL))

    @property
    def questions(self) -> tuple[EvidenceQuestion, ...]:
        """What has to be asked, each fact once."""
        waiting: dict[str, list[str]] = {}
        for cited in self.clauses:
            for fact in cited.missing:
                waiting.setdefault(fact, []).append(cited.clause.id)
        return tuple(EvidenceQuestion(fact, FACTS[fact].question, tuple(ids)) for fact, ids in waiting.items())

    @property
    def assumptions(self) -> tuple[Clause, ...]:
        """Clauses behind the outcome whose threshold is ours and not a source's."""
        return tuple(each.clause for each in self.cited if each.clause.assumption)


class Judge:
    """Decides many reports for one product on one date; what repeats is worked out once.

    Parameters
    ----------
    catalogue
        Says which edition stood when.
    product
        The product that the evidence shall serve.
    register
        What the operator knows of accreditations; prevails over the reports.

    Notes
    -----
    What was worked out is kept by the policy's id: two policies that are put to one judge must not share one.
    """

    def __init__(
        self, catalogue: Catalogue, on: date, product: ProductIdentity, register: Register | None = None
    ) -> None:
        self.catalogue = catalogue
        self.on = on
        self.product = product
        self.register = register or Register()
        self.documents = Documents(catalogue)
        self._methods: dict[
            tuple[StandardRef | None, str, bool, str, tuple[Transition, ...]], dict[str, ParameterValue]
        ] = {}
        self._asked: dict[StandardRef, AskedMethod] = {}
        self._editions: dict[tuple[StandardRef, StandardRef, tuple[Transition, ...]], dict[str, ParameterValue]] = {}
        self._judged: dict[tuple[object, ...], tuple[Verdict, ...]] = {}
        self._ageing: dict[str, tuple[int, ...]] = {}
        self._relations: dict[ProductIdentity, str | None] = {}

    def decide(
        self,
        report: Report,
        reported: ReportedTest,
        item: TestItem,
        policy: Policy,
        also: Collection[str] = (),
    ) -> Decision:
        """Decide whether one test of a report answers a test item.

        Parameters
        ----------
        also
            Ids of test items that were merged into ``item``: a report that names one of them names this test.
        """
        values = self._report_facts(report, reported)
        values.update(self._method_facts(reported, item, policy, also))
        facts, recognition = laboratory_facts(report, reported, item.id, policy.recognised, self.register)
        values.update(facts)
        outcome, verdicts = self._verdicts(policy, values)
        return Decision(report, reported, item, policy, self.on, outcome, values, verdicts, recognition)

    def _verdicts(self, policy: Policy, values: dict[str, ParameterValue]) -> tuple[Acceptance, tuple[Verdict, ...]]:
        """Judge the clauses; few combinations of facts occur besides the age, so each is judged once."""
        ageing = self._ageing.get(policy.id)
        if ageing is None:
            ageing = self._ageing[policy.id] = tuple(
                place for place, clause in enumerate(policy.clauses) if _asks_age(clause)
            )
        key = (policy.id, *map(values.get, _LASTING_FACTS))
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = tuple([clause.when.verdict(values) for clause in policy.clauses])
        verdicts = list(found)
        for place in ageing:
            verdicts[place] = policy.clauses[place].when.verdict(values)
        return _outcome(policy, verdicts), tuple(verdicts)

    def _report_facts(self, report: Report, reported: ReportedTest) -> dict[str, ParameterValue]:
        values: dict[str, ParameterValue] = {
            "report.kind": report.kind.value,
            "report.expired": report.valid_until is not None and report.valid_until < self.on,
            "sample.identified": bool(report.sample.id or report.sample.serial),
            "seal.state": report.seal.state.value,
        }
        tested = report.tested_on(reported)
        if tested is not None:
            values["report.age_days"] = float(self.on.toordinal() - tested.toordinal())
        if reported.outcome is not None:
            values["result.outcome"] = reported.outcome.value
        identity = report.product
        if identity not in self._relations:
            self._relations[identity] = product_relation(identity, self.product)
        relation = self._relations[identity]
        if relation is not None:
            values["product.relation"] = relation
        return values

    def _method_facts(
        self, reported: ReportedTest, item: TestItem, policy: Policy, also: Collection[str]
    ) -> dict[str, ParameterValue]:
        named = reported.test is not None and (reported.test == item.id or reported.test in also)
        key = (reported.method, reported.clause, named, item.id, policy.transitions)
        found = self._methods.get(key)
        if found is None:
            found = method_facts(reported, item.methods, named, partial(self._edition_facts, policy))
            if reported.test is not None and not named:  # the report says that it is another test
                found["method.covered"] = False
            self._methods[key] = found
        return found

    def _edition_facts(self, policy: Policy, offered: StandardRef, asked: StandardRef) -> dict[str, ParameterValue]:
        if self.documents.family(offered.base_key) != self.documents.family(asked.base_key):
            return _ANOTHER_DOCUMENT
        key = (offered, asked, policy.transitions)
        found = self._editions.get(key)
        if found is None:
            method = self._asked.get(asked)
            if method is None:
                method = self._asked[asked] = AskedMethod.of(asked, self.catalogue, self.on)
            found = edition_facts(offered, method, policy.transitions, self.catalogue, self.on)
            self._editions[key] = found
        return found


def decide(
    report: Report,
    test_item: TestItem,
    policy: Policy,
    on: date,
    *,
    catalogue: Catalogue,
    product: ProductIdentity,
    register: Register | None = None,
) -> Decision:
    """Decide whether a report answers a test item: by that of its tests that serves best.

    Raises
    ------
    ValueError
        If the report has no tests; no importer makes such a report.
    """
    judge = Judge(catalogue, on, product, register)
    return min((judge.decide(report, reported, test_item, policy) for reported in report.tests), key=preference)


def preference(decision: Decision) -> tuple[int, int]:
    """Sort key of decisions: the most useful first, then the one with the fewest clauses that failed."""
    return _RANKS[decision.outcome], sum(verdict.truth is not _TRUE for verdict in decision.verdicts)


def identity_of(product: Product, family: str = "") -> ProductIdentity:
    """Return the identity of a product file: its id, and its English name as the type designation.

    A name that starts with the maker's is taken without it: reports write ``GCR14-1400``, files ``SIASUN GCR14-1400``.
    """
    name, maker = product.name.say("en"), product.maker.say("en")
    brand = maker.partition("(")[0].strip()
    if brand and name.casefold().startswith(f"{brand.casefold()} "):
        name = name[len(brand) :].strip()
    return ProductIdentity(model=name, id=product.id, maker=brand or maker, family=family)


class EvidenceIndex:
    """Reports by the test item that they name and by standard and clause, so that a test finds its own at once."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self.reports = tuple(reports)
        self._by_test: dict[str, list[tuple[Report, ReportedTest]]] = {}
        self._by_method: dict[BaseKey, dict[str, list[tuple[Report, ReportedTest]]]] = {}
        for report in self.reports:
            for reported in report.tests:
                if reported.test is not None:
                    self._by_test.setdefault(reported.test, []).append((report, reported))
                elif reported.method is not None:
                    clauses = self._by_method.setdefault(reported.method.base_key, {})
                    clauses.setdefault(reported.clause, []).append((report, reported))

    def candidates(
        self, item: TestItem, documents: Documents, also: Collection[str] = ()
    ) -> Iterator[tuple[Report, ReportedTest]]:
        """Yield the tests of reports that may answer a test item: those that name it, or a method of it.

        A method is one of the item's documents, or one of the same family (adopted, adopting, replaced), with a clause
        that contains the one asked for; those that name another test are left out.
        """
        for name in (item.id, *also):
            yield from self._by_test.get(name, ())
        seen: set[tuple[BaseKey, str]] = set()
        for method in item.methods:
            for base in documents.related(method.reference.base_key):
                clauses = self._by_method.get(base)
                if not clauses:
                    continue
                for clause in _containing(method.clause) if method.clause else tuple(clauses):
                    if (base, clause) not in seen:
                        seen.add((base, clause))
                        yield from clauses.get(clause, ())


def _containing(clause: str) -> Iterator[str]:
    """Yield the clause, the clauses that it is part of, and no clause at all: ``7.2.1``, ``7.2``, ``7``, ``""``."""
    while clause:
        yield clause
        clause = clause.rpartition(".")[0]
    yield ""


def _outcome(policy: Policy, verdicts: Sequence[Verdict]) -> Acceptance:
    """One failed clause rejects; an open one asks; one that fails in part wants something added."""
    outcome = Acceptance.ACCEPT
    for clause, verdict in zip(policy.clauses, verdicts, strict=True):
        truth = verdict.truth
        if truth is _TRUE:
            continue
        if truth is _UNDECIDED:
            outcome = _ASK
        elif clause.otherwise is _REJECTS:
            return _REJECT
        elif outcome is not _ASK:
            outcome = _PART
    return outcome


def _asks_age(clause: Clause) -> bool:
    return any(each.parameter == _AGE for each in comparisons(clause.when))


def _failed(cited: Cited, effect: Effect) -> bool:
    return cited.truth is Truth.FALSE and cited.clause.otherwise is effect


_AGE = "report.age_days"
_LASTING_FACTS = tuple(name for name in FACTS.parameters if name != _AGE)
_ANOTHER_DOCUMENT: dict[str, ParameterValue] = {"method.relation": "other", "method.transition": "none"}
_TRUE, _UNDECIDED = Truth.TRUE, Truth.UNDECIDED  # an enum's attribute is slow to reach
_REJECT, _ASK, _PART, _REJECTS = Acceptance.REJECT, Acceptance.UNDECIDED, Acceptance.PARTIAL, Effect.REJECT
_RANKS = {
    Acceptance.ACCEPT: 0,
    Acceptance.UNDECIDED: 1,
    Acceptance.PARTIAL: 2,
    Acceptance.REJECT: 3,
    Acceptance.NO_EVIDENCE: 4,
}
