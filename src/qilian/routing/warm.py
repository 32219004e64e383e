"""Compiles the searches ahead of their first use: ``python -m qilian.routing.warm``, once after installing.

The compiled code is kept on disk (in ``NUMBA_CACHE_DIR`` where that is set); later processes only load it, each kind of
search by itself.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from qilian.routing import jit
from qilian.routing.bounds import TimeBounds, time_bounds
from qilian.routing.budget import Budget
from qilian.routing.construct import first_plans
from qilian.routing.generator import generate
from qilian.routing.search import Found, found_in
from qilian.routing.timetable import Timetable

_loaded: set[jit.Kind] = set()


def load(*kinds: jit.Kind) -> float:
    """Load the compiled code of these kinds of search, of all if none is named, compiling what is not on disk.

    Returns the seconds that took, 0 if it was loaded.
    """
    begin = perf_counter()
    every: dict[jit.Kind, Callable[[], None]] = {"time": _load_time, "price": _load_price, "batch": _load_batch}
    missing = [kind for kind in (kinds or every) if kind not in _loaded]
    for kind in missing:
        every[kind]()
        _loaded.add(kind)
        jit.mark_cached(kind)
    return perf_counter() - begin if missing else 0.0


def _small() -> tuple[Timetable, TimeBounds, Found]:
    timetable = Timetable(generate(4, 4, 1, horizon=720))
    bounds = time_bounds(timetable)
    return timetable, bounds, found_in(timetable, "time", next(first_plans(timetable, bounds, 0, 1)))


def _load_time() -> None:
    from qilian.routing.annealing import CompiledAnnealing
    from qilian.routing.deadline import Deadlines
    from qilian.routing.grid import Grid

    timetable, bounds, best = _small()
    grid = Grid(timetable, bounds.release, best.cost)
    CompiledAnnealing(grid, "time", 0).run(best, 0, Budget(None, 100), lambda _: None)
    deadlines = Deadlines(grid, bounds, Budget(60, None))
    deadlines.raise_bound(0, best.cost)
    deadlines.within(best.cost, 1000)
    deadlines.dive(best.cost, 10, 1)


def _load_price() -> None:
    from qilian.routing.completion import Completion
    from qilian.routing.grid import Grid
    from qilian.routing.haggling import Haggling
    from qilian.routing.joint import Joint
    from qilian.routing.offers import Offers
    from qilian.routing.relaxation import Relaxation
    from qilian.routing.sharing import Sharing

    timetable, bounds, best = _small()
    budget, deadline, cost = Budget(None, 10**6), best.cost, 10**6
    offers = Offers(timetable, bounds.release, deadline, "price")
    Haggling(offers, 0, budget).run(best.placements, deadline, cost, 100)
    relaxation = Relaxation(offers, bounds, budget)
    relaxation.begin(deadline)
    relaxation.ascend(cost * offers.scale, 3, 0.5, 10)
    relaxation.weigh(np.asarray(bounds.load, dtype=np.int32))
    ahead = Completion(offers, Grid(timetable, bounds.release, deadline), budget).ahead(deadline, relaxation.last)
    labels = relaxation.below(cost * offers.scale, 10_000, ahead.paid, ahead.latest)
    assert labels is not None
    for way in Sharing(relaxation, budget).ways(labels, cost, deadline):
        Joint(offers, budget, way.parts, (relaxation.release, relaxation.last), deadline).settle(cost)


def _load_batch() -> None:
    from qilian.routing.batch_bound import BatchBound
    from qilian.routing.batch_data import BatchData
    from qilian.routing.batch_search import BatchSearch

    problem = generate(4, 4, 1, products=2, horizon=720)
    data = BatchData(problem)
    bound = BatchBound(data, "time", 720)
    bound.ascend(2, lambda: False)
    order = list(range(len(data.alone)))
    arrays = data.arrays(bound.price, data.alone * 0 + problem.horizon)
    search = BatchSearch(arrays, data.empty_solution(), placed=False, seed=0)
    search.construct(order, 10, lambda: False)
    search.adopt(data.empty_solution()._replace(start=search.solution.start, option=search.solution.option))


if __name__ == "__main__":
    print(f"compiled searches ready after {load():.1f} s")
