"""Whether one way to share the tests among the units can be carried out by a deadline, every rule kept.

In come the sets of tests of the units and what the relaxed routes say about the deadline; out comes a plan, or that
there is none. Where a unit does not wait for another one, it branches on hours (compiled); where two tests meet at a
bench, on who comes first or goes elsewhere.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from qilian.routing import kernels
from qilian.routing.budget import Budget
from qilian.routing.grid import Grid, Tables
from qilian.routing.kernels_worth import Ints
from qilian.routing.openings import next_start
from qilian.routing.schedule import Placement

Step: TypeAlias = tuple[int, int, int, int, int]
"""Test, unit, city, start and end."""

_SMALL_TABLE = 1 << 15
_NODES = 2000
_CASES = 60


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Relaxed routes for a deadline: worths of the tests, and the most that a unit can still collect.

    Attributes
    ----------
    last
        Per test the hour by which it must have ended.
    most, first
        As :func:`kernels.collect` fills them.
    """

    deadline: int
    last: Ints
    worth: Ints
    most: Ints
    first: Ints


@dataclass(frozen=True, slots=True)
class _Case:
    """A part of all plans: with these choices left for some tests, and some more tests in a fixed order."""

    tables: Tables
    choices: dict[int, list[int]]
    order: tuple[tuple[int, int], ...]


class Settlement:
    """Settles ways to share the tests of one product.

    Parameters
    ----------
    grid
        The timetable of the product.
    release
        Per test the hour before which it cannot start.
    budget
        Work is counted there, and it is watched.
    """

    def __init__(self, grid: Grid, release: Ints, budget: Budget) -> None:
        self._grid = grid
        self._timetable = grid.timetable
        self._budget = budget
        self._release = release
        self._shortest = grid.shortest

    def settle(self, parts: tuple[int, ...], relaxed: Relaxed) -> list[Placement] | None:
        """Return placements of a plan with this share-out by the deadline, [] if there is none, None if undecided."""
        open_cases = [_Case(self._grid.tables, {}, ())]
        for _ in range(_CASES):
            if not open_cases:
                return []
            case = open_cases.pop()
            status, routes = self._precedence(case, parts, relaxed)
            if status < 0 or self._budget.over():
                return None
            if status == 0:
                continue
            placements, clash = self.benches(routes, case.choices)
            if clash is None:
                return placements
            one, other, bench = clash
            both = self._only(self._only(case, one, bench, on=True), other, bench, on=True)
            # Both on the bench, in one order or the other; or one of them elsewhere, which is looked at first.
            open_cases.append(_Case(both.tables, both.choices, (*case.order, (one, other))))
            open_cases.append(_Case(both.tables, both.choices, (*case.order, (other, one))))
            open_cases.append(self._only(case, one, bench, on=False))
            open_cases.append(self._only(case, other, bench, on=False))
        return None

    def _precedence(self, case: _Case, parts: tuple[int, ...], relaxed: Relaxed) -> tuple[int, list[Step]]:
        """Settle precedence between the units: status, and in order of start test, unit, city, start and end."""
        grid = self._grid
        units, size, cities = grid.units, grid.size, len(grid.move)
        tables = np.empty((units, 2 * _SMALL_TABLE), dtype=np.int32)
        keys = np.empty((units, _SMALL_TABLE), dtype=np.int64)
        arrival = np.empty((units, _SMALL_TABLE, cities), dtype=np.uint16)
        gained = np.empty((units, _SMALL_TABLE), dtype=np.int32)
        orders, lengths = np.zeros((units, size), dtype=np.int32), np.zeros(units, dtype=np.int64)
        city_at, begins, ends = (np.zeros(size, dtype=np.int32) for _ in range(3))
        order = np.asarray([*self._grid.order, *case.order], dtype=np.int32).reshape(-1, 2)
        self._budget.spend(20)
        status = kernels.settle(
            case.tables.finish, case.tables.start, grid.pairs_from, grid.city_of, grid.move, self._shortest,
            order[:, 0].copy(), order[:, 1].copy(), self._release, relaxed.last, grid.ends_unit, grid.excluded_by,
            relaxed.worth, relaxed.most, relaxed.first, grid.home, np.asarray(parts, dtype=np.int64),
            relaxed.deadline, _NODES, tables, keys, arrival, gained, orders, lengths, city_at, begins, ends,
        )  # fmt: skip
        routes = [
            (int(test), unit, int(city_at[test]), int(begins[test]), int(ends[test]))
            for unit in range(units)
            for test in orders[unit, : lengths[unit]]
        ]
        return int(status), sorted(routes, key=lambda item: (item[3], item[4]))

    def benches(
        self, routes: list[Step], narrowed: dict[int, list[int]]
    ) -> tuple[list[Placement], tuple[int, int, int] | None]:
        """Give each test a bench at its hours; else two tests and the bench that both of them need."""
        placements: list[Placement] = []
        on_bench: dict[int, list[Placement]] = {}
        for test, unit, city, start, end in routes:
            clash: tuple[int, int, int] | None = None
            for place in narrowed.get(test, range(len(self._timetable.choices[test]))):
                choice = self._timetable.choices[test][place]
                if choice.city != city or start + choice.hours != end or next_start(choice.windows, start) != start:
                    continue
                others = [item for item in on_bench.get(choice.bench, []) if item.end > start and item.start < end]
                if not others:
                    item = Placement(test, unit, place, start, end)
                    placements.append(item)
                    on_bench.setdefault(choice.bench, []).append(item)
                    break
                clash = (others[0].test, test, choice.bench)
            else:
                assert clash is not None
                return [], clash
        return placements, None

    def _only(self, case: _Case, test: int, bench: int, *, on: bool) -> _Case:
        """Return the case in which a test is done on a bench, or not on it."""
        choices = self._timetable.choices[test]
        kept = [place for place in case.choices.get(test, range(len(choices))) if (choices[place].bench == bench) == on]
        tables = self._grid.with_choices(case.tables, test, kept)
        return _Case(tables, case.choices | {test: kept}, case.order)
