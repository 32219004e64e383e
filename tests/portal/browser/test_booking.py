"""A path in a real browser: booked by the firm, declined in part by a laboratory, changed, carried out, and reported.

The demo's third sample product is planned and booked again beside the demo's own booked path. Which laboratories are on
it is the plan's matter: the test follows it to whichever they are.
"""

import re

import pytest
from tests.portal.browser.on_the_path import OnThePath, staff_all, to_decline_and_to_carry_out

PRODUCT = 3


@pytest.fixture(scope="module", autouse=True)
def everybody(served, served_home) -> None:
    """Let every laboratory of the network have somebody who answers."""
    staff_all(served_home)


@pytest.fixture
def course(page, log_in) -> OnThePath:
    page.set_default_timeout(60_000)
    return OnThePath(page, log_in)


def plan(page) -> int:
    """Make a plan of the product and open its booking; return how many appointments it has."""
    page.goto(f"/products/{PRODUCT}/answers")
    with page.expect_navigation():
        page.locator("form[action$='/plans/make'] button").first.click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"), timeout=60_000)
    with page.expect_navigation():
        page.click("main a[href*='/hold']")
    return page.locator("main tbody tr").count()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_from_the_plan_to_the_report_that_shortens_the_next_plan(page, course, accessible):
    course.enter("firm")
    planned = plan(page)
    accessible()
    with page.expect_navigation():
        page.click("main form button.btn-primary")  # hold
    page.wait_for_url(re.compile(r"/bookings/\d+/$"))
    path = int(page.url.rstrip("/").rpartition("/")[2])
    assert re.search(r"\(1[45]:\d\d\)", page.inner_text("[role=timer]"))
    accessible()
    held = course.appointments(path)
    assert len(held) == planned
    assert len({each["laboratory"] for each in held}) >= 5, "a path through five laboratories"
    declined, carried = to_decline_and_to_carry_out(held)
    for code in {declined["laboratory"], carried["laboratory"]}:
        course.answers_first(code)

    course.enter("firm")
    page.goto(f"/bookings/{path}/")
    with page.expect_navigation():
        page.click("form[action$='/confirm'] button")
    page.wait_for_selector("form[action$='/confirm']", state="detached")
    states = {each["number"]: each["state"] for each in course.appointments(path)}
    assert {states[declined["number"]], states[carried["number"]]} == {"requested"}

    course.decline(declined)
    course.enter("firm")
    page.goto(f"/bookings/{path}/")
    assert page.locator("#proposal tbody tr").count() >= 1
    accessible()
    with page.expect_navigation():
        page.click("form[action$='/accept'] button")
    page.wait_for_selector("#proposal", state="detached")
    now = course.appointments(path)
    again = next(each for each in now if each["test"] == declined["test"] and each["lot"] == declined["lot"])
    assert again["laboratory"] != declined["laboratory"], "another laboratory does it"
    assert len(now) == planned, "nothing of the path is lost"

    carried = next(each for each in now if each["test"] == carried["test"] and each["lot"] == carried["lot"])
    page.goto(f"/bookings/{path}/")
    with page.expect_navigation():
        page.click(f"main a[href='/bookings/samples/{course.sample(path, carried)}/']")
    with page.expect_navigation():
        page.click("button[formaction$='/ship']")
    page.wait_for_selector("button[formaction$='/ship']", state="detached")
    accessible()
    code, number = course.carry_out(carried)
    accessible()
    stops = [each for each in now if (each["lot"], each["unit"]) == (carried["lot"], carried["unit"])]
    onward = next(each for each in stops if each["laboratory"] != carried["laboratory"])
    if course.send_on(carried, code):
        course.enter_laboratory(onward["laboratory"])
        course.receive(code)

    course.enter("firm")
    page.goto(f"/bookings/samples/{code}/")
    told = page.inner_text("main")
    assert course.name_of(carried["laboratory"]) in told
    assert course.name_of(onward["laboratory"]) in told
    page.goto(f"/products/{PRODUCT}/evidence/")
    assert number in page.inner_text("main")
    assert plan(page) == planned - 1, "the next plan is shorter by what was reported"

    page.goto(f"/bookings/{path}/cancel")
    accessible()
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_url(f"**/bookings/{path}/")
    assert page.locator("a[href$='/cancel']").count() == 0
