"""The quality map in a real browser: it answers to the mouse, is saved as lines, and is whole without the picture."""

import pytest


@pytest.mark.parametrize("page", ["en"], indirect=True)
def test_a_node_of_the_picture_leads_to_its_page(page, log_in, accessible):
    log_in("regulator")
    page.goto("/chain/?system=power&picture=layers")
    page.wait_for_selector(".chart canvas")
    place = page.evaluate("""() => {
        const place = document.querySelector("[data-chart='chain-map']");
        const values = JSON.parse(place.dataset.values);
        const at = values.nodes.find((node) => node.id === "bms").at;
        const [x, y] = window.echarts.getInstanceByDom(place).convertToPixel({xAxisIndex: 0, yAxisIndex: 0}, at);
        const box = place.getBoundingClientRect();
        return [box.left + x, box.top + y];
    }""")
    page.mouse.move(*place)  # lights the ways through it
    page.mouse.click(*place)
    page.wait_for_url("**/chain/nodes/bms/")
    assert page.locator("h1").inner_text().startswith("Battery management system")
    accessible()


def test_the_picture_is_saved_as_svg(page, log_in):
    log_in("firm")
    for address in ("/chain/?system=power", "/chain/?picture=flow"):
        page.goto(address)
        page.wait_for_selector(".chart canvas")
        with page.expect_download() as started:
            page.click("[data-saves]")
        text = started.value.path().read_text(encoding="utf-8")
        assert started.value.suggested_filename.endswith(".svg")
        assert text.startswith("<svg")
        assert ("电池包" if "system" in address else "整机") in text


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_every_page_fits_and_is_accessible(page, log_in, accessible):
    log_in("regulator")
    for address in ("", "?picture=flow", "nodes/pcb/", "nodes/pcb/trace", "gaps?city=lishui", "benches"):
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/chain/{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        accessible()


def test_without_scripts_everything_can_be_read_and_asked(chromium, served: str, page, log_in):
    log_in("regulator")
    plain = chromium.new_context(base_url=served, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    shown = plain.new_page()
    shown.goto("/chain/?system=power")
    assert shown.locator("[data-saves]").is_hidden()
    with shown.expect_navigation():
        shown.click("th a:has-text('电池包')")
    assert "电池包" in shown.inner_text("h1")
    shown.goto("/chain/gaps")
    shown.select_option("#city", "lishui")
    shown.fill("#km", "90")
    with shown.expect_navigation():
        shown.click("main form button")
    assert "210" in shown.inner_text("p[role=status]")
    plain.close()
