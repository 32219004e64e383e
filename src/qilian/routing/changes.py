"""What can be asked to be otherwise in a problem: places forbidden, forced or alone allowed, hours, sample units.

In come a problem and changes; out comes the changed problem, or the one line that says why no plan can be made of it.
A forced place is a choice among tests, so that it is left to the search in ``what_if``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from qilian.routing.errors import Infeasible, RoutingError
from qilian.routing.names import Names
from qilian.routing.openings import start_windows
from qilian.routing.problem import Bench, Option, Problem, Product, Test
from qilian.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """Benches named by what they belong to: any of these laboratories, of these cities, or of these benches."""

    kind: Literal["laboratory", "city", "bench"]
    ids: tuple[str, ...]

    def holds(self, bench: Bench) -> bool:
        """Return whether a bench lies there."""
        belongs = {"laboratory": bench.lab, "city": bench.city, "bench": bench.id}[self.kind]
        return belongs in self.ids

    def __str__(self) -> str:
        return f"{self.kind} {' or '.join(self.ids)}"


@dataclass(frozen=True, slots=True)
class Forbid:
    """No test is done there."""

    place: Place


@dataclass(frozen=True, slots=True)
class Force:
    """At least one test is done there."""

    place: Place


@dataclass(frozen=True, slots=True)
class Only:
    """All tests are done there; with a test, this one (of all products that have it, or of one)."""

    place: Place
    test: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class ForbidHours:
    """No test runs in the hours ``[start, end)``; with a place, none of those done there."""

    start: int
    end: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class FinishBy:
    """Every test ends by this hour."""

    hour: int


@dataclass(frozen=True, slots=True)
class SampleUnits:
    """So many sample units more (fewer if negative) of one product, or of each."""

    more: int
    product: str | None = None


Cause: TypeAlias = Literal["option", "opening", "place", "units"]
Change: TypeAlias = Forbid | Force | Only | ForbidHours | FinishBy | SampleUnits


def not_before(hour: int) -> ForbidHours:
    """Return the change that lets no test start before an hour."""
    return ForbidHours(0, hour)


class ImpossibleChange(Infeasible):
    """A change after which there is no plan, and the test, product or place that shows it.

    Attributes
    ----------
    change
        The first change that goes too far.
    cause
        ``option``: the test has no bench left; ``opening``: none of its benches has an opening left that is long
        enough; ``place``: no test can be done there; ``units``: too few sample units for the destructive tests.
    product, test
        Where it shows; empty for ``place``, and no test for ``units``.
    """

    def __init__(self, change: Change, cause: Cause, product: str = "", test: str = "") -> None:
        self.change = change
        self.cause = cause
        self.product = product
        self.test = test
        super().__init__(self.reason(Names()).en)

    def reason(self, names: Names) -> Text:
        """Say it in one line."""
        asked = said(self.change, names)
        test = names.test(self.product, self.test)
        product = names.product(self.product)
        why = {
            "option": Text(f"检测 {test.zh} 没有可用的工位", f"test {test.en} has no option left"),
            "opening": Text(
                f"检测 {test.zh} 在可选工位上没有足够长的空档",
                f"test {test.en} has no opening left that is long enough",
            ),
            "place": Text("没有一项检测能在那里做", "none of the tests can be done there"),
            "units": Text(
                f"{product.zh} 的样品不够做破坏性检测",
                f"{product.en} has too few sample units for its destructive tests",
            ),
        }[self.cause]
        return Text(f"{asked.zh}:{why.zh}", f"{asked.en}: {why.en}")


def said(change: Change, names: Names) -> Text:
    """Write a change in words."""
    match change:
        case Forbid(place):
            there = names.place(place)
            return Text(f"不用{there.zh}", f"without {there.en}")
        case Force(place):
            there = names.place(place)
            return Text(f"必须用{there.zh}", f"with {there.en}")
        case Only(place, test, product):
            there = names.place(place)
            if test is None:
                return Text(f"全部在{there.zh}", f"everything at {there.en}")
            which = names.test(product or "", test)
            return Text(f"{which.zh} 在{there.zh}", f"{which.en} at {there.en}")
        case ForbidHours(0, end, None):
            hour = names.hour(end)
            return Text(f"不早于{hour.zh}", f"not before {hour.en}")
        case ForbidHours(start, end, where):
            span = names.hour(start), names.hour(end)
            at = names.place(where) if where else Text("", "")
            return Text(
                f"{at.zh}避开{span[0].zh}至{span[1].zh}",
                f"nothing {f'at {at.en} ' if where else ''}from {span[0].en} to {span[1].en}",
            )
        case FinishBy(hour):
            by = names.hour(hour)
            return Text(f"{by.zh}前完成", f"finished by {by.en}")
        case SampleUnits(more, product):
            number = abs(more)
            of = names.product(product) if product else Text("", "")
            return Text(
                f"{of.zh}样品{'增加' if more > 0 else '减少'} {number} 件",
                f"{number} sample unit{'' if number == 1 else 's'} {'more' if more > 0 else 'fewer'}"
                + (f" of {of.en}" if product else ""),
            )


def changed(problem: Problem, changes: Iterable[Change]) -> Problem:
    """Return the problem with all changes but the forced places.

    Raises
    ------
    ImpossibleChange
        When no plan can be made of it, with the first change that is to blame.
    RoutingError
        For a place, test or product that the problem does not have, or an empty span of hours.
    """
    for change in changes:
        refuse_unknown(problem, change)
        problem = _changed(problem, change)
    return problem


def forced(problem: Problem, force: Force) -> list[tuple[str, str]]:
    """Return the tests, as product and test, that can be done at a forced place.

    Raises
    ------
    ImpossibleChange
        When there are none.
    """
    benches = {bench.id: bench for bench in problem.benches}
    found = [
        (product.id, test.id)
        for product in problem.products
        for test in product.tests
        if any(
            force.place.holds(benches[option.bench]) and _open(benches[option.bench], option, test, problem.horizon)
            for option in test.options
        )
    ]
    if not found:
        raise ImpossibleChange(force, "place")
    return found


def with_test_at(problem: Problem, product: str, test: str, place: Place) -> Problem:
    """Return the problem in which one test is done at a place."""
    return changed(problem, [Only(place, test, product)])


def refuse_unknown(problem: Problem, change: Change) -> None:
    """Raise a :class:`RoutingError` for a change that names what the problem does not have."""
    place = getattr(change, "place", None)
    if place is not None:
        _refuse_unknown_place(problem, place)
    product = getattr(change, "product", None)
    if product is not None and all(each.id != product for each in problem.products):
        raise RoutingError(f"no product {product}", mend=_one_of(each.id for each in problem.products))
    test = getattr(change, "test", None)
    tests = {each.id for item in problem.products if product in (None, item.id) for each in item.tests}
    if test is not None and test not in tests:
        raise RoutingError(f"no test {test}", mend=_one_of(sorted(tests)))
    if isinstance(change, ForbidHours) and not 0 <= change.start < change.end:
        raise RoutingError(f"hours {change.start} to {change.end}", mend="give a start of 0 or more before the end")
    if isinstance(change, FinishBy) and change.hour < 1:
        raise RoutingError(f"finish by hour {change.hour}", mend="give an hour of 1 or more")


def _refuse_unknown_place(problem: Problem, place: Place) -> None:
    known = {
        "laboratory": [bench.lab for bench in problem.benches],
        "city": list(problem.cities),
        "bench": [bench.id for bench in problem.benches],
    }[place.kind]
    for each in place.ids:
        if each not in known:
            raise RoutingError(f"no {place.kind} {each}", mend=_one_of(dict.fromkeys(known)))


def _one_of(names: Iterable[str]) -> str:
    shown = list(names)
    return "use one of " + ", ".join(shown[:12]) + (" ..." if len(shown) > 12 else "")


def _changed(problem: Problem, change: Change) -> Problem:
    benches = {bench.id: bench for bench in problem.benches}
    match change:
        case Force():
            return problem
        case Forbid(place):
            return _with_options(problem, change, lambda _, __, option: not place.holds(benches[option.bench]))
        case Only(place, test, product):
            return _with_options(
                problem,
                change,
                lambda item, each, option: (
                    (test is not None and each.id != test)
                    or (product is not None and item.id != product)
                    or place.holds(benches[option.bench])
                ),
            )
        case ForbidHours(start, end, where):
            closed = tuple(
                replace(bench, busy=(*bench.busy, (start, end))) if where is None or where.holds(bench) else bench
                for bench in problem.benches
            )
            return _checked(problem, change, problem.horizon, closed, problem.products)
        case FinishBy(hour):
            return _checked(problem, change, min(hour, problem.horizon), problem.benches, problem.products)
        case SampleUnits(more, product):
            products = tuple(
                replace(item, sample_units=item.sample_units + more) if product in (None, item.id) else item
                for item in problem.products
            )
            for item in products:
                if item.sample_units < max(1, sum(test.destructive for test in item.tests)):
                    raise ImpossibleChange(change, "units", item.id)
            return replace(problem, products=products)


def _with_options(problem: Problem, change: Change, kept: Callable[[Product, Test, Option], bool]) -> Problem:
    products: list[Product] = []
    for product in problem.products:
        tests: list[Test] = []
        for test in product.tests:
            options = tuple(option for option in test.options if kept(product, test, option))
            if not options:
                raise ImpossibleChange(change, "option", product.id, test.id)
            tests.append(replace(test, options=options))
        products.append(replace(product, tests=tuple(tests)))
    return _checked(problem, change, problem.horizon, problem.benches, tuple(products))


def _checked(
    problem: Problem, change: Change, horizon: int, benches: tuple[Bench, ...], products: tuple[Product, ...]
) -> Problem:
    """Return the problem with these parts, if every test still has an opening; else blame the change."""
    by_id = {bench.id: bench for bench in benches}
    for product in products:
        for test in product.tests:
            ways = ((by_id[option.bench], option) for option in test.options)
            if not any(_open(bench, option, test, horizon) for bench, option in ways):
                raise ImpossibleChange(change, "opening", product.id, test.id)
    return replace(problem, horizon=horizon, benches=benches, products=products)


def _open(bench: Bench, option: Option, test: Test, horizon: int) -> bool:
    firsts, _ = start_windows(bench.staffed, bench.busy, option.hours, test.attended, horizon)
    return bool(firsts)
