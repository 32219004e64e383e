"""The check of a pack's content finds every kind of fault that is planted, and nothing in sound content."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.compliance import Implication, Order, Rule, TestItem, Truth, check_content, evaluate, read_condition
from qilian.compliance.checking import same_meaning, witness
from qilian.compliance.implying import close
from qilian.product import Vocabulary
from qilian.standards import Catalogue
from qilian.text import Text

Check = Callable[..., list[str]]
ARM = "{parameter: kind, is: arm}"


@pytest.fixture
def check(vocabulary: Vocabulary, implications: tuple[Implication, ...], catalogue: Catalogue) -> Check:
    """Return the findings as text, without file and line."""

    def run(*rules: Rule, items: Sequence[TestItem] = (), orders: Sequence[Order] = ()) -> list[str]:
        by_id = {item.id: item for item in items}
        found = check_content(rules, implications, vocabulary, by_id, orders, catalogue)
        assert all(finding.where and finding.mend for finding in found)
        return [f"{finding.where.split(' ')[0]}: {finding.what}" for finding in found]

    return run


def test_sound_content_has_no_finding(
    check: Check, rule_of: Callable[..., Rule], item_of: Callable[..., TestItem]
) -> None:
    """Rules of one condition may differ by market, kind, references or days."""
    item = item_of("T-A", ("ISO 9283", "7.2.1"))
    rules = [
        rule_of("A", ARM, "tests: [T-A]", "references: [ISO 10218-1]", "replaces: [B]", "in_force: {from: 2027-01-20}"),
        rule_of("B", ARM, "references: [ISO 10218-1]", "in_force: {until: 2027-01-19}"),
        rule_of("C", ARM, "references: [ISO 10218-1]", market="CN"),
        rule_of("D", ARM, "references: [ISO 10218-1]", kind="voluntary"),
        rule_of("E", ARM, "references: [ISO 10218-1:2011]"),
    ]
    order = Order(("T-A",), (), Text("", ""), "unverified")
    assert check(*rules, items=[item], orders=[order]) == []


@pytest.mark.parametrize(
    ("when", "lines", "finding"),
    [
        ("{all: [{parameter: voltage, above: 50 V}, {parameter: voltage, below: 40 V}]}", (), "can never be met"),
        # an arm is machinery by IMP-1, so nothing can be an arm and no machinery
        (f"{{all: [{ARM}, {{parameter: machinery, is: false}}]}}", (), "can never be met"),
        (f"{{any: [{ARM}, {{not: {ARM}}}]}}", (), "is always met"),
        (ARM, ("in_force: {from: 2027-01-20, until: 2027-01-19}",), "ends on 2027-01-19, before it starts"),
        (
            ARM,
            ("examples: {applies: {kind: amr}, does_not_apply: {kind: drive}}",),
            "example applies is does_not_apply",
        ),
        (
            ARM,
            ("examples: {applies: {kind: arm}, does_not_apply: {toy: true}}",),
            "example does_not_apply is undecided",
        ),
        (
            ARM,
            ("examples: {applies: {kind: arm, machinery: false}, does_not_apply: {kind: amr}}",),
            "example applies: machinery contradicts IMP-1",
        ),
        (ARM, ("tests: [T-LOST]",), "unknown test T-LOST"),
        (ARM, ("replaces: [LOST]",), "replaces LOST, which is no other rule"),
        (ARM, ("replaces: [A]",), "replaces A, which is no other rule"),
        (ARM, ("references: [ISO 99999]",), "ISO 99999 is not in the catalogue"),
        (ARM, ("references: ['ISO 10218-1:1999']",), "ISO 10218-1:1999 is not in the catalogue"),
    ],
)
def test_a_planted_fault_is_found(
    check: Check, rule_of: Callable[..., Rule], when: str, lines: tuple[str, ...], finding: str
) -> None:
    """Exactly the planted fault is told (an unmeetable condition also fails its example)."""
    found = check(rule_of("A", when, *lines))
    assert any(finding in each for each in found)
    assert len([each for each in found if "example" not in each or "example" in finding]) == 1


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (ARM, ARM, True),
        (ARM, "{not: {parameter: kind, in: [amr, drive]}}", True),
        (
            "{not: {any: [{parameter: radio, is: true}, {parameter: toy, is: true}]}}",
            "{all: [{parameter: toy, is: false}, {parameter: radio, is: false}]}",
            True,
        ),
        ("{parameter: voltage, above: 50 V}", "{parameter: voltage, at_least: 50 V}", False),
        ("{parameter: bands, contains_any: [wifi, uwb]}", "{parameter: bands, contains: wifi}", False),
        (ARM, "{parameter: toy, is: true}", False),
    ],
)
def test_rules_that_say_the_same_are_found_whatever_their_words(
    check: Check, rule_of: Callable[..., Rule], vocabulary: Vocabulary, first: str, second: str, alike: bool
) -> None:
    """Logical equality counts, not the way it is written; a threshold apart is a difference."""
    one, other = rule_of("A", first), rule_of("B", second)
    assert same_meaning(one.when, other.when, vocabulary) is alike
    assert ("B: says the same as A" in check(one, other)) is alike


def test_faults_of_orders_tests_and_ids(
    check: Check, rule_of: Callable[..., Rule], item_of: Callable[..., TestItem]
) -> None:
    """Ids that lead nowhere and doubled ones are told."""
    item = item_of("T-A", ("ISO 99999", "1.1"))
    order = Order(("T-A", "T-LOST"), ("T-A",), Text("", "baseline"), "unverified")
    found = check(rule_of("A", ARM), rule_of("A", "{parameter: toy, is: true}"), items=[item], orders=[order])
    for finding in (
        "A: the same id stands in rules.yaml line 1",
        "order: unknown test T-LOST",
        "order: T-A comes before itself",
        "T-A: ISO 99999 is not in the catalogue",
    ):
        assert finding in found


_BRANCHES = st.sampled_from(
    [
        {"parameter": "kind", "in": ["arm", "amr"]},
        {"parameter": "machinery", "is": False},
        {"parameter": "battery", "is": False},
        {"parameter": "energy", "above": "100 Wh"},
        {"parameter": "energy", "at_most": "100 Wh"},
        {"parameter": "radio", "is": False},
        {"parameter": "bands", "contains": "wifi"},
        {"parameter": "voltage", "between": ["50 V", "60 V"]},
        {"not": {"parameter": "voltage", "below": "55 V"}},
    ]
)


@given(st.lists(_BRANCHES, min_size=1, max_size=4), st.sampled_from(["all", "any"]))
def test_a_witness_meets_its_condition_and_no_random_product_refutes_a_missing_one(
    vocabulary: Vocabulary,
    implications: tuple[Implication, ...],
    branches: list[dict[str, object]],
    joint: str,
) -> None:
    """Where a witness is found it is one; where none is found, none of the products tried at large is one."""
    condition = read_condition({joint: branches}, vocabulary, str)
    found = witness(condition, implications, vocabulary)
    if found is not None:
        closure = close(found, implications)
        assert not closure.contradictions
        assert evaluate(condition, closure.values).truth is Truth.TRUE
        return
    for kind in ("arm", "drive"):
        for radio in (True, False):
            for energy in (None, 50.0, 432.0):
                known = {"kind": kind, "radio": radio, "voltage": 57.0, "energy": energy, "machinery": False}
                given_values = {name: value for name, value in known.items() if value is not None}
                closure = close(given_values, implications)
                if not closure.contradictions:
                    assert evaluate(condition, closure.values).truth is not Truth.TRUE


def test_dates_are_proved_like_numbers(vocabulary: Vocabulary) -> None:
    """Nothing lies between two neighbouring days."""
    data = {"all": [{"parameter": "placing", "above": "2027-01-19"}, {"parameter": "placing", "below": "2027-01-20"}]}
    assert witness(read_condition(data, vocabulary, str), (), vocabulary) is None
    data["all"][1] = {"parameter": "placing", "at_most": "2027-01-20"}
    assert witness(read_condition(data, vocabulary, str), (), vocabulary) == {"placing": date(2027, 1, 20)}
