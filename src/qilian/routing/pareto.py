"""The Pareto front of time and price (or distance): plans of which none is faster and as cheap, or cheaper and as fast.

In comes a problem of one product; out comes a :class:`Front` of certified points, the fastest and the cheapest plan
among them. For one deadline after another the cheapest plan is found and proven, and the earliest of its price
(epsilon constraint: Haimes, Lasdon, Wismer 1971).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from qilian.routing.errors import RoutingError
from qilian.routing.plan import Plan
from qilian.routing.problem import Problem
from qilian.routing.verification import verify

if TYPE_CHECKING:
    from qilian.routing.budget import Budget
    from qilian.routing.trade import Candidate, Charge, Trade

DEFAULT_FRONT_SECONDS = 20.0
DEFAULT_POINTS = 5
_START_SHARE = 0.3
_ENDS_SHARE = 0.6
_STEP_SHARE = 0.4
_GAP_SHARE = 0.15
_LEAST_SECONDS = 1.5
_NARROW = 64
"""A part is narrow when so many of it fit into the front."""


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A plan on the front with its certificate.

    Attributes
    ----------
    hours, cost
        Completion hour, and yuan or km.
    least_cost
        No plan that is complete by ``hours`` costs less.
    earliest
        No plan that costs at most ``cost`` is complete earlier.
    plan
        For the objective ``time``; its lower bound holds for all plans.
    """

    hours: int
    cost: float
    least_cost: float
    earliest: int
    plan: Plan

    @property
    def proven(self) -> bool:
        """True when no plan is cheaper by that hour, and none is faster at that cost."""
        return self.least_cost >= self.cost and self.earliest >= self.hours

    @property
    def gap(self) -> float:
        """The greater of the parts of cost and hours that a better plan could save at most, 0 when proven."""
        cost = (self.cost - self.least_cost) / self.cost if self.cost > self.least_cost else 0.0
        return max(cost, (self.hours - self.earliest) / self.hours)


@dataclass(frozen=True, slots=True)
class Front:
    """Points of the front, the fastest first.

    Attributes
    ----------
    charge
        ``price`` (yuan) or ``distance`` (km).
    complete
        True when these are all points of the front, every one proven.
    seconds
        Wall time of the search.
    """

    charge: "Charge"
    points: tuple[FrontPoint, ...]
    complete: bool
    seconds: float

    @property
    def proven(self) -> bool:
        """True when every point is proven."""
        return all(point.proven for point in self.points)


def pareto(
    problem: Problem,
    charge: "Charge" = "price",
    *,
    points: int = DEFAULT_POINTS,
    limit_seconds: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Front], None] | None = None,
) -> Front:
    """Find points of the front of time and price (or distance), and prove them.

    The whole front may have hundreds of points. The fastest plan (the cheapest of those) and the cheapest plan (the
    fastest of those) come first. Then follow the points next to these two, whose proofs are easy, until ``points`` are
    proven; then as many times points in the widest part that is left. Of all that are proven those are returned that
    lie widest apart. A point that could not be proven in time shows its gap.

    Parameters
    ----------
    problem
        With one product of at most 62 tests.
    points
        How many, from 2 on; fewer are returned where the front has fewer.
    limit_seconds
        Wall time after which the search ends; twenty seconds if no limit at all is given.
    work_limit
        Units of work after which the search ends. With this limit alone, the front depends on nothing but the problem
        and the seed.
    on_progress
        Called with the front so far after every step.

    Raises
    ------
    RoutingError
        For more products, too many tests, or fewer than two points.
    Infeasible, NoPlanFound
        As :func:`solve` does.
    """
    from qilian.routing.budget import Budget
    from qilian.routing.trade import Trade, can_trade

    if not can_trade(problem):
        raise RoutingError("a front is found for one product of at most 62 tests", mend="give each product by itself")
    if points < 2:
        raise RoutingError(f"a front of {points} points", mend="ask for 2 or more: the fastest and the cheapest plan")
    if limit_seconds is None and work_limit is None:
        limit_seconds = DEFAULT_FRONT_SECONDS
    budget = Budget(limit_seconds, work_limit)

    def report() -> None:
        if on_progress is not None:
            on_progress(_front(trade, points, budget))

    trade = Trade(problem, charge, budget, seed, report)
    trade.start(_START_SHARE)
    trade.study_ends(_ENDS_SHARE)
    while not budget.over() and sum(map(trade.proven, trade.candidates)) < points:
        deadlines = _next_to_the_ends(trade)
        if not deadlines:
            break
        trade.study(deadlines, max(_LEAST_SECONDS, _STEP_SHARE * budget.left()))
    rounds = 0
    while not budget.over() and points > 2 and (rounds < points or sum(map(trade.proven, trade.candidates)) < points):
        deadlines = _next_deadlines(trade)
        if not deadlines:
            break
        trade.study(deadlines, max(_LEAST_SECONDS, _GAP_SHARE * budget.left()))
        rounds += 1
    front = _front(trade, points, budget)
    for point in front.points:
        violations = verify(problem, point.plan)
        if violations:
            raise AssertionError(f"a plan that breaks {len(violations)} rules, the first: {violations[0]}")
    return front


def _open_parts(trade: "Trade") -> list[tuple["Candidate", "Candidate", int, int]]:
    """Return proven neighbours on the front with the first and last deadline that may hide a point between them."""
    ends = trade.candidates[0], trade.candidates[-1]
    anchors = [item for item in trade.candidates if item in ends or trade.proven(item)]
    parts: list[tuple[Candidate, Candidate, int, int]] = []
    for one, other in pairwise(anchors):
        # By a deadline whose floor is the cost of the faster one there is nothing new.
        first, last = max(one.hours, trade.earliest(one.cost - 1)), other.hours - 1
        if first <= last:
            parts.append((one, other, first, last))
    return parts


def _next_to_the_ends(trade: "Trade") -> list[int]:
    """Return the deadline for the point next to the cheapest plan, or where that stayed open those next to the fastest.

    Few sets of tests cost little more than the least, and few are done in little more than the least time. Where an
    hour more than the fastest does not save anything, two are tried, then four, and so on. Narrow parts between two
    points are left for last.
    """
    from qilian.routing.trade import AT_ONCE

    parts = _open_parts(trade)
    if not parts:
        return []
    if parts[-1][3] not in trade.studied:
        return [parts[-1][3]]
    least = (trade.candidates[-1].hours - trade.candidates[0].hours) / _NARROW
    fast, _, first, last = next((part for part in parts if part[3] - part[2] >= least), parts[0])
    in_vain = sum(fast.hours < hour < first for hour in trade.studied)
    further = (min(last, first + (1 << in_vain + more) - 1) for more in range(AT_ONCE))
    return sorted([hour for hour in dict.fromkeys((*further, first)) if hour not in trade.studied][:AT_ONCE])


def _next_deadlines(trade: "Trade") -> list[int]:
    """Return deadlines in the widest open parts of the front.

    In a new part they are not far from its faster end, where an hour saves most, and in its middle. Where that was in
    vain the next ones are nearer to the ends, whose proofs are easier: few sets of tests fit before a tight deadline,
    and few cost little.
    """
    from qilian.routing.trade import AT_ONCE

    fastest, cheapest = trade.candidates[0], trade.candidates[-1]
    hours = max(1, cheapest.hours - fastest.hours)
    cost = max(1, fastest.cost - cheapest.cost)
    ranked: list[tuple[float, int]] = []
    for one, other, first, last in _open_parts(trade):
        width = ((other.hours - one.hours) / hours) ** 2 + ((one.cost - other.cost) / cost) ** 2
        tried = sorted(hour for hour in trade.studied if first <= hour <= last)
        if tried:
            found = {(first - 1 + tried[0]) // 2, (tried[-1] + last + 2) // 2}
        else:
            found = {first + (last - first) // 16, first + (last - first) // 2}
        ranked += [
            (width / 4 ** len(tried), -deadline)
            for deadline in found
            if first <= deadline <= last and deadline not in tried
        ]
    return [-deadline for _, deadline in sorted(ranked, reverse=True)[:AT_ONCE]]


def _distance(trade: "Trade", place: int, others: list[int]) -> float:
    """Return how far a candidate is from the nearest of some others, as parts of the front's length and height."""
    fastest, cheapest, item = trade.candidates[0], trade.candidates[-1], trade.candidates[place]
    hours, cost = max(1, cheapest.hours - fastest.hours), max(1, fastest.cost - cheapest.cost)
    there = [trade.candidates[other] for other in others]
    return min(((item.hours - far.hours) / hours) ** 2 + ((item.cost - far.cost) / cost) ** 2 for far in there)


def _front(trade: "Trade", count: int, budget: "Budget") -> Front:
    """Return the ends and as many points between them as asked for, the proven ones first, the widest apart."""
    known = trade.candidates
    chosen = [0, len(known) - 1] if len(known) > 1 else [0]
    while len(chosen) < min(count, len(known)):
        others = [place for place in range(len(known)) if place not in chosen]
        proven = [place for place in others if trade.proven(known[place])]
        chosen.append(max(proven or others, key=lambda place: (_distance(trade, place, chosen), -place)))
    points = []
    for place in sorted(chosen):
        item = known[place]
        plan = Plan(
            objective="time",
            value=item.hours,
            lower_bound=min(trade.least_hours, item.hours),
            proven=trade.least_hours >= item.hours,
            seconds=round(budget.elapsed(), 3),
            assignments=item.assignments,
        )
        least, earliest = min(item.cost, trade.least_cost(item.hours)), min(item.hours, trade.earliest(item.cost))
        points.append(FrontPoint(item.hours, trade.value(item.cost), trade.value(least), earliest, plan))
    complete = len(points) == len(known) and all(map(trade.proven, known)) and not _open_parts(trade)
    return Front(trade.charge, tuple(points), complete, round(budget.elapsed(), 3))
