"""What must hold of the robot pack's law as a whole: complete words, honest confidence, a review without gaps,
and example products that read.
"""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from qilian.compliance import ObligationKind, assess, rank_questions
from qilian.compliance.conditions import comparisons
from qilian.content import load_pack
from qilian.planning import Pack
from qilian.product import read_product

ROOT = Path(__file__).parents[2]
PRODUCTS = sorted((ROOT / "examples" / "products").glob("*.yaml"))
FACTS = ROOT.parent / "shared" / "facts" / "robots"
TAKEN_FOR_GRANTED = [
    ("radio.present", "radio.bands"),
    ("battery.present", "battery.chemistry"),
    ("battery.present", "battery.voltage"),
    ("battery.present", "battery.category"),
    ("supply.mains", "supply.voltage_ac"),
    ("supply.dc_input", "supply.voltage_dc"),
]
ALWAYS_DECIDING = {"radio.present", "battery.present"}
"""Parameters whose answer decides a rule as long as it is open; a question that decides nothing is not asked."""
RANK = {"unverified": 0, "secondary": 1, "verified": 2}


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The installed pack of robots."""
    return load_pack("robots")


@pytest.fixture(scope="module")
def review() -> dict[str, list[str]]:
    """The rules that each researched fact became, by the table of the review."""
    table = (ROOT / "docs" / "explanation" / "robot-rules-review.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z][A-Z0-9-]+) \| \w+ \| ([^|]+) \|", table, re.MULTILINE)
    return {fact: re.findall(r"[A-Z][A-Z0-9]*-[A-Z]+-\d+", rules) for fact, rules in rows}


def test_every_rule_speaks_both_languages(pack: Pack) -> None:
    """Titles, routes, notes and documents are complete in Chinese and English."""
    for rule in pack.rules:
        for text in (rule.title, rule.route, rule.note, *rule.documents):
            assert bool(text.zh) == bool(text.en), rule.id


def test_a_rule_without_a_source_is_unverified(pack: Pack) -> None:
    """Where nothing was read, the confidence must show it."""
    unsourced = [rule for rule in pack.rules if not rule.sources]
    assert unsourced
    for rule in unsourced:
        assert rule.confidence == "unverified", rule.id


def test_a_presumption_of_conformity_is_european(pack: Pack) -> None:
    """No other market of the pack knows it."""
    for rule in pack.rules:
        assert rule.kind is not ObligationKind.PRESUMPTION or rule.market == "EU", rule.id


def test_replaced_rules_end_the_day_before(pack: Pack) -> None:
    """A successor takes over without a gap or an overlap."""
    by_id = {rule.id: rule for rule in pack.rules}
    pairs = [(rule, by_id[old]) for rule in pack.rules for old in rule.replaces]
    assert pairs
    for new, old in pairs:
        assert new.in_force_from is not None
        assert old.in_force_until is not None
        assert (new.in_force_from - old.in_force_until).days == 1, new.id


def test_a_rule_that_evaluates_safety_functions_cites_the_method(pack: Pack) -> None:
    """T-13849 is called for by rules that cite ISO 13849, adopt ISO 10218, or concern learned safety functions."""
    asking = {rule.id for rule in pack.rules if "T-13849" in rule.tests}
    citing = {rule.id for rule in pack.rules if any(ref.number == "13849" for ref in rule.references)}
    assert asking - citing == {"CN-IND-01", "CN-IND-05", "EU-MR-02"}
    assert not any(rule.tests for rule in pack.rules if rule.kind is ObligationKind.GAP_ALERT)


def test_an_implication_never_repeats_its_condition(pack: Pack) -> None:
    """What follows is something else than what was given."""
    for implication in pack.implications:
        given = {comparison.parameter for comparison in comparisons(implication.when)}
        assert given.isdisjoint(implication.then), implication.id


def test_the_review_names_every_rule_once(pack: Pack, review: dict[str, list[str]]) -> None:
    """Each rule came from one researched fact, and the table names no rule that does not exist."""
    named = [rule for rules in review.values() for rule in rules]
    assert sorted(named) == sorted(rule.id for rule in pack.rules)


def test_no_fact_was_lost_and_no_confidence_raised(pack: Pack, review: dict[str, list[str]]) -> None:
    """All researched facts are in the review.

    A rule is never surer than its fact, and its sources are those of the fact or of a standard of the facts.
    """
    path = FACTS / "rules.yaml"
    if not path.exists():
        pytest.skip("the researched facts (../shared/facts/robots) are not here")
    facts = {str(fact["id"]): fact for fact in _facts(path)}
    assert sorted(review) == sorted(facts)
    with (FACTS / "standards.csv").open(encoding="utf-8", newline="") as stream:
        of_standards = {row["source"] for row in csv.DictReader(stream)}
    by_id = {rule.id: rule for rule in pack.rules}
    for name, ids in review.items():
        fact = facts[name]
        read = fact["confidence"] == "seen" and fact["applicability_basis"] == "page_excerpt"
        listed = fact["source"] if isinstance(fact["source"], list) else [fact["source"]]
        for rule in (by_id[each] for each in ids):
            assert RANK[rule.confidence] <= RANK["secondary" if read else "unverified"], rule.id
            own = [] if listed == ["memory"] else listed
            assert set(rule.sources) <= {*own, *of_standards}, rule.id


@pytest.mark.parametrize("path", PRODUCTS, ids=[path.stem for path in PRODUCTS])
def test_an_example_product_reads_and_says_where_each_value_is_from(path: Path, pack: Pack) -> None:
    """Only the kind of product and the seat of its maker are plain; every other value has source and confidence."""
    product = read_product(path, pack.vocabulary)
    assert product.id == path.stem
    assert "product.kind" in product.values
    for name, given in product.given.items():
        if given.value is not None and name not in ("product.kind", "maker.in_zhejiang"):
            assert given.source, name
            assert given.confidence, name
            assert given.confidence != "verified", name


@pytest.mark.parametrize("path", PRODUCTS, ids=[path.stem for path in PRODUCTS])
def test_nothing_is_asked_that_takes_an_open_question_for_granted(path: Path, pack: Pack) -> None:
    """Whether there is radio comes among the first three and before its bands; likewise battery and mains."""
    values = read_product(path, pack.vocabulary).values
    for markets in (["EU"], ["CN", "EU"]):
        assessment = assess(values, pack.rules, pack.implications, pack.vocabulary, markets, date(2026, 12, 1))
        asked = [question.parameter for question in rank_questions(assessment)]
        if "radio.present" not in assessment.values and "radio.bands" not in assessment.values:
            assert "radio.present" in asked[:3]
        for first, then in TAKEN_FOR_GRANTED:
            if then in asked and first not in assessment.values and (first in asked or first in ALWAYS_DECIDING):
                assert first in asked[: asked.index(then)], (first, then)


def test_all_researched_products_are_examples() -> None:
    """The twenty-two researched products, no fewer."""
    assert len(PRODUCTS) == 22


def test_the_pack_names_its_markets(pack: Pack) -> None:
    """Each market of the rules has a name in both languages, and no market is named without rules."""
    assert {rule.market for rule in pack.rules} == set(pack.markets)
    assert all(name.zh and name.en for name in pack.markets.values())


def _facts(path: Path) -> list[dict[str, object]]:
    """Read the facts; they use aliases, which the product's own reader refuses."""
    import yaml

    facts: list[dict[str, object]] = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    return facts
