"""All options of one product as arrays for the compiled search for price or distance, city by city.

In come a :class:`Timetable` and a latest hour; an hour after it stands for "not any more". Options that another one
in the same city beats at every hour and price are told apart: relaxed routes need not look at them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs
from qilian.routing.plan import Objective
from qilian.routing.timetable import Timetable

_WHOLE = 1 << 27
"""Costs are scaled up to about so much, that worths can be set finely."""
_FINEST = 16


@dataclass(frozen=True, slots=True)
class Options:
    """Some options in order of city and test: ``finish[hour, option]``, and for each its test, city, choice and price.

    ``by_test`` lists them test by test.
    """

    finish: Hours
    test: Ints
    choice: Ints
    price: Longs
    city: Ints
    city_from: Longs
    by_test: Ints
    test_from: Longs


class Offers:
    """Arrays of a timetable with one product up to a latest hour.

    Parameters
    ----------
    timetable, release
        The numbers of the problem, and per test the hour before which it cannot start.
    latest
        The last hour that counts.
    objective
        ``price`` or ``distance``.

    Attributes
    ----------
    scale
        Prices and fares are the whole-number costs times this.
    every, useful
        All options, and those that no other one beats.
    """

    def __init__(self, timetable: Timetable, release: list[int], latest: int, objective: Objective) -> None:
        self.timetable = timetable
        self.latest = latest
        self.size = timetable.size
        self.units = len(timetable.units_of[0])
        self.home = timetable.home[0]
        fares = np.asarray(timetable.price if objective == "price" else timetable.metres, dtype=np.int64)
        charged = objective == "price"
        highest = int(fares.max()) * self.size + sum(
            max(choice.price for choice in choices) * charged for choices in timetable.choices
        )
        self.scale = max(1, min(_FINEST, _WHOLE // max(1, highest)))
        self.fare: Longs = fares * self.scale
        self.move: Ints = np.asarray(timetable.hours, dtype=np.int32)
        self.ends_unit: Flags = np.asarray(timetable.destructive)
        self.order = [(one, then) for one in range(self.size) for then in timetable.after[one]]
        self.shortest = [min(choice.hours for choice in choices) for choices in timetable.choices]
        self.excluded_by: Longs = np.asarray([self._excluding(test) for test in range(self.size)], dtype=np.int64)
        named = sorted(
            (choice.city, test, place)
            for test, choices in enumerate(timetable.choices)
            for place, choice in enumerate(choices)
        )
        hours = np.arange(latest + 2)
        columns: list[NDArray[np.uint16]] = []
        prices: list[int] = []
        for _, test, place in named:
            choice = timetable.choices[test][place]
            lasts = np.asarray(choice.windows[1], dtype=np.int64)
            firsts = np.asarray([*choice.windows[0], latest + 1], dtype=np.int64)
            ready = np.maximum(hours, release[test])
            index = np.searchsorted(lasts, ready)
            finish = np.maximum(firsts[index], ready) + choice.hours
            columns.append(np.minimum(np.where(index < len(lasts), finish, latest + 1), latest + 1).astype(np.uint16))
            prices.append(choice.price * charged * self.scale)
        cities = np.asarray([city for city, _, _ in named])
        self.every = self._options(named, columns, prices, np.arange(len(named)))
        self.useful = self._options(named, columns, prices, self._unbeaten(named, columns, prices))
        same = self.every.finish[:-1] == self.every.finish[1:]
        self.quiet: Flags = np.ones((latest + 2, len(self.move)), dtype=np.bool_)
        for city in range(len(self.move)):
            self.quiet[:-1, city] = same[:, cities == city].all(axis=1)

    def _excluding(self, test: int) -> int:
        """Return the tests after which one cannot follow on a unit: those that it precedes, and destructive ones."""
        found, waiting = 0, list(self.timetable.after[test])
        while waiting:
            later = waiting.pop()
            if not found >> later & 1:
                found |= 1 << later
                waiting += self.timetable.after[later]
        return found | sum(1 << other for other in range(self.size) if self.timetable.destructive[other])

    def _options(
        self, named: list[tuple[int, int, int]], columns: list[NDArray[np.uint16]], prices: list[int], kept: Longs
    ) -> Options:
        cities = np.asarray([named[place][0] for place in kept], dtype=np.int32)
        tests = np.asarray([named[place][1] for place in kept], dtype=np.int32)
        by_test = np.argsort(tests, kind="stable").astype(np.int32)
        return Options(
            np.ascontiguousarray(np.asarray([columns[place] for place in kept]).T),
            tests,
            np.asarray([named[place][2] for place in kept], dtype=np.int32),
            np.asarray([prices[place] for place in kept], dtype=np.int64),
            cities,
            np.searchsorted(cities, np.arange(len(self.move) + 1)).astype(np.int64),
            by_test,
            np.searchsorted(tests[by_test], np.arange(self.size + 1)).astype(np.int64),
        )

    def _unbeaten(
        self, named: list[tuple[int, int, int]], columns: list[NDArray[np.uint16]], prices: list[int]
    ) -> Longs:
        """Return the options that no other one in their city beats: as cheap, and never later."""
        kept: list[int] = []
        start = 0
        while start < len(named):
            until = start
            while until < len(named) and named[until][:2] == named[start][:2]:
                until += 1
            cheapest_first = sorted(range(start, until), key=lambda place: (prices[place], int(columns[place].sum())))
            unbeaten: list[int] = []
            for place in cheapest_first:
                if columns[place][0] > self.latest:
                    continue
                if not any((columns[other] <= columns[place]).all() for other in unbeaten):
                    unbeaten.append(place)
            kept += sorted(unbeaten)
            start = until
        return np.asarray(kept, dtype=np.int64)
