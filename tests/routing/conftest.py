"""Small problems, and all their plans counted through: what the solvers are judged by. Shares no code with them."""

from dataclasses import replace
from itertools import permutations, product

import pytest

from qilian.routing import generate


@pytest.fixture
def small():
    """Make a problem with two options a test, so that all plans can be counted through."""

    def make(seed, tests=3, units=2, products=1, horizon=720):
        problem = generate(tests, 4, seed, units=units, products=products, cities=3, horizon=horizon)
        kept = tuple(
            replace(item, tests=tuple(replace(test, options=test.options[:2]) for test in item.tests))
            for item in problem.products
        )
        return replace(problem, products=kept)

    return make


@pytest.fixture
def all_values():
    """Count through the values of all plans."""
    return _all_values


def _all_values(problem, *objectives):
    """Values of all plans that place the tests, in some order, at their first possible hours: the best is there.

    With one objective its values, with several a tuple of values a plan.
    """
    benches = {bench.id: bench for bench in problem.benches}
    city = {name: place for place, name in enumerate(problem.cities)}
    tests = [(item, test) for item in problem.products for test in item.tests]
    unit_choices = [range(item.sample_units) for item, _ in tests]
    for order in permutations(range(len(tests))):
        for options in product(*(test.options for _, test in tests)):
            for units in product(*unit_choices):
                found = _place_all(problem, benches, city, [(*tests[i], options[i], units[i]) for i in order])
                if found is not None:
                    values = tuple(found[objective] for objective in objectives)
                    yield values if len(objectives) > 1 else values[0]


def _place_all(problem, benches, city, sequence):
    """Values of the plan that places tests in this order, each at its first possible hour; None where it cannot."""
    position, free, closed, ends, booked = {}, {}, set(), {}, {}
    total_price, total_km = 0, 0.0
    for item, test, option, unit_place in sequence:
        unit, bench = (item.id, unit_place), benches[option.bench]
        here, there = position.get(unit, city[item.home]), city[bench.city]
        before = [first for first, then in item.precedence if then == test.id]
        if unit in closed or any((item.id, first) not in ends for first in before):
            return None
        hour = free.get(unit, 0) + problem.transfer_hours[here][there]
        hour = max([hour] + [ends[item.id, first] for first in before])
        taken = booked.setdefault(bench.id, list(bench.busy))
        while hour + option.hours <= problem.horizon:
            needed = range(hour, hour + option.hours) if test.attended else [hour]
            staffed = all(any(start <= h < end for start, end in bench.staffed) for h in needed)
            if staffed and not any(hour < end and start < hour + option.hours for start, end in taken):
                break
            hour += 1
        else:
            return None
        end = hour + option.hours
        taken.append((hour, end))
        ends[item.id, test.id] = free[unit] = end
        position[unit] = there
        if test.destructive:
            closed.add(unit)
        total_price += option.price + problem.transfer_price[here][there]
        total_km += problem.transfer_km[here][there]
    completions = [max(end for (name, _), end in ends.items() if name == item.id) for item in problem.products]
    return {
        "time": sum(completions) / len(completions),
        "makespan": max(completions),
        "price": total_price,
        "distance": round(total_km, 3),
    }
