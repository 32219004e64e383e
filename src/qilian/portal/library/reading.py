"""Reads catalogue files into rows: the part of an import that knows formats and nothing of a database.

A :class:`CatalogueFile` can be gone through twice: :meth:`~CatalogueFile.survey` names its members with their digests,
:meth:`~CatalogueFile.rows` parses the wanted ones. Worker processes that parse import only this module and the engine.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Protocol, TypeAlias

from qilian.errors import QilianError
from qilian.portal.library.rows import Fault, Row, digest_of, row_of, unfit_for_storage
from qilian.standards.archives import members
from qilian.standards.national import Unread, read_national
from qilian.standards.relaton import read_record

Outcome: TypeAlias = Row | Fault
RawMember: TypeAlias = tuple[str, str, bytes]
"""Name, digest and bytes."""

NATIONAL_SUFFIXES = (".csv", ".xlsx")
PARSE_BATCH_MEMBERS = 200
WORTH_WORKERS_MEMBERS = 600
"""Below this, starting worker processes takes longer than parsing here."""


@dataclass(slots=True)
class Survey:
    """What a file holds, before anything of it is parsed.

    Attributes
    ----------
    digests
        Of each member that may be a record, by its name.
    faults
        Members that cannot be one.
    newest
        The latest date of change among the members, where the format keeps it.
    """

    digests: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    newest: date | None = None

    @property
    def digest(self) -> str:
        """Of the whole: names and digests of all members, in any order."""
        total = blake2b(digest_size=16)
        members = [*self.digests.items(), *((fault.member, fault.digest) for fault in self.faults)]
        for name, digest in sorted(members):
            total.update(f"{name}\0{digest}\n".encode())
        return total.hexdigest()


class CatalogueFile(Protocol):
    """A file that can be imported."""

    kind: str

    def survey(self) -> Iterator[Survey]:
        """Go through the file; yield the growing survey now and then, the whole one at last."""
        ...

    def rows(self, wanted: set[str], workers: int) -> Iterator[Outcome]:
        """Parse the wanted members, in the file's order."""
        ...


class RelatonFile:
    """A folder or an archive of Relaton YAML, one file a record."""

    kind = "relaton"

    def __init__(self, path: Path) -> None:
        self._path = path

    def survey(self) -> Iterator[Survey]:
        """Take the digest of every member."""
        found = Survey()
        for count, member in enumerate(members(self._path), 1):
            digest = digest_of(member.data)
            if member.fault:
                found.faults.append(Fault(member.name, digest_of(member.fault.encode()), member.fault))
            elif member.name in found.digests:
                found.faults.append(Fault(f"{member.name} ({count})", digest, "a second member of this name"))
            else:
                found.digests[member.name] = digest
            if member.modified and (found.newest is None or member.modified > found.newest):
                found.newest = member.modified
            if count % PARSE_BATCH_MEMBERS == 0:
                yield found
        yield found

    def rows(self, wanted: set[str], workers: int) -> Iterator[Outcome]:
        """Parse in worker processes where that is worth their start."""
        batches = self._batches(set(wanted))
        if workers < 2 or len(wanted) < WORTH_WORKERS_MEMBERS:
            for batch in batches:
                yield from parse(batch)
            return
        with _pool(workers) as pool:
            running: deque[Future[list[Outcome]]] = deque()
            for batch in batches:
                running.append(pool.submit(parse, batch))
                if len(running) > 2 * workers + 2:  # bounds the memory; the order stays the file's
                    yield from running.popleft().result()
            while running:
                yield from running.popleft().result()

    def _batches(self, wanted: set[str]) -> Iterator[list[RawMember]]:
        raw = self._raw(wanted)
        while batch := list(islice(raw, PARSE_BATCH_MEMBERS)):
            yield batch

    def _raw(self, wanted: set[str]) -> Iterator[RawMember]:
        for member in members(self._path):
            if member.name in wanted and not member.fault:
                wanted.discard(member.name)  # a second member of the name is a fault, not a record
                yield member.name, digest_of(member.data), member.data


class NationalFile:
    """A national catalogue as a table, one row a document; small enough to be read whole."""

    kind = "national"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, Row] = {}

    def survey(self) -> Iterator[Survey]:
        """Read all rows; a document's number is its row's name, so that an inserted row does not change the others."""
        found = Survey()
        for each in read_national(self._path):
            if isinstance(each, Unread):
                line = f"{self._path.name} line {each.line}"
                found.faults.append(Fault(line, digest_of(each.reason.encode()), each.reason))
                continue
            row = row_of(each, digest_of(each.digest.encode()))
            unfit = unfit_for_storage(row)
            if row.identifier in found.digests:
                unfit = f"{row.identifier} stands in an earlier row too"
            if unfit:
                found.faults.append(Fault(row.member, row.digest, unfit))
                continue
            self._rows[row.identifier] = row._replace(member=row.identifier)
            found.digests[row.identifier] = row.digest
        yield found

    def rows(self, wanted: set[str], workers: int) -> Iterator[Outcome]:  # noqa: ARG002 - nothing to parse
        """Give the rows of the survey."""
        return (row for name, row in self._rows.items() if name in wanted)


def open_catalogue(path: Path) -> CatalogueFile:
    """Choose the format by the file's name."""
    return NationalFile(path) if path.suffix.lower() in NATIONAL_SUFFIXES else RelatonFile(path)


def parse(batch: list[RawMember]) -> list[Outcome]:
    """Parse some members; runs in a worker process."""
    return [_parse(*each) for each in batch]


def _parse(name: str, digest: str, data: bytes) -> Outcome:
    try:
        row = row_of(read_record(data, name), digest)
    except QilianError as error:
        return Fault(name, digest, str(error))
    unfit = unfit_for_storage(row)
    return Fault(name, digest, unfit) if unfit else row


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start worker processes that share nothing with this one (spawn): it has a database connection open."""
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    """Let the parent alone answer Ctrl-C, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
