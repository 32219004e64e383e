"""Lists ask the database as often for many rows as for one, and never hold more than a page."""

import pytest

MANY = 12


@pytest.fixture
def many(cast, rows):
    """Return what makes eleven more of everything that the firm, or the operator, lists."""
    from django.utils import timezone

    from qilian.portal.accounts import members, tokens
    from qilian.portal.accounts.models import Membership, User
    from qilian.portal.jobs.models import Job
    from qilian.portal.notices.following import follow
    from qilian.portal.notices.models import Kind, Notice
    from qilian.portal.rulebook import commenting
    from qilian.portal.workbench import sharing
    from qilian.portal.workbench.models import Plan, Product

    def make() -> None:
        actor, product = cast.actor("firm"), rows["product"]
        plan = product.plans.get(number=1)
        for number in range(1, MANY):
            user = User.objects.create_person(f"{number}@example.com", "correct horse battery")
            Membership.objects.create(user=user, organisation=actor.organisation)
            other = Product.objects.get(pk=product.pk)
            other.pk, other.current = None, None
            other.save()
            copy = Plan.objects.get(pk=plan.pk)
            copy.pk, copy.number = None, 100 + number
            copy.save()
            copy.pk, copy.product, copy.number = None, other, 1
            copy.save()
            other.current = copy
            other.save(update_fields=["current"])
            sharing.share(plan, actor, 7)
            tokens.make(actor, "test", 30, may_write=False)
            follow(actor.user, Kind.STANDARD, f"ISO||{number}|")
            Notice.objects.create(user=actor.user, zh="词", en="word", created=timezone.now())
            Job.objects.create(kind="test", user=actor.user, organisation=actor.organisation)
            members.invite(actor.organisation, f"i{number}@example.com", actor.user, "https://x/SECRET", is_admin=False)
            commenting.say(actor, "rule", "any", "the source moved")

    return make


LISTS = {
    "firm": (
        "/products/",
        "/products/{}/plans",
        "/products/{}/links",
        "/tokens/",
        "/follows/",
        "/notices/",
        "/jobs/",
        "/members/",
        "/invitations/",
        "/comments/",
        "/organisations/",
    ),
    "operator": ("/people/", "/organisations/", "/comments/"),
}


def test_a_list_of_many_costs_no_more_queries_than_one_of_one(cast, rows, many):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def costs() -> dict[str, int]:
        found = {}
        for kind, paths in LISTS.items():
            client = cast.client(kind)
            for path in paths:
                with CaptureQueriesContext(connection) as queries:
                    answer = client.get(f"/api/v1{path.format(rows['products'])}")
                assert answer.status_code == 200, (path, answer.content[:200])
                found[f"{kind} {path}"] = len(queries)
        return found

    before = costs()
    many()
    after = costs()
    assert after == before
    assert max(after.values()) <= 8, after


def test_pages_of_a_list_hold_each_row_once(cast, rows, many):
    many()
    client = cast.client("firm")
    seen = [
        item["number"]
        for page in (1, 2, 3)
        for item in client.get("/api/v1/products/", {"page": page, "size": 5}).json()["items"]
    ]
    assert len(seen) == len(set(seen)) == MANY
    assert client.get("/api/v1/products/", {"page": 4, "size": 5}).json()["items"] == []
    assert client.get("/api/v1/products/", {"q": "no such product"}).json()["total"] == 0
