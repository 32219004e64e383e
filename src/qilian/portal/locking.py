"""Locks between processes that use one database: one migrates at a time, one imports into a source at a time.

PostgreSQL holds the lock itself, so that it counts for all machines; with SQLite it is a file beside the database.
Both locks end with the process that holds them, however it ends.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import IO

from qilian.portal.home import home_folder


@contextmanager
def locked(name: str, *, wait: bool) -> Iterator[bool]:
    """Hold the lock ``name`` of the current database for the length of a block.

    Parameters
    ----------
    wait
        Wait for another holder; otherwise give up at once.

    Yields
    ------
    bool
        Whether the lock is held; always true when waiting.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        folder = home_folder() / "locks"
        folder.mkdir(exist_ok=True)
        digest = blake2b(name.encode(), digest_size=16).hexdigest()
        with (folder / digest).open("a") as stream:
            yield _lock(stream, wait=wait)  # closing the file releases it
        return
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
            held = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
            held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(stream: IO[str], *, wait: bool) -> bool:
        while True:
            try:
                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                time.sleep(0.1)
            else:
                return True
else:
    import fcntl

    def _lock(stream: IO[str], *, wait: bool) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
