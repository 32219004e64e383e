"""A problem turned into numbers for the solvers, and the timetable that they all ask: when is this test done at the
earliest if its unit can be there from hour h on?

In comes a :class:`Problem`; out come tests, cities and benches by their places, start windows per test and option, and
for the searches one earliest-finish table per test and city: of all benches of a city only the earliest finish counts.
"""

from bisect import bisect_left
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from qilian.routing.openings import Windows, next_start, start_windows
from qilian.routing.problem import Problem

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Table: TypeAlias = "NDArray[numpy.int32]"

METRES_PER_KM = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a test by places: the bench, its city, hours, yuan, and the windows in which it can start."""

    bench: int
    city: int
    hours: int
    price: int
    windows: Windows


class CityTable(NamedTuple):
    """A test in one city: for each hour from which the unit can be there, the earliest finish and the choice for it.

    ``finish[h]`` is :attr:`Timetable.never` where the test cannot be done any more.
    """

    city: int
    finish: list[int]
    choice: list[int]


class Timetable:
    """The numbers of a problem; tests of all products are counted through, and so are their sample units.

    Parameters
    ----------
    problem
        What is to be done.
    until
        An earlier hour in place of the problem's horizon: as if nothing could end after it.
    """

    def __init__(self, problem: Problem, until: int | None = None) -> None:
        self.problem = problem
        self.horizon = problem.horizon if until is None else min(until, problem.horizon)
        self.never = self.horizon + 1
        self.hours = problem.transfer_hours
        self.price = problem.transfer_price
        self.metres = tuple(tuple(round(km * METRES_PER_KM) for km in row) for row in problem.transfer_km)
        city = {name: place for place, name in enumerate(problem.cities)}
        bench = {item.id: place for place, item in enumerate(problem.benches)}
        self.bench_city = [city[item.city] for item in problem.benches]
        self.product_of: list[int] = []
        self.tests_of: list[list[int]] = []
        self.units_of: list[list[int]] = []
        self.home: list[int] = []
        self.names: list[tuple[str, str]] = []
        self.destructive: list[bool] = []
        self.choices: list[list[Choice]] = []
        self.before: list[list[int]] = []
        self.after: list[list[int]] = []
        windows: dict[tuple[int, int, bool], Windows] = {}
        for product_place, product in enumerate(problem.products):
            self.units_of.append([len(self.home) + unit for unit in range(product.sample_units)])
            self.home += [city[product.home]] * product.sample_units
            first = len(self.names)
            self.tests_of.append([first + place for place in range(len(product.tests))])
            place_of = {test.id: first + place for place, test in enumerate(product.tests)}
            for test in product.tests:
                self.names.append((product.id, test.id))
                self.product_of.append(product_place)
                self.destructive.append(test.destructive)
                self.before.append([])
                self.after.append([])
                found: list[Choice] = []
                for option in test.options:
                    key = (bench[option.bench], option.hours, test.attended)
                    if key not in windows:
                        item = problem.benches[key[0]]
                        windows[key] = start_windows(item.staffed, item.busy, option.hours, test.attended, self.horizon)
                    if windows[key][0]:  # an option that fits no opening is no choice
                        found.append(Choice(key[0], self.bench_city[key[0]], option.hours, option.price, windows[key]))
                self.choices.append(found)
            for earlier, later in dict.fromkeys(product.precedence):
                self.before[place_of[later]].append(place_of[earlier])
                self.after[place_of[earlier]].append(place_of[later])
        self.size = len(self.names)

    def cheapest_in_city(self) -> "Timetable":
        """Return the timetable with only the cheapest options of each test in each city.

        Where nothing but the price counts, no other is needed, as long as all tests still end before the horizon.
        """
        reduced = copy(self)
        reduced.choices = []
        for choices in self.choices:
            least: dict[int, int] = {}
            for choice in choices:
                least[choice.city] = min(choice.price, least.get(choice.city, choice.price))
            reduced.choices.append([choice for choice in choices if choice.price == least[choice.city]])
        return reduced

    @cached_property
    def in_order(self) -> list[int]:
        """All tests, each after those that must precede it."""
        waiting = [len(before) for before in self.before]
        free = [test for test in range(self.size) if not waiting[test]]
        order: list[int] = []
        while free:
            test = free.pop()
            order.append(test)
            for later in self.after[test]:
                waiting[later] -= 1
                if not waiting[later]:
                    free.append(later)
        return order

    @cached_property
    def cities_of(self) -> list[list[int]]:
        """The cities in which each test can be done."""
        return [sorted({choice.city for choice in choices}) for choices in self.choices]

    def earliest(self, choice: Choice, hour: int, booked: list[tuple[int, int]]) -> int:
        """Return the earliest start at or after ``hour`` that clashes with none of ``booked`` (in order), or -1."""
        start = next_start(choice.windows, hour)
        if not booked or start < 0:
            return start
        index = bisect_left(booked, (start, 0))
        if index and booked[index - 1][1] > start:
            index -= 1
        while index < len(booked):
            taken_from, taken_until = booked[index]
            if start + choice.hours <= taken_from:
                return start
            if start < taken_until:
                start = next_start(choice.windows, taken_until)
                if start < 0:
                    return start
            index += 1
        return start

    def arrays(self, test: int, last_hour: int) -> dict[int, tuple["Table", "Table"]]:
        """Return per city the earliest finish and the choice for it, for each hour from 0 to ``last_hour``."""
        import numpy as np

        result: dict[int, tuple[Table, Table]] = {}
        hours = np.arange(last_hour + 1)
        for place, choice in enumerate(self.choices[test]):
            firsts = np.asarray([*choice.windows[0], self.never + choice.hours], dtype=np.int32)
            lasts = np.asarray(choice.windows[1], dtype=np.int32)
            index = np.searchsorted(lasts, hours)
            finish = np.maximum(firsts[index], hours) + choice.hours
            finish = np.minimum(np.where(index < len(lasts), finish, self.never), self.never).astype(np.int32)
            if choice.city in result:
                best, chosen = result[choice.city]
                better = finish < best
                best[better] = finish[better]
                chosen[better] = place
            else:
                result[choice.city] = (finish, np.full(last_hour + 1, place, dtype=np.int32))
        return dict(sorted(result.items()))

    def tables(self, last_hour: int) -> list[list[CityTable]]:
        """Return :meth:`arrays` of all tests as lists, which plain Python reads faster."""
        return [
            [
                CityTable(city, finish.tolist(), choice.tolist())
                for city, (finish, choice) in self.arrays(test, last_hour).items()
            ]
            for test in range(self.size)
        ]
