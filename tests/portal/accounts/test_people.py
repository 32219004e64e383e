"""The operator finds people, locks them, and lets them in again."""


def test_the_operator_finds_people(cast):
    cast.actor("firm")
    cast.actor("laboratory")
    page = cast.client("operator").get("/accounts/people/?q=labor").content.decode()
    assert "laboratory@example.com" in page
    assert "firm@example.com" not in page


def test_many_people_come_in_pages_and_few_queries(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.accounts.models import User

    client = cast.client("operator")
    User.objects.bulk_create(User(email=f"p{number:03}@example.org") for number in range(60))
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/accounts/people/?page=2").content.decode()
    assert len(queries) <= 8, [query["sql"] for query in queries]
    assert page.count("@example.org") == 25


def test_a_locked_person_is_out_at_once_and_cannot_come_in(cast):
    from django.test import Client

    firm, operator = cast.client("firm"), cast.client("operator")
    number = cast.actor("firm").user.pk
    assert firm.get("/notices/").status_code == 200
    operator.post(f"/accounts/people/{number}/lock", {"active": "no"})
    assert "/accounts/login/" in firm.get("/notices/").headers["Location"]
    fresh = Client()
    fresh.post("/accounts/login/", {"login": "firm@example.com", "password": "correct horse battery"})
    assert "_auth_user_id" not in fresh.session
    operator.post(f"/accounts/people/{number}/lock", {"active": "yes"})
    fresh.post("/accounts/login/", {"login": "firm@example.com", "password": "correct horse battery"})
    assert "_auth_user_id" in fresh.session


def test_the_operator_does_not_lock_themselves_out(cast):
    operator = cast.client("operator")
    operator.post(f"/accounts/people/{cast.actor('operator').user.pk}/lock", {"active": "no"})
    assert operator.get("/accounts/people/").status_code == 200
