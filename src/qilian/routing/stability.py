"""Plans near a given one, by CP-SAT: the fewest changed appointments, or the best plan with so few changes.

In come a problem and the bench and hour that tests had; out comes a plan with its cost and a bound on what was sought.
The model is that of ``cpsat``, with one more literal per appointment that says whether it is kept.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from qilian.routing.bounds import time_bounds
from qilian.routing.budget import Budget
from qilian.routing.cpsat import Model, run
from qilian.routing.errors import Infeasible
from qilian.routing.openings import next_start
from qilian.routing.plan import Assignment, Objective
from qilian.routing.problem import Problem
from qilian.routing.schedule import Placement, assignments_of
from qilian.routing.timetable import Timetable

Appointments: TypeAlias = dict[tuple[str, str], tuple[str, int]]
"""Bench and start hour by product and test."""


@dataclass(frozen=True, slots=True)
class Near:
    """What was found.

    Attributes
    ----------
    assignments
        A plan, or None where time ran out before there was one.
    bound
        No plan has fewer changes, or a lower cost, whichever was sought: changes, or hours (summed over products for
        ``time``), yuan or metres.
    proven
        Whether the plan meets the bound.
    """

    assignments: tuple[Assignment, ...] | None
    bound: int
    proven: bool


def nearest(
    problem: Problem,
    appointments: Appointments,
    objective: Objective,
    seek: Literal["changes", "cost"],
    budget: Budget,
    seed: int,
    *,
    most_changes: int | None = None,
    most_cost: int | None = None,
    latest: int | None = None,
    known: tuple[Assignment, ...] = (),
) -> Near:
    """Look for the plan with the fewest changes or the lowest cost.

    Parameters
    ----------
    appointments
        A test counts as changed when it is not done at its bench and hour.
    objective
        What the cost is.
    most_changes, most_cost, latest
        Plans with more, or that end after this hour, are left out.
    known
        A plan to begin with.

    Raises
    ------
    Infeasible
        When it is shown that there is no such plan.
    """
    from ortools.sat.python import cp_model_helper as ortools

    timetable = Timetable(problem, latest)
    if not all(timetable.choices):
        raise Infeasible("a test has no opening that is long enough", mend="give more options or a later horizon")
    model = _NearModel(timetable, appointments, objective, seek, most_changes, most_cost)
    model.hint(known)
    response = run(model.proto, budget, seed)
    if response.status == ortools.INFEASIBLE:
        raise Infeasible("the tests do not fit before the horizon", mend="give a later horizon or more units")
    bound = max(0, math.ceil(response.best_objective_bound - 1e-6))
    if response.status not in (ortools.OPTIMAL, ortools.FEASIBLE):
        return Near(None, bound, proven=False)
    placements = model.placements(list(response.solution))
    return Near(assignments_of(timetable, placements), bound, proven=response.status == ortools.OPTIMAL)


def unkeepable(problem: Problem, appointments: Appointments) -> set[tuple[str, str]]:
    """Return the appointments that no plan can keep, since the bench is closed or booked at that hour."""
    timetable = Timetable(problem)
    bench = {item.id: place for place, item in enumerate(problem.benches)}
    lost: set[tuple[str, str]] = set()
    for test, name in enumerate(timetable.names):
        if name in appointments:
            where, hour = appointments[name]
            choices = [choice for choice in timetable.choices[test] if choice.bench == bench.get(where)]
            if not any(next_start(choice.windows, hour) == hour for choice in choices):
                lost.add(name)
    return lost


def with_appointments(problem: Problem, appointments: Appointments) -> Problem:
    """Return the problem in which these tests are done on the benches of their appointments."""
    return replace(
        problem,
        products=tuple(
            replace(
                product,
                tests=tuple(
                    replace(
                        test,
                        options=tuple(
                            option
                            for option in test.options
                            if option.bench == appointments.get((product.id, test.id), (option.bench, 0))[0]
                        ),
                    )
                    for test in product.tests
                ),
            )
            for product in problem.products
        ),
    )


class _NearModel(Model):
    """The model with a literal for each appointment that can be kept."""

    def __init__(
        self,
        timetable: Timetable,
        appointments: Appointments,
        objective: Objective,
        seek: Literal["changes", "cost"],
        most_changes: int | None,
        most_cost: int | None,
    ) -> None:
        self._appointments = appointments
        self._cost_of = objective
        self._seek = seek
        self._most_changes = most_changes
        self._most_cost = most_cost
        by_hours: Objective = objective if objective in ("time", "makespan") else "makespan"
        latest = timetable.horizon * (len(timetable.tests_of) if by_hours == "time" else 1)
        if most_cost is not None and by_hours == objective:
            latest = min(latest, most_cost)
        super().__init__(timetable, time_bounds(timetable), by_hours, latest, 0)

    def placements(self, values: list[int]) -> list[Placement]:
        """Read a solution."""
        timetable = self.timetable
        unit_of = {test: unit for test, unit, _ in self.sequence(values)}
        found: list[Placement] = []
        for test in range(timetable.size):
            choice = next(place for place, literal in self.chosen[test].items() if values[literal])
            start = values[self.start[test]]
            end = start + timetable.choices[test][choice].hours
            found.append(Placement(test, unit_of[test], choice, start, end))
        return found

    def _add_objective(self, objective: Objective, last_cost: int, lower_bound: int) -> None:
        super()._add_objective(objective, last_cost, lower_bound)
        if self._cost_of != objective:
            self.proto.objective.vars.clear()
            self.proto.objective.coeffs.clear()
            for variable, factor in self._cost_terms():
                self.proto.objective.vars.append(variable)
                self.proto.objective.coeffs.append(factor)
        cost = list(zip(self.proto.objective.vars, self.proto.objective.coeffs, strict=True))
        if self._most_cost is not None:
            self._linear(cost, [0, self._most_cost])
        kept = self._kept()
        planned = len(self._appointments)
        if self._most_changes is not None:
            self._linear([(literal, 1) for literal in kept], [max(0, planned - self._most_changes), planned])
        if self._seek == "changes":
            self.proto.objective.vars.clear()
            self.proto.objective.coeffs.clear()
            self.proto.objective.vars.extend(kept)
            self.proto.objective.coeffs.extend([-1] * len(kept))
            self.proto.objective.offset = planned

    def hint(self, known: tuple[Assignment, ...]) -> None:
        """Tell the solver of a plan; the tests and their order are enough for it to complete the rest."""
        timetable = self.timetable
        test_of = {name: test for test, name in enumerate(timetable.names)}
        benches = [bench.id for bench in timetable.problem.benches]
        previous: dict[tuple[str, int], int] = {}
        values: dict[int, int] = {}
        for item in sorted(known, key=lambda each: (each.start, each.end)):
            test = test_of[item.product, item.test]
            before = previous.get((item.product, item.unit), -1)
            previous[item.product, item.unit] = test
            values |= {self.start[test]: item.start, self.end[test]: item.end}
            for place, literal in self.chosen[test].items():
                values[literal] = int(benches[timetable.choices[test][place].bench] == item.bench)
            for (here, there), literal in self.arc.items():
                if there == test:
                    values[literal] = int(here == before)
        self.proto.solution_hint.vars.extend(list(values))
        self.proto.solution_hint.values.extend(list(values.values()))

    def _kept(self) -> list[int]:
        """Add a literal for each appointment that its bench could still keep."""
        bench = {item.id: place for place, item in enumerate(self.timetable.problem.benches)}
        kept: list[int] = []
        for test, name in enumerate(self.timetable.names):
            if name not in self._appointments:
                continue
            where, hour = self._appointments[name]
            for place, literal in self.chosen[test].items():
                if self.timetable.choices[test][place].bench == bench.get(where):
                    kept.append(self._literal())
                    self._linear([(literal, 1)], [1, 1], [kept[-1]])
                    self._linear([(self.start[test], 1)], [hour, hour], [kept[-1]])
        return kept

    def _cost_terms(self) -> list[tuple[int, int]]:
        """Yuan of options and moves, or metres of moves."""
        timetable, by_price = self.timetable, self._cost_of == "price"
        moves = timetable.price if by_price else timetable.metres
        most = max(max(row) for row in moves)
        terms = [
            (literal, timetable.choices[test][place].price)
            for test in range(timetable.size)
            for place, literal in self.chosen[test].items()
            if by_price
        ]
        paid = [self._variable(0, most) for _ in range(timetable.size)]
        for (here, there), arc in self.arc.items():
            home = timetable.home[timetable.units_of[timetable.product_of[there]][0]]
            origins = self.city[here] if here >= 0 else {home: arc}
            for origin, from_there in origins.items():
                for target, at_target in self.city[there].items():
                    if moves[origin][target]:
                        only_if = sorted({arc, from_there, at_target})
                        self._linear([(paid[there], 1)], [moves[origin][target], most], only_if)
        return terms + [(variable, 1) for variable in paid]
