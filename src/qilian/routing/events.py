"""What went otherwise than planned by an hour, and where that leaves the plan: what is fixed, and what is still free.

In come a problem, its plan, an hour and events; out comes a :class:`Situation` with the problem as it really is, past
included: each run that has to be done again is a test of its own beside its repetition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from qilian.routing.changes import ForbidHours, Place, refuse_unknown
from qilian.routing.errors import Infeasible, InvalidProblem, RoutingError
from qilian.routing.plan import Assignment, Plan
from qilian.routing.problem import Bench, Option, Problem, Product, Test

Key: TypeAlias = tuple[str, str]
"""Product and test."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A bench fails, or a laboratory or city closes: no test there in ``[start, end)``, for good without an end.

    A test that runs there now and could not end in time stops at once, and is done again from its beginning.
    """

    place: Place
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The result of an ended test is a fail: it is done again, in so many hours if they are given."""

    product: str
    test: str
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class UnitLost:
    """A sample unit can be used no more; the test that it is in stops, and is done again with another unit."""

    product: str
    unit: int


Event: TypeAlias = Closed | Failed | UnitLost


@dataclass(frozen=True, slots=True)
class Situation:
    """Where events leave a plan.

    Attributes
    ----------
    problem
        As it really is: closures are booked, and a test that is done again is there twice, its first run as
        ``test#1``. A whole plan of it, past and future, can be given to :func:`verify`.
    at
        Nothing free starts before this hour.
    fixed
        All that has started, with the hours that it took.
    appointments
        Of the tests that have not started and were planned.
    again
        Tests to be done again, which have no appointment.
    stopped
        Runs that a closure or a loss cut off, as they were planned.
    lost
        Sample units that can be used no more.
    under_way
        Per sample unit the next appointment that it was to go to.
    """

    problem: Problem
    at: int
    fixed: tuple[Assignment, ...]
    appointments: dict[Key, Assignment]
    again: tuple[Key, ...]
    stopped: tuple[Assignment, ...]
    lost: frozenset[tuple[str, int]]
    under_way: dict[tuple[str, int], Assignment]


def situation(problem: Problem, plan: Plan, at: int, events: Iterable[Event]) -> Situation:
    """Return where events leave a plan at an hour.

    Raises
    ------
    RoutingError
        For an event that names what is not there, lies before the hour, or a failed test that has not ended.
    Infeasible
        When no plan can be made any more.
    """
    happened = tuple(events)
    planned = {(item.product, item.test): item for item in plan.assignments}
    for event in happened:
        _refuse(problem, planned, at, event)
    closures = [event for event in happened if isinstance(event, Closed)]
    lost = frozenset((event.product, event.unit) for event in happened if isinstance(event, UnitLost))
    failed = {(event.product, event.test): event.hours for event in happened if isinstance(event, Failed)}
    benches = {bench.id: bench for bench in problem.benches}

    started = [item for item in plan.assignments if item.start < at]
    stopped = [item for item in started if item.end > at and _is_cut_off(item, benches[item.bench], closures, lost)]
    again = {**failed, **{(item.product, item.test): None for item in stopped}}
    runs = _run_names(problem, again)
    fixed = tuple(
        replace(
            item,
            test=runs.get((item.product, item.test), item.test),
            end=at if item in stopped else item.end,
        )
        for item in started
    )
    waiting = [item for item in plan.assignments if item.start >= at]
    under_way: dict[tuple[str, int], Assignment] = {}
    for item in sorted(waiting, key=lambda each: each.start):
        under_way.setdefault((item.product, item.unit), item)
    return Situation(
        problem=_as_it_is(problem, fixed, runs, again, closures),
        at=at,
        fixed=fixed,
        appointments={(item.product, item.test): item for item in waiting},
        again=tuple(again),
        stopped=tuple(stopped),
        lost=lost,
        under_way=under_way,
    )


def _refuse(problem: Problem, planned: dict[Key, Assignment], at: int, event: Event) -> None:
    match event:
        case Closed(place, start, end):
            refuse_unknown(problem, ForbidHours(start, problem.horizon + start if end is None else end, place))
            if start < at:
                raise RoutingError(
                    f"{place} closed from hour {start}, before hour {at}", mend="plan again from the earlier hour"
                )
        case Failed(product, test, hours):
            item = planned.get((product, test))
            if item is None:
                raise RoutingError(f"no test {test} of product {product}", mend="name a test of the plan")
            if item.end > at:
                raise RoutingError(
                    f"test {test} of product {product} ends at hour {item.end}: it has no result at hour {at}",
                    mend="plan again from a later hour",
                )
            if hours is not None and hours < 1:
                raise RoutingError(f"{hours} hours to repeat test {test}", mend="give 1 or more")
        case UnitLost(product, unit):
            units = {item.id: item.sample_units for item in problem.products}
            if not 0 <= unit < units.get(product, 0):
                raise RoutingError(f"no sample unit {unit} of product {product}", mend="count units from 0")


def _is_cut_off(item: Assignment, bench: Bench, closures: Sequence[Closed], lost: frozenset[tuple[str, int]]) -> bool:
    return (item.product, item.unit) in lost or any(
        closed.place.holds(bench) and closed.start < item.end for closed in closures
    )


def _run_names(problem: Problem, again: Iterable[Key]) -> dict[Key, str]:
    """Name the first run of each test that is done again: ``test#1``, or the next number that is free."""
    taken = {(product.id, test.id) for product in problem.products for test in product.tests}
    names: dict[Key, str] = {}
    for product, test in again:
        number = 1
        while (product, f"{test}#{number}") in taken:
            number += 1
        names[product, test] = f"{test}#{number}"
    return names


def _as_it_is(
    problem: Problem,
    fixed: Sequence[Assignment],
    runs: dict[Key, str],
    again: dict[Key, int | None],
    closures: Sequence[Closed],
) -> Problem:
    benches = tuple(
        replace(
            bench,
            busy=(
                *bench.busy,
                *(
                    (closed.start, max(closed.start + 1, problem.horizon) if closed.end is None else closed.end)
                    for closed in closures
                    if closed.place.holds(bench)
                ),
            ),
        )
        for bench in problem.benches
    )
    done = {(item.product, item.test): item for item in fixed}
    try:
        return replace(
            problem,
            benches=benches,
            products=tuple(_product_as_it_is(product, done, runs, again) for product in problem.products),
        )
    except InvalidProblem as error:
        raise Infeasible(error.what, where=error.where, mend=error.mend) from None


def _product_as_it_is(
    product: Product, done: dict[Key, Assignment], runs: dict[Key, str], again: dict[Key, int | None]
) -> Product:
    tests: list[Test] = []
    for test in product.tests:
        key = (product.id, test.id)
        if key in again:
            tests.append(_as_done(replace(test, id=runs[key]), done[product.id, runs[key]]))
            hours = again[key]
            options = tuple(replace(option, hours=hours or option.hours) for option in test.options)
            tests.append(replace(test, options=options))
        else:
            tests.append(_as_done(test, done[key]) if key in done else test)
    pairs: dict[Key, None] = {}
    for first, then in product.precedence:
        run = runs.get((product.id, first), first)
        if (product.id, then) in done:
            pairs[run, then] = None
        else:
            pairs[first, then] = None
            if (product.id, then) in runs:
                pairs[run, runs[product.id, then]] = None
    return replace(product, tests=tuple(tests), precedence=tuple(pairs))


def _as_done(test: Test, item: Assignment) -> Test:
    price = next(option.price for option in test.options if option.bench == item.bench)
    return replace(test, options=(Option(item.bench, item.end - item.start, price),))
