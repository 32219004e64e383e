"""Between the domain and the solver: tests and matched laboratories become a problem, a plan becomes steps.

A specimen kind (whole machine, battery lot, …) is one routed product with its own identical units; hour 0 is 00:00 of
the day on which the samples are ready. The routing room never sees a name, this file never sees a search.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from qilian import routing
from qilian.compliance import Order, TestDemand
from qilian.laboratories import Bench, Capable, City, Geography, Laboratory, Matches, WorkingCalendar, booked_hours
from qilian.planning.model import Itinerary, Move, Step

HORIZON_HOURS = 180 * 24
"""How far ahead benches are looked at: half a year, as in the frozen routing instances."""

ROUTING_OBJECTIVE: dict[str, routing.Objective] = {"time": "makespan", "cost": "price", "distance": "distance"}
"""The road's objectives and what the routing room calls them."""

Progress = Callable[[str, routing.Progress], None]
"""Called with the objective and where its search stands."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A routing problem together with what its ids stand for."""

    problem: routing.Problem
    start: datetime
    geography: Geography
    demands: Mapping[str, TestDemand]
    offers: Mapping[tuple[str, str], Capable]
    benches: Mapping[str, Bench]


def lay_out(
    demands: Sequence[TestDemand],
    matches: Mapping[str, Matches],
    orders: Sequence[Order],
    geography: Geography,
    home: City,
    start: datetime,
    sample_units: int,
) -> Journey:
    """Make the routing problem of all ``demands`` that at least one laboratory can do.

    Parameters
    ----------
    demands
        Merged tests; each must have a capable laboratory in ``matches`` (by test id).
    home
        Where all sample units are at ``start``.
    sample_units
        Identical units of each lot; raised where more tests use a unit up.

    Returns
    -------
    Journey
        The problem, and the meaning of its test and bench ids.
    """
    offers: dict[tuple[str, str], Capable] = {}
    benches: dict[str, Bench] = {}
    for demand in demands:
        for capable in matches[demand.item.id].capable:
            for bench in capable.benches:
                offer = offers.get((demand.item.id, bench.id))
                if offer is None or (capable.line.price, capable.line.hours) < (offer.line.price, offer.line.hours):
                    offers[demand.item.id, bench.id] = capable
                    benches[bench.id] = bench
    cities = sorted({home.id} | {offer.laboratory.city for offer in offers.values()})
    places = [geography.find(city) for city in cities]
    laboratory_of = {bench: offer.laboratory for (_, bench), offer in offers.items()}
    problem = routing.Problem(
        horizon=HORIZON_HOURS,
        cities=tuple(cities),
        transfer_hours=tuple(tuple(geography.transfer_hours(a, b) for b in places) for a in places),
        transfer_km=tuple(tuple(geography.km(a, b) for b in places) for a in places),
        transfer_price=tuple(tuple(geography.transfer_price(a, b) for b in places) for a in places),
        benches=tuple(_routing_bench(bench, laboratory_of[bench.id], start) for bench in benches.values()),
        products=tuple(
            _lot(specimen, [d for d in demands if d.item.specimen == specimen], offers, orders, home, sample_units)
            for specimen in dict.fromkeys(demand.item.specimen for demand in demands)
        ),
    )
    return Journey(problem, start, geography, {d.item.id: d for d in demands}, offers, benches)


def travel(journey: Journey, limit_seconds: float, seed: int, report: Progress | None) -> dict[str, Itinerary]:
    """Solve the journey for each objective; none of the itineraries is worse than another at what it was made for.

    Parameters
    ----------
    limit_seconds
        Wall time of each search; those for price and distance usually end at once.
    report
        Called with the objective and the search's progress.
    """
    plans: dict[str, routing.Plan] = {}
    for objective in ("cost", "distance", "time"):  # the quick ones first: the long search starts from their best
        plans[objective] = routing.solve(
            journey.problem,
            ROUTING_OBJECTIVE[objective],
            limit_seconds=limit_seconds,
            seed=seed,
            on_progress=partial(report, objective) if report else None,
            start=_best(journey.problem, plans.values(), ROUTING_OBJECTIVE[objective]),
        )
    itineraries = {}
    for objective, name in ROUTING_OBJECTIVE.items():
        plan = _best(journey.problem, plans.values(), name) or plans[objective]
        value = routing.evaluate(journey.problem, plan.assignments, name)
        bound = plans[objective].lower_bound
        itineraries[objective] = Itinerary(
            objective=objective,
            value=value,
            lower_bound=bound,
            proven=value == bound,
            seconds=plans[objective].seconds,
            steps=_steps(journey, plan),
            start=journey.start,
        )
    return itineraries


def _best(problem: routing.Problem, plans: Iterable[routing.Plan], objective: routing.Objective) -> routing.Plan | None:
    return min(plans, key=lambda plan: routing.evaluate(problem, plan.assignments, objective), default=None)


def _routing_bench(bench: Bench, laboratory: Laboratory, start: datetime) -> routing.Bench:
    return routing.Bench(
        id=bench.id,
        lab=laboratory.id,
        city=laboratory.city,
        staffed=WorkingCalendar(bench.opens).staffed(start, HORIZON_HOURS),
        busy=booked_hours((*bench.busy, *_lapsed(laboratory, start)), start, HORIZON_HOURS),
    )


def _lapsed(laboratory: Laboratory, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Close a laboratory on the days of the horizon on which no accreditation of it is valid."""
    for number in range(HORIZON_HOURS // 24):
        day: date = (start + timedelta(days=number)).date()
        if not laboratory.accredited(day):
            yield start + timedelta(days=number), start + timedelta(days=number + 1)


def _lot(
    specimen: str,
    demands: Sequence[TestDemand],
    offers: Mapping[tuple[str, str], Capable],
    orders: Sequence[Order],
    home: City,
    sample_units: int,
) -> routing.Product:
    carriers = {test: demand.item.id for demand in demands for test in (demand.item.id, *demand.merged_from)}
    return routing.Product(
        id=specimen,
        home=home.id,
        sample_units=max(sample_units, sum(demand.item.destructive for demand in demands)),
        tests=tuple(
            routing.Test(
                id=demand.item.id,
                attended=demand.item.attended,
                destructive=demand.item.destructive,
                options=tuple(
                    routing.Option(bench=bench, hours=offer.line.hours, price=offer.line.price)
                    for (test, bench), offer in offers.items()
                    if test == demand.item.id
                ),
            )
            for demand in demands
        ),
        precedence=_precedence(carriers, orders),
    )


def _precedence(carriers: Mapping[str, str], orders: Sequence[Order]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of tests in order; ``carriers`` says which test stands for an item that was merged into it."""
    pairs = {
        (carriers[before], carriers[after])
        for order in orders
        for before in order.before
        for after in order.after
        if before in carriers and after in carriers and carriers[before] != carriers[after]
    }
    return tuple(sorted(pairs))


def _steps(journey: Journey, plan: routing.Plan) -> tuple[Step, ...]:
    steps: list[Step] = []
    homes = {product.id: journey.geography.find(product.home) for product in journey.problem.products}
    place: dict[tuple[str, int], City] = {}
    for assignment in sorted(plan.assignments, key=lambda a: (a.start, a.end, a.product, a.unit)):
        unit = (assignment.product, assignment.unit)
        offer = journey.offers[assignment.test, assignment.bench]
        city = journey.geography.find(offer.laboratory.city)
        origin = place.get(unit, homes[assignment.product])
        place[unit] = city
        geography = journey.geography
        steps.append(
            Step(
                lot=assignment.product,
                unit=assignment.unit,
                demand=journey.demands[assignment.test],
                laboratory=offer.laboratory,
                bench=journey.benches[assignment.bench],
                city=city,
                line=offer.line,
                unchecked=tuple(f"{limit.name} {limit}" for limit in offer.unchecked),
                start=journey.start + timedelta(hours=assignment.start),
                end=journey.start + timedelta(hours=assignment.end),
                price=offer.line.price,
                move=Move(
                    origin,
                    city,
                    geography.transfer_hours(origin, city),
                    geography.km(origin, city),
                    geography.transfer_price(origin, city),
                ),
            )
        )
    return tuple(steps)
