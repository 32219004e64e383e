"""What a plan of one product costs beyond a unit's route so far, hours left out: a bound for each set of tests.

In come :class:`Offers` and a :class:`Grid`; out comes a table for one deadline after another. It tells what worths
cannot: which sets of tests two units can share at a low cost at all. It needs a row for each set, so tests must be few.
"""

import numpy as np

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.grid import Grid
from qilian.routing.kernels_sets import costs_ahead, earliest_hours, least_costs
from qilian.routing.kernels_worth import Hours, Ints
from qilian.routing.offers import Offers
from qilian.routing.relaxation import NO_TABLE

_MOST_TESTS = 21
"""More take over a hundred megabytes."""
_MOST_UNITS = 2
"""What more units have in common would take a table of all pairs of sets."""
_SECONDS_PER_ENTRY = 1e-9


class Completion:
    """Costs beyond a unit's route.

    Parameters
    ----------
    offers, grid
        Of the same timetable and latest hour.
    budget
        Work is counted there.
    """

    def __init__(self, offers: Offers, grid: Grid, budget: Budget) -> None:
        self.offers = offers
        self._grid, self._budget = grid, budget
        self._possible = offers.size <= _MOST_TESTS and offers.units <= _MOST_UNITS
        if not self._possible:
            return
        sets, cities = 1 << offers.size, len(offers.move)
        every = offers.every
        cheapest = np.full(len(grid.test_of), np.iinfo(np.int32).max, dtype=np.int64)
        city = np.searchsorted(every.city_from, np.arange(len(every.test)), side="right") - 1
        np.minimum.at(cheapest, grid.pair_of[every.test, city], every.price)
        self._price: Ints = cheapest.astype(np.int32)
        self._fare: Ints = offers.fare.astype(np.int32)
        self._least: Ints = np.empty(sets, dtype=np.int32)
        self._earliest: Hours = np.empty(sets, dtype=np.uint16)
        least_costs(
            self._price, grid.pairs_from, grid.city_of, self._fare, offers.excluded_by, offers.home,
            np.empty((sets, cities), dtype=np.int32), self._least,
        )  # fmt: skip
        earliest_hours(
            grid.tables.finish, grid.pairs_from, grid.city_of, grid.move, offers.excluded_by, offers.home,
            offers.latest, np.empty((sets, cities), dtype=np.uint16), self._earliest,
        )  # fmt: skip
        self._spend(2)

    def ahead(self, deadline: int) -> Ints:
        """Return ``[set, city]``: what is paid at least beyond a unit that has done a set and is in a city.

        An empty table where there are too many tests or units for it.
        """
        if not self._possible:
            return NO_TABLE
        offers, grid = self.offers, self._grid
        found: Ints = np.empty((len(self._least), len(offers.move)), dtype=np.int32)
        costs_ahead(
            self._price, grid.pairs_from, grid.city_of, self._fare, offers.excluded_by, self._least, self._earliest,
            offers.units, deadline, found,
        )  # fmt: skip
        self._spend(1)
        return found

    def least_cost(self, parts: tuple[int, ...]) -> int:
        """Return what units that do these sets of tests cost at least together, 0 where there are no tables."""
        return sum(int(self._least[part]) for part in parts) // self.offers.scale if self._possible else 0

    def _spend(self, tables: int) -> None:
        entries = len(self._least) * (len(self._grid.test_of) + len(self.offers.move) ** 2)
        self._budget.spend(tables * entries * _SECONDS_PER_ENTRY / SECONDS_PER_WORK)
