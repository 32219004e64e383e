"""Exact answers for one product: can all its tests be done by a deadline, every rule kept, or is that impossible?

In come a :class:`Grid` and the bounds. Worths of the tests are sought of which no route of a unit can collect its
share before the deadline (Lagrangian duals of the share-out, on relaxed routes): if they are found, the deadline is
impossible. Else the same worths leave few sets of tests that a unit could do; all ways to share the tests among units
are made of them, and each is settled by branching on hours where units wait for each other or meet at a bench.
"""

from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, TypeAlias

import numpy as np

from qilian.routing import kernels, kernels_worth
from qilian.routing.bounds import TimeBounds, latest_ends
from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.grid import Grid
from qilian.routing.kernels_worth import Hours, Ints, Longs
from qilian.routing.schedule import Placement
from qilian.routing.settlement import Relaxed, Settlement, Step

MAX_TESTS = 62
"""A set of tests is kept in one whole number."""
_SCALE = 1 << 22
_MAX_WAYS = 200_000
_FEW_SETS = 10_000
"""So many sets take less time than a search for better worths."""
SECONDS_PER_SET = 2e-6
_BOLD_STEP, _CAREFUL_STEP = 0.8, 0.3
"""First steps of the search for worths, in turn: neither alone gets everywhere."""
EASY_TESTS = 25
"""With so few tests, sets of tests raise the bound faster than worths alone."""


class Way(NamedTuple):
    """A way to share the tests among the units, as one set a unit, and the hour at which the last unit ends."""

    parts: tuple[int, ...]
    hour: int


_Windows: TypeAlias = tuple[Ints, Ints]
"""Per test the hour before which it cannot start, and the hour by which it must have ended."""


@dataclass(slots=True)
class _Sets:
    """Sets of tests that one unit can do: a hash table, the sets, their arrivals per city and their worths."""

    table: Ints
    keys: Longs
    arrival: Hours
    gained: Ints
    count: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known about a deadline: a plan that keeps it, that it is impossible, or neither."""

    placements: list[Placement] | None
    impossible: bool


class Deadlines:
    """Questions about the deadline of one product.

    Parameters
    ----------
    grid, bounds
        Of a problem with one product of at most :data:`MAX_TESTS` tests. No deadline after the grid's latest hour will
        be asked for.
    budget
        Work is counted there, and it is watched.
    """

    def __init__(self, grid: Grid, bounds: TimeBounds, budget: Budget) -> None:
        self.sets = 0
        """How many sets of tests the last question needed."""
        self.seconds_per_set = SECONDS_PER_SET
        """How long a set takes on this machine now; the usual time if only work counts."""
        self._seconds_per_round = 0.0
        self._bold = False
        self._grid = grid
        self._budget = budget
        self.size, self._units = grid.size, grid.units
        self._full = (1 << self.size) - 1
        self._release = np.asarray(bounds.release, dtype=np.int32)
        self._latest_ends: dict[int, Ints] = {}
        self._settlement = Settlement(grid, self._release, budget)
        shape = (grid.latest + 2, len(grid.move), 2)
        self._most, self._service = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self._first, self._served = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self._worth = np.asarray([max(1, load) for load in bounds.load], dtype=np.int32)
        self._settled: dict[tuple[int, ...], int] = {}

    @property
    def worth(self) -> Ints:
        """The present worths of the tests."""
        return self._worth

    def raise_bound(self, low: int, high: int, share: float = 1.0) -> int:
        """Return a bound between ``low`` and ``high`` on the completion hour, from worths alone."""
        until = self._budget.left() * (1 - share)
        rounds, top = 30, high
        most_rounds = 60 if self.size <= EASY_TESTS else 240
        while low < high and self._budget.left() > until:
            deadline = min(low + max(0, top - low) // 3, high - 1)
            if self.seek_worth(deadline, rounds):
                low = deadline + 1
            else:
                top = deadline
            low = self._bound_of_worth(low, high)
            if low >= top:
                if rounds >= most_rounds:
                    break
                rounds *= 2
                top = low + (high - low) // 8 + 1
        return low

    def _bound_of_worth(self, low: int, high: int) -> int:
        """Return the latest hour before which the present worths show that the tests cannot be complete."""
        while low < high:
            middle = (low + high + 1) // 2
            if self._collect(middle - 1) * self._units < int(self._worth.sum()):
                low = middle
            else:
                high = middle - 1
        return low

    def _count(self, deadline: int, times: int) -> None:
        cities = len(self._grid.move)
        self._budget.spend(times * deadline * (2e-9 * len(self._grid.test_of) + 3e-9 * cities**2) / SECONDS_PER_WORK)

    def _collect(self, deadline: int) -> int:
        """Return the most worth that a relaxed route can collect by the deadline."""
        self._count(deadline, 1)
        grid = self._grid
        kernels_worth.collect(
            grid.tables.finish, grid.test_of, grid.by_city, grid.city_from, grid.quiet, self._worth, grid.move,
            self._last(deadline), grid.ends_unit, deadline, self._most, self._first, self._service, self._served,
        )  # fmt: skip
        return int(self._most[0, self._grid.home, 0])

    def _last(self, deadline: int) -> Ints:
        """Return per test the hour by which it must have ended."""
        if deadline not in self._latest_ends:
            ends = latest_ends(self._grid.timetable, deadline)
            self._latest_ends[deadline] = np.asarray(ends, dtype=np.int32)
        return self._latest_ends[deadline]

    def seek_worth(self, deadline: int, rounds: int) -> bool:
        """Improve the worths for a deadline; return whether they show that it is impossible."""
        best = np.zeros(self.size, dtype=np.int32)
        if self._seconds_per_round > 0:
            rounds = max(3, min(rounds, int(0.5 * self._budget.left() / self._seconds_per_round)))
        self._bold = not self._bold
        step = _BOLD_STEP if self._bold else _CAREFUL_STEP
        grid, begin = self._grid, perf_counter()
        self._count(deadline, rounds)
        ratio = kernels_worth.ascend(
            grid.tables.finish, grid.test_of, grid.by_city, grid.city_from, grid.quiet, grid.pair_of, grid.move,
            self._last(deadline), grid.ends_unit, deadline, grid.home, self._units, self._worth.astype(np.float64),
            rounds, step, _SCALE, self._most, self._first, self._service, self._served, best,
        )  # fmt: skip
        if not self._budget.only_work() and ratio <= self._units:
            self._seconds_per_round = (perf_counter() - begin) / rounds
        self._worth = best
        return bool(ratio > self._units and self._collect(deadline) * self._units < int(best.sum()))

    def within(self, deadline: int, most_sets: int, rounds: int = 60) -> Answer:
        """Find a plan that is complete by the deadline, or show that there is none.

        Parameters
        ----------
        deadline
            Hour by which the last test must have ended.
        most_sets
            Sets of tests that may be kept; with more the question stays open.
        rounds
            Of the search for worths before it.
        """
        ways = self.ways(deadline, min(_FEW_SETS, most_sets))
        if ways is None:
            if self.seek_worth(deadline, rounds):
                return Answer(None, impossible=True)
            ways = self.ways(deadline, most_sets)
        if ways is None:
            return Answer(None, impossible=False)
        relaxed = Relaxed(deadline, self._last(deadline), self._worth, self._most, self._first)
        undecided = False
        for way in ways:
            if self._settled.get(way.parts, -1) >= deadline:
                continue
            if self._budget.over():
                return Answer(None, impossible=False)
            placements = self._settlement.settle(way.parts, relaxed)
            if placements is None:
                undecided = True
            elif placements:
                return Answer(placements, impossible=False)
            else:
                self._settled[way.parts] = deadline
        return Answer(None, impossible=not undecided)

    def ways(self, deadline: int, most_sets: int) -> list[Way] | None:
        """Return all ways to share the tests that no relaxation rules out, the earliest first; None for too many."""
        begin = perf_counter()
        most = self._collect(deadline)
        total = int(self._worth.sum())
        least = total - (self._units - 1) * most
        sets = self._grow(deadline, self._full, least, (self._release, self._last(deadline)), most_sets, 0)
        count, keys, gained = sets.count, sets.keys, sets.gained
        self.sets = most_sets if count < 0 else count
        if not self._budget.only_work() and self.sets > _FEW_SETS:
            self.seconds_per_set = max(self.seconds_per_set, (perf_counter() - begin) / self.sets)
        if count < 0:
            return None
        hours = sets.arrival[:count].min(axis=1).astype(np.int64)
        hours[0] = 0
        useful = np.flatnonzero(gained[:count] >= least)
        useful = useful[keys[useful] > 0]
        lowest = np.bitwise_count((keys[useful] & -keys[useful]) - 1).astype(np.int64)
        ordered = np.lexsort((hours[useful], lowest))
        group_from = np.searchsorted(lowest[ordered], np.arange(self.size + 1)).astype(np.int64)
        found = np.zeros((_MAX_WAYS, self._units), dtype=np.int64)
        ways = kernels.share_out(
            sets.table, keys, hours, gained, useful[ordered].astype(np.int64), group_from, self._full, self._units,
            most, self._units * most - total, deadline, 100 * most_sets, found,
        )  # fmt: skip
        if ways < 0:
            return None
        places = {int(key): int(hour) for key, hour in zip(keys[useful], hours[useful], strict=True)} if ways else {}
        places[0] = 0
        shared = [tuple(parts) for parts in found[:ways].tolist()]
        ends = [sorted((places[part] for part in parts), reverse=True) for parts in shared]
        return [Way(shared[place], ends[place][0]) for place in sorted(range(ways), key=ends.__getitem__)]

    def dive(self, deadline: int, beam: int, tries: int) -> list[Placement] | None:
        """Look for a plan by the deadline among few sets: one unit after another, in the hours that the first leave."""
        most = self._collect(deadline)
        windows = (self._release.copy(), self._last(deadline))
        routes = self._dive(deadline, self._full, self._units, most, windows, beam, tries)
        if routes is None:
            return None
        placements, clash = self._settlement.benches(sorted(routes, key=lambda item: (item[3], item[4])), {})
        return None if clash else placements

    def _worth_of(self, tests: int) -> int:
        return sum(int(worth) for test, worth in enumerate(self._worth) if tests >> test & 1)

    def _dive(
        self, deadline: int, tests: int, units: int, most: int, windows: _Windows, beam: int, tries: int
    ) -> list[Step] | None:
        least = self._worth_of(tests) - (units - 1) * most
        in_time = int(min(1e9, max(0.0, self._budget.left()) / self.seconds_per_set))
        sets = self._grow(deadline, tests, least, windows, max(1000, min(40 * beam * self.size, in_time)), beam)
        if sets.count < 0:
            return None
        if units == 1:
            return self._route(deadline, tests, 0, windows, sets)
        useful = np.flatnonzero(sets.gained[: sets.count] >= least)
        useful = useful[np.argsort(-sets.gained[useful], kind="stable")]
        for place in useful[:: max(1, len(useful) // tries)].tolist():
            if self._budget.over():
                return None
            mine = int(sets.keys[place])
            route = self._route(deadline, mine, units - 1, windows, sets)
            left = None if route is None else self._left_by(route, tests ^ mine, windows)
            if left is None:
                continue
            others = self._dive(deadline, tests ^ mine, units - 1, most, left, max(100, beam // 4), tries)
            if others is not None and route is not None:
                return [*route, *others]
        return None

    def _left_by(self, route: list[Step], others: int, windows: _Windows) -> _Windows | None:
        """Return the windows that a route leaves to tests on other units, None if one of them has none."""
        release, last = windows[0].copy(), windows[1].copy()
        begins, ends = {step[0]: step[3] for step in route}, {step[0]: step[4] for step in route}
        for one, then in self._grid.order:
            if one in ends and others >> then & 1:
                release[then] = max(release[then], ends[one])
            if then in begins and others >> one & 1:
                last[one] = min(last[one], begins[then])
        for _ in range(2):
            for one, then in self._grid.order:
                if others >> one & others >> then & 1:
                    release[then] = max(release[then], release[one] + self._grid.shortest[one])
                    last[one] = min(last[one], last[then] - self._grid.shortest[then])
        if any(
            others >> test & 1 and release[test] + self._grid.shortest[test] > last[test] for test in range(self.size)
        ):
            return None
        return release, last

    def _grow(self, deadline: int, tests: int, least: int, windows: _Windows, most_sets: int, beam: int) -> _Sets:
        """Call :func:`kernels.grow` for sets among ``tests``."""
        sets = _Sets(
            np.empty(1 << (2 * most_sets - 1).bit_length(), dtype=np.int32),
            np.empty(most_sets, dtype=np.int64),
            np.empty((most_sets, len(self._grid.move)), dtype=np.uint16),
            np.empty(most_sets, dtype=np.int32),
        )
        sets.count = kernels.grow(
            self._grid.tables.finish, self._grid.pairs_from, self._grid.city_of, self._grid.move, *windows,
            self._grid.ends_unit, self._grid.excluded_by, self._worth, least, self._most, self._first, self._grid.home,
            tests, deadline, beam, sets.table, sets.keys, sets.arrival, sets.gained,
            np.empty(self.size, dtype=np.int32),
        )  # fmt: skip
        self._budget.spend((most_sets if sets.count < 0 else sets.count) * SECONDS_PER_SET / SECONDS_PER_WORK)
        return sets

    def _route(self, deadline: int, tests: int, unit: int, windows: _Windows, sets: _Sets) -> list[Step] | None:
        """Return how a unit does a set of tests, None if it was not reached."""
        order, city_at, begins, ends = (np.zeros(self.size, dtype=np.int32) for _ in range(4))
        steps = kernels.trace(
            self._grid.tables.finish, self._grid.tables.start, self._grid.pairs_from, self._grid.city_of,
            self._grid.move, *windows, self._grid.excluded_by, self._grid.home, deadline, tests, sets.table, sets.keys,
            sets.arrival, order, city_at, begins, ends,
        )  # fmt: skip
        if steps < 0:
            return None
        return [(int(test), unit, int(city_at[test]), int(begins[test]), int(ends[test])) for test in order[:steps]]
