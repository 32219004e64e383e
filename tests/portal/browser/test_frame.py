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
    page.click("button[name=language][value=en]")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/accounts/login/")
    page.click("button[name=theme][value=dark]")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_demo_account_logs_in_and_out(page, log_in, accessible):
    log_in("firm")
    accessible()
    assert "马晓" in page.inner_text("header")
    page.click("header .dropdown-toggle")
    page.click("text=退出")
    assert page.locator("header a[href='/accounts/signup/']").is_visible()


def test_a_wrong_password_says_so_beside_the_form(page):
    page.goto("/accounts/login/")
    page.fill("#id_login", "firm@demo.example")
    page.fill("#id_password", "not the password")
    page.locator("main form button").first.click()
    assert page.locator("#error-summary").is_visible()
