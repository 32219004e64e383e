"""An assessment: which rules of which markets apply on a date, why, and what is still unknown."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from qilian.compliance import (
    Assessment,
    ComplianceError,
    Implication,
    Reason,
    Rule,
    Truth,
    assess,
    known_markets,
    read_implications,
)
from qilian.documents import Document
from qilian.product import ParameterValue, Vocabulary
from qilian.text import Text

ON = date(2026, 12, 1)
Values = dict[str, ParameterValue]
Assess = Callable[..., Assessment]


@pytest.fixture
def assessed(vocabulary: Vocabulary, implications: tuple[Implication, ...]) -> Assess:
    def run(values: Values, rules: Sequence[Rule], markets: Sequence[str] = ("EU",), on: date = ON) -> Assessment:
        return assess(values, rules, implications, vocabulary, markets, on)

    return run


@pytest.fixture(scope="module")
def radio_rule(rule_of: Callable[..., Rule]) -> Rule:
    return rule_of("EU-RED-01", "{all: [{parameter: machinery, is: true}, {parameter: radio, is: true}]}")


def test_absent_is_undecided_and_false_is_decided(assessed: Assess, radio_rule: Rule) -> None:
    """With the radio parameter absent the rule is undecided; ``radio: false`` is something else."""
    (absent,) = assessed({"kind": "amr"}, [radio_rule]).obligations
    assert (absent.outcome, absent.missing, absent.because) == (Truth.UNDECIDED, ("radio",), ())
    (without,) = assessed({"kind": "amr", "radio": False}, [radio_rule]).obligations
    assert (without.outcome, without.because) == (Truth.FALSE, (Reason("radio", False),))
    (having,) = assessed({"kind": "amr", "radio": True}, [radio_rule]).obligations
    assert having.outcome is Truth.TRUE


def test_a_reason_says_what_follows_by_definition(assessed: Assess, radio_rule: Rule) -> None:
    """That an AMR is machinery was not given; the reason names the implication that says so."""
    assessment = assessed({"kind": "amr", "radio": True}, [radio_rule])
    assert assessment.obligations[0].because == (Reason("machinery", True, "IMP-1"), Reason("radio", True))
    assert assessment.implied["machinery"].implication.reason.en == "a robot is machinery"
    assert assessment.values["battery"] is True  # by IMP-3, although no rule asks
    assert assessment.conflicts == ()


def test_implications_run_to_a_fixpoint_whatever_their_order(
    document_of: Callable[[str], Document], vocabulary: Vocabulary, rule_of: Callable[..., Rule]
) -> None:
    """A chain written backwards still reaches its end."""
    chain = """
- {id: C, when: {parameter: battery, is: true}, then: {toy: false}, reason: c}
- {id: B, when: {parameter: machinery, is: true}, then: {battery: true}, reason: b}
- {id: A, when: {parameter: kind, is: arm}, then: {machinery: true}, reason: a}
"""
    implications = read_implications(document_of(chain), vocabulary)
    rules = [rule_of("R", "{parameter: toy, is: false}")]
    assessment = assess({"kind": "arm"}, rules, implications, vocabulary, ["EU"], ON)
    assert {name: implied.implication.id for name, implied in assessment.implied.items()} == {
        "machinery": "A",
        "battery": "B",
        "toy": "C",
    }
    assert assessment.obligations[0].because == (Reason("toy", False, "C"),)


def test_a_given_value_is_kept_and_the_contradiction_told(assessed: Assess, radio_rule: Rule) -> None:
    """An AMR that is said to be no machinery: the file's word counts, and a line in both languages says what is odd."""
    assessment = assessed({"kind": "amr", "machinery": False, "radio": True}, [radio_rule])
    assert assessment.obligations[0].outcome is Truth.FALSE
    assert assessment.conflicts == (
        Text(
            "machinery：已知为 false，但由 IMP-1 应为 true（a robot is machinery）",
            "machinery: false, but true follows by IMP-1 (a robot is machinery)",
        ),
    )


def test_a_rule_binds_only_on_its_days(assessed: Assess, rule_of: Callable[..., Rule]) -> None:
    """The Directive gives way to the Regulation on 2027-01-20: never both, never none."""
    old = rule_of("EU-MD-01", "{parameter: kind, is: amr}", "in_force: {until: 2027-01-19}")
    new = rule_of("EU-MR-01", "{parameter: kind, is: amr}", "in_force: {from: 2027-01-20}")
    for on, binding in [(ON, old), (date(2027, 1, 19), old), (date(2027, 1, 20), new), (date(2027, 2, 1), new)]:
        assessment = assessed({"kind": "amr"}, [old, new], on=on)
        assert [obligation.rule for obligation in assessment.applying] == [binding]
        (other,) = [obligation for obligation in assessment.obligations if obligation.rule is not binding]
        assert (other.outcome, other.in_force, other.because) == (Truth.FALSE, False, ())


@pytest.mark.parametrize(
    ("markets", "chosen"),
    [
        (["EU"], ["EU-1", "ALL-1"]),
        (["CN"], ["CN-1", "ZJ-1", "ALL-1"]),  # the whole takes in its parts
        (["CN-ZJ"], ["CN-1", "ZJ-1", "ALL-1"]),  # the law of the whole binds the part
        (["EU", "CN", "EU"], ["EU-1", "CN-1", "ZJ-1", "ALL-1"]),
    ],
)
def test_markets_select_their_rules(
    assessed: Assess, rule_of: Callable[..., Rule], markets: list[str], chosen: list[str]
) -> None:
    """Rules of the market, of its parts and wholes, and of every market; each once, in the order of the pack."""
    when = "{parameter: kind, is: arm}"
    rules = [
        rule_of("EU-1", when, market="EU"),
        rule_of("CN-1", when, market="CN"),
        rule_of("ZJ-1", when, market="CN-ZJ"),
        rule_of("CNX-1", when, market="CNX"),  # begins with CN, but is another market
        rule_of("ALL-1", when, market="ALL"),
    ]
    assert [o.rule.id for o in assessed({"kind": "arm"}, rules, markets).obligations] == chosen
    assert known_markets(rules) == ("CN", "CN-ZJ", "CNX", "EU")


@pytest.mark.parametrize(
    ("markets", "message"),
    [
        (["UE"], "UE: unknown market; one of CN, CN-ZJ, EU"),
        (["eu"], "eu: unknown market; one of CN, CN-ZJ, EU; did you mean EU?"),
        (["ALL"], "ALL: unknown market"),
        (["x" * 5000], "unknown market"),
        ([], "no market; name one or more of CN, CN-ZJ, EU"),
    ],
)
def test_an_unknown_market_is_refused(
    assessed: Assess, rule_of: Callable[..., Rule], markets: list[str], message: str
) -> None:
    """One line with the known ones."""
    rules = [rule_of("R", "{parameter: kind, is: arm}", market=market) for market in ("EU", "CN-ZJ", "ALL")]
    with pytest.raises(ComplianceError) as caught:
        assessed({"kind": "arm"}, rules, markets)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200
