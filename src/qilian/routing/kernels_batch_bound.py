"""The inner loops of the bound on a batch, compiled: what benches can earn at most and products must pay at least.

``price[kind, end]`` is what a test pays to the bench for ending at an hour. Both functions also count the tests that
they would do, so that the prices can follow demand and supply.
"""

import numpy as np
from numpy.typing import NDArray

from qilian.routing.jit import compiled
from qilian.routing.kernels_batch import Bookings, Demand, Kinds, Network, Reals, earliest
from qilian.routing.kernels_worth import Ints

_HUGE = 1e18


@compiled
def alone(
    network: Network, kinds: Kinds, tests: Demand, booked: Bookings, heads: Ints, least_load: Ints, hours: Ints
) -> bool:
    """Fill ``hours``, before which a product cannot be complete even alone; return whether all tests can be done.

    A product is not complete before the longest chain of precedence, each test as early as the calendars allow, nor
    before its tests and the shortest move to each (``least_load``), shared evenly by its units.
    """
    for product in range(len(hours)):
        first, until = tests.first[product], tests.first[product + 1]
        load, chain = 0, 0
        for test in range(first, until):
            heads[test] = -1
            load += least_load[test]
        for _ in range(until - first):
            for test in range(first, until):
                if heads[test] >= 0:
                    continue
                release = 0
                for index in range(tests.before_at[test], tests.before_at[test + 1]):
                    end = heads[first + tests.before[index]]
                    release = -1 if end < 0 or release < 0 else max(release, end)
                if release < 0:
                    continue
                kind, best = tests.kind[test], network.horizon + 1
                for option in range(kinds.option_at[kind], kinds.option_at[kind + 1]):
                    hour = max(release, network.move[tests.home[product], kinds.city[option]])
                    start = earliest(
                        network, booked, kinds.bench[option], kinds.hours[option], kinds.attended[kind], hour, best - 1
                    )
                    best = min(best, start + kinds.hours[option])
                if best > network.horizon:
                    return False
                heads[test] = best
                chain = max(chain, best + tests.tail[test])
        units = tests.units[product]
        hours[product] = max(chain, (load + units - 1) // units)
    return True


@compiled
def income(
    network: Network,
    kinds: Kinds,
    booked: Bookings,
    price: Reals,
    most: Reals,
    choice: Ints,
    surplus: Reals,
) -> float:
    """Return the most that all benches can earn, each by the tests that it could do one after another.

    ``surplus[kind, end]`` falls by one for each of these tests.
    """
    latest = price.shape[1] - 1
    total = 0.0
    for bench in range(len(booked.used)):
        first_offer, last_offer = kinds.offer_at[bench], kinds.offer_at[bench + 1]
        if first_offer == last_offer:
            continue
        most[:] = -1  # so that a test that earns nothing is still done: it shows what could be
        choice[:] = -1
        most[0] = 0
        opening, booking = network.opening_at[bench], booked.row[bench]
        last_opening, last_booking = network.opening_at[bench + 1], booked.row[bench] + booked.used[bench]
        for hour in range(latest + 1):
            if hour > 0 and most[hour - 1] > most[hour]:
                most[hour] = most[hour - 1]
                choice[hour] = -1
            while opening < last_opening and network.closes[opening] <= hour:
                opening += 1
            if opening == last_opening or network.opens[opening] > hour:
                continue
            while booking < last_booking and booked.until[booking] <= hour:
                booking += 1
            free_until = min(latest, booked.since[booking]) if booking < last_booking else latest
            for offer in range(first_offer, last_offer):
                kind, end = kinds.offer_kind[offer], hour + kinds.offer_hours[offer]
                if end <= free_until and not (kinds.attended[kind] and end > network.closes[opening]):
                    value = most[hour] + price[kind, end]
                    if value > most[end]:
                        most[end] = value
                        choice[end] = offer
        total += most[latest]
        hour = latest
        while hour > 0:
            offer = choice[hour]
            if offer < 0:
                hour -= 1
            else:
                surplus[kinds.offer_kind[offer], hour] -= 1
                hour -= kinds.offer_hours[offer]
    return total


@compiled
def outlay(
    tests: Demand, alone_hours: Ints, weight: float, price: Reals, stride: int, target: Ints, surplus: Reals
) -> float:
    """Return the least that all products must pay: ``weight`` an hour until they are complete, and their tests.

    Every test of a product that is complete at an hour ends its tail before that hour. ``target`` is the cheapest hour;
    ``surplus[kind, end]`` rises by one for each test. Only a ``stride`` of 1 looks at every hour, as a bound must.
    """
    latest = price.shape[1] - 1
    total = 0.0
    for product in range(len(alone_hours)):
        best, best_hour = _HUGE, alone_hours[product]
        hour = alone_hours[product]
        first, until = tests.first[product], tests.first[product + 1]
        while True:
            paid = weight * hour
            if paid >= best:
                break
            for test in range(first, until):
                end = hour - tests.tail[test]
                if end <= latest:
                    paid += price[tests.kind[test], end]
            if paid < best:
                best, best_hour = paid, hour
            if hour >= latest + tests.tail[first:until].max():
                break
            hour += stride
        total += best
        target[product] = best_hour
        for test in range(first, until):
            end = best_hour - tests.tail[test]
            if end <= latest:
                surplus[tests.kind[test], end] += 1
    return total


@compiled
def spread(slope: Reals, step: int, price: Reals) -> None:
    """Fill prices from their slopes: within ``step`` hours a price falls by its slope an hour, to 0 at the end."""
    latest = price.shape[1] - 1
    for kind in range(price.shape[0]):
        price[kind, latest] = 0.0
        for end in range(latest - 1, -1, -1):
            price[kind, end] = price[kind, end + 1] + slope[kind, end // step]


@compiled
def follow(slope: Reals, step: int, surplus: Reals, drift: Reals, rate: NDArray[np.float64]) -> None:
    """Raise slopes where more tests are wanted by an hour than benches would do, and lower them where fewer are."""
    kinds, steps = slope.shape
    latest = surplus.shape[1] - 1
    for kind in range(kinds):
        wanted = 0.0
        for part in range(steps):
            mean, hours = 0.0, 0
            for end in range(part * step, min((part + 1) * step, latest + 1)):
                wanted += surplus[kind, end]
                mean += wanted
                hours += 1
            if hours > 0:
                drift[kind, part] = 0.5 * drift[kind, part] + 0.5 * mean / hours
                slope[kind, part] = max(0.0, slope[kind, part] + rate[kind] * drift[kind, part])
