"""A batch as arrays for the compiled searches: kinds of tests with their options, products, openings and bookings.

In comes a :class:`Problem`; tests with the same options are one kind, so that thousands of tests need few tables.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np

from qilian.routing.errors import Infeasible
from qilian.routing.kernels_batch import Arrays, Bookings, Demand, Kinds, Network, Reals, Solution
from qilian.routing.kernels_batch_bound import alone
from qilian.routing.kernels_worth import Ints
from qilian.routing.plan import Assignment
from qilian.routing.problem import Problem

_Options: TypeAlias = tuple[tuple[int, int, int], ...]
"""City, bench and hours of each option."""


class BatchData:
    """The arrays of a problem.

    Attributes
    ----------
    network, kinds, tests
        See :mod:`qilian.routing.kernels_batch`.
    alone
        Per product the hour before which it cannot be complete even with all benches to itself.

    Raises
    ------
    Infeasible
        When some test cannot be done before the horizon, even alone.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        city = {name: place for place, name in enumerate(problem.cities)}
        self.network = Network(
            problem.horizon,
            np.asarray(problem.transfer_hours, dtype=np.int32),
            *_rows([[since for since, _ in bench.staffed] for bench in problem.benches]),
            _rows([[until for _, until in bench.staffed] for bench in problem.benches])[1],
        )
        self.names = [(product.id, test.id) for product in problem.products for test in product.tests]
        kind_of, options = self._find_kinds(problem, city)
        self.kinds = _kinds(list(kind_of), options, len(problem.benches))
        self.tests = self._tests(problem, city)
        self.alone = np.zeros(len(problem.products), dtype=np.int32)
        heads = np.zeros(len(self.names), dtype=np.int32)
        if not alone(self.network, self.kinds, self.tests, self.bookings(), heads, self._least_load(), self.alone):
            raise Infeasible(
                "some test cannot be done before the horizon, even alone", mend="give a later horizon or more options"
            )
        if int(self.alone.max()) > problem.horizon:
            raise Infeasible("the tests do not fit before the horizon", mend="give a later horizon or more units")

    def _find_kinds(
        self, problem: Problem, city: dict[str, int]
    ) -> tuple[dict[tuple[bool, _Options], int], list[_Options]]:
        bench = {item.id: place for place, item in enumerate(problem.benches)}
        city_of = [city[item.city] for item in problem.benches]
        kind_of: dict[tuple[bool, _Options], int] = {}
        self._kind: list[int] = []
        for product in problem.products:
            for test in product.tests:
                places = [bench[option.bench] for option in test.options]
                found: _Options = tuple(
                    sorted(
                        (city_of[place], place, option.hours)
                        for place, option in zip(places, test.options, strict=True)
                    )
                )
                self._kind.append(kind_of.setdefault((test.attended, found), len(kind_of)))
        return kind_of, [found for _, found in kind_of]

    def _tests(self, problem: Problem, city: dict[str, int]) -> Demand:
        before: list[list[int]] = []
        after: list[list[int]] = []
        tail: list[int] = []
        first = [0]
        for product in problem.products:
            place = {test.id: index for index, test in enumerate(product.tests)}
            earlier: list[list[int]] = [[] for _ in product.tests]
            later: list[list[int]] = [[] for _ in product.tests]
            for one, then in dict.fromkeys(product.precedence):
                earlier[place[then]].append(place[one])
                later[place[one]].append(place[then])
            shortest = [int(self.kinds.shortest[kind]) for kind in self._kind[first[-1] : first[-1] + len(place)]]
            tail += _tails(later, shortest)
            before += earlier
            after += later
            first.append(first[-1] + len(place))
        destructive = [test.destructive for product in problem.products for test in product.tests]
        before_at, all_before = _rows(before)
        after_at, all_after = _rows(after)
        return Demand(
            first=np.asarray(first, dtype=np.int32),
            kind=np.asarray(self._kind, dtype=np.int32),
            ends_unit=np.asarray(destructive, dtype=np.bool_),
            before_at=before_at,
            before=all_before,
            after_at=after_at,
            after=all_after,
            tail=np.asarray(tail, dtype=np.int32),
            home=np.asarray([city[product.home] for product in problem.products], dtype=np.int32),
            units=np.asarray([product.sample_units for product in problem.products], dtype=np.int32),
        )

    def _least_load(self) -> Ints:
        """Return for each test its hours with the shortest move to it, the least over its options."""
        kinds, tests, move = self.kinds, self.tests, self.network.move
        load = np.zeros(len(tests.kind), dtype=np.int32)
        options = [slice(*kinds.option_at[kind : kind + 2]) for kind in range(len(kinds.attended))]
        for product in range(len(tests.home)):
            mine = tests.kind[tests.first[product] : tests.first[product + 1]]
            cities = np.unique(np.concatenate([kinds.city[options[kind]] for kind in mine] + [tests.home[[product]]]))
            nearest = move[cities].min(axis=0)
            for place, kind in enumerate(mine, int(tests.first[product])):
                load[place] = (kinds.hours[options[kind]] + nearest[kinds.city[options[kind]]]).min()
        return load

    def bookings(self) -> Bookings:
        """Return the bookings that are there already, with room for the tests."""
        room = np.asarray([len(bench.busy) + 1 for bench in self.problem.benches], dtype=np.int64)
        wanted = np.bincount(self.tests.kind, minlength=len(self.kinds.attended))
        np.add.at(room, self.kinds.bench, np.repeat(wanted, np.diff(self.kinds.option_at)))
        row = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
        booked = Bookings(
            row, np.zeros(row[-1], np.int32), np.zeros(row[-1], np.int32), np.zeros(len(room), dtype=np.int32)
        )
        for place, bench in enumerate(self.problem.benches):
            for index, (since, until) in enumerate(bench.busy, int(row[place])):
                booked.since[index], booked.until[index] = since, until
            booked.used[place] = len(bench.busy)
        return booked

    def arrays(self, price: Reals, last_hour: Ints) -> Arrays:
        """Return what a search needs, with the prices of :class:`BatchBound` and each product's last hour."""
        return Arrays(
            self.network, self.kinds, self.tests, self.bookings(), price.astype(np.float32), last_hour.astype(np.int32)
        )

    def empty_solution(self) -> Solution:
        """Return a solution to be filled."""
        option, start, unit, order = np.zeros((4, len(self.names)), dtype=np.int32)
        held = np.full(len(self.names), -1, dtype=np.int32)
        return Solution(option, start, unit, order, held, np.zeros(len(self.alone), dtype=np.int32))

    def assignments(self, solution: Solution) -> tuple[Assignment, ...]:
        """Return a solution as assignments with the problem's names, in order of their start."""
        ends = solution.start + self.kinds.hours[solution.option]
        benches = self.kinds.bench[solution.option]
        order = np.lexsort((np.arange(len(ends)), ends, solution.start))
        names, bench_names = self.names, [bench.id for bench in self.problem.benches]
        return tuple(
            Assignment(
                names[test][0],
                names[test][1],
                bench_names[benches[test]],
                int(solution.unit[test]),
                int(start),
                int(end),
            )
            for test, start, end in zip(order.tolist(), solution.start[order], ends[order], strict=True)
        )

    def solution_of(self, assignments: Iterable[Assignment]) -> Solution:
        """Return assignments that keep all rules as a solution."""
        solution = self.empty_solution()
        test_of = {name: test for test, name in enumerate(self.names)}
        bench_of = {bench.id: place for place, bench in enumerate(self.problem.benches)}
        product_of = np.repeat(np.arange(len(self.alone)), np.diff(self.tests.first))
        placed = np.zeros(len(self.alone), dtype=np.int32)
        for item in sorted(assignments, key=lambda item: (item.start, item.end)):
            test, bench = test_of[item.product, item.test], bench_of[item.bench]
            kind, product = self.tests.kind[test], product_of[test]
            first, until = self.kinds.option_at[kind : kind + 2]
            solution.option[test] = first + int(np.flatnonzero(self.kinds.bench[first:until] == bench)[0])
            solution.start[test], solution.unit[test] = item.start, item.unit
            solution.held[test] = self.kinds.city[solution.option[test]]
            solution.order[self.tests.first[product] + placed[product]] = test - self.tests.first[product]
            placed[product] += 1
            solution.completion[product] = max(solution.completion[product], item.end)
        return solution


def _kinds(keys: Sequence[tuple[bool, _Options]], options: list[_Options], benches: int) -> Kinds:
    offers: list[list[tuple[int, int]]] = [[] for _ in range(benches)]
    for kind, found in enumerate(options):
        for _, bench, hours in found:
            offers[bench].append((kind, hours))
    every = np.asarray([option for found in options for option in found], dtype=np.int32)
    offer_at, offer_kind = _rows([[kind for kind, _ in row] for row in offers])
    return Kinds(
        attended=np.asarray([attended for attended, _ in keys], dtype=np.bool_),
        option_at=np.cumsum([0, *map(len, options)]).astype(np.int32),
        city=every[:, 0].copy(),
        bench=every[:, 1].copy(),
        hours=every[:, 2].copy(),
        shortest=np.asarray([min(option[2] for option in found) for found in options], dtype=np.int32),
        offer_at=offer_at,
        offer_kind=offer_kind,
        offer_hours=_rows([[hours for _, hours in row] for row in offers])[1],
    )


def _tails(later: list[list[int]], shortest: list[int]) -> list[int]:
    """Return for each test the longest chain of shortest durations behind it."""
    tails: dict[int, int] = {}
    waiting = list(range(len(later)))
    while waiting:
        test = waiting.pop()
        open_tests = [other for other in later[test] if other not in tails]
        if open_tests:
            waiting += [test, *open_tests]
        else:
            tails[test] = max((shortest[other] + tails[other] for other in later[test]), default=0)
    return [tails[test] for test in range(len(later))]


def _rows(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Return where each list begins in all of them one after another, and that."""
    at = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    return at, np.asarray([item for row in lists for item in row], dtype=np.int32)
