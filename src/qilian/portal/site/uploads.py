"""Takes uploaded files in: bounded in size, of a kind that their content proves, archives without bombs or path tricks.

A form uses :class:`UploadField`, anything else :func:`read_upload`. What comes out is an :class:`Upload`, whose name is
for showing only: a file that is kept gets a name of ours.
"""

import io
import json
import logging
import re
import unicodedata
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from qilian.portal.site.scanning import scan

MAX_MEMBERS = 5_000
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_RATIO = 200
"""How many times larger than its upload an archive may unpack, beyond the first ten megabytes."""
_log = logging.getLogger("qilian.security")
_SMALL = 10 * 1024 * 1024
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was taken in.

    Attributes
    ----------
    name
        As the sender calls it, without folders and control characters; for showing, never for opening.
    kind
        One of the kinds that were asked for, by content.
    """

    name: str
    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the content, in hexadecimal digits."""
        return sha256(self.content).hexdigest()

    @property
    def text(self) -> str:
        """The content of a text file: UTF-8 with or without mark, or GB 18030."""
        return decode(self.content)


def read_upload(file: "UploadedFile[bytes]", max_bytes: int, kinds: Collection[str]) -> Upload:
    """Read an uploaded file, at most one byte more than it may have.

    Parameters
    ----------
    kinds
        Names of :data:`KINDS`, e.g. ``("csv", "xlsx")``; the sender's file type and file ending count for nothing, but
        for telling one kind of text from another.

    Raises
    ------
    ValidationError
        If the file is empty, too large, of another kind, an archive that is unsafe, or if a virus scanner that is set
        found something; with the mend. Each refusal is logged, without the file's name.
    """
    try:
        return _read(file, max_bytes, kinds)
    except ValidationError as refusal:
        said = {"event": "upload refused", "reason": refusal.code or "content", "bytes": file.size}
        _log.warning("upload refused", extra=said)
        raise


def _read(file: "UploadedFile[bytes]", max_bytes: int, kinds: Collection[str]) -> Upload:
    name = shown_name(file.name or "")
    too_large = ValidationError(
        _("%(name)s is too large: at most %(limit)s."), "too large", {"name": name, "limit": size_in_words(max_bytes)}
    )
    if (file.size or 0) > max_bytes:
        raise too_large
    file.seek(0)
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise too_large
    if not content:
        raise ValidationError(_("%(name)s is empty."), "empty", {"name": name})
    scan(name, content)
    for kind in _likely_first(kinds, name):
        if KINDS[kind](content):
            return Upload(name, kind, content)
    raise ValidationError(
        _("%(name)s is not what is asked for: its content must be %(kinds)s."),
        params={"name": name, "kinds": kinds_in_words(kinds)},
    )


class UploadField(forms.FileField):
    """A form's field for one file; its cleaned value is an :class:`Upload`, None where none was sent nor required."""

    def __init__(self, *, max_bytes: int, kinds: Collection[str], **options: Any) -> None:
        self.max_bytes, self.kinds = max_bytes, tuple(kinds)
        limits = {"kinds": kinds_in_words(kinds), "limit": size_in_words(max_bytes)}
        options.setdefault("help_text", format_lazy(_("{kinds}, at most {limit}"), **limits))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Tell the browser which endings to offer."""
        return {**super().widget_attrs(widget), "accept": ",".join(f".{kind}" for kind in self.kinds)}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file as an :class:`Upload`."""
        file = super().clean(data, initial)
        return read_upload(file, self.max_bytes, self.kinds) if isinstance(file, UploadedFile) else None


def shown_name(name: str) -> str:
    """Return a file's name without folders, control and direction characters, at most 120 characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return kept.strip(" .")[:120] or "file"


def size_in_words(count: int) -> str:
    """Return a number of bytes as people read it: ``20 MB``."""
    for unit, size in (("MB", 1024 * 1024), ("kB", 1024)):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} B"


def kinds_in_words(kinds: Collection[str]) -> str:
    """Return the kinds as a list: ``CSV, XLSX``."""
    return ", ".join(kind.upper() for kind in kinds)


def decode(content: bytes) -> str:
    """Return the text of bytes in UTF-8 (with or without mark) or GB 18030.

    Raises
    ------
    UnicodeDecodeError
        If they are neither.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def check_archive(content: bytes) -> zipfile.ZipFile:
    """Open a ZIP archive that is safe to unpack in memory.

    It begins with its first member and ends with its directory, so that it is nothing else at the same time; its
    members do not overlap, are not encrypted, have plain relative names, and unpack to a bounded size.

    Raises
    ------
    ValidationError
        If it is not.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise ValidationError(_("The archive is damaged; pack it anew.")) from None
    end = content[-22:]
    whole = end.startswith(b"PK\x05\x06") and end.endswith(b"\x00\x00")
    if not (
        whole and content.startswith(b"PK\x03\x04") and min((each.header_offset for each in members), default=1) == 0
    ):
        raise ValidationError(_("The archive carries something before or after its files; pack it anew."))
    if len(members) > MAX_MEMBERS:
        raise ValidationError(_("The archive holds more than %(count)s files."), params={"count": MAX_MEMBERS})
    for member in members:
        path = PurePosixPath(member.filename)
        if path.is_absolute() or ".." in path.parts or re.search(r"[\\:\x00-\x1f]", member.filename):
            raise ValidationError(_("The archive holds a file with an unsafe name."))
        if member.flag_bits & 0x1:
            raise ValidationError(_("The archive is encrypted; pack it without a password."))
    packed, unpacked = sum(each.compress_size for each in members), sum(each.file_size for each in members)
    starts = sorted((each.header_offset, each.compress_size) for each in members)
    overlap = any(start + size > following for (start, size), (following, _size) in pairwise(starts))
    if overlap or packed > len(content):
        raise ValidationError(_("The files in the archive overlap; pack it anew."))
    if unpacked > min(MAX_UNPACKED_BYTES, max(_SMALL, MAX_RATIO * len(content))):
        raise ValidationError(_("The archive unpacks to far more than it should."))
    return archive


def _likely_first(kinds: Collection[str], name: str) -> list[str]:
    ending = name.rpartition(".")[2].lower()
    return sorted(kinds, key=lambda kind: kind != {"yml": "yaml", "jpeg": "jpg", "txt": "csv"}.get(ending, ending))


def _is_text(content: bytes) -> bool:
    if content.startswith((b"PK\x03\x04", b"%PDF-")) or _MARKUP.match(content):
        return False
    try:
        return not _CONTROL.search(decode(content))
    except UnicodeDecodeError:
        return False


def _is_json(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_pdf(content: bytes) -> bool:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        return False
    return not zipfile.is_zipfile(io.BytesIO(content))


def _is_image(start: bytes, end: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(start) and content.rstrip(b"\x00").endswith(end)


def _is_archive(*needed: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        names = set(check_archive(content).namelist())
        return all(any(part in name for name in names) for part in needed)

    return check


KINDS: dict[str, Callable[[bytes], bool]] = {
    "csv": _is_text,
    "yaml": _is_text,
    "json": _is_json,
    "pdf": _is_pdf,
    "png": _is_image(b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    "jpg": _is_image(b"\xff\xd8\xff", b"\xff\xd9"),
    "xlsx": _is_archive("[Content_Types].xml", "xl/workbook"),
    "aasx": _is_archive("[Content_Types].xml", "aasx/"),
    "zip": _is_archive(),
}
"""What proves each kind."""
