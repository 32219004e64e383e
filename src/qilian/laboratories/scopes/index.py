"""The embedded store: an index generation on disk, read in place, and the folder that keeps and renews generations.

In comes a folder; out goes a :class:`ScopeIndex`, a :class:`~qilian.laboratories.scopes.store.ScopeStore`. An import
builds a new generation beside the current one and then switches a pointer, so that other processes query undisturbed. A
generation that is damaged, of another format, or not of the sources that are there is built again from them.
"""

import itertools
import json
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.holding import Standing
from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.building import (
    FORMAT,
    build,
    concept_schema,
    register_tokenizer,
)
from qilian.laboratories.scopes.journal import ImportReport, Source, Wording, checksum, read_sources, write_source
from qilian.laboratories.scopes.limits import Limits, Unread
from qilian.laboratories.scopes.locking import locked
from qilian.laboratories.scopes.register import (
    ScopeLaboratory,
    accreditation,
    load_register,
    read_register,
    save_register,
)
from qilian.laboratories.scopes.store import Hit, Lines, Query, Said
from qilian.laboratories.scopes.words import Segmenter

if TYPE_CHECKING:
    import numpy as np
    import tantivy
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]
    Flags = NDArray[np.bool_]

CHECKED_WHOLE_BYTES = 100_000_000
"""Generations up to this size are checked byte for byte when they are opened, larger ones by the size of each file."""

WORDS_REMEMBERED = 200_000
"""Of so many words it is remembered how many concepts hold them."""

_FAULTS = (OSError, ValueError, KeyError, TypeError, LaboratoryError)
_COLUMNS = ("laboratories", "wordings", "rows", "sources")


class _StaleIndexError(LaboratoryError):
    """A generation that was built from other sources than are there."""


def import_scopes(
    path: Path,
    folder: Path,
    *,
    columns: Mapping[str, str] | None = None,
    laboratory: str = "",
    name: str = "",
    sole: bool = False,
    register: Path | Mapping[str, ScopeLaboratory] | None = None,
    processes: int | None = None,
) -> ImportReport:
    """Import a scope table and build the index anew.

    Parameters
    ----------
    path
        CSV, TSV, CSV.GZ or XLSX.
    folder
        Where scopes are kept; made if it is not there.
    columns, laboratory, name, sole
        See :func:`~qilian.laboratories.scopes.journal.write_source`.
    register
        Region, tier and accreditations of laboratories, as a table or by id; kept for later imports, laboratory by
        laboratory.
    processes
        How many processes build; one for each core if absent.

    Raises
    ------
    LaboratoryError
        If the table or the register cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        added = read_register(register) if isinstance(register, Path) else dict(register or {})
        report = write_source(path, folder / "sources", columns=columns, laboratory=laboratory, name=name, sole=sole)
        if added:
            save_register(folder, {**load_register(folder), **added})
        _renew(folder, processes)
    return report


def has_scopes(folder: Path) -> bool:
    """Return whether any scope table was imported into the folder."""
    return any((folder / "sources").glob("[!.]*/source.json"))


def open_scopes(folder: Path) -> "ScopeIndex":
    """Open the current generation; one that is damaged, old or missing is built again first.

    Raises
    ------
    LaboratoryError
        If nothing was imported into the folder, or a source is damaged.
    """
    for _ in range(3):  # another process may switch between reading the pointer and opening
        try:
            return ScopeIndex(folder, _current(folder))
        except _StaleIndexError:
            with locked(folder, wait=False) as held:
                if not held:  # an import is under way: until it ends, what was there before it counts
                    return ScopeIndex(folder, _current(folder), stale=True)
                if not _is_good(folder):
                    _renew(folder, None)
        except _FAULTS:
            if not has_scopes(folder):
                raise LaboratoryError(
                    "no scopes were imported", where=str(folder), mend="import a table: qilian labs import FILE.csv"
                ) from None
            with locked(folder):
                if not _is_good(folder):
                    _renew(folder, None)
    return ScopeIndex(folder, _current(folder))


def repair_scopes(folder: Path) -> bool:
    """Check every byte of the current generation, however large, and build it again if it is damaged.

    Returns
    -------
    bool
        Whether it had to be built again.
    """
    with locked(folder):
        good = _is_good(folder, thorough=True)
        if not good:
            _renew(folder, None)
    return not good


class ScopeIndex:
    """An open generation: the embedded :class:`~qilian.laboratories.scopes.store.ScopeStore`.

    Parameters
    ----------
    folder
        Where scopes are kept.
    generation
        The folder of the generation.
    stale
        Take a generation that was built from other sources than are there now.
    thorough
        Check every byte, however large it is.

    Raises
    ------
    LaboratoryError
        If the generation is not whole, or of another format.
    """

    def __init__(self, folder: Path, generation: Path, *, stale: bool = False, thorough: bool = False) -> None:
        import numpy as np
        import tantivy

        self._folder = folder
        self._generation = generation
        _check_whole(generation, thorough)
        if not stale:
            _check_sources(folder, generation)
        self._segmenter = Segmenter.load(generation / "words.json")
        self._starts = _mapped(generation / "line_starts.npy")
        self._columns = [_mapped(generation / f"line_{name}.npy") for name in _COLUMNS]
        self._wordings = _Texts(generation / "wordings")
        self._laboratories = _Texts(generation / "laboratories")
        self._standings = np.load(generation / "standings.npy")
        said = json.loads((generation / "standings.json").read_text(encoding="utf-8"))
        self._regions: list[str] = said["regions"]
        self._tiers: list[str] = said["tiers"]
        self._held = [tuple(accreditation(cells) for cells in own) for own in said["accreditations"]]
        owners = [number for number, own in enumerate(self._held) for _ in own]
        days = [(one.valid_from.toordinal(), one.valid_until.toordinal()) for own in self._held for one in own]
        self._held_by = np.array(owners, np.intp)
        self._held_days = np.array(days, np.int32).reshape(-1, 2)
        self._sources: list[str] = json.loads((generation / "sources.json").read_text(encoding="utf-8"))
        self._schema = concept_schema()
        self._index = tantivy.Index(self._schema, path=str(generation / "concepts"))
        register_tokenizer(self._index)
        self._searcher = self._index.searcher()
        self._holding: dict[str, int] = {}
        self._filters = lru_cache(maxsize=64)(self._masks)

    @property
    def segmenter(self) -> Segmenter:
        """Cuts text into the words that the index knows."""
        return self._segmenter

    @property
    def concepts(self) -> int:
        """How many concepts there are."""
        return len(self._starts) - 1

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return int(self._starts[-1])

    @property
    def laboratory_count(self) -> int:
        """How many laboratories there are."""
        return len(self._standings)

    def is_current(self) -> bool:
        """Return whether no later import has switched to another generation."""
        try:
            return _current(self._folder) == self._generation
        except LaboratoryError:
            return False

    @property
    def knows_accreditations(self) -> bool:
        """Whether an accreditation of any laboratory is known."""
        return any(self._held)

    def holding(self, word: str) -> int:
        """Return how many concepts hold a word."""
        known = self._holding.get(word)
        if known is None:
            known = int(self._searcher.doc_freq("words", word))
            if len(self._holding) < WORDS_REMEMBERED:
                self._holding[word] = known
        return known

    def find(self, query: Query, most: int) -> Sequence[Hit]:
        """Return at most ``most`` concepts, the best first."""
        import tantivy

        should = tantivy.Occur.Should
        parts = [
            (should, self._term(field, term, weight))
            for field, terms in (("words", query.words), ("standards", query.standards))
            for term, weight in terms
        ]
        parts.extend((should, figure) for figure in map(self._figure, query.figures) if figure is not None)
        if query.required:
            either = [(should, self._term("standards", key, 1.0)) for key in query.required]
            parts.append(
                (tantivy.Occur.Must, tantivy.Query.const_score_query(tantivy.Query.boolean_query(either), 0.0))
            )
        if not parts:
            return ()
        found = self._searcher.search(tantivy.Query.boolean_query(parts), limit=most, count=False).hits
        numbers = self._searcher.fast_field_values("concept", [address for _, address in found])
        return [Hit(int(number or 0), float(score)) for (score, _), number in zip(found, numbers, strict=True)]

    def example(self, concept: int) -> int:
        """Return a wording of a concept."""
        return int(self._columns[1][int(self._starts[concept])])

    def lines(self, concepts: Sequence[int]) -> Lines:
        """Return all lines of some concepts."""
        import numpy as np

        asked = np.asarray(concepts, np.intp)
        starts = self._starts[asked].astype(np.intp)
        counts = self._starts[asked + 1].astype(np.intp) - starts
        places = np.repeat(np.arange(len(asked)), counts)
        at = np.arange(len(places)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
        return Lines(places, *(column[at] for column in self._columns))

    def said(self, wording: int) -> Said:
        """Return what a wording says."""
        cells, references, read, unread = json.loads(self._wordings[wording])
        limits = Limits(tuple(Limit(*limit) for limit in read), tuple(Unread(*fault) for fault in unread))
        return Said(Wording(*cells), tuple(references), limits)

    def laboratory(self, number: int) -> ScopeLaboratory:
        """Return a laboratory."""
        own_id, name = json.loads(self._laboratories[number])
        region, tier, held = self._standings[number]
        return ScopeLaboratory(own_id, name, self._regions[region], self._tiers[tier], self._held[held])

    def source(self, number: int) -> str:
        """Return the name of a source."""
        return self._sources[number]

    def standing_filter(self, standing: Standing) -> "Callable[[Numbers], Flags]":
        """Return a function that says of laboratories which are what ``standing`` asks for."""
        regions, tiers, held = self._filters(standing)

        def holds(laboratories: "Numbers") -> "Flags":
            own = self._standings[laboratories]
            flags: Flags = regions[own[:, 0]] & tiers[own[:, 1]] & held[own[:, 2]]
            return flags

        return holds

    def _masks(self, standing: Standing) -> "tuple[Flags, Flags, Flags]":
        """Judge each distinct region, tier and set of accreditations once."""
        import numpy as np

        held = np.array([not own and standing.takes_accreditations(own) for own in self._held], np.bool_)
        held |= standing.on is None
        held[self._held_by[standing.takes_days(self._held_days[:, 0], self._held_days[:, 1])]] = True
        return (
            np.array([standing.takes_region(region) for region in self._regions], np.bool_),
            np.array([standing.takes_tier(tier) for tier in self._tiers], np.bool_),
            held,
        )

    def _figure(self, figure: str) -> "tantivy.Query | None":
        """Return what finds a figure as a word, clause or document number alike; nothing if no concept holds it."""
        import tantivy

        bare = figure.lstrip(ascii_uppercase)
        ways = {("words", bare), ("words", f"§{bare}"), ("standards", f"#{bare}"), ("standards", f"#{figure}")}
        holding = sum(int(self._searcher.doc_freq(field, term)) for field, term in ways)
        if not holding:
            return None
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._term(*way, 1.0)) for way in ways])
        return tantivy.Query.const_score_query(either, math.log(1 + self.concepts / holding))

    def _term(self, field: str, term: str, weight: float) -> "tantivy.Query":
        import tantivy

        option = "freq" if field == "words" else "basic"
        query = tantivy.Query.term_query(self._schema, field, term, index_option=option)
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)


class _Texts:
    """Entries of JSON, read one at a time from a mapped file."""

    def __init__(self, stem: Path) -> None:
        import numpy as np

        self._starts = _mapped(stem.with_suffix(".npy"))
        path = stem.with_suffix(".txt")
        self._bytes = np.memmap(path, np.uint8, "r").view(np.ndarray) if path.stat().st_size else np.zeros(0, np.uint8)

    def __getitem__(self, number: int) -> bytes:
        begin, end = int(self._starts[number]), int(self._starts[number + 1])
        return self._bytes[begin:end].tobytes()


def _mapped(path: Path) -> "NDArray[np.unsignedinteger]":
    """Map an array as a plain one: slices of the ``memmap`` class cost three times as much."""
    import numpy as np

    mapped: NDArray[np.unsignedinteger] = np.load(path, mmap_mode="r").view(np.ndarray)
    return mapped


def _current(folder: Path) -> Path:
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError:
        raise LaboratoryError("no index", where=str(folder)) from None
    if not name.startswith("generation-"):
        raise LaboratoryError("CURRENT names no generation", where=str(folder))
    return folder / name


def _check_whole(generation: Path, thorough: bool) -> None:
    """Raise if a generation was never finished, is of another format, or is damaged."""
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise LaboratoryError(f"an index of format {manifest['format']}", where=str(generation))
    files: dict[str, tuple[int, int]] = manifest["files"]
    whole = thorough or sum(size for size, _ in files.values()) <= CHECKED_WHOLE_BYTES
    for name, (size, value) in files.items():
        path = generation / name
        if path.stat().st_size != size or (whole and checksum(path) != value):
            raise LaboratoryError(f"{name} is damaged", where=str(generation))


def _check_sources(folder: Path, generation: Path) -> None:
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    try:
        heads = [
            json.loads(head.read_text(encoding="utf-8")) for head in (folder / "sources").glob("[!.]*/source.json")
        ]
        current = {head["source"]: head["files"] for head in heads}
    except (OSError, ValueError, KeyError, TypeError):  # an import is replacing it, or it is damaged
        current = {}
    if current != manifest["sources"]:
        raise _StaleIndexError("an index of other sources", where=str(generation))


def _is_good(folder: Path, *, thorough: bool = False) -> bool:
    try:
        ScopeIndex(folder, _current(folder), thorough=thorough)
    except (*_FAULTS, _StaleIndexError):
        return False
    return True


def _renew(folder: Path, processes: int | None) -> None:
    """Build a new generation, switch to it, and remove all but the one before, which others may be reading."""
    sources: list[Source] = read_sources(folder / "sources")
    old = sorted(folder.glob("generation-*"))
    number = next(n for n in itertools.count(1) if not old or f"generation-{n:06d}" > old[-1].name)
    generation = folder / f"generation-{number:06d}"
    generation.mkdir()
    build(generation, sources, load_register(folder), processes)
    pointer = folder / ".CURRENT.draft"
    pointer.write_text(generation.name, encoding="utf-8")
    pointer.replace(folder / "CURRENT")
    for path in old[:-1]:
        shutil.rmtree(path, ignore_errors=True)
