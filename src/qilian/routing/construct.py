"""First plans, built test by test: list scheduling under several priorities, and given routes put on the timetable.

In comes a :class:`Timetable`; out come placements that keep all rules, or nothing where they ran into a dead end.
"""

import random
from collections.abc import Callable, Iterator
from typing import TypeAlias

from qilian.routing.bounds import TimeBounds
from qilian.routing.schedule import Placement, Schedule
from qilian.routing.timetable import Timetable

Routes: TypeAlias = list[list[tuple[int, int]]]
"""For each sample unit its tests in order, each with its city, or -1 for any."""


def first_plans(timetable: Timetable, bounds: TimeBounds, seed: int, count: int) -> Iterator[list[Placement]]:
    """Yield up to ``count`` plans by list scheduling.

    The first takes the test that ends earliest, the second the one with the longest chain behind it, the others a mix
    of the two weighed at random.
    """
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    for attempt in range(count):
        weight = 0.0 if attempt == 0 else 1.0 if attempt == 1 else chance.uniform(0, 2)
        noise = [0.0 if attempt < 2 else chance.uniform(0, 48) for _ in range(timetable.size)]

        def priority(item: Placement, weight: float = weight, noise: list[float] = noise) -> float:
            return item.end - weight * bounds.tail[item.test] + noise[item.test]

        found = _list_schedule(timetable, priority)
        if found is not None:
            yield found


def _list_schedule(timetable: Timetable, priority: Callable[[Placement], float]) -> list[Placement] | None:
    """Place at each step the test and unit with the least priority; products take turns by their completion."""
    schedule = Schedule(timetable)
    waiting = [set(tests) for tests in timetable.tests_of]
    clock = [0] * len(waiting)
    while True:
        open_products = [product for product, tests in enumerate(waiting) if tests]
        if not open_products:
            return schedule.placements
        product = min(open_products, key=lambda item: (clock[item], item))
        units = [unit for unit in timetable.units_of[product] if not schedule.closed[unit]]
        ready = [test for test in sorted(waiting[product]) if schedule.release(test) >= 0]
        candidates = [test for test in ready if _may_place(timetable, test, waiting[product], len(units))]
        best: Placement | None = None
        for test in candidates:
            for unit in _different(schedule, units):
                item = schedule.best(test, unit)
                if item is not None and (best is None or priority(item) < priority(best)):
                    best = item
        if best is None:
            return None
        schedule.add(best)
        waiting[product].discard(best.test)
        clock[product] = max(clock[product], best.start)


def _may_place(timetable: Timetable, test: int, waiting: set[int], open_units: int) -> bool:
    """A destructive test closes its unit: it waits while it would leave other tests without one."""
    if not timetable.destructive[test]:
        return True
    others = [other for other in waiting if other != test]
    harmless = [other for other in others if not timetable.destructive[other]]
    needed = sum(timetable.destructive[other] for other in others)
    if not harmless:
        return True
    if open_units - 1 < max(1, needed):
        return False
    # Better last of all, unless other tests wait for it.
    return bool(timetable.after[test]) or all(
        any(timetable.destructive[before] for before in timetable.before[other]) for other in harmless
    )


def _different(schedule: Schedule, units: list[int]) -> list[int]:
    """Leave out units that are at the same place at the same hour as one before."""
    seen: set[tuple[int, int]] = set()
    result: list[int] = []
    for unit in units:
        key = (schedule.free_at[unit], schedule.city[unit])
        if key not in seen:
            seen.add(key)
            result.append(unit)
    return result


def merged(timetable: Timetable, routes: Routes) -> list[Placement] | None:
    """Place the routes of all units, keeping precedence between the tests that are in them.

    At each step the unit goes on whose next test ends earliest. None when the units wait for each other for ever.
    """
    schedule = Schedule(timetable, {test for route in routes for test, _ in route})
    places = [0] * len(routes)
    while any(place < len(route) for place, route in zip(places, routes, strict=True)):
        best: Placement | None = None
        for unit, route in enumerate(routes):
            if places[unit] < len(route):
                test, city = route[places[unit]]
                item = schedule.best(test, unit, city)
                if item is not None and (best is None or item.end < best.end):
                    best = item
        if best is None:
            return None
        schedule.add(best)
        places[best.unit] += 1
    return schedule.placements
