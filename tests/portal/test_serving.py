"""The portal ends when it is asked to, whatever its processes are doing."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("sign", ["Spawning worker-2", "Started worker-2"])
def test_serving_ends_when_asked_while_workers_start_and_after(tmp_path: Path, sign: str):
    """The whole group is told, as a terminal and a service manager do; one that still loads does not hear it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"QILIAN_HOME": str(tmp_path), "QILIAN_HTTPS": "off", "PYTHONUNBUFFERED": "1"}
    served = subprocess.Popen(
        [sys.executable, "-c", "from qilian.cli import main; main()", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    assert served.stdout is not None
    try:
        seen = next((line for line in served.stdout if sign in line), None)
        assert seen is not None, "it ended before it served"
        os.killpg(served.pid, signal.SIGTERM)
        served.communicate(timeout=40)
    finally:
        if served.poll() is None:
            os.killpg(served.pid, signal.SIGKILL)
            served.wait()
        served.stdout.close()
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))


def test_a_signal_is_heard_while_the_main_loop_holds_its_lock():
    """As it does when a worker ends at the same moment; the handler runs in the thread that has the lock."""
    from qilian.portal.serving import server

    found = server("127.0.0.1", 8000, 1)
    with found.main_loop_interrupt._cond:
        found.signal_handler_interrupt()
    assert found.interrupt_signal
    assert found.main_loop_interrupt.wait(timeout=20)
