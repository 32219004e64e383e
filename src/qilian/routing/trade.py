"""Time against price (or distance) for one product: the plans known, and what is certain about all others.

In come a problem and a budget. Plans come from the searches for time alone and for price alone, and from studies of
deadlines. What is certain is kept as *floors*: no plan that ends by this hour costs less than so much. From the floors
follows for each plan whether one is cheaper by the same hour, or earlier for the same price.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Literal, TypeAlias

from qilian.routing import warm
from qilian.routing.bounds import time_bounds
from qilian.routing.budget import SECONDS_PER_WORK, Budget, Share
from qilian.routing.combination import MAX_COMPILED_HOURS, MAX_COMPILED_TESTS
from qilian.routing.completion import Completion
from qilian.routing.grid import Grid
from qilian.routing.offers import Offers
from qilian.routing.plan import Assignment, Plan
from qilian.routing.pricing import Knowledge, Pricing
from qilian.routing.problem import Problem
from qilian.routing.schedule import Placement, assignments_of
from qilian.routing.solver import solve
from qilian.routing.timetable import METRES_PER_KM, Timetable
from qilian.routing.verification import evaluate

Charge: TypeAlias = Literal["price", "distance"]
"""What a plan costs: yuan or km."""

AT_ONCE = 2
"""Studies that run at the same time."""
_LONGEST_HOURS = 3000
"""Tables of more hours take too long: plans that end later are no points of a study."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan as hours and whole-number cost (yuan or metres)."""

    hours: int
    cost: int
    assignments: tuple[Assignment, ...]


def can_trade(problem: Problem) -> bool:
    """Return whether a problem can be studied: one product, few enough tests and hours."""
    product = problem.products[0]
    few = len(product.tests) <= MAX_COMPILED_TESTS and problem.horizon <= MAX_COMPILED_HOURS
    return len(problem.products) == 1 and few


class Trade:
    """The plans of a problem between the fastest and the cheapest.

    Parameters
    ----------
    problem
        For which :func:`can_trade` holds.
    charge
        What the plans cost.
    seed
        Of the random choices.
    report
        Called after each step.
    """

    def __init__(
        self, problem: Problem, charge: Charge, budget: Budget, seed: int, report: Callable[[], None] = lambda: None
    ) -> None:
        self.problem = problem
        self.charge: Charge = charge
        self.budget = budget
        self._seed = seed
        self._report = report
        self.candidates: list[Candidate] = []
        self.least_hours = 0
        """No plan ends earlier."""
        self._floors: list[tuple[int, int]] = [(problem.horizon, 0)]
        self.studied: set[int] = set()
        budget.pause(warm.load("time", "price"))
        self._pricing: list[Pricing] = []
        self._timetable = Timetable(problem, 1)

    def start(self, share: float) -> None:
        """Find the fastest and the cheapest plan, each with its bound, in a share of what is left."""
        fastest = self._solved("time", share / 2)
        self.least_hours = int(fastest.lower_bound)
        self._take(fastest.assignments)
        self._report()
        cheapest = self._solved(self.charge, share / 2)
        self.floor(self.problem.horizon, self._whole(cheapest.lower_bound))
        self._take(cheapest.assignments)
        self._report()

    def _solved(self, objective: Literal["time", "price", "distance"], share: float) -> Plan:
        begin, seconds = perf_counter(), share * self.budget.left()
        if self.budget.only_work():
            work = int(seconds / SECONDS_PER_WORK)
            plan = solve(self.problem, objective, work_limit=work, seed=self._seed)
            self.budget.spend(work if not plan.proven else work / 4)
            return plan
        plan = solve(self.problem, objective, limit_seconds=seconds, seed=self._seed)
        self.budget.spend((perf_counter() - begin) / SECONDS_PER_WORK)
        return plan

    def take(self, plan: Plan) -> None:
        """Take a plan, and what it says of all plans."""
        if plan.objective in ("time", "makespan"):
            self.least_hours = max(self.least_hours, int(plan.lower_bound))
        elif plan.objective == self.charge:
            self.floor(self.problem.horizon, self._whole(plan.lower_bound))
        self._take(plan.assignments)

    def _take(self, assignments: tuple[Assignment, ...]) -> None:
        hours = int(evaluate(self.problem, assignments, "time"))
        cost = self._whole(evaluate(self.problem, assignments, self.charge))
        if all(other.hours > hours or other.cost > cost for other in self.candidates):
            beaten = [other for other in self.candidates if other.hours >= hours and other.cost >= cost]
            self.candidates = [other for other in self.candidates if other not in beaten]
            self.candidates.append(Candidate(hours, cost, assignments))
            self.candidates.sort(key=lambda item: item.hours)

    def _whole(self, value: float) -> int:
        return round(value * METRES_PER_KM) if self.charge == "distance" else int(value)

    def value(self, cost: int) -> float:
        """Return a whole-number cost in yuan or km."""
        return round(cost / METRES_PER_KM, 3) if self.charge == "distance" else cost

    def floor(self, deadline: int, cost: int) -> None:
        """Note that no plan that ends by the deadline costs less."""
        self._floors.append((deadline, cost))

    def least_cost(self, deadline: int) -> int:
        """Return what every plan that ends by the deadline costs at least."""
        return max(cost for until, cost in self._floors if until >= deadline)

    def earliest(self, cost: int) -> int:
        """Return the hour before which no plan that costs at most so much ends."""
        return max(self.least_hours, *(until + 1 for until, least in self._floors if least > cost), 0)

    def proven(self, candidate: Candidate) -> bool:
        """Return whether no plan is cheaper by the same hour, nor earlier for the same cost."""
        cheapest = self.least_cost(candidate.hours) >= candidate.cost
        return cheapest and self.earliest(candidate.cost) >= candidate.hours

    def study(self, deadlines: list[int], seconds: float) -> None:
        """Find for each deadline the cheapest plan by then, and the earliest of those, with a limit of time.

        Where the clock counts, two deadlines are studied at the same time.
        """
        self._reach(max(deadlines))
        known = [self._known(deadline) for deadline in deadlines]
        work = zip(self._pricing, known, map(self._near, deadlines), strict=False)
        if self.budget.only_work() or len(deadlines) == 1:
            for pricing, knowledge, start in work:
                pricing.study(knowledge, start, seconds)
        else:
            with ThreadPoolExecutor(len(deadlines)) as pool:
                for done in [pool.submit(pricing.study, item, start, seconds) for pricing, item, start in work]:
                    done.result()
        for item in known:
            self.studied.add(item.deadline)
            if item.placements is not None:
                self._take(assignments_of(self._timetable, item.placements))
            self.floor(item.deadline, item.lower)
            if item.lower >= item.cost:
                self.floor(item.earliest - 1, item.cost + 1)
        self._report()

    def _reach(self, deadline: int) -> None:
        """Set up the studies, up to an hour that all deadlines so far and most plans lie before."""
        if self._pricing and self._pricing[0].offers.latest >= deadline:
            return
        latest = max(deadline, min(_LONGEST_HOURS, self.candidates[-1].hours))
        self._timetable = Timetable(self.problem, latest)
        bounds = time_bounds(self._timetable)
        offers = Offers(self._timetable, bounds.release, latest, self.charge)
        grid = Grid(self._timetable, bounds.release, latest)
        completion = Completion(offers, grid, self.budget)
        self._pricing = [
            Pricing(grid, bounds, completion, Share(self.budget), self._seed + worker) for worker in range(AT_ONCE)
        ]

    def _known(self, deadline: int) -> Knowledge:
        best = min((item for item in self.candidates if item.hours <= deadline), key=lambda item: item.cost)
        return Knowledge(deadline, best.cost, best.hours, self.least_cost(deadline), self.earliest(best.cost))

    def _near(self, deadline: int) -> list[Placement]:
        """Return the known plan that ends nearest to a deadline."""
        inside = [item for item in self.candidates if item.hours <= self._timetable.horizon]
        near = min(inside, key=lambda item: abs(item.hours - deadline))
        return placements_of(self._timetable, near.assignments)

    def study_ends(self, share: float) -> None:
        """Look for the cheapest of the fastest plans and the earliest of the cheapest, with a share of what is left."""
        fastest = self.candidates[0]
        deadlines = {self._near_cheapest()} if self.proven(fastest) else {fastest.hours, self._near_cheapest()}
        self.study(sorted(deadlines), share * self.budget.left())

    def fasten_cheapest(self, share: float) -> None:
        """Look for the earliest of the cheapest plans, each time with a share of what is left."""
        while not self.proven(self.candidates[-1]) and not self.budget.over():
            deadline = self._near_cheapest()
            if deadline in self.studied:
                return
            self.study([deadline], share * self.budget.left())

    def _near_cheapest(self) -> int:
        return min(self.candidates[-1].hours, max(_LONGEST_HOURS, self.candidates[0].hours))


def placements_of(timetable: Timetable, assignments: tuple[Assignment, ...]) -> list[Placement]:
    """Return assignments of a plan by the places of a timetable that reaches to its end."""
    test_of = {name: test for test, name in enumerate(timetable.names)}
    bench_of = {bench.id: place for place, bench in enumerate(timetable.problem.benches)}
    placements: list[Placement] = []
    for item in assignments:
        test, bench = test_of[item.product, item.test], bench_of[item.bench]
        choice = next(place for place, choice in enumerate(timetable.choices[test]) if choice.bench == bench)
        placements.append(Placement(test, item.unit, choice, item.start, item.end))
    return placements
