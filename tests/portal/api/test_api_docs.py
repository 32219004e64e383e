"""The examples of docs/reference/api.md work as they stand there, in their order, against a portal with a token."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

REPORT = files("qilian.portal") / "workbench" / "samples" / "sample-amr-100-electrical.json"


class Silent(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(cast, one_transaction: None, quick_plans: None) -> Iterator[str]:
    """Serve the portal of the test's own transaction, one request at a time, and return where."""
    from django.db import connections

    from qilian.portal.wsgi import application

    shared = connections["default"]
    shared.inc_thread_sharing()
    server = make_server("127.0.0.1", 0, application, handler_class=Silent)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    shared.dec_thread_sharing()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed (apt-get install curl)")
def test_the_examples_run_as_they_stand(cast, address: str, repository: Path, tmp_path: Path):
    from qilian.portal.accounts import tokens

    page = (repository / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    (tmp_path / "report.json").write_bytes(REPORT.read_bytes())
    _, token = tokens.make(cast.actor("firm"), "docs", 30, may_write=True)
    script = "set -euo pipefail\n" + "\n".join(blocks)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "QILIAN": address, "TOKEN": token},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    lines = done.stdout.splitlines()
    assert json.loads(lines[0])["kind"] == "firm"
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["markets"] == ["CN", "EU"]
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")
    assert (tmp_path / "plan.ics").read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
    assert "cancelled" in lines
    said = json.loads(re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[-1])
    assert json.loads(lines[-1]) == said
