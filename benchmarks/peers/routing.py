"""Other ways to route one product for time: tuned CP-SAT, PyJobShop, and list scheduling.

Each takes a problem and a limit in seconds, and returns the completion hour that it found with its lower bound.
"""

from time import perf_counter
from typing import NamedTuple

import pyjobshop

from qilian.routing import Problem, solve
from qilian.routing.bounds import time_bounds
from qilian.routing.budget import Budget
from qilian.routing.construct import first_plans
from qilian.routing.cpsat import Model, run
from qilian.routing.schedule import Placement
from qilian.routing.search import found_in
from qilian.routing.timetable import Timetable

INCUMBENT_WORK = 2000
"""Work for the plan from which CP-SAT begins, about 0.1 s."""


class Answer(NamedTuple):
    """What a program found: completion hour (None: no plan), lower bound, and its seconds."""

    value: int | None
    bound: int
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.value is not None and self.bound >= self.value


def greedy(problem: Problem) -> Answer:
    """List scheduling: of the tests that may start, always the one that ends first."""
    begin = perf_counter()
    timetable = Timetable(problem)
    bounds = time_bounds(timetable)
    found = found_in(timetable, "time", next(first_plans(timetable, bounds, 0, 1)))
    return Answer(found.cost, bounds.completion[0], perf_counter() - begin)


def tuned_cp_sat(problem: Problem, limit_seconds: float) -> Answer:
    """CP-SAT with all that helps it: an annealed incumbent as horizon and hint, routes for units, our simple bounds.

    Two workers. The incumbent's seconds count.
    """
    from ortools.sat.python import cp_model_helper as ortools

    begin = perf_counter()
    start = solve(problem, work_limit=INCUMBENT_WORK)
    value = round(start.value)
    timetable = Timetable(problem, value)
    bounds = time_bounds(timetable)
    model = Model(timetable, bounds, "time", value, bounds.completion[0])
    bench = {item.id: place for place, item in enumerate(problem.benches)}
    test_of = {name: test for test, name in enumerate(timetable.names)}
    _hint(
        model,
        [
            Placement(test, item.unit, place, item.start, item.end)
            for item in start.assignments
            for test in [test_of[item.product, item.test]]
            for place, choice in enumerate(timetable.choices[test])
            if choice.bench == bench[item.bench]
        ],
    )
    response = run(model.proto, Budget(max(0.1, limit_seconds - (perf_counter() - begin)), None), 0)
    seconds = perf_counter() - begin
    if response.status not in (ortools.OPTIMAL, ortools.FEASIBLE):
        return Answer(value, bounds.completion[0], seconds)
    found, bound = round(response.objective_value), round(response.best_objective_bound)
    return Answer(min(value, found), max(bounds.completion[0], bound), seconds)


def _hint(model: Model, placements: list[Placement]) -> None:
    hint = model.proto.solution_hint

    def say(variable: int, value: int) -> None:
        hint.vars.append(variable)
        hint.values.append(value)

    follows: set[tuple[int, int]] = set()
    last: dict[int, int] = {}
    for item in sorted(placements, key=lambda placement: placement.start):
        follows.add((last.get(item.unit, -1), item.test))
        last[item.unit] = item.test
        say(model.start[item.test], item.start)
        say(model.end[item.test], item.end)
        city = model.timetable.choices[item.test][item.choice].city
        for place, literal in model.chosen[item.test].items():
            say(literal, int(place == item.choice))
        for place, literal in model.city[item.test].items():
            say(literal, int(place == city))
    for arc, literal in model.arc.items():
        say(literal, int(arc in follows))


def py_job_shop(problem: Problem, limit_seconds: float, horizon: int) -> Answer:
    """PyJobShop with OR-Tools and two workers, all rules expressed.

    A test is one optional task for each city, so that the transfers are setup times on the units; its modes are bench
    and unit. Staff is a resource with breaks beside each bench: an attended test needs it throughout, any other only in
    its first hour, as a task of its own. Given is a horizon, the completion hour of list scheduling.
    """
    begin = perf_counter()
    product = problem.products[0]
    model = pyjobshop.Model()
    benches = {item.id: item for item in problem.benches}
    place = {city: index for index, city in enumerate(problem.cities)}
    used = sorted({option.bench for test in product.tests for option in test.options})
    machine = {
        name: model.add_machine(breaks=[(start, end) for start, end in benches[name].busy if start < horizon])
        for name in used
    }
    staff = {
        name: model.add_renewable(len(product.tests), breaks=_gaps(benches[name].staffed, horizon)) for name in used
    }
    units = [model.add_machine() for _ in range(product.sample_units)]
    home = problem.transfer_hours[place[product.home]]
    tasks: list[tuple[str, int, bool, pyjobshop.Task]] = []
    for test in product.tests:
        here: list[pyjobshop.Task] = []
        for city in sorted({place[benches[option.bench].city] for option in test.options}):
            task = model.add_task(earliest_start=home[city], latest_end=horizon, optional=True)
            begins = None if test.attended else model.add_task(latest_end=horizon, optional=True)
            here.append(task)
            tasks.append((test.id, city, test.destructive, task))
            for option in test.options:
                if place[benches[option.bench].city] != city:
                    continue
                needed = [machine[option.bench], staff[option.bench]] if test.attended else [machine[option.bench]]
                modes = [
                    model.add_mode(task, [*needed, unit], option.hours, [0, 1, 0] if test.attended else [0, 0])
                    for unit in units
                ]
                if begins is not None:
                    first_hour = model.add_mode(begins, [staff[option.bench]], 1, [1])
                    for mode in modes:
                        model.add_mode_dependency(mode, [first_hour])
            if begins is not None:
                model.add_start_at_start(task, begins)
                model.add_select_all_or_none([task, begins])
        model.add_select_exactly_one(here)
    for one, city, destructive, task in tasks:
        for other, there, _, then in tasks:
            if one != other:
                hours = horizon if destructive else problem.transfer_hours[city][there]
                for unit in units:
                    model.add_setup_time(unit, task, then, hours)
            if (one, other) in product.precedence:
                model.add_end_before_start(task, then)
    left = max(0.1, limit_seconds - (perf_counter() - begin))
    result = model.solve(time_limit=left, display=False, num_workers=2)
    value = round(result.objective) if str(result.status).endswith(("OPTIMAL", "FEASIBLE")) else None
    bound = round(result.lower_bound) if value is not None else 0
    return Answer(value, bound, perf_counter() - begin)


def _gaps(intervals: tuple[tuple[int, int], ...], horizon: int) -> list[tuple[int, int]]:
    """Return what lies between intervals, up to the horizon."""
    gaps: list[tuple[int, int]] = []
    hour = 0
    for start, end in intervals:
        if hour < min(start, horizon):
            gaps.append((hour, min(start, horizon)))
        hour = max(hour, end)
    return [*gaps, (hour, horizon)] if hour < horizon else gaps
