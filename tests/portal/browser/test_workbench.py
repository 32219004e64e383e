"""The workbench in a real browser: a product by questions, its plan, what-ifs, evidence, export, a shared link."""

from pathlib import Path

import pytest

PLAN = "/products/3/plans/1/"
"""The demo's plan: the sample robot is the third of the demo's products."""


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_every_page_fits_and_is_accessible(page, log_in, accessible):
    log_in("firm")
    parts = ("", "obligations", "tests", "itinerary", "versions", "share")
    addresses = ["/products/", "/products/new/", "/products/new/file", "/products/3/", "/products/3/answers"]
    addresses += ["/products/3/questions/radio.bands/", "/products/3/evidence/", *(PLAN + part for part in parts)]
    for address in addresses:
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        page.set_viewport_size({"width": 1440, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440, address
        accessible()


def test_a_newcomer_makes_a_robot_by_questions_and_sees_its_plan(page, repository: Path):
    page.goto("/accounts/signup/")
    page.fill("#id_email", "newcomer@demo.example")
    page.fill("#id_name", "新用户")
    page.fill("#id_password1", "a long and good one 7")
    page.fill("#id_password2", "a long and good one 7")
    with page.expect_navigation():
        page.locator("main form button[type=submit], main form button").first.click()
    page.wait_for_url(lambda address: "/signup" not in address)

    page.goto("/products/")
    with page.expect_navigation():
        page.click("main .empty a.btn-primary")
    with page.expect_navigation():
        page.click("a[href='/products/new/questions']")
    page.fill("#id_name", "试验机器人")
    page.check("input[name=markets][value=EU]")
    page.select_option("#id_home", "hangzhou")
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.check("input[name=answer][value=amr]")
    page.wait_for_selector("#standing .fw-bold")  # by how much the answer changes the counts
    with page.expect_navigation():
        page.click("button[value=save]")
    page.wait_for_url(lambda address: "product.kind" not in address)
    with page.expect_navigation():
        page.click("button[value=unknown]")
    with page.expect_navigation():
        page.click("button[value=later]")
    with page.expect_navigation():
        page.click("a[href$='/answers']")
    assert "自主移动机器人" in page.inner_text("main")
    with page.expect_navigation():
        page.locator("form[action$='/plans/make'] button").first.click()
    page.wait_for_url("**/plans/1/")
    assert page.locator("canvas").count() == 1, "the coming changes are drawn"

    with page.expect_navigation():
        page.click("a[href$='/plans/1/itinerary']")
    page.wait_for_selector(".chart-320 canvas")
    page.fill("#ask_specimens", "3")
    page.locator("#ask_specimens").dispatch_event("change")
    page.wait_for_selector("#what-if-answer table")
    page.select_option("#ask_home", "ningbo")
    page.wait_for_selector("#what-if-answer:has-text('宁波')")
    with page.expect_navigation():
        page.click("#what-if-answer button[value=keep]")
    page.wait_for_url("**/plans/2/itinerary")

    page.goto(page.url.replace("plans/2/itinerary", "evidence/"))
    page.set_input_files("#id_file", repository / "examples" / "evidence" / "02-electrical.json")
    with page.expect_navigation():
        page.click("form[action$='/evidence/add'] button")
    assert "EX-02" in page.inner_text("main")


def test_a_form_that_is_clicked_twice_is_sent_once(page, log_in):
    """An impatient reader makes one product, not two; after going back the form can be sent again."""
    log_in("firm")
    page.goto("/products/new/questions")
    page.fill("#id_name", "急着点两次")
    page.check("input[name=markets][value=EU]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        "() => { const form = document.querySelector('main form'); form.requestSubmit(); form.requestSubmit(); }"
    )
    page.wait_for_url("**/questions/**")
    assert len(sent) == 1
    page.goto("/products/?q=急着点两次")
    assert page.locator("main table tbody tr, main .list-group-item").count() == 1
    page.goto("/products/new/questions")
    page.go_back()
    page.go_forward()
    assert page.locator("form[data-sent]").count() == 0


def test_a_plan_is_exported_and_shared(page, log_in, chromium, served):
    log_in("firm")
    page.goto(PLAN)
    page.click(".dropdown button:has-text('导出')")
    with page.expect_download() as download:
        page.click("a[href$='/export/xlsx']")
    assert download.value.suggested_filename.endswith("-v1.xlsx")

    page.goto(f"{PLAN}share")
    with page.expect_navigation():
        page.click("form[action$='/links'] button")
    address = page.input_value("#link")
    visitor = chromium.new_context(base_url=served).new_page()
    assert visitor.goto(address).status == 200
    assert "AMR-100" in visitor.inner_text("h1")
    with page.expect_navigation():
        page.locator("form[action$='/revoke'] button").first.click()
    assert visitor.goto(address).status == 404
    visitor.context.close()


def test_why_not_a_laboratory_and_time_against_price(page, log_in):
    log_in("firm")
    page.goto(f"{PLAN}itinerary")
    page.click("form[action$='/why'] button")
    page.wait_for_selector("#why-answer p")
    assert len(page.inner_text("#why-answer")) > 10
    page.click("form[action$='/front'] button")
    page.wait_for_selector("#job a.btn-primary", timeout=60_000)
    with page.expect_navigation():
        page.click("#job a.btn-primary")
    page.wait_for_selector("#front table")
    with page.expect_navigation():
        page.locator("#front table a").nth(1).click()
    assert page.locator("form[action*='/front/1/keep'] button").is_visible()


def test_a_regulator_reads_and_is_offered_no_change(page, log_in):
    log_in("regulator")
    page.goto("/products/")
    assert "AMR-100" in page.inner_text("main")
    page.goto("/products/3/")
    assert page.locator("main form").count() == 0
    log_out = page.context
    log_out.clear_cookies()
    log_in("ningbo")
    page.goto("/products/")
    assert "AMR-100" not in page.inner_text("main")


MARKS = """async ([from, to]) => {
  const source = [...document.scripts].find((each) => each.src.includes("charts-workbench")).src;
  const { marks, marked } = await import(source);
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  return marks(begin, end).map((each) => marked(each, begin, end).replace("\\n", " "));
}"""


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_a_picture_in_time_is_marked_by_hours_days_or_weeks_as_its_span_wants(page, log_in):
    """Some hours, some days, a quarter, a year; a week is named by its Monday and its number of ISO 8601."""
    log_in("firm")
    page.goto(PLAN + "itinerary")
    page.wait_for_selector(".chart-320 canvas")
    hours = page.evaluate(MARKS, ["2026-12-01T08:00", "2026-12-01T17:00"])
    assert hours == ["09:00", "12:00", "15:00"]
    assert page.evaluate(MARKS, ["2026-12-01T08:00", "2026-12-03T17:00"])[:2] == ["12:00", "12-02 Wed"]
    days = page.evaluate(MARKS, ["2026-12-01T08:00", "2026-12-08T17:00"])
    assert (days[0], days[-1], len(days)) == ("12-02 Wed", "12-08 Tue", 7)
    weeks = page.evaluate(MARKS, ["2026-12-01T08:00", "2027-02-01T08:00"])
    assert weeks[:5] == ["12-07 W50", "12-14 W51", "12-21 W52", "12-28 W53", "01-04 W01"]
    assert 5 <= len(page.evaluate(MARKS, ["2026-12-01T08:00", "2027-12-01T08:00"])) <= 13


def test_the_colours_of_a_plan_s_picture_have_a_key(page, log_in):
    """Every laboratory of the table stands in it once, and each colour is that of the bars."""
    log_in("firm")
    page.goto(PLAN + "itinerary")
    key = page.locator(".chart-key").first.locator("li").all_inner_texts()
    named = {cell.split("\n")[0] for cell in page.locator(".workbench-steps tbody td:nth-child(4)").all_inner_texts()}
    assert named <= {each.strip() for each in key}
    assert len(key) == len(named) + 1, "and the transport"
