"""Fixtures that many rooms share: the repository, the robot pack, and a way to run the command line as a user would."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code. In CI the same cases are tried each time; on a desk new ones are looked for.
settings.register_profile("qilian", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("qilian")

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def pack():
    """The robot content pack, read once."""
    from qilian.content import load_pack

    return load_pack("robots")


@pytest.fixture
def qilian(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``qilian`` in a process of its own, in an empty folder, and return what it printed and its exit code."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from qilian.cli import main; main()", *map(str, arguments)]
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
            check=False,
            env={**os.environ, "COLUMNS": "120", "NO_COLOR": "1", "QILIAN_HOME": f"{tmp_path}-home", **environment},
        )

    return run
