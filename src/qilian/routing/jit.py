"""How the searches are compiled: a typed door to numba, and whether its compiled code lies on disk already.

The first compile takes half a minute, so nobody should wait for it: ``python -m qilian.routing.warm`` does it once
after installing, and a search with a time limit works without compiled code until it is there.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])

_FOLDER = Path(__file__).parent
_LAST_COMPILED = {"kernels_worth": "ascend", "kernels": "settle", "kernels_annealing": "anneal"}
_started: list[int] = []


def compiled(function: Function) -> Function:
    """Compile a function at its first call, and keep the result on disk."""
    numba = import_module("numba")
    wrap = cast("Callable[[Function], Function]", numba.njit(cache=True, nogil=True))
    return wrap(function)


def is_cached() -> bool:
    """Return whether the compiled code is on disk, and not older than its source."""
    if "qilian.routing.warm" in sys.modules:
        return True
    folder = os.environ.get("NUMBA_CACHE_DIR")
    place = Path(folder) if folder else _FOLDER / "__pycache__"
    for module, function in _LAST_COMPILED.items():
        written = (_FOLDER / f"{module}.py").stat().st_mtime
        if not any(path.stat().st_mtime >= written for path in place.rglob(f"{module}.{function}-*.nbi")):
            return False
    return True


def warm_in_background() -> None:
    """Start one process that compiles the kernels, so that the next search finds them; return at once."""
    if _started or os.environ.get("QILIAN_NO_WARM"):
        return
    started = subprocess.Popen(
        [sys.executable, "-m", "qilian.routing.warm"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _started.append(started.pid)
    started.returncode = 0  # it outlives this process on purpose; no warning about that
