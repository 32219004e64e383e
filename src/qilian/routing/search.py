"""Local search: simulated annealing over the order of all tests, their sample units, and cities held fast.

In come a :class:`Timetable` and a first order; out come better placements, one after another. A state is decoded by
placing each test in turn at its earliest finish (time), or in the cities that cost least for the order (price, km);
every plan that it reports has gone through :class:`Schedule`, so that all rules are kept.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from qilian.routing.budget import Budget
from qilian.routing.plan import Objective
from qilian.routing.schedule import Placement, Schedule, completion_hours, cost
from qilian.routing.timetable import Timetable

Sequence: TypeAlias = list[tuple[int, int, int]]
"""Tests in the order in which they are placed, each with its unit and city."""

_CLOCK_EVERY = 32
_UNIT_WEIGHT = 0.05
"""How much an hour less on any unit counts beside an hour less of the objective: it leads across plateaus."""


@dataclass(frozen=True, slots=True)
class Found:
    """Placements that keep all rules, with their cost in whole numbers and their summed completion hours."""

    cost: int
    hours: int
    placements: list[Placement]

    def better_than(self, other: "Found | None") -> bool:
        """Return True for a lower cost, or the same cost and an earlier completion."""
        return other is None or (self.cost, self.hours) < (other.cost, other.hours)


def replay(timetable: Timetable, objective: Objective, sequence: Sequence) -> Found | None:
    """Place a sequence test by test; None when one of its tests cannot be placed."""
    schedule = Schedule(timetable)
    if not schedule.replay(sequence):
        return None
    return found_in(timetable, objective, schedule.placements)


def found_in(timetable: Timetable, objective: Objective, placements: list[Placement]) -> Found:
    """Return complete placements with their cost."""
    return Found(cost(timetable, placements, objective), sum(completion_hours(timetable, placements)), placements)


def sequence_of(timetable: Timetable, placements: list[Placement]) -> Sequence:
    """Return placements in order of their start as a sequence that :func:`replay` takes."""
    ordered = sorted(placements, key=lambda item: (item.start, item.end))
    return [(item.test, item.unit, timetable.choices[item.test][item.choice].city) for item in ordered]


@dataclass(slots=True)
class _State:
    order: list[int]
    unit: list[int]
    held: list[int]
    """The city in which a test is held fast, or -1."""

    def copy(self) -> "_State":
        return _State(self.order[:], self.unit[:], self.held[:])


@dataclass(frozen=True, slots=True)
class _Decoded:
    score: float
    cost: int
    hours: int
    cities: list[int]


class Annealing:
    """One annealing search over a timetable.

    Parameters
    ----------
    timetable, objective
        What to search and what for.
    last_hour
        Plans that run on beyond this hour are not looked at.
    seed
        Of the random choices.
    """

    def __init__(self, timetable: Timetable, objective: Objective, last_hour: int, seed: int) -> None:
        self.timetable = timetable
        self.objective = objective
        self._random = random.Random(seed)  # noqa: S311 - a search, not a secret
        self._last_hour = min(last_hour, timetable.horizon)
        self._tables = timetable.tables(self._last_hour)
        self._moves = timetable.price if objective == "price" else timetable.metres
        self._by_cost = objective in ("price", "distance")
        self._city_cost = [
            {
                city: min(choice.price for choice in choices if choice.city == city) if objective == "price" else 0
                for city in sorted({choice.city for choice in choices})
            }
            for choices in timetable.choices
        ]

    def run(
        self,
        start: Sequence,
        best: Found,
        target: int,
        budget: Budget,
        report: Callable[[Found], None],
        share: float = 1.0,
    ) -> Found:
        """Anneal from ``start`` and return the best plan seen, ``best`` if none is better.

        Parameters
        ----------
        target
            A lower bound on the cost: the search ends when it is met.
        share
            The part of what is left of the budget that this search may use.
        """
        state = _State([test for test, _, _ in start], [0] * self.timetable.size, [-1] * self.timetable.size)
        for test, unit, city in start:
            state.unit[test] = unit
            if self._by_cost:
                continue
            state.held[test] = city
        current = self._decode(state)
        if current is None:
            return best
        whole = budget.left() * share
        end_at = budget.left() - whole
        hottest = max(1.0, 0.02 * best.cost / max(1, len(self.timetable.tests_of) if self.objective == "time" else 1))
        coldest = hottest / 100
        temperature, steps, work = hottest, 0, self.timetable.size / 25
        while best.cost > target:
            if steps % _CLOCK_EVERY == 0:
                left = budget.left() - end_at
                if left <= 0 or whole <= 0:
                    break
                # Two coolings: the second starts from the best plan of the first.
                part = (1 - left / whole) * 2 % 1 if math.isfinite(whole) else 0.5
                temperature = hottest * (coldest / hottest) ** part
            steps += 1
            budget.spend(work)
            candidate = state.copy()
            if not self._change(candidate):
                continue
            decoded = self._decode(candidate)
            if decoded is None:
                continue
            worse = decoded.score - current.score
            if worse <= 0 or self._random.random() < math.exp(-worse / temperature):
                state, current = candidate, decoded
                if (decoded.cost, decoded.hours) < (best.cost, best.hours):
                    sequence = [(test, state.unit[test], decoded.cities[test]) for test in state.order]
                    found = replay(self.timetable, self.objective, sequence)
                    if found is not None and found.better_than(best):
                        best = found
                        report(best)
        return best

    def _change(self, state: _State) -> bool:
        """Make one random change; return False when it came to nothing."""
        kind = self._random.random()
        if kind < 0.45:
            return self._relocate(state, 1)
        if kind < 0.6:
            return self._relocate(state, self._random.randint(2, 4))
        if kind < 0.78:
            return self._swap(state)
        if kind < 0.88:
            return self._exchange_ends(state)
        return self._hold(state)

    def _relocate(self, state: _State, count: int) -> bool:
        """Move a test, or several that follow each other on a unit, to another place and perhaps another unit."""
        order, unit = state.order, state.unit
        first = self._random.randrange(len(order))
        chosen = [order[first]]
        mine = unit[order[first]]
        for test in order[first + 1 :]:
            if len(chosen) == count:
                break
            if unit[test] == mine:
                chosen.append(test)
        rest = [test for test in order if test not in chosen] if count > 1 else order[:first] + order[first + 1 :]
        earliest, latest = 0, len(rest)
        before = {test for item in chosen for test in self.timetable.before[item]}
        after = {test for item in chosen for test in self.timetable.after[item]}
        if before or after:
            for place, test in enumerate(rest):
                if test in before:
                    earliest = place + 1
                elif test in after:
                    latest = place
                    break
        if earliest > latest:
            return False
        target = self._random.randint(earliest, latest)
        state.order = rest[:target] + chosen + rest[target:]
        units = self.timetable.units_of[self.timetable.product_of[chosen[0]]]
        new_unit = self._random.choice(units)
        for test in chosen:
            unit[test] = new_unit
            if self._random.random() < 0.5:
                state.held[test] = -1
        return True

    def _swap(self, state: _State) -> bool:
        """Exchange the places and the units of two tests of one product."""
        order = state.order
        one = self._random.choice(order)
        other = self._random.choice(self.timetable.tests_of[self.timetable.product_of[one]])
        if one == other:
            return False
        first, second = order.index(one), order.index(other)
        order[first], order[second] = other, one
        state.unit[one], state.unit[other] = state.unit[other], state.unit[one]
        return True

    def _exchange_ends(self, state: _State) -> bool:
        """From some place on, let two units of a product exchange their tests."""
        place = self._random.randrange(len(state.order))
        units = self.timetable.units_of[self.timetable.product_of[state.order[place]]]
        if len(units) < 2:
            return False
        one, other = self._random.sample(units, 2)
        exchange = {one: other, other: one}
        for test in state.order[place:]:
            state.unit[test] = exchange.get(state.unit[test], state.unit[test])
        return True

    def _hold(self, state: _State) -> bool:
        """Hold a test fast in one of its cities, or let it go."""
        if self._by_cost:
            return self._swap(state)
        test = self._random.choice(state.order)
        cities = self.timetable.cities_of[test]
        state.held[test] = -1 if self._random.random() < 0.4 else self._random.choice(cities)
        return True

    def _decode(self, state: _State) -> _Decoded | None:
        """Evaluate a state; None when it breaks a rule or runs on too long."""
        if not self._by_cost:
            return self._decode_hours(state, state.held)
        found = self._cheapest_cities(state)
        if found is None:
            return None
        whole, cities = found
        decoded = self._decode_hours(state, cities)
        if decoded is None:
            return None
        return _Decoded(whole + 1e-3 * decoded.score, whole, decoded.hours, cities)

    def _decode_hours(self, state: _State, held: list[int]) -> _Decoded | None:
        timetable = self.timetable
        before, destructive, choices, hours_between = (
            timetable.before,
            timetable.destructive,
            timetable.choices,
            timetable.hours,
        )
        size, never = self._last_hour + 1, timetable.never
        free = [0] * len(timetable.home)
        rows = [hours_between[city] for city in timetable.home]
        ends, cities = [-1] * timetable.size, [-1] * timetable.size
        booked: dict[int, list[tuple[int, int]]] = {}
        unit_of = state.unit
        for test in state.order:
            unit = unit_of[test]
            free_at, row, release = free[unit], rows[unit], 0
            for earlier in before[test]:
                end = ends[earlier]
                if end < 0:
                    return None
                if end > release:
                    release = end
            best, at, chosen = never, -1, -1
            fast = held[test]
            for city, finishes, chosen_at in self._tables[test]:
                if fast >= 0 and city != fast:
                    continue
                hour = free_at + row[city]
                if hour < release:
                    hour = release
                if hour < size:
                    finish = finishes[hour]
                    if finish < best:
                        best, at, chosen = finish, city, chosen_at[hour]
            if best >= size:
                return None
            choice = choices[test][chosen]
            taken = booked.get(choice.bench)
            if taken is None:
                booked[choice.bench] = [(best - choice.hours, best)]
            else:
                if any(best - choice.hours < until and since < best for since, until in taken):
                    best, at, chosen = self._around(test, fast, free_at, row, release, booked)
                    if best >= size:
                        return None
                    choice = choices[test][chosen]
                    taken = booked.setdefault(choice.bench, [])
                taken.append((best - choice.hours, best))
                taken.sort()
            ends[test], cities[test] = best, at
            rows[unit] = hours_between[at]
            free[unit] = never if destructive[test] else best
        return self._judge(ends, state, cities)

    def _around(
        self,
        test: int,
        fast: int,
        free_at: int,
        row: tuple[int, ...],
        release: int,
        booked: dict[int, list[tuple[int, int]]],
    ) -> tuple[int, int, int]:
        """Return the earliest finish, its city and choice, around what this plan has booked itself."""
        found = (self.timetable.never, -1, -1)
        for place, choice in enumerate(self.timetable.choices[test]):
            if fast >= 0 and choice.city != fast:
                continue
            hour = max(free_at + row[choice.city], release)
            start = self.timetable.earliest(choice, hour, booked.get(choice.bench, []))
            if start >= 0 and start + choice.hours < found[0]:
                found = (start + choice.hours, choice.city, place)
        return found

    def _judge(self, ends: list[int], state: _State, cities: list[int]) -> _Decoded:
        completions = [max(ends[test] for test in tests) for tests in self.timetable.tests_of]
        total = sum(completions)
        whole = max(completions) if self.objective == "makespan" else total
        last: dict[int, int] = {}
        for test in state.order:
            last[state.unit[test]] = ends[test]
        return _Decoded(whole + _UNIT_WEIGHT * sum(last.values()), whole, total, cities)

    def _cheapest_cities(self, state: _State) -> tuple[int, list[int]] | None:
        """Return the least cost of the units' orders and the city of each test, by dynamic programming over cities."""
        routes: dict[int, list[int]] = {}
        for test in state.order:
            routes.setdefault(state.unit[test], []).append(test)
        cities = [-1] * self.timetable.size
        total = 0
        for unit, tests in routes.items():
            if any(self.timetable.destructive[test] for test in tests[:-1]):
                return None
            reached = {self.timetable.home[unit]: 0}
            came_from: list[dict[int, int]] = []
            for test in tests:
                following: dict[int, int] = {}
                origins: dict[int, int] = {}
                for city, price in self._city_cost[test].items():
                    least, origin = min((paid + self._moves[here][city], here) for here, paid in reached.items())
                    following[city], origins[city] = least + price, origin
                reached = following
                came_from.append(origins)
            city = min(reached, key=lambda place: (reached[place], place))
            total += reached[city]
            for test, origins in zip(reversed(tests), reversed(came_from), strict=True):
                cities[test] = city
                city = origins[city]
        return total, cities
