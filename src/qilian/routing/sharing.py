"""Ways to share the tests of a product among its units below a cost, and whether each can be carried out.

In come the labels of the relaxation: routes of one unit. A way gives each unit a set of tests; it is settled by the
units' best routes, branching on hours where one unit waits for another and on benches where two units meet.
"""

from dataclasses import dataclass

import numpy as np

from qilian.routing import kernels, kernels_price
from qilian.routing.budget import Budget
from qilian.routing.joint import Joint, Settled
from qilian.routing.kernels_worth import Flags, Ints, Longs
from qilian.routing.relaxation import Labels, Relaxation
from qilian.routing.schedule import Placement

_MAX_WAYS = 200_000
_MOST_STEPS = 20_000_000
"""A search for ways to share the tests that takes longer (about half a second) leaves the deadline open."""
_MOST_LABELS = 1 << 18
_CASES = 300


@dataclass(frozen=True, slots=True)
class Way:
    """One set of tests a unit, with the least cost and the earliest hour that relaxed routes allow, 0 if not known."""

    parts: tuple[int, ...]
    cost: int
    hour: int


@dataclass(frozen=True, slots=True)
class _Route:
    """A unit's route: gain, and per step the place among all options, start and end."""

    gained: int
    steps: list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class _Case:
    """A part of all plans: windows of the tests, options that are left, and more tests in a fixed order."""

    release: Ints
    last: Ints
    usable: Flags
    order: tuple[tuple[int, int], ...]


class TooManyWays(Exception):  # noqa: N818 - a state of the search, not an error
    """More ways to share the tests than can be listed."""


class Sharing:
    """Ways to share the tests, and their settlement."""

    def __init__(self, relaxation: Relaxation, budget: Budget) -> None:
        self._relaxation = relaxation
        self._offers = relaxation.offers
        self._budget = budget
        self._full = (1 << self._offers.size) - 1

    def _worth(self, tests: int) -> int:
        return sum(int(worth) for test, worth in enumerate(self._relaxation.worth) if tests >> test & 1)

    def _worths(self, sets: Longs) -> Longs:
        """Return what the tests of each set are worth."""
        found = np.zeros(len(sets), dtype=np.int64)
        for test, worth in enumerate(self._relaxation.worth.tolist()):
            found += (sets >> test & 1) * worth
        return found

    def ways(self, labels: Labels, limit: int, deadline: int) -> list[Way]:
        """Return the ways that cost at most ``limit``, each route by the deadline; those that cost least come first."""
        offers, relaxation = self._offers, self._relaxation
        total = int(relaxation.worth.sum())
        least = relaxation.least(limit * offers.scale)
        count = labels.count
        fit = (labels.following[:count] != -2) & (labels.gained[:count] >= least) & (labels.hour[:count] <= deadline)
        places = np.flatnonzero(fit)
        order = places[np.lexsort((-labels.gained[places], labels.tests[places]))]
        tests = labels.tests[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = tests[1:] != tests[:-1]
        keys, gained = tests[first], labels.gained[order][first]
        if not len(keys):
            return []
        table = np.empty(1 << (2 * len(keys)).bit_length(), dtype=np.int32)
        kernels_price.index(keys, table)
        useful = np.flatnonzero(keys > 0)
        lowest = np.bitwise_count((keys[useful] & -keys[useful]) - 1).astype(np.int64)
        grouped = np.argsort(lowest, kind="stable")
        group_from = np.searchsorted(lowest[grouped], np.arange(offers.size + 1)).astype(np.int64)
        found = np.zeros((_MAX_WAYS, offers.units), dtype=np.int64)
        spare = offers.units * relaxation.top - (total - limit * offers.scale)
        ways = kernels.share_out(
            table,
            keys,
            np.zeros(len(keys), np.int64),
            gained.astype(np.int32),
            useful[grouped].astype(np.int64),
            group_from,
            self._full,
            offers.units,
            relaxation.top,
            spare,
            0,
            _MOST_STEPS,
            found,
        )
        if ways < 0:
            raise TooManyWays
        costs = dict(zip(keys.tolist(), (self._worths(keys) - gained).tolist(), strict=True))
        shared = [tuple(sorted(parts)) for parts in found[:ways].tolist()]
        measured = [Way(parts, -(-sum(costs[part] for part in parts) // offers.scale), 0) for parts in shared]
        # The last part was not looked at when they were put together.
        return sorted((way for way in measured if way.cost <= limit), key=lambda way: (way.cost, way.parts))

    def measured(self, labels: Labels, limit: int, deadline: int) -> list[Way]:
        """Return the ways up to a cost, each with the earliest hour at that cost."""
        ways = self.ways(labels, limit, deadline)
        wanted = {part for way in ways for part in way.parts}
        keys = np.asarray(sorted(wanted), dtype=np.int64)
        count = labels.count
        mine = np.flatnonzero((labels.following[:count] != -2) & np.isin(labels.tests[:count], keys))
        fronts: dict[int, list[tuple[int, int]]] = {part: [] for part in wanted}
        costs = (self._worths(labels.tests[mine]) - labels.gained[mine]) // self._offers.scale
        for place in np.lexsort((labels.hour[mine], costs)).tolist():
            front, hour = fronts[int(labels.tests[mine[place]])], int(labels.hour[mine[place]])
            if not front or hour < front[-1][1]:
                front.append((int(costs[place]), hour))
        return [Way(way.parts, way.cost, _earliest([fronts[part] for part in way.parts], limit)) for way in ways]

    def least_cost(self, parts: tuple[int, ...], deadline: int, limit: int) -> int:
        """Return what the cheapest routes of the units cost together, each by itself; exact up to ``limit``."""
        offers, relaxation = self._offers, self._relaxation
        last = (relaxation.last - (relaxation.deadline - deadline)).astype(np.int32)
        usable = np.ones(len(offers.every.test), np.bool_)
        total = 0
        for part in parts:
            least = self._worth(part) - (limit + 1) * offers.scale + total
            labels = relaxation.within(usable, (relaxation.release, last), part, least, _MOST_LABELS)
            self._budget.spend(10)
            if labels is None:
                return total // offers.scale
            ends = (labels.tests[: labels.count] == part) & (labels.following[: labels.count] != -2)
            if part and not ends.any():
                return limit + 1
            total += self._worth(part) - int(labels.gained[ends].max()) if part else 0
        return total // offers.scale

    def settle(self, parts: tuple[int, ...], deadline: int, limit: int) -> Settled:
        """Return a plan with this share-out by the deadline for at most ``limit``: placements, cost and end.

        An empty tuple if there is none, None if that stays undecided.
        """
        relaxation, offers = self._relaxation, self._offers
        last = (relaxation.last - (relaxation.deadline - deadline)).astype(np.int32)
        windows = relaxation.release, last
        settled = Joint(offers, self._budget, parts, windows, deadline).settle(limit)
        if settled is None and not self._budget.over():
            settled = self._branch(parts, last, limit)
        return settled

    def _branch(self, parts: tuple[int, ...], last: Ints, limit: int) -> Settled:
        """Settle by the units' best routes, where they conflict in one case after another."""
        relaxation, offers = self._relaxation, self._offers
        cases = [_Case(relaxation.release.copy(), last.copy(), np.ones(len(offers.every.test), np.bool_), ())]
        for _ in range(_CASES):
            if not cases:
                return ()
            if self._budget.over():
                return None
            case = cases.pop()
            routes = self._routes(case, parts, limit)
            if routes is None:
                return None
            if not routes:
                continue
            further = self._conflict(case, routes)
            if further is None:
                return self._plan(parts, routes)
            cases += further
        return None

    def _routes(self, case: _Case, parts: tuple[int, ...], limit: int) -> list[_Route] | None:
        """Return the best route of each unit in a case, [] when there are none for the limit, None for too many."""
        offers, relaxation = self._offers, self._relaxation
        order = [*offers.order, *case.order]
        unit_of = {test: unit for unit, part in enumerate(parts) for test in range(offers.size) if part >> test & 1}
        routes: list[_Route | None] = [None] * len(parts)
        most = [relaxation.top] * len(parts)
        again = True
        while again:
            again = False
            for _ in range(3):
                for one, then in order:
                    case.last[one] = min(case.last[one], case.last[then] - offers.shortest[then])
                    case.release[then] = max(case.release[then], case.release[one] + offers.shortest[one])
            if (case.release + offers.shortest > case.last).any():
                return []
            for unit, part in enumerate(parts):
                if routes[unit] is not None:
                    continue
                if not part:
                    routes[unit], most[unit] = _Route(0, []), 0
                    continue
                least = (
                    relaxation.least(limit * offers.scale)
                    + relaxation.top * (len(parts) - 1)
                    - sum(most[other] for other in range(len(parts)) if other != unit)
                )
                labels = relaxation.within(case.usable, (case.release, case.last), part, least, _MOST_LABELS)
                self._budget.spend(10)
                if labels is None:
                    return None
                ends = np.flatnonzero((labels.tests[: labels.count] == part) & (labels.following[: labels.count] != -2))
                if not len(ends):
                    return []
                best = ends[np.lexsort((labels.hour[ends], -labels.gained[ends]))[0]]
                if labels.gained[best] < least:  # only with tests that it does not have would it gain as much
                    return []
                routes[unit] = _Route(int(labels.gained[best]), self._steps(labels, int(best)))
                most[unit] = int(labels.gained[best])
                for one, then in order:
                    if part >> one & 1 and not part >> then & 1 and labels.earliest[one] > case.release[then]:
                        case.release[then] = labels.earliest[one]
                        routes[unit_of[then]] = None
                        again = True
            again = again or any(route is None for route in routes)
        return [route for route in routes if route is not None]

    def _steps(self, labels: Labels, label: int) -> list[tuple[int, int, int]]:
        every, choices = self._offers.every, self._offers.timetable.choices
        steps: list[tuple[int, int, int]] = []
        while labels.before[label] >= 0:
            option, end = int(labels.option[label]), int(labels.hour[label])
            hours = choices[every.test[option]][every.choice[option]].hours
            steps.append((option, end - hours, end))
            label = int(labels.before[label])
        return steps[::-1]

    def _conflict(self, case: _Case, routes: list[_Route]) -> list[_Case] | None:
        """Return the cases that a conflict between the units is divided into, None when there is none."""
        every = self._offers.every
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        for route in routes:
            for option, start, end in route.steps:
                begins[int(every.test[option])], ends[int(every.test[option])] = start, end
        worst, pair = 0, (-1, -1)
        for one, then in (*self._offers.order, *case.order):
            late = ends[one] - begins[then]
            if late > worst:
                worst, pair = late, (one, then)
        if worst:
            one, then = pair
            last, release = case.last.copy(), case.release.copy()
            middle = (begins[then] + ends[one]) // 2  # either one has ended by then, or the other starts later
            last[one] = min(last[one], middle)
            release[then] = max(release[then], middle + 1)
            return [
                _Case(case.release.copy(), last, case.usable, case.order),
                _Case(release, case.last.copy(), case.usable, case.order),
            ]
        return self._clash(case, routes)

    def _clash(self, case: _Case, routes: list[_Route]) -> list[_Case] | None:
        every, choices = self._offers.every, self._offers.timetable.choices
        on_bench: dict[int, list[tuple[int, int, int]]] = {}
        for route in routes:
            for option, start, end in route.steps:
                bench = choices[every.test[option]][every.choice[option]].bench
                for other, since, until in on_bench.get(bench, []):
                    if since < end and start < until:
                        return self._apart(case, option, other)
                on_bench.setdefault(bench, []).append((option, start, end))
        return None

    def _apart(self, case: _Case, one: int, other: int) -> list[_Case]:
        """One of two options that clash is not used, or one test comes after the other."""
        tests = int(self._offers.every.test[one]), int(self._offers.every.test[other])
        cases: list[_Case] = []
        for option in (one, other):
            usable = case.usable.copy()
            usable[option] = False
            cases.append(_Case(case.release.copy(), case.last.copy(), usable, case.order))
        cases += [
            _Case(case.release.copy(), case.last.copy(), case.usable, (*case.order, order))
            for order in (tests, tests[::-1])
        ]
        return cases

    def _plan(self, parts: tuple[int, ...], routes: list[_Route]) -> tuple[list[Placement], int, int]:
        every = self._offers.every
        placements = [
            Placement(int(every.test[option]), unit, int(every.choice[option]), start, end)
            for unit, route in enumerate(routes)
            for option, start, end in route.steps
        ]
        total = sum(self._worth(part) for part in parts) - sum(route.gained for route in routes)
        placements.sort(key=lambda item: (item.start, item.end))
        return placements, total // self._offers.scale, max(item.end for item in placements)


def _earliest(fronts: list[list[tuple[int, int]]], limit: int) -> int:
    """Return the earliest hour at which routes that cost at most ``limit`` together have all ended."""
    for hour in sorted({hour for front in fronts for _, hour in front}):
        costs = [next((cost for cost, ends in front if ends <= hour), None) for front in fronts]
        if None not in costs and sum(cost for cost in costs if cost is not None) <= limit:
            return hour
    return 1 << 60
