"""The one door to the solvers: picks and combines them, and lets no plan out that :func:`verify` has not passed.

In come a problem, an objective and a limit; out comes a plan with its lower bound. The order is: first plans by list
scheduling, bounds, the exact search or the tours where they fit into the limit, local search with what is left, and
for long limits OR-Tools CP-SAT at the end. It stops as soon as value and bound meet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qilian.routing.errors import RoutingError
from qilian.routing.plan import OBJECTIVES, Objective, Plan
from qilian.routing.problem import Problem
from qilian.routing.verification import evaluate, verify

if TYPE_CHECKING:
    from qilian.routing.combination import Combination

DEFAULT_LIMIT_SECONDS = 1.0


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
        For an unknown objective, or a start plan that breaks a rule.
    """
    from qilian.routing.budget import Budget
    from qilian.routing.combination import Combination

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

    combination = Combination(problem, objective, budget, seed, report)
    combination.run(start)
    return _plan(problem, combination, budget.elapsed(), start)


def _plan(problem: Problem, combination: "Combination", seconds: float, start: Plan | None) -> Plan:
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
