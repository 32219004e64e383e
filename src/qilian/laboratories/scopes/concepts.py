"""Groups wordings that say the same into concepts: object, parameter and standard, whatever their spelling.

In come the distinct wordings of all sources; out go the words of each wording, what it cites, its limits, and the
number of its concept. The work is done once for each distinct cell, on all cores where there is much of it.
"""

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import blake2b
from multiprocessing import get_context
from typing import TypeVar

from qilian.laboratories.model import Limit
from qilian.laboratories.scopes.citations import Citations, read_citations
from qilian.laboratories.scopes.cleaning import mend, squeeze
from qilian.laboratories.scopes.journal import Wording
from qilian.laboratories.scopes.limits import Limits, limits_within, read_limits
from qilian.laboratories.scopes.words import Segmenter
from qilian.standards import StandardRef

MUCH_WORK = 20_000
_FIGURE = re.compile(r"\d+(?:\.\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_WORDS = 120
_MOST_CLAUSES = 24

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a standard cell cites, ready to be indexed.

    Attributes
    ----------
    references
        Canonical spellings.
    keys
        Document keys, without blanks.
    numbers
        Numbers with and without part and section, whoever published them, and the series of a publisher:
        ``#302-2-8``, ``#302-2``, ``#302``, ``IS~302``.
    clauses
        Every other figure, as clause, table or test number: ``§5.4.2``.
    title
        The cell, where it names an in-house method.
    """

    references: tuple[str, ...]
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    clauses: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Concepts:
    """The concepts of some wordings.

    Attributes
    ----------
    of_wording
        The concept of each wording.
    words, standards
        What is indexed of each concept.
    cited, limits
        Of each wording.
    """

    segmenter: Segmenter
    of_wording: list[int]
    words: list[str]
    standards: list[str]
    cited: list[Cited]
    limits: list[Limits]


def make_concepts(wordings: Sequence[Wording], processes: int | None = None) -> Concepts:
    """Group wordings into concepts.

    Parameters
    ----------
    processes
        How many processes share the work; as many as there are cores if absent, one where there is little to do.
    """
    named = sorted({cell for wording in wordings for cell in (wording.object, wording.parameter)})
    cells = sorted({wording.standard for wording in wordings})
    segmenter = Segmenter.count(named)
    count = (processes or os.cpu_count() or 1) if len(cells) + len(named) > MUCH_WORK else 1
    cited = dict(zip(cells, _spread(cite, cells, count), strict=True))
    read = dict(zip(named, _spread(partial(_name, segmenter), named, count), strict=True))
    limited = {cell: read_limits(cell) for cell in {wording.limit for wording in wordings}}
    numbers: dict[bytes, int] = {}
    words: list[str] = []
    standards: list[str] = []
    of_wording: list[int] = []
    limits: list[Limits] = []
    for wording in wordings:
        method = cited[wording.standard]
        thing, measured = read[wording.object], read[wording.parameter]
        number = numbers.setdefault(_key(thing.bare, measured.bare, method.keys), len(numbers))
        if number == len(words):
            words.append(_indexed_words(thing, measured, method, segmenter))
            standards.append(" ".join((*method.keys, *method.numbers)))
        of_wording.append(number)
        own = limited[wording.limit]
        limits.append(Limits((*own.read, *thing.limits, *measured.limits), own.unread))
    return Concepts(segmenter, of_wording, words, standards, [cited[wording.standard] for wording in wordings], limits)


def cite(cell: str) -> Cited:
    """Read a standard cell for the index, or the text of a demand."""
    found = read_citations(cell)
    numbers: dict[str, None] = {}
    for reference in found.references:
        for each in (reference, reference.adopted):
            if each is not None and not each.is_named:
                number = each.number.replace(" ", "")
                divisions = each.part.split("-") if each.part else []
                for depth in range(len(divisions), -1, -1):
                    numbers["-".join((f"#{number}", *divisions[:depth]))] = None
                numbers[f"{each.publisher}~{number}".replace(" ", "_")] = None
    title = next((reference.title for reference in found.references if reference.is_named), "")
    return Cited(
        tuple(dict.fromkeys(str(each) for reference in found.references for each in _apart(reference))),
        tuple(key.replace(" ", "_") for key in found.keys),
        tuple(numbers),
        tuple(f"§{figure}" for figure in _figures(cell, found)[:_MOST_CLAUSES]),
        title,
    )


def _apart(reference: StandardRef) -> tuple[StandardRef, ...]:
    """Return the two documents of ``IS 16046-2:2018/IEC 62133-2:2017``: each of them is cited."""
    adopted = reference.adopted
    if adopted is None or adopted.number == reference.number:
        return (reference,)
    return (replace(reference, adopted=None), adopted)


def _figures(cell: str, cited: Citations) -> list[str]:
    """Return the figures of a cell that are no number, part or year of a reference; the clauses come first."""
    taken = {figure for each in cited.references for figure in _FIGURE.findall(f"{each.number} {each.part}")}
    figures = dict.fromkeys((*cited.clauses, *_FIGURE.findall(mend(cell))))
    return [figure for figure in figures if figure not in taken and not _YEAR.fullmatch(figure)]


@cache
def reference(spelling: str) -> StandardRef:
    """Return the reference of a canonical spelling of :attr:`Cited.references`."""
    found = read_citations(spelling).references
    return found[0] if found else StandardRef.named(spelling)


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of an object or parameter."""

    bare: str
    words: tuple[str, ...]
    limits: tuple[Limit, ...]


def _name(segmenter: Segmenter, cell: str) -> _Name:
    return _Name(squeeze(cell), tuple(segmenter.cut(cell)), limits_within(cell))


def _key(thing: str, measured: str, keys: tuple[str, ...]) -> bytes:
    return blake2b("\x1f".join((thing, measured, *sorted(keys))).encode("utf-8", "replace"), digest_size=16).digest()


def _indexed_words(thing: _Name, measured: _Name, method: Cited, segmenter: Segmenter) -> str:
    title = segmenter.cut(method.title) if method.title else []
    return " ".join((*measured.words, *thing.words[:_MOST_WORDS], *title, *method.clauses))


def _spread(work: Callable[[str], Done], cells: Sequence[str], processes: int) -> list[Done]:
    if processes == 1:
        return [work(cell) for cell in cells]
    try:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            return list(pool.map(work, cells, chunksize=max(1, len(cells) // (processes * 8))))
    except BrokenProcessPool:  # killed for memory, or not allowed to start: this process does it all
        return [work(cell) for cell in cells]
