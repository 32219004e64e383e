"""Exact search for the completion hour of one product: over (set of tests done, last city) to the earliest hour.

Every sample unit is a route of its own, and waiting is allowed, so that an earlier arrival is never worse (first in,
first out). For each set of tests the earliest hour at which one unit has done them is found with calendars and travel
exact, and the answer is the best way to share all tests among the units. Relaxed are only precedence across units
(kept as earliest starts and remaining hours) and clashes of two units on a bench: the result is a lower bound, and
where its routes replay feasibly, a proof.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qilian.routing.bounds import TimeBounds
from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.timetable import Timetable

Hours: TypeAlias = NDArray[np.uint16]
Sets: TypeAlias = NDArray[np.int32]

MAX_TESTS = 25
"""Sets of more tests do not fit into memory: 2 bytes for each city of each set."""
MAX_SPLITS = 400
_ELEMENTS_PER_SECOND = 8e8
_MAX_HOURS = 60_000
_PART = 1 << 16
"""Sets that are worked on at a time: so many stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """Sets of one size, in ascending order, and per city the earliest hour at which the last of them ends there."""

    sets: Sets
    arrival: Hours


class UnitRoutes:
    """The earliest hour at which one sample unit can have done each set of tests of a product.

    The tests may be some of the product's: without the others no unit is later, so that bounds stay bounds.
    Only hours below ``cap`` count: a set that cannot be done by then has the hour ``cap``.
    """

    def __init__(self, timetable: Timetable, bounds: TimeBounds, tests: list[int], cap: int) -> None:
        product = timetable.product_of[tests[0]]
        self.timetable = timetable
        self.tests = tests
        self.units = len(timetable.units_of[product])
        self.cap = cap
        self.full = (1 << len(self.tests)) - 1
        self.best: Hours = np.full(self.full + 1, cap, dtype=np.uint16)
        self.best[0] = 0
        self._home = timetable.home[timetable.units_of[product][0]]
        self._cities = sorted({city for test in self.tests for city in timetable.cities_of[test]})
        self._layers: list[_Layer] = []
        self._finish = [self._finish_tables(test, bounds.release[test], bounds.tail[test]) for test in self.tests]
        self._load = np.asarray([bounds.load[test] for test in self.tests], dtype=np.int32)
        place = {test: bit for bit, test in enumerate(self.tests)}
        # A test may not be added to a set in which another one should have come after it, or that has ended its unit.
        ends = sum(1 << bit for bit, test in enumerate(self.tests) if timetable.destructive[test])
        self._excluded_by = [self._later(test, place) | ends for test in self.tests]

    def _later(self, test: int, place: dict[int, int]) -> int:
        found, seen = 0, set[int]()
        open_tests = list(self.timetable.after[test])
        while open_tests:
            later = open_tests.pop()
            if later not in seen:
                seen.add(later)
                found |= 1 << place[later] if later in place else 0
                open_tests += self.timetable.after[later]
        return found

    def _finish_tables(self, test: int, release: int, tail: int) -> dict[int, Hours]:
        """Per place of a city in ``_cities``: earliest finish for each hour up to the cap, the cap being too late."""
        result: dict[int, Hours] = {}
        for city, (finish, _) in self.timetable.arrays(test, self.cap).items():
            hours = np.maximum(np.arange(self.cap + 1), min(release, self.cap))
            table = finish[hours]
            table = np.where(table + tail < self.cap, table, self.cap)
            table[self.cap] = self.cap
            result[self._cities.index(city)] = table.astype(np.uint16)
        return result

    def search(self, budget: Budget) -> bool:
        """Fill :attr:`best`; return False when the budget ended first."""
        departure = [min(self.timetable.hours[self._home][city], self.cap) for city in self._cities]
        kept: Sets = np.zeros(1, dtype=np.int32)
        ready: Hours = np.asarray(departure, dtype=np.uint16)[:, None]
        for _ in self.tests:
            following = self._following(kept)
            if not len(following):
                break
            budget.spend(
                len(following) * len(self._cities) * len(self.tests) / (_ELEMENTS_PER_SECOND * SECONDS_PER_WORK)
            )
            arrival = self._arrivals(following, kept, ready, budget)
            if budget.over():
                return False
            earliest = arrival.min(axis=0)
            useful = self._useful(following, earliest)
            self.best[following] = np.where(useful, earliest, self.cap)
            kept, arrival = following[useful], np.ascontiguousarray(arrival[:, useful])
            self._layers.append(_Layer(kept, arrival))
            ready = self._ready(arrival)
        return True

    def _useful(self, sets: Sets, earliest: Hours) -> NDArray[np.bool_]:
        """Return which sets can be part of a plan before the cap.

        The other units have at most ``cap - 1`` hours each for the rest of the load, so that this unit may lose (in
        waiting and long moves) no more than what all units together have beyond the whole load.
        """
        spare = self.units * (self.cap - 1) - int(self._load.sum())
        load = np.zeros(len(sets), dtype=np.int32)
        for bit, hours in enumerate(self._load.tolist()):
            load += (sets >> bit & 1) * np.int32(hours)
        return (earliest < self.cap) & (earliest - load <= spare)

    def _following(self, kept: Sets) -> Sets:
        """Return the sets with one test more, in ascending order."""
        reached = np.zeros(self.full + 1, dtype=bool)
        for bit, excluded in enumerate(self._excluded_by):
            reached[kept[(kept & (excluded | 1 << bit)) == 0] | 1 << bit] = True
        return np.flatnonzero(reached).astype(np.int32)

    def _arrivals(self, following: Sets, kept: Sets, ready: Hours, budget: Budget) -> Hours:
        """Return the earliest finish per city (rows) and set (columns), whichever test of the set came last."""
        arrival = np.full((len(self._cities), len(following)), self.cap, dtype=np.uint16)
        place = np.full(self.full + 1, -1, dtype=np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        for first in range(0, len(following), _PART):
            part = slice(first, first + _PART)
            if budget.over():
                break
            self._fill(arrival[:, part], following[part], place, ready)
        return arrival

    def _fill(self, arrival: Hours, sets: Sets, place: Sets, ready: Hours) -> None:
        for bit, excluded in enumerate(self._excluded_by):
            source = sets ^ np.int32(1 << bit)
            # The source lacks the test, and holds none that excludes it.
            columns = np.flatnonzero(source & np.int32(1 << bit | excluded) == 0)
            column_of_source = place.take(source.take(columns))
            possible = np.flatnonzero(column_of_source >= 0)
            columns, column_of_source = columns.take(possible), column_of_source.take(possible)
            for city, finish in self._finish[bit].items():
                row = arrival[city]
                row[columns] = np.minimum(row.take(columns), finish.take(ready[city].take(column_of_source)))

    def _ready(self, arrival: Hours) -> Hours:
        """Return for each city (rows) the earliest hour at which the unit can be there."""
        ready = np.full_like(arrival, self.cap)
        for there, row in enumerate(ready):
            for here, hours in enumerate(arrival):
                np.minimum(row, hours + np.uint16(self._move(here, there)), out=row)
        return ready

    def _move(self, here: int, there: int) -> int:
        """Hours between two cities by their places in ``_cities``; cut so that hour + move stays in 16 bits."""
        return min(self.timetable.hours[self._cities[here]][self._cities[there]], 2**16 - 1 - _MAX_HOURS)

    def completion(self) -> int:
        """Return the earliest hour at which all tests can be done by the units together, or the cap."""
        if self.units == 1:
            return int(self.best[self.full])
        if self.units == 2:
            return int(np.maximum(self.best, self.best[::-1]).min())
        hours = np.unique(self.best)
        low, high = 0, len(hours) - 1
        while low < high:
            middle = (low + high) // 2
            if hours[middle] == self.cap or self._can_share(int(hours[middle])):
                high = middle
            else:
                low = middle + 1
        return int(hours[low])

    def _can_share(self, hour: int) -> bool:
        """Return whether some sets that one unit can do by ``hour``, one for each unit, hold all tests together.

        By inclusion and exclusion over subsets: Björklund, Husfeldt, Koivisto (2009), Set partitioning via
        inclusion-exclusion, SIAM J. Comput. 39(2).
        """
        if self.units * len(self.tests) > 62:  # the count might not fit into 64 bits
            return bool(self._covered(hour, self.units)[self.full])
        within = _over_subsets((self.best <= hour).astype(np.int64), +1)
        sets = np.arange(self.full + 1, dtype=np.int32)
        odd = (np.bitwise_count(sets) + len(self.tests)) % 2 == 1
        count = within**self.units
        return int(count.sum() - 2 * count[odd].sum()) != 0

    def _covered(self, hour: int, units: int) -> NDArray[np.bool_]:
        """Return which sets so many units can do by ``hour``, each a union of one set a unit."""
        single = self.best <= hour
        covered = single
        for _ in range(units - 1):
            # Pairs of sets whose union is a subset of each set, then exactly each set.
            pairs = _over_subsets(covered.astype(np.int64), +1) * _over_subsets(single.astype(np.int64), +1)
            covered = _over_subsets(pairs, -1) > 0
        return covered

    def splits(self) -> Iterator[list[int]]:
        """Yield ways to share the tests among the units, as one set a unit, those that end earliest first."""
        if self.units == 1:
            if self.best[self.full] < self.cap:
                yield [self.full]
        elif self.units == 2:
            latest = np.maximum(self.best, self.best[::-1])
            half = np.flatnonzero(latest[: (self.full + 1) // 2] < self.cap)  # the other half is the same, exchanged
            sums = latest[half].astype(np.int64) << 32 | self.best[half].astype(np.int64) + self.best[self.full - half]
            for one in half[np.argsort(sums, kind="stable")[:MAX_SPLITS]].tolist():
                yield [one, self.full - one]
        else:
            hour = self.completion()
            if hour < self.cap:
                yield from self._peel(self.full, self.units, hour)

    def _peel(self, rest: int, units: int, hour: int) -> Iterator[list[int]]:
        """Take one unit's set off ``rest`` so that the others can do what remains by ``hour``."""
        if units == 1:
            if self.best[rest] <= hour:
                yield [rest]
            return
        others = self._covered(hour, units - 1)
        mine = np.flatnonzero(self.best <= hour)
        mine = mine[(mine & ~rest) == 0]
        mine = mine[others[rest ^ mine]]
        fullest = mine[np.argsort(self.best[mine].astype(np.int64), kind="stable")][::-1]
        for one in fullest[:MAX_SPLITS].tolist():
            other = next(self._peel(rest ^ one, units - 1, hour), None)
            if other is not None:
                yield [one, *other]

    def route(self, tests: int) -> list[tuple[int, int]]:
        """Return the tests of a set in their best order, each with its city."""
        steps: list[tuple[int, int]] = []
        goal_city, goal_hour = -1, int(self.best[tests])
        while tests:
            city, hour = self._arrived(tests, goal_city, goal_hour)
            bit, goal_city, goal_hour = self._last_step(tests, city, hour)
            steps.append((self.tests[bit], self._cities[city]))
            tests ^= 1 << bit
        return steps[::-1]

    def _arrived(self, tests: int, city: int, hour: int) -> tuple[int, int]:
        if city >= 0:
            return city, hour
        column = self._column(tests)
        return int(np.argmin(column)), int(column.min())

    def _column(self, tests: int) -> Hours:
        layer = self._layers[tests.bit_count() - 1]
        place = int(np.searchsorted(layer.sets, tests))
        if place == len(layer.sets) or layer.sets[place] != tests:
            return np.full(len(self._cities), self.cap, dtype=np.uint16)
        return layer.arrival[:, place]

    def _last_step(self, tests: int, city: int, hour: int) -> tuple[int, int, int]:
        """Return the last test of a set that ends in ``city`` at ``hour``, and the city and hour it came from."""
        there = self._cities[city]
        for bit, excluded in enumerate(self._excluded_by):
            rest = tests ^ 1 << bit
            if not tests >> bit & 1 or rest & excluded or city not in self._finish[bit]:
                continue
            if not rest:
                if int(self._finish[bit][city][min(self.timetable.hours[self._home][there], self.cap)]) == hour:
                    return bit, -1, 0
                continue
            for here, arrival in enumerate(self._column(rest).tolist()):
                arrives = min(arrival + self._move(here, city), self.cap)
                if arrival < self.cap and int(self._finish[bit][city][arrives]) == hour:
                    return bit, here, arrival
        raise AssertionError("a set that was reached has a last test")


def _over_subsets(values: NDArray[np.int64], sign: int) -> NDArray[np.int64]:
    """Return for each set the sum over its subsets (sign +1), or undo that (sign -1)."""
    result = values.copy()
    size = 1
    while size < len(result):
        pairs = result.reshape(-1, 2, size)
        pairs[:, 1] += sign * pairs[:, 0]
        size *= 2
    return result


def seconds_needed(tests: int, cities: int, units: int) -> float:
    """Estimate the seconds of a search when the usual half of all sets falls away; sharing among three takes more."""
    return float(2**tests) * tests * (cities + 16 * (units > 2)) / _ELEMENTS_PER_SECOND


def tests_within(seconds: float, cities: int, units: int, cap: int) -> int:
    """Return how many tests can be searched in so many seconds, 0 if hours up to ``cap`` do not fit their type."""
    fitting = [tests for tests in range(1, MAX_TESTS + 1) if seconds_needed(tests, cities, units) <= seconds]
    return max(fitting, default=0) if cap < _MAX_HOURS else 0
