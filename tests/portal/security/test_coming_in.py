"""Coming in, staying in, and what is logged of it: codes count once, sessions end, mails lead to this portal only.

Guessing, enumeration and session fixation are tested beside the pages, in ``tests/portal/accounts/test_login.py``.
"""

import logging
import re
import time

import pytest

PASSWORD = "correct horse battery"
NEW = "another quite long one 42"


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests(settings_of_tests: None) -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture):
    """Return what gives the security events that were logged: event and number of the person."""
    caplog.set_level(logging.INFO, "qilian.security")

    def read() -> list[tuple[str, int | None]]:
        return [(each.event, each.person) for each in caplog.records if each.name == "qilian.security"]

    return read


def log_in(client, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": "firm@example.com", "password": password})


def is_in(client) -> bool:
    return client.get("/notices/").status_code == 200


def code_of(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def second_factor(cast) -> str:
    """The firm's person has a second factor; return its secret."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(cast.actor("firm").user, secret)
    return secret


def test_a_code_of_the_second_factor_counts_once(second_factor: str):
    """Who looked over the shoulder cannot use it in the same half minute."""
    from django.test import Client

    first, second = Client(), Client()
    code = code_of(second_factor)
    log_in(first)
    first.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(first)
    log_in(second)
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(second)


def test_a_code_of_the_minute_before_does_not_count(second_factor: str):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from django.test import Client

    client = Client()
    log_in(client)
    old = format_hotp_value(hotp_value(second_factor, int(time.time()) // 30 - 2))
    client.post("/accounts/2fa/authenticate/", {"code": old})
    assert not is_in(client)


def test_codes_cannot_be_guessed_one_after_the_other(second_factor: str):
    from django.test import Client

    client = Client()
    log_in(client)
    for number in range(12):
        client.post("/accounts/2fa/authenticate/", {"code": f"{number:06}"})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(second_factor)})
    assert not is_in(client)


def test_a_forgotten_password_does_not_open_a_way_around_the_second_factor(second_factor: str):
    from django.core import mail
    from django.test import Client

    client = Client()
    client.post("/accounts/password/reset/", {"email": "firm@example.com"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link).headers["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    assert not is_in(client)
    log_in(client, NEW)
    assert not is_in(client)


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Host", "Forwarded"])
def test_who_asks_cannot_choose_the_host_of_a_reset_link(cast, header: str):
    from django.core import mail
    from django.test import Client

    cast.actor("firm")
    mail.outbox.clear()
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    answer = Client().post("/accounts/password/reset/", {"email": "firm@example.com"}, headers={header: value})
    assert answer.status_code == (400 if header == "Host" else 302)
    assert not any("evil.example" in message.body for message in mail.outbox)
    assert len(mail.outbox) == (0 if header == "Host" else 1)


def test_any_host_name_is_no_setting(qilian):
    done = qilian("portal", "manage", "check", QILIAN_ALLOWED_HOSTS="*")
    assert done.returncode == 2
    assert "QILIAN_ALLOWED_HOSTS" in done.stderr


def test_a_session_that_nobody_uses_ends(cast):
    from django.conf import settings

    client = cast.client("firm")
    assert is_in(client)
    session = client.session
    session["used"] -= settings.SESSION_IDLE_SECONDS + 1
    session.save()
    assert not is_in(client)


def test_a_session_in_use_ends_after_half_a_day(cast):
    from django.conf import settings

    client = cast.client("firm")
    assert is_in(client)
    session = client.session
    session["begun"] -= settings.SESSION_COOKIE_AGE + 1
    session.save()
    assert not is_in(client)
    assert settings.SESSION_COOKIE_AGE == 12 * 3600


def test_using_it_keeps_a_session_and_writes_it_down_every_few_minutes_only(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("firm")
    assert is_in(client)
    session = client.session
    session["used"] -= 3600
    session.save()
    assert is_in(client)
    assert client.session["used"] > time.time() - 60
    with CaptureQueriesContext(connection) as queries:
        assert is_in(client)
    assert not [query for query in queries if query["sql"].startswith("UPDATE")]


def test_saying_the_password_again_gives_the_session_a_new_key(cast):
    from django.test import Client

    cast.actor("firm")
    client = Client()
    log_in(client)
    before = client.cookies["session"].value
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    after = client.cookies["session"].value
    assert after != before
    assert is_in(client)
    thief = Client()
    thief.cookies["session"] = before
    assert not is_in(thief)


def test_coming_in_and_failing_to_is_logged_by_number(cast, logged):
    from django.test import Client

    number = cast.actor("firm").user.pk
    client = Client()
    log_in(client, "wrong")
    log_in(client)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    client.post("/accounts/logout/")
    Client().post("/accounts/login/", {"login": "nobody@example.com", "password": "wrong"})
    events = logged()
    for event in ("login failed", "step of coming in", "logged in", "password changed", "logged out"):
        assert (event, number) in events, events
    assert ("login failed", None) in events


def test_a_second_factor_that_comes_goes_or_fails_is_logged(second_factor: str, cast, logged):
    from django.test import Client

    number = cast.actor("firm").user.pk
    client = Client()
    log_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert ("second factor failed", number) in logged()
    client.post("/accounts/2fa/authenticate/", {"code": code_of(second_factor)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert ("second factor removed", number) in logged()


def test_what_is_refused_is_logged(cast, logged):
    cast.client("firm").get("/operation/")
    assert ("refused", cast.actor("firm").user.pk) in logged()


def test_times_in_the_log_have_their_offset():
    from datetime import datetime, timedelta

    from qilian.portal.operation.logs import Formatter

    record = logging.LogRecord("x", logging.INFO, "", 0, "a\nb", None, None)
    said = Formatter().formatTime(record)
    assert datetime.fromisoformat(said).utcoffset() == timedelta(0)
    assert "\n" not in Formatter().format(record)


def test_who_must_have_a_second_factor_comes_no_further_without(cast):
    """Neither by pages nor by the interface; pages to set it up are open, and other kinds are not asked."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import override_settings

    client, other = cast.client("firm"), cast.client("laboratory")
    with override_settings(SECOND_FACTOR_KINDS={"firm"}):
        assert client.get("/products/").headers["Location"] == "/accounts/2fa/totp/activate/"
        assert client.post("/products/new/questions").status_code == 302
        assert client.get("/api/v1/products/").status_code == 401
        assert client.get("/accounts/2fa/").status_code == 200
        assert client.get("/").status_code == 200
        assert other.get("/notices/").status_code == 200
        TOTP.activate(cast.actor("firm").user, generate_totp_secret())
        assert client.get("/products/").status_code == 200
        assert client.get("/api/v1/products/").status_code == 200


def test_a_kind_that_there_is_not_is_no_setting(qilian):
    done = qilian("portal", "manage", "check", QILIAN_SECOND_FACTOR="operators")
    assert done.returncode == 2
    assert "QILIAN_SECOND_FACTOR" in done.stderr


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/change/"])
def test_password_fields_hide_and_take_what_is_pasted(cast, path: str):
    from django.test import Client

    page = (cast.client("firm") if "change" in path else Client()).get(path).content.decode()
    fields = re.findall(r'<input[^>]*name="[^"]*password[^>]*>', page)
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert "maxlength" not in field
        assert "onpaste" not in field


def test_a_password_is_checked_exactly_as_typed(cast):
    """Long, with spaces inside, neither cut nor folded."""
    from django.core.cache import cache
    from django.test import Client

    password = "Vier Pferde  und eine Batterie " * 4 + "Z"
    form = {"email": "firm@example.com", "name": "x", "password1": password, "password2": password}
    Client().post("/accounts/signup/", form)
    for wrong in (password[:-1], password.lower(), password.replace("  ", " "), password + " x"):
        cache.clear()
        client = Client()
        log_in(client, wrong)
        assert not is_in(client), wrong
    client = Client()
    log_in(client, password)
    assert is_in(client)


def test_passwords_are_kept_by_a_slow_hash(home):
    """By the settings for real use; tests themselves use a quick one."""
    from django.conf import global_settings
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from qilian.portal import settings as real

    assert not hasattr(real, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000  # OWASP's count for PBKDF2-HMAC-SHA256


def test_what_fails_tells_an_outsider_nothing(cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    from qilian.portal.site import views

    def fail(*_: object) -> None:
        raise RuntimeError("the secret of the query")

    monkeypatch.setattr(views, "open_for", fail)
    client = cast.client("firm")
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    for hidden in ("secret of the query", "RuntimeError", "Traceback", "/site/views.py"):
        assert hidden not in answer.content.decode()
    assert "secret of the query" in caplog.text


CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


def test_a_person_sees_their_sessions_and_ends_others(cast):
    """One by its name, then all others; never somebody else's; the key is on no page."""
    from django.test import Client

    from qilian.portal.accounts.models import OpenSession

    cast.actor("firm")
    here, there, third = Client(headers={"user-agent": CHROME}), Client(headers={"user-agent": FIREFOX}), Client()
    for client in (here, there, third):
        log_in(client)
    stranger = cast.client("laboratory")
    assert is_in(stranger)
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = here.get("/accounts/sessions/").content.decode()
    assert "Chrome · Windows" in page
    assert "Firefox · Linux" in page
    for client in (here, there, third):
        assert client.cookies["session"].value not in page
    foreign = OpenSession.objects.get(session_key=stranger.cookies["session"].value)
    here.post("/accounts/sessions/", {"session": foreign.name})
    named = OpenSession.objects.get(session_key=there.cookies["session"].value)
    here.post("/accounts/sessions/", {"session": named.name})
    assert [is_in(client) for client in (here, there, third, stranger)] == [True, False, True, True]
    here.post("/accounts/sessions/", {"session": "others"})
    assert [is_in(client) for client in (here, third, stranger)] == [True, False, True]


def test_the_page_of_sessions_asks_for_the_password_again(cast):
    assert "/accounts/reauthenticate/" in cast.client("firm").get("/accounts/sessions/").headers["Location"]


def test_sessions_that_are_over_go_when_somebody_comes_in(cast):
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from qilian.portal.accounts.models import OpenSession

    cast.actor("firm")
    OpenSession.objects.create(session_key="x" * 32, session_data="", expire_date=timezone.now() - timedelta(seconds=1))
    log_in(Client())
    assert not OpenSession.objects.filter(session_key="x" * 32).exists()
