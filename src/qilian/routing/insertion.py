"""A plan with some tests put in between the others, which stay where they are: quick, found in any case that is easy.

In come a problem, the assignments that stand, and the tests without a place; out comes a whole plan that keeps all
rules, or None. Where a test finds no gap, those that wait for it lose their places too, then the destructive ones that
close the units. Nothing is sought for long, so that the answer does not depend on how busy the machine is.
"""

from bisect import insort
from collections.abc import Iterable
from itertools import pairwise

from qilian.routing.plan import Assignment, Objective
from qilian.routing.problem import Problem
from qilian.routing.schedule import Placement, assignments_of
from qilian.routing.stability import Appointments
from qilian.routing.timetable import Timetable

_Rank = tuple[int, ...]


def inserted(
    problem: Problem, standing: Iterable[Assignment], appointments: Appointments, objective: Objective
) -> tuple[Assignment, ...] | None:
    """Put the tests that do not stand between those that do.

    Parameters
    ----------
    standing
        What stays as it is, with the unit that each is done on. Tests of the problem that are not in it get a place.
    appointments
        Bench and hour that tests had; one that can have them again, with whichever unit, does.
    objective
        Of the places that are free: the earliest end, or the lowest added cost.
    """
    timetable = Timetable(problem)
    work = _Insertion(timetable, standing, appointments, objective)
    return assignments_of(timetable, list(work.placed.values())) if work.run() else None


class _Insertion:
    def __init__(
        self,
        timetable: Timetable,
        standing: Iterable[Assignment],
        appointments: Appointments,
        objective: Objective,
    ) -> None:
        self.timetable = timetable
        self._by_hours = objective in ("time", "makespan")
        self._moves = timetable.price if objective == "price" else timetable.metres
        self._with_price = objective == "price"
        self._bench = {bench.id: place for place, bench in enumerate(timetable.problem.benches)}
        self._had = {
            test: (self._bench[where], hour)
            for test, name in enumerate(timetable.names)
            for where, hour in [appointments.get(name, ("", 0))]
            if where in self._bench
        }
        self.placed: dict[int, Placement] = {}
        test_of = {name: test for test, name in enumerate(timetable.names)}
        for item in standing:
            test = test_of[item.product, item.test]
            unit = timetable.units_of[timetable.product_of[test]][0] + item.unit
            bench = self._bench[item.bench]
            choice = next(place for place, each in enumerate(timetable.choices[test]) if each.bench == bench)
            self.placed[test] = Placement(test, unit, choice, item.start, item.end)

    def run(self) -> bool:
        """Place all that is left; return whether that was possible."""
        for test in self.timetable.in_order:
            if test in self.placed or self._place(test):
                continue
            for freed in (self._waiting_for(test), self._closing(test)):
                for each in freed:
                    self.placed.pop(each, None)
                if self._place(test):
                    break
            else:
                return False
        # What lost its place on the way comes after what it waits for.
        return all(test in self.placed or self._place(test) for test in self.timetable.in_order)

    def _waiting_for(self, test: int) -> set[int]:
        found: set[int] = set()
        open_ones = [test]
        while open_ones:
            for after in self.timetable.after[open_ones.pop()]:
                if after not in found:
                    found.add(after)
                    open_ones.append(after)
        return found

    def _closing(self, test: int) -> set[int]:
        own = self.timetable.tests_of[self.timetable.product_of[test]]
        return {each for each in own if self.timetable.destructive[each] and each != test}

    def _place(self, test: int) -> bool:
        """Give a test the best free place, if there is one."""
        timetable = self.timetable
        release = max((self.placed[each].end for each in timetable.before[test] if each in self.placed), default=0)
        due = min(
            (self.placed[each].start for each in timetable.after[test] if each in self.placed),
            default=timetable.horizon,
        )
        best: tuple[_Rank, Placement] | None = None
        booked = self._booked()
        for unit in timetable.units_of[timetable.product_of[test]]:
            for before, after in self._gaps(test, unit):
                for place in range(len(timetable.choices[test])):
                    found = self._try(test, unit, place, before, after, release, due, booked)
                    if found is not None and (best is None or found[0] < best[0]):
                        best = found
        if best is not None:
            self.placed[test] = best[1]
        return best is not None

    def _booked(self) -> dict[int, list[tuple[int, int]]]:
        booked: dict[int, list[tuple[int, int]]] = {}
        for item in self.placed.values():
            bench = self.timetable.choices[item.test][item.choice].bench
            insort(booked.setdefault(bench, []), (item.start, item.end))
        return booked

    def _gaps(self, test: int, unit: int) -> list[tuple[Placement | None, Placement | None]]:
        """Return what lies before and after each place of a test in a unit's route."""
        route = sorted((item for item in self.placed.values() if item.unit == unit), key=lambda each: each.start)
        gaps = list(pairwise([None, *route, None]))
        if self.timetable.destructive[test]:
            gaps = gaps[-1:]
        return [gap for gap in gaps if gap[0] is None or not self.timetable.destructive[gap[0].test]]

    def _try(
        self,
        test: int,
        unit: int,
        place: int,
        before: Placement | None,
        after: Placement | None,
        release: int,
        due: int,
        booked: dict[int, list[tuple[int, int]]],
    ) -> tuple[_Rank, Placement] | None:
        timetable = self.timetable
        choice = timetable.choices[test][place]
        here = timetable.home[unit] if before is None else self._city(before)
        soonest = max(release, (0 if before is None else before.end) + timetable.hours[here][choice.city])
        latest = due
        if after is not None:
            latest = min(latest, after.start - timetable.hours[choice.city][self._city(after)])
        if soonest + choice.hours > latest:
            return None
        taken = booked.get(choice.bench, [])
        bench, hour = self._had.get(test, (-1, -1))
        again = choice.bench == bench and hour >= soonest and timetable.earliest(choice, hour, taken) == hour
        start = hour if again else timetable.earliest(choice, soonest, taken)
        if start < 0 or start + choice.hours > latest:
            return None
        end = start + choice.hours
        cost = self._moves[here][choice.city] + (choice.price if self._with_price else 0)
        if after is not None:
            there = self._city(after)
            cost += self._moves[choice.city][there] - self._moves[here][there]
        rank = (end, cost) if self._by_hours else (cost, end)
        return (int(not again), *rank, unit, place), Placement(test, unit, place, start, end)

    def _city(self, item: Placement) -> int:
        return self.timetable.choices[item.test][item.choice].city
