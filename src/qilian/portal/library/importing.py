"""Brings a catalogue file into the library: only what changed is written, and a stopped run is taken up again.

In comes a file (an archive or folder of Relaton YAML, or a national table); out goes an :class:`Account` whose counts
add up to the file's members. The file is gone through twice: first to its end, comparing each member's digest with the
stored one, so that a broken file changes nothing and an unchanged one costs no parsing; then for what has to be parsed.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from qilian.portal.library.errors import LibraryError
from qilian.portal.library.reading import CatalogueFile, Survey, open_catalogue
from qilian.portal.library.rows import Fault, Row
from qilian.portal.library.storing import Store
from qilian.portal.locking import locked

WRITE_BATCH_ROWS = 4_000
_SUFFIXES = re.compile(r"(\.(tar|tgz|gz|zst|zip|csv|xlsx|ya?ml))+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: members compared, then parsed and stored, then documents put into the index."""

    phase: Literal["compare", "store", "index"]
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """What an import found and did; ``new + changed + unchanged + rejected == read``.

    Attributes
    ----------
    read
        Members of the file.
    gone
        Documents of the source that the file no longer holds: they stay in the database, and out of every answer.
    kept
        Documents of the source that the file does not hold, and that stay because the file has less than half of the
        source and is taken as an addition to it.
    rejections
        Each member that was rejected, and why.
    """

    source: str
    file: str
    dated: date
    read: int
    new: int
    changed: int
    unchanged: int
    rejected: int
    gone: int
    kept: int
    rejections: tuple[tuple[str, str], ...]

    @property
    def accepted(self) -> int:
        """How many members are records."""
        return self.read - self.rejected


Report: TypeAlias = Callable[[Progress], None]


def import_file(
    path: Path,
    *,
    source: str = "",
    dated: date | None = None,
    workers: int | None = None,
    report: Report | None = None,
) -> Account:
    """Import one file; Django must be set up.

    Parameters
    ----------
    source
        The source that the file is a state of; by default the file's name without its suffixes.
    dated
        The day on which the file was true; by default the latest date of a member, or of the file.
    workers
        Processes that parse; by default one for each processor.
    report
        Is told of the progress.

    Raises
    ------
    StandardsError
        If the file cannot be read to its end; then nothing was written.
    LibraryError
        If another process is importing, or the library holds a later state of the source.
    """
    name = source or source_name(path)
    with locked("import", wait=False) as held:
        if not held:
            raise LibraryError("another import is running", where=str(path), mend="wait until it is done")
        return _Run(path, name, dated, workers or os.cpu_count() or 1, report or _silent).account()


def source_name(path: Path) -> str:
    """Return the name of the source that a file is a state of, e.g. ``relaton-iso`` for ``relaton-iso.tar.zst``."""
    return _SUFFIXES.sub("", path.absolute().name)


class _Run:
    """One import of one file."""

    def __init__(self, path: Path, source: str, dated: date | None, workers: int, report: Report) -> None:
        self._path = path
        self._source = source
        self._workers = workers
        self._report = report
        self._file: CatalogueFile = open_catalogue(path)
        self._survey = self._compare()
        self._dated = dated or self._survey.newest or _changed_on(path)

    def account(self) -> Account:
        """Write what changed, and tell what was found."""
        survey = self._survey
        store = Store(self._source, self._file.kind)
        if store.dated and self._dated < store.dated:
            raise LibraryError(
                f"the library holds {self._source} of {store.dated}, and this is of {self._dated}",
                where=str(self._path),
                mend="name another source, or the day on which the file was true",
            )
        known = [store.known_fault(*each) for each in survey.digests.items()]
        faults = [*survey.faults, *(fault for fault in known if fault)]
        rejected = {fault.member for fault in faults}
        wanted = {
            member
            for member, digest in survey.digests.items()
            if member not in rejected and not store.is_stored(member, digest)
        }
        absent = [member for member, each in store.stored.items() if not each.gone and member not in survey.digests]
        is_addition = len(survey.digests) < len(absent)
        writes = not store.is_current(survey.digest, self._dated)
        if writes:
            store.begin(self._path.name, survey.digest, self._dated)
            faults += self._store(store, wanted)
        outcome = Counter(store.written_as(member) for member in survey.digests.keys() - {f.member for f in faults})
        account = Account(
            self._source,
            self._path.name,
            self._dated,
            read=len(survey.digests) + len(survey.faults),
            new=outcome["new"],
            changed=outcome["changed"],
            unchanged=outcome["unchanged"],
            rejected=len(faults),
            gone=0 if is_addition else len(absent),
            kept=len(absent) if is_addition else 0,
            rejections=tuple((fault.member, fault.reason) for fault in faults),
        )
        if writes:
            store.finish(account, faults, [] if is_addition else absent)
        return account

    def _compare(self) -> Survey:
        """Go through the whole file once; whatever is wrong with it shows here, before anything is written."""
        survey = Survey()
        for survey in self._file.survey():
            self._report(Progress("compare", len(survey.digests) + len(survey.faults), None))
        if not survey.digests:
            raise LibraryError("no records in it", where=str(self._path), mend="name a catalogue file")
        return survey

    def _store(self, store: Store, wanted: set[str]) -> list[Fault]:
        """Parse the wanted members and write them batch by batch; return those that are no records."""
        faults: list[Fault] = []
        rows: list[Row] = []
        done = 0
        self._report(Progress("store", 0, len(wanted)))
        for outcome in self._file.rows(wanted, self._workers):
            done += 1
            if outcome.digest != self._survey.digests[outcome.member]:
                raise LibraryError("the file changed while it was read", where=str(self._path), mend="import it again")
            if isinstance(outcome, Fault):
                faults.append(outcome)
            else:
                rows.append(outcome)
            if len(rows) >= WRITE_BATCH_ROWS:
                store.write(rows)
                rows.clear()
            if done % 100 == 0:
                self._report(Progress("store", done, len(wanted)))
        if rows:
            store.write(rows)
        if done != len(wanted):
            raise LibraryError("the file changed while it was read", where=str(self._path), mend="import it again")
        self._report(Progress("store", done, len(wanted)))
        return faults


def _silent(_: Progress) -> None:
    pass


def _changed_on(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
