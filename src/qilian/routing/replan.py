"""A new plan after something went wrong: what has started stays as it was, the rest changes as little as asked.

In come a problem, its plan, an hour and events; out comes a :class:`Replanned` that :func:`verify` has passed from the
first hour to the last, with what was kept, moved and added, and bounds on the objective and on the number of changes.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from qilian.routing.budget import Budget
from qilian.routing.errors import Infeasible, RoutingError
from qilian.routing.events import Event, Key, Situation, situation
from qilian.routing.plan import Assignment, Objective, Plan
from qilian.routing.problem import Problem
from qilian.routing.remainder import Remainder, appointments_of
from qilian.routing.solver import Progress, solve
from qilian.routing.timetable import METRES_PER_KM
from qilian.routing.verification import evaluate, verify
from qilian.routing.what_if import Figures, Moved, figures, moved

if TYPE_CHECKING:
    from qilian.routing.stability import Near

Prefer: TypeAlias = Literal["few_changes", "objective"]
PREFERENCES: tuple[Prefer, ...] = ("few_changes", "objective")
DEFAULT_REPLAN_SECONDS = 5.0
_MORE_HOURS = 336
"""Plans that end within two weeks after the old one are looked at first: the search is quicker there."""
_SHARE_OF_STANDING = 0.2
_SHARE_OF_START = 0.2
_SHARE_OF_VALUE = 0.2
_SHARE_OF_CHANGES = 0.2


@dataclass(frozen=True, slots=True)
class Replanned:
    """A plan after events.

    Attributes
    ----------
    problem, plan
        The problem as it really is and the whole plan, past included: :func:`verify` passes. The plan's lower bound
        holds for every way to go on, however much is changed.
    fixed
        What had started, with the hours that it took; a run that is done again is called ``test#1``.
    kept, moved, added
        Appointments that stay, tests with another bench or hour, and tests that are done again.
    stopped
        Runs that were cut off, as they were planned.
    fewest_changes
        No plan (for ``objective``: none with so good a value) moves fewer appointments.
    near_bound
        No plan that moves so few appointments has a value below; None where that was not sought.
    before, after
        The figures of the old plan and of the new one.
    """

    problem: Problem
    plan: Plan
    fixed: tuple[Assignment, ...]
    kept: tuple[Assignment, ...]
    moved: tuple[Moved, ...]
    added: tuple[Assignment, ...]
    stopped: tuple[Assignment, ...]
    fewest_changes: int
    near_bound: float | None
    before: Figures
    after: Figures

    @property
    def fewest_proven(self) -> bool:
        """Whether no plan moves fewer appointments."""
        return len(self.moved) == self.fewest_changes

    @property
    def difference(self) -> Figures:
        """What the events cost: new less old."""
        return self.after - self.before


def replan(
    problem: Problem,
    plan: Plan,
    at_hour: int,
    events: Iterable[Event],
    *,
    prefer: Prefer = "few_changes",
    limit_seconds: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Replanned:
    """Plan again from an hour on.

    Parameters
    ----------
    problem, plan
        What was planned. Tests that start before ``at_hour`` have started and stay as they were.
    events
        What has happened: :class:`Closed`, :class:`Failed`, :class:`UnitLost`.
    prefer
        ``few_changes``: as few changed appointments as possible, then the plan's objective; ``objective``: the best
        value, then as few changes as possible.
    limit_seconds, work_limit, seed
        Of the search; five seconds if no limit is given.
    on_progress
        Called with better values and bounds of the remaining plan, in its own hours.

    Raises
    ------
    Infeasible
        When no plan can be made any more.
    NoPlanFound
        When none was found in time.
    RoutingError
        For a plan that breaks a rule, an hour below 0, an event that names what is not there or an unknown preference.
    """
    if prefer not in PREFERENCES:
        raise RoutingError(f"unknown preference {prefer}", mend=f"use one of {', '.join(PREFERENCES)}")
    if at_hour < 0:
        raise RoutingError(f"hour {at_hour}", mend="give an hour of 0 or more")
    violations = verify(problem, plan)
    if violations:
        raise RoutingError(f"a plan that breaks {len(violations)} rules, the first: {violations[0]}")
    if limit_seconds is None and work_limit is None:
        limit_seconds = DEFAULT_REPLAN_SECONDS
    found = situation(problem, plan, at_hour, events)
    if not found.appointments and not found.again:
        value = evaluate(found.problem, found.fixed, plan.objective)
        return _result(problem, plan, found, replace(plan, value=value, lower_bound=value, proven=True), 0, None)
    search = _Search(found, plan, limit_seconds, work_limit, seed, on_progress)
    return search.run(problem, plan, prefer)


class _Search:
    def __init__(
        self,
        found: Situation,
        plan: Plan,
        limit_seconds: float | None,
        work_limit: int | None,
        seed: int,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._found = found
        self._objective: Objective = plan.objective
        self._remainder = Remainder(found)
        self._appointments = appointments_of(found, self._remainder.origin)
        self._soon = max(item.end for item in plan.assignments) - self._remainder.origin + _MORE_HOURS
        self._budget = Budget(limit_seconds, work_limit)
        self._limits = (limit_seconds, work_limit)
        self._seed = seed
        self._on_progress = on_progress

    def run(self, problem: Problem, plan: Plan, prefer: Prefer) -> Replanned:
        quick, chosen, fewest, near = self._keep_all_that_stands()
        best = self._best(chosen or quick)
        if prefer == "objective":
            nearest, fewest = self._fewest(best, self._cost(best.value))
            chosen, near = nearest if self._changes(nearest) < self._changes(best) else best, None
        elif chosen is None:
            known = quick if quick is not None and self._changes(quick) < self._changes(best) else best
            chosen, fewest = self._fewest_of_all(known, fewest)
            chosen, near = self._best_within(self._changes(chosen), chosen)
        assignments = self._remainder.assignments(chosen)
        bound = self._whole(best.lower_bound, assignments)
        value = evaluate(self._found.problem, assignments, self._objective)
        whole = Plan(
            objective=self._objective,
            value=value,
            lower_bound=min(bound, value),
            proven=min(bound, value) == value,
            seconds=round(self._budget.elapsed(), 3),
            assignments=assignments,
        )
        return _result(problem, plan, self._found, whole, fewest, near)

    def _keep_all_that_stands(self) -> tuple[Plan | None, Plan | None, int, float | None]:
        """Return a quick plan, the best that moves only what must, how much that is, and a bound."""
        from qilian.routing.stability import nearest, unkeepable, with_appointments

        lost = unkeepable(self._remainder.problem, self._appointments)
        quick = self._inserted(lost)
        near_enough = quick is not None and self._changes(quick) <= len(lost)
        standing = {key: where for key, where in self._appointments.items() if key not in lost}
        for latest in (self._soon, None):
            try:
                near = nearest(
                    with_appointments(self._remainder.problem, standing),
                    standing,
                    self._objective,
                    "cost",
                    self._part(_SHARE_OF_STANDING),
                    self._seed,
                    most_changes=0,
                    latest=latest,
                    known=quick.assignments if quick is not None and near_enough else (),
                )
            except Infeasible:
                if latest is None:
                    return quick, None, len(lost) + 1, None
                continue
            if near.assignments is not None:
                plan = self._plan(near.assignments)
                holds = latest is None or self._later_is_worse()
                return quick, plan, len(lost), self._near_bound(near, plan) if holds else None
        return quick, quick if near_enough else None, len(lost), None

    def _inserted(self, lost: set[Key]) -> Plan | None:
        """Return a plan in which all that stands stays, found without a search; None where it is not that easy."""
        from qilian.routing.insertion import inserted

        problem, standing = self._remainder.problem, self._remainder.standing(lost)
        found = inserted(problem, standing, self._appointments, self._objective)
        plan = None if found is None else self._plan(found)
        return plan if plan is not None and not verify(problem, plan) else None

    def _later_is_worse(self) -> bool:
        """Return whether a plan that ends later than another one cannot be better."""
        one = len(self._remainder.problem.products) == 1
        return self._objective == "makespan" or (self._objective == "time" and one)

    def _best(self, start: Plan | None) -> Plan:
        """Return the best plan, however much it changes."""
        seconds, work = self._limits
        problem, objective = self._remainder.problem, self._objective
        start = start or self._start()
        return solve(
            problem,
            objective,
            limit_seconds=None if seconds is None else seconds * _SHARE_OF_VALUE,
            work_limit=None if work is None else max(1, int(work * _SHARE_OF_VALUE)),
            seed=self._seed,
            start=start,
            on_progress=self._on_progress,
        )

    def _start(self) -> Plan | None:
        """Return any plan, near the end of the old one if there is one there."""
        from qilian.routing.stability import nearest

        for latest in (self._soon, None):
            try:
                near = nearest(
                    self._remainder.problem,
                    {},
                    self._objective,
                    "cost",
                    self._part(_SHARE_OF_START),
                    self._seed,
                    latest=latest,
                )
            except Infeasible:
                if latest is None:
                    raise
                continue
            if near.assignments is not None:
                return self._plan(near.assignments)
        return None

    def _fewest_of_all(self, known: Plan, at_least: int) -> tuple[Plan, int]:
        """Return a plan with few changes, sought near the end of the old plan first; and how few there must be."""
        from qilian.routing.stability import nearest

        found = known
        with suppress(Infeasible):
            found, _ = self._fewest(known, None, max(self._soon, max(item.end for item in known.assignments)))
        most = self._changes(found) - 1
        if most < at_least:
            return found, at_least
        try:
            near = nearest(
                self._remainder.problem,
                self._appointments,
                self._objective,
                "changes",
                self._part(_SHARE_OF_CHANGES),
                self._seed,
                most_changes=most,
            )
        except Infeasible:
            return found, most + 1
        return (self._plan(near.assignments) if near.assignments else found), max(at_least, near.bound)

    def _fewest(self, known: Plan, most_cost: int | None, latest: int | None = None) -> tuple[Plan, int]:
        """Return a plan with few changes, and how few there must be among those that end in time."""
        from qilian.routing.stability import nearest

        near = nearest(
            self._remainder.problem,
            self._appointments,
            self._objective,
            "changes",
            self._part(_SHARE_OF_CHANGES),
            self._seed,
            most_cost=most_cost,
            latest=latest,
            known=known.assignments,
        )
        if near.assignments is None:
            return known, near.bound
        found = self._plan(near.assignments)
        return (found if self._changes(found) < self._changes(known) else known), near.bound

    def _best_within(self, changes: int, start: Plan) -> tuple[Plan, float]:
        """Return the best plan with so many changes, and a bound for those in the whole's unit."""
        from qilian.routing.stability import nearest

        near = nearest(
            self._remainder.problem,
            self._appointments,
            self._objective,
            "cost",
            self._part(_SHARE_OF_CHANGES),
            self._seed,
            most_changes=changes,
            most_cost=self._cost(start.value),
            known=start.assignments,
        )
        found = self._plan(near.assignments) if near.assignments else start
        chosen = found if found.value <= start.value else start
        return chosen, self._near_bound(near, chosen)

    def _near_bound(self, near: "Near", plan: Plan) -> float:
        if near.proven:
            bound = plan.value
        elif self._objective == "distance":
            bound = round(near.bound / METRES_PER_KM, 3)
        else:
            bound = near.bound / (len(self._remainder.problem.products) if self._objective == "time" else 1)
        return self._whole(bound, self._remainder.assignments(plan))

    def _part(self, share: float) -> Budget:
        seconds, work = self._limits
        return Budget(None if seconds is None else seconds * share, None if work is None else int(work * share))

    def _plan(self, assignments: tuple[Assignment, ...]) -> Plan:
        value = evaluate(self._remainder.problem, assignments, self._objective)
        return Plan(self._objective, value, 0, value == 0, 0.0, assignments)

    def _cost(self, value: float) -> int:
        """Return a value of the remainder in the whole numbers that the model counts in."""
        if self._objective == "distance":
            return round(value * METRES_PER_KM)
        return round(value * (len(self._remainder.problem.products) if self._objective == "time" else 1))

    def _changes(self, plan: Plan) -> int:
        now = {(item.product, item.test): (item.bench, item.start) for item in plan.assignments}
        return sum(now[key] != where for key, where in self._appointments.items())

    def _whole(self, value: float, assignments: tuple[Assignment, ...]) -> float:
        return self._remainder.whole_value(self._objective, value, assignments)


def _result(problem: Problem, old: Plan, found: Situation, plan: Plan, fewest: int, near: float | None) -> Replanned:
    if not found.again and not found.appointments:
        plan = replace(plan, assignments=found.fixed)
    broken = [str(violation) for violation in verify(found.problem, plan)] + _unkept(found, plan)
    if broken:
        raise AssertionError(f"a plan that breaks {len(broken)} rules, the first: {broken[0]}")
    waiting = replace(old, assignments=tuple(found.appointments.values()))
    shifted = moved(waiting, plan)
    as_before = replace(plan, assignments=old.assignments)
    if not shifted and not found.again and not verify(found.problem, as_before) and not _unkept(found, as_before):
        plan = as_before  # identical units that are still at home may have changed places
    changed = {(each.after.product, each.after.test) for each in shifted}
    future = [item for item in plan.assignments if item.start >= found.at]
    return Replanned(
        problem=found.problem,
        plan=plan,
        fixed=found.fixed,
        kept=tuple(
            item
            for item in future
            if (item.product, item.test) in found.appointments and (item.product, item.test) not in changed
        ),
        moved=shifted,
        added=tuple(item for item in future if (item.product, item.test) in found.again),
        stopped=found.stopped,
        fewest_changes=fewest,
        near_bound=near,
        before=figures(problem, old),
        after=figures(found.problem, plan),
    )


def _unkept(found: Situation, plan: Plan) -> list[str]:
    """Name what :func:`verify` does not know of: what has started, the hour of planning, and lost units."""
    broken = [f"{item.test} has started and was changed" for item in found.fixed if item not in plan.assignments]
    for item in plan.assignments:
        if item not in found.fixed:
            if item.start < found.at:
                broken.append(f"{item.test} starts at {item.start}, before hour {found.at}")
            if (item.product, item.unit) in found.lost:
                broken.append(f"{item.test} uses lost unit {item.unit}")
    return broken
