"""What a plan would be if something were otherwise: the best plan under the changes, and the difference.

In come a problem, its plan and changes; out comes an :class:`Answer`. A forced place is a choice among tests: the
search branches on which test is done there, always where the bound is lowest, and leaves out what bounds exclude.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from qilian.routing.bounds import time_bounds
from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.changes import (
    Change,
    FinishBy,
    Force,
    ImpossibleChange,
    SampleUnits,
    changed,
    forced,
    refuse_unknown,
    with_test_at,
)
from qilian.routing.errors import Infeasible, NoPlanFound, RoutingError
from qilian.routing.names import Names
from qilian.routing.plan import Assignment, Objective, Plan
from qilian.routing.problem import Problem
from qilian.routing.solver import Progress, solve
from qilian.routing.timetable import Timetable
from qilian.routing.verification import evaluate, verify
from qilian.text import Text

DEFAULT_WHAT_IF_SECONDS = 3.0
_LEAST_SECONDS = 0.05
_TRIES = 4
"""So often at most one part of all plans is searched, each time for longer."""
_SHARE_BEFORE_BRANCHING = 0.3


@dataclass(frozen=True, slots=True)
class Figures:
    """Hours to the end of the last test (the objective's mean if that is ``time``), yuan, and kilometres."""

    hours: float
    price: float
    kilometres: float

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(self.hours - other.hours, self.price - other.price, round(self.kilometres - other.kilometres, 3))


@dataclass(frozen=True, slots=True)
class Moved:
    """A test with another appointment than before: another bench or another hour."""

    before: Assignment
    after: Assignment


@dataclass(frozen=True, slots=True)
class Answer:
    """What changes lead to.

    Attributes
    ----------
    problem, plan
        The changed problem and its plan, which :func:`verify` has passed; no plan where there is none.
    before, after
        The figures of the old plan and of the new one.
    moved
        Tests whose bench or hours differ.
    reason
        Why there is no plan, in one line; empty with a plan.
    impossible
        Whether it has been shown that there is none.
    """

    changes: tuple[Change, ...]
    problem: Problem | None
    plan: Plan | None
    before: Figures
    after: Figures | None
    moved: tuple[Moved, ...]
    reason: Text = field(default_factory=lambda: Text("", ""))
    impossible: bool = False

    @property
    def difference(self) -> Figures | None:
        """What the changes cost: new less old, so that a saving is negative."""
        return self.after - self.before if self.after else None


def what_if(
    problem: Problem,
    plan: Plan,
    changes: Iterable[Change],
    *,
    limit_seconds: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    names: Names | None = None,
) -> Answer:
    """Find the best plan under changes, for the objective of the plan at hand.

    Parameters
    ----------
    problem, plan
        What is planned now. The plan's lower bound is believed; give it 0 as one where it is not known.
    changes
        All of them together. A :class:`Force` is kept by at least one test.
    limit_seconds, work_limit, seed, on_progress
        As for :func:`solve`; three seconds if no limit is given.
    names
        For the reason, where there is no plan.

    Returns
    -------
    Answer
        With the new plan, proven only where its bound shows that no plan under the changes is better; where the old
        plan is as good as any, it is the answer.

    Raises
    ------
    RoutingError
        For a plan that breaks a rule, or a change that names what the problem does not have.
    """
    asked = tuple(changes)
    names = names or Names()
    _refuse_broken(problem, plan)
    for change in asked:
        refuse_unknown(problem, change)
    before = figures(problem, plan)
    if limit_seconds is None and work_limit is None:
        limit_seconds = DEFAULT_WHAT_IF_SECONDS
    try:
        other = changed(problem, asked)
        search = _Search(other, plan, asked, Budget(limit_seconds, work_limit), seed, on_progress)
        found = search.run(start_bound=_bound_before(plan, asked), unchanged=other == problem)
    except ImpossibleChange as error:
        return Answer(asked, None, None, before, None, (), error.reason(names), impossible=True)
    except Infeasible as error:
        reason = Text(f"这样无法排程：{error}", f"no plan is possible then: {error}")
        return Answer(asked, other, None, before, None, (), reason, impossible=True)
    except NoPlanFound as error:
        late = _too_early(problem, asked, limit_seconds, work_limit, seed, names)
        reason = late or Text(f"未找到方案：{error}", str(error))
        return Answer(asked, other, None, before, None, (), reason, impossible=late is not None)
    found = _kept(other, plan, asked, found)
    _refuse_broken(other, found)
    return Answer(asked, other, found, before, figures(other, found), moved(plan, found))


def figures(problem: Problem, plan: Plan) -> Figures:
    """Return hours, yuan and kilometres of a plan."""
    hours = evaluate(problem, plan.assignments, "time" if plan.objective == "time" else "makespan")
    return Figures(hours, evaluate(problem, plan.assignments, "price"), evaluate(problem, plan.assignments, "distance"))


def moved(before: Plan, after: Plan) -> tuple[Moved, ...]:
    """Return the tests of both plans whose bench or hours differ, in the new order."""
    known = {(item.product, item.test): item for item in before.assignments}
    pairs = ((known.get((item.product, item.test)), item) for item in after.assignments)
    return tuple(
        Moved(old, new)
        for old, new in pairs
        if old is not None and (old.bench, old.start, old.end) != (new.bench, new.start, new.end)
    )


def keeps(problem: Problem, plan: Plan, force: Force) -> bool:
    """Return whether at least one test of a plan is done at a forced place."""
    there = {bench.id for bench in problem.benches if force.place.holds(bench)}
    return any(item.bench in there for item in plan.assignments)


def _too_early(
    problem: Problem,
    changes: Sequence[Change],
    limit_seconds: float | None,
    work_limit: int | None,
    seed: int,
    names: Names,
) -> Text | None:
    """Say when the tests could end at the earliest, where a deadline among the changes is before that."""
    by = min((change.hour for change in changes if isinstance(change, FinishBy)), default=None)
    if by is None:
        return None
    others = changed(problem, [change for change in changes if not isinstance(change, FinishBy)])
    try:
        fastest = solve(others, "makespan", limit_seconds=limit_seconds, work_limit=work_limit, seed=seed)
    except (Infeasible, NoPlanFound):
        return None
    if fastest.lower_bound <= by:
        return None
    asked, end = names.hour(by), names.hour(int(fastest.lower_bound))
    return Text(
        f"{asked.zh}前完成：最早也要到{end.zh}才能全部做完",
        f"finished by {asked.en}: the last test cannot end before {end.en}",
    )


def _bound_before(plan: Plan, changes: Sequence[Change]) -> float:
    """Return the old bound, which holds as long as nothing new is allowed."""
    more = any(isinstance(change, SampleUnits) and change.more > 0 for change in changes)
    return 0.0 if more else plan.lower_bound


def _kept(problem: Problem, old: Plan, changes: Sequence[Change], found: Plan) -> Plan:
    """Return the old plan with the new bound, where it keeps the changes and nothing better was found."""
    unchanged = replace(found, value=old.value, proven=found.lower_bound == old.value, assignments=old.assignments)
    forces = [change for change in changes if isinstance(change, Force)]
    if old.value > found.value or not all(keeps(problem, old, force) for force in forces):
        return found
    return found if verify(problem, unchanged) else unchanged


def _refuse_broken(problem: Problem, plan: Plan) -> None:
    violations = verify(problem, plan)
    if violations:
        raise RoutingError(f"a plan that breaks {len(violations)} rules, the first: {violations[0]}")


@dataclass(order=True, slots=True)
class _Part:
    """A part of all plans: those of a problem with some tests pinned to forced places."""

    bound: float
    number: int
    problem: Problem = field(compare=False)
    pinned: int = field(compare=False, default=0)
    plan: Plan | None = field(compare=False, default=None)
    tries: int = field(compare=False, default=0)


class _Search:
    """Best-first search over which tests are done at the forced places."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        changes: Sequence[Change],
        budget: Budget,
        seed: int,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._problem = problem
        self._old = plan
        self._objective: Objective = plan.objective
        self._forces = [change for change in changes if isinstance(change, Force)]
        self._budget = budget
        self._seed = seed
        self._on_progress = on_progress
        self._open: list[_Part] = []
        self._finished: list[float] = []
        self._best: Plan | None = None
        self._parts = 0

    def run(self, start_bound: float, *, unchanged: bool) -> Plan:
        """Return the best plan found with the bound over all parts."""
        for force in self._forces:
            forced(self._problem, force)
        if unchanged:  # the old plan is the answer without the forced places
            self._take(self._part(start_bound, self._problem), self._old)
        else:
            heappush(self._open, self._part(start_bound, self._problem))
        failure: Infeasible | NoPlanFound | None = None
        undecided = False
        while self._open and (self._best is None or self._open[0].bound < self._best.value):
            if self._budget.over() and (self._best is not None or self._open[0].tries > 0):
                break
            part = heappop(self._open)
            try:
                found = self._solve(part)
            except Infeasible as error:
                failure = error
                continue
            except NoPlanFound as error:
                failure, undecided = error, True
                self._finished.append(part.bound)
                continue
            self._take(part, found)
        if self._best is None:
            if self._open or undecided or failure is None:
                raise NoPlanFound("no plan found in time, though one may exist", mend="give more time")
            raise failure
        return self._bounded(self._best)

    def _take(self, part: _Part, found: Plan) -> None:
        """Take what a part's search found: a plan that keeps all forces, or a test to branch on."""
        bound = max(part.bound, found.lower_bound)
        waiting = next((force for force in self._forces if not keeps(part.problem, found, force)), None)
        if waiting is not None:
            self._branch(part, waiting, bound)
            return
        if self._best is None or found.value < self._best.value:
            self._best = found
            self._report()
        if found.proven or bound >= found.value:
            self._finished.append(found.value)
        elif part.tries + 1 < _TRIES:
            heappush(self._open, replace(part, bound=bound, plan=found, tries=part.tries + 1))
        else:
            self._finished.append(bound)

    def _branch(self, part: _Part, force: Force, bound: float) -> None:
        for product, test in forced(part.problem, force):
            try:
                problem = with_test_at(part.problem, product, test, force.place)
            except ImpossibleChange:
                continue
            heappush(self._open, self._part(max(bound, self._quick_bound(problem)), problem, part.pinned + 1))

    def _part(self, bound: float, problem: Problem, pinned: int = 0) -> _Part:
        self._parts += 1
        return _Part(bound, self._parts, problem, pinned)

    def _solve(self, part: _Part) -> Plan:
        """Search a part for its share of what is left."""
        share = (_SHARE_BEFORE_BRANCHING if part.pinned < len(self._forces) else 1.0) / (1 + len(self._open))
        seconds = max(_LEAST_SECONDS, share * self._budget.left())
        start = part.plan or self._start(part.problem)
        if self._budget.only_work():
            work = max(1, int(seconds / SECONDS_PER_WORK))
            self._budget.spend(work)
            return solve(part.problem, self._objective, work_limit=work, seed=self._seed, start=start)
        return solve(part.problem, self._objective, limit_seconds=seconds, seed=self._seed, start=start)

    def _start(self, problem: Problem) -> Plan | None:
        """Return a known plan that is one of this part's."""
        bare = replace(self._old, lower_bound=0, proven=self._old.value == 0)
        return next((plan for plan in (self._best, bare) if plan and not verify(problem, plan)), None)

    def _quick_bound(self, problem: Problem) -> float:
        """Return a bound that takes next to no time."""
        if self._objective not in ("time", "makespan"):
            return 0.0
        completion = time_bounds(Timetable(problem)).completion
        return max(completion) if self._objective == "makespan" else sum(completion) / len(completion)

    def _bounded(self, best: Plan) -> Plan:
        bound = min([best.value, *self._finished, *(part.bound for part in self._open)])
        seconds = round(self._budget.elapsed(), 3)
        return replace(best, lower_bound=bound, proven=bound == best.value, seconds=seconds)

    def _report(self) -> None:
        if self._on_progress is not None and self._best is not None:
            plan = self._bounded(self._best)
            self._on_progress(Progress(plan.seconds, plan.value, plan.lower_bound))
