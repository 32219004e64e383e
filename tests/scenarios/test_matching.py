"""Matching offers with needs: three answers with reasons, gaps in the unit, and laws that any matching keeps."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.compliance import Truth
from qilian.content import load_pack
from qilian.errors import QilianError
from qilian.product import Vocabulary
from qilian.scenarios import (
    Match,
    Need,
    Offer,
    Why,
    judgement_words,
    match,
    match_to_data,
    match_words,
    needs_for,
    offers_for,
    own_parameter,
    read_statement,
    read_wanted,
    statement_to_data,
    terms,
    wanted_to_data,
    wanted_words,
)

KNOWN = terms(load_pack("robots").vocabulary)
Data = dict[str, Any]


def offer(*statements: Data, name: str = "o", known: Vocabulary = KNOWN) -> Offer:
    return Offer(name, tuple(read_statement(each, known) for each in statements))


def need(*conditions: Data, name: str = "n", known: Vocabulary = KNOWN) -> Need:
    return Need(name, tuple(read_wanted(each, known) for each in conditions))


def one(condition: Data, *statements: Data) -> Match:
    return match(need(condition), offer(*statements))


def test_it_fits_when_all_that_must_hold_holds() -> None:
    """A gripper for 8 kg that works down to -20 °C takes 5 kg parts at -10 °C."""
    found = match(
        need(
            {"parameter": "payload.rated", "at_least": "5 kg"},
            {"parameter": "environment.temperature_min", "at_most": "-10 °C"},
            {"own": "ISO/TS 15066 协作安全", "kind": "boolean", "is": True},
        ),
        offer(
            {"parameter": "payload.rated", "value": "8 kg"},
            {"parameter": "environment.temperature_min", "value": "-20 °C"},
            {"own": "iso/ts 15066 协作安全", "kind": "boolean", "value": True},
        ),
    )
    assert found.truth is Truth.TRUE
    assert match_words(found).en == "all 3 conditions are met"


def test_what_fails_says_by_how_much_in_the_unit_of_the_condition() -> None:
    """3000 g is 2 kg short of 5 kg."""
    found = one({"parameter": "payload.rated", "at_least": "5 kg"}, {"parameter": "payload.rated", "value": "3000 g"})
    (failing,) = found.failing
    assert (failing.why, failing.by) == (Why.FAILS, 2.0)
    assert judgement_words(failing).en == "not met: 3 kg, 2 kg off"
    assert judgement_words(failing).zh == "不满足：3 kg，差 2 kg"


def test_what_is_not_stated_cannot_be_told() -> None:
    """An offer that says nothing of the payload neither fits nor fails, and the reason names the parameter."""
    found = match(
        need(
            {"parameter": "payload.rated", "at_least": "5 kg"},
            {"parameter": "technology.readiness", "at_least": 7},
        ),
        offer({"parameter": "technology.readiness", "value": 8}),
    )
    assert found.truth is Truth.UNDECIDED
    assert [each.why for each in found.unknown] == [Why.NOT_STATED]
    assert "未说明额定负载" in judgement_words(found.unknown[0]).zh


def test_a_failing_condition_decides_whatever_else_is_unknown() -> None:
    """Kleene's conjunction: one no is a no."""
    found = match(
        need({"parameter": "payload.rated", "at_least": 5}, {"parameter": "technology.price", "at_most": "100 元"}),
        offer({"parameter": "payload.rated", "value": 3}),
    )
    assert found.truth is Truth.FALSE


@pytest.mark.parametrize(
    ("stated", "wanted", "why", "by"),
    [
        ({"from": "-20 °C", "to": "60 °C"}, {"covers": ["-10 °C", "40 °C"]}, Why.MET, None),
        ({"from": "0 °C", "to": "60 °C"}, {"covers": ["-10 °C", "40 °C"]}, Why.FAILS, 10.0),
        ({"from": "253.15 K", "to": "333.15 K"}, {"covers": ["-20 °C", "60 °C"]}, Why.MET, None),
        ({"value": "20 °C"}, {"covers": ["-10 °C", "40 °C"]}, Why.PARTLY, None),
        ({"from": "2 °C", "to": "8 °C"}, {"at_least": "1 °C"}, Why.MET, None),
        ({"from": "2 °C", "to": "8 °C"}, {"at_least": "5 °C"}, Why.PARTLY, None),
        ({"from": "2 °C", "to": "8 °C"}, {"at_least": "9 °C"}, Why.FAILS, 1.0),
        ({"from": "2 °C", "to": "8 °C"}, {"between": ["9 °C", "12 °C"]}, Why.FAILS, 1.0),
        ({"value": "12.5 °C"}, {"between": ["9 °C", "12 °C"]}, Why.FAILS, 0.5),
        ({"value": "12 °C"}, {"between": ["9 °C", "12 °C"]}, Why.MET, None),
        ({"value": "8 kg"}, {"at_least": "5 °C"}, Why.OTHER_QUANTITY, None),
    ],
)
def test_ranges_and_units(stated: Data, wanted: Data, why: Why, by: float | None) -> None:
    """A range is all of its numbers; kelvin are degrees; kilograms are no degrees, and no answer either."""
    unit = "kg" if "kg" in str(stated) else "°C"
    (found,) = one({"own": "温度", "unit": "°C", **wanted}, {"own": "温度", "unit": unit, **stated}).judgements
    assert (found.why, found.by) == (why, by)


def test_choices_and_sets_of_the_pack() -> None:
    """A choice is one of several; a set has the member that is asked for."""
    choice = KNOWN["product.kind"].choice_ids
    found = one(
        {"parameter": "product.kind", "in": [choice[0], choice[1]]}, {"parameter": "product.kind", "value": choice[1]}
    )
    assert found.truth is Truth.TRUE
    members = KNOWN["radio.bands"].choice_ids
    bands = {"parameter": "radio.bands", "value": [members[0]]}
    assert one({"parameter": "radio.bands", "contains": members[0]}, bands).truth is Truth.TRUE
    assert one({"parameter": "radio.bands", "contains": members[1]}, bands).truth is Truth.FALSE


def test_a_name_that_the_vocabulary_knows_is_its_parameter() -> None:
    """Who writes 额定负载 as a parameter of their own meets who chose it, in grams or kilograms."""
    assert own_parameter("额定 负载", "number", "g", KNOWN).id == "payload.rated"
    found = one({"parameter": "payload.rated", "at_least": "5 kg"}, {"own": "额定负载", "unit": "g", "value": "6000"})
    assert found.truth is Truth.TRUE


def test_ranking_has_reasons_and_leaves_out_what_does_not_fit() -> None:
    """Least unknown first, then wishes; what fails is apart, what says nothing of it is apart again."""
    wanted = need(
        {"parameter": "payload.rated", "at_least": 5},
        {"parameter": "technology.cycle_time", "at_most": "4 s"},
        {"parameter": "technology.price", "at_most": "20000 元", "wish": True},
    )
    kg, cycle = {"parameter": "payload.rated", "value": 8}, {"parameter": "technology.cycle_time", "value": 3}
    found = offers_for(
        wanted,
        [
            offer({"parameter": "technology.accuracy", "value": 1}, name="silent"),
            offer(kg, name="unknown"),
            offer(kg, cycle, name="dear"),
            offer(kg, {**cycle, "value": 5}, name="slow"),
            offer(kg, cycle, {"parameter": "technology.price", "value": 15000}, name="best"),
        ],
    )
    assert [each.offer for each in found.ranked] == ["best", "dear", "unknown"]
    assert [each.offer for each in found.failing] == ["slow"]
    assert [each.offer for each in found.silent] == ["silent"]
    assert match_words(found.ranked[0]).en == "all 2 conditions are met; 1/1 wishes met"
    assert match_words(found.ranked[2]).en == "1 of 2 conditions are met, 1 cannot be told; 0/1 wishes met"
    assert [each.need for each in needs_for(offer(kg, cycle), [wanted]).ranked] == ["n"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"parameter": "payload.rated", "at_least": "5 V"}, "not a mass"),
        ({"parameter": "payload.rated", "is": "5 kg"}, "not a condition"),
        ({"parameter": "payload.rated", "between": ["9 kg", "5 kg"]}, "not a range"),
        ({"parameter": "payload.rated", "covers": "5 kg"}, "is not a number"),
        ({"parameter": "payload.rated", "at_least": 5, "wish": 1}, "not a condition"),
        ({"parameter": "payload.rate", "at_least": 5}, "unknown parameter"),
        ({"own": "力", "unit": "9^9", "at_least": 5}, "not a unit"),
        ({"own": " ", "at_least": 5}, "no name"),
        ({"own": "力", "kind": "text", "is": "x"}, "not a kind"),
        ({"own": "力", "unit": "N", "at_least": 10**400}, "not"),
    ],
)
def test_bad_conditions_are_refused_in_one_line(data: Data, says: str) -> None:
    """The line says what is wrong, never more."""
    with pytest.raises(QilianError) as caught:
        read_wanted(data, KNOWN)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_matched_is_refused() -> None:
    """A need without a condition that must hold takes everything; a parameter stated twice is two answers."""
    with pytest.raises(QilianError, match="must hold"):
        need({"parameter": "payload.rated", "at_least": 5, "wish": True})
    with pytest.raises(QilianError, match="twice"):
        offer({"parameter": "payload.rated", "value": 5}, {"own": "额定负载", "value": 6, "unit": "kg"})


NUMBERS = st.decimals(min_value=-9999, max_value=9999, places=3)
PARAMETERS = st.sampled_from(["甲", "乙", "丙"])


@st.composite
def statements(draw: st.DrawFn) -> Data:
    """One statement: a number, or a range."""
    named = {"own": draw(PARAMETERS), "unit": "mm"}
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    return {**named, "value": str(low)} if draw(st.booleans()) else {**named, "from": str(low), "to": str(high)}


@st.composite
def conditions(draw: st.DrawFn) -> Data:
    """One condition of any kind."""
    operator = draw(st.sampled_from(["at_least", "at_most", "between", "covers"]))
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    operand = [str(low), str(high)] if operator in ("between", "covers") else str(low)
    return {"own": draw(PARAMETERS), "unit": "mm", operator: operand}


OFFERS = st.lists(statements(), max_size=3, unique_by=lambda each: each["own"])
NEEDS = st.lists(conditions(), min_size=1, max_size=4)


@given(OFFERS, NEEDS, st.integers(0, 3), st.decimals(min_value=0, max_value=500, places=2))
def test_tightening_a_condition_never_adds_a_match(said: list[Data], asked: list[Data], at: int, by: Decimal) -> None:
    """What fits the tighter need fitted the looser one; what failed the looser one fails the tighter one."""
    at %= len(asked)
    tight = {**asked[at], **{name: _tightened(name, value, by) for name, value in asked[at].items()}}
    before, after = (match(need(*each), offer(*said)).truth for each in (asked, [*asked[:at], tight, *asked[at + 1 :]]))
    assert after is not Truth.TRUE or before is Truth.TRUE
    assert before is not Truth.FALSE or after is Truth.FALSE


def _tightened(name: str, value: Any, by: Decimal) -> Any:
    match name:
        case "at_least":
            return str(Decimal(value) + by)
        case "at_most":
            return str(Decimal(value) - by)
        case "covers":
            return [str(Decimal(value[0]) - by), str(Decimal(value[1]) + by)]
        case "between":
            narrow = min(by, (Decimal(value[1]) - Decimal(value[0])) / 2)
            return [str(Decimal(value[0]) + narrow), str(Decimal(value[1]) - narrow)]
        case _:
            return value


UNITS = {"m": Decimal("0.001"), "mm": Decimal(1), "µm": Decimal(1000), "cm": Decimal("0.1"), "毫米": Decimal(1)}


@given(OFFERS, NEEDS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_another_unit_never_changes_the_answer(said: list[Data], asked: list[Data], one: str, other: str) -> None:
    """The same offer and need, each written in another unit of length, give the same truths and the same gaps."""
    plain = match(need(*asked), offer(*said))
    moved = match(need(*(_in(each, one) for each in asked)), offer(*(_in(each, other) for each in said)))
    assert [(each.truth, each.why) for each in moved.judgements] == [(e.truth, e.why) for e in plain.judgements]
    for here, there in zip(plain.judgements, moved.judgements, strict=True):
        assert (here.by is None) == (there.by is None)
        if here.by is not None and there.by is not None:
            assert there.by == pytest.approx(here.by * float(UNITS[one]), rel=1e-9, abs=1e-9)


def _in(data: Data, unit: str) -> Data:
    def moved(value: Any) -> Any:
        return [moved(each) for each in value] if isinstance(value, list) else f"{Decimal(value) * UNITS[unit]:f}"

    return {name: unit if name == "unit" else value if name == "own" else moved(value) for name, value in data.items()}


@given(OFFERS, NEEDS, st.integers(0, 2))
def test_unknown_never_becomes_yes(said: list[Data], asked: list[Data], at: int) -> None:
    """Taking a statement away never makes an offer fit, nor fail; saying more never overturns what was decided."""
    fewer = [each for place, each in enumerate(said) if place != at % max(len(said), 1)]
    before, after = match(need(*asked), offer(*said)).truth, match(need(*asked), offer(*fewer)).truth
    assert after in (before, Truth.UNDECIDED)
    assert all(each.truth is Truth.UNDECIDED for each in match(need(*asked), offer()).judgements)


@given(OFFERS, NEEDS)
def test_what_is_written_down_reads_the_same(said: list[Data], asked: list[Data]) -> None:
    """The written form is whole: read again, it gives the same offer, need and match."""
    the_offer, the_need = offer(*said), need(*asked)
    again = offer(*(statement_to_data(each) for each in the_offer.statements))
    asked_again = need(*(wanted_to_data(each) for each in the_need.conditions))
    assert again == the_offer
    assert asked_again == the_need
    assert match_to_data(match(asked_again, again)) == match_to_data(match(the_need, the_offer))


@given(OFFERS, NEEDS)
def test_every_answer_has_its_reason(said: list[Data], asked: list[Data]) -> None:
    """No judgement without words in both languages, and each failing number says by how much."""
    found = match(need(*asked), offer(*said))
    for each in found.judgements:
        assert judgement_words(each).zh
        assert judgement_words(each).en
        assert wanted_words(each.wanted).zh
        assert (each.why is Why.FAILS) == (each.by is not None)


WORDS = st.sampled_from(["payload.rated", "product.kind", "radio.bands", "own:x", "力", "N·m", "9 kg", "boolean", ""])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["parameter", "own", "unit", "kind", "value", "from", "to", "at_least", "between", "covers", "is", "in", "contains"]
)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=5))
def test_whatever_is_sent_is_read_or_refused_in_a_line(data: Data) -> None:
    """Nothing but the platform's own error comes out, and what is read can be written, said and matched."""
    for read, write in ((read_statement, statement_to_data), (read_wanted, wanted_to_data)):
        said = ""
        try:
            found = read(data, KNOWN)
        except QilianError as error:
            said = str(error)
        else:
            assert read(write(found), KNOWN) == found
        assert "\n" not in said
