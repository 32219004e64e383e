"""Scripts that somebody sends in as a name, a comment or a question stay words on every page that shows them.

A visitor of each role walks through the demo: opens what is linked, sends every form with a script in each of its text
fields, and opens everything again. Whatever pages there are, they are walked.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"
MOST_PAGES = 60
NEVER_SENT = re.compile(
    r"logout|/lock|dismiss|/leave|delete|remove|password|/2fa/|/email/|switch|jobs/|language|theme|revoke"
)


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


def sent(fields: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return what is sent: a script in each text field, elsewhere what stands there."""
    texts = ("text", "textarea", "search", "email", "number", "date")
    return {
        name: (SCRIPT if kind in texts else value) for name, (kind, value) in fields.items() if kind not in ("file",)
    }


def harmless(answer, address: str) -> Page | None:
    """Assert that no script of the sender's stands in an answer; return the page if it is one."""
    assert answer.status_code < 500 or address == "/healthz", f"{address}: {answer.status_code}"
    if "text/html" not in answer.headers.get("Content-Type", "") or getattr(answer, "streaming", False):
        return None
    text = answer.content.decode()
    assert "<script>alert(1)" not in text, address
    assert "<img src=x" not in text, address
    page = Page(text)
    assert not page.scripts, f"{address}: an inline script"
    assert not page.handlers, f"{address}: {page.handlers}"
    return page


def inside(links: list[str], base: str) -> Iterator[str]:
    from urllib.parse import urljoin

    for link in links:
        address = urlsplit(urljoin(base, link))
        if not address.netloc and address.scheme in ("", "http") and not address.path.startswith("/static/"):
            yield address.path + (f"?{address.query}" if address.query else "")


def walk(client, *, send: bool) -> list[str]:
    """Open every page once, a sample of each kind of address; send every form if asked to."""
    waiting, seen, kinds = ["/"], set(), {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        kind = re.sub(r"\d+|[?].*", "#", address)
        if address in seen or kinds.get(kind, 0) >= 2 or "logout" in address:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        page = harmless(client.get(address, follow=True), address)
        if page is None:
            continue
        waiting += inside(page.links, address)
        for action, method, fields in page.forms if send else ():
            target = next(iter(inside([action or address], address)), address)
            if NEVER_SENT.search(target):
                continue
            answer = getattr(client, method)(target, sent(fields), follow=True)
            harmless(answer, f"{method} {target}")
    return sorted(seen)


@pytest.fixture
def demo(cast, monkeypatch):
    """The portal with the demo in it, and no limit on how often somebody may try."""
    from django.core.cache import cache

    from qilian.portal import demo as sample

    cache.clear()
    list(sample.fill())


@pytest.mark.parametrize("role", ["firm", "operator", "expert", "regulator", "laboratory", "anonymous"])
def test_no_page_runs_what_somebody_sent(demo, database: str, role: str):
    from django.test import Client

    from qilian.portal.accounts.models import Organisation, User

    if not database.startswith("sqlite"):
        pytest.skip("what a page escapes does not depend on the database")
    Organisation.objects.exclude(kind="operator").update(name=f"{SCRIPT} 演示")
    User.objects.update(name=SCRIPT)
    client = Client()
    if role != "anonymous":
        user = User.objects.get(email=f"{role}@demo.example")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    walked = walk(client, send=True)
    assert len(walked) >= (12 if role != "anonymous" else 5), walked
    walk(client, send=False)


@pytest.mark.parametrize("actor", ["anonymous", "firm", "operator"])
def test_no_page_says_a_script_of_the_address_again(cast, endpoints: list, actor: str):
    """Every endpoint without arguments, asked with a script in each parameter that pages use."""
    from django.urls import NoReverseMatch, reverse

    client = cast.client(actor)
    client.raise_request_exception = False
    names = ("q", "next", "page", "kind", "region", "email", "market", "sort", "city", "on", "lang", "code", "state")
    for name, _, _ in endpoints:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        harmless(client.get(address, dict.fromkeys(names, SCRIPT)), address)
    harmless(client.get(f"/no/such/{SCRIPT}"), "404")
