"""Parallel work on a batch: the same function on several tasks, in processes of this machine or on a Ray cluster.

Tasks carry plain arrays and frozen data; each is worked on by one worker from its own seed, and the results come back
in the order of the tasks, so that what is made of them does not depend on who was faster.
"""

import os
from collections.abc import Callable
from importlib import import_module
from time import perf_counter
from typing import Any, Literal, NamedTuple, Self, TypeAlias, TypeVar, cast

from qilian.routing.batch_search import BatchSearch, copied
from qilian.routing.bounds import time_bounds
from qilian.routing.budget import Budget
from qilian.routing.deadline import MAX_TESTS, Deadlines
from qilian.routing.errors import RoutingError
from qilian.routing.grid import MAX_HOURS, Grid
from qilian.routing.kernels_batch import Arrays, Solution
from qilian.routing.problem import Problem
from qilian.routing.timetable import Timetable

Backend: TypeAlias = Literal["processes", "ray"]
Result = TypeVar("Result")


class SearchTask(NamedTuple):
    """A share of the search: in this order from nothing, or from a complete solution when there is no order.

    A product is put in by so many ``steps``. It ends after ``seconds``, or where the clock has no say after so many
    ``insertions``.
    """

    arrays: Arrays
    solution: Solution
    order: list[int]
    seed: int
    seconds: float | None
    insertions: int
    steps: int


class AloneTask(NamedTuple):
    """A problem of one product, hours between which its best completion lies, and the seconds for a better bound."""

    problem: Problem
    low: int
    high: int
    seconds: float | None


class Workers:
    """So many workers; one works in this process.

    Parameters
    ----------
    count
        Workers at a time.
    backend
        ``processes`` on this machine, or ``ray``: the cluster that ``RAY_ADDRESS`` names, else one that is started
        here. Ray is an optional dependency, ``qilian[ray]``.
    """

    def __init__(self, count: int, backend: Backend) -> None:
        if count < 1:
            raise RoutingError(f"{count} workers", mend="use at least 1")
        self.count = count
        self._ray: Any = None
        self._started = False
        if backend == "ray":
            self._ray = _ray()
            self._started = not self._ray.is_initialized()
        if self._started:
            local = {} if "RAY_ADDRESS" in os.environ else {"num_cpus": count, "include_dashboard": False}
            self._ray.init(log_to_driver=False, logging_level="error", **local)

    def map(self, function: Callable[[Any], Result], tasks: list[Any]) -> list[Result]:
        """Return the function's results for the tasks, in their order."""
        if self._ray is not None:
            remote = self._ray.remote(function)
            return cast("list[Result]", self._ray.get([remote.remote(task) for task in tasks]))
        if self.count == 1:
            return [function(task) for task in tasks]
        joblib = import_module("joblib")
        # Arrays sent as memory maps would be read-only, another type to the compiled code.
        parallel = joblib.Parallel(n_jobs=self.count, backend="loky", max_nbytes=None)
        return cast("list[Result]", parallel(joblib.delayed(function)(task) for task in tasks))

    def __enter__(self) -> Self:
        if self.count > 1 or self._ray is not None:
            self.map(_load, [None] * self.count)
        return self

    def __exit__(self, *_: object) -> None:
        if self._started:
            self._ray.shutdown()


def _load(_: None) -> float:
    """Start a worker and load its code, so that this does not count as search."""
    from qilian.routing import warm

    return warm.load("time", "batch")


def _ray() -> Any:
    try:
        return import_module("ray")
    except ImportError:
        raise RoutingError("Ray is not installed", mend="install qilian[ray], or use --backend processes") from None


def search(task: SearchTask) -> tuple[Solution, int]:
    """Work on a share of the search; return the solution and the insertions that it took."""
    until = None if task.seconds is None else perf_counter() + task.seconds
    arrays = copied(task.arrays)  # Ray hands out read-only arrays, another type to the compiled code
    made = 0

    def over() -> bool:
        return made >= task.insertions if until is None else perf_counter() > until

    def spend(insertions: int) -> None:
        nonlocal made
        made += insertions

    found = BatchSearch(arrays, task.solution, placed=not task.order, seed=task.seed)
    if task.order:
        found.construct(task.order, task.steps, over if until is not None else lambda: False)
        made = len(task.order)
    else:
        found.improve(over, spend)
    return found.solution, made


def raise_alone(task: AloneTask) -> int:
    """Return a better bound on the completion of the only product, from the exact search's worths."""
    if sum(len(product.tests) for product in task.problem.products) > MAX_TESTS or task.high >= MAX_HOURS:
        return task.low
    timetable = Timetable(task.problem, task.high)
    bounds = time_bounds(timetable)
    if not all(timetable.choices) or max(bounds.finish) >= timetable.never:
        return task.low
    low = max(task.low, *bounds.completion)
    if low >= task.high:
        return task.low if low > task.high else low
    budget = Budget(task.seconds, None if task.seconds is not None else 4000)
    return Deadlines(Grid(timetable, bounds.release, task.high), bounds, budget).raise_bound(low, task.high)
