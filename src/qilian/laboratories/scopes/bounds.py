"""Refuses an uploaded scope table that would cost too much to read, before anything reads it as a table.

In comes a path; out goes nothing, or an error that says which bound it breaks. A spreadsheet is a packed folder of XML:
its parts are unpacked in pieces, so that neither a packing bomb nor a false size gets far, and no cell may lie so far
out that a reader would have to make room for an empty sheet.
"""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from qilian.laboratories.errors import LaboratoryError

_PIECE = 1 << 16
_MOST_PARTS = 1000
_LOCAL_HEADER = 30
_CELL = re.compile(r"([A-Za-z]+)(\d+)")
_TABLES = (".csv", ".tsv", ".txt", ".gz", ".xlsx")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an uploaded table may be: as it comes, unpacked, in rows below the header, and in columns."""

    packed_bytes: int = 20_000_000
    unpacked_bytes: int = 100_000_000
    rows: int = 50_000
    columns: int = 100


UPLOAD = Bounds()
"""The bounds of an upload; the largest scope among 600 real laboratories has 14,110 rows."""


def check_bounds(path: Path, bounds: Bounds = UPLOAD) -> None:
    """Raise if a file is too large, packed, unpacked or as a sheet; the rows of a text are counted when it is read.

    Raises
    ------
    LaboratoryError
        Names the file and the bound.
    """
    if path.suffix.lower() not in _TABLES:
        raise LaboratoryError(f"{path.suffix or 'no ending'}: not a table", where=path.name, mend="save it as .xlsx")
    if not path.is_file():
        raise LaboratoryError("no such file", where=str(path), mend="check the path")
    size = path.stat().st_size
    if size > bounds.packed_bytes:
        raise _too_large(path, f"{size:,} bytes, more than {bounds.packed_bytes:,}")
    try:
        if path.suffix.lower() == ".xlsx":
            _check_workbook(path, bounds)
        elif path.suffix.lower() == ".gz":
            _check_packed(path, bounds)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, expat.ExpatError, ValueError) as error:
        raise LaboratoryError(f"not readable: {error}", where=path.name, mend="save it as .xlsx again") from None


def _too_large(path: Path, what: str) -> LaboratoryError:
    return LaboratoryError(what, where=path.name, mend="split the table, or remove what is not scope")


def _check_packed(path: Path, bounds: Bounds) -> None:
    unpacked = 0
    with gzip.open(path, "rb") as stream:
        while piece := stream.read(_PIECE):
            unpacked += len(piece)
            if unpacked > bounds.unpacked_bytes:
                raise _too_large(path, f"more than {bounds.unpacked_bytes:,} bytes unpacked")


def _check_workbook(path: Path, bounds: Bounds) -> None:
    unpacked = 0
    with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS:
            raise _too_large(path, f"{len(parts):,} parts, more than {_MOST_PARTS:,}")
        for part in parts:
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue  # a picture: the reader never opens it, since the workbook may name XML only
            scan = _Scan(path, bounds, names_parts=part.filename.lower().endswith("workbook.xml.rels"))
            for piece in _unpacked(stream, part):
                unpacked += len(piece)
                if unpacked > bounds.unpacked_bytes:
                    raise _too_large(path, f"more than {bounds.unpacked_bytes:,} bytes unpacked")
                scan.feed(piece)
            scan.close()


def _unpacked(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces, whatever size the archive claims for it."""
    stream.seek(part.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or part.flag_bits & 1:
        raise ValueError("a part that is cut off or locked")
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("a part packed in an unusual way")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left = part.compress_size
    while left > 0 and (packed := stream.read(min(_PIECE, left))):
        left -= len(packed)
        if inflate is None:
            yield packed
        else:
            while packed and not inflate.eof:
                yield inflate.decompress(packed, _PIECE)
                packed = inflate.unconsumed_tail


class _Scan:
    """Reads one part of a workbook for cells that lie too far out, types of document, and parts that are no XML."""

    def __init__(self, path: Path, bounds: Bounds, *, names_parts: bool) -> None:
        self._path = path
        self._bounds = bounds
        self._names_parts = names_parts
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, piece: bytes) -> None:
        self._parser.Parse(piece, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c" and (found := _CELL.fullmatch(attributes.get("r", ""))):
            column = 0
            for letter in found[1].upper():
                column = column * 26 + ord(letter) - ord("A") + 1
            self._check(int(found[2]), column)
        elif tag == "row" and attributes.get("r", "").isdecimal():
            self._check(int(attributes["r"]), 0)
        elif tag == "Relationship" and self._names_parts and attributes.get("TargetMode") != "External":
            self._check_target(attributes.get("Target", ""))

    def _check(self, row: int, column: int) -> None:
        if row > self._bounds.rows + 1:
            raise _too_large(self._path, f"a cell in row {row:,}, more than {self._bounds.rows:,} rows")
        if column > self._bounds.columns:
            raise _too_large(self._path, f"a cell in column {column:,}, more than {self._bounds.columns:,} columns")

    def _check_target(self, target: str) -> None:
        if not target.lower().endswith(".xml"):
            raise ValueError("the workbook names a part that is no XML")

    def _doctype(self, *_: object) -> None:
        raise ValueError("a part that declares a document type")
