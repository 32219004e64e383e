"""What must be tested: the test items of a pack, and their merging across obligations and markets.

In come an assessment and the pack's test items; out go :class:`MergedTests`: each test once, with the rules that it
serves. One test serves every obligation that asks for it or for another test of the same method.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qilian.compliance.assessment import Assessment, Obligation, binds_in, part_of
from qilian.compliance.errors import ComplianceError
from qilian.compliance.rules import Rule, refuse_doubles
from qilian.documents import Document, shaped
from qilian.product import Confidence, Vocabulary
from qilian.standards import Catalogue, StandardRef
from qilian.text import Text

_EXACT_CLAUSE = re.compile(r"(?:[A-Z]|\d+)(?:\.\d+)+\Z")


@dataclass(frozen=True, slots=True)
class Method:
    """A clause of a standard that says how to test."""

    reference: StandardRef
    clause: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """The laboratory's limit ``limit`` must contain the product's value of ``parameter``."""

    limit: str
    parameter: str


@dataclass(frozen=True, slots=True)
class TestItem:
    """A test as a laboratory offers it.

    Attributes
    ----------
    methods
        Equivalent ways to do it.
    specimen
        What travels: ``machine``, ``battery_lot``, ``material_lot``, ``packed_machine``, ``component``…
    """

    __test__ = False  # pytest would take the name for a test class

    id: str
    name: Text
    domain: str
    methods: tuple[Method, ...]
    specimen: str
    destructive: bool
    attended: bool
    requires: tuple[Requirement, ...]
    source: str
    source_seen: date
    confidence: Confidence
    note: Text


@dataclass(frozen=True, slots=True)
class Order:
    """Every test of ``before`` ends before any of ``after`` starts."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: Text
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class TestDemand:
    """A test that has to be done, once.

    Attributes
    ----------
    references
        The standards of its methods, in the editions of the date.
    serves
        Ids of the rules that it answers.
    merged_from
        Ids of other test items with the same method that it takes the place of.
    requires
        What the laboratory must be able to hold: of the item and of those merged into it.
    markets
        The asked markets that call for it; one that is part of another asked one counts with that one.
    asked
        How often it would be done working market by market: each item once in each market that calls for it.
    """

    __test__ = False  # pytest would take the name for a test class

    item: TestItem
    references: tuple[StandardRef, ...]
    serves: tuple[str, ...]
    merged_from: tuple[str, ...]
    requires: tuple[Requirement, ...]
    markets: tuple[str, ...] = ()
    asked: int = 1


@dataclass(frozen=True, slots=True)
class MergedTests:
    """All tests of an assessment.

    Attributes
    ----------
    possible
        Tests that only undecided obligations ask for.
    asked
        How many tests would be done for the applying obligations working market by market; see :class:`TestDemand`.
    """

    demands: tuple[TestDemand, ...]
    possible: tuple[TestDemand, ...]
    asked: int


def merge_tests(assessment: Assessment, items: Mapping[str, TestItem], catalogue: Catalogue, on: date) -> MergedTests:
    """Merge the tests that the obligations call for.

    Two items are one test where a method of each is the same numbered clause of the same edition, or of an equivalent
    (IDT) one, and the same kind of specimen travels. A clause that is a whole annex, a range or unknown merges nothing:
    under it stand several tests.

    Raises
    ------
    ComplianceError
        For a test that no item of the pack is.
    """
    applying, undecided = _asking(assessment.applying, items), _asking(assessment.undecided, items)
    wanted = [items[test] for test in dict.fromkeys([*applying, *undecided])]
    demands: list[TestDemand] = []
    possible: list[TestDemand] = []
    for group in _same_tests(wanted, catalogue, on):
        sure = [item for item in group if item.id in applying]
        chosen, asking = (sure, applying) if sure else (group, undecided)
        markets = [_calling(asking[item.id], assessment.markets) for item in chosen]
        (demands if sure else possible).append(_demand(chosen, asking, markets, catalogue, on))
    return MergedTests(tuple(demands), tuple(possible), sum(demand.asked for demand in demands))


def dated(references: Iterable[StandardRef], catalogue: Catalogue, on: date) -> tuple[StandardRef, ...]:
    """Return each reference in its edition of the date, once; as written where the catalogue knows none."""
    found: dict[StandardRef, None] = {}
    for reference in references:
        edition = catalogue.resolve(reference, on)
        found[edition.ref if edition else reference] = None
    return tuple(found)


def read_tests(document: Document, vocabulary: Vocabulary) -> tuple[TestItem, ...]:
    """Read the test items of a pack.

    Raises
    ------
    QilianError
        For the first item that is not well formed, with file and line.
    """
    from qilian.compliance.door import TestForm

    forms = shaped(document, document.value, list[TestForm])
    refuse_doubles(document, [form.id for form in forms])
    return tuple(
        TestItem(
            id=form.id,
            name=form.name,
            domain=form.domain,
            methods=tuple(Method(StandardRef.parse_or_named(each.reference), each.clause) for each in form.methods),
            specimen=form.specimen,
            destructive=form.destructive,
            attended=form.attended,
            requires=tuple(
                Requirement(
                    each.limit, vocabulary.require(each.parameter, document.where((index, "requires", place))).id
                )
                for place, each in enumerate(form.requires)
            ),
            source=form.source,
            source_seen=form.seen,
            confidence=form.confidence,
            note=form.note,
        )
        for index, form in enumerate(forms)
    )


def read_order(document: Document) -> tuple[Order, ...]:
    """Read which tests come before which.

    Raises
    ------
    QilianError
        For the first entry that is not well formed, with file and line.
    """
    from qilian.compliance.door import OrderForm

    return tuple(
        Order(tuple(form.before), tuple(form.after), form.reason, form.confidence)
        for form in shaped(document, document.value, list[OrderForm])
    )


def _asking(obligations: Iterable[Obligation], items: Mapping[str, TestItem]) -> dict[str, list[Rule]]:
    """Return the rules that ask for each test."""
    asking: dict[str, list[Rule]] = defaultdict(list)
    for rule in (obligation.rule for obligation in obligations):
        for test in dict.fromkeys(rule.tests):
            if test not in items:
                raise ComplianceError(f"{rule.id}: unknown test {test}", where=rule.where, mend="mend its id")
            asking[test].append(rule)
    return asking


def _calling(rules: Iterable[Rule], asked: Sequence[str]) -> tuple[str, ...]:
    """Return the asked markets that one of the rules binds in, without those that are part of another asked one."""
    whole = [market for market in asked if not any(part_of(market, other) for other in asked)]
    return tuple(market for market in whole if any(binds_in(rule.market, market) for rule in rules))


def _same_tests(items: Sequence[TestItem], catalogue: Catalogue, on: date) -> list[list[TestItem]]:
    """Group the items that are one test; groups and members keep the order of ``items``."""
    group_of = {item.id: [item] for item in items}
    by_clause: dict[tuple[str, str], list[tuple[TestItem, Method]]] = defaultdict(list)
    for item in items:
        for method in item.methods:
            if _EXACT_CLAUSE.match(method.clause):
                by_clause[item.specimen, method.clause].append((item, method))
    for candidates in by_clause.values():
        for index, (item, method) in enumerate(candidates):
            for other, other_method in candidates[:index]:
                first, second = group_of[other.id], group_of[item.id]
                if first is not second and catalogue.same_method(method.reference, other_method.reference, on):
                    first.extend(second)
                    for member in second:
                        group_of[member.id] = first
    place = {item.id: index for index, item in enumerate(items)}
    groups = {id(group): sorted(group, key=lambda item: place[item.id]) for group in group_of.values()}
    return sorted(groups.values(), key=lambda group: place[group[0].id])


def _demand(
    group: Sequence[TestItem],
    asking: Mapping[str, list[Rule]],
    markets: Sequence[tuple[str, ...]],
    catalogue: Catalogue,
    on: date,
) -> TestDemand:
    return TestDemand(
        item=group[0],
        references=dated((method.reference for item in group for method in item.methods), catalogue, on),
        serves=tuple(dict.fromkeys(rule.id for item in group for rule in asking[item.id])),
        merged_from=tuple(item.id for item in group[1:]),
        requires=tuple(dict.fromkeys(requirement for item in group for requirement in item.requires)),
        markets=tuple(dict.fromkeys(market for calling in markets for market in calling)),
        asked=sum(map(len, markets)),
    )
