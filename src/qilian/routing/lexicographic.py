"""Two objectives in order: the best plan for the first, and among those the best for the second, each with its bound.

In come a problem and two objectives; out comes a :class:`Ranking`. Time with price or distance goes through the study
of deadlines, price with distance through the order of errands on one common scale; where neither applies (several
products, very many tests) the second objective is improved test by test over the first plan, and its bound is the one
that holds for all plans.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qilian.routing.errors import RoutingError
from qilian.routing.plan import OBJECTIVES, Assignment, Objective, Plan
from qilian.routing.problem import Problem
from qilian.routing.solver import DEFAULT_LIMIT_SECONDS, Progress, solve
from qilian.routing.verification import evaluate, verify

if TYPE_CHECKING:
    from qilian.routing.budget import Budget
    from qilian.routing.timetable import Timetable
    from qilian.routing.trade import Charge

_FIRST_SHARE = 0.5
_MOST_BY_HAND = 300
"""With more tests, moving each by hand takes too long."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective of a ranking.

    Attributes
    ----------
    value, lower_bound
        In the objective's unit. The bound of the second objective holds for all plans that have the first one's value
        or a better one.
    """

    objective: Objective
    value: float
    lower_bound: float

    @property
    def proven(self) -> bool:
        """True when the value equals the lower bound."""
        return self.value <= self.lower_bound


@dataclass(frozen=True, slots=True)
class Ranking:
    """A plan for two objectives in order.

    Attributes
    ----------
    plan
        For the first objective.
    stages
        Both objectives with their values and bounds, in order.
    """

    plan: Plan
    stages: tuple[Stage, Stage]

    @property
    def proven(self) -> bool:
        """True when no plan is better for the first objective, nor as good for it and better for the second."""
        return all(stage.proven for stage in self.stages)


def solve_in_order(
    problem: Problem,
    objectives: tuple[Objective, Objective],
    *,
    limit_seconds: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Objective, Progress], None] | None = None,
) -> Ranking:
    """Find the best plan for the first objective, and among those of its value the best for the second.

    Parameters
    ----------
    objectives
        Two different ones of ``time``, ``makespan``, ``price`` and ``distance``.
    limit_seconds, work_limit, seed
        As for :func:`solve`.
    on_progress
        Called with the objective and every better plan or bound of the first stage.

    Raises
    ------
    RoutingError
        For objectives that are unknown, or not two different ones.
    Infeasible, NoPlanFound
        As :func:`solve` does.
    """
    from qilian.routing.budget import SECONDS_PER_WORK, Budget

    known = [objective for objective in objectives if objective in OBJECTIVES]
    if len(known) != 2 or len(set(known)) != 2 or len(objectives) != 2:
        raise RoutingError(
            f"objectives {', '.join(objectives)} are not two different ones", mend=f"use two of {', '.join(OBJECTIVES)}"
        )
    if limit_seconds is None and work_limit is None:
        limit_seconds = 2 * DEFAULT_LIMIT_SECONDS
    budget = Budget(limit_seconds, work_limit)
    first, second = objectives
    plan = solve(
        problem,
        first,
        limit_seconds=None if limit_seconds is None else _FIRST_SHARE * limit_seconds,
        work_limit=None if work_limit is None else max(1, int(_FIRST_SHARE * work_limit)),
        seed=seed,
        on_progress=None if on_progress is None else lambda found: on_progress(first, found),
    )
    if work_limit is not None:
        budget.spend(int(_FIRST_SHARE * work_limit) if limit_seconds is None else plan.seconds / SECONDS_PER_WORK)
    ranking = _second(problem, plan, second, budget, seed)
    violations = verify(problem, ranking.plan)
    if violations:
        raise AssertionError(f"a plan that breaks {len(violations)} rules, the first: {violations[0]}")
    return replace(ranking, plan=replace(ranking.plan, seconds=round(budget.elapsed(), 3)))


def _second(problem: Problem, plan: Plan, second: Objective, budget: "Budget", seed: int) -> Ranking:
    from qilian.routing.trade import can_trade

    first = plan.objective
    if can_trade(problem):
        if first in ("time", "makespan") and second in ("time", "makespan"):  # the same for one product
            stage = Stage(second, plan.value, plan.lower_bound)
            return Ranking(plan, (Stage(first, plan.value, plan.lower_bound), stage))
        if {first, second} & {"time", "makespan"}:
            return _by_deadlines(problem, plan, second, budget, seed)
    ranking = _by_errands(problem, plan, second, budget) if {first, second} == {"price", "distance"} else None
    return ranking or _by_hand(problem, plan, second, budget, seed)


def _ranked(
    problem: Problem,
    plan: Plan,
    assignments: tuple[Assignment, ...],
    second: Objective,
    low: float,
    first_low: float = 0.0,
) -> Ranking:
    """Return a ranking with these assignments, which are as good for the first objective as the plan."""
    value = evaluate(problem, assignments, plan.objective)
    bound = min(max(plan.lower_bound, first_low), value)
    better = replace(plan, assignments=assignments, value=value, lower_bound=bound, proven=value == bound)
    after = evaluate(problem, assignments, second)
    return Ranking(better, (Stage(plan.objective, value, bound), Stage(second, after, min(low, after))))


def _by_deadlines(problem: Problem, plan: Plan, second: Objective, budget: "Budget", seed: int) -> Ranking:
    from qilian.routing.trade import Trade

    timely = plan.objective in ("time", "makespan")
    charge: Charge = "distance" if "distance" in (plan.objective, second) else "price"
    trade = Trade(problem, charge, budget, seed)
    trade.take(plan)
    if timely:
        other = _quick(problem, charge, budget, seed)
        if other is not None:
            trade.take(other)
        hours = trade.candidates[0].hours
        trade.study([hours], budget.left())
        best = trade.candidates[0]
        return _ranked(problem, plan, best.assignments, second, trade.value(trade.least_cost(best.hours)))
    other = _quick(problem, "time", budget, seed)
    if other is not None:
        trade.take(other)
    trade.fasten_cheapest(_FIRST_SHARE)
    best = trade.candidates[-1]
    first_low = trade.value(trade.least_cost(problem.horizon))
    return _ranked(problem, plan, best.assignments, second, trade.earliest(best.cost), first_low)


def _quick(problem: Problem, objective: Objective, budget: "Budget", seed: int) -> Plan | None:
    """Return the best plan for an objective that a small share of the budget finds."""
    from qilian.routing.budget import SECONDS_PER_WORK

    seconds = 0.25 * budget.left()
    if seconds <= 0:
        return None
    if budget.only_work():
        work = max(1, int(seconds / SECONDS_PER_WORK))
        budget.spend(work)
        return solve(problem, objective, work_limit=work, seed=seed)
    return solve(problem, objective, limit_seconds=seconds, seed=seed)


def _by_errands(problem: Problem, plan: Plan, second: Objective, budget: "Budget") -> Ranking | None:
    """Find the best plan for price and distance on a scale on which the first counts more than all of the second."""
    from qilian.routing.errands import cheapest_errand
    from qilian.routing.schedule import assignments_of
    from qilian.routing.search import Sequence, replay
    from qilian.routing.timetable import Timetable
    from qilian.routing.tours import Tours

    timetable = Timetable(problem)
    common = _on_one_scale(timetable, plan.objective)
    sequence: Sequence = []
    low = 0
    for product in range(len(timetable.tests_of)):
        tours = Tours(common, product, "price")
        tours.best(1)
        errand = cheapest_errand(tours, 1 << 60, budget)
        if errand.sequence is None:
            return None
        low += errand.lower
        sequence += errand.sequence
    found = replay(common.cheapest_in_city(), "price", sequence)
    if found is None or found.cost != low:
        return None
    # The choices have the places of the common timetable, of which the cheapest in each city were kept.
    assignments = assignments_of(common.cheapest_in_city(), found.placements)
    first_low = evaluate(problem, assignments, plan.objective)
    return _ranked(problem, plan, assignments, second, evaluate(problem, assignments, second), first_low)


def _on_one_scale(timetable: "Timetable", first: Objective) -> "Timetable":
    """Return a timetable whose price is a great number times the first objective plus the second."""
    dearest = sum(max(choice.price for choice in choices) for choices in timetable.choices)
    fares, metres = (max(map(max, table)) for table in (timetable.price, timetable.metres))
    common = copy(timetable)
    by_price = first == "price"
    scale = 1 + (metres * timetable.size if by_price else dearest + fares * timetable.size)
    common.price = tuple(
        tuple(scale * price + way if by_price else price + scale * way for price, way in zip(*rows, strict=True))
        for rows in zip(timetable.price, timetable.metres, strict=True)
    )
    times = scale if by_price else 1
    common.choices = [
        [replace(choice, price=times * choice.price) for choice in choices] for choices in timetable.choices
    ]
    return common


def _by_hand(problem: Problem, plan: Plan, second: Objective, budget: "Budget", seed: int) -> Ranking:
    """Move single tests to options that are better for the second objective and no worse for the first."""
    other = _quick(problem, second, budget, seed)
    low = other.lower_bound if other is not None else 0.0
    best = list(plan.assignments)
    rank = plan.value, evaluate(problem, best, second)
    if other is not None:
        rival = evaluate(problem, other.assignments, plan.objective), other.value
        if rival < rank:
            best, rank = list(other.assignments), rival
    options = {(product.id, test.id): test.options for product in problem.products for test in product.tests}
    improved = len(best) <= _MOST_BY_HAND
    while improved and not budget.over():
        improved = False
        for place, item in enumerate(best):
            for option in options[item.product, item.test]:
                budget.spend(1)
                moved = replace(item, bench=option.bench, end=item.start + option.hours)
                tried = [*best[:place], moved, *best[place + 1 :]]
                values = evaluate(problem, tried, plan.objective), evaluate(problem, tried, second)
                if values < rank and not verify(
                    problem,
                    replace(plan, assignments=tuple(tried), value=values[0], lower_bound=0, proven=values[0] == 0),
                ):
                    best, rank, improved = tried, values, True
                    item = moved
    return _ranked(problem, plan, tuple(sorted(best, key=lambda item: (item.start, item.end))), second, low)
