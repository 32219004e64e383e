"""The nouns of the road: what it stands on (:class:`Pack`) and what it leads to (:class:`CompliancePlan`).

Everything here is frozen and carries no behaviour beyond look-ups; the writers read it and add nothing of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qilian.compliance import (
    Assessment,
    ComingChange,
    Implication,
    MergedTests,
    Order,
    Question,
    Rule,
    TestDemand,
    TestItem,
)
from qilian.evidence import Applied, MarketTable, Policy
from qilian.laboratories import Bench, City, Laboratory, Matches, Network, ScopeLine
from qilian.laboratories.scopes import ScopeMatches
from qilian.product import Product, Vocabulary
from qilian.standards import Catalogue
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.planning.journey import Journey


@dataclass(frozen=True, slots=True)
class Pack:
    """A content pack: all that is known of one industrial chain, as data.

    Attributes
    ----------
    markets
        The markets that the rules speak of, with their names; ``ALL`` holds the rules of every market.
    compiled
        The day on which the facts were last gathered.
    """

    id: str
    title: Text
    version: str
    compiled: date
    folder: Path
    markets: Mapping[str, Text]
    vocabulary: Vocabulary
    implications: tuple[Implication, ...]
    rules: tuple[Rule, ...]
    tests: Mapping[str, TestItem]
    orders: tuple[Order, ...]
    catalogue: Catalogue
    network: Network
    policies: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One journey of a sample unit: whole hours, kilometres, yuan (assumptions of the network's geography)."""

    origin: City
    destination: City
    hours: int
    kilometres: float
    price: float


@dataclass(frozen=True, slots=True)
class Step:
    """One test of the itinerary: which unit is where, from when to when, at what price, after which move."""

    lot: str
    unit: int
    demand: TestDemand
    laboratory: Laboratory
    bench: Bench
    city: City
    line: ScopeLine
    unchecked: tuple[str, ...]
    start: datetime
    end: datetime
    price: float
    move: Move


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A verified plan of the tests in the words of the domain.

    Attributes
    ----------
    objective
        What it was made for: ``time`` (last test ends first), ``cost`` or ``distance``.
    value, lower_bound
        In hours, yuan or kilometres, by the objective; no plan can lie below ``lower_bound``.
    proven
        True only where both meet.
    steps
        In order of their start.
    """

    objective: str
    value: float
    lower_bound: float
    proven: bool
    seconds: float
    steps: tuple[Step, ...]
    start: datetime

    @property
    def end(self) -> datetime:
        """When the last test ends."""
        return max((step.end for step in self.steps), default=self.start)

    @property
    def days(self) -> float:
        """Calendar days from the day the samples are ready to the end of the last test."""
        return (self.end - self.start).total_seconds() / 86_400

    @property
    def test_price(self) -> float:
        """Yuan for the tests alone."""
        return sum(step.price for step in self.steps)

    @property
    def transfer_price(self) -> float:
        """Yuan for all moves."""
        return sum(step.move.price for step in self.steps)

    @property
    def price(self) -> float:
        """Yuan for tests and moves."""
        return self.test_price + self.transfer_price

    @property
    def kilometres(self) -> float:
        """Kilometres of all moves."""
        return sum(step.move.kilometres for step in self.steps)

    @property
    def laboratories(self) -> int:
        """How many laboratories take part."""
        return len({step.laboratory.id for step in self.steps})

    @property
    def units(self) -> tuple[tuple[str, int], ...]:
        """The sample units in use, as (lot, number)."""
        return tuple(sorted({(step.lot, step.unit) for step in self.steps}))


@dataclass(frozen=True, slots=True)
class Saving:
    """What one test for many obligations saves, at the cheapest and the quickest laboratory for each.

    ``asked`` counts the tests that would be done working market by market, ``kept`` those that remain.
    """

    asked: int
    kept: int
    hours: int
    price: float


@dataclass(frozen=True, slots=True)
class Held:
    """What reports already held do for a plan.

    Attributes
    ----------
    applied
        The decision on each test, programme by programme.
    table
        Which markets accept which report, and the extra test that would open the most markets.
    without
        The itinerary for the same objective if nothing were held; None where nothing was accepted.
    """

    applied: Applied
    table: MarketTable
    without: Itinerary | None


@dataclass(frozen=True, slots=True)
class CompliancePlan:
    """All that a product, its markets and a date lead to; ``evidence`` is None where none was given.

    Attributes
    ----------
    journey
        The routing problem that the itineraries solve, so that a what-if need not walk the road again.
    national
        By test id, who holds its scope nationally; None where no national scopes were given. What is on the itinerary
        comes from ``matches``, that is from the network.
    """

    product: Product
    pack: Pack
    on: date
    markets: tuple[str, ...]
    catalogue: Catalogue
    network: Network
    home: City | None
    assessment: Assessment
    questions: tuple[Question, ...]
    coming_changes: tuple[ComingChange, ...]
    tests: MergedTests
    matches: Mapping[str, Matches]
    unplaced: tuple[TestDemand, ...]
    evidence: Held | None
    saving: Saving
    itinerary: Itinerary | None
    alternatives: tuple[Itinerary, ...]
    notices: tuple[Text, ...]
    journey: "Journey | None" = None
    national: Mapping[str, ScopeMatches] | None = None
