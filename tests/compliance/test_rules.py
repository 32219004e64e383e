"""Rules and implications are read with all that they say, and refused with file and line where they are faulty."""

from collections.abc import Callable
from datetime import date

import pytest

from qilian.compliance import ObligationKind, Rule, Truth, evaluate, read_implications, read_rules
from qilian.documents import Document
from qilian.errors import QilianError
from qilian.product import Vocabulary
from qilian.standards import StandardRef

RULE = """- id: EU-MD-01
  title: {zh: 机械指令, en: Machinery Directive}
  market: EU
  kind: mandatory
  route: {zh: 自我声明, en: self declaration}
  when:
    all:
      - {parameter: kind, in: [arm, amr]}
      - {parameter: has_radio, is: true}
  in_force: {from: null, until: 2027-01-19}
  references: [2006/42/EC, ISO 12100]
  tests: [T-1]
  documents: [{zh: 风险评估, en: risk assessment}]
  replaces: []
  sources: [https://example.org/act]
  seen: 2026-11-22
  confidence: secondary
  note: {zh: 无过渡期, en: no transition}
  examples:
    applies: {kind: amr, has_radio: true}
    does_not_apply: {kind: drive}
"""


def test_a_rule_keeps_all_that_its_data_say(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> None:
    """Aliases become ids, dates dates, references parsed references."""
    (rule,) = read_rules(document_of(RULE), vocabulary)
    assert (rule.id, rule.market, rule.kind, rule.confidence) == (
        "EU-MD-01", "EU", ObligationKind.MANDATORY, "secondary",
    )  # fmt: skip
    assert (rule.in_force_from, rule.in_force_until) == (None, date(2027, 1, 19))
    assert rule.references == (StandardRef.parse("2006/42/EC"), StandardRef.parse("ISO 12100"))
    assert (rule.title.zh, rule.route.en, rule.documents[0].zh) == ("机械指令", "self declaration", "风险评估")
    assert rule.examples.applies == {"kind": "amr", "radio": True}
    assert rule.source_seen == date(2026, 11, 22)
    assert rule.where == "rules.yaml line 1"
    assert evaluate(rule.when, rule.examples.applies).truth is Truth.TRUE
    assert evaluate(rule.when, rule.examples.does_not_apply).truth is Truth.FALSE


def test_a_rule_binds_from_its_first_to_its_last_day(rule_of: Callable[..., Rule]) -> None:
    """Both days belong to it."""
    rule = rule_of("R", "{parameter: kind, is: arm}", "in_force: {from: 2026-01-10, until: 2026-01-20}")
    binding = [day for day in range(8, 23) if rule.in_force(date(2026, 1, day))]
    assert binding == list(range(10, 21))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: mandatory", "kind: compulsory", "kind: not an obligation kind: write one of mandatory, presumption"),
        ("kind: mandatory", "kin: mandatory", "kind: missing, in rules.yaml line 1"),
        (
            "until: 2027-01-19",
            "until: soon",
            "in_force.until: not a date: write year-month-day, e.g. 2026-12-01, in rules",
        ),
        ("until: 2027-01-19", "until: 2027", "in_force.until: not a date"),
        ("confidence: secondary", "confidence: sure", "confidence: input should be 'verified', 'secondary' or"),
        ("sources: [https://example.org/act]", "sources: []", "confidence: secondary without a source"),
        ("kind, in: [arm, amr]", "kind, in: [arm, lathe]", "kind: lathe: unknown choice, in rules.yaml line 8"),
        ("parameter: has_radio", "parameter: hasradio", "hasradio: unknown parameter, in rules.yaml line 9"),
        ("has_radio: true}", "has_radio: perhaps}", "radio: perhaps: not true or false, in rules.yaml line 20"),
        ("  examples:", "  samples:", "examples: missing"),
        ("title: {zh: 机械指令, en: Machinery Directive}", "title: {cn: x}", "title: not a text: write {zh: …, en: …}"),
        ("tests: [T-1]", "tests: T-1", "tests: input should be a valid list, in rules.yaml line 12"),
    ],
)
def test_faulty_rules_are_refused_with_file_and_line(
    document_of: Callable[[str], Document], vocabulary: Vocabulary, old: str, new: str, message: str
) -> None:
    """One fault in an otherwise good rule is found where it stands."""
    assert old in RULE
    with pytest.raises(QilianError) as caught:
        read_rules(document_of(RULE.replace(old, new)), vocabulary)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_doubled_id_is_refused(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> None:
    """Two rules of one file cannot share an id."""
    with pytest.raises(QilianError, match=r"EU-MD-01: written twice, in rules\.yaml line 22"):
        read_rules(document_of(RULE + RULE), vocabulary)


def test_an_implication_is_read(document_of: Callable[[str], Document], vocabulary: Vocabulary) -> None:
    """Consequences are converted like every other value."""
    text = "- {id: I, when: {parameter: kind, is: amr}, then: {voltage: 0.048 kV}, reason: {zh: 甲, en: a}}"
    (implication,) = read_implications(document_of(text), vocabulary)
    assert implication.then == {"voltage": 48.0}
    with pytest.raises(QilianError, match="then: dictionary should have at least 1 item"):
        read_implications(document_of(text.replace("{voltage: 0.048 kV}", "{}")), vocabulary)
