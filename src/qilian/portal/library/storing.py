"""Writes rows of a source into the database, in transactions that each hold whole records.

A :class:`Store` is one source during one import. It knows what is stored (:attr:`Store.stored`), takes rows in batches,
and closes the run: only then do readers see a source that is new, and the snapshot's date moves. Rows go in by ``COPY``
on PostgreSQL and by one prepared statement on SQLite, with ids given here: an import is alone in the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from qilian.portal.library.models import Document, Event, Import, Rejection, Relation, Source
from qilian.portal.library.rows import Fault, Row
from qilian.standards.editions import Status
from qilian.standards.records import Link

Value: TypeAlias = str | int | None

_CHUNK = 1_000
_ENDED = (Status.SUPERSEDED, Status.WITHDRAWN)


class Counts(Protocol):
    """The closing account of a run, in members."""

    @property
    def read(self) -> int: ...
    @property
    def new(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def gone(self) -> int: ...


@dataclass(slots=True)
class Stored:
    """What the database has of one member."""

    id: int
    digest: str
    first_import: int
    last_import: int
    gone: bool


class Store:
    """One source, while a file is imported into it.

    Parameters
    ----------
    name, kind
        Of the source; :meth:`begin` makes it if there is none.
    """

    def __init__(self, name: str, kind: str) -> None:
        self._name = name
        self._kind = kind
        self._source = Source.objects.filter(name=name).select_related("snapshot").first()
        self._run: Import | None = None
        if self._source is not None:
            self._run = self._source.imports.filter(finished__isnull=True).first()
        columns = ("member", "id", "digest", "first_import_id", "last_import_id", "gone_in_id")
        documents = Document.objects.filter(source=self._source).values_list(*columns)
        self.stored: dict[str, Stored] = {
            member: Stored(id_, digest, first, last, gone is not None)
            for member, id_, digest, first, last, gone in documents.iterator(chunk_size=10_000)
        }
        self._rejected = {
            each.member: Fault(each.member, each.digest, each.reason)
            for each in Rejection.objects.filter(source=self._source)
        }

    # -- what is known -------------------------------------------------------------------------------------------------

    @property
    def dated(self) -> date | None:
        """The day of the snapshot that readers see."""
        return self._source.snapshot.dated if self._source and self._source.snapshot else None

    def is_current(self, file_digest: str, dated: date) -> bool:
        """Whether the last finished import read just this, and none was stopped since."""
        snapshot = self._source.snapshot if self._source else None
        return (
            self._run is None
            and snapshot is not None
            and (snapshot.file_digest, snapshot.dated) == (file_digest, dated)
        )

    def is_stored(self, member: str, digest: str) -> bool:
        """Whether the member stands in the library as it is in the file."""
        stored = self.stored.get(member)
        return stored is not None and stored.digest == digest and not stored.gone

    def known_fault(self, member: str, digest: str) -> Fault | None:
        """Return why the same member was rejected the last time."""
        fault = self._rejected.get(member)
        return fault if fault and fault.digest == digest else None

    def written_as(self, member: str) -> str:
        """Say what this run did with a stored member: ``new``, ``changed`` or ``unchanged``."""
        stored = self.stored[member]
        if self._run is None or stored.last_import != self._run.id:
            return "unchanged"
        return "new" if stored.first_import == self._run.id else "changed"

    # -- the run -------------------------------------------------------------------------------------------------------

    def begin(self, file: str, file_digest: str, dated: date) -> None:
        """Open the run, or take up the one that was stopped."""
        with transaction.atomic():
            if self._source is None:
                self._source = Source.objects.create(name=self._name, kind=self._kind)
            if self._run is None:
                self._run = Import(source=self._source, started=timezone.now())
            self._run.file, self._run.file_digest, self._run.dated = file, file_digest, dated
            self._run.save()

    def write(self, rows: Sequence[Row]) -> None:
        """Store rows, new or changed, in one transaction."""
        source, run = self._opened()
        changed = [row for row in rows if row.member in self.stored]
        fresh = [row for row in rows if row.member not in self.stored]
        with transaction.atomic():
            events = self._events(changed, fresh) if source.snapshot_id else []
            written = self._ids(changed, fresh, run.id)
            for some in _chunks([each.id for each in written.values() if each.first_import != run.id]):
                Relation.objects.filter(document__in=some).delete()
                Document.objects.filter(id__in=some)._raw_delete(connection.alias)  # the same id follows at once
            _insert(Document, (self._document(row, written[row.member]) for row in rows))
            relation_id = _last_id(Relation)
            relations = [(written[row.member].id, *each) for row in rows for each in row.relations]
            _insert(Relation, ((relation_id + count, *each) for count, each in enumerate(relations, 1)))
            for event, member in events:
                event.document_id = written[member].id
            Event.objects.bulk_create((event for event, _ in events), _CHUNK)
        self.stored |= written

    def finish(self, counts: Counts, faults: Iterable[Fault], gone: Iterable[str]) -> None:
        """Close the run: retire what is gone, keep the rejections, and let readers see this snapshot."""
        source, run = self._opened()
        retired = [self.stored[member].id for member in gone]
        with transaction.atomic():
            for some in _chunks(retired):
                Document.objects.filter(id__in=some).update(gone_in=run)
            if source.snapshot_id:
                events = [Event(found_by=run, document_id=each, kind=Event.Kind.GONE) for each in retired]
                Event.objects.bulk_create(events, _CHUNK)
            Rejection.objects.filter(source=source).delete()
            Rejection.objects.bulk_create((Rejection(source=source, **each._asdict()) for each in faults), _CHUNK)
            run.read, run.new, run.changed = counts.read, counts.new, counts.changed
            run.unchanged, run.rejected, run.gone = counts.unchanged, counts.rejected, counts.gone
            run.finished = timezone.now()
            run.save()
            source.snapshot = run
            source.save()
        self._run = None
        _settle()

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _opened(self) -> tuple[Source, Import]:
        assert self._source is not None
        assert self._run is not None
        return self._source, self._run

    def _ids(self, changed: Sequence[Row], fresh: Sequence[Row], run_id: int) -> dict[str, Stored]:
        """Give each row its id: the one that it has, or the next one."""
        ids = {}
        for row in changed:
            before = self.stored[row.member]
            ids[row.member] = Stored(before.id, row.digest, before.first_import, run_id, False)
        for id_, row in enumerate(fresh, _last_id(Document) + 1):
            ids[row.member] = Stored(id_, row.digest, run_id, run_id, False)
        return ids

    def _document(self, row: Row, stored: Stored) -> tuple[Value, ...]:
        """Return the columns of a document in the model's order."""
        source, _ = self._opened()
        return (stored.id, source.id, *row[:-1], stored.first_import, stored.last_import, None)

    # -- events --------------------------------------------------------------------------------------------------------

    def _events(self, changed: Sequence[Row], fresh: Sequence[Row]) -> list[tuple[Event, str]]:
        """What an update tells: documents that are new, published, withdrawn, at another stage, or replace another."""
        found = [(self._event(Event.Kind.NEW, "", row.stage or row.status), row.member) for row in fresh]
        replaced = {row.member: set[str]() for row in (*changed, *fresh)}
        ids = {self.stored[row.member].id: row.member for row in changed}
        before: dict[str, Document] = {}
        for some in _chunks(list(ids)):
            before |= {each.member: each for each in Document.objects.filter(id__in=some)}
            told = Relation.objects.filter(document__in=some, kind=Link.REPLACES)
            for document_id, identifier in told.values_list("document_id", "identifier"):
                replaced[ids[document_id]].add(identifier)
        for row in changed:
            found += [(event, row.member) for event in self._moves(before[row.member], row)]
        for row in (*changed, *fresh):
            if row.status != Status.DRAFT:
                for each in row.relations:
                    if each.kind == Link.REPLACES and each.identifier not in replaced[row.member]:
                        found.append((self._event(Event.Kind.REPLACED, each.identifier, row.identifier), row.member))
        return found

    def _moves(self, old: Document, row: Row) -> Iterator[Event]:
        was_withdrawn = str(old.withdrawn or "")
        if old.gone_in_id is not None:
            yield self._event(Event.Kind.NEW, "", row.stage or row.status)
        elif (old.stage, old.status) != (row.stage, row.status):
            kind = Event.Kind.STAGE
            if row.status in _ENDED and old.status not in _ENDED:
                kind = Event.Kind.WITHDRAWN
            elif row.status == Status.CURRENT and old.status == Status.DRAFT:
                kind = Event.Kind.PUBLISHED
            yield self._event(kind, old.stage or old.status, row.stage or row.status)
        elif row.withdrawn and row.withdrawn != was_withdrawn:
            yield self._event(Event.Kind.WITHDRAWN, was_withdrawn, row.withdrawn)

    def _event(self, kind: Event.Kind, before: str, after: str) -> Event:
        return Event(found_by=self._run, kind=kind, before=before, after=after)


def _insert(model: type[models.Model], rows: Iterable[tuple[Value, ...]]) -> None:
    """Insert whole rows, ids included, with the columns in the model's order."""
    columns = ", ".join(f'"{each.column}"' for each in model._meta.concrete_fields)
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, max(_last_id(model), 1)])
            return
        values = ", ".join(["%s"] * len(model._meta.concrete_fields))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", list(rows))  # noqa: S608 - names of our own model


def _settle() -> None:
    """Let PostgreSQL take its statistics now: it does so by itself minutes later, and answers slowly until then."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) library_document, library_relation")


def _last_id(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(last=Max("id"))["last"] or 0


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    """Split a list so that no statement names more than a database takes."""
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
