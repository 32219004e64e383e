"""The order in which the solvers work on one problem, with the best plan and the best bound so far.

In come a problem, an objective and a budget; after :meth:`Combination.run` it holds placements that keep all rules and
a lower bound in whole numbers. Proofs come per product, since products meet only at the benches.
"""

from collections.abc import Callable
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from qilian.routing import jit
from qilian.routing.bounds import TimeBounds, time_bounds
from qilian.routing.budget import SECONDS_PER_WORK, Budget
from qilian.routing.construct import Routes, first_plans, merged
from qilian.routing.errands import cheapest_errand
from qilian.routing.errors import Infeasible, NoPlanFound
from qilian.routing.plan import Assignment, Objective, Plan
from qilian.routing.problem import Problem
from qilian.routing.schedule import Placement, assignments_of, completion_hours, cost, value_of
from qilian.routing.search import Annealing, Found, Sequence, found_in, replay, sequence_of
from qilian.routing.timetable import Timetable
from qilian.routing.tours import Tour, Tours

if TYPE_CHECKING:
    from qilian.routing.exact import UnitRoutes

MAX_SEARCHED_TESTS = 300
"""Above so many tests the tables of the local search do not fit; list scheduling alone must do."""
MAX_CP_SAT_TESTS = 16
"""CP-SAT closes gaps of small problems; on larger ones the other searches use the time better."""
MAX_COMPILED_TESTS = 62
"""The compiled searches keep a set of tests in one whole number."""
MAX_COMPILED_HOURS = 60_000
"""And hours in 16 bits."""
SMALL_TESTS = 12
USUAL_TESTS = 20
"""So many tests are usually settled within a second; the first plans of larger problems take longer."""
USUAL_WAIT_HOURS = 16
MORE_HOURS = 168
FIRST_PLANS = 4
MORE_FIRST_PLANS = 30
"""Where the first ones came to nothing."""
FEW_SPLITS = 5
REPLAY_SECONDS = 0.05
"""Plans are made of an exact search's routes for at least so long."""
ENOUGH_TO_MEASURE = 1000
"""Work after which the speed of the machine is known well enough."""
MOST_SLOWNESS = 4.0
MAX_TOURS = 60
WHOLE_SHARE = 0.85
"""The part of what is left of the budget that the exact search of a whole product may be expected to take."""
EXACT_SHARE = 0.55
"""The same for a search of some of its tests, which leaves more to do."""
MIN_EXACT_TESTS = 10
"""Fewer tests of a larger product say too little about it."""
CP_SAT_SECONDS = 2.0
"""CP-SAT is worth its start only when twice so much time is left."""


class Combination:
    """All solvers on one problem."""

    def __init__(
        self,
        problem: Problem,
        objective: Objective,
        budget: Budget,
        seed: int,
        report: Callable[[float, float], None],
    ) -> None:
        self.objective = objective
        self._budget = budget
        self._seed = seed
        self._report = report
        self._best: Found | None = None
        self._closed_bound = 0
        self._slowness = 1.0  # of this machine now, against the one of the benchmarks
        self._problem = problem
        self._refuse_hopeless(problem)
        self._look_until(self._likely_end() if objective in ("time", "makespan") else problem.horizon)

    def _likely_end(self) -> int:
        """Return an hour before which all is likely to be done: plans that end later need not be looked at then."""
        if len(self._problem.products) > 1:
            return self._problem.horizon
        product = self._problem.products[0]
        hours = sum(min(option.hours for option in test.options) + USUAL_WAIT_HOURS for test in product.tests)
        return 3 * hours // (2 * product.sample_units) + MORE_HOURS

    def _look_until(self, hour: int) -> None:
        """Set the timetable with its bounds, up to the horizon if it shows that the hour is too early."""
        problem = self._problem
        self._timetable = Timetable(problem, hour)
        if not all(self._timetable.choices):  # some test has no option that ends so early
            self._timetable = Timetable(problem)
        self._bounds: TimeBounds = time_bounds(self._timetable)
        self._product_bounds = list(self._bounds.completion)
        late = any(finish == self._timetable.never for finish in self._bounds.finish)
        if late or max(self._product_bounds) > self._timetable.horizon:
            if self._timetable.horizon < problem.horizon:
                self._look_until(problem.horizon)
                return
            if not late:
                raise Infeasible("the tests do not fit before the horizon", mend="give a later horizon or more units")
            test = self._timetable.names[self._bounds.finish.index(self._timetable.never)]
            raise Infeasible(
                f"test {test[1]} of product {test[0]} cannot be done before the horizon, even alone",
                mend="give a later horizon or more options",
            )

    def run(self, start: Plan | None) -> None:
        """Find the best plan that the budget allows."""
        by_cost = self.objective in ("price", "distance")
        if start is not None:
            self._look_until(self._problem.horizon)
        tours = self._tours() if by_cost else []
        every_option = self._timetable
        if self.objective == "price":
            self._timetable = every_option.cheapest_in_city()
        self._construct(start, tours)
        if self._best is None and self._timetable is not every_option:
            self._timetable = every_option
            self._construct(start, tours)
        if self._best is None and self._timetable.horizon < self._problem.horizon:
            self._look_until(self._problem.horizon)
            self._construct(start, tours)
        if self._best is None:
            self._find_any()
        if self._timetable.size > MAX_SEARCHED_TESTS:
            return
        if by_cost:
            self._order_exactly()
            self._anneal(1.0)
        elif not self._run_compiled():
            self._run_for_time()

    def _construct(self, start: Plan | None, tours: list[list[Tour]]) -> None:
        """Offer the start plan, plans by list scheduling, and plans that follow the tours."""
        if start is not None:
            self._take(start)
        count = FIRST_PLANS if self._timetable.size <= MAX_SEARCHED_TESTS else 2
        if tours == [] and self._may_compile():
            count = 1  # the annealing does the rest faster
        for placements in first_plans(self._timetable, self._bounds, self._seed, count):
            self._offer(found_in(self._timetable, self.objective, placements))
            self._budget.spend(20 * self._timetable.size / 25)
            if self._budget.over():
                break
        if tours:
            self._follow(tours)

    def _find_any(self) -> None:
        """Look for a plan where list scheduling ran into dead ends: in more orders at random, then by CP-SAT."""
        for placements in first_plans(self._timetable, self._bounds, self._seed, MORE_FIRST_PLANS):
            self._offer(found_in(self._timetable, self.objective, placements))
            return
        if self._timetable.size <= MAX_SEARCHED_TESTS:
            from qilian.routing.cpsat import first_plan

            found = first_plan(self._timetable, self._bounds, self._budget, self._seed)
            if found == []:
                raise Infeasible("no plan keeps all rules", mend="give more units, options or a later horizon")
            if found is not None:
                self._offer(found_in(self._timetable, self.objective, found))
        if self._best is None:
            raise NoPlanFound("no plan found, though one may exist", mend="give more units, options or a later horizon")

    def _run_for_time(self) -> None:
        exact_seconds = min(EXACT_SHARE * self._budget.left(), self._exact_seconds())
        elapsed, spent = self._budget.elapsed(), self._budget.spent
        self._anneal(min(0.4, max(0.03, 0.5 * exact_seconds / self._budget.left())))
        if not self._budget.only_work() and self._budget.spent - spent > ENOUGH_TO_MEASURE:
            usual = (self._budget.spent - spent) * SECONDS_PER_WORK
            self._slowness = min(MOST_SLOWNESS, max(1.0, (self._budget.elapsed() - elapsed) / usual))
        self._search_exactly()
        closes = self._may_close()
        self._anneal(0.2 if closes else 1.0)
        if closes and not self._proven():
            self._close()
            self._anneal(1.0)

    def _may_close(self) -> bool:
        """Return whether CP-SAT is worth its start."""
        return self._timetable.size <= MAX_CP_SAT_TESTS and self._budget.left() >= 2 * CP_SAT_SECONDS

    def _run_compiled(self) -> bool:
        """Use the compiled searches for one product; return False where they do not apply or are not compiled yet."""
        if not self._may_compile():
            return False
        if self._timetable.size <= SMALL_TESTS:  # mostly done before the compiled code would be loaded
            self._anneal(0.03)
            found = self._search_below(0, self._timetable.tests_of[0], [], self._found().cost, FEW_SPLITS)
            self._raise(found or 0)
        if self._proven() or self._budget.over():
            return True
        if not self._budget.only_work() and not jit.is_cached("time"):
            jit.warm_in_background()
            return False
        begin = perf_counter()
        from qilian.routing import warm
        from qilian.routing.annealing import CompiledAnnealing
        from qilian.routing.deadline import Deadlines
        from qilian.routing.gap import Gap
        from qilian.routing.grid import Grid

        warm.load("time")
        self._budget.pause(perf_counter() - begin)
        latest = min(self._timetable.horizon, self._found().cost * 5 // 4 + 24)
        grid = Grid(self._timetable, self._bounds.release, latest)
        annealing = CompiledAnnealing(grid, self.objective, self._seed)
        deadlines = Deadlines(grid, self._bounds, self._budget)
        self._best = annealing.run(self._found(), self._lower_bound(), self._budget, self._offer, self._part(0.06))
        self._raise(deadlines.raise_bound(self._lower_bound(), self._found().cost, 0.25))
        if not self._proven():
            self._best = annealing.run(self._found(), self._lower_bound(), self._budget, self._offer, self._part(0.1))
        gap = Gap(
            deadlines,
            self._budget,
            self._lower_bound(),
            lambda: self._found().cost,
            lambda found: self._offer(found_in(self._timetable, self.objective, found)),
            self._raise,
        )
        gap.close()
        if not self._proven() and self._may_close():
            self._close()
        if not self._proven():
            annealing.run(self._found(), self._lower_bound(), self._budget, self._offer)
        return True

    def _part(self, share: float) -> float:
        """Return the part of what is left that an annealing before the exact searches may use, at most ``share``."""
        return min(share, share * (self._timetable.size / USUAL_TESTS) ** 2 / max(1e-3, self._budget.left()))

    def _may_compile(self) -> bool:
        """Return whether the compiled searches can take the problem."""
        one = len(self._timetable.tests_of) == 1 and self.objective in ("time", "makespan")
        return one and self._timetable.size <= MAX_COMPILED_TESTS and self._timetable.horizon <= MAX_COMPILED_HOURS

    def _raise(self, bound: int) -> None:
        """Take a better bound on the completion of the only product."""
        if bound > self._product_bounds[0]:
            self._product_bounds[0] = bound
            self._report(self.value(), self.lower_bound())

    def _exact_seconds(self) -> float:
        from qilian.routing.exact import seconds_needed

        cities = len(self._timetable.problem.cities)
        sizes = zip(self._timetable.tests_of, self._timetable.units_of, strict=True)
        return sum(seconds_needed(len(tests), cities, len(units)) for tests, units in sizes)

    def _close(self) -> None:
        from qilian.routing.cpsat import close

        timetable, best = self._timetable, self._found()
        closed = close(
            timetable, self._bounds, self.objective, best.cost, self._lower_bound(), self._budget, self._seed
        )
        if closed.sequence is not None:
            self._offer(replay(timetable, self.objective, closed.sequence))
        self._closed_bound = closed.lower_bound
        self._report(self.value(), self.lower_bound())

    def value(self) -> float:
        """Return the value of the best plan in the objective's unit."""
        return value_of(self._timetable, self.objective, self._found().cost)

    def lower_bound(self) -> float:
        """Return the lower bound in the objective's unit."""
        return value_of(self._timetable, self.objective, min(self._lower_bound(), self._found().cost))

    def assignments(self) -> tuple[Assignment, ...]:
        """Return the best plan's assignments."""
        return assignments_of(self._timetable, self._found().placements)

    def _found(self) -> Found:
        assert self._best is not None
        return self._best

    def _lower_bound(self) -> int:
        products = max(self._product_bounds) if self.objective == "makespan" else sum(self._product_bounds)
        return max(products, self._closed_bound)

    def _proven(self) -> bool:
        return self._best is not None and self._best.cost <= self._lower_bound()

    def _offer(self, found: Found | None) -> None:
        if found is not None and found.better_than(self._best):
            self._best = found
            self._report(self.value(), self.lower_bound())

    def _take(self, start: Plan) -> None:
        """Begin with a given plan: as it is, and with every test moved to its earliest hour."""
        timetable = self._timetable
        test_of = {name: test for test, name in enumerate(timetable.names)}
        place_of = {bench.id: place for place, bench in enumerate(timetable.problem.benches)}
        placements: list[Placement] = []
        sequence: Sequence = []
        for item in start.assignments:
            test, bench = test_of[item.product, item.test], place_of[item.bench]
            unit = timetable.units_of[timetable.product_of[test]][0] + item.unit
            sequence.append((test, unit, timetable.bench_city[bench]))
            placements += [
                Placement(test, unit, place, item.start, item.end)
                for place, choice in enumerate(timetable.choices[test])
                if choice.bench == bench
            ]
        if len(placements) == timetable.size:
            self._offer(found_in(timetable, self.objective, placements))
        self._offer(replay(timetable, self.objective, sequence))

    def _tours(self) -> list[list[Tour]]:
        """Set the bound of each product for price or distance, and return its cheapest tours."""
        self._all_tours = [
            Tours(self._timetable, product, self.objective) for product in range(len(self._timetable.tests_of))
        ]
        found = [tours.best(MAX_TOURS) for tours in self._all_tours]
        self._product_bounds = [tours[0].cost for tours in found]
        return found

    def _follow(self, tours: list[list[Tour]]) -> None:
        """Make plans of the cheapest tours: for each product first, then all products together."""
        cheapest: Routes = []
        for product, choices in enumerate(tours):
            best: tuple[int, Routes] | None = None
            for tour in choices:
                if best is not None and (tour.cost >= best[0] or self._budget.over()):
                    break
                routes = self._all_tours[product].follow(tour)
                self._budget.spend(5)
                if routes is not None:
                    paid = self._all_tours[product].paid(routes)
                    if best is None or paid < best[0]:
                        best = (paid, routes)
            if best is None:
                return
            cheapest += best[1]
        self._offer_routes(cheapest)

    def _order_exactly(self) -> None:
        """Find the least cost of each product whatever the hour, and offer a plan that has it."""
        together: Sequence = []
        for product, tours in enumerate(self._all_tours):
            mine = [item for item in self._found().placements if self._timetable.product_of[item.test] == product]
            errand = cheapest_errand(tours, cost(self._timetable, mine, self.objective), self._budget)
            self._product_bounds[product] = max(self._product_bounds[product], errand.lower)
            together += errand.sequence or sequence_of(self._timetable, mine)
        self._offer(replay(self._timetable, self.objective, together))
        self._report(self.value(), self.lower_bound())

    def _offer_routes(self, routes: Routes) -> None:
        placements = merged(self._timetable, routes)
        if placements is not None and len(placements) == self._timetable.size:
            self._offer(found_in(self._timetable, self.objective, placements))

    def _anneal(self, share: float) -> None:
        best = self._found()
        last = max(placement.end for placement in best.placements)
        if self._proven() or self._budget.over():
            return
        annealing = Annealing(self._timetable, self.objective, last + last // 3 + 24, self._seed)
        annealing.run(
            sequence_of(self._timetable, best.placements), best, self._lower_bound(), self._budget, self._offer, share
        )

    def _search_exactly(self) -> None:
        """Search each product by itself, the smallest first, as many of its longest tests as the budget allows."""
        from qilian.routing.exact import tests_within

        timetable = self._timetable
        for product in sorted(range(len(timetable.tests_of)), key=lambda item: len(timetable.tests_of[item])):
            tests = timetable.tests_of[product]
            cities = len({city for test in tests for city in timetable.cities_of[test]})
            units = len(timetable.units_of[product])
            longest = sorted(tests, key=lambda test: (-self._bounds.load[test], test))
            # The first search takes the best value as its cap, those after it halve what lies between bound and value.
            low, high = self._product_bounds[product], self._product_goal(product)
            cap = high
            while low < high and not self._proven():
                seconds = self._budget.left() / self._slowness
                count = tests_within(WHOLE_SHARE * seconds, cities, units, cap)
                if count < len(tests):
                    count = tests_within(EXACT_SHARE * seconds, cities, units, cap)
                if count < min(len(tests), MIN_EXACT_TESTS if cap == high else len(tests)):
                    break
                reached = self._search_below(product, longest[:count], longest[count:], cap)
                if reached is None:
                    break
                low = max(low, reached)
                self._product_bounds[product] = max(self._product_bounds[product], low)
                self._report(self.value(), self.lower_bound())
                high = min(self._product_goal(product), high if reached == cap else cap - 1)
                cap = (low + high + 1) // 2

    def _product_goal(self, product: int) -> int:
        """Return the hour before which a product is complete in a better plan; its bound where that is no matter."""
        if self.objective == "time":
            return self._found().cost - (self._lower_bound() - self._product_bounds[product])
        completion = completion_hours(self._timetable, self._found().placements)[product]
        return self._found().cost if completion > self._lower_bound() else self._product_bounds[product]

    def _search_below(
        self, product: int, tests: list[int], left_out: list[int], cap: int, splits: int | None = None
    ) -> int | None:
        """Return a bound of at most ``cap`` on a product's completion, and offer the plans found on the way."""
        from qilian.routing.exact import UnitRoutes

        routes = UnitRoutes(self._timetable, self._bounds, sorted(tests), cap)
        if not routes.search(self._budget):
            return None
        reached = min(cap, routes.completion())
        if reached < cap:
            self._offer_splits(product, routes, left_out, splits)
        return reached

    def _offer_splits(self, product: int, routes: "UnitRoutes", left_out: list[int], splits: int | None) -> None:
        """Make plans of the best ways to share a product's tests; the routes of the other products stay."""
        units = self._timetable.units_of[product]
        until = min(0.85 * self._budget.left(), self._budget.left() - REPLAY_SECONDS)
        for split in islice(routes.splits(), FEW_SPLITS if left_out else splits):
            if self._proven() or self._budget.left() < until:
                return
            self._budget.spend(20)
            together: Routes = [[] for _ in self._timetable.home]
            for test, unit, city in sequence_of(self._timetable, self._found().placements):
                if self._timetable.product_of[test] != product:
                    together[unit].append((test, city))
            for unit, tests in zip(units, split, strict=True):
                together[unit] = routes.route(tests) if tests else []
            self._offer_routes(self._with(together, left_out, units))

    def _with(self, routes: Routes, left_out: list[int], units: list[int]) -> Routes:
        """Put each test that was left out where the plan without the later ones is complete earliest."""
        for test in left_out:
            best: tuple[int, int, Routes] | None = None
            for unit in units:
                for place in range(len(routes[unit]) + 1):
                    tried = routes[:]
                    tried[unit] = [*routes[unit][:place], (test, -1), *routes[unit][place:]]
                    if self._budget.over():
                        return routes
                    placements = merged(self._timetable, tried)
                    self._budget.spend(20)
                    if placements is not None:
                        ends = [item.end for item in placements]
                        if best is None or (max(ends), sum(ends)) < best[:2]:
                            best = (max(ends), sum(ends), tried)
            if best is None:
                return routes
            routes = best[2]
        return routes

    def _refuse_hopeless(self, problem: Problem) -> None:
        """Without a unit that stays whole, a test after a destructive one may have none left."""
        for product in problem.products:
            destructive = {test.id for test in product.tests if test.destructive}
            harmless = {test.id for test in product.tests} - destructive
            waits = {then for first, then in product.precedence if first in destructive and then in harmless}
            if product.sample_units == 1 and waits:
                raise Infeasible(
                    f"product {product.id} has one sample unit, and test {min(waits)} comes after a destructive test",
                    mend="give one sample unit more",
                )
