"""Plans for a batch: products put in one after another, then neighbourhoods taken out and put in again.

In come the arrays of a batch and what an hour of a bench is worth (prices of the bound); out come solutions that keep
all rules. Each product is placed between the bookings of the others so that it is complete early and leaves to them
the hours that are worth most.
"""

import random
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from qilian.routing.errors import NoPlanFound
from qilian.routing.kernels_batch import (
    Arrays,
    Solution,
    Space,
    Worth,
    construct,
    fill_worth,
    fits,
    insert,
    put_back,
    refill,
    remove,
)
from qilian.routing.kernels_worth import Ints

Parts = TypeVar("Parts", bound=tuple[Any, ...])

WORTH_WEIGHT = 0.3
"""How much of what its hours are worth to others a test is charged; found by trial, prices are no forecast."""
LATE_WEIGHT = 1000
"""An hour after a product's last hour counts as so many hours of completion."""
INSERTION_STEPS = 800
_UNIT_WEIGHT = 0.02
_HEAT = 0.01
_SLACK = 1.15
_FEW, _MANY = 1, 6
_NEAR = 12


class BatchSearch:
    """A solution with its bookings, and the moves that change it.

    Parameters
    ----------
    arrays
        The batch.
    solution
        To begin with; it is copied.
    placed
        Whether the solution is complete, or nothing of it is placed yet.
    seed
        Of the random choices.
    """

    def __init__(self, arrays: Arrays, solution: Solution, *, placed: bool, seed: int) -> None:
        self._arrays = arrays
        self.solution, self._booked = copied(solution), copied(arrays.booked)
        self._chance = random.Random(seed)  # noqa: S311 - a search, not a secret
        shape = (len(self._booked.used), arrays.price.shape[1])
        self._worth = Worth(arrays.price, np.zeros(shape, np.float32), np.zeros(shape, np.float32))
        self._space = _space(arrays, seed)
        self.products = len(solution.completion)
        if placed:
            for product in range(self.products):
                put_back(arrays.tests, arrays.kinds, self._booked, self.solution, product)
        for bench in range(shape[0]):
            fill_worth(arrays.network, arrays.kinds, self._booked, self._worth, bench)

    def cost(self, product: int) -> int:
        """Return what a product adds to the cost: its completion, and its lateness many times."""
        hour = int(self.solution.completion[product])
        return hour + LATE_WEIGHT * max(0, hour - int(self._arrays.last_hour[product]))

    def construct(self, order: list[int], steps: int, over: Callable[[], bool]) -> None:
        """Place all products in this order, each by so many steps; once it is ``over``, only by the quickest way.

        Raises
        ------
        NoPlanFound
            When a product finds no place before the horizon.
        """
        arrays = self._arrays
        for product in order:
            completion = construct(
                arrays.network, arrays.kinds, arrays.tests, self._booked, self.solution, product, 1.0
            )
            if completion < 0:
                raise NoPlanFound(
                    f"product {product + 1} found no place behind the others",
                    mend="give a later horizon, more benches or fewer products",
                )
            if over():
                continue
            self._take(product)
            latest = min(int(_SLACK * completion), arrays.network.horizon)
            wanted = min(latest, int(arrays.last_hour[product]))
            if self._put(product, wanted, steps) < 0 and (wanted == latest or self._put(product, latest, steps) < 0):
                construct(arrays.network, arrays.kinds, arrays.tests, self._booked, self.solution, product, 1.0)
                self._refill(product)

    def improve(self, over: Callable[[], bool], spend: Callable[[int], None]) -> None:
        """Take neighbourhoods out and put them in again until it is ``over``; products put in are ``spent``."""
        while not over():
            products = self._neighbourhood()
            kept = [self._keep(product) for product in products]
            before = sum(self.cost(product) for product in products)
            late = [product for product in products if self._late(product)]
            for product in products:
                self._take(product)
            put, after = [], 0
            for product in products:
                latest = int(1.25 * self.solution.completion[product]) + 48
                latest = min(latest, before - after, self._arrays.network.horizon)
                if product not in late:
                    latest = min(latest, int(self._arrays.last_hour[product]))
                spend(1)
                if latest <= 0 or self._put(product, latest, INSERTION_STEPS) < 0:
                    break
                put.append(product)
                after += self.cost(product)
                if after > before:
                    break
            if len(put) < len(products) or after > before:
                for product in put:
                    self._take(product)
                for product, parts in zip(products, kept, strict=True):
                    self._restore(product, parts)

    def adopt(self, other: Solution) -> None:
        """Take over from another solution whatever product is complete earlier there and finds its hours free."""
        arrays = self._arrays
        gains = self.solution.completion - other.completion
        for product in np.argsort(-gains, kind="stable").tolist():
            if gains[product] <= 0:
                return
            kept = self._keep(product)
            remove(arrays.tests, arrays.kinds, self._booked, self.solution, product)
            if fits(arrays.tests, arrays.kinds, self._booked, other, product):
                self._copy(product, other)
            else:
                self._write(product, kept)
            put_back(arrays.tests, arrays.kinds, self._booked, self.solution, product)

    def _late(self, product: int) -> bool:
        return bool(self.solution.completion[product] > self._arrays.last_hour[product])

    def _neighbourhood(self) -> list[int]:
        """Choose products at random: any, or some that use one bench, or some that are complete about the same time."""
        chance, completion = self._chance, self.solution.completion
        count = min(self.products, chance.randint(_FEW, _MANY))
        first = chance.randrange(self.products)
        late = np.flatnonzero(completion > self._arrays.last_hour)
        if len(late) and chance.random() < 0.5:
            first = int(late[chance.randrange(len(late))])
        way = chance.random()
        if way < 0.2:
            others = list(range(self.products))
        elif way < 0.6:
            others = self._sharing(first)
        else:
            order = np.argsort(completion, kind="stable")
            place = int(np.flatnonzero(order == first)[0])
            low = max(0, place - _NEAR)
            others = order[low : low + 2 * _NEAR].tolist()
        others = [product for product in others if product != first]
        found = [first, *chance.sample(others, min(len(others), count - 1))]
        if chance.random() < 0.5:
            chance.shuffle(found)
        return found

    def _sharing(self, product: int) -> list[int]:
        """Return the products on the bench of one of the product's longest tests."""
        kinds, tests = self._arrays.kinds, self._arrays.tests
        mine = np.arange(tests.first[product], tests.first[product + 1])
        longest = mine[np.argsort(-kinds.hours[self.solution.option[mine]], kind="stable")][:4]
        test = int(longest[self._chance.randrange(len(longest))])
        offered = kinds.bench[slice(*kinds.option_at[tests.kind[test] : tests.kind[test] + 2])]
        benches = {int(offered[self._chance.randrange(len(offered))]), int(kinds.bench[self.solution.option[test]])}
        on_it = np.flatnonzero(np.isin(kinds.bench[self.solution.option], sorted(benches)))
        found = np.searchsorted(tests.first, on_it, side="right") - 1
        return sorted(set(found.tolist()))

    def _keep(self, product: int) -> list[Ints]:
        tests = slice(*self._arrays.tests.first[product : product + 2])
        return [*(array[tests].copy() for array in self.solution[:5]), self.solution.completion[[product]]]

    def _write(self, product: int, parts: list[Ints]) -> None:
        tests = slice(*self._arrays.tests.first[product : product + 2])
        for array, part in zip(self.solution[:5], parts, strict=False):
            array[tests] = part
        self.solution.completion[product] = parts[5][0]

    def _copy(self, product: int, other: Solution) -> None:
        tests = slice(*self._arrays.tests.first[product : product + 2])
        self._write(product, [*(array[tests] for array in other[:5]), other.completion[[product]]])

    def _restore(self, product: int, parts: list[Ints]) -> None:
        self._write(product, parts)
        put_back(self._arrays.tests, self._arrays.kinds, self._booked, self.solution, product)
        self._refill(product)

    def _take(self, product: int) -> None:
        remove(self._arrays.tests, self._arrays.kinds, self._booked, self.solution, product)
        self._refill(product)

    def _put(self, product: int, latest: int, steps: int) -> int:
        arrays = self._arrays
        completion = insert(
            arrays.network, arrays.kinds, arrays.tests, self._booked, self._worth, WORTH_WEIGHT, self.solution, product,
            latest, steps, _HEAT * latest, _UNIT_WEIGHT, self._space,
        )  # fmt: skip
        if completion >= 0:
            self._refill(product)
        return int(completion)

    def _refill(self, product: int) -> None:
        arrays = self._arrays
        refill(arrays.network, arrays.kinds, arrays.tests, self._booked, self._worth, self.solution, product)


def copied(parts: Parts) -> Parts:
    """Return a named tuple whose arrays, at any depth, are its own and can be written."""
    copies = [
        np.array(part) if isinstance(part, np.ndarray) else copied(part) if isinstance(part, tuple) else part
        for part in parts
    ]
    return type(parts)(*copies)


def _space(arrays: Arrays, seed: int) -> Space:
    kinds, tests = arrays.kinds, arrays.tests
    options = [slice(*kinds.option_at[kind : kind + 2]) for kind in range(len(kinds.attended))]
    cities = np.asarray([len(np.unique(kinds.city[every])) for every in options], dtype=np.int64)
    pairs = int(np.add.reduceat(cities[tests.kind], tests.first[:-1]).max())
    shape = (pairs, arrays.network.horizon + 2)
    return Space(
        np.zeros(shape, dtype=np.float32),
        np.zeros(shape, dtype=np.int32),
        np.zeros(shape, dtype=np.int32),
        np.zeros(int(np.diff(tests.first).max()) + 1, dtype=np.int32),
        np.zeros(pairs, dtype=np.int32),
        np.zeros(len(arrays.booked.used), dtype=np.int32),
        np.asarray([(seed * 2654435761 + 88172645463325252) % 2**64 or 1], dtype=np.uint64),
    )
