"""Matches a demand to the laboratories of a store: concepts by words and standards, then hard limits, then names.

In come a demand and a store; out go laboratories, the best first, each with the scope lines that prove it, and near
misses with the limit that failed and by how much. Hard limits decide whether a laboratory is there, never where.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qilian.laboratories.holding import Methods, Shortfall, out_of_range
from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.bridge import Bridge, is_chinese
from qilian.laboratories.scopes.cleaning import squeeze
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

FLOOR = 0.6
"""Concepts that score less than this part of the best one are not offered."""

PART_FLOOR, SERIES_FLOOR = 0.3, 0.1
"""The same where a standard alone is asked for: sections follow their part, and parts the number of their series."""

KEY_WEIGHT, NUMBER_WEIGHT, CLAUSE_WEIGHT, BRIDGE_WEIGHT = 1.5, 0.7, 0.7, 1.0
_PIECE = re.compile(r"[a-z]+|\d+(?:\.\d+)*")
CLOSE, EXACT_WEIGHT = 0.85, 0.08
"""How near the best score a concept is compared letter by letter, and how much each exact cell raises it."""

_SHORTEST_NUMBER = 2
_MOST_COMPARED = 12
_FEW, _MANY, _ALL = 60, 300, 6000
_AT_ONCE = 60
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
    """The answer to a demand."""

    demand: Demand
    laboratories: tuple[MatchedLaboratory, ...]
    near_misses: tuple[FailedLaboratory, ...]


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

    def match(self, demand: Demand, top: int = 20) -> ScopeMatches:
        """Return at most ``top`` laboratories and the nearest misses."""
        query = self.query(demand)
        search = _Search(self, demand, query, top)
        taken = 0
        for most in _steps(demand, query):
            hits = self.store.find(query, most)
            search.take(hits[taken:] if taken else self._exact_first(demand, hits))
            taken = len(hits)
            if search.full or taken < most:
                break
        return ScopeMatches(demand, tuple(search.matched()), tuple(search.missed()))

    def _exact_first(self, demand: Demand, hits: Sequence[Hit]) -> list[Hit]:
        """Raise, among the best, the concepts whose object or parameter stands letter for letter in the demand."""
        asked = squeeze(demand.text)
        near = sum(hit.score >= hits[0].score * CLOSE for hit in hits[:_MOST_COMPARED])
        raised = []
        for hit in hits[:near]:
            wording = self.store.said(self.store.example(hit.concept)).wording
            exact = sum(squeeze(cell) in asked for cell in (wording.object, wording.parameter))
            raised.append(Hit(hit.concept, hit.score * (1 + EXACT_WEIGHT * exact)))
        raised.sort(key=lambda hit: -hit.score)
        return [*raised, *hits[near:]]

    def query(self, demand: Demand) -> Query:
        """Return what the store is asked for: the rarest words, the standards, and both in the other language."""
        store = self.store
        cited = cite(demand.text) if demand.text.strip() else Cited((), (), (), (), "")
        known = set() if cited.title else _figures(cited)
        weights: dict[str, float] = {}
        for word in store.segmenter.cut(demand.text, forgive=True):
            if word not in known:
                weights[word] = 1.0
        for term in self.bridge.across(demand.text):
            for word in store.segmenter.cut(term):
                weights.setdefault(word, BRIDGE_WEIGHT)
        if self.expand is not None and (is_chinese(demand.text) or not weights):
            for word, weight in self.expand(demand.text):
                weights.setdefault(word, weight)
        told = sorted(((store.rarity(word) * weight, word) for word, weight in weights.items()), reverse=True)
        words = [(word, weights[word]) for rarity, word in told[: max(MOST_WORDS, len(told) // 2)] if rarity > 0]
        words.extend((clause, CLAUSE_WEIGHT) for clause in cited.clauses if store.rarity(clause) > 0)
        standards = [(key, KEY_WEIGHT) for key in cited.keys] + [(number, NUMBER_WEIGHT) for number in cited.numbers]
        loose = (f"#{clause[1:]}" for clause in cited.clauses if len(clause) > _SHORTEST_NUMBER and "." not in clause)
        standards.extend((number, NUMBER_WEIGHT) for number in loose)
        required: dict[str, None] = {}
        for asked in demand.standards:
            own = cite(str(asked.without_clause))
            required.update(dict.fromkeys(own.keys))
            standards.extend((key, KEY_WEIGHT) for key in own.keys)
            if self.catalogue is not None and demand.as_of is not None:
                for same in self.catalogue.equivalents(asked.without_clause, demand.as_of):
                    required.update(dict.fromkeys(cite(str(same.reference)).keys))
        return Query(tuple(words), tuple(dict.fromkeys(standards)), tuple(required))


class _Search:
    """Collects laboratories from concepts, the best first, until there are enough."""

    def __init__(self, matcher: Matcher, demand: Demand, query: Query, top: int) -> None:
        self._store = matcher.store
        self._demand = demand
        self._top = top
        self._standing = matcher.store.standing_filter(demand.standing)
        self._methods: Methods | None = None
        if demand.standards and demand.as_of is not None:
            catalogue = matcher.catalogue or Catalogue((), (), "", demand.as_of)
            self._methods = Methods.asked(demand.standards, catalogue, demand.as_of)
        self._part = _floor(query)
        self._floor = 0.0
        self._best: dict[int, tuple[float, list[tuple[int, str]]]] = {}
        self._failed: dict[int, FailedLaboratory] = {}
        self.full = False

    def take(self, hits: Sequence[Hit]) -> None:
        """Add the laboratories of concepts, which come in falling order of score."""
        for start in range(0, len(hits), _AT_ONCE):
            self._floor = self._floor or hits[0].score * self._part
            near = [hit for hit in hits[start : start + _AT_ONCE] if hit.score >= self._floor]
            if near:
                self._add(near, self._store.lines([hit.concept for hit in near]))
            if len(near) < min(_AT_ONCE, len(hits) - start) or len(self._best) >= self._top:
                self.full = True
                return

    def matched(self) -> Iterator[MatchedLaboratory]:
        """Yield the laboratories found, the best first."""
        for number, (score, lines) in self._best.items():
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
            holds = [not any(self._line_shortfalls(self._store.said(int(number)))) for number in numbers]
            fits &= np.array(holds, np.bool_)[which]
        places = np.flatnonzero(fits)
        own = lines.laboratories[places]
        _, firsts = np.unique(own, return_index=True)
        for first in np.sort(firsts).tolist():
            number = int(own[first])
            if number in self._best:
                continue
            if len(self._best) >= self._top:
                break
            proving = places[np.flatnonzero(own == number)[:_MOST_LINES_SHOWN]].tolist()
            shown = [(int(lines.wordings[place]), self._row(lines, place)) for place in proving]
            self._best[number] = (hits[int(lines.places[places[first]])].score, shown)
        if len(places) < len(fits) and len(self._failed) < _MOST_NEAR_MISSES:
            self._note_failures(lines, np.flatnonzero(~fits)[: 4 * _MOST_NEAR_MISSES].tolist())

    @property
    def _judges_lines(self) -> bool:
        return bool(self._demand.needs or self._methods)

    def _line_shortfalls(self, said: Said) -> Iterator[Shortfall]:
        """Yield what speaks against a line: its limits and the editions that it cites."""
        if self._methods is not None:
            yield from self._methods.shortfalls(map(reference, said.references))
        for need in self._demand.needs:
            for limit in said.limits.read:
                if limit.name == need.quantity.name:
                    yield from out_of_range(limit, need.low, need.high, need.quantity.label)

    def _note_failures(self, lines: Lines, places: Sequence[int]) -> None:
        for place in places:
            number = int(lines.laboratories[place])
            if number in self._failed or number in self._best:
                continue
            laboratory = self._store.laboratory(number)
            said = self._store.said(int(lines.wordings[place]))
            short = (*self._line_shortfalls(said), *self._demand.standing.shortfalls(laboratory))
            self._failed[number] = FailedLaboratory(laboratory, _proving(said, self._row(lines, place)), short)
            if len(self._failed) >= _MOST_NEAR_MISSES:
                return

    def _row(self, lines: Lines, place: int) -> str:
        return f"{self._store.source(int(lines.sources[place]))}:{lines.rows[place]}"


def _floor(query: Query) -> float:
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


def _figures(cited: Cited) -> set[str]:
    """Return the figures and letters of the references and clauses: they are looked for as standards, not as words."""
    pieces = " ".join((*cited.references, *cited.clauses))
    return set(_PIECE.findall(pieces.casefold()))
