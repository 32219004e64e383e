"""The search index of the library: documents by number in any spelling and by words in any language of the records.

In come rows (one a document); out go hits for what a person typed, best first, within filters. The index is a folder of
its own in ``QILIAN_HOME``: an import changes only what changed, and what is missing, damaged or of an old format is
built anew. Readers never wait for a writer: they answer from the last finished state, and see the next one by itself.
"""

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import tantivy

from qilian.errors import QilianError
from qilian.portal.library import search_terms as terms
from qilian.portal.library.search_questions import Filters, Hit, Page, Question
from qilian.standards import StandardRef, Status

__all__ = [
    "Changed",
    "Filters",
    "Hit",
    "IndexBusyError",
    "Page",
    "SearchError",
    "SearchIndex",
    "SearchRow",
    "ready_index",
]

FORMAT = f"3 tantivy {version('tantivy')}"
"""Of the rows, their terms and fields, and of the files of tantivy; an index of another format is built anew."""

_NEVER = date.max.toordinal()
_POINTER = "current.json"
_HEAP_BYTES = 100_000_000
_STRAY_DAYS = 1


class SearchError(QilianError):
    """An index that cannot be read, written or asked."""


class IndexBusyError(SearchError):
    """An index that another process is writing to; it can be read meanwhile."""


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A document as the index needs it.

    Attributes
    ----------
    key
        Unique in the library, and the same at every import.
    titles
        By language.
    known_from
        The day by which it was surely published (a draft: had reached its stage); None where it is not recorded.
    stands
        What it is from then on.
    ends, ended_as
        First day on which it no longer is that, given or inferred, and what it is then.
    """

    key: str
    reference: StandardRef
    titles: Mapping[str, str]
    known_from: date | None = None
    stands: Status = Status.UNKNOWN
    ends: date | None = None
    ended_as: Status = Status.SUPERSEDED
    committee: str = ""
    ics: tuple[str, ...] = ()


class _Opened(NamedTuple):
    """The state of the index that this process last opened, and the pointer file's stamp of that moment."""

    seen: tuple[int, int]
    generation: str
    stamp: str
    files: tantivy.Index
    searcher: tantivy.Searcher


class SearchIndex:
    """The index in a folder.

    Parameters
    ----------
    folder
        Made at the first :meth:`rebuild`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: _Opened | None = None
        self._opening = threading.Lock()

    # -- writing -------------------------------------------------------------------------------------------------------

    @property
    def stamp(self) -> str | None:
        """The state of the library that the index is of; None where it is missing, damaged or of another format."""
        try:
            return self._open().stamp
        except SearchError:
            return None

    def rebuild(self, rows: Iterable[SearchRow], stamp: str) -> int:
        """Build the index anew beside the old one, then put it in its place.

        Parameters
        ----------
        rows
            All documents.
        stamp
            What to call this state of the library.

        Returns
        -------
        int
            How many rows were written.
        """
        before = self._pointer().get("generation", "")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            generation = Path(tempfile.mkdtemp(prefix="index-", dir=self.folder)).name
            count = self._write(tantivy.Index(_schema(), str(self.folder / generation)), rows, ())
            self._point(generation, stamp)
        except OSError as error:
            raise SearchError(f"cannot be written ({error.strerror})", where=str(self.folder)) from None
        self._sweep(generation, before)
        return count

    def update(self, rows: Iterable[SearchRow], stamp: str, gone: Iterable[str] = ()) -> int:
        """Write new and changed rows, take out those whose keys are gone; all or nothing.

        Raises
        ------
        SearchError
            If the index cannot be used (see :attr:`stamp`); an :class:`IndexBusyError` if another process writes to it.
        """
        opened = self._open()
        count = self._write(opened.files, rows, gone)
        self._point(opened.generation, stamp)
        return count

    def _write(self, index: tantivy.Index, rows: Iterable[SearchRow], gone: Iterable[str]) -> int:
        with _damage_told(self.folder):
            writer = index.writer(_HEAP_BYTES, 1)
        count = 0
        try:
            for key in gone:
                writer.delete_documents_by_term("key", key)
            fresh = index.searcher().num_docs == 0
            for row in rows:
                if not fresh:
                    writer.delete_documents_by_term("key", row.key)
                writer.add_document(_document(row))
                count += 1
            writer.commit()
        except BaseException:
            with suppress(ValueError):  # a writer that failed has nothing to take back
                writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()  # or a merge would go on beside the next writer
        return count

    def _point(self, generation: str, stamp: str) -> None:
        """Name the finished state; readers look at nothing else, so they see it whole or not at all."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".new", delete=False, encoding="utf-8") as file:
            json.dump({"format": FORMAT, "generation": generation, "stamp": stamp}, file)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(self.folder / _POINTER)

    def _sweep(self, kept: str, before: str) -> None:
        """Remove the generation that was replaced, and what killed builds left; not what others may be building."""
        newest = (self.folder / _POINTER).stat().st_mtime
        for path in self.folder.iterdir():
            with suppress(OSError):
                stray = newest - path.stat().st_mtime > _STRAY_DAYS * 86_400
                if path.name == before or (stray and path.name not in (kept, _POINTER)):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()

    # -- opening -------------------------------------------------------------------------------------------------------

    def _pointer(self) -> dict[str, str]:
        try:
            pointer = json.loads((self.folder / _POINTER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return pointer if isinstance(pointer, dict) and all(isinstance(each, str) for each in pointer.values()) else {}

    def _open(self) -> _Opened:
        """Return the last finished state; opened anew only where the pointer file was replaced."""
        seen = self._seen()
        opened = self._opened
        if opened is None or opened.seen != seen:
            with self._opening:
                try:
                    opened = self._open_anew(seen)
                except SearchError:
                    if self._seen() == seen:
                        raise
                    opened = self._open_anew(self._seen())  # replaced while it was being opened
                self._opened = opened
        return opened

    def _seen(self) -> tuple[int, int]:
        try:
            status = (self.folder / _POINTER).stat()
        except OSError:
            raise SearchError("no search index", where=str(self.folder), mend="build it from the library") from None
        return status.st_mtime_ns, status.st_ino

    def _open_anew(self, seen: tuple[int, int]) -> _Opened:
        pointer = self._pointer()
        if pointer.get("format") != FORMAT:
            raise SearchError("a search index of another format", where=str(self.folder), mend="build it anew")
        generation, stamp = pointer.get("generation", ""), pointer.get("stamp", "")
        with _damage_told(self.folder):
            index = tantivy.Index.open(str(self.folder / generation))
            index.config_reader("manual")
            index.reload()
            return _Opened(seen, generation, stamp, index, index.searcher())

    # -- asking --------------------------------------------------------------------------------------------------------

    def search(self, text: str, on: date, filters: Filters | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """Find documents.

        Parameters
        ----------
        text
            A number in any spelling, words in any language, or both; empty lists what the filters leave, newest first.
        on
            The date that ``status`` is judged by; what was current on it comes before what was not.
        limit
            Most hits, at least 1.

        Raises
        ------
        SearchError
            If the index is missing, damaged or of another format.
        """
        with _damage_told(self.folder):
            return self._question(text, on, filters).answer(max(1, limit))

    def page(self, text: str, on: date, filters: Filters | None, start: int, size: int) -> Page:
        """Return the hits from ``start`` on (0 is the best), and how many there are; else as :meth:`search`."""
        with _damage_told(self.folder):
            return self._question(text, on, filters).page(max(0, start), max(1, size))

    def _question(self, text: str, on: date, filters: Filters | None) -> Question:
        opened = self._open()
        return Question(opened.searcher, opened.files.schema, text, on, filters or Filters())


@contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    """Turn whatever tantivy makes of damaged files, a panic of its Rust code included, into one clear error."""
    fault: BaseException
    try:
        yield
    except (ValueError, OSError) as error:
        if "LockBusy" in str(error):
            raise IndexBusyError(
                "another process is writing", where=str(folder), mend="wait until it is done"
            ) from None
        fault = error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3 does not export the class
            raise
        fault = error
    else:
        return
    raise SearchError(f"a damaged search index ({fault})", where=str(folder), mend="build it anew") from None


def ready_index(
    folder: Path, stamp: str, every_row: Callable[[], Iterable[SearchRow]], since: Callable[[str], "Changed | None"]
) -> SearchIndex:
    """Return the index of a folder, brought to the state ``stamp`` of the library.

    While another process is bringing it there, it is returned as it last was.

    Parameters
    ----------
    every_row
        Gives all documents, for an index that is missing, damaged or of another format.
    since
        Gives what changed since an earlier state; None where that cannot be told, then all is written anew.
    """
    index = SearchIndex(folder)
    held = index.stamp
    if held == stamp:
        return index
    changed = since(held) if held is not None else None
    if changed is None:
        index.rebuild(every_row(), stamp)
    else:
        with suppress(IndexBusyError):
            index.update(changed.rows, stamp, changed.gone)
    return index


@dataclass(frozen=True, slots=True)
class Changed:
    """What an index lacks: rows that are new or changed, and keys that are gone."""

    rows: Iterable[SearchRow]
    gone: Iterable[str] = ()


# -- documents ---------------------------------------------------------------------------------------------------------


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in ("number", "publisher", "committee", "ics", "stands", "ended_as", "kind"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("known_from", fast=True)
    builder.add_integer_field("ends", fast=True)
    return builder.build()


def _document(row: SearchRow) -> tantivy.Document:
    ref = row.reference
    spelled = str(ref)
    words = terms.words("\n".join((spelled, *row.titles.values())))
    card = {
        "reference": spelled,
        "titles": dict(row.titles),
        "known_from": row.known_from.isoformat() if row.known_from else "",
        "stands": row.stands,
        "ends": row.ends.isoformat() if row.ends else "",
        "ended_as": row.ended_as,
        "committee": row.committee,
        "ics": row.ics,
    }
    return tantivy.Document(
        key=row.key,
        card=json.dumps(card, ensure_ascii=False).encode(),
        words=" ".join(words),
        number=list(terms.number_terms(ref)),
        publisher=list(terms.publisher_terms(ref.publisher)),
        committee=list(terms.committee_terms(row.committee)) if row.committee else [],
        ics=list(terms.ics_terms(row.ics)),
        stands=row.stands.value,
        ended_as=row.ended_as.value,
        kind="part" if ref.amendments or ref.stage or ref.variant else "whole",
        known_from=row.known_from.toordinal() if row.known_from else 0,
        ends=row.ends.toordinal() if row.ends else _NEVER,
    )
