"""The one door to the solvers: picks and combines them, and lets no plan out that :func:`verify` has not passed.

In come a problem, an objective and a limit; out comes a plan with its lower bound. The order is: first plans by list
scheduling, bounds, the exact search or the tours where they fit into the limit, local search with what is left, and
for long limits OR-Tools CP-SAT at the end. It stops as soon as value and bound meet. Many tests of several products go
to the batch search.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from qilian.routing.errors import RoutingError
from qilian.routing.plan import OBJECTIVES, Objective, Plan
from qilian.routing.problem import Problem
from qilian.routing.verification import evaluate, verify

if TYPE_CHECKING:
    from qilian.routing.batch import Batch
    from qilian.routing.batch_workers import Backend
    from qilian.routing.budget import Budget
    from qilian.routing.combination import Combination

DEFAULT_LIMIT_SECONDS = 1.0
FEW_TESTS = 40
"""So few tests of several products are left to the searches that can prove a plan to be the best."""
MAX_SEARCHED_TESTS = 300
"""More tests go to the batch search even where its code is not compiled yet."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: the best value so far and the lower bound, in the objective's unit."""

    seconds: float
    value: float
    lower_bound: float


def solve(
    problem: Problem,
    objective: Objective = "time",
    *,
    limit_seconds: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    start: Plan | None = None,
    fairness: float | None = None,
    workers: int = 1,
    backend: "Backend" = "processes",
) -> Plan:
    """Find a plan for a problem, and say how good it is.

    Parameters
    ----------
    problem
        What is to be done.
    objective
        ``time`` (completion hour of the last test; for several products the mean of their completion hours),
        ``makespan`` (the latest completion hour of all products), ``price`` (yuan) or ``distance`` (km).
        Among equally cheap or near plans the search prefers an earlier completion.
    limit_seconds
        Wall time after which the search ends; one second if no limit at all is given.
    work_limit
        Units of work after which the search ends. With this limit alone, the plan depends on nothing but the problem
        and the seed.
    seed
        Of the random choices.
    on_progress
        Called with every better plan or bound.
    start
        A plan to begin with; the result is at least as good.
    fairness
        For several products and an objective in hours: no product may be complete later than so many times the hour
        before which it could not be complete even alone (:func:`alone_hours`). None for no such rule.
    workers, backend
        Of the batch search for several products: how many work at a time, in ``processes`` of this machine or on
        ``ray``. With a work limit, the plan depends on their number too, and not on the backend.

    Returns
    -------
    Plan
        A plan that has passed :func:`verify`, with a lower bound that holds for every plan.

    Raises
    ------
    Infeasible
        When it has been shown that no plan keeps all rules.
    NoPlanFound
        When none was found, but it was not shown that there is none.
    RoutingError
        For an unknown objective, a start plan that breaks a rule, or a fairness that does not apply.
    """
    from qilian.routing.budget import Budget

    if objective not in OBJECTIVES:
        raise RoutingError(f"unknown objective {objective}", mend=f"use one of {', '.join(OBJECTIVES)}")
    if limit_seconds is None and work_limit is None:
        limit_seconds = DEFAULT_LIMIT_SECONDS
    budget = Budget(limit_seconds, work_limit)
    if start is not None:
        _refuse_broken(problem, start, RoutingError)

    def report(value: float, lower_bound: float) -> None:
        if on_progress is not None:
            on_progress(Progress(budget.elapsed(), value, lower_bound))

    if fairness is not None and (len(problem.products) == 1 or objective not in ("time", "makespan")):
        raise RoutingError("fairness is between products that end", mend="use it for several products and hours")
    if _is_batch(problem, objective, fairness, budget):
        return _solve_batch(problem, objective, budget, seed, report, start, fairness, workers, backend)
    from qilian.routing.combination import Combination

    combination = Combination(problem, objective, budget, seed, report)
    combination.run(start)
    return _plan(problem, combination, budget.elapsed(), start)


def alone_hours(problem: Problem) -> dict[str, int]:
    """Return for each product the hour before which it cannot be complete, even with all benches to itself.

    It is the later of its longest chain of precedence, each test as early as the calendars allow, and its tests with
    the shortest move to each, shared evenly by its sample units.
    """
    from qilian.routing.batch_data import BatchData

    return {product.id: int(hour) for product, hour in zip(problem.products, BatchData(problem).alone, strict=True)}


def _is_batch(problem: Problem, objective: Objective, fairness: float | None, budget: "Budget") -> bool:
    """Return whether the batch search is the right one: several products, hours, and too many tests for the others."""
    tests = sum(len(product.tests) for product in problem.products)
    if len(problem.products) == 1 or objective not in ("time", "makespan"):
        return False
    if fairness is not None or tests > MAX_SEARCHED_TESTS:
        return True
    from qilian.routing import jit

    return tests > FEW_TESTS and (budget.only_work() or jit.is_cached("batch"))


def _solve_batch(
    problem: Problem,
    objective: Objective,
    budget: "Budget",
    seed: int,
    report: Callable[[float, float], None],
    start: Plan | None,
    fairness: float | None,
    workers: int,
    backend: "Backend",
) -> Plan:
    begin = perf_counter()
    from qilian.routing import warm
    from qilian.routing.batch import Batch
    from qilian.routing.batch_workers import Workers

    warm.load("time", "batch")
    with Workers(workers, backend) as team:
        budget.pause(perf_counter() - begin)
        batch = Batch(problem, objective, budget, seed, report, fairness, team)
        batch.run(start)
        seconds = budget.elapsed()
    return _plan(problem, batch, seconds, start if fairness is None else None)


def _plan(problem: Problem, combination: "Combination | Batch", seconds: float, start: Plan | None) -> Plan:
    value, bound, assignments = combination.value(), combination.lower_bound(), combination.assignments()
    if start is not None:
        started = evaluate(problem, start.assignments, combination.objective)
        if started < value:  # its own hours may be better than those at which its tests can be placed in order
            value, assignments = started, start.assignments
    plan = Plan(
        objective=combination.objective,
        value=value,
        lower_bound=bound,
        proven=value == bound,
        seconds=round(seconds, 3),
        assignments=assignments,
    )
    _refuse_broken(problem, plan, AssertionError)
    return plan


def _refuse_broken(problem: Problem, plan: Plan, error: type[Exception]) -> None:
    violations = verify(problem, plan)
    if violations:
        raise error(f"a plan that breaks {len(violations)} rules, the first: {violations[0]}")
