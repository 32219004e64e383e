"""Matches a demand to the laboratories of a store: concepts by words and standards, then hard limits, then names.

In come a demand and a store; out go laboratories, the best first, each with the scope lines that prove it, and near
misses with the limit that failed and by how much. Hard limits decide whether a laboratory is there, never where.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from qilian.laboratories.holding import Asked, Methods, Shortfall, line_shortfalls, shortfalls
from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.bridge import Bridge, is_chinese
from qilian.laboratories.scopes.citations import PUBLISHERS
from qilian.laboratories.scopes.cleaning import mend, squeeze
from qilian.laboratories.scopes.concepts import Cited, cite, reference
from qilian.laboratories.scopes.demand import ANYWHERE, Demand
from qilian.laboratories.scopes.limits import Unread
from qilian.laboratories.scopes.register import ScopeLaboratory
from qilian.laboratories.scopes.store import Hit, Lines, Query, Said, ScopeStore
from qilian.standards import Catalogue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

MOST_WORDS = 18
"""How many words of a demand are looked for, the rarest first, or half of a long one; the others tell little."""

MOST_POSTINGS, FEWEST_WORDS = 200_000, 4
"""Concepts that the words looked for may stand in, all words together: what a query costs hardly grows with the index.
The rarest words are looked for in any case."""

NAMED = 0.5
"""The part of a name, its words weighted by rarity, that a line has to hold to name the test."""

FLOOR = 0.6
"""Concepts that score less than this part of the best one are not offered."""

PART_FLOOR, SERIES_FLOOR = 0.3, 0.1
"""The same where a standard alone is asked for: sections follow their part, and parts the number of their series; also
where lines have to name a test."""

KEY_WEIGHT, NUMBER_WEIGHT, CLAUSE_WEIGHT, BRIDGE_WEIGHT = 1.5, 0.7, 0.7, 1.0
_PIECE = re.compile(r"[a-z]+|\d+(?:\.\d+)*")
CLOSE, EXACT_WEIGHT = 0.85, 0.08
"""How near the best score a concept is compared letter by letter, and how much each exact cell raises it."""

OF_CITATIONS = PUBLISHERS | {"cl", "clause", "pt", "sec"}
"""Words that stand as such only in cells whose standard nobody could read: they would raise those lines over others."""

_COMPOUND = re.compile(r"\d+(?:-\d+)+")
_LETTERED = re.compile(r"\b([A-Z])[ -]?(\d{2,}\b)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST_NUMBER = 2
_MOST_COMPARED = 12
_FEW, _MANY, _ALL = 60, 300, 6000
_FIRST = 8  # concepts whose lines are fetched at first; a common one has many laboratories
_MOST_LINES_SHOWN = 3
_MOST_NEAR_MISSES = 10


@dataclass(frozen=True, slots=True)
class ProvingLine:
    """A scope line that proves a match.

    Attributes
    ----------
    row
        ``SOURCE:LINE``, the line of the imported file.
    unchecked
        Limits of the line that nobody could check: not asked about, or not read as numbers.
    """

    object: str
    parameter: str
    standard: str
    row: str
    limits: tuple[Limit, ...] = ()
    unchecked: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedLaboratory:
    """A laboratory that can do what was asked.

    Attributes
    ----------
    score
        How well its best line fits the words; comparable within one answer only.
    lines
        The best lines first.
    """

    laboratory: ScopeLaboratory
    score: float
    lines: tuple[ProvingLine, ...]


@dataclass(frozen=True, slots=True)
class FailedLaboratory:
    """A laboratory whose line fits the words, and the hard limits that do not hold."""

    laboratory: ScopeLaboratory
    line: ProvingLine
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class ScopeMatches:
    """The answer to a demand.

    Attributes
    ----------
    count
        How many laboratories can do it, of at most as many as were to be counted.
    complete
        Whether there are no more of them.
    unverified
        How many of these are of no known accreditation, where a demand asked for one and takes them all the same.
    """

    demand: Demand
    laboratories: tuple[MatchedLaboratory, ...]
    near_misses: tuple[FailedLaboratory, ...]
    count: int
    complete: bool
    unverified: int = 0


@dataclass(frozen=True)
class Matcher:
    """Matches demands to a store.

    Parameters
    ----------
    catalogue
        Judges editions; needed where a demand names standards.
    bridge
        The bilingual vocabulary.
    expand
        Words of the other language for a text, by a model (see ``semantic.py``); none if absent.
    """

    store: ScopeStore
    catalogue: Catalogue | None = None
    bridge: Bridge = field(default_factory=lambda: Bridge(()))
    expand: Callable[[str], Sequence[tuple[str, float]]] | None = None

    def match(self, demand: Demand, top: int = 20, *, counted: int = 0) -> ScopeMatches:
        """Return at most ``top`` laboratories and the nearest misses.

        Parameters
        ----------
        counted
            Count laboratories beyond ``top``, up to so many.
        """
        query = self.query(demand)
        search = _Search(self, demand, query, top, max(top, counted))
        taken = 0
        for most in _steps(demand, query):
            hits = self.store.find(query, most)
            search.take(hits[taken:] if taken else self._exact_first(demand, hits))
            taken = len(hits)
            if search.full or taken < most:
                break
        whole = search.count < search.most and (search.full or taken < most)
        return ScopeMatches(
            demand, tuple(search.matched()), tuple(search.missed()), search.count, whole, search.unverified()
        )

    def rarity(self, word: str) -> float:
        """Return how much a word tells: the logarithm of concepts per concept that holds it; 0 for a word in none."""
        holding = self.store.holding(word)
        return math.log(1 + self.store.concepts / holding) if holding else 0.0

    def _exact_first(self, demand: Demand, hits: Sequence[Hit]) -> list[Hit]:
        """Raise, among the best, the concepts of which a cell stands letter for letter in the demand."""
        asked = squeeze(demand.text)
        near = sum(hit.score >= hits[0].score * CLOSE for hit in hits[:_MOST_COMPARED])
        raised = []
        for hit in hits[:near]:
            wording = self.store.said(self.store.example(hit.concept)).wording
            cells = (wording.object, wording.parameter, wording.standard)
            exact = sum(bare in asked for bare in map(squeeze, cells) if bare)
            raised.append(Hit(hit.concept, hit.score * (1 + EXACT_WEIGHT * exact)))
        raised.sort(key=lambda hit: -hit.score)
        return [*raised, *hits[near:]]

    def query(self, demand: Demand) -> Query:
        """Return what the store is asked for: the rarest words, the standards, and both in the other language."""
        store = self.store
        cited = cite(demand.text) if demand.text.strip() else Cited((), (), (), (), "")
        scattered = bool(cited.title)  # its figures may be anything, and are looked for as anything
        known = OF_CITATIONS if scattered else OF_CITATIONS | self._cited_words(cited)
        figures = _scattered_figures(demand.text, cited) if scattered else ()
        cut = store.segmenter.cut(demand.text, forgive=True)
        telling = [
            word
            for word in cut
            if word not in known and not (scattered and word[0].isdecimal()) and not _YEAR.fullmatch(word)
        ]
        weights = dict.fromkeys(telling or (cut if scattered and not figures else ()), 1.0)
        for term in self.bridge.across(demand.text):
            for word in store.segmenter.cut(term):
                weights.setdefault(word, BRIDGE_WEIGHT)
        if self.expand is not None and (is_chinese(demand.text) or not weights):
            for word, weight in self.expand(demand.text):
                weights.setdefault(word, weight)
        told = sorted(((self.rarity(word) * weight, word) for word, weight in weights.items()), reverse=True)
        rarest = [word for rarity, word in told[: max(MOST_WORDS, len(told) // 2)] if rarity > 0]
        words = [(word, weights[word]) for word in self._affordable(rarest)]
        standards = [(key, KEY_WEIGHT) for key in cited.keys] + [(number, NUMBER_WEIGHT) for number in cited.numbers]
        if not scattered:
            words.extend((clause, CLAUSE_WEIGHT) for clause in cited.clauses if store.holding(clause))
            loose = (clause[1:] for clause in cited.clauses if len(clause) > _SHORTEST_NUMBER and "." not in clause)
            standards.extend((f"#{number}", NUMBER_WEIGHT) for number in loose)
        required: dict[str, None] = {}
        for asked in demand.standards:
            own = cite(str(asked.without_clause))
            required.update(dict.fromkeys(own.keys))
            if not words:  # hard limits do not score, but without words nothing else tells the lines apart
                standards.extend((key, KEY_WEIGHT) for key in own.keys)
            if self.catalogue is not None and demand.as_of is not None:
                for same in self.catalogue.equivalents(asked.without_clause, demand.as_of):
                    required.update(dict.fromkeys(cite(str(same.reference)).keys))
        return Query(
            tuple(words), tuple(dict.fromkeys(each for each in standards if each[0])), tuple(required), figures
        )

    def _cited_words(self, cited: Cited) -> set[str]:
        """Return the words of the references and clauses: they are looked for as standards, not as words."""
        cut = self.store.segmenter.cut
        return _figures(cited).union(*(cut(reference, forgive=True) for reference in cited.references))

    def _affordable(self, rarest: Sequence[str]) -> Iterator[str]:
        """Yield the words that fit into :data:`MOST_POSTINGS`, and the first ones whether they do or not."""
        spent = 0
        for number, word in enumerate(rarest):
            spent += self.store.holding(word)
            if number < FEWEST_WORDS or spent <= MOST_POSTINGS:
                yield word

    def weighed(self, name: str) -> dict[str, float]:
        """Return what each word of a name tells; one that no line holds tells the most."""
        most = math.log(1 + self.store.concepts)
        return {word: self.rarity(word) or most for word in self.store.segmenter.cut(name)}


class _Search:
    """Collects laboratories from concepts, the best first, until there are enough."""

    def __init__(self, matcher: Matcher, demand: Demand, query: Query, top: int, most: int) -> None:
        self._store = matcher.store
        self._demand = demand
        self._top = top
        self._names = [matcher.weighed(name) for name in demand.names]
        self.most = most
        self._standing = matcher.store.standing_filter(demand.standing)
        self._methods: Methods | None = None
        if demand.standards and demand.as_of is not None:
            catalogue = matcher.catalogue or Catalogue((), (), "", demand.as_of)
            self._methods = Methods.asked(demand.standards, catalogue, demand.as_of)
        self._part = _floor(demand, query)
        self._floor = 0.0
        self._best: dict[int, tuple[float, list[tuple[int, str]]]] = {}
        self._failed: dict[int, FailedLaboratory] = {}
        self.full = False

    def take(self, hits: Sequence[Hit]) -> None:
        """Add the laboratories of concepts, which come in falling order of score."""
        start, size = 0, _FIRST
        while start < len(hits):
            self._floor = self._floor or hits[0].score * self._part
            near = [hit for hit in hits[start : start + size] if hit.score >= self._floor]
            named = [hit for hit in near if self._is_named(hit)] if self._names else near
            if named:
                self._add(named, self._store.lines([hit.concept for hit in named]))
            if len(near) < min(size, len(hits) - start) or len(self._best) >= self.most:
                self.full = True
                return
            start, size = start + size, size * 4

    @property
    def count(self) -> int:
        """How many laboratories there are so far."""
        return len(self._best)

    def unverified(self) -> int:
        """Return how many of them pass only because nothing is known of their accreditations."""
        import numpy as np

        if not self._demand.standing.takes_unverified:
            return 0
        strictly = self._store.standing_filter(replace(self._demand.standing, takes_unverified=False))
        return int(np.count_nonzero(~strictly(np.fromiter(self._best, np.intp))))

    def matched(self) -> Iterator[MatchedLaboratory]:
        """Yield the laboratories found, the best first."""
        for number, (score, lines) in islice(self._best.items(), self._top):
            proving = tuple(_proving(self._store.said(said), row) for said, row in lines)
            yield MatchedLaboratory(self._store.laboratory(number), score, proving)

    def missed(self) -> Iterator[FailedLaboratory]:
        """Yield laboratories that would have fitted, without those that another line proves."""
        for number, failed in self._failed.items():
            if number not in self._best:
                yield failed

    def _add(self, hits: Sequence[Hit], lines: Lines) -> None:
        """Add the laboratories of some concepts in the order of the lines, which is that of the concepts."""
        import numpy as np

        fits = np.ones(len(lines.rows), np.bool_)
        if self._demand.standing != ANYWHERE:
            fits &= self._standing(lines.laboratories)
        if self._judges_lines:
            numbers, which = np.unique(lines.wordings, return_inverse=True)
            holds = [self._line_holds(self._store.said(int(number))) for number in numbers]
            fits &= np.array(holds, np.bool_)[which]
        places = np.flatnonzero(fits)
        own = lines.laboratories[places]
        _, firsts = np.unique(own, return_index=True)
        for first in np.sort(firsts).tolist():
            number = int(own[first])
            if number in self._best:
                continue
            if len(self._best) >= self.most:
                break
            shown_lines = _MOST_LINES_SHOWN if len(self._best) < self._top else 0
            proving = places[np.flatnonzero(own == number)[:shown_lines]].tolist() if shown_lines else []
            shown = [(int(lines.wordings[place]), self._row(lines, place)) for place in proving]
            self._best[number] = (hits[int(lines.places[places[first]])].score, shown)
        if len(places) < len(fits) and len(self._failed) < _MOST_NEAR_MISSES:
            self._note_failures(lines, np.flatnonzero(~fits)[: 4 * _MOST_NEAR_MISSES].tolist())

    @property
    def _judges_lines(self) -> bool:
        return bool(self._demand.needs or self._methods)

    def _line_holds(self, said: Said) -> bool:
        return not any(line_shortfalls(self._methods, map(reference, said.references), self._ranges(said)))

    def _is_named(self, hit: Hit) -> bool:
        """Whether the lines of a concept hold most words of one of the names."""
        wording = self._store.said(self._store.example(hit.concept)).wording
        held = set(self._store.segmenter.cut(f"{wording.object} {wording.parameter}"))
        return any(
            sum(told for word, told in name.items() if word in held) >= NAMED * sum(name.values())
            for name in self._names
        )

    def _ranges(self, said: Said) -> Iterator[Asked]:
        """Yield the limits of a line that speak of a quantity that is asked for."""
        for need in self._demand.needs:
            for limit in said.limits.read:
                if limit.name == need.quantity.name:
                    yield Asked(limit, need.low, need.high, need.quantity.label)

    def _note_failures(self, lines: Lines, places: Sequence[int]) -> None:
        for place in places:
            number = int(lines.laboratories[place])
            if number in self._failed or number in self._best:
                continue
            laboratory = self._store.laboratory(number)
            said = self._store.said(int(lines.wordings[place]))
            short = shortfalls(
                self._methods,
                self._demand.standing,
                laboratory,
                map(reference, said.references),
                self._ranges(said),
            )
            self._failed[number] = FailedLaboratory(laboratory, _proving(said, self._row(lines, place)), tuple(short))
            if len(self._failed) >= _MOST_NEAR_MISSES:
                return

    def _row(self, lines: Lines, place: int) -> str:
        return f"{self._store.source(int(lines.sources[place]))}:{lines.rows[place]}"


def _floor(demand: Demand, query: Query) -> float:
    if demand.names:  # each language is only a part of the words, and the names tell which lines count
        return PART_FLOOR
    if query.words:
        return FLOOR
    return PART_FLOOR if any("-" in number for number, _ in query.standards if number[0] == "#") else SERIES_FLOOR


def _steps(demand: Demand, query: Query) -> tuple[int, ...]:
    """Return how many concepts to look at: more where hard limits leave few, or where a standard alone tells little."""
    if not query.words:
        return (_MANY, _ALL)
    filtered = demand.standing != ANYWHERE or demand.needs or demand.standards
    return (_MANY,) if filtered else (_FEW, _MANY)


def _proving(said: Said, row: str) -> ProvingLine:
    wording, limits = said.wording, said.limits
    return ProvingLine(wording.object, wording.parameter, wording.standard, row, limits.read, limits.unread)


def _scattered_figures(text: str, cited: Cited) -> tuple[str, ...]:
    """Return the figures of a text in which no reference was read: ``302-2-30`` also whole, ``E 1086`` as ``E1086``."""
    mended = mend(text)
    lettered = {number: letter + number for letter, number in _LETTERED.findall(mended)}
    single = (lettered.get(clause[1:], clause[1:]) for clause in cited.clauses)
    return tuple(dict.fromkeys((*_COMPOUND.findall(mended), *single)))


def _figures(cited: Cited) -> set[str]:
    """Return the figures and letters of the references and clauses: they are looked for as standards, not as words."""
    pieces = " ".join((*cited.references, *cited.clauses))
    return set(_PIECE.findall(pieces.casefold()))
