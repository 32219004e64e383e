"""One certificate, many markets: which markets accept which evidence, and which extra test would open the most.

In comes what :func:`qilian.evidence.apply_evidence` gave for several markets; out go a table of tests against markets
and the remaining tests in the order of what they open. A market is open once every test that it asks for is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qilian.compliance import TestDemand
from qilian.evidence.applying import Applied, Json
from qilian.evidence.decision import Acceptance
from qilian.evidence.model import Report, ReportedTest


@dataclass(frozen=True, slots=True)
class Piece:
    """One test of a report, and what each market makes of it.

    Attributes
    ----------
    by_market
        The best outcome over the tests of the plan that it could answer; markets that do not ask for it are absent.
    clauses
        Ids of the clauses behind an outcome that is not accept.
    """

    report: Report
    reported: ReportedTest
    by_market: dict[str, Acceptance]
    clauses: dict[str, tuple[str, ...]]

    @property
    def accepted_in(self) -> tuple[str, ...]:
        """The markets that accept it."""
        return tuple(market for market, outcome in self.by_market.items() if outcome is Acceptance.ACCEPT)


@dataclass(frozen=True, slots=True)
class ExtraTest:
    """A test that is still to be done.

    Attributes
    ----------
    opens
        Markets for which it is the last one that is missing.
    advances
        Markets that ask for it and do not accept any evidence for it yet.
    """

    demand: TestDemand
    opens: tuple[str, ...]
    advances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarketTable:
    """The table, and what would open more markets.

    Attributes
    ----------
    missing
        For each market, ids of the tests that are not answered there; empty where it is open.
    extra_tests
        The remaining tests, the one that opens most markets first, then the one that brings most of them forward.
    """

    markets: tuple[str, ...]
    pieces: tuple[Piece, ...]
    missing: dict[str, tuple[str, ...]]
    extra_tests: tuple[ExtraTest, ...]

    @property
    def open_markets(self) -> tuple[str, ...]:
        """Markets in which no test is missing."""
        return tuple(market for market, tests in self.missing.items() if not tests)

    @property
    def best_extra_test(self) -> ExtraTest | None:
        """The single extra test that would open the most markets, or bring the most of them forward."""
        return self.extra_tests[0] if self.extra_tests else None


def market_table(applied: Applied, markets: Sequence[str]) -> MarketTable:
    """Return which market accepts which piece of evidence, and what is missing in each.

    Parameters
    ----------
    applied
        Made for all of ``markets`` at once.
    """
    lacking: dict[str, list[TestDemand]] = {market: [] for market in markets}
    for decision in applied.decisions:
        for programme in decision.programmes:
            market = programme.market.partition("/")[0]
            open_tests = lacking.setdefault(market, [])
            if programme.outcome is not Acceptance.ACCEPT and decision.demand not in open_tests:
                open_tests.append(decision.demand)
    extra = []
    for decision in applied.decisions:
        demand = decision.demand
        advances = tuple(market for market, tests in lacking.items() if demand in tests)
        if advances:
            opens = tuple(market for market in advances if len(lacking[market]) == 1)
            extra.append(ExtraTest(demand, opens, advances))
    extra.sort(key=lambda each: (-len(each.opens), -len(each.advances)))  # stable: the plan's order decides ties
    missing = {market: tuple(demand.item.id for demand in tests) for market, tests in lacking.items()}
    return MarketTable(tuple(lacking), _pieces(applied), missing, tuple(extra))


def table_to_data(table: MarketTable) -> dict[str, Json]:
    """Return the table as JSON values."""
    best = table.best_extra_test
    return {
        "markets": list(table.markets),
        "open": list(table.open_markets),
        "missing": {market: list(tests) for market, tests in table.missing.items()},
        "evidence": [
            {
                "report": piece.report.id,
                "report_test": piece.reported.id,
                "accepted_in": list(piece.accepted_in),
                "by_market": {market: outcome.value for market, outcome in piece.by_market.items()},
                "clauses": {market: list(ids) for market, ids in piece.clauses.items()},
            }
            for piece in table.pieces
        ],
        "best_extra_test": _extra(best) if best else None,
        "extra_tests": [_extra(each) for each in table.extra_tests],
    }


def _extra(extra: ExtraTest) -> dict[str, Json]:
    return {"test": extra.demand.item.id, "opens": list(extra.opens), "advances": list(extra.advances)}


def _pieces(applied: Applied) -> tuple[Piece, ...]:
    found: dict[int, Piece] = {}
    for decision in applied.decisions:
        for programme in decision.programmes:
            market = programme.market.partition("/")[0]
            for each in programme.decisions:
                piece = found.setdefault(id(each.reported), Piece(each.report, each.reported, {}, {}))
                before = piece.by_market.get(market)
                if before is None or _ORDER.index(each.outcome) < _ORDER.index(before):
                    piece.by_market[market] = each.outcome
                    piece.clauses.pop(market, None)
                    if each.outcome is not Acceptance.ACCEPT:
                        piece.clauses[market] = tuple(cited.clause.id for cited in each.cited)
    for unused in applied.unused:
        found.setdefault(id(unused.reported), Piece(unused.report, unused.reported, {}, {}))
    return tuple(found.values())


_ORDER = (Acceptance.ACCEPT, Acceptance.UNDECIDED, Acceptance.PARTIAL, Acceptance.REJECT, Acceptance.NO_EVIDENCE)
