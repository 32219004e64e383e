"""Questions to the search index: what a person typed and the filters chosen, as queries, and the hits that answer them.

In come the open index, a text, a date and filters; out go hits, best first. Numbers in the text are known by being in
the index; a word that no document has is taken as misspelt; where nothing has all that is asked for, most is enough.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import tantivy
from tantivy import FieldType, Occur, Query

from qilian.portal.library import search_terms as terms
from qilian.standards import Status

_COMMON = 0.2  # share of the documents from which on a word is not needed: it only adds to the score
PAGE_BLOCK = 100
_KEPT = 0.6  # share of the needs that a document must have, where none has all
_NUMBER_AMONG_WORDS = 0.08  # "1000" beside other words is rather a word: as much worth as a rare one
_PREFERENCE = 2.0  # for a whole document over an amendment or draft, and for a current one: as much as a common word
_SHORT, _LONG = 4, 8  # letters from which on a word may have one, two letters wrong
_FUZZY_WORTH = 5.0


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be; an empty field lets everything pass.

    Attributes
    ----------
    publisher
        ``ISO`` also finds ``ISO/IEC``, ``GB`` also ``GB/T``; ``GB/T`` finds that only.
    status
        On the date of the search.
    committee
        ``ISO/TC 299`` or ``TC 299``; also finds what its subcommittees and groups made.
    ics
        ``25.040`` also finds ``25.040.30``.
    """

    publisher: str = ""
    status: Status | None = None
    committee: str = ""
    ics: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; ``status`` is on the date of the search, ``score`` only orders hits of one search."""

    key: str
    reference: str
    titles: Mapping[str, str]
    status: Status
    known_from: date | None
    ends: date | None
    committee: str
    ics: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the hits of a search, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


class Question:
    """One search: what must be found, what only orders, the filters, and the answer."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, text: str, on: date, filters: Filters
    ) -> None:
        self.searcher = searcher
        self.schema = schema
        self.on = on
        self.text = terms.plain(text[: terms.MAX_TEXT])
        self.needs: list[Query] = []
        self.extras: list[Query] = []
        self.filters = list(self._filters(filters))

    def answer(self, limit: int) -> tuple[Hit, ...]:
        """Return what has all that is asked for; where nothing has, what has most of it."""
        if not self.text:
            return self._newest(0, limit)
        for query in self._queries():
            found: dict[str, Hit] = {}
            for hit in self._best(query, 0, 3 * limit):
                found.setdefault(hit.reference, hit)
            if found:
                return tuple(found.values())[:limit]
        return ()

    def page(self, start: int, size: int) -> Page:
        """Return some of the same hits, and how many there are; hits are ordered within blocks, so that pages fit."""
        queries = self._queries() if self.text else [self._all()]
        for query in queries:
            total: int = self.searcher.search(query, limit=1, count=True).count  # type: ignore[attr-defined]  # stub lacks it
            if not total:
                continue
            blocks = range(start - start % PAGE_BLOCK, min(start + size, total), PAGE_BLOCK)
            if self.text:
                hits = [hit for block in blocks for hit in self._best(query, block, PAGE_BLOCK)]
            else:
                hits = [hit for block in blocks for hit in self._newest(block, PAGE_BLOCK)]
            return Page(tuple(hits[start % PAGE_BLOCK :][:size]), total)
        return Page((), 0)

    def _queries(self) -> Iterator[Query]:
        """Yield the query for all that is asked for, then the one for most of it."""
        self._read_text()
        needs = self.needs or self.extras  # only common words: each of them is asked for
        if needs:
            yield self._preferring([(Occur.Must, need) for need in needs])
        if len(needs) > 1:
            loose = Query.boolean_query([(Occur.Should, need) for need in needs], max(1, round(_KEPT * len(needs))))
            yield self._preferring([(Occur.Must, loose)])

    def _read_text(self) -> None:
        """Fill what is needed: each number and committee in the text, then each of the other words."""
        whole = self._committee(self.text) or self._number(self.text, 1.0)
        if whole is not None:
            self.needs.append(whole)
            return
        left: list[str] = terms.pieces(self.text)
        for start, end in terms.windows(left):
            span = left[start:end]
            if not all(span):
                continue
            name = " ".join(span)
            found = self._committee(name) or self._number(name, _NUMBER_AMONG_WORDS)
            if found is not None:
                self.needs.append(found)
                left[start:end] = [""] * len(span)
        rest = " ".join(left)
        common = _COMMON * self.searcher.num_docs
        for word in terms.wanted_words(rest):
            frequency = self.searcher.doc_freq("words", word)
            single = len(word) == 1 and terms.is_chinese(word)  # a particle, or a word that was cut
            (self.extras if single or frequency > common else self.needs).append(self._word(word, frequency))
        self.extras += [self._term("words", pair) for pair in terms.wanted_pairs(rest)]

    def _committee(self, text: str) -> Query | None:
        """Return the query of the documents of a technical committee ("ISO/TC 299"); None if the index has none."""
        name = terms.squash(text)
        if not terms.names_committee(name) or not self.searcher.doc_freq("committee", name):
            return None
        return self._term("committee", name)

    def _number(self, text: str, bare_worth: float) -> Query | None:
        """Return the query of a number that the index has, also as words of titles; None if it has none.

        How often the words of a number stand in a title does not order the editions of one document.
        """
        known = [
            (term, worth * bare_worth if term.startswith("#") else worth)
            for term, worth in terms.wanted_numbers(text)
            if self.searcher.doc_freq("number", term)
        ]
        if not known:
            return None
        choices = [(Occur.Should, Query.const_score_query(self._term("number", term), worth)) for term, worth in known]
        words = [(Occur.Must, self._term("words", word)) for word in terms.wanted_words(text)]
        number = Query.boolean_query(choices)
        return Query.disjunction_max_query([number, Query.boolean_query(words)]) if words else number

    def _word(self, word: str, frequency: int) -> Query:
        """Return the query of a word; of words like it, or of its parts, where no document has it."""
        if frequency:
            return self._term("words", word)
        if terms.is_chinese(word):
            pairs = [(Occur.Should, self._term("words", pair)) for pair in terms.pairs(word)]
            return Query.boolean_query(pairs, max(1, round(_KEPT * len(pairs))))
        if len(word) < _SHORT:
            return self._term("words", word)
        distance = 1 if len(word) < _LONG else 2
        return Query.boost_query(Query.fuzzy_term_query(self.schema, "words", word, distance), _FUZZY_WORTH)

    def _preferring(self, required: list[tuple[Occur, Query]]) -> Query:
        """Return the query within the filters, with what only orders: extras, whole documents, current ones."""
        clauses = [*required, *((Occur.Must, each) for each in self.filters)]
        clauses += [(Occur.Should, each) for each in self.extras]
        preferred = (self._term("kind", "whole"), self._stands(Status.CURRENT))
        clauses += [(Occur.Should, Query.const_score_query(each, _PREFERENCE)) for each in preferred]
        return Query.boolean_query(clauses)

    def _best(self, query: Query, start: int, count: int) -> list[Hit]:
        """Return some of the best documents; of equal ones, the newer first."""
        result = self.searcher.search(query, limit=count, count=False, offset=start)
        hits = [self._hit(address, score) for score, address in result.hits]
        hits.sort(key=lambda hit: (-round(hit.score, 3), -(hit.known_from or date.min).toordinal(), hit.reference))
        return hits

    def _all(self) -> Query:
        """Return the query of everything that the filters leave and that was known on the date."""
        known = self._days("known_from", None, self.on.toordinal())
        return Query.boolean_query([(Occur.Must, each) for each in (known, *self.filters)])

    def _newest(self, start: int, count: int) -> tuple[Hit, ...]:
        result = self.searcher.search(self._all(), limit=count, count=False, order_by_field="known_from", offset=start)
        return tuple(self._hit(address, 0.0) for _, address in result.hits)

    def _hit(self, address: tantivy.DocAddress, score: float) -> Hit:
        document = self.searcher.doc(address).to_dict()
        card = json.loads(bytes(document["card"][0]))
        known_from, ends = (date.fromisoformat(card[name]) if card[name] else None for name in ("known_from", "ends"))
        if known_from is not None and self.on < known_from:
            status = Status.UNKNOWN
        else:
            status = Status(card["stands"] if ends is None or self.on < ends else card["ended_as"])
        titles, committee, ics = card["titles"], card["committee"], tuple(card["ics"])
        return Hit(document["key"][0], card["reference"], titles, status, known_from, ends, committee, ics, score)

    # -- filters -------------------------------------------------------------------------------------------------------

    def _filters(self, filters: Filters) -> Iterator[Query]:
        if filters.publisher:
            yield self._term("publisher", terms.squash(filters.publisher))
        if filters.committee:
            yield self._term("committee", terms.squash(filters.committee))
        if filters.ics:
            yield self._term("ics", filters.ics.strip().strip("."))
        if filters.status is not None:
            yield self._stands(filters.status)

    def _stands(self, status: Status) -> Query:
        """Return the query of documents whose status on the date is this one."""
        today = self.on.toordinal()
        known = (Occur.Must, self._days("known_from", None, today))
        before = Query.boolean_query(
            [known, (Occur.Must, self._term("stands", status)), (Occur.Must, self._days("ends", today + 1, None))]
        )
        after = Query.boolean_query(
            [known, (Occur.Must, self._term("ended_as", status)), (Occur.Must, self._days("ends", None, today))]
        )
        either = [(Occur.Should, before), (Occur.Should, after)]
        if status is Status.UNKNOWN:
            either.append((Occur.Should, self._days("known_from", today + 1, None)))
        return Query.boolean_query(either)

    def _days(self, field: str, first: int | None, last: int | None) -> Query:
        return Query.range_query(self.schema, field, FieldType.Integer, first, last)

    def _term(self, field: str, term: str) -> Query:
        return Query.term_query(self.schema, field, term, "basic" if field != "words" else "freq")
