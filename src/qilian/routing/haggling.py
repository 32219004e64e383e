"""Local search for the price (or distance) of one product under a deadline, compiled.

In come :class:`Offers`, a deadline and a plan to begin with; out come placements that keep all rules and cost less.
"""

import numpy as np

from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.kernels_price_annealing import anneal, decode
from qilian.routing.kernels_worth import Ints, Longs
from qilian.routing.offers import Offers
from qilian.routing.schedule import Placement

_SECONDS_PER_TEST = 1.2e-7
_HOT, _COLD = 0.02, 0.0005
"""Temperatures as parts of the cost."""
_PARTS = 10
_HOURS_OF_COST = 5000


class Haggling:
    """Annealing over the order of the tests, their units and their options."""

    def __init__(self, offers: Offers, seed: int, budget: Budget) -> None:
        self._offers = offers
        self._budget = budget
        self._state = np.asarray([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64)
        every, choices = offers.every, offers.timetable.choices
        chosen = [choices[test][place] for test, place in zip(every.test, every.choice, strict=True)]
        self._hours: Ints = np.asarray([choice.hours for choice in chosen], dtype=np.int32)
        self._bench: Ints = np.asarray([choice.bench for choice in chosen], dtype=np.int32)
        self._city: Ints = np.asarray([choice.city for choice in chosen], dtype=np.int32)
        self._options: Ints = np.argsort(every.test, kind="stable").astype(np.int32)
        self._options_from: Longs = np.searchsorted(every.test[self._options], np.arange(offers.size + 1)).astype(
            np.int64
        )
        order = np.asarray(offers.order, dtype=np.int32).reshape(-1, 2)
        self._firsts, self._thens = order[:, 0].copy(), order[:, 1].copy()
        self._place = {
            pair: index for index, pair in enumerate(zip(every.test.tolist(), every.choice.tolist(), strict=True))
        }

    def run(
        self, start: list[Placement], deadline: int, known_cost: int, steps: int
    ) -> tuple[list[Placement], int, int] | None:
        """Return placements that end by the deadline, their cost and their end, if they cost less than known."""
        offers = self._offers
        tests = [item.test for item in sorted(start, key=lambda item: (item.start, item.end))]
        order = np.asarray(tests, dtype=np.int32)
        unit, option = np.zeros(offers.size, dtype=np.int32), np.zeros(offers.size, dtype=np.int32)
        for item in start:
            unit[item.test], option[item.test] = item.unit, self._place[item.test, item.choice]
        best = order.copy(), unit.copy(), option.copy()
        held = (-2 - option).astype(np.int32)
        hour_costs = np.asarray([known_cost * offers.scale / _HOURS_OF_COST])
        cost = known_cost * offers.scale
        for part in range(_PARTS):
            if self._budget.over():
                break
            hot, cold = (known_cost * offers.scale * _HOT * (_COLD / _HOT) ** (at / _PARTS) for at in (part, part + 1))
            cost = anneal(
                offers.every.finish, self._hours, self._bench, self._city, offers.every.price, self._options_from,
                self._options, offers.move, offers.fare, offers.ends_unit, self._firsts, self._thens, offers.home,
                offers.units, deadline, max(1, known_cost * offers.scale // 500), hour_costs, order, unit, held, *best,
                cost, steps // _PARTS, max(1.0, hot), max(0.5, cold), self._state,
            )  # fmt: skip
            self._budget.spend(steps / _PARTS * offers.size * _SECONDS_PER_TEST / SECONDS_PER_WORK)
        return self._placed(*best) if cost < known_cost * offers.scale else None

    def _placed(self, order: Ints, unit: Ints, option: Ints) -> tuple[list[Placement], int, int]:
        offers = self._offers
        begins, ends = np.zeros(offers.size, dtype=np.int32), np.zeros(offers.size, dtype=np.int32)
        cost, last = decode(
            offers.every.finish, self._hours, self._bench, self._city, offers.every.price, self._options_from,
            self._options, offers.move, offers.fare, offers.ends_unit, self._firsts, self._thens, offers.home,
            offers.units, 0.0, order, unit, (-2 - option).astype(np.int32), option.copy(), begins, ends,
        )  # fmt: skip
        placements = [
            Placement(
                int(test), int(unit[test]), int(offers.every.choice[option[test]]), int(begins[test]), int(ends[test])
            )
            for test in order
        ]
        return placements, int(cost) // offers.scale, int(last)
