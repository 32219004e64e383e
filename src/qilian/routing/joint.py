"""Whether units can carry out a share-out of the tests together, by a deadline and for a cost: exactly, all at once.

In come :class:`Offers` and one set of tests a unit; out come placements, or that there are none. It is the last word
where branching on one conflict after another gets nowhere: many orders cost the same and wait for each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.kernels_join import join, left_over
from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs
from qilian.routing.offers import Offers
from qilian.routing.schedule import Placement

Settled: TypeAlias = "tuple[list[Placement], int, int] | tuple[()] | None"
"""Placements, cost and end; nothing where there is no plan; None where that stays undecided."""

_LABELS = 1 << 13, 1 << 17, 1_500_000
"""Room for so many is made first, since most cases need little; a case that needs more than the last is undecided."""
_MOST_SETS = 1 << 21
"""Of the tests of one unit."""
_KEY_BITS = 62
_CASES = 40
_FIRST_SLACK = 1e-3
"""Of the least cost: so much above it plans are looked for first, then four times as much, and so on."""
_MOST_STEPS = 4_000_000
"""Comparisons of labels, about 0.3 s: a case that takes more stays undecided."""
_SECONDS_PER_STEP = 8e-8
_SECONDS_PER_SET = 1e-6


@dataclass(frozen=True, slots=True)
class _Case:
    """A part of all plans: options that are left, and more tests in a fixed order."""

    usable: Flags
    order: tuple[tuple[int, int], ...] = ()


class Joint:
    """One share-out of a product's tests among its units, in windows of hours per test and by a deadline."""

    def __init__(
        self, offers: Offers, budget: Budget, parts: tuple[int, ...], windows: tuple[Ints, Ints], deadline: int
    ) -> None:
        self._offers, self._budget = offers, budget
        self._parts, self._deadline = parts, deadline
        self._release, self._last = windows
        self._unit_of, self._bit_of = np.zeros(offers.size, dtype=np.int32), np.zeros(offers.size, dtype=np.int32)
        self._mine: list[Ints] = []
        for unit, part in enumerate(parts):
            mine = [test for test in range(offers.size) if part >> test & 1]
            self._unit_of[mine], self._bit_of[mine] = unit, range(len(mine))
            self._mine.append(np.asarray(mine, dtype=np.int32))

    def settle(self, limit: int) -> Settled:
        """Return the cheapest plan for at most ``limit``, the earliest of those, else any that was found.

        It stays undecided where there are too many ways to go.
        """
        offers = self._offers
        possible = sum(1 << part.bit_count() for part in self._parts) <= _MOST_SETS
        if not possible or offers.size + len(self._parts) * len(offers.move).bit_length() > _KEY_BITS:
            return None
        cases = [_Case(np.ones(len(offers.every.test), np.bool_))]
        best: Settled = ()
        for _ in range(_CASES):
            if not cases:
                return best
            case = cases.pop()
            found = self._in_case(case, best[1] if best else limit)
            if found is None or self._budget.over():
                return best or None
            if not found:
                continue
            clash = self._clash(found[0])
            if clash is not None:
                cases += self._apart(case, *clash)
            elif not best or found[1:] < best[1:]:
                best = found
        return best or None

    def _in_case(self, case: _Case, limit: int) -> Settled:
        """Return the best plan of a case, clashes at benches not looked at."""
        offers, every = self._offers, self._offers.every
        costs: list[Longs] = []
        hours: list[Ints] = []
        for mine in self._mine:
            shape = 1 << len(mine), len(offers.move)
            cost, latest = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int32)
            left_over(
                every.finish, every.by_test, every.test_from, every.city, every.price, offers.move, offers.fare,
                self._release, self._last, offers.excluded_by, case.usable, mine, self._deadline, cost, latest,
            )  # fmt: skip
            self._budget.spend(len(cost) * _SECONDS_PER_SET / SECONDS_PER_WORK)
            if latest[0, offers.home] < 0:
                return ()
            costs.append(cost)
            hours.append(latest)
        least = -(-sum(int(cost[0, offers.home]) for cost in costs) // offers.scale)
        found: Settled = ()
        for most in _rising(least, limit):
            found = self._joined(case, costs, hours, most)
            if found != ():
                break
        return found

    def _joined(self, case: _Case, costs: list[Longs], hours: list[Ints], limit: int) -> Settled:
        offers, every = self._offers, self._offers.every
        units = len(self._parts)
        before, relevant = np.zeros((2, offers.size), dtype=np.int64)
        for one, then in (*offers.order, *case.order):
            before[then] |= 1 << one
            if self._unit_of[one] != self._unit_of[then]:
                relevant[one] |= 1 << then
        left_from = np.cumsum([0, *map(len, costs)])[:-1].astype(np.int64)
        label, steps = -2, 0
        for many in _LABELS:
            table = np.empty(1 << (2 * many - 1).bit_length(), dtype=np.int32)
            tests, cost = np.empty((2, many), dtype=np.int64)
            unit_hours, places = np.empty((2, many, units), dtype=np.int32)
            ends = np.empty((many, offers.size), dtype=np.uint16)
            following, head, back, option_of = np.empty((4, many), dtype=np.int32)
            keys = np.empty(many, dtype=np.int64)
            label, steps = join(
                every.finish, every.by_test, every.test_from, every.city, every.price, offers.move, offers.fare,
                self._release, self._last, offers.excluded_by, case.usable, before, relevant, self._unit_of,
                self._bit_of, left_from, np.concatenate(costs), np.concatenate(hours), offers.home,
                limit * offers.scale, table, keys, head, following, tests, cost, unit_hours, places, ends, back,
                option_of, _MOST_STEPS,
            )  # fmt: skip
            self._budget.spend(steps * _SECONDS_PER_STEP / SECONDS_PER_WORK)
            if label != -2 or steps > _MOST_STEPS:
                break
        if label < 0:
            return None if label == -2 else ()
        placements = self._placements(label, ends, back, option_of)
        return placements, int(cost[label]) // offers.scale, int(ends[label].max())

    def _placements(self, label: int, ends: Hours, back: Ints, option_of: Ints) -> list[Placement]:
        every, choices = self._offers.every, self._offers.timetable.choices
        placements: list[Placement] = []
        while label > 0:
            option = option_of[label]
            test, place = int(every.test[option]), int(every.choice[option])
            end = int(ends[label, test])
            placements.append(Placement(test, int(self._unit_of[test]), place, end - choices[test][place].hours, end))
            label = int(back[label])
        return sorted(placements, key=lambda item: (item.start, item.end))

    def _clash(self, placements: list[Placement]) -> tuple[Placement, Placement] | None:
        """Return two that are on a bench at once; the placements are in order of their start."""
        on_bench: dict[int, Placement] = {}
        for item in placements:
            bench = self._offers.timetable.choices[item.test][item.choice].bench
            other = on_bench.get(bench)
            if other is not None and other.end > item.start:
                return other, item
            on_bench[bench] = item
        return None

    def _apart(self, case: _Case, one: Placement, other: Placement) -> Iterator[_Case]:
        """One of two options that clash is not used, or one test comes after the other."""
        every = self._offers.every
        for item in (one, other):
            usable = case.usable.copy()
            usable[(every.test == item.test) & (every.choice == item.choice)] = False
            yield _Case(usable, case.order)
        for pair in ((one.test, other.test), (other.test, one.test)):
            yield _Case(case.usable, (*case.order, pair))


def _rising(least: int, limit: int) -> Iterator[int]:
    """Return limits from a little above the least cost up to the limit, none where that is lower."""
    slack = _FIRST_SLACK * least
    while least + slack < limit:
        yield int(least + slack)
        slack *= 4
    if least <= limit:
        yield limit
