"""The routing problem: products whose tests are to be done on the benches of laboratories in several cities.

A :class:`Problem` holds plain frozen data in whole hours from hour 0. Its constructor raises on data that no plan
could be made from, so that no solver ever sees it. The format is ``qilian-routing/1``.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from qilian.routing.errors import InvalidProblem
from qilian.routing.openings import Interval, joined, start_windows

Hours: TypeAlias = tuple[tuple[int, ...], ...]
Kilometres: TypeAlias = tuple[tuple[float, ...], ...]

MAX_HORIZON_HOURS = 100_000
"""More than eleven years; a larger horizon is a mistake in units."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A place in a laboratory that does one test at a time.

    Attributes
    ----------
    id, lab, city
        Identifiers; the city is one of the problem's.
    staffed
        Half-open intervals of hours with staff; those that touch are joined.
    busy
        Half-open intervals of hours that are booked already.
    """

    id: str
    lab: str
    city: str
    staffed: tuple[Interval, ...]
    busy: tuple[Interval, ...] = ()

    def __post_init__(self) -> None:
        for name, intervals in (("staffed", self.staffed), ("busy", self.busy)):
            for start, end in intervals:
                if not 0 <= start < end:
                    raise InvalidProblem(
                        f"{name} [{start}, {end}) is not an interval of hours",
                        where=f"bench {self.id}",
                        mend="write [start, end) with 0 <= start < end",
                    )
        object.__setattr__(self, "staffed", joined(self.staffed))
        object.__setattr__(self, "busy", joined(self.busy))


@dataclass(frozen=True, slots=True)
class Option:
    """One way to do a test: on this bench, in so many hours, for so many yuan."""

    bench: str
    hours: int
    price: int


@dataclass(frozen=True, slots=True)
class Test:
    """A test of a product.

    Attributes
    ----------
    attended
        True: the whole test lies in staffed hours. False: it starts in a staffed hour and runs on without staff.
    destructive
        True: it is the last test of the sample unit that it uses.
    options
        Exactly one of them is chosen.
    """

    __test__: ClassVar[bool] = False  # the name is the field's; pytest shall not collect it

    id: str
    attended: bool
    destructive: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product with identical sample units, all at home at hour 0.

    Attributes
    ----------
    precedence
        Pairs ``(a, b)``: b starts no earlier than a ends, on whichever units.
    """

    id: str
    home: str
    sample_units: int
    tests: tuple[Test, ...]
    precedence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Products, benches and the ways between cities.

    Attributes
    ----------
    horizon
        Every test ends by this hour.
    transfer_hours, transfer_km, transfer_price
        Of the move from city ``a`` to city ``b``, by their places in ``cities``; the diagonal is the handling between
        two tests in one city.

    Raises
    ------
    InvalidProblem
        For unknown or doubled ids, negative numbers, cyclic precedence, more destructive tests than sample units,
        or a test none of whose options fits an opening of its bench.
    """

    horizon: int
    cities: tuple[str, ...]
    transfer_hours: Hours
    transfer_km: Kilometres
    transfer_price: Hours
    benches: tuple[Bench, ...]
    products: tuple[Product, ...]

    def __post_init__(self) -> None:
        if not 0 < self.horizon <= MAX_HORIZON_HOURS:
            raise InvalidProblem(f"horizon of {self.horizon} hours", mend=f"give 1 to {MAX_HORIZON_HOURS} hours")
        _refuse_doubles("city", self.cities)
        _refuse_doubles("bench", (bench.id for bench in self.benches))
        _refuse_doubles("product", (product.id for product in self.products))
        if not self.products:
            raise InvalidProblem("no products", mend="give at least one")
        for name in ("transfer_hours", "transfer_km", "transfer_price"):
            self._check_matrix(name)
        for bench in self.benches:
            if bench.city not in self.cities:
                raise InvalidProblem(f"unknown city {bench.city}", where=f"bench {bench.id}", mend=_one_of(self.cities))
        benches = {bench.id: bench for bench in self.benches}
        for product in self.products:
            self._check_product(product, benches)

    def _check_matrix(self, name: str) -> None:
        matrix: Sequence[Sequence[float]] = getattr(self, name)
        size = len(self.cities)
        if len(matrix) != size or any(len(row) != size for row in matrix):
            raise InvalidProblem(f"{name} is not {size} x {size}", mend="give one row and one column for each city")
        for row, origin in zip(matrix, self.cities, strict=True):
            for number, target in zip(row, self.cities, strict=True):
                if not (math.isfinite(number) and number >= 0):
                    raise InvalidProblem(f"{name} from {origin} to {target} is {number}", mend="give a number >= 0")

    def _check_product(self, product: Product, benches: dict[str, Bench]) -> None:
        where = f"product {product.id}"
        if product.home not in self.cities:
            raise InvalidProblem(f"unknown home {product.home}", where=where, mend=_one_of(self.cities))
        if product.sample_units < 1:
            raise InvalidProblem(f"{product.sample_units} sample units", where=where, mend="give at least 1")
        if not product.tests:
            raise InvalidProblem("no tests", where=where, mend="leave out a product that needs none")
        _refuse_doubles("test", (test.id for test in product.tests), where)
        destructive = sum(test.destructive for test in product.tests)
        if destructive > product.sample_units:
            raise InvalidProblem(
                f"{destructive} destructive tests for {product.sample_units} sample units",
                where=where,
                mend="give one unit for each destructive test",
            )
        for test in product.tests:
            self._check_test(test, benches, f"{where} test {test.id}")
        _refuse_cycles(product)

    def _check_test(self, test: Test, benches: dict[str, Bench], where: str) -> None:
        if not test.options:
            raise InvalidProblem("no options", where=where, mend="name at least one bench")
        _refuse_doubles("option on bench", (option.bench for option in test.options), where)
        for option in test.options:
            if option.bench not in benches:
                raise InvalidProblem(f"unknown bench {option.bench}", where=where, mend="name one of the benches")
            if option.hours < 1:
                raise InvalidProblem(
                    f"{option.hours} hours on bench {option.bench}", where=where, mend="give 1 or more"
                )
            if option.price < 0:
                raise InvalidProblem(
                    f"price {option.price} on bench {option.bench}", where=where, mend="give 0 or more"
                )
        if not any(self._fits(test, option, benches[option.bench]) for option in test.options):
            raise InvalidProblem(
                "none of its options fits an opening of its bench",
                where=where,
                mend="give a bench with longer openings",
            )

    def _fits(self, test: Test, option: Option, bench: Bench) -> bool:
        firsts, _ = start_windows(bench.staffed, bench.busy, option.hours, test.attended, self.horizon)
        return bool(firsts)


def _one_of(names: Iterable[str]) -> str:
    shown = list(names)
    return "use one of " + ", ".join(shown[:12]) + (" ..." if len(shown) > 12 else "")


def _refuse_doubles(kind: str, ids: Iterable[str], where: str = "") -> None:
    seen: set[str] = set()
    for identifier in ids:
        if not identifier:
            raise InvalidProblem(f"{kind} without an id", where=where, mend="give each an id")
        if identifier in seen:
            raise InvalidProblem(f"{kind} {identifier} is there twice", where=where, mend="give each its own id")
        seen.add(identifier)


def _refuse_cycles(product: Product) -> None:
    before: dict[str, set[str]] = {test.id: set() for test in product.tests}
    for first, then in product.precedence:
        for name in (first, then):
            if name not in before:
                raise InvalidProblem(
                    f"precedence of unknown test {name}", where=f"product {product.id}", mend="name one of its tests"
                )
        before[then].add(first)
    free = [name for name, waits in before.items() if not waits]
    after: dict[str, list[str]] = {name: [] for name in before}
    for then, waits in before.items():
        for first in waits:
            after[first].append(then)
    while free:
        name = free.pop()
        for then in after[name]:
            before[then].discard(name)
            if not before[then]:
                free.append(then)
    stuck = sorted(name for name, waits in before.items() if waits)
    if stuck:
        raise InvalidProblem(
            f"precedence goes in a circle through {', '.join(stuck[:5])}",
            where=f"product {product.id}",
            mend="remove one of the pairs",
        )
