"""What a text asks for: each finding with its words, refusals respected, nothing concluded and nothing lost."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.intake import IntakeError, Stance, read_demand, read_lexicon

SENTENCE = "我们有一台协作机器人,额定负载10kg,想做碰撞力和EMC,下个月要出口欧盟"


def wanted(demand) -> set[str]:
    """The tests that are asked for."""
    return {each.id for each in demand.of("test", Stance.WANTED)}


def test_the_sentence_of_the_counter_is_read_whole(read):
    """Kind, payload, two headings of tests, month, market; each from its own words, and nothing is left over."""
    demand = read(SENTENCE)
    assert demand.values == {"product.kind": "collaborative_arm", "payload.rated": 10.0}
    assert wanted(demand) == {"contact_force", "emc"}
    assert [each.id for each in demand.of("market")] == ["EU"]
    period = demand.of("date")[0].value
    assert (str(period.first), str(period.last)) == ("2026-12-01", "2026-12-31")
    words = {each.id: demand.words(each) for each in demand.findings}
    assert words["payload.rated"] == "额定负载 … 10kg"
    assert words["emc"] == "EMC"
    assert words["EU"] == "欧盟"
    assert demand.unread == ()


def test_a_heading_stands_for_the_test_items_of_the_pack(read, pack):
    """EMC is every test item of that domain: which of them are needed is for the rules to say."""
    emc = next(each for each in read(SENTENCE).of("test") if each.id == "emc")
    assert set(emc.tests) == {item.id for item in pack.tests.values() if item.domain == "emc"}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("不需要EMC和碰撞力，做振动", {"emc", "contact_force"}),
        ("EMC不用做，环境也不用做，做振动", {"emc", "environment"}),
        ("EMC and noise are not needed, do vibration", {"emc", "noise"}),
        ("Neither EMC nor noise, but vibration", {"emc", "noise"}),
        ("vibration without EMC", {"emc"}),
        ("除EMC外，还要振动", {"emc"}),
        ("别做EMC，振动要做", {"emc"}),
    ],
)
def test_what_is_refused_is_not_wanted(read, text, refused):
    """A refusal takes its own clause and no more."""
    demand = read(text)
    assert {each.id for each in demand.of("test", Stance.REFUSED)} == refused
    assert wanted(demand) == {"vibration"}


@pytest.mark.parametrize(
    "text",
    [
        "要不要做EMC",
        "不仅EMC",
        "not only EMC",
        "无线充电，EMC",
        "EMC by no later than 1 March 2027",
        "不着急，EMC",
        "EMC有什么不同",
    ],
)
def test_words_that_only_look_like_a_refusal_refuse_nothing(read, text):
    """A question, "not only", wireless charging, a difference."""
    assert wanted(read(text)) == {"emc"}


def test_no_turns_a_yes_or_no_around(read):
    """Not explosion proof is a value, not an absence; so is an AMR without lidar."""
    assert read("no explosion proof").values == {"environment.explosive_atmosphere": False}
    assert read("AMR without lidar").values == {"product.kind": "amr", "machine.contains_laser": False}


def test_a_test_that_was_done_is_held(read):
    """So that the clerk asks for the report."""
    demand = read("已有EMC报告，还要做碰撞力")
    assert [(each.id, each.stance) for each in demand.of("test")] == [
        ("emc", Stance.HELD),
        ("contact_force", Stance.WANTED),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("负载十公斤", {"payload.rated": 10}),
        ("负载：１０ＫＧ", {"payload.rated": 10}),
        ("10kg payload, 1.3 m reach", {"payload.rated": 10, "motion.reach": 1300}),
        ("载荷 12 kg 自重 32 kg", {"payload.rated": 12, "machine.mass": 32}),
        ("工作温度-20~50℃", {"environment.temperature_min": -20, "environment.temperature_max": 50}),
        ("ambient -20 to 60 °C", {"environment.temperature_min": -20, "environment.temperature_max": 60}),
        ("尺寸1200×800×300mm", {"machine.length": 1.2, "machine.width": 0.8, "machine.height": 0.3}),
        ("100-240 VAC", {"supply.voltage_ac": 240}),
        ("DC48V", {"supply.voltage_dc": 48}),
        ("电池48V 20Ah", {"battery.present": True, "battery.voltage": 48, "battery.capacity": 20}),
        ("时速15公里", {"motion.max_speed": pytest.approx(15 / 3.6)}),
        ("IP67, 六轴", {"ip.solid": 6, "ip.water": 7, "motion.degrees_of_freedom": 6}),
        ("负载10V", {}),
    ],
)
def test_numbers_find_their_parameter_and_its_unit(read, text, values):
    """Whatever the spelling and the order; a unit that does not measure the parameter gives it no value."""
    assert read(text).values == values


def test_a_quantity_that_no_word_owns_is_left_unread(read):
    """Twenty kilograms of what? A person has to ask."""
    demand = read("协作机器人，20kg")
    assert "payload.rated" not in demand.values
    assert [demand.text[span.start : span.end] for span in demand.unread] == ["20kg"]


def test_a_misspelling_is_read_but_not_sure(read):
    """Read as the near word, and marked for somebody to confirm."""
    kinds = [each for each in read("colaborative robot").of("parameter") if each.id == "product.kind"]
    assert kinds[0].value == "collaborative_arm"
    assert not kinds[0].sure
    emc = read("电磁兼溶").of("test")
    assert [(each.id, each.sure) for each in emc] == [("emc", False)]


def test_a_part_is_not_the_product(read):
    """A robot with lidar contains a laser; a lidar is a lidar; a robot controller is a controller."""
    assert read("AMR带激光雷达").values == {"product.kind": "amr", "machine.contains_laser": True}
    assert read("激光雷达").values == {"product.kind": "lidar"}
    assert read("industrial robot controller").values == {"product.kind": "controller"}


def test_standards_are_read_with_their_editions(read):
    """By the parser of references, and their numbers are nobody's quantities."""
    demand = read("按GB/T 12642-2013和ISO 10218-1:2025，负载16kg")
    assert [each.id for each in demand.of("standard")] == ["GB/T 12642-2013", "ISO 10218-1:2025"]
    assert demand.values == {"payload.rated": 16}


def test_two_values_of_one_parameter_are_not_sure(read):
    """The first is kept, and the clerk asked."""
    demand = read("负载10kg，负载12kg")
    finding = demand.of("parameter")[0]
    assert (finding.value, finding.sure) == (10, True)  # the second is unread: the word has its value
    assert [demand.text[span.start : span.end] for span in demand.unread] == ["负载12kg"]


@pytest.mark.parametrize(("text", "what"), [(" \n", "empty"), ("x" * 5001, "5001")])
def test_what_is_no_demand_gets_one_clear_line(pack, text, what):
    """Nothing, or a book."""
    from datetime import date

    with pytest.raises(IntakeError, match=what):
        read_demand(text, pack, on=date(2026, 11, 25))


_PIECES = """
协作机器人 负载 10kg 不 EMC 碰撞力 , 。 IP54
-20~50℃ 12月31日 2026-13-45 next month ISO 10218-1 without 电池 48V × ( É 𠀀 ㎏ １２ 三百 点 /
no but 只 99999999999999999999kg by before 前 Q9
"""
PIECES = st.sampled_from(_PIECES.split()) | st.text(max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14))
def test_any_text_is_read_without_failing_and_every_place_is_in_it(read, written, pieces):
    """Places lie in the text as it was handed in, are not empty, and the JSON fits its published schema."""
    text = " ".join(pieces)
    if not text.strip():
        return
    demand = read(text)
    for finding in demand.findings:
        assert finding.spans
        assert all(0 <= span.start < span.end <= len(text) for span in finding.spans)
    lines, data = written(demand)
    assert all(lines)
    _VALIDATOR.validate(json.loads(json.dumps(data)))


def _schema() -> dict[str, object]:
    from importlib.resources import files

    return json.loads((files("qilian.intake") / "schemas/demand.schema.json").read_text(encoding="utf-8"))


_VALIDATOR = jsonschema.Draft202012Validator(_schema())


def test_a_pack_without_words_still_has_its_labels(pack, tmp_path):
    """Labels of parameters, names of tests and markets are words by themselves."""
    import dataclasses
    from datetime import date

    bare = dataclasses.replace(pack, folder=tmp_path)
    demand = read_demand("额定负载 10 kg, 辐射发射, 日本", bare, on=date(2026, 11, 25))
    assert demand.values == {"payload.rated": 10}
    assert wanted(demand) == {"T-EMC-RE"}
    assert [each.id for each in demand.of("market")] == ["JP"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("parameters: {payload.rateed: [负载]}", "payload.rateed: no such parameter"),
        ("tests: {T-X: [什么]}", "T-X: no such test"),
        ("markets: {XX: [哪里]}", "XX: no such market"),
        ("patterns: [{pattern: '(', parameters: [ip.water]}]", "missing"),
        ("headings: [{id: h, name: 头, words: [头]}]", "h: no tests"),
        ("values: [{parameter: product.kind, value: cobot, words: [x]}]", "unknown choice"),
    ],
)
def test_words_that_name_nothing_are_refused_with_their_line(pack, tmp_path, words, what):
    """A typing error in words.yaml would otherwise be a word that is silently never read."""
    import dataclasses

    from qilian.errors import QilianError

    (tmp_path / "words.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(QilianError, match=r"words\.yaml line 1") as error:
        read_lexicon(dataclasses.replace(pack, folder=tmp_path))
    assert what.split(":")[0] in str(error.value)


@pytest.mark.parametrize(
    ("text", "parameter", "value"),
    [
        ("额定负载１０ＫＧ", "payload.rated", 10),
        ("臂展1 730 mm", "motion.reach", 1730),
        ("重复精度 +/-0.05mm", "motion.repeatability", 0.05),
        ("重复定位精度±0.03mm", "motion.repeatability", 0.03),
        ("身高一米七", "machine.height", 1.7),
        ("身高1米75", "machine.height", 1.75),
        ("工作温度零下10度到40度", "environment.temperature_min", -10),
        ("operating temperature minus 10 to plus 40 °C", "environment.temperature_max", 40),
        ("最高速度：1.5 ㎧", "motion.max_speed", 1.5),
        ("负载从5kg升到了8kg", "payload.rated", 8),
        ("负载从8kg降到5kg", "payload.rated", 5),
        ("weight 3,2 kg", "machine.mass", 3.2),
        ("自重3，2台", "machine.mass", None),
        ("weighs approx. 24 kg", "machine.mass", 24),
        ("48VDC锂电池30AH", "battery.voltage", 48),
        ("AMR, 48 VDC / 60 Ah LFP battery", "battery.voltage", 48),
        ("伺服驱动器 48VDC 20A", "supply.voltage_dc", 48),
        ("400 VAC supply", "supply.voltage_ac", 400),
        ("AMR 980 x 650 x 330 mm", "machine.width", 0.65),
        ("尺寸1200x800x900（mm）", "machine.height", 0.9),
        ("six axis arm", "motion.degrees_of_freedom", 6),
        ("AMR, 2.0 m/sec", "motion.max_speed", 2),
    ],
)
def test_a_figure_is_read_however_it_is_spelt(read, text, parameter, value):
    assert read(text).values.get(parameter) == (None if value is None else pytest.approx(value))


def test_a_range_in_brackets_explains_the_figure_before_it_and_is_no_other_parameter(read):
    found = list(read("额定电压48V（36~60V）").of("parameter"))
    assert len(found) == 1


def test_what_no_word_owns_is_to_be_looked_at_twice(read):
    """Edges without a word for size, a speed without one: proposed, not sure."""
    demand = read("AMR 980 x 650 x 330 mm, 2.0 m/s")
    assert {each.id: each.sure for each in demand.of("parameter")} == {
        "product.kind": True,
        "machine.length": False,
        "machine.width": False,
        "machine.height": False,
        "motion.max_speed": False,
    }
