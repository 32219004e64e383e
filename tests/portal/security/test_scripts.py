"""Scripts that somebody sends in as a name, a comment or a question stay words on every page that shows them.

A visitor of each role walks through the demo: opens what is linked, sends every form with a script in each of its text
fields, and opens everything again. Whatever pages there are, they are walked.
"""

import re

import pytest

pytestmark = pytest.mark.one_database

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"
NEVER_SENT = re.compile(
    r"logout|/lock|dismiss|/leave|delete|remove|password|/2fa/|/email/|switch|jobs/|language|theme|revoke"
)


def sent(fields: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return what is sent: a script in each text field, elsewhere what stands there."""
    texts = ("text", "textarea", "search", "email", "number", "date")
    return {
        name: (SCRIPT if kind in texts else value) for name, (kind, value) in fields.items() if kind not in ("file",)
    }


def harmless(answer, address: str, page_of: type):
    """Assert that no script of the sender's stands in an answer; return the page if it is one."""
    assert answer.status_code < 500 or address == "/healthz", f"{address}: {answer.status_code}"
    if "text/html" not in answer.headers.get("Content-Type", "") or getattr(answer, "streaming", False):
        return None
    text = answer.content.decode()
    assert "<script>alert(1)" not in text, address
    assert "<img src=x" not in text, address
    page = page_of(text)
    assert not page.scripts, f"{address}: an inline script"
    assert not page.handlers, f"{address}: {page.handlers}"
    return page


@pytest.mark.slow
@pytest.mark.parametrize("role", ["firm", "operator", "expert", "regulator", "laboratory", "anonymous"])
def test_no_page_runs_what_somebody_sent(demo_client, role: str, page_of, walk):
    from qilian.portal.accounts.models import Organisation, User

    Organisation.objects.exclude(kind="operator").update(name=f"{SCRIPT} 演示")
    User.objects.update(name=SCRIPT)
    client = demo_client(role)

    def check(answer, address: str):
        return harmless(answer, address, page_of)

    def send(method: str, target: str, fields: dict[str, tuple[str, str]]) -> None:
        if not NEVER_SENT.search(target):
            check(getattr(client, method)(target, sent(fields), follow=True), f"{method} {target}")

    walked = walk(client, check, send)
    assert len(walked) >= (12 if role != "anonymous" else 5), walked
    walk(client, check)


@pytest.mark.slow
@pytest.mark.parametrize("actor", ["anonymous", "firm", "operator"])
def test_no_page_says_a_script_of_the_address_again(cast, endpoints: list, actor: str, page_of):
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
        harmless(client.get(address, dict.fromkeys(names, SCRIPT)), address, page_of)
    harmless(client.get(f"/no/such/{SCRIPT}"), "404", page_of)
