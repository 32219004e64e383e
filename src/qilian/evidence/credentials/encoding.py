"""The small alphabets under a credential: base64url, JSON and moments, each read strictly and in bounds.

In come texts of strangers; out go plain values. Whatever has two readings (padding, doubled keys, NaN, a moment without
a time zone) is refused, so that what was signed and what is read cannot differ.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from qilian.documents import Value, read_bytes
from qilian.evidence.credentials.errors import CredentialError

MAX_TEXT_BYTES = 1_000_000
"""A signed report is some kB; pictures belong into the linked file, whose digest it carries."""


def to_base64url(data: bytes) -> str:
    """Encode without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Decode without padding; a text that is not the one canonical spelling of its bytes is refused.

    Raises
    ------
    ValueError
        If it holds other characters, padding, or bits beyond the last byte.
    """
    if not text.isascii():
        raise ValueError("not base64url")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if to_base64url(data) != text:
        raise ValueError("not canonical base64url")
    return data


def read_json(data: bytes) -> dict[str, Value]:
    """Read one JSON object of UTF-8 text.

    Raises
    ------
    ValueError
        If it is anything else, names a key twice, or holds NaN or an infinity.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return cast("dict[str, Value]", value)


def write_json(value: Mapping[str, Value]) -> bytes:
    """Write compact UTF-8 JSON; the order of keys is kept."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def read_json_file(path: Path, limit: int = MAX_TEXT_BYTES) -> dict[str, Value]:
    """Read a file of one JSON object of at most ``limit`` bytes.

    Raises
    ------
    CredentialError, DocumentError
        If it cannot be read, or is not such a file.
    """
    try:
        return read_json(read_bytes(path, limit))
    except ValueError as error:
        raise CredentialError(f"not JSON: {error}", where=path.name, mend="write the file anew") from None


def write_moment(moment: datetime) -> str:
    """Write a moment in UTC, to the second: ``2026-11-23T08:00:00Z``.

    Raises
    ------
    CredentialError
        If the moment has no time zone.
    """
    return write_local_moment(moment.astimezone(UTC) if moment.tzinfo else moment)


def write_local_moment(moment: datetime) -> str:
    """Write a moment in its own time zone, so that its first ten letters are the day there; errors as above."""
    if moment.tzinfo is None:
        raise CredentialError(f"{moment}: a moment without a time zone", mend="give it one, e.g. UTC")
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def read_moment(text: Value) -> datetime:
    """Read an XML Schema dateTimeStamp (VCDM 2.0 section 4.9: with a time zone).

    Raises
    ------
    ValueError
        If it is none.
    """
    if not isinstance(text, str) or "T" not in text:
        raise ValueError("not a moment like 2026-11-23T08:00:00Z")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def start_of(day: date) -> datetime:
    """Return the first moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
