"""Between the engine's records and the library's rows: what is stored of a record, and the record made of it again.

Nothing here needs Django, so that worker processes can make rows without it.
"""

import json
from dataclasses import fields
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypedDict

from qilian.standards.records import Record, RecordRelation
from qilian.standards.reference import Amendment, StandardRef

ROW_VERSION = b"3"
"""Part of every stored digest: raise it when rows are made differently, and the next import writes them all anew."""
MAX_NAME_BYTES = 2_000

_NAMES = tuple(each.name for each in fields(StandardRef) if each.name not in ("amendments", "adopted"))


class RelationRow(NamedTuple):
    """What :class:`~qilian.portal.library.models.Relation` holds."""

    kind: str
    identifier: str
    ref: str
    base: str
    degree: str


class Row(NamedTuple):
    """What :class:`~qilian.portal.library.models.Document` holds, in its columns' order, and its relations.

    Values are as both databases take them: dates in ISO form, JSON as text.
    """

    member: str
    digest: str
    identifier: str
    written: str
    ref: str
    base: str
    publisher: str
    titles: str
    status: str
    published: str | None
    published_precision: str
    in_force_from: str | None
    withdrawn: str | None
    stable_until: str | None
    stage: str
    doctype: str
    edition: str
    committee: str
    ics: str
    year: int | None
    freshness: str
    relations: tuple[RelationRow, ...]


class Fault(NamedTuple):
    """A member that is no record, and why."""

    member: str
    digest: str
    reason: str


def digest_of(data: bytes) -> str:
    """Return the digest by which a member is known to be unchanged since it was stored."""
    return blake2b(data, digest_size=16, person=ROW_VERSION).hexdigest()


def base_of(ref: StandardRef) -> str:
    """Return the document of a reference, whatever edition, as one text: ``ISO||10218|1``."""
    return "|".join(ref.base_key)


def row_of(record: Record, digest: str) -> Row:
    """Return what is stored of a record."""
    return Row(
        member=record.member,
        digest=digest,
        identifier=str(record.ref),
        written=record.identifier,
        ref=pack(record.ref),
        base=base_of(record.ref),
        publisher=record.ref.publisher,
        titles=_json(dict(record.titles)),
        status=record.status.value,
        published=_iso(record.published.first if record.published else None),
        published_precision=record.published.precision if record.published else "",
        in_force_from=_iso(record.in_force_from),
        withdrawn=_iso(record.withdrawn),
        stable_until=_iso(record.stable_until),
        stage=record.stage,
        doctype=record.doctype,
        edition=record.edition,
        committee=record.committee,
        ics=_json(list(record.ics)),
        year=record.year,
        freshness=record.freshness,
        relations=tuple(map(_relation_row, record.relations)),
    )


def unfit_for_storage(row: Row) -> str:
    """Say why a row cannot be stored in every database: a name too long for an index, or no text; empty if it can."""
    names = [row.member, row.identifier, row.base, *(each.base for each in row.relations)]
    texts = [
        value for value in (*row[:-1], *(part for each in row.relations for part in each)) if isinstance(value, str)
    ]
    try:
        longest = max(len(name.encode()) for name in names)
        whole = "".join(texts)
        whole.encode()
    except UnicodeEncodeError:
        return "holds a half of a surrogate pair, which is no letter"
    if "\0" in whole or "\\u0000" in whole:
        return "holds the character NUL"
    return f"a name of {longest} bytes; at most {MAX_NAME_BYTES}" if longest > MAX_NAME_BYTES else ""


def pack(ref: StandardRef) -> str:
    """Write the parts of a reference as JSON; :func:`unpack` reads them ten times faster than the grammar would."""
    return json.dumps(_parts(ref), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=50_000)
def unpack(text: str) -> StandardRef:
    """Return the reference that :func:`pack` wrote."""
    parts: _Parts = json.loads(text)
    return _ref(parts)


class _Parts(TypedDict, total=False):
    """The parts of a reference that are not empty."""

    publisher: str
    number: str
    part: str
    kind: str
    stage: str
    iteration: str
    year: int
    month: int
    edition: str
    version: str
    amendments: list[tuple[str, str, int | None, bool, str]]
    variant: str
    clause: str
    adopted: "_Parts"
    title: str


def _parts(ref: StandardRef) -> dict[str, object]:
    parts: dict[str, object] = {name: value for name in _NAMES if (value := getattr(ref, name))}
    if ref.amendments:
        parts["amendments"] = [(a.kind, a.number, a.year, a.consolidated, a.stage) for a in ref.amendments]
    if ref.adopted:
        parts["adopted"] = _parts(ref.adopted)
    return parts


def _ref(parts: _Parts) -> StandardRef:
    return StandardRef(
        parts.get("publisher", ""),
        parts.get("number", ""),
        parts.get("part", ""),
        parts.get("kind", ""),
        parts.get("stage", ""),
        parts.get("iteration", ""),
        parts.get("year"),
        parts.get("month"),
        parts.get("edition", ""),
        parts.get("version", ""),
        tuple(Amendment(*each) for each in parts.get("amendments", ())),
        parts.get("variant", ""),
        parts.get("clause", ""),
        _ref(parts["adopted"]) if "adopted" in parts else None,
        parts.get("title", ""),
    )


def _relation_row(each: RecordRelation) -> RelationRow:
    degree = each.degree.value if each.degree else ""
    return RelationRow(each.kind.value, str(each.ref), pack(each.ref), base_of(each.ref), degree)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _json(value: dict[str, str] | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
