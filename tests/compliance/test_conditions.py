"""Conditions in strong Kleene logic: what must hold for every condition and all values, and what each operator says."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.compliance import Truth, evaluate, read_condition
from qilian.compliance.conditions import OPERATORS, All, AnyOf, Comparison, Condition, Not
from qilian.errors import QilianError
from qilian.product import ParameterValue, Vocabulary

TRUE, FALSE, UNDECIDED = Truth.TRUE, Truth.FALSE, Truth.UNDECIDED

# Four parameters with few values, so that all ways to complete a product can be tried.
DOMAINS: dict[str, tuple[ParameterValue, ...]] = {
    "kind": ("arm", "amr", "drive"),
    "radio": (True, False),
    "voltage": (12.0, 48.0, 400.0),
    "bands": (frozenset(), frozenset({"wifi"}), frozenset({"wifi", "uwb"})),
}

LEAVES: list[Condition] = [
    Comparison("kind", "is", "arm"),
    Comparison("kind", "is_not", "amr"),
    Comparison("kind", "in", ("arm", "amr")),
    Comparison("kind", "not_in", ("drive",)),
    Comparison("kind", "known", True),
    Comparison("radio", "is", True),
    Comparison("radio", "is", False),
    Comparison("voltage", "below", 48.0),
    Comparison("voltage", "at_most", 48.0),
    Comparison("voltage", "above", 48.0),
    Comparison("voltage", "at_least", 48.0),
    Comparison("voltage", "between", (48.0, 400.0)),
    Comparison("bands", "contains", "wifi"),
    Comparison("bands", "contains_any", frozenset({"uwb", "lte"})),
    Comparison("bands", "lacks", frozenset({"uwb"})),
]


def _grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    children = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(children.map(All), children.map(AnyOf), inner.map(Not))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(st.sampled_from(LEAVES), _grown, max_leaves=8)
VALUES: st.SearchStrategy[dict[str, ParameterValue]] = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in DOMAINS.items()}
)


def completions(values: Mapping[str, ParameterValue]) -> list[dict[str, ParameterValue]]:
    """Return all ways to give the absent parameters a value."""
    absent = [name for name in DOMAINS if name not in values]
    return [
        {**values, **dict(zip(absent, chosen, strict=True))} for chosen in product(*(DOMAINS[name] for name in absent))
    ]


@given(CONDITIONS, VALUES)
def test_one_more_value_never_overturns_a_decision(condition: Condition, values: dict[str, ParameterValue]) -> None:
    """Kleene monotonicity: what is decided stays so in every completion."""
    truth = evaluate(condition, values).truth
    if truth is not UNDECIDED:
        assert {evaluate(condition, full).truth for full in completions(values)} == {truth}


@given(CONDITIONS, VALUES)
def test_a_full_product_is_always_decided(condition: Condition, values: dict[str, ParameterValue]) -> None:
    """Undecided needs something unknown."""
    for full in completions(values):
        assert evaluate(condition, full).truth is not UNDECIDED


@given(CONDITIONS, VALUES)
def test_the_reason_suffices(condition: Condition, values: dict[str, ParameterValue]) -> None:
    """With only the values named in ``because`` the outcome is the same; an undecided one has no reason."""
    verdict = evaluate(condition, values)
    assert len(set(verdict.because)) == len(verdict.because)
    if verdict.truth is UNDECIDED:
        assert verdict.because == ()
    else:
        assert evaluate(condition, {name: values[name] for name in verdict.because}).truth is verdict.truth


@given(CONDITIONS, VALUES)
def test_missing_parameters_are_absent_and_suffice_to_decide(
    condition: Condition, values: dict[str, ParameterValue]
) -> None:
    """Whatever the missing ones turn out to be, the condition is decided then; a decided one misses nothing."""
    verdict = evaluate(condition, values)
    assert (verdict.truth is UNDECIDED) == bool(verdict.missing)
    assert not set(verdict.missing) & set(values)
    for chosen in product(*(DOMAINS[name] for name in verdict.missing)):
        known = {**values, **dict(zip(verdict.missing, chosen, strict=True))}
        assert evaluate(condition, known).truth is not UNDECIDED


@given(st.lists(CONDITIONS, max_size=3).map(tuple), VALUES)
def test_de_morgan(children: tuple[Condition, ...], values: dict[str, ParameterValue]) -> None:
    """Not all is any not, and not any is all not, in all three values and with the same missing parameters."""
    negated = tuple(Not(child) for child in children)
    for one, other in ((Not(All(children)), AnyOf(negated)), (Not(AnyOf(children)), All(negated))):
        first, second = evaluate(one, values), evaluate(other, values)
        assert (first.truth, first.missing, first.because) == (second.truth, second.missing, second.because)


@given(CONDITIONS, CONDITIONS, VALUES)
def test_the_truth_tables_are_kleenes(first: Condition, second: Condition, values: dict[str, ParameterValue]) -> None:
    """All is the least, any the greatest of false < undecided < true; not turns the order round."""
    order = [FALSE, UNDECIDED, TRUE]
    one, other = (order.index(evaluate(each, values).truth) for each in (first, second))
    assert order.index(evaluate(All((first, second)), values).truth) == min(one, other)
    assert order.index(evaluate(AnyOf((first, second)), values).truth) == max(one, other)
    assert order.index(evaluate(Not(first), values).truth) == 2 - one


ARM, RADIO, LOW = Comparison("kind", "is", "arm"), Comparison("radio", "is", True), Comparison("voltage", "below", 50.0)


def test_the_shortest_reason_is_given() -> None:
    """A false ``all`` is explained by its simplest false child, a true ``any`` by its simplest true child."""
    values: dict[str, ParameterValue] = {"kind": "amr", "radio": True, "voltage": 400.0}
    assert evaluate(All((AnyOf((ARM, LOW)), Not(RADIO))), values).because == ("radio",)
    assert evaluate(AnyOf((All((Not(ARM), Not(LOW))), RADIO)), values).because == ("radio",)
    assert evaluate(AnyOf((ARM, LOW)), values).because == ("kind", "voltage")


def test_only_what_still_matters_is_missing() -> None:
    """What a known value has settled already is not asked for."""
    condition = All((AnyOf((ARM, LOW)), RADIO))
    assert evaluate(condition, {}).missing == ("kind", "voltage", "radio")
    assert evaluate(condition, {"kind": "arm"}).missing == ("radio",)
    assert evaluate(condition, {"kind": "amr"}).missing == ("voltage", "radio")
    assert evaluate(condition, {"radio": False}).missing == ()


def test_known_never_says_no() -> None:
    """``known`` holds of any value, also of false, and is undecided without one."""
    condition = Comparison("radio", "known", True)
    assert evaluate(condition, {"radio": False}).truth is TRUE
    assert evaluate(condition, {}).truth is UNDECIDED


@pytest.mark.parametrize(
    ("data", "value", "truth"),
    [
        ({"parameter": "voltage", "between": ["50 V", "1 kV"]}, 50.0, TRUE),  # both ends belong to it
        ({"parameter": "voltage", "between": ["50 V", "1 kV"]}, 1000.0, TRUE),
        ({"parameter": "voltage", "between": ["50 V", "1 kV"]}, 49.9, FALSE),
        ({"parameter": "voltage", "above": "50 V"}, 50.0, FALSE),
        ({"parameter": "voltage", "at_least": "50 V"}, 50.0, TRUE),
        ({"parameter": "voltage", "below": "50 V"}, 50.0, FALSE),
        ({"parameter": "voltage", "at_most": "50 V"}, 50.0, TRUE),
        ({"parameter": "voltage", "in": ["24 V", "48 V"]}, 48.0, TRUE),
        ({"parameter": "bands", "contains": "uwb"}, frozenset({"uwb", "wifi"}), TRUE),
        ({"parameter": "bands", "contains": "uwb"}, frozenset(), FALSE),
        ({"parameter": "bands", "contains_any": ["uwb", "lte"]}, frozenset({"lte"}), TRUE),
        ({"parameter": "bands", "lacks": "uwb"}, frozenset({"wifi"}), TRUE),
        ({"parameter": "bands", "lacks": ["uwb", "wifi"]}, frozenset({"wifi"}), FALSE),
        ({"parameter": "kind", "not_in": ["arm"]}, "amr", TRUE),
        ({"parameter": "kind", "is_not": "arm"}, "arm", FALSE),
        ({"parameter": "has_radio", "is": False}, False, TRUE),
        ({"not": {"parameter": "radio", "is": True}}, False, TRUE),
        ({"any": [{"parameter": "radio", "is": True}]}, False, FALSE),
    ],
)
def test_operators(vocabulary: Vocabulary, data: dict[str, object], value: ParameterValue, truth: Truth) -> None:
    """Each operator means what its word says; units and aliases are those of the vocabulary."""
    condition = read_condition(data, vocabulary, str)
    (name,) = evaluate(condition, {}).missing
    assert evaluate(condition, {name: value}).truth is truth


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"parameter": "volts", "above": "50 V"}, "volts: unknown parameter, in ('parameter',); did you mean voltage?"),
        ({"parameter": "voltage", "above": "50"}, "voltage: 50: no unit, in ('above',)"),
        ({"parameter": "voltage", "above": "50 kg"}, "voltage: 50 kg: not a voltage"),
        ({"parameter": "voltage", "over": "50 V"}, "over: not one operator"),
        ({"parameter": "voltage"}, "no operator: not one operator"),
        ({"parameter": "voltage", "above": "5 V", "below": "9 V"}, "above, below: not one operator"),
        ({"parameter": "voltage", "between": ["9 V", "5 V"]}, "voltage: not a range"),
        ({"parameter": "voltage", "between": ["9 V"]}, "voltage: not a range"),
        ({"parameter": "voltage", "in": "5 V"}, "voltage: not a list"),
        ({"parameter": "radio", "above": True}, "radio: above does not fit a boolean"),
        ({"parameter": "radio", "known": False}, "radio: known takes only true"),
        ({"parameter": "bands", "is": ["wifi"]}, "bands: is does not fit a set"),
        ({"parameter": "bands", "contains": ["wifi"]}, "bands: contains takes one"),
        ({"parameter": "kind", "is": "lathe"}, "kind: lathe: unknown choice"),
        ({"all": []}, "all: not a list of conditions, in ('all',)"),
        ({"all": [{"parameter": "radio", "is": 1}]}, "in ('all', 0, 'is')"),
        ({"not": [{"parameter": "radio", "is": True}]}, "not a condition, in ('not',)"),
        ({"all": [], "any": []}, "all, any: not a condition"),
        ({"parameters": "radio"}, "parameters: not a condition"),
        ("radio", "not a condition"),
        (None, "not a condition"),
    ],
)
def test_faulty_conditions_are_refused_with_their_place(vocabulary: Vocabulary, data: object, message: str) -> None:
    """The trail below the condition tells where; the reader of rules makes file and line of it."""
    with pytest.raises(QilianError) as caught:
        read_condition(data, vocabulary, str)
    assert message in str(caught.value)


def test_every_operator_is_tried_above() -> None:
    """The list of leaves for the laws of logic leaves no operator out."""
    assert {leaf.operator for leaf in LEAVES if isinstance(leaf, Comparison)} == set(OPERATORS)
