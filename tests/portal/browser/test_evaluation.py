"""A regulator freezes the quarter, an appeal changes a figure, the page says exactly what changed; on any screen."""

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_quarter_is_frozen_appealed_against_and_replayed(page, log_in, accessible, repository):
    """Every page passes axe-core; nothing is wider than a telephone."""
    log_in("regulator")
    page.goto("/evaluation/freeze")
    accessible()
    page.fill("#id_title", "Winter")
    page.fill("#id_period", "2026-Q4")
    page.select_option("#id_system", "602520")
    page.set_input_files("#id_file", repository / "examples/evaluation/602520-2026-Q4.csv")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    page.wait_for_url("**/evaluation/*/")
    assert page.locator("tbody tr").count() == 60
    assert page.locator(".alert").count() == 1  # says that the system is a sample
    accessible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})
    with page.expect_navigation():
        page.locator("a[href$='/appeal']").click()
    accessible()
    page.select_option("#id_firm", "SAMPLE-07")
    page.select_option("#id_indicator", "test-days")
    page.fill("#id_raised", "2026-11-01")
    page.select_option("#id_outcome", "upheld")
    page.fill("#id_now", "38")
    page.fill("#id_reason", "Read wrongly")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    page.wait_for_url(lambda address: "appeal" not in address)
    assert page.get_by_text("figures.SAMPLE-07.values.test-days").count() == 1
    assert page.get_by_text("51.1 → 38").count() == 1
    accessible()
    with page.expect_navigation():
        page.locator("form[action$='/replay'] button").click()
    assert page.locator(".alert-success").count() == 1
    page.goto("/evaluation/")
    accessible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
