"""Has uploads looked at by a virus scanner, where the operator runs one: clamd, over a socket (``QILIAN_CLAMD``).

In comes a file's content; an infected one is refused, and so is every file while the scanner does not answer.
"""

import socket
import struct
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_CHUNK_BYTES = 1 << 16
_SECONDS = 60.0


def scan(name: str, content: bytes) -> None:
    """Refuse a file that the scanner finds something in; does nothing where none is set.

    Raises
    ------
    ValidationError
        If something was found (code ``infected``), or the scanner gave no verdict (``unscanned``).
    """
    if not settings.CLAMD:
        return
    try:
        verdict = _asked(settings.CLAMD, content)
    except OSError:
        verdict = ""
    if verdict.endswith(" FOUND"):
        raise ValidationError(
            _("%(name)s is refused: the virus scanner found something in it."), "infected", {"name": name}
        )
    if verdict != "stream: OK":
        raise ValidationError(
            _("%(name)s cannot be checked for viruses at the moment; try again later."), "unscanned", {"name": name}
        )


def _asked(address: str, content: bytes) -> str:
    """Return clamd's answer to INSTREAM: the content in chunks with their lengths, then a length of 0."""
    with _connected(address) as stream:
        stream.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK_BYTES):
            chunk = content[start : start + _CHUNK_BYTES]
            stream.sendall(struct.pack("!I", len(chunk)) + chunk)
        stream.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := stream.recv(4096)):
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(address: str) -> Any:
    if address.startswith("/"):
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(_SECONDS)
        try:
            stream.connect(address)
        except OSError:
            stream.close()
            raise
        return stream
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_SECONDS)
