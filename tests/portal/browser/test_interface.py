"""The page of the interface for programs in a real browser: it fits, opens by keyboard, and hides nothing."""

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
@pytest.mark.parametrize("width", [390, 1440])
def test_the_reference_fits_and_is_accessible(page, accessible, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/api/")
    page.locator("#products_make_product > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#products_make_product pre").is_visible()
    page.locator("#products_make_product a[href='#shape-ProductOut']").click()
    assert page.url.endswith("#shape-ProductOut")
    accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
