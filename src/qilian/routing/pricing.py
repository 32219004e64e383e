"""Exact answers for one product under a deadline: the cheapest (or nearest) plan by then, and the earliest of those.

In come :class:`Offers` and the bounds; out come plans and bounds. The worths of the relaxed routes leave few routes of
a unit that can be part of a plan below a cost: all are listed as labels, put together to ways to share the tests among
the units, and the ways are settled from the cheapest on (route enumeration: Baldacci, Christofides, Mingozzi 2008,
Mathematical Programming 115(2)).
"""

from dataclasses import dataclass

from qilian.routing.bounds import TimeBounds
from qilian.routing.budget import Share
from qilian.routing.deadline import Deadlines
from qilian.routing.grid import Grid
from qilian.routing.haggling import Haggling
from qilian.routing.offers import Offers
from qilian.routing.relaxation import Labels, Relaxation
from qilian.routing.schedule import Placement
from qilian.routing.sharing import Sharing, TooManyWays

MOST_LABELS = 5_000_000
"""More take half a gigabyte."""
_STAGES = ((100, 0.5, 100, 0.1), (60, 0.5, 300, 0.02), (50, 0.5, 1000, 0.01))
"""Of the search for worths: rounds, first step, states, and how far above the bound the goal lies."""
_FEW_LABELS = 1_000_000
_NEAR = 0.006
"""A plan this part above the bound is near enough to list all routes below it."""
_FIRST_ALLOWANCE = 0.004
"""Of the bound: so much above it plans are looked for first."""
_LOAD_ROUNDS = 120
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
    """Questions about the cheapest plan of one product by a deadline."""

    def __init__(self, offers: Offers, bounds: TimeBounds, budget: Share, seed: int) -> None:
        self.offers = offers
        self._budget = budget
        self._relaxation = Relaxation(offers, bounds, budget)
        self._sharing = Sharing(self._relaxation, budget)
        self._haggling = Haggling(offers, seed, budget)
        self._deadlines = Deadlines(Grid(offers.timetable, bounds.release, offers.latest), bounds, budget)

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
        for rounds, step, states, margin in _STAGES:
            base = relaxation.bound or int(relaxation.worth.sum())
            goal = min(known.cost * scale, int(base * (1 + margin)))
            relaxation.ascend(goal, rounds, step, states)
            known.lower = max(known.lower, min(known.cost, -(-relaxation.bound // scale)))
            if self._budget.over():
                return
            if known.cost * scale <= relaxation.bound * (1 + _NEAR):
                break
        self._deadlines.seek_worth(known.deadline, _LOAD_ROUNDS)
        relaxation.weigh(self._deadlines.worth)
        self._enumerate(known)

    def _enumerate(self, known: Knowledge) -> None:
        """List the routes below the known cost if they are few, else below higher and higher costs up to it."""
        relaxation, scale = self._relaxation, self.offers.scale
        limits = [known.cost]
        allowance = _FIRST_ALLOWANCE * relaxation.bound
        while relaxation.bound + allowance < known.cost * scale:
            limits.append(int(relaxation.bound + allowance) // scale)
            allowance *= 2
        limits = [limits[0], *(limit for limit in limits[1:] if limit > known.lower), limits[0]]
        for attempt, limit in enumerate(limits):
            if self._budget.over():
                return
            most = self._affordable()
            labels = relaxation.below(min(limit, known.cost) * scale, min(most, _FEW_LABELS) if attempt == 0 else most)
            try:
                if labels is None:
                    if attempt:
                        return
                elif not self._settle(labels, min(limit, known.cost), known) or known.lower >= known.cost:
                    return
            except TooManyWays:
                if attempt:
                    return

    def _affordable(self) -> int:
        """Return how many labels what is left of the budget allows for."""
        return int(max(10_000, min(MOST_LABELS, 1e6 * self._budget.left())))

    def _settle(self, labels: Labels, limit: int, known: Knowledge) -> bool:
        """Take all plans up to a limit of cost into account; return whether nothing stayed undecided."""
        for way in self._sharing.cheapest_first(labels, limit, known.deadline):
            if way.cost >= known.cost:
                break
            known.lower = max(known.lower, way.cost)
            while way.cost < known.cost:
                settled = self._sharing.settle(way.parts, known.deadline, min(limit, known.cost - 1))
                if settled is None:
                    return False
                if not settled:
                    break
                known.placements, known.cost, known.end = settled
        if known.cost > limit:
            known.lower = max(known.lower, limit + 1)
            return True
        known.lower = known.cost
        return self._hasten(labels, known)

    def _hasten(self, labels: Labels, known: Knowledge) -> bool:
        """Find the earliest plan of the cost that is known to be the least; return whether it was found."""
        for way in self._sharing.earliest_first(labels, known.cost, known.deadline):
            if way.hour >= known.end:
                break
            known.earliest = max(known.earliest, way.hour)
            while way.hour < known.end:
                settled = self._sharing.settle(way.parts, known.end - 1, known.cost)
                if settled is None:
                    return False
                if not settled:
                    break
                known.placements, known.cost, known.end = settled
        known.earliest = known.end
        return True
