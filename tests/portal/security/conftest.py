"""What security tests share: the demo to walk through, pages with their links and forms, rows of every endpoint."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

MOST_PAGES = 150
_NEVER_OPENED = re.compile(r"logout|/2fa/recovery-codes/download")


class Page(HTMLParser):
    """What a page links to, and its forms: address, method, fields by name with their type."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, tuple[str, str]]]] = []
        self._select = ""
        self.scripts = 0
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        self.handlers += [key for key in given if key.startswith("on") or key == "style"]
        if tag == "script" and "src" not in given and given.get("type") not in ("application/json",):
            self.scripts += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get").lower(), {}))
        elif self.forms and tag in ("input", "textarea", "button", "select") and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            self.forms[-1][2].setdefault(given["name"], (kind, given.get("value", "")))
            self._select = given["name"] if tag == "select" else ""
        elif tag == "option" and self._select and self.forms and given.get("value"):
            self.forms[-1][2][self._select] = ("select", given["value"])


def inside(links: list[str], base: str) -> Iterator[str]:
    """Yield the links that lead to pages of the portal."""
    for link in links:
        address = urlsplit(urljoin(base, link))
        if not address.netloc and address.scheme in ("", "http") and not address.path.startswith("/static/"):
            yield address.path + (f"?{address.query}" if address.query else "")


@pytest.fixture(scope="session")
def page_of() -> type[Page]:
    """Return what reads a page's text."""
    return Page


@pytest.fixture(scope="session")
def walk() -> Callable[..., list[str]]:
    """Return what opens every page once, two of each kind of address, from the front page on."""

    def do(client, check: Callable, on_form: Callable | None = None) -> list[str]:
        """Let ``check(answer, address)`` judge each answer and give its page; give each form to ``on_form``."""
        waiting, seen, kinds = ["/"], set(), {}
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.pop(0)
            kind = re.sub(r"\d+|[?].*|(?<=/chain/nodes/)[^/]+", "#", address)
            if address in seen or kinds.get(kind, 0) >= 2 or _NEVER_OPENED.search(address):
                continue
            seen.add(address)
            kinds[kind] = kinds.get(kind, 0) + 1
            page = check(client.get(address, follow=True), address)
            if page is None:
                continue
            waiting += inside(page.links, address)
            for action, method, fields in page.forms if on_form else ():
                on_form(method, next(iter(inside([action or address], address)), address), fields)
        return sorted(seen)

    return do


@pytest.fixture
def demo(cast):
    """The portal with the demo in it, and nobody counted yet who tried too often."""
    from django.core.cache import cache

    from qilian.portal import demo as sample

    cache.clear()
    list(sample.fill())


@pytest.fixture
def demo_client(demo) -> Callable[..., object]:
    """Return what makes a test client in which a demo account is logged in: ``demo_client("firm")``."""

    def do(login: str, **options: object):
        from django.test import Client

        from qilian.portal.accounts.models import User

        client = Client(**options)
        if login != "anonymous":
            user = User.objects.get(email=f"{login}@demo.example")
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return do
