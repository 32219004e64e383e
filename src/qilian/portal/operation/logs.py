"""Log lines as JSON, without mail addresses and secrets, and the last errors for the operator's page."""

import json
import re
from datetime import UTC, datetime
from logging import LogRecord
from pathlib import Path

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_SECRET = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{32,}(?![\w-])")


def redacted(text: str) -> str:
    """Return a text without mail addresses, and without what is long enough to be a secret of a link or a session."""
    return _SECRET.sub("<secret>", _ADDRESS.sub("<address>", text))


class Formatter(JsonFormatter):
    """Writes a record as one line of JSON, without the request that Django hangs on it: that may hold a query."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            json_ensure_ascii=False,
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time"],
        )

    def formatTime(self, record: LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - as logging calls it
        """Return when it was, in UTC, with the offset."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: LogRecord) -> str:
        """Return the line."""
        return redacted(super().format(record))


def last_errors(path: Path, most: int = 20) -> list[dict[str, str]]:
    """Return the newest errors of a log file, the last one first: ``time``, ``logger``, ``message``."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 200_000))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    found: list[dict[str, str]] = []
    for line in reversed(lines):
        try:
            said = json.loads(line)
        except ValueError:
            continue  # the first line may be cut
        found.append({key: str(said.get(key, "")) for key in ("time", "logger", "message")})
        if len(found) == most:
            break
    return found
