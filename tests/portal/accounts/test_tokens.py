"""Tokens let programs act for a person: shown once, kept as digests, with scopes and an end."""

import re
from datetime import timedelta

import pytest

PASSWORD = "correct horse battery"


@pytest.fixture
def browser(cast):
    """A client that logged in, and gave the password once more, as the page of tokens asks."""
    from django.test import Client

    client = Client()
    cast.actor("firm")
    client.post("/accounts/login/", {"login": "firm@example.com", "password": PASSWORD})
    client.post("/accounts/reauthenticate/?next=/accounts/tokens/", {"password": PASSWORD})
    return client


def make(client, scope: str = "read", days: str = "30") -> str:
    page = client.post("/accounts/tokens/", {"name": "robot", "scope": scope, "days": days})
    return re.search(r'value="(qilian_[\w-]+)"', page.content.decode())[1]


def test_a_token_is_shown_once_and_kept_as_a_digest(browser):
    from qilian.portal.accounts.models import ApiToken

    text = make(browser)
    assert text not in browser.get("/accounts/tokens/").content.decode()
    row = ApiToken.objects.values().get()
    assert text not in str(row)
    assert row["start"] == text[:12]
    assert len(text) >= 40


def test_a_token_stands_for_its_person_and_organisation(browser, cast):
    from qilian.portal.accounts.models import ApiToken
    from qilian.portal.accounts.tokens import actor_of_token

    actor, scopes = actor_of_token(make(browser))
    assert (actor.user, actor.organisation) == (cast.actor("firm").user, cast.actor("firm").organisation)
    assert scopes == {"read"}
    assert ApiToken.objects.get().used is not None
    assert actor_of_token(make(browser, "write"))[1] == {"read", "write"}


def test_a_token_that_no_longer_holds_stands_for_nobody(browser, cast):
    from django.utils import timezone

    from qilian.portal.accounts.models import ApiToken, User
    from qilian.portal.accounts.tokens import actor_of_token

    text = make(browser)
    assert actor_of_token(text + "x") is None
    assert actor_of_token("") is None
    assert actor_of_token("Bearer " + text) is None
    User.objects.update(is_active=False)
    assert actor_of_token(text) is None
    User.objects.update(is_active=True)
    ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert actor_of_token(text) is None
    ApiToken.objects.update(expires=timezone.now() + timedelta(days=1))
    assert actor_of_token(text) is not None
    cast.actor("firm").membership.delete()
    assert actor_of_token(text) is None


def test_its_owner_ends_a_token_and_nobody_else(browser, cast):
    from qilian.portal.accounts.models import ApiToken
    from qilian.portal.accounts.tokens import actor_of_token

    text = make(browser)
    number = ApiToken.objects.get().pk
    for stranger in (cast.client("firm", "other"), cast.client("operator")):
        assert stranger.post(f"/accounts/tokens/{number}/revoke").status_code == 404
    assert actor_of_token(text) is not None
    browser.post(f"/accounts/tokens/{number}/revoke")
    assert actor_of_token(text) is None


def test_the_page_asks_for_the_password_again(cast):
    """Who finds an open session makes no token with it."""
    answer = cast.client("firm").get("/accounts/tokens/")
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer.headers["Location"]


@pytest.mark.parametrize("form", [{"days": "9999"}, {"scope": "everything"}, {"name": ""}])
def test_a_token_without_end_scope_or_purpose_is_refused(browser, form: dict[str, str]):
    from qilian.portal.accounts.models import ApiToken

    browser.post("/accounts/tokens/", {"name": "robot", "scope": "read", "days": "30", **form})
    assert not ApiToken.objects.exists()


def test_the_page_with_a_token_is_kept_by_no_cache(browser):
    page = browser.post("/accounts/tokens/", {"name": "robot", "scope": "read", "days": "30"})
    assert "no-store" in page.headers["Cache-Control"]
