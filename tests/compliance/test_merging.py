"""Merged tests: one test serves every obligation that asks for its method, and the count of what is asked is right."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from qilian.compliance import (
    ComplianceError,
    Implication,
    MergedTests,
    Rule,
    TestItem,
    assess,
    dated,
    merge_tests,
    read_order,
    read_tests,
)
from qilian.documents import Document
from qilian.errors import QilianError
from qilian.product import Vocabulary
from qilian.standards import Catalogue, StandardRef

ON = date(2026, 12, 1)
Merge = Callable[..., MergedTests]


@pytest.fixture
def merged(
    vocabulary: Vocabulary,
    implications: tuple[Implication, ...],
    rule_of: Callable[..., Rule],
    catalogue: Catalogue,
) -> Merge:
    def run(
        items: Sequence[TestItem],
        *asking: str,
        undecided: str = "[]",
        of: Sequence[str] = (),
        markets: Sequence[str] = ("EU",),
    ) -> MergedTests:
        rules = [
            rule_of(f"R-{number}", "{parameter: kind, is: arm}", f"tests: {tests}", market=market)
            for number, (tests, market) in enumerate(zip(asking, of or ["EU"] * len(asking), strict=True))
        ]
        rules.append(rule_of("R-RADIO", "{parameter: radio, is: true}", f"tests: {undecided}"))
        rules.append(rule_of("R-DRIVE", "{parameter: kind, is: drive}", "tests: [T-NEVER]"))
        assessment = assess({"kind": "arm"}, rules, implications, vocabulary, markets, ON)
        return merge_tests(assessment, {item.id: item for item in items}, catalogue, ON)

    return run


def test_one_test_serves_every_obligation_that_asks_for_it(merged: Merge, item_of: Callable[..., TestItem]) -> None:
    """Three rules of one market ask four times for two tests: nobody there would do one twice, so nothing is saved.

    Rules that do not apply ask for nothing.
    """
    items = [item_of("T-A", ("ISO 9283", "7.2.1")), item_of("T-B", ("ISO 9283", "7.2.2"))]
    result = merged(items, "[T-A]", "[T-B, T-A, T-A]", "[T-A]")
    assert [(demand.item.id, demand.serves) for demand in result.demands] == [
        ("T-A", ("R-0", "R-1", "R-2")),
        ("T-B", ("R-1",)),
    ]
    assert (result.asked, result.possible) == (2, ())


@pytest.mark.parametrize(
    ("of", "markets", "calling"),
    [
        (["EU", "EU"], ["EU"], ("EU",)),
        (["EU", "CN"], ["EU", "CN"], ("EU", "CN")),
        (["EU", "ALL"], ["EU", "CN"], ("EU", "CN")),  # a rule of every market counts in each asked one
        (["ALL", "EU"], ["EU", "CN", "EU"], ("EU", "CN")),
        (["EU", "ALL"], ["EU"], ("EU",)),  # nobody asked for China
        (["CN", "CN-ZJ"], ["CN", "CN-ZJ"], ("CN",)),  # the part counts with the whole
        (["EU", "CN-ZJ"], ["CN"], ("CN",)),
        (["EU", "CN"], ["CN-ZJ"], ("CN-ZJ",)),  # the law of the whole binds the part
        (["EU", "CN"], ["EU", "CN-ZJ", "CN"], ("EU", "CN")),
    ],
)
def test_a_test_is_asked_once_in_each_market_that_calls_for_it(
    merged: Merge, item_of: Callable[..., TestItem], of: list[str], markets: list[str], calling: tuple[str, ...]
) -> None:
    """Market by market the test would be done once in each; merged, it is done once for all of them."""
    # The last three rules ask for nothing; they make every market known.
    result = merged(
        [item_of("T-A", ("ISO 9283", "7.2.1"))], "[T-A]", "[T-A]", *["[]"] * 3, of=[*of, "EU", "CN", "CN-ZJ"],
        markets=markets,
    )  # fmt: skip
    (demand,) = result.demands
    assert (demand.markets, demand.asked, result.asked) == (calling, len(calling), len(calling))


def test_the_same_clause_of_an_identical_adoption_is_one_test(merged: Merge, item_of: Callable[..., TestItem]) -> None:
    """GB/T 12642-2013 is an identical adoption of ISO 9283:1998: pose accuracy is measured once, for both.

    The laboratory must then hold the limits of both items, and the editions are those of the date.
    """
    items = [
        item_of("T-ISO", ("ISO 9283", "7.2.1"), requires=[("voltage", "voltage")]),
        item_of("T-GB", ("GB/T 12642", "7.2.1"), requires=[("energy", "energy")]),
    ]
    result = merged(items, "[T-ISO]", "[T-GB]")
    (demand,) = result.demands
    assert (demand.item.id, demand.merged_from, demand.serves) == ("T-ISO", ("T-GB",), ("R-0", "R-1"))
    assert [str(reference) for reference in demand.references] == ["ISO 9283:1998", "GB/T 12642-2013"]
    assert [requirement.limit for requirement in demand.requires] == ["voltage", "energy"]
    assert (demand.markets, demand.asked, result.asked) == (("EU",), 2, 2)
    across = merged(items, "[T-ISO]", "[T-GB]", of=["ALL", "CN"], markets=["EU", "CN"])
    assert [(each.markets, each.asked) for each in across.demands] == [(("EU", "CN"), 3)]  # ISO twice, GB once


@pytest.mark.parametrize(
    ("first", "second", "specimen"),
    [
        (("ISO 9283", "7.2.1"), ("GB/T 12642", "7.2.2"), "machine"),  # another clause
        (("ISO 9283", "7.2.1"), ("ISO 12100", "7.2.1"), "machine"),  # another standard
        (("ISO 10218-1:2025", "5.5.5"), ("ISO 10218-1:2011", "5.5.5"), "machine"),  # another edition
        (("ISO 9283", "7.2.1"), ("ISO 9283", "7.2.1"), "component"),  # something else travels
        (("ISO 9283", ""), ("ISO 9283", ""), "machine"),  # no clause: the standard holds many tests
        (("ISO 9283", "Annex A"), ("ISO 9283", "Annex A"), "machine"),  # an annex holds many tests, too
        (("ISO 9283", "7.2.x"), ("ISO 9283", "7.2.x"), "machine"),
    ],
)
def test_what_is_not_surely_the_same_method_stays_apart(
    merged: Merge, item_of: Callable[..., TestItem], first: tuple[str, str], second: tuple[str, str], specimen: str
) -> None:
    """A wrong merge would leave something untested, so doubt keeps two tests."""
    result = merged([item_of("T-A", first), item_of("T-B", second, specimen=specimen)], "[T-A, T-B]")
    assert [(demand.item.id, demand.merged_from) for demand in result.demands] == [("T-A", ()), ("T-B", ())]
    assert result.asked == 2


def test_tests_of_undecided_obligations_stand_apart(merged: Merge, item_of: Callable[..., TestItem]) -> None:
    """Only what is not demanded anyway is merely possible, and it does not count as asked."""
    items = [item_of("T-A", ("ISO 9283", "7.2.1")), item_of("T-B", ("ISO 9283", "7.2.2"))]
    result = merged(items, "[T-A]", undecided="[T-A, T-B]")
    assert [demand.item.id for demand in result.demands] == ["T-A"]
    assert result.demands[0].serves == ("R-0",)
    assert [(demand.item.id, demand.serves) for demand in result.possible] == [("T-B", ("R-RADIO",))]
    assert result.asked == 1


def test_an_id_without_an_item_is_refused(merged: Merge, item_of: Callable[..., TestItem]) -> None:
    """Left out in silence, something would go untested; the line names rule, test and place."""
    items = [item_of("T-A", ("ISO 9283", "7.2.1"))]
    with pytest.raises(ComplianceError) as caught:
        merged(items, "[T-A, T-LOST]")
    assert str(caught.value) == "R-0: unknown test T-LOST, in rules.yaml line 1; mend its id"
    with pytest.raises(ComplianceError, match="R-RADIO: unknown test T-LOST"):
        merged(items, undecided="[T-LOST]")


def test_undated_references_get_their_edition_of_the_date(catalogue: Catalogue) -> None:
    """A dated reference names its edition itself, whether the catalogue has it or not."""
    cited = [StandardRef.parse(text) for text in ("ISO 10218-1", "ISO 10218-1:1999", "ISO 10218-1:2011", "ISO 99999")]
    assert [str(each) for each in dated(cited, catalogue, ON)] == [
        "ISO 10218-1:2025", "ISO 10218-1:1999", "ISO 10218-1:2011", "ISO 99999",
    ]  # fmt: skip
    assert [str(each) for each in dated(cited[:1], catalogue, date(2020, 1, 1))] == ["ISO 10218-1:2011"]


def test_orders_and_faulty_tests(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> None:
    """The order of tests is read as data; a test that requires an unknown parameter is refused with its line."""
    text = "- {before: [T-A], after: [T-B, T-C], reason: {zh: 先测, en: first}, confidence: unverified}"
    (order,) = read_order(document_of(text))
    assert (order.before, order.after, order.reason.zh) == (("T-A",), ("T-B", "T-C"), "先测")
    faulty = """
- {id: T, name: T, domain: d, methods: [{reference: ISO 9283, clause: 7.2.1}], specimen: machine, destructive: false,
   attended: true, source: x, seen: 2026-11-22, confidence: secondary,
   requires: [{limit: payload, parameter: voltag}]}
"""
    with pytest.raises(QilianError) as caught:
        read_tests(document_of(faulty), vocabulary)
    assert "voltag: unknown parameter, in rules.yaml line 4; did you mean voltage?" in str(caught.value)
