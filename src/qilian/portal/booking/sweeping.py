"""What the worker does from time to time: holds and requests lapse, what was lost is planned again, keys are forgotten.

Nothing depends on it being on time: an expired hold counts for nothing, and who wants its hours releases it first.
"""

import logging
import threading
from collections.abc import Callable

from django.db import connection

from qilian.portal.booking import keys
from qilian.portal.booking.commands import losses
from qilian.portal.booking.commands.carrying_out import lapse_requests
from qilian.portal.booking.commands.holding import release_expired

SECONDS_BETWEEN_SWEEPS = 20
_log = logging.getLogger(__name__)
_of_others: list[Callable[[], object]] = []


def also(task: Callable[[], object]) -> None:
    """Let another app's task be done in each round, after those of bookings."""
    _of_others.append(task)


def sweep() -> None:
    """Do it once."""
    release_expired()
    lapse_requests()
    losses.answer_all()
    keys.forget_old()
    for task in _of_others:
        task()


def sweep_and_go_on() -> None:
    """Do it once; what fails is logged, since no fault may be the last round."""
    try:
        sweep()
    except Exception:
        _log.exception("holds and requests could not be swept")
    finally:
        connection.close()


def keep_sweeping() -> None:
    """Do it again and again, in a thread that ends with the process."""

    def run() -> None:
        pause = threading.Event()
        while not pause.wait(SECONDS_BETWEEN_SWEEPS):
            sweep_and_go_on()

    threading.Thread(target=run, daemon=True, name="sweeping").start()
