"""The order in which a batch is worked on: quick plan, prices and bound, priced plans, neighbourhoods; on all workers.

In come a problem of several products, an objective in hours and a budget; after :meth:`Batch.run` it holds a solution
that keeps all rules, and a lower bound. The time limit is kept at any size: what does not fit into it is left out.
"""

from collections.abc import Callable

import numpy as np

from qilian.routing.batch_bound import BatchBound
from qilian.routing.batch_data import BatchData
from qilian.routing.batch_search import INSERTION_STEPS, BatchSearch
from qilian.routing.batch_workers import AloneTask, SearchTask, Workers, raise_alone, search
from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.errors import NoPlanFound
from qilian.routing.kernels_batch import Solution, construct
from qilian.routing.kernels_worth import Ints
from qilian.routing.plan import Assignment, Objective, Plan
from qilian.routing.problem import Problem

INSERTION_WORK = 120
"""Units of work of putting a product in."""
ASCENT_WORK = 400
"""Units of work of one round of the bound for 10,000 tests on 500 benches; smaller batches are counted the same."""
ASCENT_ROUNDS = 120
_BOUND_SHARE, _ALONE_SHARE, _ROUND_SHARE = 0.15, 0.3, 0.25
_ALONE_SECONDS = 0.1
_ROUND_INSERTIONS = 200
_MOST_CONSTRUCTIONS = 4
_FIRST_SHARE, _CONSTRUCTION_SHARE, _SECONDS_TO_FILL, _SECONDS_PER_STEP = 0.1, 0.3, 0.006, 2.2e-6
"""Of what is left of the budget the first construction, which measures the machine, and each other take
so much; how long a product may take gives its steps."""
_LEAST_STEPS, _MOST_STEPS = 100, 24_000
_MORE_HOURS = 168


class Batch:
    """All that works on one batch.

    Parameters
    ----------
    problem, objective
        Several products; ``time`` or ``makespan``.
    budget, seed, report
        As for a single product.
    fairness
        No product may be complete later than so many times its hour alone (:func:`alone_hours`); None for no such
        rule.
    workers
        Who does the work.
    """

    def __init__(
        self,
        problem: Problem,
        objective: Objective,
        budget: Budget,
        seed: int,
        report: Callable[[float, float], None],
        fairness: float | None,
        workers: Workers,
    ) -> None:
        self.objective = objective
        self._problem, self._budget, self._seed, self._report = problem, budget, seed, report
        self._workers = workers
        self._data = BatchData(problem)
        self._products = len(self._data.alone)
        horizon = np.full(self._products, problem.horizon, dtype=np.int32)
        self._fair_hour = horizon
        if fairness is not None:
            self._fair_hour = np.minimum(horizon, np.floor(fairness * self._data.alone)).astype(np.int32)
        self._best: Solution | None = None
        self._bound = int(self._data.alone.max() if objective == "makespan" else self._data.alone.sum())
        self._turn = 0
        self._slowness = 0.0  # of this machine now, against the one of the benchmarks; 0 until it is measured

    def run(self, start: Plan | None) -> None:
        """Find the best plan that the budget allows.

        Raises
        ------
        NoPlanFound
            When no plan was found, or none that is fair.
        """
        if start is not None:
            self._offer(self._data.solution_of(start.assignments))
        weights = np.add.reduceat(self._data.kinds.shortest[self._data.tests.kind], self._data.tests.first[:-1])
        try:
            self._offer(self._quickly(np.argsort(weights, kind="stable").tolist()))
        except NoPlanFound:  # what follows packs better
            if self._budget.over():
                raise
        bound = self._rise()
        self._construct(bound)
        while self._best is not None and not self._budget.over() and self.value() > self.lower_bound():
            self._improve(bound)
        self._refuse_unfair()

    def value(self) -> float:
        """Return the value of the best plan in hours."""
        return self._in_hours(self._value(self._found()))

    def lower_bound(self) -> float:
        """Return the lower bound in hours."""
        return self._in_hours(self._bound if self._best is None else min(self._bound, self._value(self._best)))

    def assignments(self) -> tuple[Assignment, ...]:
        """Return the best plan's assignments."""
        return self._data.assignments(self._found())

    def _found(self) -> Solution:
        if self._best is None:
            raise NoPlanFound("no plan found, though one may exist", mend="give a later horizon or more benches")
        return self._best

    def _in_hours(self, whole: int) -> float:
        if self.objective == "makespan":
            return whole
        mean = whole / self._products
        return int(mean) if mean == int(mean) else mean

    def _value(self, solution: Solution) -> int:
        return int(solution.completion.max() if self.objective == "makespan" else solution.completion.sum())

    def _late_hours(self, solution: Solution) -> int:
        return int(np.maximum(0, solution.completion - self._fair_hour).sum())

    def _rank(self, solution: Solution) -> tuple[int, int, int]:
        return self._late_hours(solution), self._value(solution), int(solution.completion.sum())

    def _offer(self, solution: Solution) -> None:
        if self._best is None or self._rank(solution) < self._rank(self._best):
            self._best = solution
            self._report(self.value(), self.lower_bound())

    def _raise(self, bound: int) -> None:
        if bound > self._bound:
            self._bound = bound
            if self._best is not None:
                self._report(self.value(), self.lower_bound())

    def _quickly(self, order: list[int]) -> Solution:
        """Return a solution by list scheduling, one product after another."""
        data, booked, solution = self._data, self._data.bookings(), self._data.empty_solution()
        for product in order:
            if construct(data.network, data.kinds, data.tests, booked, solution, product, 1.0) < 0:
                raise NoPlanFound("a product found no place behind the others", mend="give a later horizon")
        self._budget.spend(INSERTION_WORK / 10 * self._products)
        return solution

    def _rise(self) -> BatchBound:
        """Find prices and bounds."""
        latest = self._problem.horizon if self._best is None else int(self._best.completion.max()) + _MORE_HOURS
        bound = BatchBound(self._data, self.objective, latest)
        until = self._budget.left() * (1 - _BOUND_SHARE)

        def over() -> bool:
            self._budget.spend(ASCENT_WORK)
            return self._budget.left() < until

        bound.ascend(ASCENT_ROUNDS, over)
        self._raise(bound.hours)
        return bound

    def _rise_alone(self, bound: BatchBound, high: Ints) -> None:
        """Raise the bounds of the products alone by the exact search, where there is time for all of them."""
        left = self._budget.left() * _ALONE_SHARE * self._workers.count
        if left < _ALONE_SECONDS * self._products:
            return
        seconds = None if self._budget.only_work() else left / self._products
        products = self._problem.products
        tasks = []
        for place, product in enumerate(products):
            used = {option.bench for test in product.tests for option in test.options}
            alone = Problem(
                self._problem.horizon, self._problem.cities, self._problem.transfer_hours, self._problem.transfer_km,
                self._problem.transfer_price, tuple(item for item in self._problem.benches if item.id in used),
                (product,),
            )  # fmt: skip
            tasks.append(AloneTask(alone, int(self._data.alone[place]), int(high[place]), seconds))
        for place, hour in enumerate(self._workers.map(raise_alone, tasks)):
            bound.raise_alone(place, hour)
        self._budget.spend(4000 * len(tasks) / self._workers.count)
        until = self._budget.left() * (1 - _BOUND_SHARE)
        bound.ascend(ASCENT_ROUNDS // 2, lambda: self._budget.left() < until)
        self._raise(bound.hours)

    def _construct(self, bound: BatchBound) -> None:
        """Put all products in anew, by the hours that the prices give them, then by those that they reached."""
        price = np.add.reduceat(bound.price[self._data.tests.kind, 0], self._data.tests.first[:-1])
        wanted = np.minimum(bound.target, self._fair_hour).astype(np.float64)
        if self.objective == "makespan":
            wanted = -price
        before = 0.0
        for turn in range(_MOST_CONSTRUCTIONS):
            begin = self._budget.left()
            if begin <= 0 or before > begin / 2:
                break
            chance = np.random.default_rng([self._seed, turn])
            tasks = []
            for worker in range(self._workers.count):
                noise = 1.0 if turn == worker == 0 else chance.uniform(0.95, 1.05, self._products)
                order = np.lexsort((price, wanted * noise)).tolist()
                tasks.append(self._task(bound, self._data.empty_solution(), order))
            known = None if self._best is None else self._rank(self._best)
            solutions = self._search(tasks)
            each = _SECONDS_TO_FILL + tasks[0].steps * _SECONDS_PER_STEP
            self._slowness = 1.0
            if not self._budget.only_work():
                self._slowness = (begin - self._budget.left()) / (each * self._products)
            if turn == 0:
                self._rise_alone(bound, solutions[0].completion)
            if turn and known is not None and self._best is not None and self._rank(self._best) >= known:
                break
            if self.objective == "time":
                wanted = np.minimum(self._found().completion, self._fair_hour).astype(np.float64)
            before = begin - self._budget.left()

    def _improve(self, bound: BatchBound) -> None:
        """Let every worker change neighbourhoods of the best solution, and put together what they found."""
        tasks = [self._task(bound, self._found(), []) for _ in range(self._workers.count)]
        self._search(tasks)

    def _last_hour(self) -> Ints:
        if self.objective == "makespan" and self._best is not None and not self._late_hours(self._best):
            return np.minimum(self._fair_hour, self._value(self._best) - 1).astype(np.int32)
        return self._fair_hour

    def _task(self, bound: BatchBound, solution: Solution, order: list[int]) -> SearchTask:
        arrays = self._data.arrays(bound.price, self._last_hour())
        left = self._budget.left()
        seconds = None
        if not self._budget.only_work():
            seconds = left if order else min(left, max(1.0, _ROUND_SHARE * left))
        self._turn += 1
        share = _CONSTRUCTION_SHARE if self._slowness else _FIRST_SHARE
        each = share * left / self._products / max(1.0, self._slowness)
        steps = int((each - _SECONDS_TO_FILL) / _SECONDS_PER_STEP)
        steps = min(_MOST_STEPS, max(_LEAST_STEPS, steps))
        return SearchTask(
            arrays, solution, order, self._seed * 1_000_003 + self._turn, seconds, _ROUND_INSERTIONS, steps
        )

    def _search(self, tasks: list[SearchTask]) -> list[Solution]:
        found = self._workers.map(search, tasks)
        steps = tasks[0].steps if tasks[0].order else INSERTION_STEPS
        work = (_SECONDS_TO_FILL + steps * _SECONDS_PER_STEP) / SECONDS_PER_WORK
        self._budget.spend(work * max(made for _, made in found))
        solutions = sorted((solution for solution, _ in found), key=self._rank)
        best = solutions[0]
        self._offer(best)
        if len(solutions) > 1 and self.objective == "time":
            merged = BatchSearch(tasks[0].arrays, best, placed=True, seed=0)
            for other in solutions[1:]:
                merged.adopt(other)
            self._offer(merged.solution)
        return [solution for solution, _ in found]

    def _refuse_unfair(self) -> None:
        found = self._found()
        late = found.completion > self._fair_hour
        if late.any():
            product = int(np.argmax(np.where(late, found.completion / self._data.alone, 0)))
            ratio = found.completion[product] / self._data.alone[product]
            raise NoPlanFound(
                f"product {self._problem.products[product].id} is complete at {found.completion[product]}, "
                f"{ratio:.2f} times its hour alone; {late.sum()} of {self._products} products are not within the bound",
                mend="give a larger fairness or more time",
            )
