"""Reads a national catalogue as a table: CSV or XLSX, one row a document, headings in Chinese or English.

In comes a file with the columns of ``templates/national.csv`` or the headings that catalogues of national standards use
(标准号, 实施日期, 代替标准, ...); out comes a :class:`~qilian.standards.records.Record` for each row that can be read,
and an :class:`Unread` with line and reason for each that cannot.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from qilian.standards.archives import ArchiveError, Limits, open_zip, read_zip_member
from qilian.standards.editions import Degree, Status, When
from qilian.standards.errors import NotAReference, StandardsError
from qilian.standards.records import Link, Record, RecordRelation
from qilian.standards.reference import StandardRef
from qilian.standards.stages import PUBLISHED, WITHDRAWN

TEMPLATE = Path(__file__).parent / "templates" / "national.csv"
"""An example with all columns; ``number`` and ``status`` must be there. Lists are split by ``;``."""

MAX_BYTES = 64_000_000
MAX_ROWS = 1_000_000
_MAX_CELL = 2_000
_MAX_COLUMNS = 100
_XLSX_LIMITS = Limits(member_bytes=150_000_000, total_bytes=300_000_000, members=2_000)


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that cannot be read: its 1-based line in the table, and why."""

    line: int
    reason: str


_HEADINGS = MappingProxyType(
    {
        "number": "number 标准号 标准编号 identifier",
        "title_zh": "title_zh 标准名称 中文标准名称 标准中文名称 中文名称 名称",
        "title_en": "title_en 英文标准名称 标准英文名称 英文名称 title",
        "published": "published 发布日期",
        "in_force_from": "in_force_from 实施日期",
        "withdrawn": "withdrawn 废止日期",
        "status": "status 标准状态 状态",
        "replaces": "replaces 代替标准 代替标准号 代替",
        "replaced_by": "replaced_by 被代替标准 被代替标准号 被代替",
        "adopts": "adopts 采标 采用标准 采用国际标准 采标号 采用标准号",
        "committee": "committee 归口单位 归口部门 技术归口",
        "ics": "ics 国际标准分类号 ics分类号",
    }
)
_COLUMN_OF = {heading: column for column, headings in _HEADINGS.items() for heading in headings.split()}

_STATUSES = MappingProxyType(
    {
        Status.CURRENT: "current 现行 现行有效 有效 即将实施 published",
        Status.SUPERSEDED: "superseded 被代替 已被代替 被替代",
        Status.WITHDRAWN: "withdrawn 废止 已废止 作废",
        Status.DRAFT: "draft 草案 征求意见 正在起草 在研",
        Status.UNKNOWN: "unknown 未知",
    }
)
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words.split()}
_STAGES = {Status.CURRENT: PUBLISHED, Status.SUPERSEDED: WITHDRAWN, Status.WITHDRAWN: WITHDRAWN}
_DEGREES = MappingProxyType({each.value.upper(): each for each in Degree} | {"等同": Degree.IDENTICAL})
_DEGREE = re.compile(r"(?:\A|[ (（,，])(IDT|MOD|EQV|NEQ|等同)(?:[ )）,，:：]|\Z)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?\Z")


def read_national(path: Path) -> Iterator[Record | Unread]:
    """Read a national catalogue.

    Parameters
    ----------
    path
        A .csv (UTF-8, or GB 18030 as spreadsheets write it) or an .xlsx (first sheet).

    Raises
    ------
    StandardsError
        If the file cannot be read as a table, lacks the column of numbers or of statuses, or has one column twice.
    """
    rows = _sheet_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    columns: dict[str, int] = {}
    for line, cells in rows:
        if not columns:
            columns = _columns(cells, path, line)
        elif any(cells):
            try:
                yield _record({name: cells[at] if at < len(cells) else "" for name, at in columns.items()}, path, line)
            except ValueError as error:
                yield Unread(line, str(error))
        if line > MAX_ROWS:
            raise StandardsError(f"more than {MAX_ROWS:,} rows", where=path.name, mend="split the table")
    if not columns:
        raise StandardsError("an empty table", where=path.name, mend=f"start from the template {TEMPLATE.name}")


# -- rows of cells -----------------------------------------------------------------------------------------------------


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    from qilian.documents import read_bytes  # brings YAML, which a sheet does without

    text = _decoded(read_bytes(path, MAX_BYTES), path)
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [" ".join(cell.split()) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise StandardsError(f"not CSV: {error}", where=f"{path.name} line {line}", mend="mend the quotes") from None


def _decoded(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise StandardsError("not a text file", where=path.name, mend="save the table as CSV in UTF-8, or as .xlsx")


def _sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook  # only for this kind of file

    _check_unpacked(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            for line, cells in enumerate(sheet.iter_rows(), 1 + (sheet.start or (0, 0))[0]):
                yield line, [_cell(cell) for cell in cells]
    except (CalamineError, OSError, IndexError, ValueError) as error:
        words = " ".join(str(error).split())[:120]
        raise StandardsError(f"not a workbook ({words})", where=path.name, mend="save it as .xlsx again") from None


def _check_unpacked(path: Path) -> None:
    """Refuse a workbook that unpacks to more than a table can be, before anything reads it whole."""
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        raise StandardsError("no such file", where=str(path), mend="check the path") from None
    if size > MAX_BYTES:
        raise StandardsError(f"larger than {MAX_BYTES // 1_000_000} MB", where=path.name, mend="split the table")
    with open_zip(path, _XLSX_LIMITS) as book:
        if sum(info.file_size for info in book.infolist()) > _XLSX_LIMITS.total_bytes:
            raise ArchiveError("unpacks to more than a table can be", where=path.name, mend="split the table")
        for info in book.infolist():
            read_zip_member(book, info, _XLSX_LIMITS.member_bytes, path)


def _cell(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _columns(cells: list[str], path: Path, line: int) -> dict[str, int]:
    """Find the columns; other headings are let alone, because catalogues have many."""
    columns: dict[str, int] = {}
    for at, heading in enumerate(cells[:_MAX_COLUMNS]):
        name = _COLUMN_OF.get(heading.replace(" ", "").lower())
        if name in columns:
            raise StandardsError(f"two columns for {name}", where=f"{path.name} line {line}", mend="keep one of them")
        if name:
            columns[name] = at
    for name in ("number", "status"):
        if name not in columns:
            words = _HEADINGS[name].replace(" ", ", ")
            raise StandardsError(
                f"no column {name}", where=f"{path.name} line {line}", mend=f"name one column as one of: {words}"
            )
    return columns


# -- one row -----------------------------------------------------------------------------------------------------------


def _record(row: dict[str, str], path: Path, line: int) -> Record:
    """Make a record of a row.

    Raises
    ------
    ValueError
        Naming the column that cannot be read.
    """
    long = next((name for name, cell in row.items() if len(cell) > _MAX_CELL), None)
    if long:
        raise ValueError(f"{long}: longer than {_MAX_CELL:,} letters")
    get = row.get
    number = get("number", "")
    ref = _reference(number, "number")
    word = get("status", "")
    status = _STATUS_OF.get(word.lower())
    if status is None:
        known = ", ".join(words.split()[0] for words in _STATUSES.values())
        raise ValueError(f"status: {word!r} is none of {known}" if word else "status: empty")
    in_force_from, withdrawn = _day(get("in_force_from", ""), "in_force_from"), _day(get("withdrawn", ""), "withdrawn")
    published = _when(get("published", ""), "published")
    if published and in_force_from and in_force_from < published.first:
        raise ValueError(f"in_force_from: {in_force_from} is before its publication, {published}")
    if in_force_from and withdrawn and withdrawn < in_force_from:
        raise ValueError(f"withdrawn: {withdrawn} is before in_force_from, {in_force_from}")
    titles = {language: title for language in ("zh", "en") if (title := get(f"title_{language}", ""))}
    return Record(
        number,
        ref,
        titles,
        status,
        published,
        in_force_from,
        withdrawn,
        stage=_STAGES.get(status, ""),
        committee=get("committee", ""),
        ics=tuple(_list(get("ics", ""))),
        relations=tuple(dict.fromkeys(_relations(row))),
        member=f"{path.name} line {line}",
        digest=_digest(row.items()),
    )


def _digest(cells: Iterable[tuple[str, str]]) -> str:
    """The digest of what was read of a row: neither its line nor an unknown column makes it another one."""
    text = "\0".join(f"{name}={cell}" for name, cell in sorted(cells))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _relations(row: dict[str, str]) -> Iterator[RecordRelation]:
    for column, kind in (("replaces", Link.REPLACES), ("replaced_by", Link.REPLACED_BY)):
        for text in _list(row.get(column, "")):
            yield RecordRelation(kind, text, _reference(text, column))
    for text in _list(row.get("adopts", "")):
        found = _DEGREE.search(text)
        plain = " ".join(_DEGREE.sub(" ", text).split()).strip("(（,，)） ") if found else text
        degree = _DEGREES[found[1].upper()] if found else Degree.UNSPECIFIED
        yield RecordRelation(Link.ADOPTS, plain, _reference(plain, "adopts"), degree)


def _reference(text: str, column: str) -> StandardRef:
    if not text:
        raise ValueError(f"{column}: empty")
    try:
        return StandardRef.parse(text)
    except NotAReference:
        raise ValueError(f"{column}: {text[:60]!r} is not the number of a standard") from None


def _list(text: str) -> list[str]:
    return [word for each in re.split("[;；、|]", text) if (word := each.strip())]


def _when(text: str, column: str) -> When | None:
    if not text:
        return None
    found = _DATE.match(text)
    try:
        if found is None:
            raise ValueError
        return When.parse("-".join(word.zfill(2) for word in found.groups() if word))
    except ValueError:
        raise ValueError(f"{column}: {text[:40]!r} is not a date; write 2025-02-13") from None


def _day(text: str, column: str) -> date | None:
    when = _when(text, column)
    if when is not None and when.precision != "day":
        raise ValueError(f"{column}: {text!r} is not a whole date; write 2025-02-13")
    return when.first if when else None
