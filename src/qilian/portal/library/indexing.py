"""Keeps the search index in step with the library: rows for the index out of the database and a pack's table.

In come stored documents; out go rows, one for each edition, with what all sources say of it: its titles in every
language, and its days as the engine's catalogue judges them. An import leaves the index behind by some documents; the
next search (or :func:`refresh` after the import) brings it up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from django.db.models import QuerySet

from qilian.portal.home import home_folder
from qilian.portal.library.fetching import fetch_records, snapshots
from qilian.portal.library.importing import Progress, Report
from qilian.portal.library.looking_up import catalogue_around
from qilian.portal.library.models import Document, Import, Relation, Source
from qilian.portal.library.rows import base_of
from qilian.portal.library.searching import (
    Changed,
    Filters,
    Hit,
    Page,
    SearchError,
    SearchIndex,
    SearchRow,
    ready_index,
)
from qilian.standards import Catalogue, Edition, StandardRef, Status, When
from qilian.standards.records import Record

Answer = TypeVar("Answer")

BASES_A_BATCH = 1_000
"""Documents (all editions of each) whose neighbourhood is looked at together."""
_ENDED = (Status.SUPERSEDED, Status.WITHDRAWN)


def search_library(
    text: str, on: date, filters: Filters | None = None, limit: int = 10, table: Catalogue | None = None
) -> tuple[Hit, ...]:
    """Find documents of the library and of a pack's table; see :meth:`SearchIndex.search`.

    The index is brought up to date first, and built anew where it turns out to be damaged.
    """
    return _asked(table, lambda index: index.search(text, on, filters, limit))


def search_page(
    text: str, on: date, filters: Filters | None = None, start: int = 0, size: int = 20, table: Catalogue | None = None
) -> Page:
    """Find the documents of one page and how many there are; an empty text lists what the filters leave.

    Parameters
    ----------
    start, size
        The first hit of the page (0 is the best), and how many hits it has.
    """
    return _asked(table, lambda index: index.page(text, on, filters, start, size))


def _asked(table: Catalogue | None, question: Callable[[SearchIndex], Answer]) -> Answer:
    index = refresh(table)
    try:
        return question(index)
    except SearchError:
        index.rebuild(every_row(table), state(table))
        return question(index)


def refresh(table: Catalogue | None = None, report: Report | None = None) -> SearchIndex:
    """Bring the index up to date; cheap when it is. To be called after an import, so that no search has to wait.

    Parameters
    ----------
    report
        Is told how many documents were written, of how many.
    """

    def since(held: str) -> Changed | None:
        return changed_since(held, table, report)

    return ready_index(index_folder(), state(table), lambda: every_row(table, report), since)


def index_folder() -> Path:
    """Return the folder of the index in ``QILIAN_HOME``."""
    return home_folder() / "search"


def state(table: Catalogue | None) -> str:
    """Name the state of library and table that an index is of: the table, then each source's last import."""
    sources = Source.objects.filter(snapshot__isnull=False).order_by("id")
    columns = ("id", "snapshot_id", "snapshot__file_digest")
    named = f"{table.source} {table.dated}" if table else ""
    return f"{named}; " + ",".join(":".join(map(str, row)) for row in sources.values_list(*columns))


def every_row(table: Catalogue | None, report: Report | None = None) -> Iterator[SearchRow]:
    """Return a row for each edition that the library or the table has."""
    live = Document.objects.filter(gone_in__isnull=True, source__snapshot__isnull=False)
    bases = set(live.values_list("base", flat=True).distinct())
    if table:
        bases |= {base_of(edition.ref) for edition in table.editions}
    return _rows_of(sorted(bases), table, report)


def changed_since(held: str, table: Catalogue | None, report: Report | None = None) -> Changed | None:
    """Return what changed since a state, neighbours included; None if it is not an earlier state of this library.

    A document that is replaced changes when its successor does, so all editions of the documents that a changed record
    names are written again; and so is what is dated by the day on which its source was seen (drafts).
    """
    named, _, sources = held.rpartition("; ")
    if named != state(table).rpartition("; ")[0]:
        return None
    before: dict[int, Import] = {}
    for source, snapshot, digest in (each.split(":") for each in sources.split(",") if each):
        run = Import.objects.filter(source=int(source), id=int(snapshot), file_digest=digest).first()
        if run is None:
            return None
        before[int(source)] = run
    bases: set[str] = set()
    written: set[str] = set()
    for source_now in Source.objects.filter(snapshot__isnull=False):
        for documents in _touched(source_now, before.get(source_now.pk)):
            written.update(documents.values_list("identifier", flat=True))
            bases.update(documents.values_list("base", flat=True))
            bases.update(Relation.objects.filter(document__in=documents).values_list("base", flat=True))
    rows = list(_rows_of(sorted(bases), table, report))
    return Changed(rows, written - {row.key for row in rows})


def _touched(source: Source, before: Import | None) -> Iterator[QuerySet[Document]]:
    """Yield the documents of a source that an index of its state ``before`` does not know as they are."""
    documents = Document.objects.filter(source=source)
    later = Import.objects.filter(source=source, id__gt=before.pk if before else 0)
    yield documents.filter(last_import__in=later)
    yield documents.filter(gone_in__in=later)
    if before and later.exists():
        yield documents.filter(published__isnull=True)
        year_ago = before.dated - timedelta(days=366)
        yield documents.exclude(published_precision="day").filter(published__gte=year_ago)


# -- rows --------------------------------------------------------------------------------------------------------------


def _rows_of(bases: list[str], table: Catalogue | None, report: Report | None) -> Iterator[SearchRow]:
    tabled: dict[str, list[StandardRef]] = defaultdict(list)
    for edition in table.editions if table else ():
        tabled[base_of(edition.ref)].append(edition.ref)
    for start in range(0, len(bases), BASES_A_BATCH):
        some = bases[start : start + BASES_A_BATCH]
        yield from _rows(some, [ref for base in some for ref in tabled.get(base, ())], table)
        if report:
            report(Progress("index", start + len(some), len(bases)))


def _rows(bases: Iterable[str], tabled: Iterable[StandardRef], table: Catalogue | None) -> Iterator[SearchRow]:
    newest_first = {snapshot.source_id: place for place, snapshot in enumerate(snapshots())}
    said: dict[str, list[Record]] = defaultdict(list)
    for found in sorted(fetch_records(bases), key=lambda each: newest_first.get(each.source_id, 0)):
        said[str(found.ref)].append(found.record)
    refs = {str(ref): ref for ref in tabled} | {key: records[0].ref for key, records in said.items()}
    catalogue = catalogue_around(refs.values(), table)
    editions = {str(edition.ref): edition for edition in catalogue.editions}
    for key, ref in refs.items():
        edition = editions.get(key)
        if edition is None and ref.variant:
            edition = catalogue.resolve(ref, date.max)  # a redline lives as long as what it marks up
        elif edition is None:
            continue  # the shell of a project whose edition is out
        yield _row(key, ref, said.get(key, []), edition, catalogue)


def _row(key: str, ref: StandardRef, records: list[Record], edition: Edition | None, catalogue: Catalogue) -> SearchRow:
    """Return the row of one edition: the newest source's word first, what it lacks from the others."""
    titles = {"zh": edition.title.zh, "en": edition.title.en} if edition else {}
    for record in reversed(records):
        titles |= record.titles
    if edition is not None:
        known_from, stands, ends, ended_as = lifetime(edition, catalogue)
    else:  # packaging of documents that the library does not hold (a series)
        newest = records[0]
        known_from, stands, ends, ended_as = _last(newest.published), newest.status, newest.withdrawn, Status.WITHDRAWN
    return SearchRow(
        key,
        ref,
        {language: title for language, title in titles.items() if title},
        known_from,
        stands,
        ends,
        ended_as,
        next((each.committee for each in records if each.committee), ""),
        tuple(dict.fromkeys(code for each in records for code in each.ics)),
    )


def lifetime(edition: Edition, catalogue: Catalogue) -> tuple[date | None, Status, date | None, Status]:
    """Return from when an edition was known, what it was then, when that ended, and what it was from then on.

    Asks the catalogue for the edition's status on the days on which it can have changed.
    """
    known_from, stands = None, Status.UNKNOWN
    if edition.published is None:
        stands = catalogue.status(edition, date.min)
    if stands is Status.UNKNOWN:
        known_from, stands = _first_known(edition, catalogue)
    if stands is Status.UNKNOWN:  # the source does not give its status
        return _last(edition.published), Status.UNKNOWN, None, Status.SUPERSEDED
    ended_as = catalogue.status(edition, date.max)
    if stands in _ENDED or ended_as not in _ENDED:
        return known_from, stands, None, Status.SUPERSEDED
    happened = sorted({change.date for change in catalogue.changes((edition.ref,), date.min, date.max)})
    ends = next((day for day in happened if catalogue.status(edition, day) in _ENDED), None)
    return known_from, stands, ends, ended_as


def _first_known(edition: Edition, catalogue: Catalogue) -> tuple[date | None, Status]:
    """Return the first of the days on which an edition can have become known that finds it known, and as what."""
    published = edition.published
    days = [published.first, published.last] if published else []
    if published is None or published.precision != "day":
        others = (catalogue.dated, edition.in_force_from, *(milestone.day for milestone in edition.milestones))
        days += [day for day in others if day]
    for day in sorted(set(days)):
        status = catalogue.status(edition, day)
        if status is not Status.UNKNOWN:
            return day, status
    return None, Status.UNKNOWN


def _last(published: When | None) -> date | None:
    return published.last if published else None
