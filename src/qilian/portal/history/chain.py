"""The chain itself, without a database: the form that is hashed, lines of an export, and the search for what is wrong.

An entry's hash is SHA-256 over its canonical form: JSON in UTF-8, keys sorted, no spaces, the moment in UTC with
microseconds. The form holds the hash of the entry before, so that no entry can be changed, removed or moved without
every later hash being wrong. A tail that was cut off is seen only by who kept a later hash: an export, or the head.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from qilian.portal.errors import PortalError


class HistoryError(PortalError):
    """An entry that cannot be kept, or an export that cannot be read."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the chain; what the fields mean says :class:`qilian.portal.history.models.Entry`."""

    number: int
    at: datetime
    person: int | None
    organisation: int | None
    client: int | None
    mandate: str
    kind: str
    subject: str
    event: str
    was: str
    now: str
    data: Mapping[str, Any]
    previous: str
    hash: str = ""

    @property
    def canonical(self) -> bytes:
        """The form that is hashed: everything but the hash."""
        written = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "hash"}
        written["at"] = _moment(self.at)
        return _json(written).encode()

    @property
    def digest(self) -> str:
        """The hash that the entry ought to have."""
        return sha256(self.canonical).hexdigest()

    @property
    def line(self) -> str:
        """The entry as a line of an export."""
        return _json({**json.loads(self.canonical), "hash": self.hash})

    @classmethod
    def read(cls, line: str, number: int) -> "Link":
        """Return the entry of an export's line.

        Raises
        ------
        HistoryError
            If it is none.
        """
        try:
            data = json.loads(line)
            if set(data) != {each.name for each in fields(cls)} or not isinstance(data["number"], int):
                raise ValueError
            return cls(**{**data, "at": datetime.fromisoformat(data["at"])})
        except (ValueError, TypeError, AttributeError):
            raise HistoryError(
                "not an entry of the history", where=f"line {number}", mend="give a file of `qilian audit export`"
            ) from None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a place: ``changed``, ``removed``, ``moved``, ``broken`` or ``cut off``."""

    number: int
    what: str

    def __str__(self) -> str:
        words = {
            "changed": "was changed: its hash does not fit it",
            "removed": "is not there",
            "moved": "does not stand where its number says",
            "broken": "does not follow the entry before it",
            "cut off": "was kept elsewhere and is not in this history, or differs from it",
        }
        return f"entry {self.number} {words[self.what]}"


def check_data(data: object, where: str = "data") -> None:
    """Refuse what two databases could write differently: fractions, and keys that are no text.

    Raises
    ------
    HistoryError
        Naming the place.
    """
    if isinstance(data, Mapping):
        for key, value in data.items():
            if not isinstance(key, str):
                raise HistoryError(f"{key!r}: not a text", where=where)
            check_data(value, f"{where}.{key}")
    elif isinstance(data, list | tuple):
        for value in data:
            check_data(value, where)
    elif isinstance(data, float) or not isinstance(data, str | int | None):
        raise HistoryError(f"{data!r} cannot be kept in the history", where=where, mend="write it as text")
    elif isinstance(data, str) and "\0" in data:
        raise HistoryError("a character that PostgreSQL does not keep", where=where)


def verify(links: Iterable[Link]) -> Iterator[Finding]:
    """Yield what is wrong in a chain, in order; nothing if it is whole."""
    previous, expected = "", 1
    for link in links:
        if link.number > expected:
            yield from (Finding(number, "removed") for number in range(expected, min(link.number, expected + 100)))
        elif link.number < expected:
            yield Finding(link.number, "moved")
        if link.digest != link.hash:
            yield Finding(link.number, "changed")
        elif link.number == expected and link.previous != previous:
            yield Finding(link.number, "broken")
        previous, expected = link.hash, max(expected, link.number + 1)


def missing(kept: Iterable[Link], hashes: Mapping[int, str]) -> Iterator[Finding]:
    """Yield which entries of an export are not in a chain any more, given the chain's hashes by number."""
    for link in kept:
        if hashes.get(link.number) != link.hash:
            yield Finding(link.number, "cut off")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
