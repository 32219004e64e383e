"""The laboratory's board in a real browser: an appointment is moved by dragging and by keyboard, a bench is blocked.

Where an appointment may go is the plan's and the firm's matter: what is refused says why, and nothing has moved.
"""

import pytest

HOURS = (1, -1, 2, -2, 24, 3, -3, 48)


def movable(page) -> list[str]:
    """Open the board on the appointments ahead; return the addresses of those that may be moved."""
    page.goto("/bookings/board/?days=28")
    return [link.get_attribute("href") for link in page.locator("a[data-movable]").all()]


def begin(page, address: str) -> str:
    return page.locator(f"a[data-movable][href='{address}']").get_attribute("data-start")


def by_mouse(page, address: str, hours: int) -> None:
    bar = page.locator(f"a[data-movable][href='{address}'] rect")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    step = bar.evaluate("bar => bar.closest('svg').getBoundingClientRect().width") / (24 * 28)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8 * (1 if hours > 0 else -1), y)
    page.mouse.move(x + hours * step, y, steps=4)
    page.mouse.up()
    page.wait_for_selector("#drag")
    page.click("#drag button.btn-primary")


def by_keyboard(page, address: str, hours: int) -> None:
    page.focus(f"a[data-movable][href='{address}']")
    days, rest = divmod(abs(hours), 24)
    keys = ("PageDown", "ArrowRight") if hours > 0 else ("PageUp", "ArrowLeft")
    for key in (keys[0],) * days + (keys[1],) * rest:
        page.keyboard.press(key)
    page.wait_for_selector("#drag")
    page.keyboard.press("Enter")  # to the button
    page.keyboard.press("Enter")  # and there


@pytest.mark.parametrize("way", [by_mouse, by_keyboard])
def test_an_appointment_is_moved_or_the_refusal_says_why(page, log_in, way, accessible):
    log_in("laboratory")
    addresses = movable(page)
    assert addresses, "the demo's path has appointments at its laboratory"
    for address in addresses:
        for hours in HOURS:
            was = begin(page, address)
            with page.expect_navigation():
                way(page, address, hours)
            done = page.locator(".alert-success").count() > 0
            assert done or page.locator(".alert-danger").count() > 0, "it is said, either way"
            movable(page)
            assert (begin(page, address) != was) == done, "what is refused has not moved"
            if done:
                accessible()
                return
    pytest.fail("no appointment could be moved anywhere")


def test_what_is_only_looked_at_stays(page, log_in):
    log_in("laboratory")
    address = movable(page)[0]
    was = begin(page, address)
    page.focus(f"a[data-movable][href='{address}']")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#drag")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drag", state="hidden")
    assert page.locator(f"a[data-movable][href='{address}'] rect").get_attribute("transform") is None
    with page.expect_navigation(url=f"**{address}"):
        page.keyboard.press("Enter")
    movable(page)
    assert begin(page, address) == was


def test_a_bench_is_blocked_and_made_free_by_the_keyboard(page, log_in):
    log_in("laboratory")
    page.goto("/bookings/board/?days=28")
    blocked = page.locator("rect.booking-maintenance, rect.booking-blocked").count()
    page.goto("/bookings/board/block?bench=zj-robot-b02")
    page.fill("#id_start", "2099-01-05T08:00")
    page.fill("#id_end", "2099-01-05T10:00")
    page.focus("main form button.btn-primary")
    with page.expect_navigation(url="**/bookings/board/"):
        page.keyboard.press("Enter")
    page.goto("/bookings/board/?from=2099-01-05&days=7")
    assert page.locator("rect.booking-maintenance").count() == 1
    page.focus("form[action$='/unblock'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(".alert-success")
    page.goto("/bookings/board/?from=2099-01-05&days=7")
    assert page.locator("rect.booking-maintenance").count() == 0
    page.goto("/bookings/board/?days=28")
    assert page.locator("rect.booking-maintenance, rect.booking-blocked").count() == blocked
