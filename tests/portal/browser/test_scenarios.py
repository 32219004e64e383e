"""From a need to a conversion in a real browser: a firm writes it, a maker offers, each verifies the other's word."""

import re

import pytest


@pytest.fixture
def become(page, log_in):
    """Go on as another of the demo's accounts."""

    def do(login: str) -> None:
        page.context.clear_cookies(name="session")
        log_in(login)

    return do


@pytest.fixture
def go_on(page):
    """Press something that leads to another page: by its place, the form's main button without one."""

    def do(place: str = "main form button.btn-primary") -> None:
        with page.expect_navigation():
            page.locator(place).last.click()

    return do


@pytest.fixture
def write(page, go_on, accessible):
    """Write an offer or a need on its pages, and publish it: side, title, and the terms."""

    def do(side: str, title: str, terms: list[dict[str, str]]) -> None:
        page.goto("/scenarios/?show=mine")
        go_on(f"button[name=side][value={side}]")
        page.fill("#id_title", title)
        page.fill("#id_words", "浏览器测试写下的示例内容。")
        go_on()
        go_on()  # no part of the chain
        page.locator("input[name=reach]").first.check()
        accessible()
        go_on()
        for term in terms:
            go_on("main a[href$='/terms/']")
            if "own" in term:
                page.select_option("#id_parameter", "-")
                page.fill("#id_own", term["own"])
                page.fill("#id_unit", term["unit"])
            else:
                page.select_option("#id_parameter", term["parameter"])
            accessible()
            go_on()
            if "operator" in term:
                page.locator(f"input[name=operator][value={term['operator']}]").check()
            page.fill("#id_value", term["value"])
            if "upper" in term:
                page.fill("#id_upper", term["upper"])
            accessible()
            go_on()
        accessible()
        go_on("form[action$='/publish'] button")
        page.wait_for_url("**/matches/")

    return do


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_technology_finds_its_scenario_and_is_converted(page, become, write, go_on, accessible):
    language = next(each["value"] for each in page.context.cookies() if each["name"] == "language")
    own = {"own": f"夹持力 {language}", "unit": "N"}
    become("supplier")
    offered = [{"parameter": "payload.rated", "value": "6000 g"}, {**own, "value": "20", "upper": "120"}]
    write("offer", f"夹爪 {language}", offered)

    become("firm")
    asked = [
        {"parameter": "payload.rated", "operator": "at_least", "value": "5 kg"},
        {**own, "unit": "kN", "operator": "covers", "value": "0.03", "upper": "0.1"},
    ]
    write("need", f"抓取 {language}", asked)
    accessible()
    match = page.locator(".card", has_text=f"夹爪 {language}")
    assert match.locator(".badge.bg-green-lt").count() == 1, "another unit changes nothing"
    with page.expect_navigation():
        match.locator("h2 a").click()
    accessible()
    page.fill("#id_words", "希望在冷库试用两周。")
    go_on()
    page.wait_for_url(re.compile(r"/trials/\d+/$"))
    trial = page.url
    accessible()

    become("supplier")
    page.goto(trial)
    go_on("form[action$='/accept'] button")
    for step in ("research", "validation", "conversion"):
        kind = "figures" if step == "validation" else "link"
        go_on(f"main a[href$='/evidence/{kind}/']")
        accessible()
        page.fill("#id_title", f"{step} {language}")
        if kind == "link":
            page.fill("#id_link", f"https://demo.example/{step}")
        else:
            page.fill("#id_figure0", "5.5 kg")
            page.fill("#id_figure1", "0.025 .. 0.11")
        go_on()
        assert page.locator("form[action$='/advance'] button").is_disabled()
        assert page.locator("form[action$='/verify'] button").count() == 0, "nobody verifies their own word"

        become("regulator" if step == "validation" else "firm")
        page.goto(trial)
        accessible()
        go_on("form[action$='/verify'] button")

        become("supplier")
        page.goto(trial)
        go_on("form[action$='/advance'] button")
    accessible()
    assert page.locator("main form").count() == 0, "it is converted: nothing more can be done"

    become("regulator")
    page.goto("/scenarios/trials/?state=converted")
    accessible()
    assert page.locator("main a", has_text=f"抓取 {language}").count() == 1
    assert page.locator("main table").count() == 1
