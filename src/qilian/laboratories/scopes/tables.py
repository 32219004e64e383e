"""Streams the rows of a CSV or XLSX file of any size, and gives every row that it cannot cut into cells back.

In comes a path (``.csv``, ``.tsv``, ``.csv.gz``, ``.xlsx``); out go rows of text with the line on which they start.
Text is UTF-8, UTF-16 or GB 18030, line by line where a file mixes them. A quote that is never closed costs its own line
only: the lines after it are read again.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from qilian.laboratories.errors import LaboratoryError
from qilian.text import Text

MAX_LINES_OF_A_ROW = 200
_OPEN_QUOTE = Text("引号未闭合", "a quote that is not closed")
_CLOSE_IT = Text(
    "在单元格末尾补上引号；单元格里的引号要写成两个", "close the quote; a quote within a cell is written twice"
)
_SAVE_AGAIN = Text("用表格软件打开，另存为 CSV（UTF-8）或 XLSX", "save the table again as CSV (UTF-8) or XLSX")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table that has a cell for each column."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row that was not taken over, why, and how to mend it."""

    line: int
    why: Text
    text: str
    mend: Text


Read: TypeAlias = Row | UnreadRow


def read_table(path: Path) -> tuple[list[str], Iterator[Read]]:
    """Open a table.

    Returns
    -------
    list of str
        The header.
    iterator
        Its rows, and the rows that could not be read; blank lines are passed over.

    Raises
    ------
    LaboratoryError
        If the file is missing, empty, or neither CSV nor XLSX.
    """
    if not path.is_file():
        raise LaboratoryError("no such file", where=str(path), mend="check the path")
    rows = _sheet(path) if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods") else _separated(path)
    header = next(rows, None)
    if not isinstance(header, Row):
        raise LaboratoryError("empty, or its first row cannot be read", where=path.name, mend="give a header")
    names = [cell.strip() for cell in header.cells]
    return names, _of_width(rows, len(names))


def _of_width(rows: Iterator[Read], width: int) -> Iterator[Read]:
    for row in rows:
        if isinstance(row, Row) and len(row.cells) != width:
            cells = row.cells
            if len(cells) < width or any(cells[width:]):
                why = Text(f"{width} 列表头下有 {len(cells)} 格", f"{len(cells)} cells under {width} columns")
                mend = Text(
                    f"补足或删去多余的格，使这一行有 {width} 格；内容里有逗号的单元格要加引号",
                    f"give the row {width} cells; quote a cell that holds a comma",
                )
                yield UnreadRow(row.line, why, " | ".join(cells)[:200], mend)
                continue
            row = Row(row.line, cells[:width])
        yield row


class _Lines:
    """The text lines of a file, which can be put back; remembers those of the row that is being read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: list[str] = []
        self.number = 0
        self.row: list[str] = []
        head = stream.read(4)
        stream.seek(0)
        self._wide = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        self._source = self._decoded()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._source)
        self.number += 1
        self.row.append(line)
        return line

    def put_back(self) -> None:
        """Put all lines of the row but its first one back."""
        rest = self.row[1:]
        self._waiting.extend(reversed(rest))
        self.number -= len(rest)

    def _decoded(self) -> Iterator[str]:
        if self._wide:
            text = self._stream.read().decode(self._wide, errors="replace")
            yield from text.splitlines(keepends=True)
            return
        first = True
        for raw in self._stream:
            if first:
                raw, first = raw.removeprefix(b"\xef\xbb\xbf"), False
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError:
                yield _decoded_otherwise(raw)


def _decoded_otherwise(raw: bytes) -> str:
    for encoding in ("gb18030", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def _separated(path: Path) -> Iterator[Read]:
    with ExitStack() as stack:
        packed = path.suffix.lower() == ".gz"
        stream: BinaryIO = stack.enter_context(path.open("rb"))
        if packed:
            stream = cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=stream)))
        try:
            yield from _rows(_Lines(stream))
        except (EOFError, gzip.BadGzipFile, OSError) as error:
            raise LaboratoryError(
                f"cannot be read to its end ({error})", where=path.name, mend="copy it again"
            ) from None


def _rows(lines: _Lines) -> Iterator[Read]:
    delimiter = ","
    width = 0
    reader = csv.reader(lines)
    while True:
        lines.row = []
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            text = lines.row[0][:200] if lines.row else ""
            yield UnreadRow(start, Text(f"不是 CSV：{error}", f"not CSV: {error}"), text, _SAVE_AGAIN)
            lines.put_back()
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        taken = len(lines.row)
        if taken > 1 and (taken > MAX_LINES_OF_A_ROW or (width and len(cells) != width)):
            yield UnreadRow(start, _OPEN_QUOTE, lines.row[0][:200], _CLOSE_IT)
            lines.put_back()
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        if not any(cells):
            continue
        if not width:
            if len(cells) == 1:
                delimiter = next((sign for sign in "\t;|" if sign in cells[0]), ",")
                cells = cells[0].split(delimiter) if delimiter != "," else cells
                reader = csv.reader(lines, delimiter=delimiter)
            width = len(cells)
        yield Row(start, cells)


def _sheet(path: Path) -> Iterator[Read]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = workbook.get_sheet_by_index(0)
        width = 0
        for line, values in enumerate(sheet.iter_rows(), start=1 + (sheet.start[0] if sheet.start else 0)):
            cells = [_cell(value) for value in values]
            if any(cells):
                width = width or len(cells)
                yield Row(line, cells)
    except (CalamineError, OSError) as error:
        raise LaboratoryError(f"not a spreadsheet: {error}", where=path.name, mend="save it as .xlsx or .csv") from None


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
