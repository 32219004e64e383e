"""A small fight of clients for benches with kills in between; the whole one is ``benchmarks/booking.py``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_clients_that_fight_and_are_killed_do_no_harm(database: str, repository: Path):
    command = [sys.executable, str(repository / "benchmarks" / "booking.py"), "--json", "--database", database]
    command += ["--clients", "12", "--processes", "3", "--seconds", "10"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.stdout, found.stderr[-2000:]
    (result,) = json.loads(found.stdout)
    assert result["wrong"] == []
    assert result["held"] > 0
    assert result["kills"] > 0
