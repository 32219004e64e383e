"""Why a laboratory is not in a plan, from the plan that would use it.

In come a problem, its plan and a laboratory; out comes a :class:`WhyNot` with facts: the tests that it could do, the
best plan with it, the difference, and what makes the difference. That is found by trial: the forced plan is sought
again as if the laboratory were free, as quick, as near or as cheap as the one it stands against, and what makes up
the most by itself is the cause.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from qilian.routing.changes import Force, Place, with_test_at
from qilian.routing.errors import Infeasible, NoPlanFound, RoutingError
from qilian.routing.names import Names
from qilian.routing.openings import next_start, start_windows
from qilian.routing.plan import Assignment, Objective, Plan
from qilian.routing.problem import Bench, Option, Problem, Product, Test
from qilian.routing.solver import solve
from qilian.routing.what_if import DEFAULT_WHAT_IF_SECONDS, Answer, what_if
from qilian.routing.why_not_words import unable, with_loss, without_loss, without_plan
from qilian.text import Text

Verdict: TypeAlias = Literal["in_plan", "cannot", "impossible", "open", "as_good", "worse", "better"]
Cause: TypeAlias = Literal["bookings", "duration", "way", "fee", "openings", "several"]
"""``bookings``: its benches are booked; ``openings``: staffed at the wrong hours, with or without the bookings."""
_CAUSES_OF: dict[Objective, tuple[Cause, ...]] = {
    "time": ("bookings", "duration", "way", "openings"),
    "makespan": ("bookings", "duration", "way", "openings"),
    "price": ("fee", "way"),
    "distance": ("way",),
}
_SHARE_OF_CAUSES = 0.5


@dataclass(frozen=True, slots=True)
class Tried:
    """How much better the forced plan would be if one thing about the laboratory were otherwise."""

    cause: Cause
    recovered: float
    proven: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The laboratory beside the one that does the test now.

    Attributes
    ----------
    item, instead
        The test's appointment at the laboratory in the best plan with it, and the one that it has now.
    laboratory, city
        Of the appointment that it has now.
    first_opening
        The earliest hour at which the laboratory could start the test if the sample came straight from home.
    fee, fee_now, hours, hours_now
        Of the test, in yuan and hours.
    tried
        The most telling first.
    """

    item: Assignment
    instead: Assignment
    laboratory: str
    city: str
    own_city: str
    first_opening: int
    fee: int
    fee_now: int
    tried: tuple[Tried, ...]

    @property
    def hours(self) -> int:
        """Hours of the test at the laboratory."""
        return self.item.end - self.item.start

    @property
    def hours_now(self) -> int:
        """Hours of the test where it is done now."""
        return self.instead.end - self.instead.start

    @property
    def cause(self) -> Cause:
        """What makes the difference; ``several`` where nothing does by itself."""
        return self.tried[0].cause if self.tried and self.tried[0].recovered > 0 else "several"


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a laboratory is not in a plan.

    Attributes
    ----------
    verdict
        ``in_plan``: it is; ``cannot``: it can do none of the tests; ``impossible``: no plan uses it; ``open``: none was
        found that does; ``as_good``, ``worse``, ``better``: the best plan found with it, by the plan's objective.
    tests
        Those that it does in the plan, or could do, as product and test.
    answer
        The best plan with it, and the difference.
    facts
        Where it makes the plan worse.
    words
        All of it in words.
    """

    laboratory: str
    verdict: Verdict
    tests: tuple[tuple[str, str], ...]
    answer: Answer | None
    facts: Facts | None
    words: Text


def why_not(
    problem: Problem,
    plan: Plan,
    laboratory: str,
    *,
    limit_seconds: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    names: Names | None = None,
) -> WhyNot:
    """Say why a laboratory is not in a plan.

    Parameters
    ----------
    problem, plan
        As for :func:`what_if`.
    laboratory
        One of those that the problem's benches belong to.
    limit_seconds, work_limit
        Of the search for the best plan with it; the trials for the cause take at most half as much again.
    names
        How laboratories, tests and hours are called in the words.

    Raises
    ------
    RoutingError
        If the problem has no such laboratory, or the plan breaks a rule.
    """
    names = names or Names()
    benches = {bench.id: bench for bench in problem.benches}
    if laboratory not in {bench.lab for bench in problem.benches}:
        raise RoutingError(f"no laboratory {laboratory}", mend="name one that a bench of the problem belongs to")
    done = tuple((item.product, item.test) for item in plan.assignments if benches[item.bench].lab == laboratory)
    name = names.laboratory(laboratory)
    if done:
        tests = names.tests(done)
        words = Text(f"{name.zh} 已在方案中，做 {tests.zh}。", f"{name.en} is in the plan already: it does {tests.en}.")
        return WhyNot(laboratory, "in_plan", done, None, None, words)
    named = _named(problem, benches, laboratory)
    able = tuple(each for each in named if _opening(problem, benches, laboratory, *each) is not None)
    if not able:
        return WhyNot(laboratory, "cannot", (), None, None, unable(name, names.tests(named) if named else None))
    force = Force(Place("laboratory", (laboratory,)))
    answer = what_if(problem, plan, [force], limit_seconds=limit_seconds, work_limit=work_limit, seed=seed, names=names)
    if answer.plan is None:
        verdict: Verdict = "impossible" if answer.impossible else "open"
        return WhyNot(laboratory, verdict, able, answer, None, without_plan(name, names.tests(able), answer))
    loss = answer.plan.value - plan.value
    if loss <= 0:
        verdict = "better" if loss < 0 else "as_good"
        return WhyNot(laboratory, verdict, able, answer, None, without_loss(name, names.tests(able), plan, answer))
    facts = _facts(problem, plan, laboratory, answer.plan, limit_seconds, work_limit, seed)
    return WhyNot(laboratory, "worse", able, answer, facts, with_loss(name, able, answer, facts, names))


def _named(problem: Problem, benches: dict[str, Bench], laboratory: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (product.id, test.id)
        for product in problem.products
        for test in product.tests
        if any(benches[option.bench].lab == laboratory for option in test.options)
    )


def _opening(problem: Problem, benches: dict[str, Bench], laboratory: str, product: str, test: str) -> int | None:
    """Return the earliest hour at which a laboratory can start a test, straight from home; None if never."""
    item, tested = _find(problem, product, test)
    city = {name: place for place, name in enumerate(problem.cities)}
    found: list[int] = []
    for option in tested.options:
        bench = benches[option.bench]
        if bench.lab == laboratory:
            windows = start_windows(bench.staffed, bench.busy, option.hours, tested.attended, problem.horizon)
            start = next_start(windows, problem.transfer_hours[city[item.home]][city[bench.city]])
            found += [start] if start >= 0 else []
    return min(found, default=None)


def _find(problem: Problem, product: str, test: str) -> tuple[Product, Test]:
    item = next(each for each in problem.products if each.id == product)
    return item, next(each for each in item.tests if each.id == test)


def _option(problem: Problem, item: Assignment) -> Option:
    _, test = _find(problem, item.product, item.test)
    return next(option for option in test.options if option.bench == item.bench)


def _facts(
    problem: Problem,
    plan: Plan,
    laboratory: str,
    found: Plan,
    limit_seconds: float | None,
    work_limit: int | None,
    seed: int,
) -> Facts:
    benches = {bench.id: bench for bench in problem.benches}
    now = {(item.product, item.test): item for item in plan.assignments}
    item = next(each for each in found.assignments if benches[each.bench].lab == laboratory)
    instead = now[item.product, item.test]
    first = _opening(problem, benches, laboratory, item.product, item.test)
    assert first is not None
    own, other = benches[item.bench], benches[instead.bench]
    pinned = with_test_at(problem, item.product, item.test, Place("laboratory", (laboratory,)))
    loss = round(found.value - plan.value, 3)
    tried: list[Tried] = []
    for cause in _CAUSES_OF[plan.objective]:
        if cause == "way" and own.city == other.city:
            continue
        better = _as_if(cause, pinned, laboratory, item, instead, _option(problem, instead).price)
        tried.append(_try(better, plan, found, cause, limit_seconds, work_limit, seed))
        if tried[-1].recovered == loss:
            break
    return Facts(
        item,
        instead,
        other.lab,
        other.city,
        own.city,
        first,
        _option(problem, item).price,
        _option(problem, instead).price,
        tuple(sorted(tried, key=lambda each: -each.recovered)),
    )


def _as_if(
    cause: Cause, problem: Problem, laboratory: str, item: Assignment, instead: Assignment, price: int
) -> Problem:
    """Return the problem as if one thing about the laboratory were no worse than where the test is done now."""
    city = next(bench.city for bench in problem.benches if bench.id == instead.bench)
    changes: dict[str, Callable[[Bench], Bench]] = {
        "bookings": lambda bench: replace(bench, busy=()),
        "openings": lambda bench: replace(bench, busy=(), staffed=((0, problem.horizon),)),
        "way": lambda bench: replace(bench, city=city),
    }
    if cause in changes:
        benches = (changes[cause](bench) if bench.lab == laboratory else bench for bench in problem.benches)
        return replace(problem, benches=tuple(benches))
    hours = instead.end - instead.start if cause == "duration" else problem.horizon
    price = price if cause == "fee" else 10**12
    return replace(
        problem,
        products=tuple(
            replace(
                product,
                tests=tuple(
                    replace(
                        test,
                        options=tuple(
                            replace(option, hours=min(option.hours, hours), price=min(option.price, price))
                            for option in test.options
                        ),
                    )
                    if (product.id, test.id) == (item.product, item.test)
                    else test
                    for test in product.tests
                ),
            )
            for product in problem.products
        ),
    )


def _try(
    problem: Problem,
    plan: Plan,
    found: Plan,
    cause: Cause,
    limit_seconds: float | None,
    work_limit: int | None,
    seed: int,
) -> Tried:
    """Search a problem of :func:`_as_if` for the time of one trial."""
    trials = len(_CAUSES_OF[plan.objective])
    if limit_seconds is None and work_limit is None:
        limit_seconds = DEFAULT_WHAT_IF_SECONDS
    seconds = _SHARE_OF_CAUSES * limit_seconds / trials if limit_seconds is not None else None
    work = max(1, int(_SHARE_OF_CAUSES * work_limit / trials)) if work_limit is not None else None
    try:
        best = solve(problem, plan.objective, limit_seconds=seconds, work_limit=work, seed=seed)
    except (Infeasible, NoPlanFound):
        return Tried(cause, 0.0, proven=False)
    return Tried(cause, round(max(0.0, found.value - max(best.value, plan.value)), 3), best.proven)
