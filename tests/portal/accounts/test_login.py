"""Coming in by password and by a second factor, guessing, and sessions that end."""

import time

import pytest

PASSWORD = "correct horse battery"
NEW = "another quite long one 42"


@pytest.fixture(autouse=True)
def _no_counts_of_other_tests(settings_of_tests: None) -> None:
    from django.core.cache import cache

    cache.clear()


def log_in(client, password: str = PASSWORD, email: str = "firm@example.com"):
    return client.post("/accounts/login/", {"login": email, "password": password})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_sixth_wrong_password_is_refused_and_says_when(cast):
    """Five may be wrong; then the right one is refused too, from wherever, and the page says when to come again."""
    from django.test import Client

    cast.actor("firm")
    for _ in range(5):
        assert "5 分钟" not in log_in(Client(), "wrong").content.decode()
    blocked = Client()
    page = log_in(blocked)
    assert not is_in(blocked)
    assert "密码错误次数过多，请 5 分钟后再试" in page.content.decode()
    assert "5 分钟" in log_in(Client(REMOTE_ADDR="203.0.113.9")).content.decode()


def test_one_address_cannot_try_many_accounts(cast):
    from django.test import Client

    for number in range(10):
        log_in(Client(), "wrong", f"nobody{number}@example.com")
    cast.actor("firm")
    client = Client()
    log_in(client)
    assert not is_in(client)
    other = Client(REMOTE_ADDR="203.0.113.9")
    log_in(other)
    assert is_in(other)


def test_registering_again_and_again_is_slowed_down(cast):
    from django.test import Client

    answers = [Client().post("/accounts/signup/", {"email": "x"}).status_code for _ in range(21)]
    assert answers[-1] == 429
    assert 429 not in answers[:20]


def test_neither_login_nor_reset_nor_registering_tells_who_has_an_account(cast):
    from django.core import mail
    from django.test import Client

    cast.actor("firm")

    def words(page) -> str:
        return page.content.decode().partition('id="error-summary"')[2].partition("</ul>")[0]

    assert words(log_in(Client(), "wrong")) == words(log_in(Client(), "wrong", "nobody@example.com")) != ""
    known, unknown = (
        Client().post("/accounts/password/reset/", {"email": email}) for email in ("firm@example.com", "no@example.com")
    )
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    sent = {message.to[0] for message in mail.outbox}
    assert sent >= {"firm@example.com", "no@example.com"}  # who has none is told so by mail, where only they read it


@pytest.mark.parametrize(
    "password",
    ["short 1", "123456789012", "Password1234", "QilianRobot2026", "aaaaaaaaaaaaaaa", "newcomer@example.com"],
)
def test_weak_passwords_are_refused(cast, password: str):
    from django.test import Client

    form = {"email": "newcomer@example.com", "name": "新", "password1": password, "password2": password}
    page = Client().post("/accounts/signup/", form)
    assert b"id_password1_error" in page.content


def test_a_long_passphrase_in_any_script_is_welcome(cast):
    from django.test import Client

    client = Client()
    password = "一匹正确的马和一块电池 🔋 " * 3
    form = {"email": "newcomer@example.com", "name": "新", "password1": password.strip(), "password2": password.strip()}
    client.post("/accounts/signup/", form)
    assert is_in(client)


def test_a_session_gets_a_new_number_at_login_and_ends_at_logout(cast):
    """Fixation: who knew the number before does not have the session afterwards."""
    from django.test import Client

    cast.actor("firm")
    client = Client()
    client.get("/accounts/invitation/x/")
    session = client.session
    session["chosen by"] = "an attacker"
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    log_in(client)
    after = client.cookies["session"].value
    assert is_in(client)
    assert after != before
    attacker = Client()
    attacker.cookies["session"] = before
    assert not is_in(attacker)
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["session"] = after
    assert not is_in(thief)


def test_a_changed_password_ends_the_sessions_elsewhere(cast):
    from django.test import Client

    cast.actor("firm")
    here, elsewhere = Client(), Client()
    log_in(here)
    log_in(elsewhere)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert here.get("/notices/").status_code == 200
    assert elsewhere.get("/notices/").status_code == 302


def test_changing_the_password_needs_the_old_one(cast):
    client = cast.client("firm")
    page = client.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert b"id_oldpassword_error" in page.content


def test_a_reset_link_works_once_and_is_mailed_only(cast):
    import re

    from django.core import mail
    from django.test import Client

    cast.actor("firm")
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": "firm@example.com"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    client = Client()
    form = client.get(link).headers["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})
    fresh = Client()
    log_in(fresh, NEW)
    assert is_in(fresh)
    again = Client().get(link)
    assert again.status_code == 200  # the page that says that the link has been used
    assert "password1" not in again.content.decode()


def code_of(secret: str) -> str:
    """Return the code that an authenticator app shows now (RFC 6238)."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_second_factor_is_asked_for_once_it_is_on(cast, monkeypatch: pytest.MonkeyPatch):
    """By the pages only: switch it on, come in with a code, be refused without one, come in with a recovery code."""
    import re

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # so that no half minute ends between a code and its answer

    from django.core.cache import cache
    from django.test import Client

    cast.actor("firm")
    client = Client()
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)
    assert "data:image/svg+xml" in page
    answered = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret[1])})
    assert answered.status_code == 302, answered.content.decode()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    codes = client.get("/accounts/2fa/recovery-codes/download/").content.decode().split()
    fresh = Client()
    assert "/accounts/2fa/authenticate/" in log_in(fresh).headers["Location"]
    assert not is_in(fresh)
    assert fresh.get("/notices/").status_code == 302
    fresh.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(fresh)
    cache.clear()  # the code of this half minute has been used; codes count once
    fresh.post("/accounts/2fa/authenticate/", {"code": codes[-1]})
    assert is_in(fresh)
    again = Client()
    log_in(again)
    again.post("/accounts/2fa/authenticate/", {"code": codes[-1]})
    assert not is_in(again)


@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "password/reset/", "password/change/", "email/", "2fa/", "logout/", "reauthenticate/"],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_allauth_s_pages_stand_in_our_frame_in_both_languages(cast, path: str, language: str):
    import re

    client = cast.client("anonymous" if path in ("login/", "signup/", "password/reset/") else "firm")
    client.cookies["language"] = language
    page = client.get(f"/accounts/{path}").content.decode()
    assert 'class="navbar-brand"' in page
    main = page.partition('<main id="content" tabindex="-1">')[2].partition("</main>")[0]
    main = re.sub(r"<script.*?</script>|<[^>]*>|\S+@\S+", " ", main, flags=re.S)
    chinese, english = re.findall("[一-鿿]", main), re.findall(r"[A-Za-z]{4,}", main)
    if language == "en":
        assert not chinese
        assert english
    else:
        assert chinese
        assert not english
