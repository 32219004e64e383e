"""How the searches are compiled: whether their compiled code lies on disk already, and who sees to it.

The first compile takes half a minute, so nobody should wait for it: ``python -m qilian.routing.warm`` does it once
after installing, and a search with a time limit works without compiled code until it is there.
"""

import os
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Literal, TypeAlias

from qilian.compiling import compiled as compiled

Kind: TypeAlias = Literal["time", "price", "batch"]

_FOLDER = Path(__file__).parent
_KERNELS: dict[Kind, tuple[str, ...]] = {
    "time": ("kernels_worth", "kernels", "kernels_annealing"),
    "price": (
        "kernels_worth",
        "kernels",
        "kernels_annealing",
        "kernels_price",
        "kernels_price_annealing",
        "kernels_sets",
        "kernels_join",
    ),
    "batch": ("kernels_batch", "kernels_batch_bound"),
}
_started: list[int] = []


def is_cached(kind: Kind) -> bool:
    """Return whether the compiled code of a kind of search is on disk, for the present sources."""
    return _mark(kind).exists()


def mark_cached(kind: Kind) -> None:
    """Note on disk that all code of a kind of search has been compiled."""
    mark = _mark(kind)
    with suppress(OSError):  # without the mark, a search with a time limit does without compiled code
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _mark(kind: Kind) -> Path:
    """Return a file whose name changes with the sources, Python and numba: numba, too, goes by what a source holds."""
    found = sha256(f"{sys.implementation.cache_tag} {version('numba')}".encode())
    for module in _KERNELS[kind]:
        found.update((_FOLDER / f"{module}.py").read_bytes())
    folder = os.environ.get("NUMBA_CACHE_DIR")
    place = Path(folder) if folder else _FOLDER / "__pycache__"
    if not folder and not os.access(_FOLDER, os.W_OK):
        place = Path.home() / ".cache" / "numba"
    return place / f"qilian-{kind}-{found.hexdigest()[:16]}.compiled"


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
