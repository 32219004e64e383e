"""Whether the portal can do its work: the database answers and is up to date, and the worker is alive."""

import logging
import threading
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from qilian.portal.errors import PortalError
from qilian.portal.operation.models import Heartbeat
from qilian.portal.setup import is_behind

WORKER = "worker"
SECONDS_BETWEEN_BEATS = 15
ALIVE_FOR = timedelta(seconds=60)
_log = logging.getLogger(__name__)


def is_healthy() -> bool:
    """Return whether everything works."""
    try:
        return not is_behind() and is_worker_alive()
    except (DatabaseError, PortalError):
        return False


def is_worker_alive() -> bool:
    """Return whether the worker has said so within the last minute."""
    return Heartbeat.objects.filter(name=WORKER, seen__gt=timezone.now() - ALIVE_FOR).exists()


def beat() -> None:
    """Say that the worker is alive."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"seen": timezone.now()})


def keep_beating() -> None:
    """Say so again and again, in a thread that ends with the process."""

    def run() -> None:
        pause = threading.Event()
        while True:
            try:
                beat()
            except DatabaseError:
                _log.exception("the worker's heartbeat could not be kept")
            finally:
                connection.close()
            pause.wait(SECONDS_BETWEEN_BEATS)

    threading.Thread(target=run, daemon=True, name="heartbeat").start()
