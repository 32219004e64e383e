"""The service window in a real browser: a clerk serves a client from one sentence to the client's plan and a rating."""

from pathlib import Path

import pytest

REPORT = Path(__file__).parents[3] / "examples" / "evidence" / "01-performance.json"
SENTENCE = "我们有一台协作机器人,额定负载10kg,想做碰撞力和EMC,下个月要出口欧盟"


def fits(page, address: str) -> None:
    """Assert that a page needs no scrolling aside, on a telephone and on a desk."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_every_page_fits_and_is_accessible(page, log_in, accessible):
    log_in("window")
    addresses = ["", "?show=all", "new/", "new/client/", "packages/", "packages/steward/", "mandates/", "opinions/"]
    addresses += ["1/", "2/", "3/", "3/receipt", "clients/1/mandate/"]
    for address in addresses:
        fits(page, f"/window/{address}")
        accessible()
    page.goto("/window/new/")
    with page.expect_navigation():
        page.locator("form[action*='/new/client/'] button").first.click()
    page.wait_for_url("**/words/")
    page.fill("#id_text", SENTENCE)
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_url("**/lines/")
    draft = page.url.removesuffix("lines/")
    for address in ("words/", "lines/", "check/"):
        fits(page, f"{draft}{address}")
        accessible()


@pytest.mark.slow
def test_a_clerk_serves_a_client_from_a_sentence_to_its_plan(page, log_in, chromium, served, accessible):
    log_in("window")
    page.goto("/window/")
    with page.expect_navigation():
        page.click("main a.btn-primary")
    page.fill("#q", "示例机器人")
    with page.expect_navigation():
        page.click("form[role=search] button")
    with page.expect_navigation():
        page.locator("form[action*='/new/client/'] button").first.click()
    page.fill("#id_text", SENTENCE)
    with page.expect_navigation():
        page.click("main form button.btn-primary")

    page.wait_for_url("**/lines/")
    marks = page.locator(".said mark").all_inner_texts()
    assert [mark.rstrip("0123456789") for mark in marks if "额定" not in mark] == [
        "协作机器人",
        "碰撞力",
        "EMC",
        "下个月",
        "欧盟",
    ]
    assert any(mark.startswith("额定负载10kg") for mark in marks)
    page.get_by_label("额定负载").first.fill("10 V")
    with page.expect_navigation():
        page.click("button[value=go]")
    page.wait_for_selector("#error-summary")
    page.get_by_label("额定负载").first.fill("10 公斤")
    page.fill("#id_name", "小蓝一号")
    with page.expect_navigation():
        page.click("button[value=open]")
    page.wait_for_url("**/receipt")
    assert page.locator(".receipt-code svg").is_visible(), "the receipt comes next, to be printed"
    order = page.url.removesuffix("receipt")
    page.goto(order)

    with page.expect_navigation():
        page.click("form[action$='/plan'] button")
    page.wait_for_selector("a[href*='/plans/1/']")
    history = page.inner_text("main")
    assert "代客户制定方案" in history
    assert "M-000001" in history
    assert "方案含其中 0 项（共 14 项）" in history, "nothing is promised before the rules are decided"

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
    with page.expect_navigation():
        page.click("form[action$='/plan'] button")
    page.wait_for_selector("a[href*='/plans/2/']")
    said = page.inner_text("main")
    assert "方案含其中 3 项（共 3 项）" in said, "the collision force tests are in the plan now"
    assert "方案含其中 0 项（共 14 项）" not in said, "and EMC tests too"
    with page.expect_navigation():
        page.click("form[action$='/hold'] button")
    page.wait_for_selector("form[action$='/confirm'] button")
    with page.expect_navigation():
        page.click("form[action$='/confirm'] button")
    page.wait_for_selector("text=确认预约")
    assert page.locator("form[action$='/confirm']").count() == 0, "it is booked"

    with page.expect_navigation():
        page.locator("#main a[href$='/move'], main a[href$='/move']").first.click()
    page.wait_for_url("**/move")
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_url(order)
    with page.expect_navigation():
        page.click("form[action$='/dismiss'] button")
    page.wait_for_selector("form[action$='/dismiss']", state="detached")
    with page.expect_navigation():
        page.locator("form[action$='/ship'] button").first.click()
    page.wait_for_selector("form[action$='/arrive'], summary:has-text('已丢失')")
    page.set_input_files("#id_file", REPORT)
    with page.expect_navigation():
        page.click("form[action$='/reports/add'] button")
    page.wait_for_selector(f"text={REPORT.name}")
    accessible()
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width

    with page.expect_navigation():
        page.click("a[href*='/plans/2/']")
    page.wait_for_url("**/plans/2/")
    assert "小蓝一号" in page.inner_text("main")

    page.goto(f"{order}receipt")
    assert page.locator(".receipt-code svg").is_visible()
    state = page.locator("main .text-break").inner_text()
    page.goto(order)
    page.click("summary:has-text('办结')")
    page.fill("#words-close", "检测方案一份")
    with page.expect_navigation():
        page.locator("form[action$='/close'] button").click()
    page.wait_for_selector("text=检测方案一份")

    visitor = chromium.new_context(base_url=served, locale="zh-CN").new_page()
    visitor.goto(state)
    visitor.check("input[name=rating-stars][value='5']")
    with visitor.expect_navigation():
        visitor.click("button[value=rate]")
    visitor.wait_for_selector("text=5 分")
    visitor.context.close()
    page.context.clear_cookies()
    log_in("firm")
    page.goto("/products/")
    assert "小蓝一号" in page.inner_text("main"), "the client finds the product in its own workbench"


def test_from_choosing_the_client_to_the_printed_receipt_it_takes_four_clicks(page, log_in):
    """A clerk with a queue in front of the counter: new demand, the client, read it, open and print."""
    page.add_init_script("window.print = () => { sessionStorage.printed = 1 + +(sessionStorage.printed || 0); }")
    log_in("window")
    page.goto("/window/")
    clicks = 0

    def click(selector: str) -> None:
        nonlocal clicks
        clicks += 1
        with page.expect_navigation():
            page.locator(selector).first.click()

    click("main a.btn-primary")
    page.wait_for_selector("#q:focus")  # the page puts the clerk there
    page.keyboard.type("示例机器人")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    click("form[action*='/new/client/'] button")
    page.fill("#id_text", SENTENCE)
    click("main form button.btn-primary")
    page.wait_for_url("**/lines/")
    click("button[value=open]")
    page.wait_for_url("**/receipt")
    assert page.evaluate("sessionStorage.printed") == "1"
    page.reload()
    assert page.evaluate("sessionStorage.printed") == "1", "it is printed once"
    assert clicks == 4


@pytest.mark.slow
def test_a_package_is_opened_and_its_orders_are_taken_handed_over_and_finished(page, log_in):
    log_in("window")
    page.goto("/window/packages/")
    with page.expect_navigation():
        page.locator("main a.btn-primary").first.click()
    page.select_option("#id_client", index=1)
    with page.expect_navigation():
        page.click("main form button.btn-primary")
    page.wait_for_url("**show=queue")
    with page.expect_navigation():
        page.locator("form[action$='/take'] button").first.click()
    page.wait_for_selector("summary:has-text('转交')")
    page.click("summary:has-text('转交')")
    with page.expect_navigation():
        page.locator("form[action$='/hand_over'] button").click()
    page.wait_for_selector("text=已转交")
    page.click("summary:has-text('办结')")
    page.fill("#words-close", "已说明")
    with page.expect_navigation():
        page.locator("form[action$='/close'] button").click()
    page.wait_for_selector("h2:has-text('客户得到的结果'), h2:has-text('办理结果')")
