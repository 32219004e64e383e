"""Limits: so many requests a minute of an account with all its tokens, of an address; fewer where much is computed."""

import pytest


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch):
    """Count from nothing, in a minute that does not end."""
    from django.core.cache import cache

    from qilian.portal.api import limits

    cache.clear()
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)
    yield
    cache.clear()


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_too_many_requests_are_told_to_wait(cast, monkeypatch: pytest.MonkeyPatch):
    from qilian.portal.api.limits import OF_ADDRESS

    monkeypatch.setattr(OF_ADDRESS, "most", 3)
    client = cast.client("anonymous")
    answers = [client.get("/api/v1/rules?size=1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert 0 < int(answers[3]["Retry-After"]) <= 60


def test_the_tokens_of_an_account_share_its_limit(cast, monkeypatch: pytest.MonkeyPatch):
    """More tokens do not make more requests; the account of somebody else is not touched."""
    from django.test import Client

    from qilian.portal.accounts import tokens
    from qilian.portal.api.limits import OF_ACCOUNT

    monkeypatch.setattr(OF_ACCOUNT, "most", 3)
    first, second, others = (
        tokens.make(actor, "test", 30, may_write=False)[1]
        for actor in (cast.actor("firm"), cast.actor("firm"), cast.actor("firm", "other"))
    )
    client = Client()
    sent = [first, second, first, second, others]
    assert [client.get("/api/v1/me", headers=bearer(each)).status_code for each in sent] == [200, 200, 200, 429, 200]


def test_wrong_tokens_count_for_their_address(cast, monkeypatch: pytest.MonkeyPatch):
    """Else they could be tried without end."""
    from qilian.portal.api.limits import OF_ADDRESS

    monkeypatch.setattr(OF_ADDRESS, "most", 2)
    client = cast.client("anonymous")
    tried = [client.get("/api/v1/me", headers=bearer(f"qilian_{each}")).status_code for each in range(4)]
    assert tried == [401, 401, 429, 429]


def test_planning_has_a_limit_of_its_own(cast, monkeypatch: pytest.MonkeyPatch):
    from qilian.portal.api.limits import PLANNING

    monkeypatch.setattr(PLANNING, "most", 1)
    client = cast.client("firm")
    path = "/api/v1/products/1/plans"
    tried = [client.post(path, {}, content_type="application/json").status_code for _ in range(2)]
    assert tried == [404, 429]
    assert client.get("/api/v1/products/").status_code == 200


def test_many_callers_do_not_push_each_other_s_counts_out(portal: str):
    """In the cache that the portal really uses, which else keeps 300 entries."""
    from django.core.cache.backends.db import DatabaseCache
    from django.core.management import call_command

    from qilian.portal import settings

    given = settings.CACHES["default"]
    call_command("createcachetable", given["LOCATION"], verbosity=0)
    cache = DatabaseCache(given["LOCATION"], given)
    for caller in range(400):
        cache.add(f"limit:address:{caller}:1", 1, 120)
    assert cache.incr("limit:address:0:1") == 2
