"""Synthetic problems in the format ``qilian-routing/1`` for tests and benchmarks: invented, and the same for a seed.

In come sizes and a seed; out comes a :class:`Problem` with laboratories in the cities of a made-up province, benches
with working weeks and bookings, and products whose tests can be done in several of the laboratories.
"""

import math
import random

from qilian.routing.problem import Bench, Option, Problem, Product, Test

_HOURS_A_DAY = 24
_KM_PER_HOUR = 70
_HANDLING_HOURS = 2
_HANDLING_YUAN = 60
_YUAN_PER_KM = 2.3
_KINDS_PER_BENCH = 3


def generate(
    tests: int,
    laboratories: int,
    seed: int,
    *,
    units: int = 2,
    products: int = 1,
    cities: int = 11,
    horizon: int = 4320,
    destructive: int = 1,
) -> Problem:
    """Make a problem.

    Parameters
    ----------
    tests
        Tests of each product.
    laboratories
        Each has one to four benches in one city.
    seed
        The same seed gives the same problem.
    units
        Sample units of each product.
    products, cities
        How many of them.
    horizon
        Hours; benches are open until then.
    destructive
        Destructive tests of each product, at most one a unit.

    Returns
    -------
    Problem
        A problem for which every test has an option that fits.
    """
    chance = random.Random(seed)  # noqa: S311 - synthetic data, not a secret
    names = tuple(f"city{place}" for place in range(cities))
    spots = [(chance.uniform(0, 300), chance.uniform(0, 300)) for _ in names]
    km = [[round(math.dist(here, there), 1) for there in spots] for here in spots]
    benches: list[Bench] = []
    kinds = max(1, tests)
    benches_of_kind: dict[int, list[int]] = {kind: [] for kind in range(kinds)}
    for laboratory in range(laboratories):
        city = chance.choice(names)
        for _ in range(chance.randint(1, 4)):
            for kind in chance.sample(range(kinds), min(kinds, _KINDS_PER_BENCH)):
                benches_of_kind[kind].append(len(benches))
            staffed = _working_week(chance, horizon)
            benches.append(Bench(f"b{len(benches)}", f"lab{laboratory}", city, staffed, _bookings(chance, horizon)))
    for kind, able in benches_of_kind.items():
        while len(able) < min(2, len(benches)):
            able.append(chance.choice([place for place in range(len(benches)) if place not in able]))
        benches_of_kind[kind] = able[:12]
    return Problem(
        horizon=horizon,
        cities=names,
        transfer_hours=tuple(
            tuple(_HANDLING_HOURS + math.ceil(way / _KM_PER_HOUR) + (1 if way else 0) for way in row) for row in km
        ),
        transfer_km=tuple(map(tuple, km)),
        transfer_price=tuple(tuple(_HANDLING_YUAN + math.ceil(way * _YUAN_PER_KM) for way in row) for row in km),
        benches=tuple(benches),
        products=tuple(
            _product(chance, f"p{place}", tests, units, min(destructive, units, tests), names, benches_of_kind)
            for place in range(products)
        ),
    )


def _working_week(chance: random.Random, horizon: int) -> tuple[tuple[int, int], ...]:
    opens, long = chance.choice((8, 9)), chance.choice((8, 10, 12))
    days = chance.choice((5, 6))
    return tuple(
        (day * _HOURS_A_DAY + opens, day * _HOURS_A_DAY + opens + long)
        for day in range(horizon // _HOURS_A_DAY)
        if day % 7 < days
    )


def _bookings(chance: random.Random, horizon: int) -> tuple[tuple[int, int], ...]:
    booked: list[tuple[int, int]] = []
    hour = chance.randint(0, 200)
    while hour < horizon // 4:
        length = chance.randint(4, 90)
        booked.append((hour, hour + length))
        hour += length + chance.randint(20, 300)
    return tuple(booked)


def _product(
    chance: random.Random,
    name: str,
    tests: int,
    units: int,
    destructive: int,
    cities: tuple[str, ...],
    benches_of_kind: dict[int, list[int]],
) -> Product:
    ends = set(chance.sample(range(tests), destructive))
    made: list[Test] = []
    for place in range(tests):
        attended = chance.random() < 0.5
        usual_hours = chance.randint(2, 8) if attended else round(math.exp(chance.uniform(2.5, 5.5)))
        usual_price = 100 + usual_hours * chance.randint(15, 60)
        options = tuple(
            Option(
                f"b{bench}",
                max(1, min(8, round(usual_hours * chance.uniform(0.9, 1.1))) if attended
                    else round(usual_hours * chance.uniform(0.9, 1.1))),
                round(usual_price * chance.uniform(0.7, 1.5)),
            )
            for bench in benches_of_kind[place % len(benches_of_kind)]
        )  # fmt: skip
        made.append(Test(f"t{place}", attended, place in ends, options))
    order = [place for place in range(tests) if place not in ends]
    chance.shuffle(order)
    order += sorted(ends)
    pairs = {
        (f"t{order[first]}", f"t{order[then]}")
        for first, then in (sorted(chance.sample(range(tests), 2)) for _ in range(tests // 2 if tests > 1 else 0))
        if order[first] not in ends
    }
    return Product(name, chance.choice(cities), units, tuple(made), tuple(sorted(pairs)))
