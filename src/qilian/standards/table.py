"""Reads a table of editions (CSV) into a catalogue.

In comes a CSV file with one row an edition and the columns of :data:`COLUMNS`; out goes a :class:`Catalogue`. All rows
that cannot be read are told together, each with its line.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from qilian.standards.catalogue import Catalogue
from qilian.standards.editions import (
    CONFIDENCES,
    Confidence,
    Degree,
    Edition,
    Milestone,
    Relation,
    RelationKind,
    Status,
    When,
)
from qilian.standards.errors import StandardsError
from qilian.standards.reference import StandardRef
from qilian.text import Text

COLUMNS = (
    "reference", "title_en", "title_zh", "edition", "status", "published", "in_force_from", "in_force_until",
    "inferred", "milestones", "replaces", "replaced_by", "amended_by", "under_revision_by", "adopts",
    "adopts_confidence", "kind", "domain", "source", "source_seen", "confidence", "note",
)  # fmt: skip
"""Lists are split by ``;``. ``published`` is a day, a month or a year; ``inferred`` names the columns whose date is not
from the source. ``adopts`` is stated by the adopting document: ``IDT ISO 12100:2010``. A milestone: ``DATE en|zh``."""

MAX_BYTES = 64_000_000
_SHOWN_FAULTS = 8


def read_table(path: Path, source: str = "", dated: date | None = None) -> Catalogue:
    """Read a table of editions.

    Parameters
    ----------
    path
        The CSV file, UTF-8.
    source
        What to call the data; the file's name if empty.
    dated
        The day on which the data were true; the latest ``source_seen`` in the table if None.

    Raises
    ------
    DocumentError
        If the file cannot be read at all.
    StandardsError
        If it has no header, no rows, or rows that cannot be read: one message with the line of each.
    """
    from qilian.documents import read_bytes  # brings YAML, which a table does without

    data = read_bytes(path, MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StandardsError("not UTF-8 text", where=f"{path.name} line {line}", mend="save it as UTF-8") from None
    editions: list[Edition] = []
    relations: dict[Relation, None] = {}
    lines: dict[StandardRef, int] = {}
    faults: list[str] = []
    refs = _References()
    for line, row in _rows(text, path):
        try:
            edition = _edition(row, refs)
            if edition.ref in lines:
                raise ValueError(f"{edition.ref} is already in line {lines[edition.ref]}")
            row_relations = list(_relations(row, edition, refs))
        except ValueError as error:
            faults.append(f"line {line}: {error}")
            continue
        lines[edition.ref] = line
        editions.append(edition)
        relations.update(dict.fromkeys(row_relations))
    if faults:
        shown = "; ".join(faults[:_SHOWN_FAULTS])
        more = f"; and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
        raise StandardsError(
            f"{len(faults)} rows cannot be read: {shown}{more}", where=path.name, mend="mend these rows"
        )
    if not editions:
        raise StandardsError("a table without rows", where=path.name, mend="write one row for each edition")
    seen = [edition.source_seen for edition in editions if edition.source_seen]
    dated = dated or max(seen, default=None)
    if dated is None:
        raise StandardsError("the table has no date", where=path.name, mend="fill the column source_seen")
    return Catalogue(editions, relations, source or path.name, dated)


class _References(dict[str, StandardRef]):
    """References by their text, each read once."""

    def __missing__(self, text: str) -> StandardRef:
        ref = self[text] = StandardRef.parse_or_named(text)
        return ref


def _rows(text: str, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = next(reader, [])
        missing = [name for name in ("reference", "status") if name not in header]
        unknown = [name for name in header if name not in COLUMNS]
        if missing or unknown:
            fault = f"no column {missing[0]}" if missing else f"unknown column {unknown[0]}"
            raise StandardsError(fault, where=f"{path.name} line 1", mend=f"the columns are {', '.join(COLUMNS)}")
        line = reader.line_num + 1
        for row in reader:
            if len(row) != len(header):
                raise StandardsError(
                    f"{len(row)} cells under {len(header)} columns",
                    where=f"{path.name} line {line}",
                    mend="quote cells that hold a comma",
                )
            yield line, dict(zip(header, row, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise StandardsError(f"not CSV: {error}", where=f"{path.name} line {reader.line_num}") from None


def _edition(row: dict[str, str], refs: _References) -> Edition:
    get = row.get
    reference = get("reference") or ""
    if not reference:
        raise ValueError("reference is empty")
    inferred = get("inferred") or ""
    published = get("published")
    edition = Edition(
        refs[reference],
        Text(get("title_zh") or "", get("title_en") or ""),
        _status(get("status") or ""),
        _when(published, "published" in inferred) if published else None,
        _date(get("in_force_from"), "in_force_from"),
        _date(get("in_force_until"), "in_force_until"),
        get("edition") or "",
        get("kind") or "",
        get("domain") or "",
        tuple(_milestones(get("milestones") or "")),
        get("source") or "",
        _date(get("source_seen"), "source_seen"),
        _confidence(get("confidence") or "unverified"),
        get("note") or "",
    )
    if edition.in_force_from and edition.in_force_until and edition.in_force_until < edition.in_force_from:
        raise ValueError(f"in_force_until {edition.in_force_until} is before in_force_from {edition.in_force_from}")
    return edition


def _relations(row: dict[str, str], edition: Edition, refs: _References) -> Iterator[Relation]:
    own, confidence = edition.ref, edition.confidence
    for text in _list(row.get("replaces")):
        yield Relation(RelationKind.REPLACES, own, refs[text], None, confidence)
    for text in _list(row.get("replaced_by")):
        yield Relation(RelationKind.REPLACES, refs[text], own, None, confidence)
    for text in _list(row.get("amended_by")):
        yield Relation(RelationKind.AMENDED_BY, own, refs[text], None, confidence)
    for text in _list(row.get("under_revision_by")):
        yield Relation(RelationKind.UNDER_REVISION_BY, own, refs[text], None, confidence)
    adopts_confidence = _confidence(row.get("adopts_confidence") or "unverified")
    for text in _list(row.get("adopts")):
        word, _, adopted = text.partition(" ")
        try:
            degree = Degree(word)
        except ValueError:
            raise ValueError(f"adopts: {word} is not one of {', '.join(Degree)}") from None
        yield Relation(RelationKind.ADOPTS, own, refs[adopted], degree, adopts_confidence)


def _list(text: str | None) -> list[str]:
    return [word for each in text.split(";") if (word := each.strip())] if text else []


def _milestones(text: str) -> Iterator[Milestone]:
    for each in _list(text):
        day, _, words = each.partition(" ")
        en, _, zh = words.partition("|")
        when = _date(day, "milestones")
        if when is None or not en.strip():
            raise ValueError(f"milestones: {each!r} is not DATE en | zh")
        yield Milestone(when, Text(zh.strip(), en.strip()))


def _when(text: str, inferred: bool) -> When:
    try:
        return When.parse(text, inferred)
    except ValueError:
        raise ValueError(f"published: {text!r} is not a date; write 2025-02-13, 2025-02 or 2025") from None


def _date(text: str | None, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column}: {text!r} is not a date; write 2025-02-13") from None


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise ValueError(f"status: {text!r} is not one of {', '.join(Status)}") from None


def _confidence(text: str) -> Confidence:
    for each in CONFIDENCES:
        if each == text:
            return each
    raise ValueError(f"confidence: {text!r} is not one of {', '.join(CONFIDENCES)}")
