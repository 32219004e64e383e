"""Whom a change of edition hits: rules, tests, laboratories' scope lines and products that stand on the old one.

In come a content pack, a catalogue, the old and the new document; out goes a frozen :class:`Impact` that names each
place, how it cites the old document (dated, undated, or through a document that adopts it) and what must be done.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from qilian.compliance import Rule, TestItem, assess, known_markets
from qilian.laboratories import Laboratory, ScopeLine
from qilian.laboratories.scopes import Demand, Matcher, ScopeMatches
from qilian.planning import impact_words as words
from qilian.planning.errors import PlanningError
from qilian.planning.model import Pack
from qilian.product import Product
from qilian.standards import Catalogue, Edition, Relation, RelationKind, StandardRef, Status
from qilian.text import Text

HOLDERS_SHOWN = 50
HOLDERS_COUNTED = 5_000
"""Laboratories of imported scope tables that hold lines by the old edition are counted up to here."""

_DAY = timedelta(days=1)


class How(StrEnum):
    """How a place cites the old document."""

    DATED = "dated"
    UNDATED = "undated"
    EQUIVALENT = "equivalent"


@dataclass(frozen=True, slots=True)
class Citation:
    """One reference to the old document.

    Attributes
    ----------
    reference
        As the place writes it, with its clause.
    adoptions
        For :attr:`How.EQUIVALENT`: the chain of adoptions from the cited document to the old one.
    successor
        For :attr:`How.EQUIVALENT`: the edition of the cited document that adopts the new one, where there is one.
    """

    reference: StandardRef
    how: How
    adoptions: tuple[Relation, ...] = ()
    successor: StandardRef | None = None


@dataclass(frozen=True, slots=True)
class AffectedRule:
    """A rule that cites the old document; ``heir`` is the pack's rule that takes its place, if it has one."""

    rule: Rule
    citations: tuple[Citation, ...]
    heir: Rule | None
    todo: Text


@dataclass(frozen=True, slots=True)
class AffectedTest:
    """A test item with a method of the old document."""

    item: TestItem
    citations: tuple[Citation, ...]
    todo: Text


@dataclass(frozen=True, slots=True)
class AffectedLine:
    """A laboratory's scope line by the old document; ``line.row`` names it in the network."""

    laboratory: Laboratory
    line: ScopeLine
    citation: Citation
    todo: Text


@dataclass(frozen=True, slots=True)
class AffectedProduct:
    """A product that affected rules bind, or may bind.

    Attributes
    ----------
    rules, undecided
        Ids of the affected rules that apply, and of those that hang on what is unknown of the product.
    tests
        Ids of affected tests that rules which apply call for.
    """

    product: Product
    rules: tuple[str, ...]
    undecided: tuple[str, ...]
    tests: tuple[str, ...]
    todo: Text


@dataclass(frozen=True, slots=True)
class Impact:
    """What the step from ``old`` to ``new`` hits.

    Attributes
    ----------
    old, new
        The editions, as the catalogue resolved them.
    starts
        First day on which the new one stands in place of the old one; None where the catalogue does not know it.
    ready
        Laboratories that have a scope line by the new one already.
    holders
        Laboratories of the imported scope tables with lines by the old one or by what adopts it identically; None
        where no tables were given.
    notices
        What the reader must know to judge this: gaps of the catalogue, what was not looked at.
    """

    old: StandardRef
    new: StandardRef
    starts: date | None
    rules: tuple[AffectedRule, ...]
    tests: tuple[AffectedTest, ...]
    lines: tuple[AffectedLine, ...]
    products: tuple[AffectedProduct, ...]
    ready: tuple[Laboratory, ...]
    notices: tuple[Text, ...]
    holders: ScopeMatches | None = None

    @property
    def places(self) -> int:
        """How many rules, tests, scope lines and products are hit."""
        return len(self.rules) + len(self.tests) + len(self.lines) + len(self.products)


def impact(
    pack: Pack,
    catalogue: Catalogue,
    old: StandardRef,
    new: StandardRef,
    *,
    products: Sequence[Product] = (),
    on: date | None = None,
    scopes: Matcher | None = None,
) -> Impact:
    """Find everything in a pack that stands on ``old``, and say what the step to ``new`` asks of it.

    Parameters
    ----------
    catalogue
        The pack's own, or one of a library; it gives editions, dates and adoptions.
    old, new
        Editions; an undated ``old`` is the edition that stood before ``new``, an undated ``new`` the latest one.
    products
        Products to assess, such as the examples; the others are not looked at, and a notice says so.
    on
        The day that products are assessed on: by default the last one before ``new`` starts, else the catalogue's.
    scopes
        Imported scope tables to look into, beside the network of the pack.

    Raises
    ------
    PlanningError
        If both are one edition.
    """
    return _Search(pack, catalogue, old, new).run(products, on, scopes)


class _Search:
    """The two editions as the catalogue knows them, and what cites the old one."""

    def __init__(self, pack: Pack, catalogue: Catalogue, old: StandardRef, new: StandardRef) -> None:
        self.pack = pack
        self.catalogue = catalogue
        self.new_edition = catalogue.resolve(new, date.max) or self._draft(new)
        self.new = self.new_edition.ref if self.new_edition else new.without_clause
        self.starts = self._first_day()
        self.eve = self.starts - _DAY if self.starts else catalogue.dated
        self.old_edition = catalogue.resolve(old, date.max if old.is_dated else self.eve)
        self.old = self.old_edition.ref if self.old_edition else old.without_clause
        if self._same(self.old, self.new):
            raise PlanningError(f"{old} and {new} are one edition, {self.new}", mend="name two editions")
        self.stays_undated = not self.old.same_base(self.new)
        self.adoptions = self._adoptions()
        self.followers = {
            relation.subject.base_key: relation.subject
            for relation in self._adopting(self.new)
            if relation.object.is_dated or relation.object.stage
        }

    def run(self, products: Sequence[Product], on: date | None, scopes: Matcher | None) -> Impact:
        rules = tuple(self._rules())
        tests = tuple(self._tests())
        return Impact(
            self.old,
            self.new,
            self.starts,
            rules,
            tests,
            tuple(self._lines()),
            tuple(self._products(products, rules, tests, on or self.eve)),
            self._ready(),
            tuple(self._notices(products)),
            self._holders(scopes) if scopes else None,
        )

    # -- the two editions ----------------------------------------------------------------------------------------------

    def _draft(self, ref: StandardRef) -> Edition | None:
        return next((each for each in self.catalogue.editions if each.ref == ref.without_clause), None)

    def _first_day(self) -> date | None:
        """Return the first day on which the new edition is current and in force."""
        for change in self.catalogue.changes((self.new,), date.min, date.max):
            entry = self.catalogue.show(self.new, change.date)
            if entry.status is Status.CURRENT and entry.in_force:
                return change.date
        return None

    def _same(self, first: StandardRef, second: StandardRef) -> bool:
        """Whether both mean one edition, amendments and clause aside."""
        return self._bare(first) == self._bare(second)

    def _bare(self, ref: StandardRef) -> StandardRef:
        ref = replace(ref, amendments=(), variant="", clause="", month=None)
        edition = self.catalogue.resolve(ref, date.max) if ref.is_dated else None
        return replace(edition.ref, month=None) if edition else ref

    # -- citations -----------------------------------------------------------------------------------------------------

    def _cites(self, reference: StandardRef) -> Citation | None:
        """Return how a reference cites the old edition, None if it does not."""
        if self._means(reference, self.old):
            return Citation(reference, How.DATED if reference.is_dated or reference.stage else How.UNDATED)
        for adopter, chain in self.adoptions:
            if self._means(reference, adopter):
                successor = self.followers.get(adopter.base_key)
                return Citation(reference, How.EQUIVALENT, chain, successor if successor != adopter else None)
        return None

    def _means(self, reference: StandardRef, edition: StandardRef) -> bool:
        """Whether a reference means an edition; an undated one by what it meant on the eve of the change."""
        if not reference.same_base(edition):
            return False
        if reference.is_dated or reference.stage or not edition.is_dated:
            return self._same(reference, edition) or not edition.is_dated
        meant = self.catalogue.resolve(reference, self.eve)
        if meant is None:  # of a document that the catalogue does not hold it may mean this edition
            return self.catalogue.resolve(reference, date.max) is None
        return self._same(meant.ref, edition)

    def _adoptions(self) -> list[tuple[StandardRef, tuple[Relation, ...]]]:
        """Return the documents that adopt the old one, and those that adopt these, each with its chain of adoptions."""
        found: list[tuple[StandardRef, tuple[Relation, ...]]] = []
        seen = {self._bare(self.old)}
        open_: list[tuple[StandardRef, tuple[Relation, ...]]] = [(self.old, ())]
        while open_:
            adopted, chain = open_.pop(0)
            for relation in self._adopting(adopted):
                adopter = self._bare(relation.subject)
                if adopter not in seen:
                    seen.add(adopter)
                    found.append((relation.subject, (relation, *chain)))
                    open_.append(found[-1])
        return found

    def _adopting(self, adopted: StandardRef) -> Iterator[Relation]:
        """Adoptions of an edition; one that does not say which edition it adopted counts as of this one."""
        for relation in self.catalogue.relations:
            if relation.kind is RelationKind.ADOPTS and relation.object.same_base(adopted):
                unsaid = not relation.object.is_dated and not relation.object.stage
                if unsaid or self._same(relation.object, adopted):
                    yield relation

    # -- what cites ----------------------------------------------------------------------------------------------------

    def _citations(self, references: Iterable[StandardRef]) -> tuple[Citation, ...]:
        return tuple(citation for each in references if (citation := self._cites(each)) is not None)

    def _rules(self) -> Iterator[AffectedRule]:
        for rule in self.pack.rules:
            citations = self._citations(rule.references)
            if citations:
                heir = self._heir(rule)
                todo = words.heir(rule, heir) if heir else self._todo("rule", citations)
                yield AffectedRule(rule, citations, heir, todo)

    def _heir(self, rule: Rule) -> Rule | None:
        """Return the pack's rule that takes the place of one and stands on the new document instead of the old."""
        for each in self.pack.rules:
            stands_on_new = any(reference.same_base(self.new) for reference in each.references)
            if rule.id in each.replaces and stands_on_new and not self._citations(each.references):
                return each
        return None

    def _tests(self) -> Iterator[AffectedTest]:
        for item in self.pack.tests.values():
            citations = self._citations(method.reference.at(method.clause) for method in item.methods)
            if citations:
                yield AffectedTest(item, citations, self._todo("test", citations))

    def _lines(self) -> Iterator[AffectedLine]:
        for laboratory in self.pack.network.laboratories:
            for line in laboratory.lines:
                citation = self._cites(line.reference.at(line.clause))
                if citation is not None:
                    yield AffectedLine(laboratory, line, citation, self._todo("line", (citation,)))

    def _ready(self) -> tuple[Laboratory, ...]:
        return tuple(
            laboratory
            for laboratory in self.pack.network.laboratories
            if any(
                line.reference.is_dated and line.reference.same_base(self.new) and self._same(line.reference, self.new)
                for line in laboratory.lines
            )
        )

    def _holders(self, scopes: Matcher) -> ScopeMatches:
        """Match the old edition, as it was accepted on its last day, to imported scope tables."""
        demand = Demand("", standards=(self.old,), as_of=self.eve)
        return replace(scopes, catalogue=self.catalogue).match(demand, HOLDERS_SHOWN, counted=HOLDERS_COUNTED)

    def _products(
        self, products: Sequence[Product], rules: Sequence[AffectedRule], tests: Sequence[AffectedTest], on: date
    ) -> Iterator[AffectedProduct]:
        """Assess each product in every market of the pack, and keep those that affected rules or tests reach."""
        pack = self.pack
        affected = {each.rule.id for each in rules}
        retested = {each.item.id for each in tests}
        markets = tuple(known_markets(pack.rules))
        for product in products:
            assessment = assess(product.values, pack.rules, pack.implications, pack.vocabulary, markets, on)
            applying = [each.rule for each in assessment.applying]
            binding = tuple(rule.id for rule in applying if rule.id in affected)
            undecided = tuple(each.rule.id for each in assessment.undecided if each.rule.id in affected)
            called = dict.fromkeys(test for rule in applying for test in rule.tests if test in retested)
            if binding or undecided or called:
                todo = words.product(self.new, self.starts, binding, undecided, tuple(called))
                yield AffectedProduct(product, binding, undecided, tuple(called), todo)

    # -- words ---------------------------------------------------------------------------------------------------------

    def _todo(self, place: words.Place, citations: Sequence[Citation]) -> Text:
        said = dict.fromkeys(self._said(place, citation) for citation in citations)
        return Text("；".join(text.zh for text in said), "; ".join(text.en for text in said))

    def _said(self, place: words.Place, citation: Citation) -> Text:
        if citation.how is How.EQUIVALENT:
            return words.adopted(place, citation.reference, citation.adoptions, citation.successor, self.new)
        if citation.how is How.DATED or self.stays_undated:
            return words.rewritten(place, citation.reference, self.new, self.starts)
        return words.moves(place, citation.reference, self.new, self.starts)

    def _notices(self, products: Sequence[Product]) -> Iterator[Text]:
        for ref, edition in ((self.old, self.old_edition), (self.new, self.new_edition)):
            if edition is None:
                yield words.not_in_catalogue(ref, self.catalogue)
        entry = self.catalogue.show(self.old, date.max)
        heirs = entry.replaced_by
        if not any(self._same(heir, self.new) for heir in (*heirs, *entry.under_revision_by)):
            yield words.not_recorded(self.old, self.new, heirs)
        if self.starts is None:
            yield words.no_start(self.new, self.catalogue)
        if not products:
            yield words.NO_PRODUCTS
        if self.pack.network.sample and self.pack.network.notice:
            yield self.pack.network.notice
