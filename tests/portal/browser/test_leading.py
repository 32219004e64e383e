"""A leader invites a firm, both share a requirement, and help counts once the supplier has confirmed its effect."""

import pytest


def go_on(page) -> None:
    """Send the page's form, and wait for the next one."""
    with page.expect_navigation():
        page.locator("main form button.btn-primary").last.click()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_help_counts_by_its_effect(page, log_in, accessible):
    def become(login: str) -> None:
        page.context.clear_cookies(name="session")
        log_in(login)

    become("supplier")  # who leads here the other way round: the demo's own bond stays as it is
    page.goto("/leading/new/")
    page.fill("#id_supplier", "示例机器人有限公司（演示）")
    page.select_option("#id_nodes", ["lidar"])
    accessible()
    go_on(page)
    bond = page.url
    page.locator("a[href*='/points/']").first.click()
    page.wait_for_url("**/points/**")
    point = page.url
    become("firm")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(bond)
    accessible()
    go_on(page)
    become("supplier")
    page.goto(f"{point}require/")
    page.fill("#id_upper", "3")
    page.fill("#id_unit", "cm")
    page.fill("#id_starts", page.evaluate("new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10)"))
    accessible()
    go_on(page)
    assert "≤ 3 cm" in page.inner_text("main")
    accessible()
    page.goto(f"{bond}help/new/")
    page.locator("input[name=kind]").first.check()
    page.fill("#id_title", "共享标定台")
    page.fill("#id_on", page.evaluate("new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10)"))
    page.select_option("#id_about", index=1)
    page.fill("#id_before", "4.5")
    accessible()
    go_on(page)
    with page.expect_navigation():
        page.locator("a[href*='/help/']", has_text="共享标定台").click()
    helped = page.url
    become("firm")
    page.goto(helped)
    page.fill("#id_after", "2.8")
    with page.expect_navigation():
        page.locator("form:has(#id_after) button").click()
    accessible()
    with page.expect_navigation():
        page.locator("form[action$='/confirm'] button").click()
    page.goto(bond)
    assert page.locator(".front-figures dd").first.inner_text() == "1"
    with page.expect_navigation():  # what the other language's run begins with
        page.locator("summary").last.click()
        page.fill("#words-end", "演示结束")
        page.locator("form[action$='/end'] button").click()
