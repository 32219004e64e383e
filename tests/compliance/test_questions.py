"""Questions: the parameter whose answer decides most comes first, and what a question promises is true."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.compliance import Implication, Rule, assess, rank_questions, read_condition, read_implications
from qilian.compliance.answers import all_answers, typical_answers
from qilian.compliance.conditions import comparisons
from qilian.documents import Document
from qilian.product import ParameterValue, Vocabulary

ON = date(2026, 12, 1)


@pytest.fixture(scope="module")
def rules(rule_of: Callable[..., Rule]) -> tuple[Rule, ...]:
    return (
        rule_of("R-RADIO-1", "{parameter: radio, is: true}"),
        rule_of("R-RADIO-2", "{all: [{parameter: radio, is: true}, {parameter: bands, contains: uwb}]}"),
        rule_of("R-BATT", "{all: [{parameter: battery, is: true}, {parameter: energy, above: 100 Wh}]}"),
        rule_of("R-BATT-2", "{parameter: battery, is: true}"),
        rule_of("R-TOY", "{parameter: toy, is: true}", kind="voluntary"),
        rule_of("R-VOLT", "{parameter: voltage, between: [50 V, 1000 V]}", kind="presumption"),
    )


def test_the_most_deciding_question_comes_first(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rules: Sequence[Rule]
) -> None:
    """Scores worked out by hand; a mandatory rule weighs three, a presumption two, any other one.

    energy: it implies the battery, so each of its two intervals decides both battery rules: 6. radio: ``true`` decides
    R-RADIO-1, ``false`` both radio rules: (3 + 6) / 2; the battery likewise. voltage: each of three intervals decides
    R-VOLT: 2. bands: none of them decides R-RADIO-2, UWB leaves it open: 3 / 2. toy: 1. The energy takes a battery for
    granted, so the battery is asked first, with the score of the energy.
    """
    questions = rank_questions(assess({}, rules, implications, vocabulary, ["EU"], ON))
    assert [(question.parameter, question.score) for question in questions] == [
        ("battery", 6.0), ("energy", 6.0), ("radio", 4.5), ("voltage", 2.0), ("bands", 1.5), ("toy", 1.0),
    ]  # fmt: skip
    assert questions[1].decides == ("R-BATT", "R-BATT-2")
    assert questions[2].decides == ("R-RADIO-1", "R-RADIO-2")


@pytest.mark.parametrize(
    ("implication", "granted"),
    [
        ("{parameter: bands, known: true}", True),
        ("{parameter: bands, contains_any: [wifi, uwb, lte]}", True),
        ("{any: [{parameter: voltage, known: true}, {parameter: bands, contains_any: [wifi, uwb, lte]}]}", True),
        ("{parameter: bands, contains_any: [wifi, uwb]}", False),  # LTE would not say that there is a battery
        ("{all: [{parameter: kind, is: amr}, {parameter: bands, known: true}]}", False),  # only of an AMR
        ("{parameter: toy, is: true}", False),  # a no-answer to a yes-or-no question takes nothing for granted
    ],
)
def test_what_a_question_takes_for_granted_is_read_from_the_implications(
    document_of: Callable[[str], Document],
    vocabulary: Vocabulary,
    rule_of: Callable[..., Rule],
    implication: str,
    granted: bool,
) -> None:
    """Only where each answer that says something gives a battery does the question about the battery come first."""
    implied = read_implications(
        document_of(f"- {{id: I, when: {implication}, then: {{battery: true}}, reason: r}}"), vocabulary
    )
    rules = [
        rule_of("R-1", "{parameter: bands, contains_any: [wifi, uwb, lte]}"),
        rule_of("R-2", "{parameter: toy, is: true}"),
        rule_of("R-3", "{parameter: battery, is: true}", kind="voluntary"),
    ]
    asked = [each.parameter for each in rank_questions(assess({}, rules, implied, vocabulary, ["EU"], ON))]
    assert sorted(asked) == ["bands", "battery", "toy"]
    assert (asked.index("battery") < asked.index("bands")) is granted
    assert asked.index("bands") == asked.index("battery") + 1 or not granted


def test_an_answer_that_contradicts_what_is_known_is_not_weighed(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rule_of: Callable[..., Rule]
) -> None:
    """Where a band is given, ``radio: false`` is ruled out by definition, so only ``true`` counts."""
    rule = rule_of("R", "{all: [{parameter: radio, is: true}, {parameter: toy, is: true}]}")
    given_bands: dict[str, ParameterValue] = {"bands": frozenset({"wifi"})}
    questions = rank_questions(assess(given_bands, [rule], implications, vocabulary, ["EU"], ON))
    assert [question.parameter for question in questions] == ["toy"]  # radio: true alone decides nothing


def test_nothing_undecided_asks_nothing(
    vocabulary: Vocabulary, implications: tuple[Implication, ...], rules: Sequence[Rule]
) -> None:
    """Once all is known no question is left."""
    values: dict[str, ParameterValue] = {"radio": False, "energy": 50.0, "toy": False, "voltage": 48.0}
    assert rank_questions(assess(values, rules, implications, vocabulary, ["EU"], ON)) == ()


KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["arm", "amr", "drive"]),
        "radio": st.booleans(),
        "battery": st.booleans(),
        "energy": st.sampled_from([50.0, 100.0, 432.0]),
        "toy": st.booleans(),
        "voltage": st.sampled_from([24.0, 400.0]),
    },
)


@given(KNOWN)
def test_a_question_keeps_its_promise(
    vocabulary: Vocabulary,
    implications: tuple[Implication, ...],
    rules: Sequence[Rule],
    known: dict[str, ParameterValue],
) -> None:
    """Assessing anew with each typical answer decides exactly the rules that the question names, and no fewer."""
    before = assess(known, rules, implications, vocabulary, ["EU"], ON)
    open_rules = {obligation.rule.id for obligation in before.undecided}
    questions = {question.parameter: question for question in rank_questions(before)}
    assert open_rules >= {rule for question in questions.values() for rule in question.decides}
    mentions = [c for rule in (*rules, *implications) for c in comparisons(rule.when)]
    for name in {name for obligation in before.undecided for name in obligation.missing}:
        decided: set[str] = set()
        for answer in typical_answers(vocabulary[name], [c for c in mentions if c.parameter == name]):
            after = assess({**known, name: answer}, rules, implications, vocabulary, ["EU"], ON)
            if after.conflicts == before.conflicts:
                decided |= open_rules - {obligation.rule.id for obligation in after.undecided}
        promised = set(questions[name].decides) if name in questions else set()
        assert decided == promised


@given(st.floats(min_value=0, max_value=3000))
def test_every_number_behaves_like_one_of_the_answers(vocabulary: Vocabulary, voltage: float) -> None:
    """No comparison can tell a voltage from all representative ones, thresholds included."""
    data = [
        {"parameter": "voltage", "between": ["50 V", "1000 V"]},
        {"parameter": "voltage", "below": "75 V"},
        {"parameter": "voltage", "is": "48 V"},
    ]
    asked = [read_condition(each, vocabulary, str) for each in data]
    mentions = [c for condition in asked for c in comparisons(condition)]
    answers = all_answers(vocabulary["voltage"], mentions)
    verdicts = {tuple(c.verdict({"voltage": answer}).truth for c in asked) for answer in answers}
    assert tuple(c.verdict({"voltage": voltage}).truth for c in asked) in verdicts
    assert min(answers) >= 0  # the vocabulary's minimum


def test_answers_of_each_kind(vocabulary: Vocabulary) -> None:
    """What stands for all answers of a kind."""

    def mentions(*data: dict[str, object]) -> list[object]:
        return [read_condition(each, vocabulary, str) for each in data]

    def typical(name: str, *data: dict[str, object]) -> tuple[ParameterValue, ...]:
        return typical_answers(vocabulary[name], mentions(*data))

    assert typical("radio") == (True, False)
    assert typical("kind") == ("arm", "amr", "drive")
    assert typical("voltage") == (1.0,)
    assert typical("voltage", {"parameter": "voltage", "above": "50 V"}) == (25.0, 51.0)
    assert typical("voltage", {"parameter": "voltage", "is": "50 V"}) == (25.0, 50.0, 51.0)
    assert typical("ip", {"parameter": "ip", "is": "IP54"}) == ("IP54", "-")
    assert typical("bands", {"parameter": "bands", "contains_any": ["wifi", "uwb"]}) == (
        frozenset(), frozenset({"uwb"}), frozenset({"wifi"}),
    )  # fmt: skip
    day = {"parameter": "placing", "at_least": "2027-01-20"}
    assert typical("placing", day) == (date(2027, 1, 19), date(2027, 1, 21))
    assert all_answers(vocabulary["placing"], mentions(day)) == (
        date(2027, 1, 19), date(2027, 1, 20), date(2027, 1, 21),
    )  # fmt: skip
    assert all_answers(vocabulary["kind"], mentions({"parameter": "kind", "is": "amr"})) == ("amr", "arm")
    bands = mentions({"parameter": "bands", "contains_any": ["wifi", "uwb"]}, {"parameter": "bands", "contains": "lte"})
    assert all_answers(vocabulary["bands"], bands) == (
        frozenset(), frozenset({"uwb", "wifi"}), frozenset({"lte"}), frozenset({"lte", "uwb", "wifi"}),
    )  # fmt: skip
