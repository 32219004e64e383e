"""Coming changes: rules and editions that start or end in the window, as far as they concern the product."""

from collections.abc import Callable
from datetime import date

import pytest

from qilian.compliance import Implication, Rule, assess, coming_changes
from qilian.product import ParameterValue, Vocabulary
from qilian.standards import Catalogue, StandardRef

ON = date(2026, 12, 1)


@pytest.fixture(scope="module")
def rules(rule_of: Callable[..., Rule]) -> tuple[Rule, ...]:
    amr, drive = "{parameter: kind, is: amr}", "{parameter: kind, is: drive}"
    return (
        rule_of("EU-MD-01", amr, "in_force: {until: 2027-01-19}", "references: [2006/42/EC]"),
        rule_of("EU-MR-01", amr, "in_force: {from: 2027-01-20}", "references: [Regulation (EU) 2023/1230]"),
        rule_of("EU-RADIO", "{parameter: radio, is: true}", "in_force: {from: 2027-06-01}"),
        rule_of("EU-DRIVE", drive, "in_force: {from: 2027-06-01}"),
        rule_of("EU-LATER", amr, "in_force: {from: 2028-12-02}"),
        rule_of("EU-LAST", amr, "in_force: {from: 2028-12-01}"),
        rule_of("EU-OVER", amr, "in_force: {until: 2026-11-30}", "references: [GB 7000.1-2023]"),
        rule_of("EU-IT", amr, "references: [GB 4943.1-2022, ISO 10218-1]"),
        rule_of("CN-MD", amr, "in_force: {from: 2027-06-01}", market="CN"),
    )


Changes = Callable[..., list[tuple[str, str | None]]]


@pytest.fixture
def changes_of(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rules: tuple[Rule, ...], catalogue: Catalogue
) -> Changes:
    def run(values: dict[str, ParameterValue], on: date = ON, months: int = 24) -> list[tuple[str, str | None]]:
        assessment = assess(values, rules, implications, vocabulary, ["EU"], on)
        return [(str(each.date), each.rule) for each in coming_changes(assessment, catalogue, on, months)]

    return run


def test_the_window_holds_what_concerns_the_product(changes_of: Changes) -> None:
    """In 24 months from 2026-12-01, both ends checked: what is later, over, or binds drives only is out."""
    assert changes_of({"kind": "amr", "radio": True}) == [
        ("2027-01-19", "EU-MD-01"),
        ("2027-01-20", "EU-MR-01"),
        ("2027-06-01", "EU-RADIO"),
        ("2027-08-01", None),  # GB 4943.1-2022 begins to apply
        ("2028-12-01", "EU-LAST"),
    ]


def test_after_the_date_it_is_no_longer_coming(changes_of: Changes) -> None:
    """On 2027-02-01 the Regulation is there and the Directive gone."""
    assert changes_of({"kind": "amr", "radio": False}, on=date(2027, 2, 1), months=12) == [("2027-08-01", None)]


def test_what_the_world_did_not_know_was_not_coming(changes_of: Changes) -> None:
    """In 2024 nobody could tell that ISO 10218-1:2025 would be published on 2025-02-05."""
    assert changes_of({"kind": "amr"}, on=date(2024, 12, 1), months=6) == []
    assert changes_of({"kind": "amr"}, on=date(2026, 12, 1), months=1) == []


def test_undecided_rules_count_but_not_as_certain(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rules: tuple[Rule, ...], catalogue: Catalogue
) -> None:
    """Without the radio parameter the radio rule may come; it says that it is not certain."""
    assessment = assess({"kind": "amr"}, rules, implications, vocabulary, ["EU"], ON)
    certain = {each.rule: each.certain for each in coming_changes(assessment, catalogue, ON)}
    assert certain["EU-RADIO"] is False
    assert certain["EU-MR-01"] is True


def test_the_end_of_an_act_is_told_once(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rules: tuple[Rule, ...], catalogue: Catalogue
) -> None:
    """The catalogue knows the end of 2006/42/EC, too; the rule has said it already, with what it means."""
    assessment = assess({"kind": "amr"}, rules, implications, vocabulary, ["EU"], ON)
    directive = StandardRef.parse("2006/42/EC")
    told = [each for each in coming_changes(assessment, catalogue, ON) if directive in each.references]
    assert [(each.date, each.rule) for each in told] == [(date(2027, 1, 19), "EU-MD-01")]
    assert told[0].what.en == "Last day in force: EU-MD-01"


def test_only_what_starts_or_ends_with_a_rule_is_shown(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rule_of: Callable[..., Rule], catalogue: Catalogue
) -> None:
    """An undated standard beside the act neither starts nor ends that day; where nothing else is cited it is shown."""
    amr = "{parameter: kind, is: amr}"
    rules = [
        rule_of("EU-1", amr, "in_force: {until: 2027-01-19}", "references: [2006/42/EC, ISO 12100]"),
        rule_of("EU-2", amr, "in_force: {from: 2027-01-20}", "references: [ISO 12100, GB 7000.1-2023]"),
        rule_of("EU-3", amr, "in_force: {from: 2027-01-21}", "references: [ISO 12100, ISO 9283]"),
    ]
    assessment = assess({"kind": "amr"}, rules, implications, vocabulary, ["EU"], ON)
    told = {each.rule: [str(ref) for ref in each.references] for each in coming_changes(assessment, catalogue, ON)}
    assert {rule: told[rule] for rule in ("EU-1", "EU-2", "EU-3")} == {
        "EU-1": ["2006/42/EC"],
        "EU-2": ["GB 7000.1-2023"],
        "EU-3": ["ISO 12100", "ISO 9283"],
    }


def test_the_calendar_ends_without_an_error(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rule_of: Callable[..., Rule], catalogue: Catalogue
) -> None:
    """The window of the last months that a date can name ends with them."""
    rule = rule_of("EU-END", "{parameter: kind, is: amr}", "in_force: {until: 9999-12-31}", "references: [ISO 12100]")
    for on in (date(9999, 6, 1), date(9998, 1, 1), date.max):
        assessment = assess({"kind": "amr"}, [rule], implications, vocabulary, ["EU"], on)
        assert [each.date for each in coming_changes(assessment, catalogue, on)] == [date.max]


def test_the_last_day_of_february_has_a_window(changes_of: Changes) -> None:
    """Twelve months after 2028-02-29 is 2029-02-28, not an error."""
    assert changes_of({"kind": "amr"}, on=date(2028, 2, 29), months=12) == [
        ("2028-12-01", "EU-LAST"),
        ("2028-12-02", "EU-LATER"),
    ]
