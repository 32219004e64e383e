"""A timetable being filled: tests are placed one after another, each at its earliest hour, and every rule is kept.

All constructive solvers and the last step of every search go through it. In comes a :class:`Timetable` and placements
in an order that keeps precedence; out come assignments.
"""

from bisect import insort
from dataclasses import dataclass

from qilian.routing.plan import Assignment, Objective
from qilian.routing.timetable import METRES_PER_KM, Timetable


@dataclass(frozen=True, slots=True)
class Placement:
    """A test at its place and hour; ``choice`` counts in :attr:`Timetable.choices` of the test."""

    test: int
    unit: int
    choice: int
    start: int
    end: int


class Schedule:
    """Sample units, benches and ended tests at a moment of the construction.

    Parameters
    ----------
    timetable
        Where the tests are placed.
    only
        The tests that will be placed, if not all: precedence of the others is passed over.
    """

    def __init__(self, timetable: Timetable, only: set[int] | None = None) -> None:
        self.timetable = timetable
        self._before = timetable.before
        if only is not None and len(only) < timetable.size:
            self._before = [[test for test in before if test in only] for before in timetable.before]
        self.placements: list[Placement] = []
        self.ends: list[int] = [-1] * timetable.size
        self.free_at: list[int] = [0] * len(timetable.home)
        self.city: list[int] = list(timetable.home)
        self.closed: list[bool] = [False] * len(timetable.home)
        self._booked: dict[int, list[tuple[int, int]]] = {}

    def release(self, test: int) -> int:
        """Return the hour at which all tests before this one have ended, or -1 when one is not placed yet."""
        hour = 0
        for before in self._before[test]:
            if self.ends[before] < 0:
                return -1
            hour = max(hour, self.ends[before])
        return hour

    def best(self, test: int, unit: int, city: int = -1) -> Placement | None:
        """Return the placement with the earliest finish (then the lowest price), in ``city`` if one is given."""
        release = self.release(test)
        if self.closed[unit] or release < 0:
            return None
        free_at, row, booked = self.free_at[unit], self.timetable.hours[self.city[unit]], self._booked
        found: tuple[int, int, int, int] | None = None
        for place, choice in enumerate(self.timetable.choices[test]):
            if city >= 0 and choice.city != city:
                continue
            hour = max(free_at + row[choice.city], release)
            if found is not None and hour + choice.hours > found[0]:
                continue
            start = self.timetable.earliest(choice, hour, booked.get(choice.bench, []))
            if start >= 0:
                entry = (start + choice.hours, choice.price, place, start)
                if found is None or entry < found:
                    found = entry
        if found is None:
            return None
        end, _, place, start = found
        return Placement(test, unit, place, start, end)

    def add(self, placement: Placement) -> None:
        """Book a placement that :meth:`best` has found."""
        choice = self.timetable.choices[placement.test][placement.choice]
        self.placements.append(placement)
        self.ends[placement.test] = placement.end
        self.free_at[placement.unit] = placement.end
        self.city[placement.unit] = choice.city
        self.closed[placement.unit] = self.timetable.destructive[placement.test]
        insort(self._booked.setdefault(choice.bench, []), (placement.start, placement.end))

    def replay(self, sequence: list[tuple[int, int, int]]) -> bool:
        """Place ``(test, unit, city)`` in order, city -1 being any; return False when one cannot be placed."""
        for test, unit, city in sequence:
            placement = self.best(test, unit, city)
            if placement is None:
                return False
            self.add(placement)
        return True


def cost(timetable: Timetable, placements: list[Placement], objective: Objective) -> int:
    """Return the value of complete placements in whole numbers: summed hours, latest hour, yuan or metres."""
    if objective in ("time", "makespan"):
        completions = completion_hours(timetable, placements)
        return sum(completions) if objective == "time" else max(completions)
    moves = timetable.price if objective == "price" else timetable.metres
    city = list(timetable.home)
    total = 0
    for placement in sorted(placements, key=lambda item: item.start):
        choice = timetable.choices[placement.test][placement.choice]
        total += moves[city[placement.unit]][choice.city]
        total += choice.price if objective == "price" else 0
        city[placement.unit] = choice.city
    return total


def completion_hours(timetable: Timetable, placements: list[Placement]) -> list[int]:
    """Return the completion hour of each product."""
    completions = [0] * len(timetable.tests_of)
    for placement in placements:
        product = timetable.product_of[placement.test]
        completions[product] = max(completions[product], placement.end)
    return completions


def value_of(timetable: Timetable, objective: Objective, whole: int) -> float:
    """Turn a whole-number cost of :func:`cost` into the objective's unit."""
    if objective == "distance":
        return round(whole / METRES_PER_KM, 3)
    if objective == "time":
        mean = whole / len(timetable.tests_of)
        return int(mean) if mean == int(mean) else mean
    return whole


def assignments_of(timetable: Timetable, placements: list[Placement]) -> tuple[Assignment, ...]:
    """Return placements as assignments with the problem's names, in order of their start."""
    found: list[Assignment] = []
    for item in sorted(placements, key=lambda item: (item.start, item.end, item.test)):
        product, test = timetable.names[item.test]
        bench = timetable.problem.benches[timetable.choices[item.test][item.choice].bench].id
        first_unit = timetable.units_of[timetable.product_of[item.test]][0]
        found.append(Assignment(product, test, bench, item.unit - first_unit, item.start, item.end))
    return tuple(found)
