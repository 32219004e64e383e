"""``qilian portal network FOLDER`` keeps a network once, and refuses one that cannot be read, with file and line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from qilian.cli import main; main()", "portal", "network"]


@pytest.fixture
def folder(repository: Path, tmp_path: Path) -> Path:
    """A network folder of one's own: a copy of the sample."""
    source = repository / "src" / "qilian" / "content" / "robots" / "network"
    return Path(shutil.copytree(source, tmp_path / "network"))


def run(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QILIAN_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run([*COMMAND, str(folder)], env=environment, capture_output=True, text=True, check=False)


def test_a_network_is_kept_once(folder: Path, tmp_path: Path) -> None:
    first, second = run(folder, tmp_path / "home"), run(folder, tmp_path / "home")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "51 laboratories added, 0 were there already" in first.stdout
    assert "0 laboratories added, 51 were there already" in second.stdout


def test_a_folder_that_cannot_be_read_names_file_and_line(folder: Path, tmp_path: Path) -> None:
    benches = folder / "benches.csv"
    benches.write_text(benches.read_text(encoding="utf-8").replace("Mon-Fri 8-17", "always", 1), encoding="utf-8")
    answer = run(folder, tmp_path / "home")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "benches.csv line 3" in answer.stderr
    assert not (tmp_path / "home" / "qilian.sqlite3").exists()
