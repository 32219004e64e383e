"""The timetable of one product as arrays for the compiled searches: by hour and pair of test and city, the earliest
finish, and for it the latest start and the bench.

In come a :class:`Timetable` and a latest hour; an hour after it stands for "not any more".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qilian.routing import kernels_worth
from qilian.routing.kernels_worth import Hours, Ints
from qilian.routing.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_HOURS = 60_000


@dataclass(slots=True)
class Tables:
    """``[hour, pair]``: the earliest finish, and for it the latest start and the bench."""

    finish: Hours
    start: Hours
    bench: Hours


class Grid:
    """Arrays of a timetable up to a latest hour, which is below :data:`MAX_HOURS`.

    Parameters
    ----------
    timetable
        Of a problem with one product.
    release
        Per test the hour before which it cannot start.
    latest
        The last hour that counts.
    """

    def __init__(self, timetable: Timetable, release: list[int], latest: int) -> None:
        self.timetable = timetable
        self.latest = latest
        self.size = timetable.size
        self.units = len(timetable.units_of[0])
        self.home = timetable.home[0]
        self._release = release
        self.move = np.asarray(timetable.hours, dtype=np.int32)
        self.ends_unit = np.asarray(timetable.destructive)
        pairs = [(test, city) for test in range(self.size) for city in timetable.cities_of[test]]
        self.test_of = np.asarray([test for test, _ in pairs], dtype=np.int32)
        self.city_of = np.asarray([city for _, city in pairs], dtype=np.int32)
        self.pairs_from = np.searchsorted(self.test_of, np.arange(self.size + 1)).astype(np.int64)
        self.pair_of = np.full((self.size, len(self.move)), -1, dtype=np.int32)
        self.pair_of[self.test_of, self.city_of] = np.arange(len(pairs))
        self.shortest = np.asarray([min(item.hours for item in found) for found in timetable.choices], dtype=np.int32)
        self.order = [(one, then) for one in range(self.size) for then in timetable.after[one]]
        self.excluded_by = np.asarray([self._excluding(test) for test in range(self.size)], dtype=np.int64)
        by_pair = [np.zeros((len(pairs), latest + 2), dtype=np.uint16) for _ in range(3)]
        for test in range(self.size):
            self._fill(by_pair, test, range(len(timetable.choices[test])), self.pair_of[test])
        self.by_city = np.argsort(self.city_of, kind="stable").astype(np.int64)
        self.city_from = np.searchsorted(self.city_of[self.by_city], np.arange(len(self.move) + 1)).astype(np.int64)
        self.tables = Tables(*(np.ascontiguousarray(table.T) for table in by_pair))

        # An hour is quiet in a city when no test there ends later for a unit that comes an hour later.
        same = self.tables.finish[:-1] == self.tables.finish[1:]
        self.quiet = np.ones((latest + 2, len(self.move)), dtype=np.bool_)
        for city in range(len(self.move)):
            self.quiet[:-1, city] = same[:, self.city_of == city].all(axis=1)

    def _excluding(self, test: int) -> int:
        """Return the tests after which one cannot follow on a unit: those that it precedes, and destructive ones."""
        found, waiting = 0, list(self.timetable.after[test])
        while waiting:
            later = waiting.pop()
            if not found >> later & 1:
                found |= 1 << later
                waiting += self.timetable.after[later]
        return found | sum(1 << other for other in range(self.size) if self.timetable.destructive[other])

    def with_choices(self, tables: Tables, test: int, kept: list[int]) -> Tables:
        """Return other tables, in which only some choices of a test are left."""
        first, until = int(self.pairs_from[test]), int(self.pairs_from[test + 1])
        rows = np.full(len(self.move), -1, dtype=np.int32)
        rows[self.city_of[first:until]] = np.arange(until - first)
        by_pair = [np.zeros((until - first, self.latest + 2), dtype=np.uint16) for _ in range(3)]
        self._fill(by_pair, test, kept, rows)
        changed = Tables(tables.finish.copy(), tables.start.copy(), tables.bench.copy())
        for table, columns in zip((changed.finish, changed.start, changed.bench), by_pair, strict=True):
            table[:, first:until] = columns.T
        return changed

    def _fill(self, by_pair: list[Hours], test: int, kept: "Iterable[int]", row_of: Ints) -> None:
        finish, start, bench = by_pair
        rows = [int(row) for row in row_of if row >= 0]
        finish[rows] = self.latest + 1
        for place in kept:
            choice = self.timetable.choices[test][place]
            firsts = np.asarray(choice.windows[0], dtype=np.int32)
            lasts = np.asarray(choice.windows[1], dtype=np.int32)
            row = int(row_of[choice.city])
            kernels_worth.fill_finish(firsts, lasts, choice.hours, choice.bench, finish[row], start[row], bench[row])
        release = min(self._release[test], self.latest + 1)
        for row in rows:
            for table in by_pair:
                table[row, :release] = table[row, release]
