"""Exact answers for one product under a deadline: the cheapest (or nearest) plan by then, and the earliest of those.

In come :class:`Offers` and the bounds; out come plans and bounds. The worths of the relaxed routes leave few routes of
a unit that can be part of a plan below a cost: all are listed as labels, put together to ways to share the tests among
the units, and the ways are settled from the cheapest on (route enumeration: Baldacci, Christofides, Mingozzi 2008,
Mathematical Programming 115(2)). Where tests are few, a table of all sets of tests leaves still fewer routes.
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush, nsmallest

from qilian.routing.bounds import TimeBounds
from qilian.routing.budget import Share
from qilian.routing.completion import Ahead, Completion
from qilian.routing.deadline import Deadlines
from qilian.routing.grid import Grid
from qilian.routing.haggling import Haggling
from qilian.routing.relaxation import Relaxation
from qilian.routing.schedule import Placement
from qilian.routing.sharing import Sharing, TooManyWays, Way

MOST_LABELS = 5_000_000
"""More take half a gigabyte."""
_STAGES = (
    (0, 0.5, 1, 0.1, 50_000),
    (100, 0.5, 100, 0.1, 400_000),
    (60, 0.5, 300, 0.02, 400_000),
    (50, 0.5, 1000, 0.01, 0),
)
"""Of the search for worths: rounds, first step, states, how far above the bound the goal lies, and how many routes may
be listed before worths are sought further."""
_FIRST_ALLOWANCE, _WIDER = 0.0005, 3
"""Of the bound: so much above it plans are looked for first, then so many times as much."""
_LOAD_ROUNDS = 120
_FEW_SETS, _FEW_WAYS = 400_000, 300
"""Sets of tests that are in time, and ways to share the tests: so many are settled one by one, whatever they cost."""
_FIRST_WAYS = 10
_COOLINGS, _STEPS = 3, 30_000
"""Of the local search."""


@dataclass(slots=True)
class Knowledge:
    """What is known about the plans by a deadline.

    Attributes
    ----------
    placements, cost, end
        The cheapest plan known. Without placements, cost and end are those of a plan known elsewhere, or higher.
    lower
        No plan by the deadline costs less.
    earliest
        No plan that costs at most ``cost`` ends earlier.
    """

    deadline: int
    cost: int
    end: int
    lower: int
    earliest: int
    placements: list[Placement] | None = None


class Pricing:
    """Questions about the cheapest plan of one product by a deadline.

    Parameters
    ----------
    grid, completion
        Of the same timetable and hours as the offers; no completion where there are too many tests for it.
    """

    def __init__(self, grid: Grid, bounds: TimeBounds, completion: Completion, budget: Share, seed: int) -> None:
        self.offers = completion.offers
        self._budget = budget
        self._completion = completion
        self._relaxation = Relaxation(self.offers, bounds, budget)
        self._sharing = Sharing(self._relaxation, budget)
        self._haggling = Haggling(self.offers, seed, budget)
        self._deadlines = Deadlines(grid, bounds, budget)
        self._allowance = 0.0
        self._refuted: dict[tuple[int, ...], int] = {}
        """Per way the cost up to which there is no such plan by the deadline."""

    def study(self, known: Knowledge, start: list[Placement], seconds: float) -> None:
        """Find the cheapest plan by the deadline and among those the earliest, as far as the limits allow.

        Parameters
        ----------
        known
            What is known; it is changed in place.
        start
            Placements for the local search to begin with.
        seconds
            What this study may take of the budget.
        """
        self._budget.allow(seconds)
        relaxation, scale = self._relaxation, self.offers.scale
        for _ in range(_COOLINGS):
            found = self._haggling.run(known.placements or start, known.deadline, known.cost, _STEPS)
            if found is not None:
                known.placements, known.cost, known.end = found
        relaxation.begin(known.deadline)
        self._allowance = _FIRST_ALLOWANCE * known.cost
        self._refuted.clear()
        ahead = self._completion.ahead(known.deadline, relaxation.last)
        if len(ahead.paid):
            known.lower = max(known.lower, min(known.cost, -(-int(ahead.paid[0, self.offers.home]) // scale)))
        self._deadlines.seek_worth(known.deadline, _LOAD_ROUNDS)
        for stage, (rounds, step, states, margin, most) in enumerate(_STAGES):
            base = relaxation.bound or int(relaxation.worth.sum())
            goal = min(known.cost * scale, int(base * (1 + margin)))
            relaxation.ascend(goal, rounds, step, states)
            known.lower = max(known.lower, min(known.cost, -(-relaxation.bound // scale)))
            if self._budget.over():
                return
            relaxation.weigh(self._deadlines.worth)
            if stage == 1 and self._by_hours(known, ahead):
                return
            if most and self._rise(known, ahead, most):
                return
        self._rise(known, ahead, self._affordable())

    def _rise(self, known: Knowledge, ahead: Ahead, most_labels: int) -> bool:
        """Settle all plans up to higher and higher costs; return whether nothing more can be done.

        It ends, too, where there are more than ``most_labels`` routes.
        """
        while not self._budget.over():
            limit = min(known.lower + max(1, int(self._allowance)), known.cost)
            done = self._enumerate(known, limit, ahead, most_labels)
            if done:
                return True
            if done is None:
                self._allowance /= _WIDER
                return False
            self._allowance *= _WIDER
        return True

    def _enumerate(self, known: Knowledge, limit: int, ahead: Ahead, most_labels: int) -> bool | None:
        """Settle all plans up to a limit of cost.

        Returns whether nothing more can be done, None when there are too many routes.
        """
        labels = self._relaxation.below(limit * self.offers.scale, most_labels, ahead.paid, ahead.latest)
        if labels is None:
            return None
        try:
            decided = self._settle(self._sharing.ways(labels, limit, known.deadline), limit, known)
            if decided and known.lower >= known.cost:
                self._hasten(self._sharing.measured(labels, known.cost, known.deadline), known)
        except TooManyWays:
            return None
        return not decided or known.lower >= known.cost

    def _affordable(self) -> int:
        """Return how many labels what is left of the budget allows for."""
        return int(max(10_000, min(MOST_LABELS, 1e6 * self._budget.left())))

    def _by_hours(self, known: Knowledge, ahead: Ahead) -> bool:
        """Settle all ways to share the tests that are in time, where they are few; return whether that was all."""
        ways = self._deadlines.ways(known.deadline, _FEW_SETS)
        if ways is None:
            return False
        scale = self.offers.scale
        waiting = [(ahead.least_cost(way.parts) // scale, way.hour, way.parts, False) for way in ways]
        heapify(waiting)
        for cost, hour, parts, _ in nsmallest(_FIRST_WAYS, waiting):  # for a good plan to begin with
            if self._budget.over():
                return False
            self._settle([Way(parts, cost, hour)], known.cost, known, raises=False)
        if len(ways) > _FEW_WAYS:
            return False
        priced: list[Way] = []
        while waiting and waiting[0][0] < known.cost:
            if self._budget.over():
                return False
            cost, hour, parts, measured = heappop(waiting)
            known.lower = max(known.lower, cost)
            if not measured:  # only now find what the units' routes cost at least
                cost = max(cost, self._sharing.least_cost(parts, known.deadline, known.cost - 1))
                heappush(waiting, (cost, hour, parts, True))
            elif self._settle([Way(parts, cost, hour)], known.cost, known, raises=False):
                priced.append(Way(parts, cost, hour))
            else:
                return False
        known.lower = known.cost
        self._hasten(priced + [Way(parts, cost, hour) for cost, hour, parts, _ in waiting if cost <= known.cost], known)
        return True

    def _settle(self, ways: list[Way], limit: int, known: Knowledge, *, raises: bool = True) -> bool:
        """Take all plans up to a limit of cost into account, shared out in these ways, the cheapest first.

        Returns whether nothing stayed undecided; it ``raises`` the bound where there are no other ways.
        """
        for way in ways:
            if way.cost >= known.cost:
                break
            if raises:
                known.lower = max(known.lower, way.cost)
            while max(way.cost, self._refuted.get(way.parts, 0) + 1) < known.cost:
                most = min(limit, known.cost - 1)
                if self._refuted.get(way.parts, 0) >= most:
                    break
                settled = self._sharing.settle(way.parts, known.deadline, most)
                if settled is None:
                    return False
                if not settled:
                    self._refuted[way.parts] = most
                    break
                known.placements, known.cost, known.end = settled
        if raises:
            known.lower = max(known.lower, limit + 1 if known.cost > limit else known.cost)
        return True

    def _hasten(self, ways: list[Way], known: Knowledge) -> None:
        """Find the earliest plan of the cost that is known to be the least, shared out in one of these ways."""
        decided = True
        for way in sorted(ways, key=lambda way: (way.hour, way.cost, way.parts)):
            if way.hour >= known.end:
                break
            if decided:
                known.earliest = max(known.earliest, way.hour)
            while way.hour < known.end:
                settled = self._sharing.settle(way.parts, known.end - 1, known.cost)
                if not settled:
                    decided = decided and settled is not None
                    break
                known.placements, known.cost, known.end = settled
        if decided:
            known.earliest = known.end
