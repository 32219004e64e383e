"""A lower bound on the mean or latest completion of a batch, and what an hour of a bench is worth on the way to it.

In come a :class:`BatchData` and an hour by which a good plan ends. Each test pays its bench a price that falls with
the hour at which it ends. What the products must pay at least, less what the benches can earn at most, is a bound for
any such prices (Lagrangian relaxation of "each test is done by a bench"); the prices follow demand and supply.
"""

import math
from collections.abc import Callable

import numpy as np

from qilian.routing.batch_data import BatchData
from qilian.routing.kernels_batch import Reals
from qilian.routing.kernels_batch_bound import follow, income, outlay, spread
from qilian.routing.kernels_worth import Ints
from qilian.routing.plan import Objective

STEP_HOURS = 120
"""The slope of a price is the same for so long."""
_STRIDE = 8
FIRST_RATE = 0.3
_ROUNDING = 1e-3
"""More than the sums of a batch can be off in floating point, and less than one hour."""


class BatchBound:
    """The bound and its prices.

    Parameters
    ----------
    data
        The batch.
    objective
        ``time`` (mean completion) or ``makespan`` (latest completion).
    latest
        Prices are 0 after this hour. The bound holds for any; best is an hour by which most tests are done.

    Attributes
    ----------
    hours
        The bound, for ``time`` on the sum of all completion hours.
    price
        ``[kind, end]``: what a test pays for ending at an hour.
    target
        Per product the hour at which it is complete at these prices.
    """

    def __init__(self, data: BatchData, objective: Objective, latest: int) -> None:
        self._data = data
        self._tests, self._alone, self._weight = data.tests, data.alone.copy(), 1.0
        if objective == "makespan":  # all tests as one product
            self._tests = data.tests._replace(first=data.tests.first[[0, -1]])
            self._alone = data.alone.max(keepdims=True)
        self._latest = min(latest, data.network.horizon)
        kinds = len(data.kinds.attended)
        parts = self._latest // STEP_HOURS + 1
        self._booked = data.bookings()
        self._slope, self._drift = np.zeros((kinds, parts)), np.zeros((kinds, parts))
        self._most, self._choice = np.zeros(self._latest + 1), np.zeros(self._latest + 1, dtype=np.int32)
        share = np.maximum(1, np.bincount(data.tests.kind, minlength=kinds))
        self._rate = FIRST_RATE * len(self._alone) / len(data.alone) / share
        self.price = np.zeros((kinds, self._latest + 1))
        self.target: Ints = self._alone.copy()
        self.hours = int(self._alone.sum())

    def raise_alone(self, product: int, hour: int) -> None:
        """Take a better bound on the completion of a product alone."""
        place = 0 if len(self._alone) == 1 else product
        self._alone[place] = max(self._alone[place], hour)

    def ascend(self, rounds: int, over: Callable[[], bool]) -> None:
        """Let prices follow demand and supply, and keep the best; then look at every hour for the bound."""
        best, best_slope = -math.inf, self._slope.copy()
        surplus = np.zeros_like(self.price)
        first = self._slope.copy()
        for turn in range(rounds):
            found = self._value(self._slope, _STRIDE, surplus)
            if found > best:
                best, best_slope = found, self._slope.copy()
            if over():
                break
            rate = self._rate * ((1 - turn / rounds) ** 2 + 0.01)
            follow(self._slope, STEP_HOURS, surplus, self._drift, rate)
        self._slope = best_slope if best > -math.inf else first
        exact = self._value(self._slope, 1, surplus)
        self.hours = max(self.hours, int(self._alone.sum()), math.ceil(exact - _ROUNDING))

    def _value(self, slope: Reals, stride: int, surplus: Reals) -> float:
        surplus[:] = 0
        spread(slope, STEP_HOURS, self.price)
        data = self._data
        paid = outlay(self._tests, self._alone, self._weight, self.price, stride, self.target, surplus)
        return paid - income(data.network, data.kinds, self._booked, self.price, self._most, self._choice, surplus)
