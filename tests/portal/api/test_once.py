"""Idempotency keys: a write happens once, for one person and organisation; no secret is kept for a retry."""

from importlib.resources import files

import pytest

REPORT = files("qilian.portal") / "workbench" / "samples" / "sample-amr-100-electrical.json"
KEY = {"Idempotency-Key": "one"}
FIRM = {"name": "甲乙丙机器人有限公司", "region": "330108"}


def post(client, path: str, body: object, key: str = "one"):
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers={"Idempotency-Key": key})


def test_a_key_of_one_person_is_not_that_of_another(cast):
    """The other person's request is done, and gets an answer of its own."""
    from qilian.portal.rulebook.models import Comment
    from qilian.portal.rulebook.reading import pack

    body = {"subject": "rule", "key": pack().rules[0].id, "text": "the source moved"}
    first, second = post(cast.client("firm"), "/comments/", body), post(cast.client("expert"), "/comments/", body)
    assert first.status_code == second.status_code == 201
    assert first.json()["by"] != second.json()["by"]
    assert Comment.objects.count() == 2


def test_a_key_of_one_organisation_tells_nothing_to_another_one(cast, rows):
    """Of one person who acts for both: what was answered to the first is not shown while acting for the second."""
    from django.test import Client

    from qilian.portal.accounts import tokens
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership

    actor, other = cast.actor("firm"), cast.actor("firm", "other")
    second = Actor(actor.user, Membership.objects.create(user=actor.user, organisation=other.organisation))
    path = f"/products/{rows['products']}/plans/1/links"
    answers = []
    for who in (actor, second):
        _, text = tokens.make(who, "test", 30, may_write=True)
        headers = {"Authorization": f"Bearer {text}", **KEY}
        answers.append(Client().post(f"/api/v1{path}", {}, content_type="application/json", headers=headers))
    assert [each.status_code for each in answers] == [201, 422]


def test_the_secret_of_a_link_is_told_once_and_kept_nowhere(cast, rows):
    from qilian.portal.api.models import Kept

    client, path = cast.client("firm"), f"/products/{rows['products']}/plans/1/links"
    first, again = post(client, path, {"days": 7}), post(client, path, {"days": 7})
    assert first.status_code == again.status_code == 201
    secret = first.json()["url"].rstrip("/").rpartition("/")[2]
    assert len(secret) > 40
    assert again.json() == {**first.json(), "url": None}
    assert secret not in str(list(Kept.objects.values()))
    assert client.get(f"/api/v1/products/{rows['products']}/links").json()["total"] == 2  # the fixture's, and this one


def test_what_was_deleted_is_not_said_to_be_missing(cast, rows):
    client, path = cast.client("firm"), f"/api/v1/products/{rows['products']}"
    assert [client.delete(path, headers=KEY).status_code for _ in range(2)] == [204, 204]
    assert client.delete(path).status_code == 404


def test_a_file_is_taken_once_and_another_file_is_another_request(cast, rows):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, path = cast.client("firm"), f"/api/v1/products/{rows['products']}/evidence"
    content = REPORT.read_bytes()
    sent = [content, content, content + b" "]
    answers = [client.post(path, {"file": SimpleUploadedFile("a.json", each)}, headers=KEY) for each in sent]
    assert [each.status_code for each in answers] == [201, 201, 422], answers[0].content
    assert answers[0].json() == answers[1].json()


def test_a_request_that_died_does_not_keep_its_key(cast):
    """One at work keeps it for some minutes."""
    from datetime import timedelta

    from django.utils import timezone

    from qilian.portal.api.models import Kept
    from qilian.portal.rulebook.reading import pack

    client, body = cast.client("firm"), {"subject": "rule", "key": pack().rules[0].id, "text": "the source moved"}
    assert post(client, "/comments/", body).status_code == 201
    Kept.objects.update(status=0)
    assert post(client, "/comments/", body).status_code == 409
    Kept.objects.update(created=timezone.now() - timedelta(minutes=11))
    assert post(client, "/comments/", body).status_code == 201


@pytest.mark.parametrize("key", ["k" * 81, "schlüssel"])
def test_a_key_that_is_none_is_refused(cast, key: str):
    assert post(cast.client("firm"), "/notices/read", {}, key).status_code == 422
