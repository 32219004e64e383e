"""Plans a path again from now on: what has begun stays, few appointments change, and what changes is told.

The engine (:func:`qilian.routing.replan.replan`) needs a problem of which the booked path is a plan. So each current
appointment gets a bench of its own that is open exactly at its hours (a *place kept*, id ``@number``), beside all the
benches of today's network with all the hours that are taken today. An appointment that cannot stay has its kept place
closed; then the engine must find it another one. A sample unit that is lost or destroyed stays among the units, since
what was tested with it counts, and is called lost; so there is one unit more.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

from django.utils import timezone

from qilian import routing
from qilian.errors import QilianError
from qilian.laboratories import Geography
from qilian.planning import make_plan
from qilian.planning.journey import HORIZON_HOURS, ROUTING_OBJECTIVE, Journey
from qilian.planning.words import SPECIMENS
from qilian.portal.booking import samples
from qilian.portal.booking.clock import hours_between, local
from qilian.portal.booking.errors import BookingError
from qilian.portal.booking.models import BEGUN, ENDED, LOST, STANDING, Appointment, Path
from qilian.portal.rulebook.reading import pack
from qilian.portal.workbench.knowledge import pack_with_library
from qilian.portal.workbench.making import Settings, made_product, narrowed
from qilian.portal.workbench.reading import reports_of
from qilian.routing.changes import Place
from qilian.routing.events import Closed, Event, Failed, UnitLost
from qilian.routing.replan import replan
from qilian.text import Text

SECONDS = 10.0
"""Wall time of a search; it mostly ends within one, when few changes are proven to be the fewest."""
_LAYING_OUT_SECONDS = 0.02
"""The plan made on the way is not used, only its problem."""
_OUTWEIGHS = 1000
"""What has begun decides a unit's number, however much else stands on it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Why an appointment cannot stay, as far as it matters for another one.

    Attributes
    ----------
    elsewhere
        At another laboratory.
    not_before
        Begin no earlier.
    """

    elsewhere: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class WayOn:
    """How a path can go on.

    Attributes
    ----------
    steps
        New steps in the form of an itinerary's, each with the appointment that it ``replaces``.
    stands
        The appointments that stay at their hours.
    units
        Which of them are done with another unit, by appointment.
    days, price
        End and price after less before.
    transfer_price
        Yuan of all moves afterwards.
    """

    steps: list[dict[str, Any]]
    stands: list[Appointment]
    units: dict[int, int]
    days: float
    price: int
    transfer_price: int


def appointments_of(path: Path) -> list[Appointment]:
    """Return one appointment for each test of a path: the current one, or the last that was lost."""
    found: dict[tuple[str, str], Appointment] = {}
    rows = path.appointments.filter(state__in=STANDING + BEGUN + LOST).select_related("bench__laboratory")
    for each in rows.order_by("id"):
        before = found.get((each.lot, each.test))
        if before is None or before.state in LOST:
            found[each.lot, each.test] = each
    return sorted(found.values(), key=lambda each: (each.start, each.pk))


def broken_by(path: Path, moved: Mapping[int, tuple[datetime, datetime, str]]) -> list[str]:
    """Return which rules a path would break with some appointments at other hours; empty if it stays sound.

    Parameters
    ----------
    moved
        By appointment: new start, new end, and the city of its bench.
    """
    frame = Frame(path, appointments_of(path))
    for number, (start, end, city) in moved.items():
        frame.put(number, start, end, city)
    problem = frame.problem()
    plan = frame.plan(problem)
    return [str(each) for each in routing.verify(problem, plan)]


def way_on(path: Path, wishes: Mapping[int, Wish], now: datetime | None = None) -> WayOn:
    """Find how a path can go on without some of its appointments; those that are lost need no naming.

    Raises
    ------
    QilianError
        If no way was found.
    """
    appointments = appointments_of(path)
    wanted = {each.pk: Wish(elsewhere=each.state in ("declined", "lapsed")) for each in appointments if _lost(each)}
    wanted |= wishes
    frame = Frame(path, appointments, now)
    frame.end_what_was_tested()
    journey = _journey(path)
    frame.offer(journey, wanted)
    problem = frame.problem()
    old = frame.plan(problem)
    found = replan(problem, old, frame.at, _events(frame, wanted), limit_seconds=SECONDS)
    return _told(frame, journey, found.plan, old)


def _lost(appointment: Appointment) -> bool:
    return appointment.state in LOST


class Frame:
    """The routing problem in which a path's appointments are a plan."""

    def __init__(self, path: Path, appointments: Iterable[Appointment], now: datetime | None = None) -> None:
        self.path = path
        self.appointments = {f"@{each.pk}": each for each in appointments}
        self.origin = local(path.origin)
        self.geography: Geography = pack().network.geography
        self._hours = {key: (self.hour(each.start), self.hour(each.end)) for key, each in self.appointments.items()}
        self._cities = {key: each.bench.laboratory.city for key, each in self.appointments.items()}
        self._benches: dict[str, routing.Bench] = {}
        self._options: dict[tuple[str, str], list[routing.Option]] = {}
        self.at = max(0, hours_between(self.origin, local(now or timezone.now())))
        self.unusable = samples.unusable(path)

    def hour(self, moment: datetime) -> int:
        """Return a moment in hours of the problem."""
        return int((local(moment) - self.origin).total_seconds()) // 3600

    def put(self, number: int, start: datetime, end: datetime, city: str) -> None:
        """Move an appointment's kept place."""
        self._hours[f"@{number}"] = self.hour(start), self.hour(end)
        self._cities[f"@{number}"] = city

    def end_what_was_tested(self) -> None:
        """Let tests have ended whose unit is lost before their booked hours are over: they are not done again."""
        for key, each in self.appointments.items():
            start, end = self._hours[key]
            if each.state in ENDED and (each.lot, each.unit) in self.unusable and start < self.at < end:
                self._hours[key] = start, self.at

    def lost_units(self) -> list[tuple[str, int]]:
        """Return the units that can be used no more; those that a test has used up are known by the test."""
        used_up = {
            (each.lot, each.unit)
            for each in self.appointments.values()
            if each.state in BEGUN and samples.is_destructive(each.test)
        }
        lots = {each.lot for each in self.appointments.values()}
        return sorted((lot, unit) for lot, unit in self.unusable - used_up if lot in lots)

    def offer(self, journey: Journey, wishes: Mapping[int, Wish]) -> None:
        """Add what today's network offers for the path's tests."""
        if journey.problem is None:
            return
        benches = {each.id: each for each in journey.problem.benches}
        own = {(each.lot, each.test): each for each in self.appointments.values()}
        for product in journey.problem.products:
            for test in product.tests:
                appointment = own.get((product.id, test.id))
                if appointment is None or appointment.state in BEGUN:
                    continue
                wish = wishes.get(appointment.pk, Wish())
                for option in test.options:
                    bench = benches[option.bench]
                    if wish.elsewhere and bench.lab == appointment.bench.laboratory.code:
                        continue
                    if wish.not_before is not None:
                        hour = max(1, self.hour(wish.not_before))
                        bench = replace(bench, id=f"{bench.id}>{hour}", busy=(*bench.busy, (0, hour)))
                    self._benches[bench.id] = bench
                    self._options.setdefault((product.id, test.id), []).append(replace(option, bench=bench.id))

    def problem(self) -> routing.Problem:
        """Return the problem."""
        items = pack().tests
        kept = [
            routing.Bench(key, each.bench.laboratory.code, self._cities[key], staffed=(self._hours[key],))
            for key, each in self.appointments.items()
        ]
        cities = sorted({self.path.home, *(bench.city for bench in (*kept, *self._benches.values()))})
        places = [self.geography.find(city) for city in cities]
        lots: dict[str, list[tuple[str, Appointment]]] = {}
        for key, each in self.appointments.items():
            lots.setdefault(each.lot, []).append((key, each))
        products, lost = [], self.lost_units()
        for lot, own in lots.items():
            tests = tuple(
                routing.Test(
                    id=each.test,
                    attended=items[each.test].attended if each.test in items else True,
                    destructive=samples.is_destructive(each.test),
                    options=(
                        routing.Option(key, self._hours[key][1] - self._hours[key][0], each.price),
                        *self._options.get((lot, each.test), ()),
                    ),
                )
                for key, each in own
            )
            names = {test.id for test in tests}
            needed = max(
                sum(test.destructive for test in tests), int(self.path.settings["specimens"]) if lot == "machine" else 1
            )
            gone = sum(where == lot for where, _ in lost)
            gone += sum(self._seems_to_have_used_up(key) for key, each in own if (lot, each.unit) not in lost)
            known = {each.unit for _, each in own} | {unit for where, unit in self.unusable if where == lot}
            units = max(needed + gone, 1 + max(known))
            free = {each.test for key, each in own if not self._has_begun(key)}
            pairs = tuple((a, b) for a, b in self.path.precedence if a in names and b in free)
            products.append(routing.Product(lot, self.path.home, units, tests, pairs))
        return routing.Problem(
            horizon=max([HORIZON_HOURS, *(end for _, end in self._hours.values())]),
            cities=tuple(cities),
            transfer_hours=tuple(tuple(self.geography.transfer_hours(a, b) for b in places) for a in places),
            transfer_km=tuple(tuple(self.geography.km(a, b) for b in places) for a in places),
            transfer_price=tuple(tuple(self.geography.transfer_price(a, b) for b in places) for a in places),
            benches=(*kept, *self._benches.values()),
            products=tuple(products),
        )

    def _has_begun(self, key: str) -> bool:
        """Whether a test has begun, or should have: what was to be done before it can be so no more."""
        return self.appointments[key].state in BEGUN or self._hours[key][0] < self.at

    def _seems_to_have_used_up(self, key: str) -> bool:
        """Whether the engine takes a test that was given up for one that has destroyed its unit."""
        each = self.appointments[key]
        return _lost(each) and samples.is_destructive(each.test) and self._hours[key][0] < self.at

    def plan(self, problem: routing.Problem) -> routing.Plan:
        """Return the path as it is booked, as a plan of the problem."""
        assignments = tuple(
            routing.Assignment(each.lot, each.test, key, each.unit, *self._hours[key])
            for key, each in self.appointments.items()
        )
        objective = ROUTING_OBJECTIVE[self.path.settings["objective"]]
        value = routing.evaluate(problem, assignments, objective)
        return routing.Plan(objective, value, 0, value == 0, 0.0, assignments)


def _journey(path: Path) -> Journey:
    """Lay out the path's tests on today's network, by what the plan was made for."""
    if path.product is None:
        raise BookingError("the product is gone", mend="make a new one")
    knowledge = pack_with_library()
    settings = Settings.read(path.settings)
    made = make_plan(
        made_product(path.product, knowledge),
        knowledge,
        settings.markets,
        settings.on,
        home=path.home,
        objective=settings.objective,
        network=narrowed(knowledge.network, settings),
        evidence=reports_of(path.product.evidence.filter(pk__in=settings.evidence)),
        sample_units=settings.specimens,
        limit_seconds=_LAYING_OUT_SECONDS,
    )
    if made.journey is None:
        raise BookingError("no laboratory is left", mend="make a new plan")
    return made.journey


def _events(frame: Frame, wishes: Mapping[int, Wish]) -> list[Event]:
    events: list[Event] = [UnitLost(lot, unit) for lot, unit in frame.lost_units()]
    for key, each in frame.appointments.items():
        if each.pk not in wishes:
            continue
        if frame.hour(each.end) <= frame.at:
            events.append(Failed(each.lot, each.test))
        else:
            events.append(Closed(Place("bench", (key,)), frame.at))
    return events


def _told(frame: Frame, journey: Journey, new: routing.Plan, old: routing.Plan) -> WayOn:
    steps: list[dict[str, Any]] = []
    stands: list[Appointment] = []
    units: dict[int, int] = {}
    own = {(each.lot, each.test): each for each in frame.appointments.values()}
    for item in sorted(_with_own_units(new, own, frame.unusable), key=lambda each: (each.start, each.end)):
        before = own[item.product, item.test]
        if item.bench == f"@{before.pk}":
            stands.append(before)
            if item.unit != before.unit and before.state not in BEGUN:
                units[before.pk] = item.unit
        else:
            steps.append(_step(frame, journey, replace(item, bench=item.bench.partition(">")[0]), before))
    transfers = _transfers(frame, steps, stands, units)
    prices = sum(step["price"] for step in steps) + sum(each.price for each in stands)
    was = sum(each.price for each in frame.appointments.values())
    hours = max(item.end for item in new.assignments) - max(item.end for item in old.assignments)
    return WayOn(
        steps=steps,
        stands=stands,
        units=units,
        days=round(hours / 24, 2),
        price=round(prices + transfers - was - frame.path.transfer_price),
        transfer_price=transfers,
    )


def _with_own_units(
    plan: routing.Plan, own: Mapping[tuple[str, str], Appointment], unusable: Collection[tuple[str, int]]
) -> list[routing.Assignment]:
    """Number the units as they are labelled: units are alike to the engine, which may have let them change places.

    A unit that something was begun with keeps its number; a new one gets the lowest that no unit ever had.
    """
    shared: dict[tuple[str, int, int], int] = {}
    for item in plan.assignments:
        before = own.get((item.product, item.test))
        if before is not None and item.bench == f"@{before.pk}":
            key = item.product, item.unit, before.unit
            shared[key] = shared.get(key, 0) + (_OUTWEIGHS if before.state in BEGUN else 1)
    names: dict[tuple[str, int], int] = {}
    given = set(unusable)
    for lot, unit, label in sorted(shared, key=lambda key: (-shared[key], key)):
        if (lot, unit) not in names and ((lot, label) not in given or shared[lot, unit, label] >= _OUTWEIGHS):
            names[lot, unit] = label
            given.add((lot, label))
    real = [item for item in plan.assignments if (item.product, item.test) in own]
    for item in real:
        if (item.product, item.unit) not in names:
            label = next(number for number in count() if (item.product, number) not in given)
            names[item.product, item.unit] = label
            given.add((item.product, label))
    return [replace(item, unit=names[item.product, item.unit]) for item in real]


def _step(frame: Frame, journey: Journey, item: routing.Assignment, before: Appointment) -> dict[str, Any]:
    """Return a new appointment in the form of an itinerary's step."""
    offer = journey.offers[item.test, item.bench]
    start = frame.origin + timedelta(hours=item.start)
    end = frame.origin + timedelta(hours=item.end)
    city = frame.geography.find(offer.laboratory.city)
    lot = SPECIMENS.get(item.product, Text(item.product, item.product))
    return {
        "lot": item.product,
        "lot_name": {"zh": lot.zh, "en": lot.en},
        "test": item.test,
        "laboratory": offer.laboratory.id,
        "laboratory_name": {"zh": offer.laboratory.name.zh, "en": offer.laboratory.name.en},
        "tier": offer.laboratory.tier,
        "city": city.id,
        "city_name": {"zh": city.name.zh, "en": city.name.en},
        "bench": item.bench,
        "scope_row": offer.line.row,
        "unchecked": [str(limit.name) for limit in offer.unchecked],
        "price": offer.line.price,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "unit": item.unit,
        "replaces": before.pk,
    }


def _transfers(
    frame: Frame, steps: Iterable[Mapping[str, Any]], stands: Iterable[Appointment], units: Mapping[int, int]
) -> int:
    """Return what all moves of the units cost, yuan."""
    visits: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for step in steps:
        visits.setdefault((step["lot"], step["unit"]), []).append((step["start"], step["city"]))
    for each in stands:
        moment = local(each.start).isoformat()
        unit = units.get(each.pk, each.unit)
        visits.setdefault((each.lot, unit), []).append((moment, each.bench.laboratory.city))
    find, price = frame.geography.find, frame.geography.transfer_price
    return sum(
        price(find(a), find(b))
        for stops in visits.values()
        for a, b in pairwise([frame.path.home, *(city for _, city in sorted(stops))])
    )


def problem_of(error: QilianError) -> Text:
    """Say why no way on was found."""
    return Text(f"按今天的台位没有可行的安排（{error}）", f"nothing fits today's benches ({error})")
