"""``qilian chain`` as a user meets it: in a process of its own, with good and with bad input."""

import json
from importlib.resources import files

import jsonschema
import pytest

ON = ("--on", "2026-12-01")


def assert_as_published(text: str, name: str):
    """Return what a command printed, which must fit the definition of that name in the published schema."""
    schema = json.loads((files("qilian.chain") / "schemas/chain.schema.json").read_text(encoding="utf-8"))
    data = json.loads(text)
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
    assert [error.message for error in validator.iter_errors(data)] == []
    return data


@pytest.mark.parametrize(
    ("name", "arguments", "zh", "en"),
    [
        ("node", ("show", "谐波减速器"), "柔轮疲劳断裂", "Flexspline fatigue fracture"),
        ("suspects", ("upstream", "humanoid", "--test", "T-BATT-PROP"), "* 正极材料", "* Cathode material"),
        ("reached", ("downstream", "flexspline"), "1 谐波减速器", "1 Harmonic reducer"),
        ("critical", ("critical", *ON), "的路径经过", "of the ways pass it"),
        (
            "gaps",
            ("gaps", "--within", "90", "--of", "丽水", *ON),
            "距丽水 90 公里内没有",
            "nobody within 90 km of Lishui",
        ),
        ("coverage", ("coverage", "--tier", "district", *ON), "控制点覆盖率", "coverage of control points"),
        ("bench", ("bench", "舟山", *ON), "舟山增设", "at Zhoushan"),
    ],
)
def test_each_command_answers_in_both_languages_and_as_published(qilian, name, arguments, zh, en):
    """The same answer as JSON fits its schema; what is assumed and unverified is said every time."""
    for lang, word, notice in (("zh", zh, "未与印刷版核对"), ("en", en, "is unverified")):
        found = qilian("chain", *arguments, "--lang", lang)
        assert found.returncode == 0, found.stderr
        assert word in found.stdout
        assert notice in found.stdout
    data = assert_as_published(qilian("chain", *arguments, "--json").stdout, name)
    assert any("unverified" in notice["en"] for notice in data["notices"])


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("upstream", "humanoid"), "suspects"),
        (("downstream", "pcb"), "reached"),
        (("critical", *ON), "nodes"),
        (("gaps", "--region", "3311", *ON), "gaps"),
        (("bench", "舟山", *ON), "kinds"),
    ],
)
def test_top_cuts_text_and_json_alike(qilian, arguments, key):
    """The first two; the count says how many there are, and without --top JSON has all of them."""
    whole = json.loads(qilian("chain", *arguments, "--json").stdout)
    cut = json.loads(qilian("chain", *arguments, "--top", "2", "--json").stdout)
    assert len(whole[key]) == whole["count"] == cut["count"] > 2
    assert cut[key] == whole[key][:2]
    text = qilian("chain", *arguments, "--top", "2", "--lang", "en").stdout
    assert f"{whole['count'] - 2} more (--top)" in text


def test_a_division_narrows_the_gaps(qilian):
    """Hangzhou alone leaves more gaps than the province."""
    near = json.loads(qilian("chain", "gaps", "--region", "330100", *ON, "--json").stdout)
    far = json.loads(qilian("chain", "gaps", "--region", "330000", *ON, "--json").stdout)
    assert near["where"]["region"] == "330100"
    assert near["count"] > far["count"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "harmonic"), "did you mean"),
        (("upstream", "humanoid", "--test", "T-NONE"), "no control point of the chain names this test"),
        (("gaps", "--within", "100"), "--within and --of go together"),
        (("gaps", "--of", "丽水"), "--within and --of go together"),
        (("gaps", "--of", "Atlantis", "--within", "3"), "not a known city"),
        (("gaps", "--tier", "village"), "village: not a tier"),
        (("gaps", "--region", "杭州"), "not a division"),
        (("coverage", "--on", "soon"), "not a date"),
        (("bench", "Atlantis"), "not a known city"),
        (("show", "pcb", "--pack", "nothing"), "nothing"),
    ],
)
def test_bad_input_gets_one_line(qilian, arguments, words):
    """Code 2, nothing on standard output."""
    found = qilian("chain", *arguments)
    assert found.returncode == 2
    assert found.stdout == ""
    assert len(found.stderr.strip().splitlines()) == 1
    assert words in found.stderr
