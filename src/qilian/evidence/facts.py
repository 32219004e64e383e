"""What a policy can ask about a report: the facts, their words, and how they follow from report, test and date.

In come a report, one of its tests, a test item and a date; out go values for the conditions of a policy. A fact that
the report does not say is absent, which leaves a condition undecided; each fact carries the question to ask.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from qilian.compliance import Method
from qilian.evidence.model import AccreditationClaim, ProductIdentity, Report, ReportedTest
from qilian.laboratories import Accreditation, Network
from qilian.product import Choice, Kind, Parameter, ParameterValue, Vocabulary
from qilian.standards import Catalogue, Degree, Edition, RelationKind, StandardRef, Status
from qilian.standards.reference import BaseKey
from qilian.text import Text

_LONG_AGO = date(1900, 1, 1)


def _fact(name: str, kind: Kind, label: Text, question: Text, choices: str = "") -> Parameter:
    return Parameter(
        name, label, question, kind, choices=tuple(Choice(word, Text(word, word)) for word in choices.split())
    )


FACTS = Vocabulary(
    {
        fact.id: fact
        for fact in (
            _fact(
                "report.kind",
                "choice",
                Text("文件类型", "kind of document"),
                Text("这是检测报告、证书还是校准证书？", "Is it a test report, a certificate or a calibration?"),
                "test_report certificate calibration quality_document",
            ),
            _fact(
                "report.age_days",
                "number",
                Text("自检测之日的天数", "days since the test"),
                Text("检测是哪一天完成的？", "On which day was the test finished?"),
            ),
            _fact(
                "report.expired",
                "boolean",
                Text("已过报告自身的有效期", "past the report's own validity"),
                Text("报告有效期到哪一天？", "Until which day is the report valid?"),
            ),
            _fact(
                "method.covered",
                "boolean",
                Text("报告的条款即该检测项目", "the report's clause is this test"),
                Text("报告按该标准做了哪些条款？", "Which clauses of the standard did the laboratory test?"),
            ),
            _fact(
                "method.relation",
                "choice",
                Text("方法版本与要求的关系", "edition of the method against the one asked for"),
                Text("检测按标准的哪一版进行？", "By which edition of the standard was the test made?"),
                "same identical modified superseded other",
            ),
            _fact(
                "method.superseded_days",
                "number",
                Text("该版被代替后的天数", "days since the edition was superseded"),
                Text("该版本何时被代替？", "When was that edition superseded?"),
            ),
            _fact(
                "method.transition",
                "choice",
                Text("专门公布的过渡期", "a transition named for this edition"),
                Text("该标准有无公布的过渡期？", "Is there a published transition for this standard?"),
                "open over none",
            ),
            _fact(
                "laboratory.recognised",
                "boolean",
                Text("持有被认可的资质", "holds a recognised accreditation"),
                Text(
                    "实验室持有哪些资质认定或认可（编号）？", "Which accreditations does the laboratory hold (numbers)?"
                ),
            ),
            _fact(
                "laboratory.valid_on_test_date",
                "boolean",
                Text("资质在检测之日有效", "accreditation valid on the test date"),
                Text(
                    "资质的有效期是哪天到哪天，检测是哪天？",
                    "From when to when is the accreditation valid, and on which day was the test?",
                ),
            ),
            _fact(
                "laboratory.scope_covers",
                "boolean",
                Text("能力范围包含该方法", "scope covers the method"),
                Text(
                    "检测之日的能力范围附表中哪一行包含该方法？",
                    "Which line of the scope on the test date covers the method?",
                ),
            ),
            _fact(
                "product.relation",
                "choice",
                Text("被测产品与本产品的关系", "product tested against this product"),
                Text("报告的被测型号与本产品是什么关系？", "How is the model that was tested related to this product?"),
                "same variant family other",
            ),
            _fact(
                "sample.identified",
                "boolean",
                Text("样品有唯一标识", "sample is identified"),
                Text("被测样品的编号或序列号是什么？", "What is the number or serial number of the sample?"),
            ),
            _fact(
                "result.outcome",
                "choice",
                Text("结论", "result"),
                Text("该项的结论是合格还是不合格？", "Did the test pass or fail?"),
                "pass fail value",
            ),
            _fact(
                "seal.state",
                "choice",
                Text("签章状态", "state of the seal"),
                Text("报告的签名或印章核验了吗？", "Was the signature or seal of the report checked?"),
                "valid broken unchecked absent",
            ),
        )
    }
)
"""The vocabulary of all policies: which facts a condition can use, with the question for each."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A published last day on which an edition that was replaced is still taken.

    Attributes
    ----------
    until
        Last day of acceptance; None where no end was published.
    """

    edition: StandardRef
    until: date | None
    source: str
    confidence: str
    note: Text


class Register:
    """What the operator itself knows of accreditations: it prevails over what a report says of its laboratory.

    Parameters
    ----------
    accreditations
        With the day ranges of their validity; a number that is absent here is taken as the report says it.
    """

    def __init__(self, accreditations: Iterable[Accreditation] = ()) -> None:
        self._known: dict[tuple[str, str], list[Accreditation]] = {}
        for each in accreditations:
            self._known.setdefault((each.scheme, each.number), []).append(each)

    @classmethod
    def of(cls, network: Network) -> "Register":
        """Return the register of all laboratories of a network."""
        return cls(held for laboratory in network.laboratories for held in laboratory.accreditations)

    def valid(self, claim: AccreditationClaim, on: date) -> bool | None:
        """Return whether an accreditation was valid on a day, or None where the register does not know its number."""
        known = self._known.get((claim.scheme, claim.number))
        if known is None:
            return None
        return any(each.valid_from <= on <= each.valid_until for each in known)


class Documents:
    """Which documents belong together, because one adopts or replaces the other, directly or over others.

    A report by a document of another family cannot be evidence for a method, which spares the catalogue most questions.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._above: dict[BaseKey, BaseKey] = {}
        for relation in catalogue.relations:
            if relation.kind in (RelationKind.ADOPTS, RelationKind.REPLACES):
                first, second = self.family(relation.subject.base_key), self.family(relation.object.base_key)
                if first != second:
                    self._above[first] = second
        self._members: dict[BaseKey, list[BaseKey]] = {}
        for key in list(self._above):
            self._members.setdefault(self.family(key), []).append(key)

    def family(self, key: BaseKey) -> BaseKey:
        """Return the document that stands for the family of the one with this ``base_key``."""
        path = []
        while (above := self._above.get(key)) is not None:
            path.append(key)
            key = above
        for each in path[:-1]:  # the next look-up is short
            self._above[each] = key
        return key

    def related(self, key: BaseKey) -> tuple[BaseKey, ...]:
        """Return the keys of all documents of the family, with the one asked for."""
        head = self.family(key)
        return (head, *self._members.get(head, ()))


def method_facts(
    reported: ReportedTest,
    methods: Iterable[Method],
    named: bool,
    editions: Callable[[StandardRef, StandardRef], dict[str, ParameterValue]],
) -> dict[str, ParameterValue]:
    """Return the facts on clause and edition.

    Parameters
    ----------
    methods
        Those of the test item; the most favourable one counts.
    named
        Whether the report names the test item itself, so that clause numbers need not agree.
    editions
        Gives the facts on the edition offered against the one asked for.
    """
    best: dict[str, ParameterValue] = {"method.covered": True} if named else {}
    if reported.method is None:
        return best
    ranked: list[tuple[int, dict[str, ParameterValue]]] = []
    for method in methods:
        covered = True if named else clause_covered(reported.clause, method.clause)
        facts = dict(editions(reported.method, method.reference))
        if covered is not None:
            facts["method.covered"] = covered
        ranked.append((_RANKS[str(facts.get("method.relation", ""))] + 10 * (covered is False), facts))
    return min(ranked, key=lambda each: each[0])[1] if ranked else best


def clause_covered(offered: str, asked: str) -> bool | None:
    """Return whether a clause that was tested contains the one asked for; None where that cannot be told.

    ``7.2`` contains ``7.2.1``. Where either side names no clause, any part of the standard may be meant.
    """
    if not asked or not offered:
        return None
    if offered == asked:
        return True
    return asked.startswith(f"{offered}.")


def laboratory_facts(
    report: Report,
    reported: ReportedTest,
    item: str,
    recognised: Mapping[str, object],
    register: Register,
) -> tuple[dict[str, ParameterValue], str]:
    """Return the facts on the accreditation that carries the report best, and the name of what was recognised.

    Parameters
    ----------
    recognised
        Schemes (``CNAS``) and arrangements (``ILAC MRA``) that the policy recognises.
    """
    claims = report.laboratory.accreditations
    if not claims:
        return {}, ""
    tested = report.tested_on(reported)
    best: tuple[int, dict[str, ParameterValue], str] | None = None
    for claim in claims:
        name = (
            claim.scheme
            if claim.scheme in recognised
            else next(filter(recognised.__contains__, claim.arrangements), "")
        )
        if not name:
            continue
        facts: dict[str, ParameterValue] = {"laboratory.recognised": True}
        valid = _valid(claim, tested, register)
        covers = _scope_covers(claim, reported, item)
        if valid is not None:
            facts["laboratory.valid_on_test_date"] = valid
        if covers is not None:
            facts["laboratory.scope_covers"] = covers
        rank = 3 * _THREE[valid] + _THREE[covers]
        if best is None or rank > best[0]:
            best = rank, facts, name
    return (best[1], best[2]) if best else ({"laboratory.recognised": False}, "")


def product_relation(tested: ProductIdentity, wanted: ProductIdentity) -> str | None:
    """Return how the product that was tested is related to the wanted one; None where the report does not say.

    Spaces, hyphens and letter case of type designations do not count. Another maker is another product.
    """
    if tested.id and tested.id == wanted.id:
        return "same"
    model, own = _plain(tested.model), _plain(wanted.model)
    if not model or not own:
        return None
    if tested.maker and wanted.maker and not _same_maker(tested.maker, wanted.maker):
        return "other"
    if model == own:
        return "same"
    if own in {_plain(variant) for variant in tested.variants}:
        return "variant"
    if tested.family and _plain(tested.family) == _plain(wanted.family):
        return "family"
    return "other"


def first_day_superseded(reference: StandardRef, catalogue: Catalogue, until: date) -> date | None:
    """Return the first day up to ``until`` on which the edition no longer stands, or None while it does."""
    edition = catalogue.resolve(reference, until)
    if edition is None or catalogue.status(edition, until) not in _ENDED:
        return None
    low, high = _LONG_AGO.toordinal(), until.toordinal()
    while low < high:
        middle = (low + high) // 2
        if catalogue.status(edition, date.fromordinal(middle)) in _ENDED:
            high = middle
        else:
            low = middle + 1
    return date.fromordinal(low)


@dataclass(frozen=True, slots=True)
class AskedMethod:
    """A method that is asked for, with what the catalogue says of it on a date.

    Attributes
    ----------
    current
        The edition that it means on the date; None where the catalogue knows none.
    replaces
        What that edition replaced.
    modified
        Current documents tied to it by a modified adoption.
    """

    reference: StandardRef
    current: Edition | None
    replaces: tuple[StandardRef, ...]
    modified: tuple[StandardRef, ...]

    @classmethod
    def of(cls, reference: StandardRef, catalogue: Catalogue, on: date) -> "AskedMethod":
        """Look a method up."""
        entry = catalogue.show(reference.without_clause, on)
        return cls(
            reference.without_clause,
            catalogue.resolve(reference, on),
            entry.replaces,
            tuple(
                each.reference
                for each in entry.equivalents
                if each.degree in (Degree.MODIFIED, Degree.EQUIVALENT) and not each.lag
            ),
        )


def edition_facts(
    offered: StandardRef, asked: AskedMethod, transitions: Iterable[Transition], catalogue: Catalogue, on: date
) -> dict[str, ParameterValue]:
    """Return the facts on the edition of a method that was used against the one that is asked for."""
    wanted = asked.reference
    if not offered.is_dated and not offered.is_named:
        same_document = offered.same_base(wanted) or bool(catalogue.accepts(wanted.undated, offered, on))
        return {} if same_document else {"method.relation": "other"}
    if catalogue.accepts(wanted, offered, on):
        same = offered.same_base(asked.current.ref if asked.current else wanted)
        return {"method.relation": "same" if same else "identical", "method.transition": "none"}
    if any(catalogue.accepts(each, offered, on) for each in asked.modified):
        return {"method.relation": "modified", "method.transition": "none"}
    if not _is_predecessor(offered, asked, catalogue, on):
        return {"method.relation": "other", "method.transition": "none"}
    facts: dict[str, ParameterValue] = {"method.relation": "superseded", "method.transition": "none"}
    ended = first_day_superseded(offered, catalogue, on) or _first_day_of(asked.current)
    if ended is not None:
        facts["method.superseded_days"] = float((on - ended).days)
    for transition in transitions:
        if catalogue.accepts(transition.edition, offered, on):
            facts["method.transition"] = "open" if transition.until is None or on <= transition.until else "over"
    return facts


def _is_predecessor(offered: StandardRef, asked: AskedMethod, catalogue: Catalogue, on: date) -> bool:
    """Whether what is offered is an earlier edition of what is asked, or an IDT adoption of what that replaces."""
    newest = asked.reference if asked.reference.is_dated else asked.current.ref if asked.current else None
    year = newest.year if newest else None
    if offered.same_base(asked.reference) and (year is None or (offered.year or 0) < year):
        return True
    return any(catalogue.accepts(old, offered, on) for old in asked.replaces)


def _first_day_of(edition: Edition | None) -> date | None:
    """Return the day on which an edition surely stood: what it replaces ended then at the latest."""
    if edition is None:
        return None
    return edition.in_force_from or (edition.published.last if edition.published else None)


def _valid(claim: AccreditationClaim, tested: date | None, register: Register) -> bool | None:
    if tested is None:
        return None
    known = register.valid(claim, tested)
    if known is not None:
        return known
    first, last = claim.valid_from, claim.valid_until
    if (first is not None and tested < first) or (last is not None and last < tested):
        return False
    return None if first is None or last is None else True


def _scope_covers(claim: AccreditationClaim, reported: ReportedTest, item: str) -> bool | None:
    """Whether a line of the scope that the report attaches covers the method; None where none is attached."""
    if not claim.scope:
        return None
    unsure = False
    for line in claim.scope:
        if line.test is not None:
            if line.test == item:
                return True
            continue
        if reported.method is None:
            unsure = True
            continue
        same = line.reference.same_base(reported.method)
        if same and (not line.reference.year or line.reference.year == reported.method.year):
            if not line.clause or clause_covered(line.clause, reported.clause) is True:
                return True
            unsure = unsure or not reported.clause
    return None if unsure else False


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _same_maker(first: str, second: str) -> bool:
    """Whether two spellings of a maker's name agree: one may add its place or legal form."""
    one, two = _plain(first), _plain(second)
    return one in two or two in one


_ENDED = (Status.SUPERSEDED, Status.WITHDRAWN)
_THREE = {True: 2, None: 1, False: 0}
_RANKS = {"same": 0, "identical": 1, "superseded": 3, "modified": 2, "": 4, "other": 5}
