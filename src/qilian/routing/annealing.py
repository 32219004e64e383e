"""Local search for one product and time, compiled: like :class:`~qilian.routing.search.Annealing`, only much faster.

In come a :class:`Grid` and a first order; out come better placements, one after another, each of which has gone through
:class:`Schedule`, so that all rules are kept.
"""

from collections.abc import Callable

import numpy as np

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.grid import Grid
from qilian.routing.kernels_annealing import anneal
from qilian.routing.kernels_worth import Ints
from qilian.routing.plan import Objective
from qilian.routing.search import Found, Sequence, replay, sequence_of

_SECONDS_PER_PAIR = 8e-9
_UNIT_WEIGHT = 0.05
_PARTS = 40
"""A cooling is done in so many parts, between which the clock is read and better plans are reported."""


class CompiledAnnealing:
    """Annealing in coolings of growing length, each from the best plan so far."""

    def __init__(self, grid: Grid, objective: Objective, seed: int) -> None:
        self._grid = grid
        self._objective = objective
        self._state = np.asarray([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64)
        timetable = grid.timetable
        self._before = _in_rows(timetable.before)
        self._after = _in_rows(timetable.after)
        self._bench_until = np.zeros(len(timetable.bench_city), dtype=np.int32)
        self._seconds_per_step = 1e-6 + _SECONDS_PER_PAIR * len(grid.test_of)
        self._steps = 20_000

    def run(
        self, best: Found, target: int, budget: Budget, report: Callable[[Found], None], share: float = 1.0
    ) -> Found:
        """Anneal from ``best`` until the target or the share of what is left of the budget is reached."""
        until = budget.left() * (1 - share)
        while best.cost > target and budget.left() > until:
            possible = int((budget.left() - until) / self._seconds_per_step)
            best = self._cool(best, target, max(400, min(self._steps, possible)), until, budget, report)
            self._steps *= 1 if possible < self._steps else 2
        return best

    def _cool(
        self, best: Found, target: int, steps: int, until: float, budget: Budget, report: Callable[[Found], None]
    ) -> Found:
        grid = self._grid
        start = sequence_of(grid.timetable, best.placements)
        order = np.asarray([test for test, _, _ in start], dtype=np.int32)
        unit, held = np.zeros(grid.size, dtype=np.int32), np.full(grid.size, -1, dtype=np.int32)
        for test, on, city in start:
            unit[test], held[test] = on, city
        best_order, best_unit, best_cities = order.copy(), unit.copy(), held.copy()
        hot = max(1.0, 0.02 * best.cost)
        cold = hot / 100
        score = 1e9
        for part in range(_PARTS):
            found = anneal(
                grid.tables.finish, grid.tables.start, grid.tables.bench, grid.pairs_from, grid.city_of, grid.move,
                grid.ends_unit, *self._before, *self._after, grid.home, grid.units, self._bench_until, self._state,
                order, unit, held, best_order, best_unit, best_cities, score, max(10, steps // _PARTS),
                hot * (cold / hot) ** (part / _PARTS), hot * (cold / hot) ** ((part + 1) / _PARTS), _UNIT_WEIGHT,
            )  # fmt: skip
            budget.spend(steps / _PARTS * self._seconds_per_step / SECONDS_PER_WORK)
            if found < score:
                score = found
                if score < best.cost * (1 + _UNIT_WEIGHT * grid.units):
                    best = self._believed(best_order, best_unit, best_cities, best, report)
            if best.cost <= target or budget.left() <= until:
                break
        return best

    def _believed(self, order: Ints, unit: Ints, cities: Ints, best: Found, report: Callable[[Found], None]) -> Found:
        """Place an order test by test; it counts only if that gives a better plan."""
        sequence: Sequence = [(int(test), int(unit[test]), int(cities[test])) for test in order]
        found = replay(self._grid.timetable, self._objective, sequence)
        if found is None or not found.better_than(best):
            return best
        report(found)
        return found


def _in_rows(lists: list[list[int]]) -> tuple[Ints, Ints]:
    """Return lists one after another, with the place where each begins."""
    begins = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    return begins, np.asarray([item for row in lists for item in row], dtype=np.int32)
