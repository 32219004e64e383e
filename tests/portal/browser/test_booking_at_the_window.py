"""What a firm does from its plan to the next, shorter one, a clerk does for a client who says one sentence."""

import re

import pytest
from tests.portal.browser.on_the_path import OnThePath, staff_all, to_decline_and_to_carry_out

SENTENCE = "我们有一台协作机器人,额定负载10kg,想做碰撞力和EMC,下个月要出口欧盟"


@pytest.fixture(scope="module", autouse=True)
def everybody(served, served_home) -> None:
    """Let every laboratory of the network have somebody who answers."""
    staff_all(served_home)


@pytest.fixture
def course(page, log_in) -> OnThePath:
    page.set_default_timeout(60_000)
    return OnThePath(page, log_in)


def order_of_a_sentence(page) -> str:
    """Take the sentence up for the demo's firm; return the address of the order."""
    page.goto("/window/new/?q=示例机器人")
    with page.expect_navigation():
        page.locator("form[action*='/new/client/'] button").first.click()
    page.fill("#id_text", SENTENCE)
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_url("**/lines/")
    page.fill("#id_name", "小绿一号")
    with page.expect_navigation():
        page.click("button[value=open]")
    page.wait_for_url("**/receipt")
    return page.url.removesuffix("receipt")


def ask_the_client(page, order: str) -> None:
    """Write down what the client answers to the questions on which the wanted tests depend."""
    with page.expect_navigation():
        page.click("form[action$='/correct'] button:has-text('记下回答')")
    page.wait_for_url("**/lines/")
    page.get_by_label("含无线发射功能").select_option("no")
    page.get_by_label("功率与力限制").select_option("yes")
    page.get_by_label("接交流电网").select_option("yes")
    page.get_by_label("工业场所").check()
    for left_out in ("每相额定输入电流", "额定交流电源电压（上限）", "接公共低压电网"):
        page.get_by_role("group", name=f"选择： {left_out}").get_by_label("不采用").check()
    with page.expect_navigation():
        page.click("button[value=go]")
    page.wait_for_url("**/check/")
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_url(order)


def make_plan(page, version: int) -> list[str]:
    """Make the client's plan from the order's page; return the tests that it sends to laboratories."""
    with page.expect_navigation():
        page.click("form[action$='/plan'] button")
    page.wait_for_selector(f"a[href*='/plans/{version}/']")
    address = page.locator(f"a[href*='/plans/{version}/']").first.get_attribute("href")
    product = re.search(r"/products/(\d+)/", address)[1]
    plan = page.request.get(f"/api/v1/products/{product}/plans/{version}").json()
    return [step["test"] for step in plan["itinerary"]["steps"]] if plan["itinerary"] else []


@pytest.mark.slow
def test_a_clerk_books_for_a_client_from_a_sentence_to_the_next_shorter_plan(page, course, accessible):
    course.enter("window")
    order = order_of_a_sentence(page)
    page.goto(order)
    make_plan(page, 1)
    ask_the_client(page, order)
    planned = make_plan(page, 2)

    with page.expect_navigation():
        page.click("form[action$='/hold'] button")
    page.wait_for_selector("form[action$='/confirm'] button")
    link = page.locator("main a[href^='/bookings/']").first.get_attribute("href")
    path = int(re.search(r"/bookings/(\d+)/", link)[1])
    held = course.appointments(path)
    assert sorted(each["test"] for each in held) == sorted(planned)
    assert len({each["laboratory"] for each in held}) >= 5, "a path through five laboratories"
    declined, carried = to_decline_and_to_carry_out(held)
    for code in {declined["laboratory"], carried["laboratory"]}:
        course.answers_first(code)
    course.enter("window")
    page.goto(order)
    with page.expect_navigation():
        page.click("form[action$='/confirm'] button")
    page.wait_for_selector("form[action$='/confirm']", state="detached")

    course.decline(declined)
    course.enter("window")
    page.goto(order)
    accessible()
    with page.expect_navigation():
        page.click("form[action$='/accept'] button")
    page.wait_for_selector("form[action$='/accept']", state="detached")
    now = course.appointments(path)
    again = next(each for each in now if (each["lot"], each["test"]) == (declined["lot"], declined["test"]))
    assert again["laboratory"] != declined["laboratory"], "another laboratory does it"

    carried = next(each for each in now if (each["lot"], each["test"]) == (carried["lot"], carried["test"]))
    sample = course.sample(path, carried)
    with page.expect_navigation():
        page.click(f"form[action$='/samples/{sample}/ship'] button")
    page.wait_for_selector(f"form[action$='/samples/{sample}/ship'] button", state="detached")
    _, number = course.carry_out(carried)

    course.enter("window")
    page.goto(order)
    assert number in page.inner_text("#reports"), "the laboratory's report came back as the client's evidence"
    left = make_plan(page, 3)
    assert sorted([*left, carried["test"]]) == sorted(planned), "the next plan is shorter by what was reported"
    said = page.inner_text("main")
    assert said.count("M-000001") > 5, "every act was by the mandate"

    course.enter("firm")
    page.goto(f"/bookings/{path}/")
    assert course.name_of(again["laboratory"]) in page.inner_text("main"), "the client sees all of it as its own"
