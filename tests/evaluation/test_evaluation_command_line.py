"""``qilian evaluation`` as a user meets it: in a process of its own, with good and with bad input."""

import json
from decimal import Decimal
from importlib.resources import files

import jsonschema
import pytest


def assert_as_published(text: str, name: str):
    """Return what a command printed, which must fit the definition of that name in the published schema."""
    schema = json.loads((files("qilian.evaluation") / "schemas/evaluation.schema.json").read_text(encoding="utf-8"))
    data = json.loads(text)
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
    assert [error.message for error in validator.iter_errors(data)] == []
    return data


@pytest.fixture
def examples(repository):
    return repository / "examples/evaluation"


def test_scores_say_rank_interval_and_what_is_missing(qilian, examples):
    """In both languages, and as JSON with the same ranks."""
    table = examples / "602520-2026-Q4.csv"
    zh = qilian("evaluation", "score", table, "--system", "602520", "--draws", "50")
    en = qilian("evaluation", "score", table, "--system", "602520", "--draws", "50", "--lang", "en")
    assert zh.returncode == en.returncode == 0, zh.stderr + en.stderr
    assert "缺数" in zh.stdout
    assert "示例" in zh.stdout
    assert "missing figures: " in en.stdout
    assert "consistency ratio" in en.stdout
    assert "invented samples" in en.stdout
    printed = qilian("evaluation", "score", table, "--system", "602520", "--draws", "50", "--json").stdout
    data = assert_as_published(printed, "scores")
    assert data["format"] == "qilian-scores/1"
    assert len(data["standings"]) == 60
    assert sum(map(Decimal, data["weights"].values())) == 1
    assert data["missing"]["figures"]
    for each in data["standings"]:
        assert each["interval"][0] <= each["rank"] <= each["interval"][1]


def test_a_contest_is_frozen_appealed_against_replayed_and_compared(qilian, examples, tmp_path):
    """The whole way of the how-to page."""
    table = examples / "602520-2026-Q4.csv"
    named = ("--id", "winter", "--period", "2026-Q4", "--on", "2027-01-10", "--out", "one.json", "--draws", "50")
    done = qilian("evaluation", "freeze", table, "--system", "602520", *named)
    assert done.returncode == 0, done.stderr
    first = (tmp_path / "one.json").read_bytes()
    again = qilian("evaluation", "replay", "one.json", "--json")
    assert assert_as_published(again.stdout, "replay")["same"] is True
    assert json.loads(again.stdout)["sha256"] in done.stdout
    assert qilian("evaluation", "appeal", "one.json", examples / "appeals.yaml", "--on", "2027-01-22", "--out", "two.json").returncode == 0  # fmt: skip # noqa: E501
    assert (tmp_path / "one.json").read_bytes() == first
    found = assert_as_published(qilian("evaluation", "compare", "one.json", "two.json", "--json").stdout, "comparison")
    assert [each["path"] for each in found["inputs"]] == ["figures.SAMPLE-07.values.test-days"]
    assert found["appeals"] == ["A-1", "A-2"]
    moved = next(each for each in found["moves"] if each["id"] == "SAMPLE-07")
    assert sum(Decimal(part["by_figure"]) + Decimal(part["by_weight"]) for part in moved["parts"]) == Decimal(moved["change"])  # fmt: skip # noqa: E501
    (tmp_path / "two.json").write_bytes(first.replace(b'"draws":50', b'"draws":51'))
    changed = qilian("evaluation", "replay", "two.json")
    assert changed.returncode == 1
    assert "changed after it was frozen" in changed.stdout


def test_two_quarters_are_taken_apart(qilian, examples):
    """As text: every firm with what moved it."""
    found = qilian("evaluation", "compare", examples / "602520-2026-Q3.csv", examples / "602520-2026-Q4.csv", "--system", "602520", "--lang", "en")  # fmt: skip # noqa: E501
    assert found.returncode == 0, found.stderr
    assert "SAMPLE-01" in found.stdout
    assert ", figure" in found.stdout
    assert ", weight" in found.stdout


def test_courses_effects_and_tools_answer_in_both_languages(qilian, examples):
    """Code 1 where something is behind, or nothing can be told."""
    asked = ("evaluation", "course", examples / "consortium-2026.csv", "--system", "consortium", "--level", "city", "--period", "2026")  # fmt: skip # noqa: E501
    zh, en = qilian(*asked), qilian(*asked, "--lang", "en")
    assert zh.returncode == en.returncode == 1
    assert "预警" in zh.stdout
    assert "ALERT" in en.stdout
    assert "at this pace" in en.stdout
    found = qilian("evaluation", "effect", examples / "effect.csv", "--from", "2026-Q1", "--lang", "en")
    assert found.returncode == 0
    assert "difference in differences" in found.stdout
    untold = qilian("evaluation", "effect", examples / "effect.csv", "--from", "2025-Q1")
    assert untold.returncode == 1
    assert "无法判断" in untold.stdout
    tools = qilian("evaluation", "tools", "--on", "2026-12-01", "--fact", "firm.region=hangzhou", "--json")
    assert tools.returncode == 0
    assert assert_as_published(tools.stdout, "tools")["questions"]
    assert len(assert_as_published(qilian(*asked, "--json").stdout, "courses")) == 13
    for start in ("2026-Q1", "2025-Q1"):
        assert_as_published(
            qilian("evaluation", "effect", examples / "effect.csv", "--from", start, "--json").stdout, "effect"
        )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("score", "TABLE", "--system", "nothing"), "nothing: no such indicator system"),
        (("score", "absent.csv", "--system", "602520"), "no such file"),
        (("score", "TABLE", "--system", "602520", "--missing", "zero"), "zero: not a way"),
        (("score", "TABLE", "--system", "602520", "--draws", "0"), "0 draws"),
        (("score", "TABLE", "--system", "602520", "--missing", "refuse"), "no figure for"),
        (("compare", "TABLE", "TABLE"), "--system"),
        (("replay", "TABLE"), "not JSON"),
        (("effect", "TABLE", "--from", "2026-Q1"), "write id,period,treated,value"),
        (("effect", "TABLE", "--from", "soon"), "soon: not a period"),
        (("tools", "--on", "today"), "not a date"),
    ],
)
def test_bad_input_gets_one_line(qilian, examples, arguments, words):
    """Code 2, nothing on standard output."""
    table = examples / "602520-2026-Q4.csv"
    found = qilian("evaluation", *(table if each == "TABLE" else each for each in arguments))
    assert found.returncode == 2
    assert found.stdout == ""
    assert len(found.stderr.strip().splitlines()) == 1
    assert words in found.stderr
