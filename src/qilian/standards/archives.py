"""Opens a source of records: a folder, a .zip, a .tar (plain, .gz or .zst), or one YAML file.

In comes a path; out come its files one after the other, each whole and at most 1 MB, in memory that does not grow with
the archive. What is no record (another kind of file, an oversized one) is given out with its fault instead of its data.
What no honest archive holds (a path that climbs out, a link, a device, an end that is missing, 2 GB out of a few
kilobytes) is an :class:`ArchiveError` of one line. A caller who goes through the whole source before writing anything
has nothing half-written.
"""

import gzip
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NoReturn, Protocol

from qilian.standards.errors import StandardsError


class ArchiveError(StandardsError):
    """A source of records that is refused as a whole."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may hold at most; the sources of ISO and IEC have 71,419 members and 280 MB.

    Attributes
    ----------
    member_bytes, total_bytes, members
        Bytes of one record, bytes of the whole after unpacking, number of members.
    """

    member_bytes: int = 1_000_000
    total_bytes: int = 1_500_000_000
    members: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a source.

    Attributes
    ----------
    modified
        The day of its last change, as the source gives it (UTC).
    fault
        Why it cannot be a record (another kind of file, too large); its data are then left out. Empty for a record.
    """

    name: str
    data: bytes
    modified: date | None = None
    fault: str = ""


LIMITS = Limits()
_SUFFIXES = (".yaml", ".yml")
_CHUNK = 1 << 18
_WINDOW_BYTES = 1 << 27
_MAX_NAME = 300
_MAX_HEADER = 65_536
_CENTRAL_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MEND = "take the archive from its publisher again"


def members(path: Path, limits: Limits = LIMITS) -> Iterator[Member]:
    """Give out the members of a source in its order; of a folder in the order of their names.

    Raises
    ------
    ArchiveError
        At the first fault of the source as a whole; what was given out before it should not be kept.
    """
    kind = _kind(path)
    if kind == "folder":
        yield from _folder_members(path, limits)
    elif kind == "zip":
        yield from _zip_members(path, limits)
    elif kind == "yaml":
        yield Member(path.name, _whole_file(path, limits))
    else:
        yield from _tar_members(path, kind, limits)


def _kind(path: Path) -> str:
    """Tell a source by its first bytes, not by its name."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder"
        if not stat.S_ISREG(mode):
            raise ArchiveError("neither a file nor a folder", where=str(path))
        with path.open("rb") as stream:
            head = stream.read(512)
    except FileNotFoundError:
        raise ArchiveError("no such file", where=str(path), mend="check the path") from None
    except (OSError, ValueError) as error:
        raise ArchiveError(f"cannot be read ({_words(error)})", where=str(path)) from None
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "tar.zst"
    if head.startswith(b"\x1f\x8b"):
        return "tar.gz"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if path.suffix.lower() in _SUFFIXES:
        return "yaml"
    raise ArchiveError(
        "neither a folder nor an archive of records",
        where=path.name,
        mend="give a folder, .zip, .tar.gz or .tar.zst of Relaton YAML, or one .yaml file",
    )


# -- folders -----------------------------------------------------------------------------------------------------------


def _folder_members(path: Path, limits: Limits) -> Iterator[Member]:
    account = _Account(path, limits)
    for folder, folders, files in os.walk(path, onerror=_raise):
        folders[:] = sorted(each for each in folders if not each.startswith("."))  # a clone has .git beside its data
        for name in (*folders, *sorted(files)):
            place = Path(folder, name)
            member = place.relative_to(path).as_posix()
            account.enter(member)
            try:
                mode, size = (found := place.lstat()).st_mode, found.st_size
            except OSError as error:
                _raise(error)
            if stat.S_ISLNK(mode):
                raise ArchiveError(f"{member} is a link", where=str(path), mend="put the file itself there")
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise ArchiveError(f"{member} is not a regular file", where=str(path), mend="remove it")
            fault = account.fault(member, size)
            yield Member(member, b"" if fault else _whole_file(place, limits), _day(found.st_mtime), fault)


def _raise(error: OSError) -> NoReturn:
    raise ArchiveError(f"cannot be read ({_words(error)})", where=str(error.filename)) from None


def _whole_file(path: Path, limits: Limits) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.member_bytes + 1)
    except OSError as error:
        raise ArchiveError(f"cannot be read ({_words(error)})", where=str(path)) from None
    if len(data) > limits.member_bytes:
        raise ArchiveError(_too_large(limits), where=str(path), mend="a record is a small file")
    return data


# -- zip ---------------------------------------------------------------------------------------------------------------


def _zip_members(path: Path, limits: Limits) -> Iterator[Member]:
    account = _Account(path, limits)
    with open_zip(path, limits) as archive:
        for info in archive.infolist():
            name = info.filename
            account.enter(name)
            if stat.S_ISLNK(info.external_attr >> 16):
                raise ArchiveError(f"{name} is a link", where=path.name, mend=_MEND)
            if info.is_dir():
                continue
            fault = account.fault(name, info.file_size)
            data = b"" if fault else read_zip_member(archive, info, limits.member_bytes, path)
            yield Member(name, data, _zip_day(info), fault)


@contextmanager
def open_zip(path: Path, limits: Limits = LIMITS) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose directory is small enough to be held in memory.

    Raises
    ------
    ArchiveError
        If it is no zip, has too many members, or breaks off.
    """
    if _count_entries(path) > limits.members:
        raise ArchiveError(f"more than {limits.members:,} members", where=path.name, mend=_MEND)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError(f"not a whole zip ({_words(error)})", where=path.name, mend=_MEND) from None


def read_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, path: Path) -> bytes:
    """Read one member of a zip, of at most ``limit`` bytes.

    Raises
    ------
    ArchiveError
        If it is larger, encrypted, packed in an unusual way, or damaged.
    """
    if info.flag_bits & 1:
        raise ArchiveError(f"{info.filename} is encrypted", where=path.name, mend="unpack it first")
    if info.file_size > limit:
        raise ArchiveError(f"{info.filename} is larger than {limit // 1000:,} kB", where=path.name)
    if info.compress_type not in _METHODS:
        raise ArchiveError(f"{info.filename} is packed by an unusual method", where=path.name, mend="pack by deflate")
    try:
        with archive.open(info) as stream:
            return stream.read(info.file_size + 1)  # without a number it would unpack whatever is there
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise ArchiveError(f"{info.filename} is damaged ({_words(error)})", where=path.name, mend=_MEND) from None


def _count_entries(path: Path) -> int:
    """Count what can be an entry of the directory, before :mod:`zipfile` makes an object of each."""
    count, tail = 0, b""
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                count += (tail + chunk).count(_CENTRAL_ENTRY)
                tail = chunk[-3:]
    except OSError as error:
        raise ArchiveError(f"cannot be read ({_words(error)})", where=path.name) from None
    return count


# -- tar: tarfile reads one header; walking is ours, because tarfile keeps in memory whatever a header asks for --------

_BLOCK = tarfile.BLOCKSIZE
_PAX_RECORD = re.compile(rb"(\d{1,9}) ([^=]{1,200})=")


def _tar_members(path: Path, kind: str, limits: Limits) -> Iterator[Member]:
    account = _Account(path, limits)
    with path.open("rb") as raw, _unpacked(raw, kind) as unpacked:
        source = _Source(unpacked, path, limits.total_bytes)
        long_name, size = "", -1
        while (info := _header(source)) is not None:
            if info.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE):
                data = _extension(source, info)
                if info.type == tarfile.GNUTYPE_LONGNAME:
                    long_name = _decoded(data.rstrip(b"\0"), source)
                elif info.type == tarfile.XHDTYPE:
                    pax = _pax(data, source)
                    long_name, size = pax.get("path", long_name), int(pax.get("size", "-1"))
                continue
            name, info.size = long_name or info.name, info.size if size < 0 else size
            long_name, size = "", -1
            account.enter(name)
            if info.size < 0:
                raise source.fault(f"{name} has a negative size")
            if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
                raise source.fault(f"{name} is a link, a device or sparse")
            if name.endswith("/") or info.isdir():
                continue
            fault = account.fault(name, info.size)
            if fault:
                source.skip(info.size)
            yield Member(name, b"" if fault else source.take(info.size), _day(info.mtime), fault)
            source.skip(-info.size % _BLOCK)


def _header(source: "_Source") -> tarfile.TarInfo | None:
    """Read the next header, or the end of the archive."""
    block = source.take(_BLOCK)
    if not any(block):
        source.check_only_zeros()
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.TarError, UnicodeError, ValueError) as error:
        raise source.fault(f"not a whole tar ({_words(error)})") from None


def _extension(source: "_Source", info: tarfile.TarInfo) -> bytes:
    """Read what a header says about the next one: a long name, or fields of POSIX.1-2001 (pax)."""
    if not 0 <= info.size <= _MAX_HEADER:
        raise source.fault(f"a header of {info.size:,} bytes")
    data = source.take(info.size)
    source.skip(-info.size % _BLOCK)
    return data


def _pax(data: bytes, source: "_Source") -> dict[str, str]:
    fields: dict[str, str] = {}
    position = 0
    while position < len(data):
        record = _PAX_RECORD.match(data, position)
        length = int(record[1]) if record else 0
        if record is None or position + length > len(data) or record.end() >= position + length:
            raise source.fault("a header that cannot be read")
        key, value = _decoded(record[2], source), data[record.end() : position + length - 1]
        if key.startswith("GNU.sparse"):
            raise source.fault("a sparse file")
        if key == "size" and not re.fullmatch(rb"\d{1,18}", value):
            raise source.fault("a size that is not a number")
        if key in ("path", "size"):
            fields[key] = _decoded(value, source)
        position += length
    return fields


def _decoded(data: bytes, source: "_Source") -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise source.fault("a name that is not UTF-8") from None


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def _unpacked(raw: BinaryIO, kind: str) -> Iterator[_Readable]:
    if kind == "tar":
        yield raw
    elif kind == "tar.gz":
        with gzip.GzipFile(fileobj=raw) as stream:
            yield stream
    else:
        import zstandard  # only for this kind

        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        with unpacker.stream_reader(raw, read_size=_CHUNK, read_across_frames=True) as reader:
            yield reader


class _Source:
    """The unpacked bytes of a tar, read forward only, as many as are allowed and not one less than are asked for."""

    def __init__(self, stream: _Readable, path: Path, limit: int) -> None:
        self._stream = stream
        self._path = path
        self._limit = self._left = limit
        self._buffer = b""
        self._at = 0

    def take(self, size: int) -> bytes:
        while len(self._buffer) - self._at < size:
            more = self._read()
            if not more:
                raise self.fault("breaks off before its end")
            self._buffer = self._buffer[self._at :] + more
            self._at = 0
        data = self._buffer[self._at : self._at + size]
        self._at += size
        return data

    def skip(self, size: int) -> None:
        while size > 0:
            step = min(size, _CHUNK)
            self.take(step)
            size -= step

    def check_only_zeros(self) -> None:
        """Read to the end: only padding may follow the end mark."""
        rest = self._buffer[self._at :]
        while rest:
            if any(rest):
                raise self.fault("something follows the end of the archive")
            rest = self._read()

    def fault(self, what: str) -> ArchiveError:
        return ArchiveError(what, where=self._path.name, mend=_MEND)

    def _read(self) -> bytes:
        try:
            data = self._stream.read(_CHUNK)
        except Exception as error:  # each unpacker has its own errors; all mean the same
            raise self.fault(f"cannot be unpacked ({_words(error)})") from None
        self._left -= len(data)
        if self._left < 0:
            raise self.fault(f"more than {self._limit // 1_000_000:,} MB unpacked")
        return data


# -- what all kinds share ----------------------------------------------------------------------------------------------


class _Account:
    """Counts what was given out, and says what may not be in a source."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._entries = 0
        self._bytes = 0

    def enter(self, name: str) -> None:
        """Count an entry, folders included; refuse a name that leads out of the archive or cannot be shown."""
        self._entries += 1
        if self._entries > self._limits.members:
            raise self._too_much(f"more than {self._limits.members:,} members")
        plain = name.replace("\\", "/")
        climbs = plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":"
        if climbs or not name.isprintable() or len(name) > _MAX_NAME or not name:
            shown = name[:60].encode("unicode_escape").decode()
            raise ArchiveError(f"{shown}: a path that an archive may not hold", where=self._path.name, mend=_MEND)

    def fault(self, name: str, size: int) -> str:
        """Count the bytes of a member; say why it is no record, or nothing."""
        self._bytes += size
        if self._bytes > self._limits.total_bytes:
            raise self._too_much(f"more than {self._limits.total_bytes // 1_000_000:,} MB unpacked")
        if size > self._limits.member_bytes:
            return _too_large(self._limits)
        if PurePosixPath(name).suffix.lower() not in _SUFFIXES:
            return "not a .yaml file"
        return ""

    def _too_much(self, what: str) -> ArchiveError:
        return ArchiveError(what, where=self._path.name, mend="give it in several smaller ones")


def _day(seconds: float) -> date | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).date() if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _zip_day(info: zipfile.ZipInfo) -> date | None:
    try:
        return date(*info.date_time[:3])
    except ValueError:
        return None


def _too_large(limits: Limits) -> str:
    return f"larger than {limits.member_bytes // 1000:,} kB"


def _words(error: Exception) -> str:
    """The error in one short line."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())[:120] or type(error).__name__
