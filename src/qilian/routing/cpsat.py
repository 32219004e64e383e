"""The last step for small problems and long limits: OR-Tools CP-SAT looks for a plan that beats the best one.

The model has one start hour per test with the windows of each option, one circuit of routes per product for its
sample units, and one interval per bench. It is written straight into the solver's own messages: the layer above them
(``cp_model``) takes two seconds to import. In come the numbers of the problem; out come a sequence and a bound.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qilian.routing.bounds import TimeBounds
from qilian.routing.budget import Budget
from qilian.routing.plan import Objective
from qilian.routing.schedule import Placement
from qilian.routing.search import Sequence
from qilian.routing.timetable import Timetable

if TYPE_CHECKING:
    from ortools.sat.python.cp_model_helper import ConstraintProto, CpModelProto, CpSolverResponse

_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Closed:
    """A sequence that beats the plan given, or None, and a lower bound on the cost."""

    sequence: Sequence | None
    lower_bound: int


def close(
    timetable: Timetable,
    bounds: TimeBounds,
    objective: Objective,
    best_cost: int,
    lower_bound: int,
    budget: Budget,
    seed: int,
) -> Closed:
    """Look for a plan with a lower cost than ``best_cost``, or prove that there is none.

    Parameters
    ----------
    objective
        ``time`` or ``makespan``.
    best_cost, lower_bound
        Of the best plan so far, in whole hours (summed over products for ``time``).
    """
    if lower_bound >= best_cost:  # nothing better is left to look for
        return Closed(None, best_cost)
    from ortools.sat.python import cp_model_helper as ortools

    model = Model(timetable, bounds, objective, best_cost - 1, lower_bound)
    response = run(model.proto, budget, seed)
    if response.status == ortools.INFEASIBLE:
        return Closed(None, best_cost)
    # The bound is a float; one just below a whole number means that number.
    reached = max(lower_bound, math.ceil(response.best_objective_bound - 1e-6))
    if response.status in (ortools.OPTIMAL, ortools.FEASIBLE):
        return Closed(model.sequence(list(response.solution)), min(reached, best_cost))
    return Closed(None, min(reached, best_cost))


def first_plan(timetable: Timetable, bounds: TimeBounds, budget: Budget, seed: int) -> list[Placement] | None:
    """Return placements by the timetable's horizon, [] if there are none, None if none was found."""
    from ortools.sat.python import cp_model_helper as ortools

    model = Model(timetable, bounds, "makespan", timetable.horizon, 0)
    response = run(model.proto, budget, seed, any_plan=True)
    if response.status in (ortools.OPTIMAL, ortools.FEASIBLE):
        return model.placements(list(response.solution))
    return [] if response.status == ortools.INFEASIBLE else None


def run(proto: "CpModelProto", budget: Budget, seed: int, *, any_plan: bool = False) -> "CpSolverResponse":
    """Solve a model within a budget, or find ``any_plan``.

    With a limit in work alone the answer is the same on every machine.
    """
    from ortools.sat.python import cp_model_helper as ortools

    parameters = ortools.SatParameters()
    parameters.random_seed = seed % 2**31
    parameters.stop_after_first_solution = any_plan
    if budget.only_work():
        parameters.num_workers = 1
        parameters.max_deterministic_time = max(0.01, budget.left())
    else:
        parameters.num_workers = _WORKERS
        parameters.max_time_in_seconds = max(0.01, budget.left())
    solver = ortools.SolveWrapper()
    solver.set_parameters(parameters)
    solve: Callable[[CpModelProto], CpSolverResponse] = solver.solve
    response = solve(proto)
    assert response.status != ortools.MODEL_INVALID
    return response


class Model:
    """The messages of the model, and the variables that a solution is read from."""

    def __init__(
        self, timetable: Timetable, bounds: TimeBounds, objective: Objective, last_cost: int, lower_bound: int
    ) -> None:
        from ortools.sat.python import cp_model_helper as ortools

        self.timetable = timetable
        self.proto = ortools.CpModelProto()
        others = 0 if objective == "makespan" else sum(bounds.completion)
        self.last = [min(timetable.horizon, last_cost - (others - own if others else 0)) for own in bounds.completion]
        last_of = [self.last[product] for product in timetable.product_of]
        size = timetable.size
        self.start = [self._variable(bounds.release[test], last_of[test]) for test in range(size)]
        self.end = [
            self._variable(min(bounds.finish[test], last_of[test]), last_of[test] - bounds.tail[test])
            for test in range(size)
        ]
        self.chosen: list[dict[int, int]] = []
        self.city: list[dict[int, int]] = []
        self.arc: dict[tuple[int, int], int] = {}
        self._add_options(last_of)
        for product, tests in enumerate(timetable.tests_of):
            self._add_routes(tests, len(timetable.units_of[product]), timetable.home[timetable.units_of[product][0]])
        for test in range(size):
            for before in timetable.before[test]:
                self._at_least([(self.start[test], 1), (self.end[before], -1)], 0)
        self._add_objective(objective, last_cost, lower_bound)

    def sequence(self, values: list[int]) -> Sequence:
        """Read the order of the tests, their units and cities from a solution."""
        timetable = self.timetable
        before = {there: here for (here, there), literal in self.arc.items() if values[literal]}
        unit_of: dict[int, int] = {}
        sequence: Sequence = []
        free = [list(units) for units in timetable.units_of]
        for test in sorted(range(timetable.size), key=lambda item: values[self.start[item]]):
            previous = before[test]
            unit_of[test] = unit_of[previous] if previous >= 0 else free[timetable.product_of[test]].pop(0)
            city = next(place for place, literal in self.city[test].items() if values[literal])
            sequence.append((test, unit_of[test], city))
        return sequence

    def placements(self, values: list[int]) -> list[Placement]:
        """Read options and hours from a solution."""
        found: list[Placement] = []
        for test, unit, _ in self.sequence(values):
            place = next(place for place, literal in self.chosen[test].items() if values[literal])
            start = values[self.start[test]]
            found.append(Placement(test, unit, place, start, start + self.timetable.choices[test][place].hours))
        return found

    def _add_options(self, last_of: list[int]) -> None:
        """One option a test, in its windows and for its hours; no two tests at once on a bench."""
        on_bench: dict[int, list[int]] = {}
        for test, choices in enumerate(self.timetable.choices):
            chosen: dict[int, int] = {}
            in_city: dict[int, list[int]] = {}
            for place, choice in enumerate(choices):
                windows = [
                    hour
                    for first, last in zip(*choice.windows, strict=True)
                    if first + choice.hours <= last_of[test]
                    for hour in (first, min(last, last_of[test] - choice.hours))
                ]
                if not windows:
                    continue
                literal = self._literal()
                chosen[place] = literal
                in_city.setdefault(choice.city, []).append(literal)
                self._linear([(self.start[test], 1)], windows, [literal])
                self._linear([(self.end[test], 1), (self.start[test], -1)], [choice.hours] * 2, [literal])
                on_bench.setdefault(choice.bench, []).append(self._interval(test, literal, choice.hours))
            self._exactly_one(list(chosen.values()))
            cities: dict[int, int] = {}
            for city, literals in in_city.items():
                cities[city] = self._literal()
                self._exactly_one([*literals, -cities[city] - 1])
            self.chosen.append(chosen)
            self.city.append(cities)
        for intervals in on_bench.values():
            if len(intervals) > 1:
                self.proto.constraints.add().no_overlap.intervals.extend(intervals)

    def _add_routes(self, tests: list[int], units: int, home: int) -> None:
        """Routes from home through all tests, one for each unit used, with the hours of each move."""
        node = {test: place + 1 for place, test in enumerate(tests)}
        arcs: list[tuple[int, int, int]] = []
        firsts: list[int] = []
        leaves = {test: self._leaves(test, tests, self.last[self.timetable.product_of[test]]) for test in tests}
        for test in tests:
            literal = self.arc[-1, test] = self._literal()
            firsts.append(literal)
            arcs.append((0, node[test], literal))
            arcs.append((node[test], 0, self._literal()))
            for city, there in self.city[test].items():
                self._at_least([(self.start[test], 1)], self.timetable.hours[home][city], [literal, there])
            for other in tests:
                if other == test or self.timetable.destructive[test] or other in self.timetable.before[test]:
                    continue
                literal = self.arc[test, other] = self._literal()
                arcs.append((node[test], node[other], literal))
                for city, there in self.city[other].items():
                    self._at_least([(self.start[other], 1), (leaves[test][city], -1)], 0, [literal, there])
        routes = self.proto.constraints.add().routes
        routes.tails.extend([tail for tail, _, _ in arcs])
        routes.heads.extend([head for _, head, _ in arcs])
        routes.literals.extend([literal for _, _, literal in arcs])
        self._linear([(literal, 1) for literal in firsts], [1, units])

    def _leaves(self, test: int, tests: list[int], last: int) -> dict[int, int]:
        """The hour at which a unit that leaves a test is in each city."""
        leaves: dict[int, int] = {}
        for there in sorted({city for other in tests for city in self.city[other]}):
            leaves[there] = self._variable(0, last + max(row[there] for row in self.timetable.hours))
            for here, literal in self.city[test].items():
                move = self.timetable.hours[here][there]
                self._linear([(leaves[there], 1), (self.end[test], -1)], [move, move], [literal])
        return leaves

    def _add_objective(self, objective: Objective, last_cost: int, lower_bound: int) -> None:
        completions: list[int] = []
        for tests, last in zip(self.timetable.tests_of, self.last, strict=True):
            completion = self._variable(0, last)
            for test in tests:
                self._at_least([(completion, 1), (self.end[test], -1)], 0)
            completions.append(completion)
        if objective == "makespan":
            latest = self._variable(lower_bound, last_cost)
            for completion in completions:
                self._at_least([(latest, 1), (completion, -1)], 0)
            completions = [latest]
        self._linear([(completion, 1) for completion in completions], [lower_bound, last_cost])
        self.proto.objective.vars.extend(completions)
        self.proto.objective.coeffs.extend([1] * len(completions))

    def _variable(self, low: int, high: int) -> int:
        self.proto.variables.add().domain.extend([low, max(low, high)])
        return len(self.proto.variables) - 1

    def _literal(self) -> int:
        return self._variable(0, 1)

    def _linear(self, terms: list[tuple[int, int]], domain: list[int], only_if: list[int] | None = None) -> None:
        constraint = self._constraint(only_if)
        constraint.linear.vars.extend([variable for variable, _ in terms])
        constraint.linear.coeffs.extend([factor for _, factor in terms])
        constraint.linear.domain.extend(domain)

    def _at_least(self, terms: list[tuple[int, int]], low: int, only_if: list[int] | None = None) -> None:
        self._linear(terms, [low, 2 * self.timetable.horizon], only_if)

    def _exactly_one(self, literals: list[int]) -> None:
        self.proto.constraints.add().exactly_one.literals.extend(literals)

    def _interval(self, test: int, literal: int, hours: int) -> int:
        constraint = self._constraint([literal])
        for part, variable, offset in (
            (constraint.interval.start, self.start[test], 0),
            (constraint.interval.end, self.start[test], hours),
        ):
            part.vars.append(variable)
            part.coeffs.append(1)
            part.offset = offset
        constraint.interval.size.offset = hours
        return len(self.proto.constraints) - 1

    def _constraint(self, only_if: list[int] | None) -> "ConstraintProto":
        constraint: ConstraintProto = self.proto.constraints.add()
        if only_if:
            constraint.enforcement_literal.extend(only_if)
        return constraint
