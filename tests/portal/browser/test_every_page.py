"""Every page that the demo links to, as each role finds it: it fits a phone, is readable in the dark, has a name.

The pages are found by following links from the front page, one for each endpoint, so that a new page is looked at
without a line here.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

NOT_PAGES = {"account_logout", "metrics", "healthz", "booking:feed", "workbench:export"}
ROLES = ["anonymous"] + [
    pytest.param(role, marks=pytest.mark.slow)
    for role in ("firm", "laboratory", "window", "regulator", "expert", "operator")
]


def pages(page, served: str) -> Iterator[str]:
    """Yield the address of one page of each endpoint that links lead to; a link that leads nowhere fails."""
    from django.urls import resolve

    waiting, known, seen = deque(["/"]), {"/"}, set()
    while waiting:
        address = waiting.popleft()
        path = urlsplit(address).path
        if path.startswith(("/static/", "/api/v1/")):
            continue
        found = resolve(path)
        endpoint = (found.view_name, found.kwargs.get("part"))
        if found.view_name in NOT_PAGES or endpoint in seen:
            continue
        seen.add(endpoint)
        answer = page.context.request.get(served + address)
        assert answer.status == 200, f"{address} answers {answer.status}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        yield address
        for link in re.findall(r'href="([^"#]+)', answer.text()):
            whole = urlsplit(urljoin(answer.url, unescape(link)))
            target = whole.path + (f"?{whole.query}" if whole.query else "")
            if f"{whole.scheme}://{whole.netloc}" == served and target not in known:
                known.add(target)
                waiting.append(target)


@pytest.mark.parametrize("page", ["en"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_fits_a_phone_in_the_dark(
    settings_of_tests: None, page, log_in: Callable[[str], None], accessible: Callable[[], None], served: str, role: str
):
    if role != "anonymous":
        log_in(role)
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": served}])
    page.set_viewport_size({"width": 390, "height": 844})
    faults = []
    looked_at = 0
    for address in pages(page, served):
        page.goto(address)
        looked_at += 1
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            faults.append(f"{address}: {wide} px too wide")
        if not page.title().partition(" · ")[0].strip():
            faults.append(f"{address}: no title")
        if page.locator("h1").count() != 1:
            faults.append(f"{address}: {page.locator('h1').count()} first headings")
        try:
            accessible()
        except AssertionError as error:
            faults.append(f"{address}: {error}")
    assert looked_at > 10, "the links lead nowhere"
    assert not faults, "\n".join(faults)
