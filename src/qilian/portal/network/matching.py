"""Who can test this? The engine's matcher asked of two bodies of scope lines, and what it found made ready for a page.

*The network*: the lines that can be booked here, of the laboratories that are kept, or of the content pack's sample
while none are. *The scopes*: the tables in QILIAN_HOME, national ones and those that laboratories uploaded. Each answer
says which body it comes from; hard limits are judged by the engine alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from qilian.laboratories import Limit, ScopeLine
from qilian.laboratories.holding import Shortfall, outside_scope
from qilian.laboratories.scopes import (
    Bridge,
    Demand,
    FailedLaboratory,
    Matcher,
    ProvingLine,
    ScopeLaboratory,
    has_scopes,
    open_scopes,
)
from qilian.laboratories.scopes.concepts import cite
from qilian.portal.home import SCOPES_FOLDER, home_folder
from qilian.portal.network.indexing import KeptLines, code_of, kept_lines
from qilian.portal.rulebook.reading import pack
from qilian.text import Text

Body = Literal["network", "sample", "scopes"]
MOST = 20
"""So many laboratories are shown of each body."""

_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """A scope line that proves a match.

    Attributes
    ----------
    matched
        The words and standards of the demand that stand in it.
    line
        The line that can be booked; None of a scope table's.
    """

    said: ProvingLine
    matched: tuple[str, ...]
    line: ScopeLine | None

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of the line, as the network has them or as they were read out of the table."""
        return self.line.limits if self.line else self.said.limits


@dataclass(frozen=True, slots=True)
class Found:
    """A laboratory that can do it, with the lines that prove it.

    Attributes
    ----------
    code
        Its id in the network, empty of one that is not in it.
    """

    code: str
    name: Text
    region: str
    tier: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A laboratory whose line fits the words, and every hard limit that does not hold, with by how much."""

    code: str
    name: Text
    proof: Proof
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one body of scope lines answers.

    Attributes
    ----------
    lines
        How many lines it holds.
    count, complete
        How many laboratories can do it, and whether there are no more.
    """

    body: Body
    lines: int
    found: tuple[Found, ...]
    missed: tuple[Missed, ...]
    count: int
    complete: bool


def answers(demand: Demand) -> list[Answer]:
    """Return what the network and, if any were imported, the scopes answer to a demand."""
    kept, scopes = kept_lines(), scopes_matcher()
    found = [_Reading(kept, kept.matcher(_bridge()), bookable=True).answer(demand)]
    if scopes is not None:
        found.append(_Reading(kept, scopes, bookable=False).answer(demand))
    return found


def scopes_matcher() -> Matcher | None:
    """Return the matcher over the scopes in QILIAN_HOME, None while nothing was imported."""
    folder = home_folder() / SCOPES_FOLDER
    if not has_scopes(folder):
        return None
    pointer = folder / "CURRENT"
    if not pointer.exists():
        return _scopes_matcher(folder, "")
    written = pointer.stat().st_mtime_ns  # tables that were thrown away and imported again begin at the same name
    return _scopes_matcher(folder, f"{pointer.read_text(encoding='utf-8')} {written}")


@lru_cache(maxsize=1)
def _scopes_matcher(folder: Path, generation: str) -> Matcher:
    """Open the scopes once for each generation."""
    del generation
    return Matcher(open_scopes(folder), catalogue=pack().catalogue, bridge=_bridge())


@cache
def _bridge() -> Bridge:
    return Bridge([test.name for test in pack().tests.values()])


@dataclass(frozen=True)
class _Reading:
    """Makes what a matcher found ready for showing."""

    kept: KeptLines
    matcher: Matcher
    bookable: bool

    def answer(self, demand: Demand) -> Answer:
        matches = self.matcher.match(demand, 2 * MOST, counted=_COUNTED)
        query = self.matcher.query(demand)
        words = {word for word, _ in query.words}
        keys = {key for key, _ in query.standards} | set(query.required)
        found: dict[str, Found] = {}
        for each in matches.laboratories:
            code = code_of(each.laboratory.id)  # a laboratory's lines outside of its accredited scope join the others
            before = found[code].proofs if code in found else ()
            proofs = tuple(self._proof(line, words, keys) for line in each.lines)
            found[code] = Found(
                *self._named(each.laboratory), each.laboratory.region, each.laboratory.tier, before + proofs
            )
        missed = tuple(
            Missed(*self._named(each.laboratory), self._proof(each.line, words, keys), tuple(_shortfalls(each)))
            for each in matches.near_misses
            if code_of(each.laboratory.id) not in found
        )
        doubled = len(matches.laboratories) - len(found)
        body: Body = "scopes" if not self.bookable else "network" if self.kept.is_kept else "sample"
        shown = tuple(found.values())[:MOST]
        count = matches.count - doubled
        return Answer(body, self.matcher.store.line_count, shown, missed, count, matches.complete)

    def _named(self, laboratory: ScopeLaboratory) -> tuple[str, Text]:
        code = code_of(laboratory.id)
        name = self.kept.names.get(code)
        return code if name and self.kept.is_kept else "", name or Text(laboratory.name, laboratory.name)

    def _proof(self, said: ProvingLine, words: set[str], keys: set[str]) -> Proof:
        held = dict.fromkeys(self.matcher.store.segmenter.cut(f"{said.object} {said.parameter}"))
        references = cite(said.standard).references
        cited = (each for each in references if not keys.isdisjoint(cite(each).keys))
        matched = (*(word for word in held if word in words), *cited)
        return Proof(said, matched, self.kept.line(said.row) if self.bookable else None)


def _shortfalls(failed: FailedLaboratory) -> Iterator[Shortfall]:
    """Yield the shortfalls; a line outside of the accredited scope says that, not that nothing is accredited."""
    for short in failed.shortfalls:
        outside = short.limit == "accreditation" and failed.laboratory.id != code_of(failed.laboratory.id)
        yield outside_scope(short.needed) if outside else short
