"""The same write sent several times at once, as a hasty program does: it happens once, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

SENDERS = 6


@pytest.fixture
def token(database: str, settings_of_tests: None) -> Iterator[str]:
    """A token of a person whose rows are seen by every connection; they are deleted afterwards."""
    from qilian.portal.accounts import tokens
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import User

    person = User.objects.create_person("at-once@example.com", "correct horse battery")
    yield tokens.make(Actor(person), "at once", 30, may_write=True)[1]
    person.delete()


def test_a_write_that_is_sent_six_times_at_once_happens_once(token: str):
    from django.db import connections
    from django.test import Client

    from qilian.portal.rulebook.models import Comment
    from qilian.portal.rulebook.reading import pack

    body = {"subject": "rule", "key": pack().rules[0].id, "text": "the source moved"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "at once"}
    together = Barrier(SENDERS)

    def send(_number: int) -> tuple[int, bytes]:
        together.wait()
        try:
            answer = Client().post("/api/v1/comments/", body, content_type="application/json", headers=headers)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(send, range(SENDERS)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({content for status, content in answers if status == 201}) == 1
    assert Comment.objects.filter(user__email="at-once@example.com").count() == 1
