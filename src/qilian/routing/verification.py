"""The independent judge of a plan: recomputes everything from the problem and names each rule that the plan breaks.

In come a problem and a plan; out comes a list of violations, empty for a plan that keeps all rules. It shares no code
with the solvers, and reads nothing but the problem's own data. The rules are those of ``qilian-routing/1``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from qilian.routing.plan import OBJECTIVES, Assignment, Objective, Plan
from qilian.routing.problem import Bench, Option, Problem, Product, Test

Rule: TypeAlias = Literal[
    "complete",  # every test exactly once
    "option",  # on a bench that the test names
    "duration",  # as long as the option says
    "horizon",  # between hour 0 and the horizon
    "staffed",  # attended: the whole test in staffed hours; else it starts in one
    "busy",  # not while the bench is booked already
    "bench",  # one test at a time on a bench
    "unit",  # one test at a time with a sample unit, which exists
    "transfer",  # time to move the unit from city to city, and from home to its first test
    "precedence",  # b starts no earlier than a ends
    "destructive",  # the last test of its unit
    "objective",  # a known objective
    "value",  # as recomputed
    "bound",  # not above the value, and proven exactly when equal
]

_TOLERANCE = 1e-6
_Placed: TypeAlias = tuple[Assignment, Test, Option | None]


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: which one, at which test, bench or unit, and what is wrong."""

    rule: Rule
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"


def verify(problem: Problem, plan: Plan) -> list[Violation]:
    """Check a plan against every rule of the problem.

    Returns
    -------
    list[Violation]
        Each broken rule with the place and the figures; empty when the plan is right.
    """
    violations = list(_check_completeness(problem, plan))
    benches = {bench.id: bench for bench in problem.benches}
    by_product: dict[str, list[Assignment]] = defaultdict(list)
    for assignment in plan.assignments:
        by_product[assignment.product].append(assignment)
    for product in problem.products:
        tests = {test.id: test for test in product.tests}
        placed: list[_Placed] = [
            (item, tests[item.test], _option(tests[item.test], item.bench))
            for item in by_product[product.id]
            if item.test in tests
        ]
        for item in placed:
            violations += _check_hours(problem, benches, item)
        violations += _check_units(problem, product, benches, placed)
        violations += _check_precedence(product, placed)
    violations += _check_benches(plan)
    # Value and bound say nothing about a plan with holes in it.
    if not any(found.rule in ("complete", "option") for found in violations):
        violations += _check_value(problem, plan)
    return violations


def evaluate(problem: Problem, assignments: Iterable[Assignment], objective: Objective) -> float:
    """Return the value of a complete set of assignments: hours, yuan or km.

    Raises
    ------
    KeyError
        If an assignment names a product, test or bench that the problem does not have.
    """
    items = list(assignments)
    if objective in ("time", "makespan"):
        completion: dict[str, int] = defaultdict(int)
        for item in items:
            completion[item.product] = max(completion[item.product], item.end)
        if objective == "makespan":
            return max(completion.values())
        mean = sum(completion.values()) / len(problem.products)
        return int(mean) if mean == int(mean) else mean
    moves = list(_moves(problem, items))
    if objective == "distance":
        return round(sum(problem.transfer_km[origin][target] for origin, target in moves), 3)
    tests = {(product.id, test.id): test for product in problem.products for test in product.tests}
    price = sum(problem.transfer_price[origin][target] for origin, target in moves)
    for item in items:
        chosen = _option(tests[item.product, item.test], item.bench)
        if chosen is None:
            raise KeyError(item.bench)
        price += chosen.price
    return price


def _option(test: Test, bench: str) -> Option | None:
    return next((option for option in test.options if option.bench == bench), None)


def _name(item: Assignment) -> str:
    return f"product {item.product} test {item.test}"


def _moves(problem: Problem, assignments: list[Assignment]) -> Iterator[tuple[int, int]]:
    """Yield the moves of all sample units as places in ``problem.cities``, from home on."""
    cities = {city: place for place, city in enumerate(problem.cities)}
    city_of_bench = {bench.id: cities[bench.city] for bench in problem.benches}
    home = {product.id: cities[product.home] for product in problem.products}
    position: dict[tuple[str, int], int] = {}
    for item in sorted(assignments, key=lambda item: (item.start, item.end)):
        unit = (item.product, item.unit)
        target = city_of_bench[item.bench]
        yield position.get(unit, home[item.product]), target
        position[unit] = target


def _check_completeness(problem: Problem, plan: Plan) -> Iterator[Violation]:
    wanted = {(product.id, test.id) for product in problem.products for test in product.tests}
    seen: set[tuple[str, str]] = set()
    for item in plan.assignments:
        key = (item.product, item.test)
        if key not in wanted:
            yield Violation("complete", _name(item), "the problem has no such test")
        elif key in seen:
            yield Violation("complete", _name(item), "is there twice")
        seen.add(key)
    for product, test in sorted(wanted - seen):
        yield Violation("complete", f"product {product} test {test}", "is missing")


def _check_hours(problem: Problem, benches: dict[str, Bench], placed: _Placed) -> Iterator[Violation]:
    item, test, option = placed
    where = _name(item)
    if option is None:
        yield Violation("option", where, f"cannot be done on bench {item.bench}")
    elif item.end - item.start != option.hours:
        yield Violation(
            "duration", where, f"[{item.start}, {item.end}) is not {option.hours} hours, as on bench {item.bench}"
        )
    if item.start < 0 or item.end > problem.horizon or item.end <= item.start:
        yield Violation("horizon", where, f"[{item.start}, {item.end}) does not lie in [0, {problem.horizon})")
    if item.bench not in benches:
        return
    bench = benches[item.bench]
    needed_until = item.end if test.attended else item.start + 1
    if not any(start <= item.start and needed_until <= end for start, end in bench.staffed):
        kind = "attended: the whole test" if test.attended else "its start"
        yield Violation(
            "staffed", where, f"[{item.start}, {item.end}): {kind} must lie in staffed hours of bench {bench.id}"
        )
    for start, end in bench.busy:
        if item.start < end and start < item.end:
            yield Violation("busy", where, f"[{item.start}, {item.end}): bench {bench.id} is booked [{start}, {end})")


def _check_units(
    problem: Problem, product: Product, benches: dict[str, Bench], placed: list[_Placed]
) -> Iterator[Violation]:
    place = {city: index for index, city in enumerate(problem.cities)}
    units: dict[int, list[tuple[Assignment, Test]]] = defaultdict(list)
    for item, test, _ in placed:
        if not 0 <= item.unit < product.sample_units:
            yield Violation("unit", _name(item), f"unit {item.unit} is not one of {product.sample_units} (from 0)")
        units[item.unit].append((item, test))
    for unit, items in sorted(units.items()):
        items.sort(key=lambda pair: (pair[0].start, pair[0].end))
        for (item, test), (following, _) in pairwise(items):
            if following.start < item.end:
                yield Violation(
                    "unit",
                    _name(following),
                    f"starts at {following.start} on unit {unit}, which is in test {item.test} until {item.end}",
                )
            if test.destructive:
                yield Violation("destructive", _name(item), f"test {following.test} follows on its unit {unit}")
        here, free, origin = place[product.home], 0, f"home {product.home}"
        for item, _ in items:
            if item.bench not in benches:
                continue
            there = place[benches[item.bench].city]
            arrival = free + problem.transfer_hours[here][there]
            # An overlap is named by its own rule; a move that starts before it cannot be judged.
            if item.start < arrival and (item.start >= free or free == 0):
                yield Violation(
                    "transfer",
                    _name(item),
                    f"starts at {item.start}; unit {unit} comes from {origin} and arrives at {arrival}",
                )
            here, free, origin = there, item.end, f"test {item.test} in {benches[item.bench].city}"


def _check_precedence(product: Product, placed: list[_Placed]) -> Iterator[Violation]:
    by_test = {item.test: item for item, _, _ in placed}
    for first, then in product.precedence:
        if first in by_test and then in by_test and by_test[then].start < by_test[first].end:
            yield Violation(
                "precedence",
                _name(by_test[then]),
                f"starts at {by_test[then].start}, before test {first} ends at {by_test[first].end}",
            )


def _check_benches(plan: Plan) -> Iterator[Violation]:
    by_bench: dict[str, list[Assignment]] = defaultdict(list)
    for item in plan.assignments:
        by_bench[item.bench].append(item)
    for bench, items in sorted(by_bench.items()):
        items.sort(key=lambda item: (item.start, item.end))
        last = items[0]
        for item in items[1:]:
            if item.start < last.end:
                yield Violation(
                    "bench",
                    _name(item),
                    f"[{item.start}, {item.end}): {bench} does test {last.test} of {last.product} until {last.end}",
                )
            if item.end > last.end:
                last = item


def _check_value(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if plan.objective not in OBJECTIVES:
        yield Violation("objective", "plan", f"{plan.objective} is not one of {', '.join(OBJECTIVES)}")
        return
    value = evaluate(problem, plan.assignments, plan.objective)
    if not abs(value - plan.value) <= _TOLERANCE:
        yield Violation("value", "plan", f"says {plan.value}, but the {plan.objective} is {value}")
    if not plan.lower_bound <= plan.value + _TOLERANCE:
        yield Violation("bound", "plan", f"lower bound {plan.lower_bound} is above the value {plan.value}")
    elif plan.proven != (abs(plan.value - plan.lower_bound) <= _TOLERANCE):
        meets = "do not meet" if plan.proven else "meet"
        yield Violation(
            "bound",
            "plan",
            f"proven is {plan.proven}, but value {plan.value} and lower bound {plan.lower_bound} {meets}",
        )
