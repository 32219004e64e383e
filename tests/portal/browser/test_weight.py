"""How much a page makes the browser fetch, by the browser's own account: at most 600 kB before charts.

The first visit counts, with nothing kept. Charts (ECharts, which only pages with a picture load) are counted apart. How
soon a page is painted is measured in ``benchmarks/portal.py``, never asserted.
"""

import pytest

MOST = 600_000
MOST_WITH_CHARTS = 1_200_000
FETCHED = """() => [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
    .map(each => [each.name, each.transferSize])"""
PAGES = (
    "/",
    "/accounts/login/",
    "/products/",
    "/products/3/",
    "/products/3/questions/radio.bands/",
    "/products/3/plans/1/",
    "/products/3/plans/1/obligations",
    "/products/3/plans/1/itinerary",
    "/standards/",
    "/standards/show?reference=ISO+10218-1",
    "/rules/",
    "/chain/",
    "/chain/nodes/harmonic-reducer/",
    "/notices/",
    "/api/",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_weighs_at_most_600_kilobytes(chromium, served: str, page, log_in, address: str):
    log_in("firm")
    cookies = page.context.cookies()
    fresh = chromium.new_context(base_url=served)
    fresh.add_cookies(cookies)
    shown = fresh.new_page()
    answer = shown.goto(address, wait_until="load")
    assert answer.status == 200
    shown.wait_for_load_state("networkidle")
    fetched = dict(shown.evaluate(FETCHED))
    charts = sum(size for name, size in fetched.items() if "echarts" in name or "/charts" in name)
    fresh.close()
    assert all(name.startswith(served) for name in fetched if not name.startswith("data:")), "nothing from elsewhere"
    assert sum(fetched.values()) > 50_000, "the browser's account is empty"
    assert sum(fetched.values()) - charts <= MOST
    assert sum(fetched.values()) <= MOST_WITH_CHARTS
