"""Between the domain and the solver: tests and matched laboratories become a problem, a plan becomes steps.

A specimen kind (whole machine, battery lot, …) is one routed product with its own identical units; hour 0 is 00:00 of
the day on which the samples are ready. The routing room never sees a name, this file never sees a search.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from qilian import routing
from qilian.compliance import Order, TestDemand
from qilian.laboratories import Bench, Capable, City, Geography, Laboratory, Matches, WorkingCalendar, booked_hours
from qilian.planning.model import Itinerary, Move, Step
from qilian.routing.openings import start_windows

HORIZON_HOURS = 180 * 24
"""How far ahead benches are looked at: half a year, as in the frozen routing instances."""

ROUTING_OBJECTIVE: dict[str, routing.Objective] = {"time": "makespan", "cost": "price", "distance": "distance"}
"""The road's objectives and what the routing room calls them."""

WHOLE_PRODUCT = "machine"
"""The specimen of which a firm can give several; the others travel as one lot."""

Progress = Callable[[str, routing.Progress], None]
"""Called with the objective and where its search stands."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A routing problem together with what its ids stand for.

    Attributes
    ----------
    problem
        None where no test can be placed.
    unplaced
        Tests that no laboratory can take within the horizon.
    """

    problem: routing.Problem | None
    unplaced: tuple[TestDemand, ...]
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
    """Make the routing problem of all ``demands`` that at least one laboratory can do within the horizon.

    Parameters
    ----------
    demands
        Merged tests; ``matches`` (by test id) says which laboratories can do them.
    home
        Where all sample units are at ``start``.
    sample_units
        Whole units of the product; raised where more tests use one up. Of every other specimen one lot travels, so that
        tests in a sequence (UN 38.3 T.1 to T.5) see the same cells.

    Returns
    -------
    Journey
        The problem, and the meaning of its test and bench ids.
    """
    benches: dict[str, routing.Bench] = {}
    offers: dict[tuple[str, str], Capable] = {}
    meant: dict[str, Bench] = {}
    for demand in demands:
        for capable in matches[demand.item.id].capable:
            for bench in capable.benches:
                if bench.id not in benches:
                    benches[bench.id] = _routing_bench(bench, capable.laboratory, start)
                    meant[bench.id] = bench
                known = offers.get((demand.item.id, bench.id))
                if _fits(benches[bench.id], demand, capable) and (known is None or _terms(capable) < _terms(known)):
                    offers[demand.item.id, bench.id] = capable
    offered = {test for test, _ in offers}
    placed = [demand for demand in demands if demand.item.id in offered]
    return Journey(
        problem=_problem(placed, offers, benches, orders, geography, home, sample_units) if placed else None,
        unplaced=tuple(demand for demand in demands if demand.item.id not in offered),
        start=start,
        geography=geography,
        demands={demand.item.id: demand for demand in placed},
        offers=offers,
        benches=meant,
    )


def _fits(bench: routing.Bench, demand: TestDemand, capable: Capable) -> bool:
    """Return whether the test fits any opening of the bench; one that is booked out or closed cannot take it."""
    firsts, _ = start_windows(bench.staffed, bench.busy, capable.line.hours, demand.item.attended, HORIZON_HOURS)
    return bool(firsts)


def _terms(capable: Capable) -> tuple[int, int]:
    return capable.line.price, capable.line.hours


def _problem(
    demands: Sequence[TestDemand],
    offers: Mapping[tuple[str, str], Capable],
    benches: Mapping[str, routing.Bench],
    orders: Sequence[Order],
    geography: Geography,
    home: City,
    sample_units: int,
) -> routing.Problem:
    used = [benches[bench] for bench in dict.fromkeys(bench for _, bench in offers)]
    cities = sorted({home.id} | {bench.city for bench in used})
    places = [geography.find(city) for city in cities]
    specimens = dict.fromkeys(demand.item.specimen for demand in demands)
    return routing.Problem(
        horizon=HORIZON_HOURS,
        cities=tuple(cities),
        transfer_hours=tuple(tuple(geography.transfer_hours(a, b) for b in places) for a in places),
        transfer_km=tuple(tuple(geography.km(a, b) for b in places) for a in places),
        transfer_price=tuple(tuple(geography.transfer_price(a, b) for b in places) for a in places),
        benches=tuple(used),
        products=tuple(
            _lot(specimen, [d for d in demands if d.item.specimen == specimen], offers, orders, home, sample_units)
            for specimen in specimens
        ),
    )


def travel(journey: Journey, limit_seconds: float, seed: int, report: Progress | None) -> dict[str, Itinerary]:
    """Solve the journey for each objective; none of the itineraries is worse than another at what it was made for.

    Parameters
    ----------
    limit_seconds
        Wall time of each search; those for price and distance usually end at once.
    report
        Called with the objective and the search's progress.
    """
    problem = journey.problem
    if problem is None:
        return {}
    plans: dict[str, routing.Plan] = {}
    for objective in ("cost", "distance", "time"):  # the quick ones first: the long search starts from their best
        plans[objective] = routing.solve(
            problem,
            ROUTING_OBJECTIVE[objective],
            limit_seconds=limit_seconds,
            seed=seed,
            on_progress=partial(report, objective) if report else None,
            start=_best(problem, plans.values(), ROUTING_OBJECTIVE[objective]),
        )
    itineraries = {}
    for objective, name in ROUTING_OBJECTIVE.items():
        plan = _best(problem, plans.values(), name) or plans[objective]
        value = routing.evaluate(problem, plan.assignments, name)
        bound = plans[objective].lower_bound
        itineraries[objective] = itinerary_of(
            journey,
            objective,
            replace(
                plan,
                value=value,
                lower_bound=bound,
                proven=value == bound,
                seconds=plans[objective].seconds,
            ),
        )
    return itineraries


def itinerary_of(journey: Journey, objective: str, plan: routing.Plan) -> Itinerary:
    """Tell a routing plan of the journey in the words of the domain."""
    return Itinerary(
        objective=objective,
        value=plan.value,
        lower_bound=plan.lower_bound,
        proven=plan.proven,
        seconds=plan.seconds,
        steps=_steps(journey, plan),
        start=journey.start,
    )


def plan_of(journey: Journey, itinerary: Itinerary) -> routing.Plan:
    """Return an itinerary of the journey as a routing plan."""

    def hour(when: datetime) -> int:
        return int((when - journey.start).total_seconds()) // 3600

    return routing.Plan(
        objective=ROUTING_OBJECTIVE[itinerary.objective],
        value=itinerary.value,
        lower_bound=itinerary.lower_bound,
        proven=itinerary.proven,
        seconds=itinerary.seconds,
        assignments=tuple(
            routing.Assignment(
                step.lot, step.demand.item.id, step.bench.id, step.unit, hour(step.start), hour(step.end)
            )
            for step in itinerary.steps
        ),
    )


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
        sample_units=max(
            sample_units if specimen == WHOLE_PRODUCT else 1, sum(demand.item.destructive for demand in demands)
        ),
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
        precedence=precedence(carriers, orders),
    )


def precedence(carriers: Mapping[str, str], orders: Sequence[Order]) -> tuple[tuple[str, str], ...]:
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
    """Tell the plan in order of time; the units of a lot are numbered as they come into use."""
    steps: list[Step] = []
    geography = journey.geography
    products = journey.problem.products if journey.problem else ()
    homes = {product.id: geography.find(product.home) for product in products}
    numbers: dict[str, dict[int, int]] = {product.id: {} for product in products}
    place: dict[tuple[str, int], City] = {}
    for assignment in sorted(plan.assignments, key=lambda a: (a.start, a.end, a.product, a.unit)):
        used = numbers[assignment.product]
        number = used.setdefault(assignment.unit, len(used))
        offer = journey.offers[assignment.test, assignment.bench]
        city = geography.find(offer.laboratory.city)
        origin = place.get((assignment.product, number), homes[assignment.product])
        place[assignment.product, number] = city
        steps.append(
            Step(
                lot=assignment.product,
                unit=number,
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
