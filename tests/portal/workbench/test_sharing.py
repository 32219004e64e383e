"""Links to a plan: a secret that is told once, opens one plan for a while, and can be revoked."""

import re
from datetime import timedelta

from django.test import Client


def link(client, product, days: int = 30) -> str:
    page = client.post(f"/products/{product.pk}/plans/1/links", {"days": days}).content.decode()
    return re.search(r"/products/shared/[\w-]+/", page)[0]


def test_whoever_has_the_link_reads_the_plan_and_nothing_else(cast, planned):
    address = link(cast.client("firm"), planned)
    visitor = Client()
    for part in ("", "obligations", "tests", "itinerary"):
        page = visitor.get(address + part)
        assert page.status_code == 200, part
        assert f"/products/{planned.pk}/" not in page.content.decode(), part
    assert visitor.get(f"{address}versions").status_code == 404
    assert visitor.get(f"{address}share").status_code == 404
    assert visitor.get(address)["Referrer-Policy"] == "no-referrer"
    assert visitor.get(address)["X-Robots-Tag"] == "noindex"


def test_the_secret_is_long_and_not_kept(cast, planned):
    from qilian.portal.workbench.models import ShareLink

    secret = link(cast.client("firm"), planned).rstrip("/").rpartition("/")[2]
    row = ShareLink.objects.get()
    assert len(secret) >= 40
    assert secret not in row.digest
    assert Client().get(f"/products/shared/{row.digest}/").status_code == 404
    assert secret not in cast.client("firm").get(f"/products/{planned.pk}/plans/1/share").content.decode()


def test_a_revoked_link_opens_no_more(cast, planned):
    from qilian.portal.workbench.models import ShareLink

    client = cast.client("firm")
    address = link(client, planned)
    row = ShareLink.objects.get()
    assert cast.client("firm", "other").post(f"/products/{planned.pk}/links/{row.pk}/revoke").status_code == 404
    assert Client().get(address).status_code == 200
    client.post(f"/products/{planned.pk}/links/{row.pk}/revoke")
    assert Client().get(address).status_code == 404


def test_an_expired_link_opens_no_more(cast, planned):
    from django.utils import timezone

    from qilian.portal.workbench.models import ShareLink

    address = link(cast.client("firm"), planned, 7)
    assert ShareLink.objects.get().expires <= timezone.now() + timedelta(days=7)
    ShareLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(address).status_code == 404


def test_only_the_offered_spans_are_given(cast, planned):
    from qilian.portal.workbench.models import ShareLink

    cast.client("firm").post(f"/products/{planned.pk}/plans/1/links", {"days": "36500"})
    assert not ShareLink.objects.exists()


def test_how_often_it_was_opened_is_counted(cast, planned):
    from qilian.portal.workbench.models import ShareLink

    address = link(cast.client("firm"), planned)
    for _ in range(3):
        Client().get(address)
    assert ShareLink.objects.get().seen == 3
