"""Keeps what was imported: one folder for each source, from which the index can always be built again.

In comes a scope table, streamed once; out go its distinct wordings, its laboratories and three numbers for each line
(laboratory, wording, line of the file), each file with its checksum, and a list of every row that was not taken over.
"""

import csv
import json
import re
import shutil
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.scopes.columns import map_for
from qilian.laboratories.scopes.tables import Row, UnreadRow, read_table
from qilian.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]

FORMAT = "qilian-scope-source/1"
_LINES_AT_ONCE = 1 << 18
_LEAST_CELLS = 2
_NO_LABORATORY = Text("没有写明实验室", "no laboratory")
_TOO_LITTLE = Text(
    "检测对象、项目、标准只写了一项或一项没写", "fewer than two of object, parameter and standard are given"
)
_NAME_IT = Text("填写实验室的名称或编号", "write the name or id of the laboratory")
_SAY_MORE = Text("检测对象、项目、标准至少填写两项", "fill in at least two of object, parameter and standard")
_FILES = ("wordings.jsonl", "laboratories.jsonl", "lines.bin")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a scope line says, as its table writes it."""

    object: str
    parameter: str
    standard: str
    limit: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the rows of a table: ``rows`` is ``read`` plus ``unread``.

    Attributes
    ----------
    source
        The name under which it is kept; a later import of the same name replaces it.
    unread_file
        CSV with the line, reason, beginning and mend of every row that was not taken over, in Chinese and English.
    """

    source: str
    columns: str
    rows: int
    read: int
    unread: int
    laboratories: int
    wordings: int
    unread_file: Path


def write_source(
    path: Path,
    sources: Path,
    *,
    columns: Mapping[str, str] | None = None,
    laboratory: str = "",
    name: str = "",
    sole: bool = False,
) -> ImportReport:
    """Read a table into its folder under ``sources``.

    Parameters
    ----------
    columns
        A map of one's own (see :func:`~qilian.laboratories.scopes.columns.map_for`).
    laboratory
        The laboratory of the whole table, where no column names it.
    name
        The name of the source; the file's name if empty.
    sole
        The whole table is of ``laboratory``, whatever its columns say.

    Raises
    ------
    LaboratoryError
        If the table has no readable header, or nobody says whose scope it is.
    """
    table = open_table(path, columns=columns, laboratory=laboratory, sole=sole)
    source = re.sub(r"[^\w.-]+", "_", name or path.name)
    folder = sources / source
    draft = sources / f".{source}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    with _Writer(draft) as writer:
        for line in table.lines:
            if isinstance(line, UnreadRow):
                writer.refuse(line)
            else:
                writer.take(line)
    report = writer.report(source, table.columns, folder / "unread.csv")
    checksums = {file: checksum(draft / file) for file in _FILES}
    head = {"format": FORMAT, "files": checksums, **{k: v for k, v in asdict(report).items() if k != "unread_file"}}
    (draft / "source.json").write_text(json.dumps(head, ensure_ascii=False, indent=1), encoding="utf-8")
    old = sources / f".{source}.old"
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return report


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of a table that was taken over."""

    row: int
    laboratory: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class ScopeTable:
    """A table that is being read: the name of its column map, and its lines and unread rows, each once."""

    columns: str
    lines: Iterator[TableLine | UnreadRow]


def open_table(
    path: Path, *, columns: Mapping[str, str] | None = None, laboratory: str = "", sole: bool = False
) -> ScopeTable:
    """Open a scope table; see :func:`write_source` for what its options mean, and what it raises."""
    header, rows = read_table(path)
    mapped = map_for(header, columns)
    places = mapped.positions(header)
    if sole:
        places["laboratory"] = ()
    if not places["laboratory"] and not laboratory:
        raise LaboratoryError(
            "no column names the laboratory", where=path.name, mend="name the column, or the laboratory"
        )
    return ScopeTable(
        mapped.name, (row if isinstance(row, UnreadRow) else _taken(row, places, laboratory) for row in rows)
    )


def _taken(row: Row, places: Mapping[str, tuple[int, ...]], laboratory: str) -> TableLine | UnreadRow:
    cells = row.cells
    owner = _cell(cells, places["laboratory"]) or laboratory
    wording = [_cell(cells, places[field]) for field in ("object", "parameter", "standard", "limit")]
    if not owner:
        return UnreadRow(row.line, _NO_LABORATORY, " | ".join(cells)[:200], _NAME_IT)
    if sum(map(bool, wording[:3])) < _LEAST_CELLS:
        return UnreadRow(row.line, _TOO_LITTLE, " | ".join(cells)[:200], _SAY_MORE)
    return TableLine(row.line, owner, Wording(*wording))


class _Writer:
    """Writes one source; the wordings and laboratories get their numbers in the order of their first line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wordings: dict[bytes, int] = {}
        self._laboratories: dict[str, int] = {}
        self._numbers = array("I")
        self._read = self._unread = 0

    def __enter__(self) -> "_Writer":
        self._wording_file: IO[str] = (self._folder / "wordings.jsonl").open("w", encoding="utf-8", newline="\n")
        self._line_file: IO[bytes] = (self._folder / "lines.bin").open("wb")
        self._unread_file: IO[str] = (self._folder / "unread.csv").open("w", encoding="utf-8", newline="")
        self._refused = csv.writer(self._unread_file)
        self._refused.writerow(("line", "reason_zh", "reason", "text", "mend_zh", "mend"))
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        for file in (self._wording_file, self._line_file, self._unread_file):
            file.close()
        with (self._folder / "laboratories.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(json.dumps(name, ensure_ascii=False) + "\n" for name in self._laboratories)

    def take(self, line: TableLine) -> None:
        said = line.wording
        wording = (said.object, said.parameter, said.standard, said.limit)
        digest = blake2b("\x1f".join(wording).encode("utf-8", "replace"), digest_size=12).digest()
        number = self._wordings.get(digest)
        if number is None:
            number = self._wordings[digest] = len(self._wordings)
            self._wording_file.write(json.dumps(wording, ensure_ascii=False) + "\n")
        owner = self._laboratories.setdefault(line.laboratory, len(self._laboratories))
        self._numbers.extend((owner, number, line.row))
        self._read += 1
        if len(self._numbers) >= _LINES_AT_ONCE * 3:
            self._flush()

    def refuse(self, row: UnreadRow) -> None:
        self._unread += 1
        self._refused.writerow((row.line, row.why.zh, row.why.en, row.text, row.mend.zh, row.mend.en))

    def report(self, source: str, columns: str, unread_file: Path) -> ImportReport:
        rows = self._read + self._unread
        return ImportReport(
            source, columns, rows, self._read, self._unread, len(self._laboratories), len(self._wordings), unread_file
        )

    def _flush(self) -> None:
        self._numbers.tofile(self._line_file)
        del self._numbers[:]


def _cell(cells: Sequence[str], places: tuple[int, ...]) -> str:
    """Return what stands in the columns of a field, each thing once."""
    if len(places) == 1:
        return cells[places[0]].strip()
    return " / ".join(dict.fromkeys(cell for place in places if (cell := cells[place].strip())))


@dataclass(frozen=True, slots=True)
class Source:
    """A source that was imported."""

    folder: Path
    name: str
    lines: int
    checksums: Mapping[str, int]

    def wordings(self) -> Iterator[Wording]:
        """Read the wordings, by their numbers."""
        with (self.folder / "wordings.jsonl").open(encoding="utf-8") as stream:
            for line in stream:
                yield Wording(*json.loads(line))

    def laboratories(self) -> list[str]:
        """Read the laboratories, by their numbers."""
        with (self.folder / "laboratories.jsonl").open(encoding="utf-8") as stream:
            return [str(json.loads(line)) for line in stream]

    def numbers(self) -> "Numbers":
        """Return one row for each line: laboratory, wording, line of the file."""
        import numpy as np

        if not self.lines:
            return np.zeros((0, 3), np.uint32)
        return np.memmap(self.folder / "lines.bin", np.uint32, "r", shape=(self.lines, 3))


def read_sources(sources: Path) -> list[Source]:
    """Return all sources, by name, with their checksums verified.

    Raises
    ------
    LaboratoryError
        If one is damaged; it then has to be imported again.
    """
    found = []
    for head in sorted(sources.glob("[!.]*/source.json")):
        folder = head.parent
        try:
            said = json.loads(head.read_text(encoding="utf-8"))
            checksums = {str(file): int(value) for file, value in said["files"].items()}
            whole = said["format"] == FORMAT and all(checksum(folder / file) == checksums[file] for file in _FILES)
            source = Source(folder, str(said["source"]), int(said["read"]), checksums)
        except (OSError, ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise LaboratoryError(
                f"the imported source {folder.name} is damaged", where=str(folder), mend="import its file again"
            )
        found.append(source)
    return found


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file."""
    value = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            value = zlib.crc32(block, value)
    return value
