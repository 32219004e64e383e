"""Does the long work that pages put into the queue: ``python -m qilian.portal.worker``; ends with its parent."""

import os
import threading
import time

from qilian.portal.setup import setup

_SECONDS = 2


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, however that ended."""
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(0)


def main() -> None:
    """Work until stopped."""
    setup()
    from django.core.management import call_command

    from qilian.portal.booking.sweeping import keep_sweeping
    from qilian.portal.operation.health import keep_beating

    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    keep_beating()
    keep_sweeping()
    call_command("db_worker", interval=0.5, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
