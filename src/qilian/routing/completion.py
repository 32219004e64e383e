"""What a plan of one product costs beyond a unit's route so far, hours left out: a bound for each set of tests.

In come :class:`Offers` and a :class:`Grid`; out comes a table for one deadline after another. It tells what worths
cannot: which sets of tests two units can share at a low cost at all. It needs a row for each set, so tests must be few.
"""

from typing import NamedTuple

import numpy as np

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.grid import Grid
from qilian.routing.kernels_sets import costs_ahead, earliest_hours, latest_hours, least_costs
from qilian.routing.kernels_worth import Hours, Ints
from qilian.routing.offers import Offers
from qilian.routing.relaxation import NO_HOURS, NO_TABLE

_MOST_TESTS = 21
"""More take over a hundred megabytes."""
_MOST_UNITS = 2
"""What more units have in common would take a table of all pairs of sets."""
_SECONDS_PER_ENTRY = 1e-9


class Ahead(NamedTuple):
    """What is certain about the rest of a plan by a deadline; all tables are empty where there are none.

    Attributes
    ----------
    paid
        ``[set, city]``: for a unit that has done a set and is in a city, what is paid at least beyond it.
    latest
        ``[set, city]``: one more than the latest hour at which it can be there, 0 for never.
    least
        ``[set]``: what a unit that does just this set costs at least.
    """

    paid: Ints
    latest: Hours
    least: Ints

    def least_cost(self, parts: tuple[int, ...]) -> int:
        """Return what units that do these sets of tests cost at least together, 0 where there are no tables."""
        return sum(int(self.least[part]) for part in parts) if len(self.least) else 0


_NOTHING = Ahead(NO_TABLE, NO_HOURS, np.zeros(0, np.int32))


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
        every = offers.every
        cheapest = np.full(len(grid.test_of), np.iinfo(np.int32).max, dtype=np.int64)
        city = np.searchsorted(every.city_from, np.arange(len(every.test)), side="right") - 1
        np.minimum.at(cheapest, grid.pair_of[every.test, city], every.price)
        self._price: Ints = cheapest.astype(np.int32)
        self._fare: Ints = offers.fare.astype(np.int32)
        finish, hours = grid.tables.finish, np.arange(grid.latest + 2)
        by_pair = [
            np.searchsorted(finish[: offers.latest + 1, pair], hours, side="right") for pair in range(len(grid.test_of))
        ]
        self._leave_by: Hours = np.ascontiguousarray(np.asarray(by_pair, dtype=np.uint16).T)

    def ahead(self, deadline: int, last: Ints) -> Ahead:
        """Return the tables for plans by a deadline; ``last`` is the hour by which each test must have ended."""
        if not self._possible:
            return _NOTHING
        offers, grid = self.offers, self._grid
        shape = 1 << offers.size, len(offers.move)
        pairs = grid.pairs_from, grid.city_of
        arrival, latest = np.empty(shape, dtype=np.uint16), np.empty(shape, dtype=np.uint16)
        earliest = np.empty(shape[0], dtype=np.uint16)
        paid, least = np.empty(shape, dtype=np.int32), np.empty(shape[0], dtype=np.int32)
        earliest_hours(
            grid.tables.finish, *pairs, grid.move, offers.excluded_by, last, offers.home, deadline, arrival, earliest
        )
        latest_hours(
            self._leave_by, *pairs, grid.move, offers.excluded_by, last, offers.units, deadline, earliest, latest
        )
        least_costs(self._price, *pairs, self._fare, offers.excluded_by, offers.home, arrival, latest, paid, least)
        costs_ahead(
            self._price, *pairs, self._fare, offers.excluded_by, least, earliest, arrival, latest, offers.units,
            deadline, paid,
        )  # fmt: skip
        entries = shape[0] * (len(grid.test_of) + shape[1] ** 2)
        self._budget.spend(4 * entries * _SECONDS_PER_ENTRY / SECONDS_PER_WORK)
        return Ahead(paid, latest, least)
