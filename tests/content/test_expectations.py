"""Runs what an expert expects of the robot rules: in come the cases of expectations.yaml, which were written from the
researched facts before the rules were run; each becomes one test on the installed pack.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from qilian.compliance import Assessment, Truth, assess, rank_questions
from qilian.content import load_pack
from qilian.documents import read_yaml
from qilian.planning import Pack
from qilian.product import ParameterValue, read_product

HERE = Path(__file__).parent
PRODUCTS = HERE.parents[1] / "examples" / "products"

Expectation = Mapping[str, list[str]]
Case = Mapping[str, object]
CASES = cast("list[Case]", read_yaml(HERE / "expectations.yaml").value)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The installed pack of robots."""
    return load_pack("robots")


@pytest.mark.parametrize("case", CASES, ids=[str(case["name"]) for case in CASES])
def test_the_rules_say_what_an_expert_expects(case: Case, pack: Pack) -> None:
    """Each rule has the expected outcome, and the expected questions are asked, some among the first three."""
    markets = cast("list[str]", case["markets"])
    on = date.fromisoformat(cast("str", case["on"]))
    assessment = assess(_values(case, pack), pack.rules, pack.implications, pack.vocabulary, markets, on)
    assert assessment.conflicts == ()
    assert _failures(assessment, cast("Expectation", case["expect"])) == []


def test_every_case_names_only_what_exists(pack: Pack) -> None:
    """A misspelt rule or parameter in a case would be a test that cannot fail."""
    rules = {rule.id for rule in pack.rules}
    for case in CASES:
        expect = cast("Expectation", case["expect"])
        for outcome in Truth:
            assert set(expect.get(outcome.value, [])) <= rules, case["name"]
        for key in ("asked", "first_questions_include"):
            assert set(expect.get(key, [])) <= set(pack.vocabulary.parameters), case["name"]
        known = {outcome.value for outcome in Truth} | {"asked", "first_questions_include", "no_rule_of"}
        assert set(expect) <= known, case["name"]


def _values(case: Case, pack: Pack) -> dict[str, ParameterValue]:
    if "example" in case:
        return read_product(PRODUCTS / cast("str", case["example"]), pack.vocabulary).values
    values = {}
    for name, raw in cast("Mapping[str, object]", case["product"]).items():
        parameter = pack.vocabulary.require(name, "expectations.yaml")
        values[parameter.id] = pack.vocabulary.convert(parameter, raw, "expectations.yaml")
    return values


def _failures(assessment: Assessment, expect: Expectation) -> list[str]:
    outcomes = {obligation.rule.id: obligation.outcome for obligation in assessment.obligations}
    questions = [question.parameter for question in rank_questions(assessment)]
    markets = {obligation.rule.market for obligation in assessment.obligations}
    return [
        *(
            f"{rule}: {outcomes.get(rule)}, expected {outcome}"
            for outcome in Truth
            for rule in expect.get(outcome.value, [])
            if outcomes.get(rule) is not outcome
        ),
        *(f"{name}: not asked" for name in expect.get("asked", []) if name not in questions),
        *(
            f"{name}: not among the first three questions {questions[:3]}"
            for name in expect.get("first_questions_include", [])
            if name not in questions[:3]
        ),
        *(f"{market}: has rules here" for market in expect.get("no_rule_of", []) if market in markets),
    ]
