"""Whether units can carry out a share-out of the tests together, by a deadline and for a cost: exactly, all at once.

In come :class:`Offers` and one set of tests a unit; out come placements, or that there are none. It is the last word
where branching on one conflict after another gets nowhere: many orders cost the same and wait for each other.
"""

from typing import TypeAlias

import numpy as np

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.kernels_join import join, left_over
from qilian.routing.kernels_worth import Ints, Longs
from qilian.routing.offers import Offers
from qilian.routing.schedule import Placement

Settled: TypeAlias = "tuple[list[Placement], int, int] | tuple[()] | None"
"""Placements, cost and end; nothing where there is no plan; None where that stays undecided."""

_MOST_LABELS = 200_000
_MOST_SETS = 1 << 18
"""Of the tests of one unit."""
_KEY_BITS = 62
_SECONDS_PER_LABEL = 4e-6
_SECONDS_PER_SET = 1e-5


class Joint:
    """Share-outs of one product's tests among its units."""

    def __init__(self, offers: Offers, budget: Budget) -> None:
        self._offers, self._budget = offers, budget

    def settle(self, parts: tuple[int, ...], release: Ints, last: Ints, deadline: int, limit: int) -> Settled:
        """Return the cheapest plan for at most ``limit`` in these windows, the earliest of those.

        It stays undecided where there are too many ways, or where the plan found clashes at a bench.
        """
        offers, every = self._offers, self._offers.every
        cities = len(offers.move)
        possible = sum(1 << part.bit_count() for part in parts) <= _MOST_SETS
        if not possible or offers.size + len(parts) * cities.bit_length() > _KEY_BITS:
            return None
        unit_of, bit_of = np.zeros(offers.size, dtype=np.int32), np.zeros(offers.size, dtype=np.int32)
        costs: list[Longs] = []
        hours: list[Ints] = []
        for unit, part in enumerate(parts):
            mine = [test for test in range(offers.size) if part >> test & 1]
            unit_of[mine], bit_of[mine] = unit, range(len(mine))
            cost = np.empty((1 << len(mine), cities), dtype=np.int64)
            latest = np.empty((1 << len(mine), cities), dtype=np.int32)
            left_over(
                every.finish, every.test, every.city_from, every.price, offers.move, offers.fare, release, last,
                offers.excluded_by, np.asarray(mine, dtype=np.int32), deadline, cost, latest,
            )  # fmt: skip
            if cost[0, offers.home] > limit * offers.scale or latest[0, offers.home] < 0:
                return ()
            costs.append(cost)
            hours.append(latest)
        self._budget.spend(sum(map(len, costs)) * _SECONDS_PER_SET / SECONDS_PER_WORK)
        return self._joined(parts, unit_of, bit_of, costs, hours, release, last, limit)

    def _joined(
        self,
        parts: tuple[int, ...],
        unit_of: Ints,
        bit_of: Ints,
        costs: list[Longs],
        hours: list[Ints],
        release: Ints,
        last: Ints,
        limit: int,
    ) -> Settled:
        offers, every = self._offers, self._offers.every
        before, relevant = np.zeros((2, offers.size), dtype=np.int64)
        for one, then in offers.order:
            before[then] |= 1 << one
            if unit_of[one] != unit_of[then]:
                relevant[one] |= 1 << then
        left_from = np.cumsum([0, *map(len, costs)])[:-1].astype(np.int64)
        many = _MOST_LABELS
        table = np.empty(1 << (2 * many - 1).bit_length(), dtype=np.int32)
        tests, cost = np.empty((2, many), dtype=np.int64)
        unit_hours, places = np.empty((2, many, len(parts)), dtype=np.int32)
        ends, options = np.empty((2, many, offers.size), dtype=np.int32)
        following, head = np.empty((2, many), dtype=np.int32)
        keys = np.empty(many, dtype=np.int64)
        label = join(
            every.finish, every.test, every.city_from, every.price, offers.move, offers.fare, release, last,
            offers.excluded_by, before, relevant, unit_of, bit_of, left_from, np.concatenate(costs),
            np.concatenate(hours), offers.home, limit * offers.scale, table, keys, head, following, tests, cost,
            unit_hours, places, ends, options,
        )  # fmt: skip
        self._budget.spend((many if label == -2 else many // 10) * _SECONDS_PER_LABEL / SECONDS_PER_WORK)
        if label < 0:
            return None if label == -2 else ()
        placements = self._placements(unit_of, ends[label].tolist(), options[label].tolist())
        if self._clash(placements):
            return None
        return placements, int(cost[label]) // offers.scale, int(ends[label].max())

    def _placements(self, unit_of: Ints, ends: list[int], options: list[int]) -> list[Placement]:
        every, choices = self._offers.every, self._offers.timetable.choices
        placements: list[Placement] = []
        for test, (end, option) in enumerate(zip(ends, options, strict=True)):
            place = int(every.choice[option])
            placements.append(Placement(test, int(unit_of[test]), place, end - choices[test][place].hours, end))
        return sorted(placements, key=lambda item: (item.start, item.end))

    def _clash(self, placements: list[Placement]) -> bool:
        """Return whether two tests are on a bench at once; the placements are in order of their start."""
        until: dict[int, int] = {}
        for item in placements:
            bench = self._offers.timetable.choices[item.test][item.choice].bench
            if until.get(bench, 0) > item.start:
                return True
            until[bench] = max(until.get(bench, 0), item.end)
        return False
