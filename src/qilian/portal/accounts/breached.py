"""Refuses passwords that stand in a list of breached ones, looked up offline (``QILIAN_BREACHED_PASSWORDS``).

The list is that of Have I Been Pwned: SHA-1 in hexadecimal digits, a colon and a count in each line, sorted. It may
have a billion lines: it is searched where it lies, by halving.
"""

import hashlib
import mmap
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_DIGITS = 40


class BreachedValidator:
    """Refuses a password of the list; lets all pass where no list is set."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse it.

        Raises
        ------
        ValidationError
            If it is in the list.
        """
        del user
        if settings.BREACHED_PASSWORDS and is_listed(Path(settings.BREACHED_PASSWORDS), password):
            raise ValidationError(_("This password was found in a breach of another site: choose another one."))

    def get_help_text(self) -> str:
        """Say nothing beforehand: there is nothing that the reader could do about it."""
        return ""


def is_listed(path: Path, password: str) -> bool:
    """Return whether a sorted list holds the SHA-1 of a password.

    Raises
    ------
    OSError
        If the list cannot be read.
    """
    # Not a safeguard of ours: it is how the list names passwords.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        low, high = 0, len(whole)
        while low < high:
            start = whole.rfind(b"\n", low, (low + high) // 2) + 1 or low
            found = bytes(whole[start : start + _DIGITS]).upper()
            if found == wanted:
                return True
            if found < wanted:
                end = whole.find(b"\n", start)
                low = end + 1 if end >= 0 else high
            else:
                high = start
    return False
