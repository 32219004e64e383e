"""What is still to be planned of a situation, as a problem of its own that every solver takes.

In comes a :class:`Situation`; out comes a problem that begins one hour before it, in which each sample unit first does
a stand-in test of that hour in a city of its own; moves from there take longer by what the unit is not free yet.
Sample units leave as late as they can: one whose next appointment needs it to have left already is in that city by
then, any other one is still where its last test ended.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from qilian.routing.errors import Infeasible, InvalidProblem
from qilian.routing.events import Key, Situation
from qilian.routing.openings import Interval
from qilian.routing.plan import Assignment, Objective, Plan
from qilian.routing.problem import Bench, Option, Problem, Product, Test
from qilian.routing.verification import evaluate

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sample unit at the hour of planning: where it is, from when on, and whether it can still be used."""

    product: str
    number: int
    city: int
    free_at: int
    spent: bool
    holds_until: int
    """The end of the stand-in test: later than the hour of planning only where other tests wait for the one running."""
    last: Assignment | None

    @property
    def name(self) -> str:
        return f"@{self.product}/{self.number}"


class Remainder:
    """The problem of all that has not started, and the way there and back.

    Attributes
    ----------
    problem
        Hour 0 of it is :attr:`origin` of the whole.

    Raises
    ------
    Infeasible
        When too few sample units are left, or a test has no opening any more.
    """

    def __init__(self, found: Situation) -> None:
        self.situation = found
        self.origin = found.at - 1
        whole = found.problem
        done = {(item.product, item.test) for item in found.fixed}
        free = {
            product.id: [test for test in product.tests if (product.id, test.id) not in done]
            for product in whole.products
        }
        self._products = [product for product in whole.products if free[product.id]]
        self._units = [unit for product in self._products for unit in _units(found, product, free[product.id])]
        for product in self._products:
            if all(unit.spent for unit in self._units if unit.product == product.id):
                raise Infeasible(
                    f"product {product.id} has no sample unit left for test {free[product.id][0].id}",
                    mend="give one more sample unit",
                )
        try:
            self.problem = self._problem(free)
        except InvalidProblem as error:
            raise Infeasible(error.what, where=error.where, mend=error.mend) from None

    def assignments(self, plan: Plan) -> tuple[Assignment, ...]:
        """Return the whole's assignments, past included, of a plan for the remainder."""
        real = {
            (item.product, item.unit): int(item.test.rpartition("/")[2])
            for item in plan.assignments
            if item.test.startswith("@")
        }
        future = (
            replace(
                item,
                unit=real[item.product, item.unit],
                start=item.start + self.origin,
                end=item.end + self.origin,
            )
            for item in plan.assignments
            if not item.test.startswith("@")
        )
        return _in_order((*self.situation.fixed, *future))

    def plan(self, future: Iterable[Assignment], objective: Objective) -> Plan:
        """Return a plan for the remainder from the whole's assignments that have not started."""
        assignments = self._held(future)
        value = evaluate(self.problem, assignments, objective)
        return Plan(objective, value, 0, value == 0, 0.0, assignments)

    def standing(self, lost: Collection[Key]) -> tuple[Assignment, ...]:
        """Return the stand-in tests, and the appointments whose unit can still be used, but for the lost ones."""
        usable = {(unit.product, unit.number) for unit in self._units if not unit.spent}
        return self._held(
            item
            for key, item in self.situation.appointments.items()
            if key not in lost and (item.product, item.unit) in usable
        )

    def _held(self, future: Iterable[Assignment]) -> tuple[Assignment, ...]:
        place: dict[tuple[str, int], int] = {}
        for product in self._products:
            own = [unit for unit in self._units if unit.product == product.id]
            place |= {(unit.product, unit.number): number for number, unit in enumerate(own)}
        holds = (
            Assignment(
                unit.product, unit.name, unit.name, place[unit.product, unit.number], 0, unit.holds_until - self.origin
            )
            for unit in self._units
        )
        moved = (
            replace(
                item,
                unit=place[item.product, item.unit],
                start=item.start - self.origin,
                end=item.end - self.origin,
            )
            for item in future
        )
        return _in_order((*holds, *moved))

    def whole_value(self, objective: Objective, value: float, assignments: tuple[Assignment, ...]) -> float:
        """Return what a value of the remainder means for the whole, by the plan with these assignments of the whole."""
        whole, own = self.situation.problem, {product.id for product in self._products}
        if objective in ("time", "makespan"):
            ended: dict[str, int] = {}
            for item in self.situation.fixed:
                ended[item.product] = max(item.end, ended.get(item.product, 0))
            if objective == "makespan":
                return max([value + self.origin, *ended.values()])
            over = sum(end for product, end in ended.items() if product not in own)
            total = max((value + self.origin) * len(own), sum(ended.get(product, 0) for product in own)) + over
            mean = total / len(whole.products)
            return int(mean) if mean == int(mean) else mean
        future = [item for item in assignments if item.start >= self.situation.at]
        past = evaluate(whole, assignments, objective) - self.plan(future, objective).value
        return round(past + value, 3)

    def _problem(self, free: dict[str, list[Test]]) -> Problem:
        whole, units = self.situation.problem, self._units
        used = {option.bench for tests in free.values() for test in tests for option in test.options}
        holds = tuple(Bench(unit.name, unit.name, unit.name, ((0, unit.holds_until - self.origin),)) for unit in units)
        hours = [self._hours_from(unit) for unit in units]
        return Problem(
            horizon=whole.horizon - self.origin,
            cities=(*whole.cities, *(unit.name for unit in units), *(f"@{product.id}" for product in self._products)),
            transfer_hours=self._matrix(whole.transfer_hours, hours, 0),
            transfer_km=self._matrix(whole.transfer_km, [whole.transfer_km[unit.city] for unit in units], 0.0),
            transfer_price=self._matrix(whole.transfer_price, [whole.transfer_price[unit.city] for unit in units], 0),
            benches=(*(self._bench(bench) for bench in whole.benches if bench.id in used), *holds),
            products=tuple(self._product(product, free[product.id]) for product in self._products),
        )

    def _matrix(
        self, between: Sequence[Sequence[Number]], rows: Sequence[Sequence[Number]], none: Number
    ) -> tuple[tuple[Number, ...], ...]:
        """Return moves between the real cities, then from each unit's city, then from the products' homes.

        Nothing is done on the way from a home to a real city; the bounds ask how soon a unit could be there.
        """
        more: tuple[Number, ...] = (none,) * (len(self._units) + len(self._products))
        homes: list[tuple[Number, ...]] = []
        for product in self._products:
            own = [row for row, unit in zip(rows, self._units, strict=True) if unit.product == product.id]
            homes.append(tuple(_soonest(between, own, city) for city in range(len(between))))
        return tuple(tuple(row) + more for group in (between, rows, homes) for row in group)

    def _hours_from(self, unit: _Unit) -> tuple[int, ...]:
        """Return the hours until a unit can be in each city; it may be on its way to its next appointment."""
        whole = self.situation.problem
        waits = unit.free_at - unit.holds_until
        hours = [waits + move for move in whole.transfer_hours[unit.city]]
        following = self.situation.under_way.get((unit.product, unit.number))
        if following is not None:
            city = next(bench.city for bench in whole.benches if bench.id == following.bench)
            place = whole.cities.index(city)
            hours[place] = min(hours[place], max(0, following.start - unit.holds_until))
        return tuple(hours)

    def _bench(self, bench: Bench) -> Bench:
        """Return a bench from the hour of planning on, with what runs on it."""
        at = self.situation.at
        running = ((item.start, item.end) for item in self.situation.fixed if item.bench == bench.id and item.end > at)
        return replace(bench, staffed=self._later(bench.staffed), busy=self._later((*bench.busy, *running)))

    def _later(self, intervals: Iterable[Interval]) -> tuple[Interval, ...]:
        at = self.situation.at
        return tuple((max(start, at) - self.origin, end - self.origin) for start, end in intervals if end > at)

    def _product(self, product: Product, free: list[Test]) -> Product:
        units = [unit for unit in self._units if unit.product == product.id]
        holds = tuple(
            Test(unit.name, True, unit.spent, (Option(unit.name, unit.holds_until - self.origin, 0),)) for unit in units
        )
        running = {
            unit.last.test: unit.name
            for unit in units
            if unit.last is not None and unit.holds_until > self.situation.at
        }
        names = {test.id: test.id for test in free} | running
        later = {test.id for test in free}
        pairs = tuple((names[first], then) for first, then in product.precedence if first in names and then in later)
        first = tuple((unit.name, test.id) for unit in units if unit.holds_until == self.situation.at for test in free)
        return replace(
            product,
            home=f"@{product.id}",
            sample_units=len(units),
            tests=(*holds, *free),
            precedence=tuple(dict.fromkeys((*first, *pairs))),
        )


def _soonest(between: Sequence[Sequence[Number]], rows: Sequence[Sequence[Number]], city: int) -> Number:
    """Return the least way to a city from any of these rows, straight or by one other city."""
    ways: list[Number] = [row[city] for row in rows]
    ways += [way + between[by][city] for row in rows for by, way in enumerate(row)]
    return min(ways)


def _units(found: Situation, product: Product, free: list[Test]) -> list[_Unit]:
    """Return where each sample unit is; those that are spent only where tests wait for what runs on them."""
    whole = found.problem
    city = {bench.id: whole.cities.index(bench.city) for bench in whole.benches}
    destructive = {test.id for test in product.tests if test.destructive}
    waiting = {test.id for test in free}
    awaited = {first for first, then in product.precedence if then in waiting}
    units: list[_Unit] = []
    for number in range(product.sample_units):
        own = [item for item in found.fixed if (item.product, item.unit) == (product.id, number)]
        last = max(own, key=lambda item: (item.end, item.start), default=None)
        spent = (product.id, number) in found.lost or any(item.test in destructive for item in own)
        place = city[last.bench] if last else whole.cities.index(product.home)
        free_at = max(last.end if last else 0, found.at)
        holds_until = free_at if last is not None and last.test in awaited else found.at
        if not spent or holds_until > found.at:
            units.append(_Unit(product.id, number, place, free_at, spent, holds_until, last))
    return units


def _in_order(assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
    return tuple(sorted(assignments, key=lambda item: (item.start, item.end, item.product, item.test)))


def appointments_of(found: Situation, origin: int) -> dict[Key, tuple[str, int]]:
    """Return bench and hour of the appointments that still stand, counted from ``origin``."""
    return {key: (item.bench, item.start - origin) for key, item in found.appointments.items()}
