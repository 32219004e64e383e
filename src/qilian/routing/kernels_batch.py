"""The inner loops of batch routing, compiled: bookings of benches in sorted lists, and products put into them.

Arrays of :class:`~qilian.routing.batch_data.BatchData` come in as named tuples; bookings and the solution are changed
in place. A product is placed test by test (:func:`construct`) or by an annealed order (:func:`insert`), always at hours
that the bookings leave exactly free.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qilian.routing.jit import compiled
from qilian.routing.kernels_annealing import draw
from qilian.routing.kernels_worth import Flags, Ints, Longs

Reals = NDArray[np.float64]
Worths = NDArray[np.float32]

NEVER = 1 << 30
_HUGE = 1e18
_ENDED = 1 << 28
"""When a unit is free again after its destructive test."""


class Network(NamedTuple):
    """Ways and opening hours; bench ``b`` has the openings ``opening_at[b]`` to ``opening_at[b + 1]``."""

    horizon: int
    move: Ints
    opening_at: Ints
    opens: Ints
    closes: Ints


class Kinds(NamedTuple):
    """Tests with the same options are one kind; its options are sorted by city."""

    attended: Flags
    option_at: Ints
    city: Ints
    bench: Ints
    hours: Ints
    shortest: Ints
    offer_at: Ints
    offer_kind: Ints
    offer_hours: Ints
    """Per bench the kinds that it offers."""


class Demand(NamedTuple):
    """Tests of all products; ``before`` and ``after`` count from the first test of the product."""

    first: Ints
    kind: Ints
    ends_unit: Flags
    before_at: Ints
    before: Ints
    after_at: Ints
    after: Ints
    tail: Ints
    home: Ints
    units: Ints


class Bookings(NamedTuple):
    """Per bench a sorted list of booked hours, in the row that begins at ``row[bench]``."""

    row: Longs
    since: Ints
    until: Ints
    used: Ints


class Arrays(NamedTuple):
    """All that a search needs of a batch, quick to send to another process.

    ``booked`` holds the bookings from outside with room for the tests; ``last_hour`` is per product the hour by which
    it must be complete.
    """

    network: Network
    kinds: Kinds
    tests: Demand
    booked: Bookings
    price: Worths
    last_hour: Ints


class Solution(NamedTuple):
    """Per test its option, start and unit; per product the order of its tests and its completion.

    ``held`` is the city in which the order wants a test, or -1.
    """

    option: Ints
    start: Ints
    unit: Ints
    order: Ints
    held: Ints
    completion: Ints


class Worth(NamedTuple):
    """What the free hours of a bench are worth: ``price[kind, end]``, and the most until and from each hour."""

    price: Worths
    until: Worths
    since: Worths


class Space(NamedTuple):
    """Room to work in: per pair of test and city, and hour, the best start, its option and its key."""

    key: Worths
    start: Ints
    option: Ints
    pair_at: Ints
    city: Ints
    bench_until: Ints
    state: NDArray[np.uint64]


@compiled
def first_above(values: Ints, low: int, high: int, hour: int) -> int:
    """Return the first index in ``[low, high)`` whose value is above ``hour``, ``high`` if none is."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] > hour:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def earliest(network: Network, booked: Bookings, bench: int, hours: int, attended: bool, hour: int, latest: int) -> int:
    """Return the earliest start at or after ``hour`` of a test that ends by ``latest``, or NEVER."""
    opens, closes, until = network.opens, network.closes, booked.until
    last_opening = network.opening_at[bench + 1]
    opening = first_above(closes, network.opening_at[bench], last_opening, hour)
    last_booking = booked.row[bench] + booked.used[bench]
    booking = first_above(until, booked.row[bench], last_booking, hour)
    start = hour
    while opening < last_opening:
        start = max(start, opens[opening])
        if start + hours > latest:
            return NEVER
        while booking < last_booking and until[booking] <= start:
            booking += 1
        if start > (closes[opening] - hours if attended else closes[opening] - 1):
            opening += 1
        elif booking < last_booking and booked.since[booking] < start + hours:
            start = until[booking]
            while opening < last_opening and closes[opening] <= start:
                opening += 1
        else:
            return int(start)
    return NEVER


@compiled
def book(booked: Bookings, bench: int, start: int, end: int) -> None:
    """Add a booking to the sorted list of its bench."""
    since, until = booked.since, booked.until
    place = booked.row[bench] + booked.used[bench]
    while place > booked.row[bench] and since[place - 1] > start:
        since[place], until[place] = since[place - 1], until[place - 1]
        place -= 1
    since[place], until[place] = start, end
    booked.used[bench] += 1


@compiled
def unbook(booked: Bookings, bench: int, start: int) -> None:
    """Remove the booking that begins at ``start``."""
    since, until = booked.since, booked.until
    last = booked.row[bench] + booked.used[bench] - 1
    place = booked.row[bench]
    while since[place] != start:
        place += 1
    for index in range(place, last):
        since[index], until[index] = since[index + 1], until[index + 1]
    booked.used[bench] -= 1


@compiled
def fill_worth(network: Network, kinds: Kinds, booked: Bookings, worth: Worth, bench: int) -> None:
    """Fill the most that a bench can earn between its bookings, until each hour and from each hour on.

    After the last hour of ``worth`` nothing is earned.
    """
    latest = worth.until.shape[1] - 1
    until, since, price = worth.until[bench], worth.since[bench], worth.price
    first_offer, last_offer = kinds.offer_at[bench], kinds.offer_at[bench + 1]
    until[:] = 0
    since[latest] = 0
    opening, booking = network.opening_at[bench], booked.row[bench]
    last_opening, last_booking = network.opening_at[bench + 1], booked.row[bench] + booked.used[bench]
    for hour in range(latest):
        if hour > 0 and until[hour - 1] > until[hour]:
            until[hour] = until[hour - 1]
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
                value = until[hour] + price[kind, end]
                if value > until[end]:
                    until[end] = value
    if latest > 0:
        until[latest] = max(until[latest], until[latest - 1])
    opening, booking = network.opening_at[bench + 1] - 1, last_booking - 1
    for hour in range(latest - 1, -1, -1):
        since[hour] = since[hour + 1]
        while opening >= network.opening_at[bench] and network.opens[opening] > hour:
            opening -= 1
        if opening < network.opening_at[bench] or network.closes[opening] <= hour:
            continue
        while booking >= booked.row[bench] and booked.since[booking] > hour:
            booking -= 1
        if booking >= booked.row[bench] and booked.until[booking] > hour:
            continue
        free_until = latest
        if booking + 1 < last_booking:
            free_until = min(latest, booked.since[booking + 1])
        for offer in range(first_offer, last_offer):
            kind, end = kinds.offer_kind[offer], hour + kinds.offer_hours[offer]
            if end <= free_until and not (kinds.attended[kind] and end > network.closes[opening]):
                value = price[kind, end] + since[end]
                if value > since[hour]:
                    since[hour] = value


@compiled
def remove(tests: Demand, kinds: Kinds, booked: Bookings, solution: Solution, product: int) -> None:
    """Take the bookings of a product out."""
    for test in range(tests.first[product], tests.first[product + 1]):
        unbook(booked, kinds.bench[solution.option[test]], solution.start[test])


@compiled
def put_back(tests: Demand, kinds: Kinds, booked: Bookings, solution: Solution, product: int) -> None:
    """Book a product where the solution has it."""
    for test in range(tests.first[product], tests.first[product + 1]):
        option, start = solution.option[test], solution.start[test]
        book(booked, kinds.bench[option], start, start + kinds.hours[option])


@compiled
def refill(
    network: Network, kinds: Kinds, tests: Demand, booked: Bookings, worth: Worth, solution: Solution, product: int
) -> None:
    """Fill the worth of the benches that a product uses."""
    for test in range(tests.first[product], tests.first[product + 1]):
        bench = kinds.bench[solution.option[test]]
        again = False
        for other in range(tests.first[product], test):
            again = again or kinds.bench[solution.option[other]] == bench
        if not again:
            fill_worth(network, kinds, booked, worth, bench)


@compiled
def construct(
    network: Network,
    kinds: Kinds,
    tests: Demand,
    booked: Bookings,
    solution: Solution,
    product: int,
    tail_weight: float,
) -> int:
    """Place and book a product test by test: next is what ends earliest, less its weighed tail.

    Returns the completion hour, or -1 with nothing booked where it ran into a dead end.
    """
    first, size = tests.first[product], tests.first[product + 1] - tests.first[product]
    units = tests.units[product]
    done, ends = np.zeros(size, np.bool_), np.zeros(size, np.int32)
    free, place = np.zeros(units, np.int32), np.full(units, tests.home[product], np.int32)
    completion, closed, ending = 0, 0, 0
    harmless = 0
    for test in range(first, first + size):
        ending += tests.ends_unit[test]
        harmless += not tests.ends_unit[test]
    for step in range(size):
        best, chosen, mine, at, begin = _HUGE, -1, 0, 0, 0
        for test in range(size):
            item = first + test
            # A destructive test closes its unit, so it waits while others would be left without one.
            if done[test] or (tests.ends_unit[item] and harmless > 0 and units - closed - 1 < max(1, ending - 1)):
                continue
            release = 0
            for index in range(tests.before_at[item], tests.before_at[item + 1]):
                release = max(release, ends[tests.before[index]] if done[tests.before[index]] else NEVER)
            if release == NEVER:
                continue
            kind = tests.kind[item]
            bonus = tail_weight * tests.tail[item]
            for unit in range(units):
                if free[unit] == _ENDED:
                    continue
                for option in range(kinds.option_at[kind], kinds.option_at[kind + 1]):
                    hour = max(free[unit] + network.move[place[unit], kinds.city[option]], release)
                    latest = network.horizon
                    if best + bonus < latest:
                        latest = int(best + bonus)
                    hours = kinds.hours[option]
                    if hour + hours > latest:
                        continue
                    start = earliest(network, booked, kinds.bench[option], hours, kinds.attended[kind], hour, latest)
                    if start < NEVER and start + hours - bonus < best:
                        best, chosen, mine, at, begin = start + hours - bonus, test, unit, option, start
        if chosen < 0:
            for earlier in range(step):
                item = first + solution.order[first + earlier]
                unbook(booked, kinds.bench[solution.option[item]], solution.start[item])
            return -1
        item, end = first + chosen, begin + kinds.hours[at]
        done[chosen], ends[chosen] = True, end
        solution.option[item], solution.start[item], solution.unit[item] = at, begin, mine
        solution.order[first + step], solution.held[item] = chosen, -1
        book(booked, kinds.bench[at], begin, end)
        free[mine], place[mine] = end, kinds.city[at]
        completion = max(completion, end)
        if tests.ends_unit[item]:
            free[mine] = _ENDED
            closed += 1
            ending -= 1
        else:
            harmless -= 1
    solution.completion[product] = completion
    return completion


@compiled
def fill_space(
    network: Network,
    kinds: Kinds,
    tests: Demand,
    booked: Bookings,
    worth: Worth,
    weight: float,
    product: int,
    latest: int,
    space: Space,
) -> None:
    """Fill, for each test and city, the best start at or after each hour between the bookings.

    Best is the least key: the end of the test, and ``weight`` times what its hours could have earned otherwise.
    """
    priced = worth.until.shape[1] - 1
    pair = -1
    first = tests.first[product]
    for test in range(first, tests.first[product + 1]):
        kind, city = tests.kind[test], -1
        space.pair_at[test - first] = pair + 1
        for option in range(kinds.option_at[kind], kinds.option_at[kind + 1]):
            if kinds.city[option] != city:
                city = kinds.city[option]
                pair += 1
                space.city[pair] = city
                space.key[pair, : latest + 2] = NEVER
            key, begin, chosen = space.key[pair], space.start[pair], space.option[pair]
            bench, hours = kinds.bench[option], kinds.hours[option]
            until, since = worth.until[bench], worth.since[bench]
            all_worth = since[0]
            first_opening, opening = network.opening_at[bench], network.opening_at[bench + 1] - 1
            booking = booked.row[bench] + booked.used[bench] - 1
            best, best_start = np.float32(NEVER), -1
            hour = latest - hours
            free_until = latest
            while hour >= 0:
                # The opening that begins at or before this hour, and the bookings that begin after it.
                while opening >= first_opening and network.opens[opening] > hour:
                    opening -= 1
                while booking >= booked.row[bench] and booked.since[booking] > hour:
                    free_until = min(free_until, booked.since[booking])
                    booking -= 1
                possible = opening >= first_opening and hour + hours <= free_until
                if possible and network.closes[opening] < hour + (hours if kinds.attended[kind] else 1):
                    possible = False
                if possible and booking >= booked.row[bench] and booked.until[booking] > hour:
                    possible = False
                if possible:
                    value = np.float32(hour + hours)
                    if weight > 0 and hour < priced:
                        value += np.float32(weight) * max(
                            np.float32(0), all_worth - until[hour] - since[min(priced, hour + hours)]
                        )
                    if value <= best:
                        best, best_start = value, hour
                if best < key[hour]:
                    key[hour], begin[hour], chosen[hour] = best, best_start, option
                hour -= 1
    space.pair_at[tests.first[product + 1] - first] = pair + 1


@compiled
def decode(
    network: Network,
    kinds: Kinds,
    tests: Demand,
    product: int,
    latest: int,
    space: Space,
    order: Ints,
    unit: Ints,
    held: Ints,
    limit: float,
    unit_weight: float,
    options: Ints,
    starts: Ints,
    ends: Ints,
    free: Ints,
    place: Ints,
) -> float:
    """Return the score of an order: completion, weighed ends of the units, and what the hours are worth to others."""
    size, first = len(order), tests.first[product]
    free[:] = 0
    place[:] = tests.home[product]
    ends[:] = -1
    last, extra, placed, total = 0, 0.0, 0, 0
    for step in range(size):
        test = order[step]
        mine = unit[test]
        release = 0
        for index in range(tests.before_at[first + test], tests.before_at[first + test + 1]):
            end = ends[tests.before[index]]
            release = NEVER if end < 0 else max(release, end)
        if release >= latest or free[mine] >= latest:
            break
        best, at, begin, until = float(NEVER), -1, 0, 0
        for pair in range(space.pair_at[test], space.pair_at[test + 1]):
            if held[test] >= 0 and space.city[pair] != held[test]:
                continue
            hour = max(free[mine] + network.move[place[mine], space.city[pair]], release)
            while hour <= latest and space.key[pair, hour] < best:
                option, start = space.option[pair, hour], space.start[pair, hour]
                end, bench = start + kinds.hours[option], kinds.bench[option]
                clash = 0
                if space.bench_until[bench] > start:
                    for index in range(placed):
                        other = order[index]
                        if kinds.bench[options[other]] == bench and ends[other] > start and starts[other] < end:
                            clash = max(clash, ends[other])
                if clash == 0:
                    best, at, begin, until = space.key[pair, hour], option, start, end
                    break
                hour = max(hour + 1, clash)
        if at < 0:
            break
        options[test], starts[test], ends[test] = at, begin, until
        bench = kinds.bench[at]
        space.bench_until[bench] = max(space.bench_until[bench], until)
        placed += 1
        extra += best - until
        free[mine], place[mine] = until, kinds.city[at]
        if tests.ends_unit[first + test]:
            free[mine] = _ENDED
            total += until
        last = max(last, until)
        if last + extra > limit:
            break
    score = _HUGE
    if placed == size and last + extra <= limit:
        for index in range(len(free)):
            total += free[index] if free[index] < _ENDED else 0
        score = last + extra + unit_weight * total
    for step in range(placed):
        space.bench_until[kinds.bench[options[order[step]]]] = 0
    return score


@compiled
def _movable(tests: Demand, first: int, item: int, rest: Ints, left: int) -> tuple[int, int]:
    """Return the first and the last place among the rest at which a test keeps precedence."""
    low, high = 0, left
    for index in range(left):
        test = rest[index]
        for other in range(tests.before_at[first + item], tests.before_at[first + item + 1]):
            if tests.before[other] == test:
                low = index + 1
        for other in range(tests.after_at[first + item], tests.after_at[first + item + 1]):
            if tests.after[other] == test:
                high = min(high, index)
    return low, high


@compiled
def change(
    tests: Demand,
    product: int,
    space: Space,
    order: Ints,
    unit: Ints,
    held: Ints,
    rest: Ints,
) -> None:
    """Change an order at random: move a test, swap two, swap the units from a place on, or hold a test in a city."""
    size, first, units, state = len(order), tests.first[product], tests.units[product], space.state
    kind = draw(state)
    if kind < 0.6:
        place = int(draw(state) * size)
        item = order[place]
        left = 0
        for index in range(size):
            if index != place:
                rest[left] = order[index]
                left += 1
        low, high = _movable(tests, first, item, rest, left)
        target = low + int(draw(state) * (high - low + 1)) if low <= high else place
        order[:target] = rest[:target]
        order[target] = item
        order[target + 1 :] = rest[target:left]
        unit[item] = int(draw(state) * units)
        if draw(state) < 0.5:
            held[item] = -1
    elif kind < 0.8:
        one, other = int(draw(state) * size), int(draw(state) * size)
        early, late = order[one], order[other]
        order[one], order[other] = late, early
        mine = unit[early]
        unit[early], unit[late] = unit[late], mine
    elif kind < 0.88 and units > 1:
        one = int(draw(state) * units)
        other = (one + 1 + int(draw(state) * (units - 1))) % units
        for index in range(int(draw(state) * size), size):
            if unit[order[index]] == one:
                unit[order[index]] = other
            elif unit[order[index]] == other:
                unit[order[index]] = one
    else:
        test = int(draw(state) * size)
        held[test] = -1
        if draw(state) > 0.4:
            pairs = space.pair_at[test + 1] - space.pair_at[test]
            held[test] = space.city[space.pair_at[test] + int(draw(state) * pairs)]


@compiled
def insert(
    network: Network,
    kinds: Kinds,
    tests: Demand,
    booked: Bookings,
    worth: Worth,
    weight: float,
    solution: Solution,
    product: int,
    latest: int,
    steps: int,
    heat: float,
    unit_weight: float,
    space: Space,
) -> int:
    """Place and book a product by annealing its order, to be complete by ``latest``.

    Returns the completion hour, or -1 with nothing changed where no order was found that is.
    """
    first, until = tests.first[product], tests.first[product + 1]
    size = until - first
    fill_space(network, kinds, tests, booked, worth, weight, product, latest, space)
    order, unit, held = (
        solution.order[first:until].copy(),
        solution.unit[first:until].copy(),
        solution.held[first:until].copy(),
    )
    best_order, best_unit, best_held = order.copy(), unit.copy(), held.copy()
    new_order, new_unit, new_held = order.copy(), unit.copy(), held.copy()
    rest, options, starts, ends = order.copy(), order.copy(), order.copy(), order.copy()
    free, place = np.zeros(tests.units[product], np.int32), np.zeros(tests.units[product], np.int32)
    current = decode(
        network, kinds, tests, product, latest, space, order, unit, held, _HUGE, unit_weight, options, starts, ends,
        free, place,
    )  # fmt: skip
    best = current
    temperature = heat
    for step in range(steps):
        if step % 32 == 0:
            temperature = heat * 0.01 ** (step / steps)
        new_order[:], new_unit[:], new_held[:] = order, unit, held
        change(tests, product, space, new_order, new_unit, new_held, rest)
        accepted = current - temperature * math.log(max(1e-12, draw(space.state)))
        score = decode(
            network, kinds, tests, product, latest, space, new_order, new_unit, new_held, accepted, unit_weight,
            options, starts, ends, free, place,
        )  # fmt: skip
        if score <= accepted and score < _HUGE:
            order[:], unit[:], held[:] = new_order, new_unit, new_held
            current = score
            if score < best:
                best = score
                best_order[:], best_unit[:], best_held[:] = order, unit, held
    if best >= _HUGE:
        return -1
    decode(
        network, kinds, tests, product, latest, space, best_order, best_unit, best_held, _HUGE, unit_weight, options,
        starts, ends, free, place,
    )  # fmt: skip
    completion = 0
    for test in range(size):
        solution.option[first + test], solution.start[first + test] = options[test], starts[test]
        book(booked, kinds.bench[options[test]], starts[test], ends[test])
        completion = max(completion, ends[test])
    solution.order[first:until], solution.unit[first:until] = best_order, best_unit
    solution.held[first:until] = best_held
    solution.completion[product] = completion
    return completion


@compiled
def fits(tests: Demand, kinds: Kinds, booked: Bookings, solution: Solution, product: int) -> bool:
    """Return whether the hours of a product are free of bookings."""
    for test in range(tests.first[product], tests.first[product + 1]):
        option, start = solution.option[test], solution.start[test]
        bench = kinds.bench[option]
        last = booked.row[bench] + booked.used[bench]
        place = first_above(booked.until, booked.row[bench], last, start)
        if place < last and booked.since[place] < start + kinds.hours[option]:
            return False
    return True
