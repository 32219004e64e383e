"""The frame of all pages in a real browser: languages, themes, narrow screens, keyboard, assistive technology."""

import pytest


@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
@pytest.mark.parametrize("width", [390, 1440])
def test_the_front_page_fits_and_is_accessible(page, accessible, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_tab_leads_to_the_content(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_language_and_theme_are_kept(page):
    page.goto("/accounts/login/")
    with page.expect_navigation():
        page.click("button[name=language][value=en]")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/accounts/login/")
    with page.expect_navigation():
        page.click("button[name=theme][value=dark]")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_demo_account_logs_in_and_out(page, log_in, accessible):
    log_in("firm")
    accessible()
    assert "马晓" in page.inner_text("header")
    page.locator("header .dropdown-toggle").last.click()
    with page.expect_navigation():
        page.click("text=退出")
    assert page.locator("header a[href='/accounts/signup/']").is_visible()


def test_a_wrong_password_says_so_beside_the_form(page):
    page.goto("/accounts/login/")
    page.fill("#id_login", "firm@demo.example")
    page.fill("#id_password", "not the password")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    assert page.locator("#error-summary").is_visible()


@pytest.fixture
def without_script(chromium, served: str):
    """A page of the demo's firm in a browser that runs no script, as wide as asked."""
    contexts = []

    def open_page(width: int):
        context = chromium.new_context(
            base_url=served, java_script_enabled=False, viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("#id_login", "firm@demo.example")
        page.fill("#id_password", "qilian-demo-2026")
        with page.expect_navigation():
            page.locator("main form button[type=submit], main form button").first.click()
        page.wait_for_url(lambda address: "/login" not in address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_without_script_every_menu_opens_and_the_main_work_is_done(without_script, width: int):
    """The menu, the account's and the exports are reached; a what-if answers on a page of its own; one logs out."""
    page = without_script(width)
    page.locator("header nav .dropdown-toggle").first.focus()
    assert page.locator("header nav a[href='/standards/']").is_visible()
    page.goto("/products/3/plans/1/itinerary")
    page.locator("main .dropdown-toggle").focus()
    assert page.locator("a[href$='/export/xlsx']").is_visible()
    assert not page.locator(".chart").first.is_visible(), "pictures leave their room to the tables"
    page.fill("#ask_specimens", "3")
    with page.expect_navigation():
        page.locator("form:has(#ask_specimens) button").first.click()
    page.wait_for_url("**/what-if")
    assert page.locator("main table").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("header .dropdown-toggle").last.focus()
    with page.expect_navigation():
        page.locator("header form[action='/accounts/logout/'] button").click()
    page.wait_for_url(lambda address: "/what-if" not in address)
    assert page.locator("header a[href='/accounts/login/']").is_visible()


def test_a_plan_prints_on_white_with_its_reasons_and_without_buttons(page, log_in):
    """Of the dark theme, too: what is closed on the screen is open on paper, and the screen is as it was before."""
    log_in("firm")
    page.goto("/products/3/plans/1/obligations")
    with page.expect_navigation():
        page.click("button[name=theme][value=dark]")
    closed = page.locator("main details:not([open])").count()
    assert closed > 5
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    assert page.locator("main details:not([open])").count() == 0
    assert page.locator("main .btn:visible").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.locator("main details:not([open])").count() == closed
