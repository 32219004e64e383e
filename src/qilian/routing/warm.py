"""Compiles the searches ahead of their first use: ``python -m qilian.routing.warm``, once after installing.

The compiled code is kept on disk (in ``NUMBA_CACHE_DIR`` where that is set); later processes only load it.
"""

from time import perf_counter

from qilian.routing.annealing import CompiledAnnealing
from qilian.routing.bounds import time_bounds
from qilian.routing.budget import Budget
from qilian.routing.construct import first_plans
from qilian.routing.deadline import Deadlines
from qilian.routing.generator import generate
from qilian.routing.grid import Grid
from qilian.routing.search import found_in
from qilian.routing.timetable import Timetable

_loaded: list[float] = []


def load() -> float:
    """Load all compiled code, compiling what is not on disk; return the seconds that took, 0 if it was loaded."""
    if _loaded:
        return 0.0
    begin = perf_counter()
    timetable = Timetable(generate(4, 4, 1, horizon=720))
    bounds = time_bounds(timetable)
    best = found_in(timetable, "time", next(first_plans(timetable, bounds, 0, 1)))
    grid = Grid(timetable, bounds.release, best.cost)
    budget = Budget(None, 100)
    CompiledAnnealing(grid, "time", 0).run(best, 0, budget, lambda _: None)
    deadlines = Deadlines(grid, bounds, Budget(60, None))
    deadlines.raise_bound(0, best.cost)
    deadlines.within(best.cost, 1000)
    deadlines.dive(best.cost, 10, 1)
    _loaded.append(perf_counter() - begin)
    return _loaded[0]


if __name__ == "__main__":
    print(f"compiled searches ready after {load():.1f} s")
