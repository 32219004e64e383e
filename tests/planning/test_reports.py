"""The text and HTML reports: complete in both languages, self-contained, safe against what a product file may hold."""

import dataclasses
import io
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from rich.console import Console

from qilian.compliance import Truth
from qilian.planning import make_plan, write_html, write_text
from qilian.planning.words import CONFIDENCE, KINDS, SPECIMENS, WORDS
from qilian.product import read_product

HOSTILE = """\
id: hostile
name: {zh: "<script>alert(1)</script>[bold]", en: "<img src=x onerror=alert(2)>[/bold]"}
maker: {zh: "\\" onmouseover=alert(3) ", en: "& < >"}
parameters:
  product.kind: {value: humanoid, source: "javascript:alert(4)", confidence: unverified}
"""


@pytest.fixture(scope="module")
def plan(pack, repository):
    product = read_product(repository / "examples/products/unitree-g1.yaml", pack.vocabulary)
    return make_plan(product, pack, ["CN", "EU"], date(2026, 12, 1), home="杭州", limit_seconds=0.05)


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def text_of(plan, language) -> str:
    stream = io.StringIO()
    write_text(plan, Console(file=stream, width=200, no_color=True), language)
    return stream.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_html_needs_nothing_from_elsewhere(plan, language):
    """No script, no frame, no picture or style sheet by address; links leave only when a reader follows them."""
    html = write_html(plan, language)
    found = tags(html)
    assert not {tag for tag, _ in found} & {"script", "iframe", "img", "link", "object", "embed"}
    assert not [attrs for _, attrs in found if any(name.startswith("on") for name in attrs)]
    assert "@import" not in html
    assert "url(http" not in html
    assert sum(tag == "svg" for tag, _ in found) == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reports_hold_every_applying_rule_question_test_and_step(plan, language):
    """What the plan knows, the reader sees."""
    html, text = write_html(plan, language), text_of(plan, language)
    for obligation in plan.assessment.obligations:
        if obligation.outcome is not Truth.FALSE:
            assert obligation.rule.id in html
            assert obligation.rule.id in text
    for step in plan.itinerary.steps:
        assert step.demand.item.id in html
        assert step.bench.id in html
        assert step.bench.id in text
    for question in plan.questions:
        assert question.parameter in html
    for notice in plan.notices:
        assert notice.say(language) in html.replace("&#39;", "'").replace("&amp;", "&")


def test_an_english_report_joins_words_as_english_does(plan):
    """No Chinese comma between words (names of laws may stay in their own language)."""
    assert "、" not in write_html(plan, "en")
    assert "、" not in text_of(plan, "en")


def test_fixed_words_are_complete_in_both_languages():
    """Every word has both sides, and the English side holds no Chinese."""
    for table in (WORDS, KINDS, CONFIDENCE, SPECIMENS):
        for key, text in table.items():
            assert text.zh, key
            assert text.en, key
            assert not re.search(r"[\u4e00-\u9fff]", text.en), key


def test_the_gantt_chart_draws_each_step_once(plan):
    """One titled bar for each test."""
    html = write_html(plan, "en")
    drawn = re.findall(r"<title>(\d+)\. ", html)
    assert sorted(map(int, drawn)) == list(range(1, len(plan.itinerary.steps) + 1))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_product_file_cannot_put_markup_into_the_reports(pack, tmp_path, language):
    """Names with script, attributes and terminal markup come out as the characters that they are."""
    path = tmp_path / "hostile.yaml"
    path.write_text(HOSTILE, encoding="utf-8")
    product = read_product(path, pack.vocabulary)
    found = make_plan(product, pack, ["EU"], date(2026, 12, 1), home="杭州", limit_seconds=0.05)
    html = write_html(found, language)
    names = {tag for tag, _ in tags(html)}
    assert not names & {"script", "img"}
    assert not [attrs for _, attrs in tags(html) if any(name.startswith("on") for name in attrs)]
    assert product.name.say(language) in text_of(found, language)


def test_a_hostile_source_never_becomes_a_link(plan):
    """Only addresses of the web are links."""
    obligation = next(each for each in plan.assessment.obligations if each.outcome is Truth.TRUE)
    rule = dataclasses.replace(obligation.rule, sources=("javascript:alert(4)", "data:text/html,x"))
    hostile = dataclasses.replace(
        plan, assessment=dataclasses.replace(plan.assessment, obligations=(dataclasses.replace(obligation, rule=rule),))
    )
    html = write_html(hostile, "en")
    assert "javascript:alert(4)" in html
    assert not [attrs for tag, attrs in tags(html) if tag == "a"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_narrow_terminal_loses_nothing(plan, language):
    """At 80 columns every notice and every source stands in full: lines are folded, never cut."""
    stream = io.StringIO()
    write_text(plan, Console(file=stream, width=80, no_color=True), language)
    joined = re.sub(r"\s+", "", stream.getvalue())
    for notice in plan.notices:
        assert re.sub(r"\s+", "", notice.say(language)) in joined
    for obligation in plan.assessment.obligations:
        if obligation.outcome is Truth.TRUE:
            for source in obligation.rule.sources:
                assert source in joined


def test_unverified_rules_say_so_in_both_reports(plan):
    """An unverified rule never reads like a sure one."""
    unverified = [
        each
        for each in plan.assessment.obligations
        if each.outcome is Truth.TRUE and each.rule.confidence == "unverified"
    ]
    assert unverified
    assert write_html(plan, "en").count('badge unverified">UNVERIFIED') >= len(unverified)
    assert text_of(plan, "en").count("UNVERIFIED") >= len(unverified)
