"""Relaxed routes of one unit under a deadline: what each test is worth to them, and a lower bound on the cost.

In come :class:`Offers` and the bounds. Worths of the tests are Lagrangian duals of the share-out among the units, on
routes that may do a test again where they do not remember it (see ``kernels_price``); memory grows where the best
route repeats itself (decremental state space relaxation: Righini and Salani 2008, Networks 51(3)). Below a cost, all
routes that can be part of a plan are listed as labels. Costs, worths and gains are scaled as in :class:`Offers`.
"""

from dataclasses import dataclass

import numpy as np

from qilian.routing import kernels_price
from qilian.routing.bounds import TimeBounds
from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.kernels_worth import Flags, Hours, Ints, Longs
from qilian.routing.offers import Offers, Options

_MOST_MEMBERS = 13
_ROUNDS_A_LOOK = 12
_MORE_AT_ONCE = 6
_STALLED = 5
_SECONDS_PER_STATE = 8e-9
"""One state at one hour, for each city to go on to."""
_SECONDS_PER_LABEL = 5e-7
NO_TABLE: Ints = np.zeros((0, 0), np.int32)
NO_HOURS: Hours = np.zeros((0, 0), np.uint16)


@dataclass(slots=True)
class Labels:
    """Routes of one unit: per label the tests done, city, hour and gain, and the label and option that led to it.

    A label whose ``following`` is -2 has fallen out. ``earliest`` tells the earliest finish of each test.
    """

    count: int
    tests: Longs
    city: Ints
    hour: Ints
    gained: Longs
    following: Ints
    before: Ints
    option: Ints
    earliest: Ints


class Relaxation:
    """Worths, memory and tables of relaxed routes, for one deadline at a time.

    Attributes
    ----------
    bound
        Lower bound on the cost of all plans by the deadline.
    top
        The most that a relaxed route can gain.
    """

    def __init__(self, offers: Offers, bounds: TimeBounds, budget: Budget) -> None:
        self.offers = offers
        self._budget = budget
        self._tail = np.asarray(bounds.tail, dtype=np.int32)
        self._load = np.asarray(bounds.load, dtype=np.int64)
        self.release = np.asarray(bounds.release, dtype=np.int32)
        every = offers.every
        handling = int(offers.fare.diagonal().min())
        least = [int(every.price[every.test == test].min()) + handling for test in range(offers.size)]
        self._first_worth: Longs = np.asarray(least, dtype=np.int64) * 11 // 10 + offers.scale
        self.worth = self._first_worth
        self.deadline, self.bound, self.top = 0, 0, 0
        self._most_load: Ints = np.zeros((1, 1), np.int32)
        self._least_load = 0
        self._members: list[list[int]] = []

    def begin(self, deadline: int) -> None:
        """Turn to another deadline, with first worths and nothing remembered."""
        self.worth = self._first_worth
        self.deadline, self.bound = deadline, 0
        self.last: Ints = (deadline - self._tail).astype(np.int32)
        self._members = [[] for _ in self.offers.move]
        self._remember()

    def _remember(self) -> None:
        cities, hours = len(self._members), self.deadline + 2
        self.members: Ints = np.full((cities, max(1, *map(len, self._members))), -1, dtype=np.int32)
        for city, found in enumerate(self._members):
            self.members[city, : len(found)] = found
        sizes = [1 << len(found) for found in self._members]
        self.state_from: Longs = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self._states = int(self.state_from[-1])
        self.onward: Ints = np.zeros((cities, self._states), dtype=np.int32)
        kernels_price.project(self.members, self.state_from, self.onward)
        self.most: Ints = np.zeros((hours, self._states), dtype=np.int32)
        self.served: Ints = np.zeros((hours, self._states), dtype=np.int32)

    def ascend(self, goal: int, rounds: int, step: float, most_states: int) -> None:
        """Raise the bound towards ``goal``, with memory of up to so many states, until it is reached."""
        offers = self.offers
        best, best_worth = -1.0, self.worth
        value = self.worth.astype(np.float64)
        first_step, stalled = step, 0
        direction = np.zeros(offers.size)
        repeats: dict[tuple[int, int], int] = {}
        for turn in range(rounds):
            if self._budget.over():
                break
            worth = np.round(value).astype(np.int64)
            bound = float(worth.sum() - offers.units * self._collect(worth))
            tests = self._follow(worth, repeats)
            if bound > best:
                stalled = 0 if bound > best + 2e-4 * goal else stalled
                best, best_worth = bound, worth
                if best >= goal:
                    break
            else:
                stalled += 1
                if stalled >= _STALLED:
                    step, stalled = 0.7 * step, 0
                    value = best_worth.astype(np.float64)
                    direction[:] = 0
            if turn % _ROUNDS_A_LOOK == _ROUNDS_A_LOOK - 1:
                if self._extend(repeats, most_states):
                    step = max(step, first_step / 4)
                repeats.clear()
            slope = 1.0 - offers.units * np.bincount(tests, minlength=offers.size)
            direction = 0.6 * direction + 0.4 * slope
            norm = float((direction**2).sum()) + 1e-9
            value = np.maximum(0.0, value + step * max(goal - bound, 1e-3 * goal) * direction / norm)
        self.worth = best_worth
        self.top = self._collect(best_worth)
        self.bound = max(self.bound, int(best_worth.sum()) - offers.units * self.top)

    def _collect(self, worth: Longs) -> int:
        return self._fill(worth, self.offers.useful.price, self.offers.fare, self.most, self.served)

    def _fill(self, worth: Longs, price: Longs, fare: Longs, most: Ints, served: Ints) -> int:
        offers, options = self.offers, self.offers.useful
        self._budget.spend(self.deadline * self._states * len(fare) * _SECONDS_PER_STATE / SECONDS_PER_WORK / 4)
        kernels_price.collect(
            options.finish, options.test, options.city_from, price, offers.move, fare, offers.quiet, worth,
            self.last, offers.ends_unit, self.deadline, self.members, self.state_from, self.onward, most, served,
        )  # fmt: skip
        return int(most[0, self.state_from[offers.home]])

    def _follow(self, worth: Longs, repeats: dict[tuple[int, int], int]) -> Ints:
        """Return the tests of the relaxed route that gains most, and count where it should have remembered one."""
        offers, options = self.offers, self.offers.useful
        found = np.zeros(4 * offers.size, dtype=np.int32)
        count = kernels_price.follow(
            options.finish, options.test, options.city_from, options.price, offers.move, offers.fare, offers.quiet,
            worth, self.last, offers.ends_unit, self.deadline, self.members, self.state_from, self.onward, self.most,
            self.served, offers.home, found,
        )  # fmt: skip
        tests: Ints = options.test[found[:count]]
        cities = (np.searchsorted(options.city_from, found[:count], side="right") - 1).tolist()
        seen: dict[int, int] = {}
        for place, test in enumerate(tests.tolist()):
            for city in set(cities[seen[test] : place]) if test in seen else ():
                repeats[test, city] = repeats.get((test, city), 0) + 1
            seen[test] = place
        return tests

    def _extend(self, repeats: dict[tuple[int, int], int], most_states: int) -> bool:
        """Remember more where routes repeated tests most often; return whether anything was added."""
        added, states = 0, self._states
        for (test, city), _ in sorted(repeats.items(), key=lambda item: (-item[1], item[0])):
            known = self._members[city]
            more = 1 << len(known)
            if (
                added < _MORE_AT_ONCE
                and test not in known
                and len(known) < _MOST_MEMBERS
                and states + more <= most_states
            ):
                states += more
                added += 1
                known.append(test)
        if added:
            self._remember()
        return added > 0

    def weigh(self, load: Ints) -> None:
        """Fill the tables of the load: how much of it a unit can still do in time, whatever that costs.

        Any load says how little a unit may do that all is done in time; worths of :class:`Deadlines` say it best.
        """
        self._load = load.astype(np.int64)
        useful, fare = self.offers.useful, self.offers.fare
        self._most_load = np.zeros_like(self.most)
        served = np.zeros_like(self.most)
        top = self._fill(self._load, np.zeros_like(useful.price), np.zeros_like(fare), self._most_load, served)
        self._least_load = int(self._load.sum()) - (self.offers.units - 1) * top

    def least(self, most_cost: int) -> int:
        """Return what a unit's route must gain to be part of a plan of a cost."""
        return int(self.worth.sum()) - most_cost - (self.offers.units - 1) * self.top

    def below(
        self, most_cost: int, most_labels: int, ahead: Ints = NO_TABLE, latest: Hours = NO_HOURS
    ) -> Labels | None:
        """Return the routes of a unit that can be part of a plan of a cost; None for more than ``most_labels``.

        ``ahead`` and ``latest`` are the tables of :class:`~qilian.routing.completion.Completion`, where there are any.
        """
        options = self.offers.useful
        usable = np.ones(len(options.test), dtype=np.bool_)
        everything = (1 << self.offers.size) - 1
        windows = self.release, self.last
        return self._grow(
            options, usable, windows, everything, self.least(most_cost), self._least_load, (ahead, latest), most_cost,
            most_labels,
        )  # fmt: skip

    def within(
        self, usable: Flags, windows: tuple[Ints, Ints], tests: int, least: int, most_labels: int
    ) -> Labels | None:
        """Return the routes of a unit among ``tests`` with some of all options, in windows of hours per test."""
        load = sum(int(load) for test, load in enumerate(self._load) if tests >> test & 1)
        return self._grow(self.offers.every, usable, windows, tests, least, load, (NO_TABLE, NO_HOURS), 0, most_labels)

    def _grow(
        self,
        options: Options,
        usable: Flags,
        windows: tuple[Ints, Ints],
        allowed: int,
        least: int,
        least_load: int,
        ahead: tuple[Ints, Hours],
        most_cost: int,
        most: int,
    ) -> Labels | None:
        offers = self.offers
        longs = [np.empty(most, np.int64) for _ in range(6)]
        ints = [np.empty(most, np.int32) for _ in range(6)]
        tests, gained, loaded, worths, hopes, keys = longs
        city, hour, following, before, option, head = ints
        earliest = np.empty(offers.size, np.int32)
        count = kernels_price.grow(
            options.finish, options.test, options.city_from, options.price, offers.move, offers.fare, self.worth,
            *windows, offers.ends_unit, offers.excluded_by, usable, self.deadline, self.members, self.state_from,
            self.most, self.served, self._load, self._most_load, least_load, *ahead, most_cost, offers.home,
            allowed, least, 0, np.empty(1 << (2 * most - 1).bit_length(), np.int32), keys, head, tests, city, hour,
            gained, loaded, worths, hopes, following, before, option, earliest,
        )  # fmt: skip
        self._budget.spend((most if count < 0 else count) * _SECONDS_PER_LABEL / SECONDS_PER_WORK)
        if count < 0:
            return None
        return Labels(
            count, tests[:count], city[:count], hour[:count], gained[:count], following[:count], before[:count],
            option[:count], earliest,
        )  # fmt: skip
