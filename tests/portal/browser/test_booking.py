"""A path in a real browser: booked by the firm, declined in part by a laboratory, changed, carried out, and reported.

The demo's third sample product is planned and booked again beside the demo's own booked path.
"""

import re

import pytest

PRODUCT = 3


def _log_in(page, login: str) -> None:
    page.context.clear_cookies(name="session")
    page.goto("/accounts/login/")
    page.fill("#id_login", f"{login}@demo.example")
    page.fill("#id_password", "qilian-demo-2026")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda address: "/login" not in address)


def _plan(page) -> int:
    """Make a plan of the product and open its booking; return how many appointments it has."""
    page.goto(f"/products/{PRODUCT}/answers")
    page.locator("form[action$='/plans/make'] button").first.click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"), timeout=60_000)
    page.click("main a[href*='/hold']")
    return page.locator("main tbody tr").count()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_from_the_plan_to_the_report_that_shortens_the_next_plan(page, accessible):
    page.set_default_timeout(60_000)
    _log_in(page, "laboratory")
    page.goto("/bookings/requests/")
    before = _newest(page)
    _log_in(page, "firm")
    appointments = _plan(page)
    assert appointments >= 5
    accessible()
    page.click("main form button.btn-primary")  # hold
    page.wait_for_url(re.compile(r"/bookings/\d+/$"))
    path = page.url
    assert re.search(r"\(1[45]:\d\d\)", page.inner_text("[role=timer]"))
    accessible()
    page.click("form[action$='/confirm'] button")
    page.wait_for_url(path)
    laboratories = set(page.locator("main table tbody td:nth-child(3)").all_inner_texts())
    assert len(laboratories) >= 5

    _log_in(page, "laboratory")
    page.goto("/bookings/requests/")
    accessible()
    asked = [each for each in _newest(page) if each not in before]
    assert len(asked) >= 2, "the demo's laboratory answers requests; one is declined, one carried out"
    page.goto(asked[0])
    accessible()
    declined = page.inner_text("h1").split("\n")[0].strip()
    page.fill("#reason", "设备检定")
    page.click("form[action$='/decline'] button")
    page.wait_for_url("**/bookings/requests/")
    assert asked[0] not in _newest(page)

    _log_in(page, "firm")
    page.goto(path)
    proposed = page.locator("#proposal tbody th").all_inner_texts()
    assert any(each.strip() in declined for each in proposed)
    accessible()
    page.click("form[action$='/accept'] button")
    page.wait_for_url(path)
    assert page.locator("#proposal").count() == 0

    _log_in(page, "laboratory")
    page.goto("/bookings/requests/")
    carried_out = next(each for each in asked[1:] if each in _newest(page))
    page.goto(carried_out)
    page.click("form[action$='/accept'] button")
    page.wait_for_url("**/bookings/requests/")
    page.goto(carried_out)
    page.click("main a[href*='/samples/']")
    page.click("button[formaction$='/receive']")
    page.wait_for_url(re.compile(r"/samples/\w+/$"))
    accessible()
    for act in ("start", "finish"):
        page.goto(carried_out)
        page.click(f"form[action$='/{act}'] button")
        page.wait_for_url("**" + carried_out)
    number = f"R{re.sub(r'[^0-9]', '', carried_out)}"
    page.click("a[href$='/report']")
    accessible()
    page.fill("#id_number", number)
    page.check("input[name=outcome][value=pass]")
    page.click("main form[enctype] button")
    page.wait_for_url("**" + carried_out)

    _log_in(page, "firm")
    page.goto(f"/products/{PRODUCT}/evidence/")
    assert number in page.inner_text("main")
    assert _plan(page) == appointments - 1

    page.goto(f"{path}cancel")
    accessible()
    page.click("main form button.btn-primary")
    page.wait_for_url(path)
    assert page.locator("a[href$='/cancel']").count() == 0


def _newest(page) -> list[str]:
    """Return the addresses of the appointments that wait for an answer, the newest first."""
    links = page.locator("main tbody td:nth-child(2) a").all()
    found = {link.get_attribute("href") for link in links}
    return sorted(found, key=lambda address: -int(re.search(r"(\d+)/$", address)[1]))
