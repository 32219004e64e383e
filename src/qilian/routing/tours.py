"""Price and distance: a lower bound from sets of cities, and plans that follow its tours.

Each unit walks from home through some cities; each test costs its cheapest option in the cities visited and the
handling there, and the walks cost at least the shortest paths from home through the cities. The least sum over all
sets of cities, shared by the units in the best way, is a lower bound; its walks, with precedence kept, make plans.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from qilian.routing.plan import Objective
from qilian.routing.timetable import Timetable

MAX_CITIES = 12
"""Above so many cities beside home the bound takes the farthest needed city in place of a shortest path."""
_FAR = 1 << 60


@dataclass(frozen=True, slots=True)
class Tour:
    """A set of cities for one product: what it costs at least, and the cities each unit walks through from home."""

    cost: int
    walks: list[list[int]]


class Tours:
    """The tours of one product in order of their least cost.

    Parameters
    ----------
    timetable, product
        What is to be done, and for which product.
    objective
        ``price`` or ``distance``.
    """

    def __init__(self, timetable: Timetable, product: int, objective: Objective) -> None:
        self.timetable = timetable
        self.tests = timetable.tests_of[product]
        self.units = timetable.units_of[product]
        self.home = timetable.home[self.units[0]]
        moves = timetable.price if objective == "price" else timetable.metres
        self.moves = moves
        # What a test costs in a city: the option and the handling. What a move costs beyond the handling where it ends.
        self.city_cost = [self._costs(test, objective, moves) for test in self.tests]
        self.beyond = _closure(
            [[max(0, price - moves[there][there]) if here != there else 0 for there, price in enumerate(row)]
             for here, row in enumerate(moves)]
        )  # fmt: skip
        self._totals: list[int] = []
        self.cities = sorted({city for costs in self.city_cost for city in costs} - {self.home})

    def _costs(self, test: int, objective: Objective, moves: tuple[tuple[int, ...], ...]) -> dict[int, int]:
        result: dict[int, int] = {}
        for choice in self.timetable.choices[test]:
            price = (choice.price if objective == "price" else 0) + moves[choice.city][choice.city]
            result[choice.city] = min(result.get(choice.city, _FAR), price)
        return result

    def best(self, count: int) -> list[Tour]:
        """Return up to ``count`` tours, the cheapest first: its cost is a lower bound for the product."""
        if len(self.cities) > MAX_CITIES:
            return [self._weak()]
        size = 1 << len(self.cities)
        least = [0] * size
        for costs in self.city_cost:
            cheapest = [costs.get(self.home, _FAR)]
            for city in self.cities:
                here = costs.get(city, _FAR)
                cheapest += [min(price, here) for price in cheapest]
            least = [total + price for total, price in zip(least, cheapest, strict=True)]
        self._ends = self._shortest_paths()
        path = [0, *(min(row) for row in self._ends[1:])]
        together = path
        parts: list[list[int]] = []
        for _ in self.units[1:]:
            together, part = _shared(together, path)
            parts.append(part)
        totals = [price + walk for price, walk in zip(least, together, strict=True)]
        self._totals = totals
        chosen = sorted(range(size), key=lambda cities: totals[cities])[:count]
        return [Tour(totals[cities], self._walks(cities, parts)) for cities in chosen if totals[cities] < _FAR]

    def by_cost(self) -> Iterator[tuple[int, int]]:
        """Yield the sets of cities (bits by their places in ``cities``) with their least cost, the cheapest first."""
        for cities in sorted(range(len(self._totals)), key=self._totals.__getitem__):
            if self._totals[cities] < _FAR:
                yield cities, self._totals[cities]

    def are_listed(self) -> bool:
        """Return whether :meth:`best` has gone through all sets of cities; there may be too many."""
        return bool(self._totals)

    def is_metric(self) -> bool:
        """Return whether no move is cheaper than the handling where it ends, and no detour than the straight way."""
        places = range(len(self.moves))
        return all(
            self.moves[here][there] - self.moves[there][there] == self.beyond[here][there]
            for here in places
            for there in places
        )

    def _weak(self) -> Tour:
        cheapest = sum(min(costs.values()) for costs in self.city_cost)
        needed = max(min(self.beyond[self.home][city] for city in costs) for costs in self.city_cost)
        nearest: list[int] = []
        here, rest = self.home, set(self.cities)
        while rest:
            here = min(rest, key=lambda city: (self.beyond[here][city], city))
            rest.discard(here)
            nearest.append(here)
        return Tour(cheapest + needed, [nearest] + [[] for _ in self.units[1:]])

    def _shortest_paths(self) -> list[list[int]]:
        """Return for each set of cities and each last one of them the shortest path from home (Held and Karp 1962)."""
        count = len(self.cities)
        ends = [[_FAR] * count for _ in range(1 << count)]
        for last, city in enumerate(self.cities):
            ends[1 << last][last] = self.beyond[self.home][city]
        between = [[self.beyond[here][there] for there in self.cities] for here in self.cities]
        for cities, row in enumerate(ends):
            for last, length in enumerate(row):
                if length == _FAR:
                    continue
                for following, move in enumerate(between[last]):
                    if not cities >> following & 1:
                        larger = ends[cities | 1 << following]
                        larger[following] = min(larger[following], length + move)
        return ends

    def _walks(self, cities: int, parts: list[list[int]]) -> list[list[int]]:
        """Return the walk of each unit through its part of a set of cities."""
        walks: list[list[int]] = []
        for part in reversed(parts):
            walks.append(self._walk(part[cities]))
            cities ^= part[cities]
        return [*walks, self._walk(cities)]

    def _walk(self, cities: int) -> list[int]:
        walk: list[int] = []
        places = range(len(self.cities))
        while cities:
            if walk:
                following = walk[-1]
                last = min(
                    places, key=lambda place: self._ends[cities][place] + self.beyond[self.cities[place]][following]
                )
            else:
                last = min(places, key=lambda place: self._ends[cities][place])
            walk.append(self.cities[last])
            cities ^= 1 << last
        return walk[::-1]

    def follow(self, tour: Tour) -> list[list[tuple[int, int]]] | None:
        """Return the route of each unit, tests with cities, that follows a tour as far as precedence allows.

        A unit does what it can where it is; then a unit moves on, by preference one that leaves nothing behind.
        None when the units wait for each other for ever.
        """
        city, waiting = self._dealt(tour)
        here = [self.home] * len(self.units)
        routes: list[list[tuple[int, int]]] = [[] for _ in self.units]
        done: set[int] = set()

        def ready(test: int, unit: int) -> bool:
            last = not self.timetable.destructive[test] or len(waiting[unit]) == 1
            return last and done.issuperset(self.timetable.before[test])

        moves_left = 4 * len(self.tests) + 4
        while any(waiting) and moves_left:
            placed = False
            for unit, tests in enumerate(waiting):
                for test in [test for test in tests if city[test] == here[unit]]:
                    if ready(test, unit):
                        routes[unit].append((test, city[test]))
                        tests.remove(test)
                        done.add(test)
                        placed = True
            if placed:
                continue
            moves_left -= 1
            options: list[tuple[bool, bool, int, int, int]] = []
            for unit, tests in enumerate(waiting):
                for test in tests:
                    if city[test] != here[unit]:
                        left_behind = any(city[other] == here[unit] for other in tests)
                        rank = tour.walks[unit].index(city[test]) if city[test] in tour.walks[unit] else -1
                        options.append((not ready(test, unit), left_behind, rank, unit, city[test]))
            if not options:
                return None
            _, _, _, unit, target = min(options)
            here[unit] = target
        return None if any(waiting) else routes

    def paid(self, routes: list[list[tuple[int, int]]]) -> int:
        """Return what routes cost, in yuan or metres."""
        place = {test: index for index, test in enumerate(self.tests)}
        total = 0
        for route in routes:
            here = self.home
            for test, city in route:
                handling = self.moves[city][city]
                total += self.city_cost[place[test]][city] - handling + self.moves[here][city]
                here = city
        return total

    def _dealt(self, tour: Tour) -> tuple[dict[int, int], list[list[int]]]:
        """Give each test its cheapest city of the tour and, with it, a unit; one destructive test to a unit at most."""
        unit_of = {city: unit for unit, walk in enumerate(tour.walks) for city in walk}
        open_cities = {self.home, *unit_of}
        city: dict[int, int] = {}
        waiting: list[list[int]] = [[] for _ in self.units]
        in_order = {test: place for place, test in enumerate(self.timetable.in_order)}
        tests = sorted(range(len(self.tests)), key=lambda place: in_order[self.tests[place]])
        for place in tests:
            test, costs = self.tests[place], self.city_cost[place]
            city[test] = min((costs[name], name) for name in costs if name in open_cities)[1]
            lightest = min(range(len(waiting)), key=lambda unit: len(waiting[unit]))
            unit = unit_of.get(city[test], lightest)
            if self.timetable.destructive[test]:
                taken = [any(self.timetable.destructive[other] for other in others) for others in waiting]
                unit = unit if not taken[unit] else taken.index(False)
            waiting[unit].append(test)
        return city, waiting


def _closure(lengths: list[list[int]]) -> list[list[int]]:
    """Return the shortest ways between all pairs (Floyd and Warshall): a detour is then never shorter."""
    result = [row[:] for row in lengths]
    for middle in range(len(result)):
        for row in result:
            for there, rest in enumerate(result[middle]):
                row[there] = min(row[there], row[middle] + rest)
    return result


def _shared(some: list[int], one: list[int]) -> tuple[list[int], list[int]]:
    """Return for each set the least ``some[rest] + one[part]`` over its parts, and that part (min-plus convolution)."""
    totals, parts = some[:], [0] * len(some)
    for cities in range(len(some)):
        part = cities
        while part:
            total = some[cities ^ part] + one[part]
            if total < totals[cities]:
                totals[cities], parts[cities] = total, part
            part = (part - 1) & cities
    return totals, parts
