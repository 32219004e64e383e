"""Lets one process at a time import scopes into a folder or rebuild its index; others go on asking meanwhile.

In comes a folder; out goes whether the lock is held. It ends with its process, however that ends.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """Let one process at a time import or rebuild, and say whether this is the one; the lock ends with its process."""
    with (folder / ".lock").open("a+b") as stream:
        yield _lock(stream, wait)


def _lock(stream: IO[bytes], wait: bool) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if wait:
            raise
        return False
    return True
