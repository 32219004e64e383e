"""Price and distance without hours, exactly: the cheapest order in which units can do all tests, precedence kept.

In come the tours of a product; out comes its least cost, and a sequence that has it. An order of the tests in which
each comes after those before it can always be carried out, if only the horizon is late enough. For one set of cities
after another, from the one whose tours cost least, a best-first search (A*: Hart, Nilsson, Raphael 1968) runs over
the tests done, the cities visited and where the units are; the tours of what is left are its bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.search import Sequence
from qilian.routing.tours import Tours

_MAX_CITIES = 9
"""Tours of more cities are not searched: their bound stands."""
_SECONDS_PER_STATE = 4e-5
_CLOSED = -1
"""Where a unit is after its destructive test."""

_State = tuple[int, int, tuple[int, ...]]
"""Tests done, cities visited, and the city of each unit."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is known of a product's cost: a lower bound, and a sequence of that cost or None."""

    lower: int
    sequence: Sequence | None


def cheapest_errand(tours: Tours, known: int, budget: Budget) -> Errand:
    """Look for the cheapest order of a product's tests below a known cost.

    Returns
    -------
    Errand
        With a sequence if one below the known cost was proven to be the cheapest; its lower bound is ``known`` if
        there is none below it.
    """
    if not tours.are_listed():
        return Errand(0, None)
    best = Errand(known, None)
    for cities, bound in tours.by_cost():
        if bound >= best.lower:
            return best
        if cities.bit_count() > _MAX_CITIES:
            return Errand(bound, None)
        found = _Search(tours, cities).run(best.lower, budget)
        if found.sequence is None and found.lower < best.lower:  # it was not finished
            return Errand(bound, None)
        if found.lower < best.lower:
            best = found
    return best


class _Search:
    """The orders in which all cities of a set are visited, and no other but home."""

    def __init__(self, tours: Tours, cities: int) -> None:
        timetable = tours.timetable
        self._tours = tours
        self._tests = range(len(tours.tests))
        self._all = (1 << len(tours.tests)) - 1
        self._bit = {city: 1 << place for place, city in enumerate(tours.cities) if cities >> place & 1}
        self._bit[tours.home] = 0
        self._cities = cities
        place = {test: index for index, test in enumerate(tours.tests)}
        self._before = [sum(1 << place[before] for before in timetable.before[test]) for test in tours.tests]
        self._ends = [timetable.destructive[test] for test in tours.tests]
        self._cost = [{city: cost for city, cost in costs.items() if city in self._bit} for costs in tours.city_cost]
        self._base = [min(costs.values()) for costs in self._cost]
        self._metric = tours.is_metric()
        self._walks: dict[tuple[int, tuple[int, ...]], int] = {}
        self._paths: dict[tuple[int, int], int] = {}

    def run(self, known: int, budget: Budget) -> Errand:
        """Return the least cost below ``known`` with its sequence, ``known`` if there is none, else a bound of 0."""
        start: _State = (0, 0, tuple(self._tours.home for _ in self._tours.units))
        rest = sum(self._base) + self._walk(self._cities, start[2])
        number = count()
        heap = [(rest, 0, next(number), 0, start)]
        paid: dict[_State, int] = {start: 0}
        came: dict[_State, tuple[_State, Sequence]] = {}
        done: set[_State] = set()
        while heap:
            bound, _, _, so_far, state = heappop(heap)
            if bound >= known:
                break
            if state in done:
                continue
            done.add(state)
            if state[0] == self._all and state[1] == self._cities:
                return Errand(so_far, self._sequence(came, state))
            budget.spend(_SECONDS_PER_STATE / SECONDS_PER_WORK)
            if budget.over():
                return Errand(0, None)
            for price, following, steps in self._following(state):
                total = so_far + price
                if following in done or paid.get(following, known) <= total:
                    continue
                tests, visited, places = following
                rest = sum(self._base[test] for test in self._tests if not tests >> test & 1)
                bound = total + rest + self._walk(self._cities & ~visited, places)
                if bound < known:
                    paid[following], came[following] = total, (state, steps)
                    heappush(heap, (bound, -tests.bit_count(), next(number), total, following))
        return Errand(known, None)

    def _following(self, state: _State) -> Iterator[tuple[int, _State, Sequence]]:
        """Yield the next states: what they cost, and the steps to them."""
        tests, _, places = state
        for unit, here in enumerate(places):
            if here == _CLOSED or here in places[:unit]:  # units at one place are the same
                continue
            for there, ready in self._ready(tests).items():
                chosen = ready
                if self._metric:
                    # A test that is nowhere cheaper is done as soon as may be: any of them can be the first there.
                    cheap = [test for test in ready if self._is_cheap(test, there)]
                    chosen = cheap[:1] or ready
                move = self._tours.moves[here][there] - self._tours.moves[there][there]
                for test in chosen:
                    yield self._after(state, unit, test, there, move + self._cost[test][there])

    def _is_cheap(self, test: int, city: int) -> bool:
        return not self._ends[test] and self._cost[test][city] == self._base[test]

    def _ready(self, tests: int) -> dict[int, list[int]]:
        """Return per city the tests that can be done next."""
        found: dict[int, list[int]] = {}
        for test in self._tests:
            if not tests >> test & 1 and not self._before[test] & ~tests:
                for city in self._cost[test]:
                    found.setdefault(city, []).append(test)
        return found

    def _after(self, state: _State, unit: int, test: int, city: int, price: int) -> tuple[int, _State, Sequence]:
        """Return the state after a test, and after all others that may as well be done where a unit is."""
        tests, visited, places = state
        steps: Sequence = [(test, unit, city)]
        tests |= 1 << test
        visited |= self._bit[city]
        moved = (*places[:unit], _CLOSED if self._ends[test] else city, *places[unit + 1 :])
        again = self._metric
        while again:
            again = False
            for other in self._tests:
                if tests >> other & 1 or self._before[other] & ~tests or self._ends[other]:
                    continue
                for owner, here in enumerate(moved):
                    if here != _CLOSED and self._cost[other].get(here) == self._base[other]:
                        steps.append((other, owner, here))
                        tests |= 1 << other
                        visited |= self._bit[here]
                        price += self._base[other]
                        again = True
                        break
        return price, (tests, visited, moved), steps

    def _walk(self, cities: int, places: tuple[int, ...]) -> int:
        """Return the least cost of walks of the units through cities, beyond the handling there."""
        key = cities, tuple(sorted(places))
        if key not in self._walks:
            first, others = key[1][0], key[1][1:]
            if not others:
                self._walks[key] = self._path(cities, first)
            else:
                best, part = self._path(cities, first) + self._walk(0, others), cities
                while part:
                    best = min(best, self._path(cities ^ part, first) + self._walk(part, others))
                    part = (part - 1) & cities
                self._walks[key] = best
        return self._walks[key]

    def _path(self, cities: int, here: int) -> int:
        if not cities:
            return 0
        if here == _CLOSED:
            return 1 << 60
        if (cities, here) not in self._paths:
            self._paths[cities, here] = min(
                self._tours.beyond[here][there] + self._path(cities ^ bit, there)
                for there, bit in self._bit.items()
                if cities & bit
            )
        return self._paths[cities, here]

    def _sequence(self, came: dict[_State, tuple[_State, Sequence]], state: _State) -> Sequence:
        parts: list[Sequence] = []
        while state in came:
            state, steps = came[state]
            parts.append(steps)
        return [
            (self._tours.tests[test], self._tours.units[unit], city)
            for steps in reversed(parts)
            for test, unit, city in steps
        ]
