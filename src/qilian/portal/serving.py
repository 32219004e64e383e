"""Serves the portal with granian, and runs the worker for long work beside it."""

import _thread
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qilian.portal.home import home_folder
from qilian.portal.setup import setup

_STOP_SECONDS = 10


def prepare() -> str:
    """Bring the database up to date and gather the static files of this version; return what is ready."""
    setup()
    from django.conf import settings
    from django.core.management import call_command

    marker = home_folder() / "static.version"
    wanted = f"{version('qilian')} {_newest(Path(__file__).parent / 'static')}"
    if not marker.exists() or marker.read_text(encoding="utf-8") != wanted or not Path(settings.STATIC_ROOT).is_dir():
        call_command("collectstatic", interactive=False, verbosity=0)
        marker.write_text(wanted, encoding="utf-8")
    return f"version {version('qilian')}, data in {home_folder()}"


def share_metrics() -> None:
    """Name an empty folder in which the processes that answer requests keep their figures (see operation.metrics)."""
    folder = home_folder() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _newest(folder: Path) -> int:
    return max((path.stat().st_mtime_ns for path in folder.rglob("*")), default=0)


def serve(host: str, port: int, workers: int) -> None:
    """Answer requests until stopped; a worker process does the long work meanwhile."""
    share_metrics()
    work = subprocess.Popen([sys.executable, "-m", "qilian.portal.worker"], stdin=subprocess.DEVNULL)
    try:
        server(host, port, workers).serve()
    finally:
        _stop(work)


def server(host: str, port: int, workers: int) -> Any:
    """Return the server of requests, one that hears a signal also while its main loop holds its own lock.

    Granian sets an event in the signal's handler. Where a worker ended at that moment, too, the handler waited for the
    lock that the thread under it held, for ever.
    """
    from granian import Granian
    from granian.constants import Interfaces

    made: Any = Granian(
        "qilian.portal.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,  # a worker asked to stop while it is still starting does not hear it
    )

    def hear(*_: object) -> None:
        made.interrupt_signal = True
        _thread.start_new_thread(made.main_loop_interrupt.set, ())

    made.signal_handler_interrupt = hear
    return made


def _stop(work: subprocess.Popen[bytes]) -> None:
    work.terminate()
    try:
        work.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        work.kill()
        work.wait()
