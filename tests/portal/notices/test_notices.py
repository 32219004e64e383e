"""What a person is told: on a page with a number at the bell, and by mail in the language that they chose."""

import pytest

from qilian.text import Text

WORDS = Text(
    "ISO 10218-1 已有 2025 版。\n涉及您的产品。", "ISO 10218-1 has an edition of 2025.\nIt concerns your product."
)


@pytest.fixture
def told(cast):
    """Tell the firm's person something, and let the worker mail it at once."""
    from django.test import TestCase, override_settings

    from qilian.portal.notices.telling import tell

    def do(words: Text = WORDS, url: str = "/standards/", times: int = 1) -> None:
        backend = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
        with override_settings(TASKS=backend), TestCase.captureOnCommitCallbacks(execute=True):
            for _ in range(times):
                tell([cast.actor("firm").user], words, url)

    return do


def test_a_notice_stands_in_the_list_and_at_the_bell_until_it_is_opened(cast, told):
    from qilian.portal.notices.models import Notice

    client = cast.client("firm")
    assert "没有新通知" in client.get("/").content.decode()
    told()
    front = client.get("/").content.decode()
    assert "没有新通知" not in front
    assert "新通知" in front  # among what waits
    assert "ISO 10218-1 已有 2025 版" in client.get("/notices/").content.decode()
    answer = client.post(f"/notices/{Notice.objects.get().pk}/read")
    assert answer.headers["Location"] == "/standards/"
    assert "没有新通知" in client.get("/").content.decode()


def test_all_are_marked_as_read_at_once(cast, told):
    told(times=3)
    client = cast.client("firm")
    client.post("/notices/read")
    assert "没有新通知" in client.get("/").content.decode()


def test_notices_of_another_person_do_not_exist(cast, told):
    from qilian.portal.notices.models import Notice

    told()
    stranger = cast.client("laboratory")
    assert stranger.post(f"/notices/{Notice.objects.get().pk}/read").status_code == 404
    stranger.post("/notices/read")
    assert Notice.objects.filter(is_read=False).count() == 1
    assert "ISO 10218-1" not in stranger.get("/notices/").content.decode()


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_a_notice_leads_to_no_other_site(cast, told, url: str):
    from qilian.portal.notices.models import Notice

    told(url=url)
    answer = cast.client("firm").post(f"/notices/{Notice.objects.get().pk}/read")
    assert answer.headers["Location"] == "/notices/"


@pytest.mark.parametrize(
    ("language", "subject", "missing"),
    [
        ("zh-hans", "ISO 10218-1 已有 2025 版。", "has an edition"),
        ("en", "ISO 10218-1 has an edition of 2025.", "已有"),
        ("", "ISO 10218-1 已有 2025 版。", None),
    ],
)
def test_a_mail_is_in_the_person_s_language(cast, told, language: str, subject: str, missing: str | None):
    from django.core import mail
    from django.test import override_settings

    from qilian.portal.accounts.models import User

    User.objects.filter(pk=cast.actor("firm").user.pk).update(language=language)
    mail.outbox.clear()
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://qilian.example"]):
        told()
    message = mail.outbox[0]
    assert (message.subject, message.to) == (subject, ["firm@example.com"])
    assert "https://qilian.example/standards/" in message.body
    if missing is None:
        assert WORDS.zh in message.body
        assert WORDS.en in message.body
    else:
        assert missing not in message.body


def test_a_mail_that_cannot_be_sent_keeps_no_other_back_and_is_logged_without_its_address(cast, caplog, monkeypatch):
    from smtplib import SMTPRecipientsRefused

    from django.core import mail
    from django.core.mail.backends.locmem import EmailBackend
    from django.test import TestCase, override_settings

    from qilian.portal.notices.telling import tell

    people = [cast.actor("firm").user, cast.actor("laboratory").user]
    send = EmailBackend.send_messages

    def refuse_one(self, messages):
        if messages[0].to == ["firm@example.com"]:
            raise SMTPRecipientsRefused({"firm@example.com": (550, b"no")})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_one)
    mail.outbox.clear()
    backend = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with override_settings(TASKS=backend), TestCase.captureOnCommitCallbacks(execute=True):
        tell(people, WORDS)
    assert [message.to for message in mail.outbox] == [["laboratory@example.com"]]
    assert "1 of 2" in caplog.text
    assert "firm@example.com" not in caplog.text


def test_the_bell_costs_one_query_and_the_list_few(cast, told):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    told(times=60)
    client = cast.client("firm")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/notices/?page=2").content.decode()
    assert page.count("list-group-item") == 25
    assert len(queries) <= 7, [query["sql"] for query in queries]
    assert sum("COUNT" in query["sql"] and "is_read" in query["sql"] for query in queries) == 1
