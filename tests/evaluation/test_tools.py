"""Policy tools: which fit, which do not, and what would have to be known."""

from datetime import date

import jsonschema
import pytest

from qilian.compliance import Truth
from qilian.content import load_tools, schema
from qilian.documents import read_yaml
from qilian.errors import QilianError
from qilian.evaluation import read_facts, read_tools, tools_for

ON = date(2026, 12, 1)


@pytest.fixture(scope="module")
def box():
    return load_tools("robots")


def offer(found, name):
    return next(each for each in found.offers if each.tool.id == name)


def test_every_tool_of_the_pack_is_a_sample_and_says_so(box):
    """Nobody is sent to an authority with an invented amount."""
    assert len(box.tools) >= 5
    for tool in box.tools:
        assert tool.sample
        assert tool.confidence == "unverified"
        assert "示例" in tool.title.zh
        assert "sample" in tool.title.en


def test_the_packs_tools_fit_their_published_schema(pack):
    """What the reader takes, the schema takes."""
    validator = jsonschema.Draft202012Validator(schema("tools"))
    assert [error.message for error in validator.iter_errors(read_yaml(pack.folder / "tools.yaml").value)] == []


def test_a_tool_that_fits_says_which_facts_decided(box):
    """A small firm of the city that pays for tests."""
    facts = {"firm.region": "hangzhou", "firm.employees": 150.0, "tests.spent": 12.0}
    found = offer(tools_for(facts, box, ON), "SAMPLE-TEST-VOUCHER")
    assert found.fits
    assert set(found.verdict.because) == set(facts)


def test_one_failed_condition_is_enough_and_is_named(box):
    """Outside the province nothing of it fits, whatever else is unknown."""
    found = tools_for({"firm.region": "other"}, box, ON)
    assert {each.verdict.truth for each in found.offers} == {Truth.FALSE}
    assert all(each.verdict.because == ("firm.region",) for each in found.offers)
    assert found.questions == ()


def test_what_is_unknown_is_asked_and_the_answers_decide(box):
    """Every question belongs to an undecided tool; with all facts given none is left."""
    found = tools_for({"firm.region": "hangzhou"}, box, ON)
    assert found.questions
    waiting = {name for each in found.offers if each.undecided for name in each.verdict.missing}
    assert set(found.questions) == waiting
    facts = {"firm.region": "hangzhou", "firm.employees": 10.0, "firm.revenue": 900.0, "firm.role": "supplier",
             "firm.quality_officer": True, "firm.certificates": frozenset({"iso9001"}), "firm.quality_awards": False,
             "firm.unresolved_failures": False, "project.leads_problem": True, "project.verified_effect": False,
             "standards.led": 0.0, "tests.spent": 3.0}  # fmt: skip
    assert set(facts) == set(box.facts.parameters)
    whole = tools_for(facts, box, ON)
    assert whole.questions == ()
    assert [each.tool.id for each in whole.offers if each.fits] == [
        "SAMPLE-QUALITY-LOAN", "SAMPLE-TEST-VOUCHER", "SAMPLE-SMALL-FIRM-CLINIC",
    ]  # fmt: skip


def test_a_tool_out_of_its_time_fits_nobody_and_asks_nothing(box):
    """The voucher ends with 2026."""
    facts = {"firm.region": "hangzhou", "firm.employees": 150.0, "tests.spent": 12.0}
    assert not offer(tools_for(facts, box, date(2027, 1, 1)), "SAMPLE-TEST-VOUCHER").fits
    late = tools_for({"firm.region": "hangzhou"}, box, date(2027, 1, 1))
    assert "tests.spent" not in late.questions


def test_facts_are_read_as_they_are_written(box):
    """Choice, number, yes or no, set."""
    written = [
        "firm.region=hangzhou",
        "firm.employees=150",
        "firm.quality_officer=是",
        "firm.certificates=iso9001,robot_cr",
    ]
    assert read_facts(written, box) == {
        "firm.region": "hangzhou",
        "firm.employees": 150.0,
        "firm.quality_officer": True,
        "firm.certificates": frozenset({"iso9001", "robot_cr"}),
    }


@pytest.mark.parametrize("written", ["firm.region", "firm.regoin=hangzhou", "firm.region=mars", "firm.employees=viele", "firm.employees=-3", "firm.quality_officer=perhaps"])  # fmt: skip # noqa: E501
def test_a_fact_that_is_none_is_refused_in_one_line(box, written):
    """Unknown names, values of another kind, values that cannot be."""
    with pytest.raises(QilianError) as fault:
        read_facts([written], box)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("confidence: unverified", "confidence: verified", "unverified"),
        ("parameter: a", "parameter: b", "b"),
        ("kind: grant", "kind: gift", "kind"),
        ("[]", "[]\n  - {id: T}", "missing"),
    ],
)
def test_a_fault_in_the_tools_is_one_line_with_its_place(tmp_path, old, new, words):
    """File and line."""
    good = (
        "facts:\n  - {id: a, kind: boolean, label: a, question: a?}\ntools:\n  - id: X\n    kind: grant\n    title: x\n"
        "    gives: g\n    level: city\n    region: R\n    when: {parameter: a, is: true}\n    confidence: unverified\n"
        "    sources: []\n"
    )
    path = tmp_path / "tools.yaml"
    path.write_text(good, encoding="utf-8")
    assert len(read_tools(read_yaml(path)).tools) == 1
    assert old in good
    path.write_text(good.replace(old, new), encoding="utf-8")
    with pytest.raises(QilianError, match=r"tools\.yaml line") as fault:
        read_tools(read_yaml(path))
    assert words in str(fault.value)
