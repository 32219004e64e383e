"""Reads a network folder: ``geography.yaml``, ``laboratories.yaml``, ``benches.csv``, ``scope.csv``, ``busy.csv``.

In comes the folder; out goes a :class:`Network`. Every row that cannot be read is reported with its file and line, all
of them in one :class:`NetworkFileError`. CSV files may open with comment lines that start with ``#``; ``busy.csv`` may
be absent. The README.md of the sample network says what the columns mean.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from qilian.documents import Document, csv_rows, read_yaml, shaped
from qilian.errors import QilianError
from qilian.laboratories.errors import LaboratoryError, NetworkFileError
from qilian.laboratories.geography import Geography
from qilian.laboratories.model import (
    Bench,
    Busy,
    Laboratory,
    Limit,
    Network,
    OpeningHours,
    ScopeLine,
)
from qilian.standards import StandardRef
from qilian.text import Text

MAX_CSV_BYTES = 200_000_000

Row: TypeAlias = Mapping[str, str]
Made = TypeVar("Made")
Source = TypeVar("Source")
Placed: TypeAlias = tuple[Made, str]  # what was read, and where

_BENCH_COLUMNS = ("bench", "laboratory", "name_zh", "name_en", "opens")
_BUSY_COLUMNS = ("bench", "from", "until")
_SCOPE_COLUMNS = (
    *("row", "laboratory", "benches", "object_zh", "object_en", "parameter_zh", "parameter_en"),
    *("reference", "clause", "test", "limits", "hours", "price", "accredited"),
)
_NUMBER = r"-?\d+(?:\.\d+)?"
_LIMIT = re.compile(rf"(?P<name>[a-z_]+) (?P<low>{_NUMBER})?\.\.(?P<high>{_NUMBER})?(?: (?P<unit>\S+))?")
_TRUTH = {"yes": True, "no": False}


def read_network(folder: Path) -> Network:
    """Read the network of ``folder``.

    Raises
    ------
    NetworkFileError
        If rows or fields are unreadable, or name what does not exist; it holds one fault for each.
    QilianError
        If a file is missing or is not what its name says.
    """
    from qilian.laboratories.door import NetworkForm

    faults: list[LaboratoryError] = []
    geography = read_geography(folder / "geography.yaml")
    document = read_yaml(folder / "laboratories.yaml")
    form = shaped(document, document.value, NetworkForm)
    units = {name: limit.unit for name, limit in form.limits.items()}
    heads = _heads(document, form.laboratories, faults)
    benches = list(_rows(folder / "benches.csv", _BENCH_COLUMNS, _bench, faults))
    lines = list(_rows(folder / "scope.csv", _SCOPE_COLUMNS, lambda row: _scope_line(row, units), faults))
    slots = list(_rows(folder / "busy.csv", _BUSY_COLUMNS, _slot, faults)) if (folder / "busy.csv").exists() else []
    faults = faults or list(_check(heads, benches, lines, slots))
    if faults:
        raise NetworkFileError(faults)
    laboratories = _assemble(heads, benches, lines, slots)
    labels = {name: limit.label for name, limit in form.limits.items()}
    return Network(laboratories, geography, form.sample, form.notice, labels)


def read_geography(path: Path) -> Geography:
    """Read cities and the transfer assumption.

    Raises
    ------
    QilianError
        With file and line, if a field is missing or of the wrong kind.
    """
    from qilian.laboratories.door import GeographyForm

    document = read_yaml(path)
    return shaped(document, document.value, GeographyForm).made()


def _heads(document: Document, raw: list[object], faults: list[LaboratoryError]) -> list[Laboratory]:
    """Make the laboratories, still without benches and lines."""
    from qilian.laboratories.door import LaboratoryForm

    def head(number: int) -> Laboratory:
        return shaped(document, raw[number], LaboratoryForm, ("laboratories", number)).made()

    places = [document.where(("laboratories", number)) for number in range(len(raw))]
    return [made for number, where in enumerate(places) for made in _tried(head, number, where, faults)]


def _bench(row: Row) -> Bench:
    return Bench(
        _id(row, "bench"), _id(row, "laboratory"), Text(row["name_zh"], row["name_en"]), _opening(row["opens"])
    )


def _slot(row: Row) -> tuple[str, Busy]:
    try:
        begin, finish = datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["until"])
    except ValueError:
        raise LaboratoryError(
            f"{row['from']} to {row['until']}: not times", mend="write e.g. 2026-12-01T08:00"
        ) from None
    if begin.tzinfo or finish.tzinfo or finish <= begin:
        raise LaboratoryError("a slot that ends before it starts, or with a zone", mend="write local times in order")
    return _id(row, "bench"), (begin, finish)


def _scope_line(row: Row, units: Mapping[str, str]) -> ScopeLine:
    if row["accredited"] not in _TRUTH:
        raise LaboratoryError(f"accredited: {row['accredited']}", mend="write yes or no")
    limits = _limits(row["limits"])
    for limit in limits:
        if limit.name not in units:
            raise LaboratoryError(f"{limit.name}: unknown limit", mend=f"write one of {', '.join(units)}")
        if limit.unit != units[limit.name]:
            raise LaboratoryError(f"{limit.name} in {limit.unit or 'no unit'}", mend=f"write it in {units[limit.name]}")
    return ScopeLine(
        row=_id(row, "row"),
        laboratory=_id(row, "laboratory"),
        benches=tuple(row["benches"].split()),
        object=_text(row["object_zh"], row["object_en"]),
        parameter=_text(row["parameter_zh"], row["parameter_en"]),
        reference=_reference(row["reference"]),
        clause=row["clause"],
        test=row["test"] or None,
        limits=limits,
        hours=_whole(row, "hours"),
        price=_whole(row, "price"),
        accredited=_TRUTH[row["accredited"]],
    )


def _check(
    heads: list[Laboratory],
    benches: list[Placed[Bench]],
    lines: list[Placed[ScopeLine]],
    slots: list[Placed[tuple[str, Busy]]],
) -> Iterator[LaboratoryError]:
    """Yield a fault for each row whose id is taken, or that names a laboratory or bench that does not exist."""
    laboratories = {head.id for head in heads}
    owner: dict[str, str] = {}
    for bench, where in benches:
        if bench.id in owner or bench.laboratory not in laboratories:
            yield LaboratoryError(f"bench {bench.id}: given twice, or in no known laboratory", where=where)
        owner[bench.id] = bench.laboratory
    seen: set[str] = set()
    for line, where in lines:
        if line.row in seen or line.laboratory not in laboratories:
            yield LaboratoryError(f"scope line {line.row}: given twice, or of no known laboratory", where=where)
        seen.add(line.row)
        for bench_id in line.benches:
            if owner.get(bench_id) != line.laboratory:
                yield LaboratoryError(f"bench {bench_id} is not in {line.laboratory}", where=where)
    for (bench_id, _), where in slots:
        if bench_id not in owner:
            yield LaboratoryError(f"bench {bench_id} does not exist", where=where)


def _assemble(
    heads: list[Laboratory],
    benches: list[Placed[Bench]],
    lines: list[Placed[ScopeLine]],
    slots: list[Placed[tuple[str, Busy]]],
) -> tuple[Laboratory, ...]:
    """Give each laboratory its benches with their bookings, and its lines."""
    busy: dict[str, list[Busy]] = {}
    for (bench_id, slot), _ in slots:
        busy.setdefault(bench_id, []).append(slot)
    own_benches: dict[str, list[Bench]] = {}
    for bench, _ in benches:
        booked = replace(bench, busy=tuple(sorted(busy[bench.id]))) if bench.id in busy else bench
        own_benches.setdefault(bench.laboratory, []).append(booked)
    own_lines: dict[str, list[ScopeLine]] = {}
    for line, _ in lines:
        own_lines.setdefault(line.laboratory, []).append(line)
    return tuple(
        replace(head, benches=tuple(own_benches.get(head.id, ())), lines=tuple(own_lines.get(head.id, ())))
        for head in heads
    )


def _rows(
    path: Path, columns: tuple[str, ...], make: Callable[[Row], Made], faults: list[LaboratoryError]
) -> Iterator[Placed[Made]]:
    """Yield what ``make`` makes of each row, with its place; keep the faults of the others."""
    rows = csv_rows(path, MAX_CSV_BYTES, LaboratoryError)
    _line, header = next(rows, (1, []))
    missing = [column for column in columns if column not in header]
    if missing:
        raise LaboratoryError(f"column {missing[0]} is missing", where=path.name, mend=f"give {', '.join(columns)}")
    for line, cells in rows:
        where = f"{path.name} line {line}"
        if len(cells) == len(header):
            row = dict(zip(header, cells, strict=True))
            yield from ((made, where) for made in _tried(make, row, where, faults))
        elif cells:
            faults.append(LaboratoryError(f"{len(cells)} cells under {len(header)} columns", where=where))


def _tried(make: Callable[[Source], Made], source: Source, where: str, faults: list[LaboratoryError]) -> Iterator[Made]:
    """Yield what ``make`` makes of ``source``, or keep the fault and yield nothing."""
    try:
        yield make(source)
    except QilianError as error:
        faults.append(LaboratoryError(error.what, where=error.where or where, mend=error.mend))


def _id(row: Row, column: str) -> str:
    if not row[column] or row[column] != row[column].strip():
        raise LaboratoryError(f"{column}: empty, or with spaces around it", mend="write an id")
    return row[column]


def _whole(row: Row, column: str) -> int:
    if not row[column].isdecimal() or len(row[column]) > 9:
        raise LaboratoryError(f"{column}: {row[column]!r} is not a whole number", mend="write digits only")
    return int(row[column])


# The same few texts, references and limits stand in many rows: each is made once.
_text = lru_cache(maxsize=8192)(Text)
_reference = lru_cache(maxsize=8192)(StandardRef.parse_or_named)
_opening = lru_cache(maxsize=256)(OpeningHours.parse)


@lru_cache(maxsize=8192)
def _limits(cell: str) -> tuple[Limit, ...]:
    """Read ``payload 0..50 kg; temperature -40..85 degC``; an absent end is open."""
    return tuple(_limit(part.strip()) for part in cell.split(";")) if cell.strip() else ()


def _limit(text: str) -> Limit:
    found = _LIMIT.fullmatch(text)
    if not found:
        raise LaboratoryError(f"{text!r}: not a limit", mend="write name low..high unit, e.g. payload 0..50 kg")
    low, high = found["low"], found["high"]
    return Limit(found["name"], float(low) if low else None, float(high) if high else None, found["unit"] or "")
