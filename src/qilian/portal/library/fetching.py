"""Takes records back out of the database: of some documents, and the names of the documents around them.

In go base keys (:func:`~qilian.portal.library.rows.base_of`), out come engine records. The statements are written by
hand, because building them by Django's query sets takes longer than all the rest of a look-up.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from qilian.portal.library.rows import unpack
from qilian.standards import Degree, StandardRef, Status, When
from qilian.standards.records import Link, Record, RecordRelation
from qilian.text import Text

_NAMES_A_STATEMENT = 500
_DECODER = json.JSONDecoder()
_STATUSES = {each.value: each for each in Status}
_LINKS = {each.value: each for each in Link}
_DEGREES = {each.value: each for each in Degree}
_LIVE = """
    FROM library_document d JOIN library_source s ON s.id = d.source_id
    WHERE d.gone_in_id IS NULL AND s.snapshot_id IS NOT NULL"""
_DOCUMENTS = f"""
    SELECT d.id, d.source_id, d.ref, d.written, CAST(d.titles AS TEXT), d.status, CAST(d.published AS TEXT),
        d.published_precision, CAST(d.in_force_from AS TEXT), CAST(d.withdrawn AS TEXT), CAST(d.stable_until AS TEXT),
        d.stage, d.doctype, d.edition, d.committee, CAST(d.ics AS TEXT), d.year, d.freshness, d.member, d.digest,
        (SELECT RELATIONS FROM library_relation r WHERE r.document_id = d.id)
    {_LIVE} AND d.base IN (%s)"""  # noqa: S608 - nothing but our own text
_RELATION = "r.id, r.kind, r.identifier, r.ref, r.degree, r.base"
_RELATIONS = {  # a second statement for them would take as long as the first
    "postgresql": f"CAST(json_agg(json_build_array({_RELATION})) AS TEXT)",
    "sqlite": f"json_group_array(json_array({_RELATION}))",
}
_SOURCE, _REF, _FRESHNESS = 1, 2, (17, 11, 18)  # columns; what sorts by freshness: freshness, stage, member
_NAMING = f"""
    SELECT DISTINCT d.base {_LIVE} AND d.id IN (
        SELECT document_id FROM library_relation WHERE base IN (%s))"""  # noqa: S608 - nothing but our own text
_ADOPTING = _NAMING.replace("WHERE base IN", "WHERE kind IN ('adopts', 'adopted by') AND base IN")
_SNAPSHOTS = """
    SELECT s.id, s.name, CAST(i.dated AS TEXT), i.read - i.rejected, CAST(u.dated AS TEXT)
    FROM library_source s JOIN library_import i ON i.id = s.snapshot_id
    LEFT JOIN library_import u ON u.source_id = s.id AND u.finished IS NULL
    WHERE i.read > i.rejected
    ORDER BY i.dated DESC, i.id DESC"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which state of a source the library answers from.

    Attributes
    ----------
    source
        Name of the source, e.g. ``relaton-iso``.
    dated
        The day on which its data were true.
    documents
        How many it holds.
    updating_to
        The date of a later file whose import has not finished, so that some records are of that date already.
    """

    source_id: int
    source: str
    dated: date
    documents: int
    updating_to: date | None

    def __str__(self) -> str:
        return f"{self.source} {self.dated}"

    @property
    def words(self) -> Text:
        """The snapshot in words; an unfinished update is said."""
        if self.updating_to is None:
            return Text(str(self), str(self))
        return Text(
            f"{self}（更新到 {self.updating_to} 的导入未完成，部分记录已更新）",
            f"{self} (an import of {self.updating_to} is unfinished: some records are newer)",
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A live document of a source; its record is made on demand, since most answers need one source's only.

    Attributes
    ----------
    relations, named
        What it says of other documents, and these documents, whatever edition.
    """

    source_id: int
    ref: StandardRef
    relations: tuple[RecordRelation, ...]
    named: tuple[str, ...]
    columns: tuple[Any, ...]

    @property
    def record(self) -> Record:
        """The record as its source has it."""
        return _record(self.relations, self.ref, *self.columns)

    def record_with(self, more: Iterable[RecordRelation]) -> Record:
        """Return the record with further relations, which other sources state."""
        return _record((*self.relations, *more), self.ref, *self.columns)


def snapshots() -> list[Snapshot]:
    """Return the sources that answers come from; none while the library is not filled.

    The newest comes first: its statement counts where two have one document.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOTS)
        return [
            Snapshot(id_, name, date.fromisoformat(dated), documents, _day(updating))
            for id_, name, dated, documents, updating in cursor.fetchall()
        ]


def fetch_records(bases: Iterable[str]) -> list[Found]:
    """Return the live records of some documents, in the order in which they were stored.

    Of two that one source has of one identifier only the one that counts is made, which is the one that
    :func:`qilian.standards.records.fresher` would choose: a tenth of ISO's documents are there twice.
    """
    found: list[Found] = []
    statement = _DOCUMENTS.replace("RELATIONS", _RELATIONS[connection.vendor])
    for some in _some(bases):
        with _select(statement, some) as cursor:
            counted = {(row[_SOURCE], row[_REF]): row for row in sorted(cursor.fetchall(), key=itemgetter(*_FRESHNESS))}
        for _, source_id, own, *columns, told in sorted(counted.values(), key=itemgetter(0)):
            relations: list[RecordRelation] = []
            named: list[str] = []
            for _, kind, identifier, ref, degree, base in sorted(_DECODER.decode(told)) if told else ():
                relations.append(RecordRelation(_LINKS[kind], identifier, unpack(ref), _DEGREES.get(degree)))
                named.append(base)
            found.append(Found(source_id, unpack(own), tuple(relations), tuple(named), tuple(columns)))
    return found


def fetch_naming(bases: Iterable[str], *, by_adoption: bool = False) -> set[str]:
    """Return the documents whose records name one of ``bases``: by any relation, or by adoption only."""
    found: set[str] = set()
    for some in _some(bases):
        with _select(_ADOPTING if by_adoption else _NAMING, some) as cursor:
            found.update(base for (base,) in cursor.fetchall())
    return found


def _some(bases: Iterable[str]) -> Iterator[list[str]]:
    """Split names so that no statement has more of them than a database takes."""
    names = sorted(bases)
    for start in range(0, len(names), _NAMES_A_STATEMENT):
        yield names[start : start + _NAMES_A_STATEMENT]


def _select(statement: str, names: Sequence[str]) -> CursorWrapper:
    cursor = connection.cursor()
    cursor.execute(statement % ", ".join(["%s"] * len(names)), names)
    return cursor


def _record(
    relations: tuple[RecordRelation, ...],
    ref: StandardRef,
    written: str,
    titles: str,
    status: str,
    published: str | None,
    precision: str,
    in_force_from: str | None,
    withdrawn: str | None,
    stable_until: str | None,
    stage: str,
    doctype: str,
    edition: str,
    committee: str,
    ics: str,
    year: int | None,
    freshness: str,
    member: str,
    digest: str,
) -> Record:
    return Record(
        identifier=written,
        ref=ref,
        titles=_DECODER.raw_decode(titles)[0],
        status=_STATUSES[status],
        published=_when(published, precision),
        in_force_from=_day(in_force_from),
        withdrawn=_day(withdrawn),
        stable_until=_day(stable_until),
        stage=stage,
        doctype=doctype,
        edition=edition,
        committee=committee,
        ics=_codes(ics),
        relations=relations,
        year=year,
        freshness=freshness,
        member=member,
        digest=digest,
    )


@lru_cache(maxsize=10_000)
def _codes(ics: str) -> tuple[str, ...]:
    return tuple(_DECODER.raw_decode(ics)[0])


@lru_cache(maxsize=50_000)
def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=50_000)
def _when(first: str | None, precision: str) -> When | None:
    """Return a date as exact as it was known: of ``2011-07-01`` only the month, if that is its precision."""
    if not first:
        return None
    year, month, day = map(int, first.split("-"))
    return When(year, month if precision != "year" else None, day if precision == "day" else None)
