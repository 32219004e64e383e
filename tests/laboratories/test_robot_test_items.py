"""The test items of the robot chain and their order: complete, no surer than their facts, and without contradiction."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from qilian.compliance import Order, TestItem, read_order
from qilian.documents import read_yaml
from qilian.standards import StandardRef

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "robots" / "tests.csv"


@pytest.fixture(scope="module")
def orders(robots: Path) -> tuple[Order, ...]:
    return read_order(read_yaml(robots / "order.yaml"))


def test_every_fact_became_a_test_item_and_none_became_surer(items: dict[str, TestItem]) -> None:
    """Facts and items have the same ids; only what was read on a page is secondary, and nothing is verified."""
    if not FACTS.exists():
        pytest.skip("the researched facts (../shared/facts) are not beside this checkout")
    with FACTS.open(encoding="utf-8", newline="") as stream:
        facts = {row["id"]: row for row in csv.DictReader(stream)}
    assert set(items) == set(facts)
    for item in items.values():
        read = (facts[item.id]["confidence"], facts[item.id]["basis"]) == ("seen", "page_excerpt")
        assert item.confidence == ("secondary" if read else "unverified"), item.id


def test_a_clause_from_memory_says_so(items: dict[str, TestItem]) -> None:
    """Where the facts only remember a clause number, the note says that it is from memory or was not checked."""
    if not FACTS.exists():
        pytest.skip("the researched facts (../shared/facts) are not beside this checkout")
    with FACTS.open(encoding="utf-8", newline="") as stream:
        remembered = [row["id"] for row in csv.DictReader(stream) if row["clause_confidence"] == "remembered"]
    assert remembered
    for test in remembered:
        assert "memory" in items[test].note.en, test
        assert "记忆" in items[test].note.zh, test


def test_orders_name_tests_and_have_no_circle(items: dict[str, TestItem], orders: tuple[Order, ...]) -> None:
    """Every test of an order exists, orders only bind specimens of one kind, and following them never leads back."""
    after: dict[str, set[str]] = defaultdict(set)
    for order in orders:
        assert len({items[test].specimen for test in (*order.before, *order.after)}) == 1
        for test in order.before:
            after[test] |= set(order.after)
    done: set[str] = set()
    while len(done) < len(after):
        free = {test for test, followers in after.items() if test not in done and not followers & (set(after) - done)}
        assert free
        done |= free


def test_little_is_destructive_and_only_what_ends_a_specimen(items: dict[str, TestItem]) -> None:
    """Lots are sized for their destructive tests: only machines and components are used up, and each note says why."""
    destructive = [item for item in items.values() if item.destructive]
    assert 0 < len(destructive) < 10
    for item in destructive:
        assert item.specimen in ("machine", "component")
        assert item.note


def test_tests_cite_undated_standards_unless_an_edition_is_meant(items: dict[str, TestItem]) -> None:
    """ISO, IEC, CISPR and GB are cited undated, so that the current edition is meant; the rest may name a version."""
    for item in items.values():
        for method in item.methods:
            reference: StandardRef = method.reference
            if reference.publisher in ("ISO", "IEC", "ISO/IEC", "CISPR", "GB", "GB/T"):
                assert not reference.year, item.id
