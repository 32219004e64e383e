"""How much of the processor pages cost: what the portal's processes, PostgreSQL's and the asking one used meanwhile.

Unlike the times of answers it hardly depends on what else the machine does. Read from ``/proc``: Linux only.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the processor."""

    portal: float
    database: float
    asking: float

    def __sub__(self, before: "Spent") -> "Spent":
        return Spent(self.portal - before.portal, self.database - before.database, self.asking - before.asking)

    def told(self, pages: int, seconds: float) -> str:
        """Return it for each of so many pages, and how much of the machine it was in so many seconds."""
        whole, cores = self.portal + self.database + self.asking, os.cpu_count() or 1
        each = {"portal": self.portal, "PostgreSQL": self.database, "asking": self.asking, "together": whole}
        parts = ", ".join(f"{name} {1000 * spent / pages:.1f} ms a page" for name, spent in each.items())
        return f"{parts}; {100 * whole / seconds / cores:.0f} % of {cores} cores"


class Meter:
    """Reads what the processes have used until now.

    Parameters
    ----------
    portal
        Number of the portal's first process.
    database
        PostgreSQL's folder, which names its first process.
    """

    def __init__(self, portal: int, database: Path) -> None:
        first = (database / "postmaster.pid").read_text(encoding="ascii").split()[0]
        self._portal, self._database = portal, int(first)

    def read(self) -> Spent:
        """Return the seconds until now."""
        parents, used = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                numbers = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            process = int(path.parent.name)
            parents[process], used[process] = int(numbers[1]), sum(map(int, numbers[11:15])) / _TICK
        return Spent(
            *(self._below(each, parents, used) for each in (self._portal, self._database)), time.process_time()
        )

    def _below(self, first: int, parents: dict[int, int], used: dict[int, float]) -> float:
        """Return what a process and all that came of it have used, also those that have ended."""
        own = used.get(first, 0.0)
        return own + sum(self._below(each, parents, used) for each, parent in parents.items() if parent == first)
