"""Where a program begins, what it reads by a link, and what the operator's program learns of the library."""

import pytest
from django.test import Client

SECRET = "x" * 43


def shared(secret: str):
    return Client().get("/api/v1/shared", headers={"Share-Secret": secret})


def test_the_root_leads_to_the_schema_and_to_who_one_is(portal: str):
    said = Client().get("/api/v1/").json()
    assert Client().get(said["openapi"]).json()["openapi"].startswith("3.1")
    assert Client().get(said["reference"]).status_code == 200
    assert Client().get(said["me"]).status_code == 401


def test_a_method_that_an_address_does_not_take_is_told_as_a_problem(portal: str):
    for method, path, allowed in (("PUT", "/api/v1/me", {"GET", "PATCH"}), ("POST", "/api/v1/", {"GET"})):
        answer = Client().generic(method, path)
        assert answer.status_code == 405
        assert answer["Content-Type"] == "application/problem+json"
        assert set(answer["Allow"].replace(" ", "").split(",")) == allowed


def test_whoever_has_the_secret_reads_the_plan_and_it_is_counted(cast, rows):
    from qilian.portal.workbench.models import ShareLink

    made = cast.client("firm").post(
        f"/api/v1/products/{rows['products']}/plans/1/links", {"days": 7}, content_type="application/json"
    )
    secret = made.json()["url"].rstrip("/").rpartition("/")[2]
    answer = shared(secret)
    assert answer.status_code == 200
    own = cast.client("firm").get(f"/api/v1/products/{rows['products']}/plans/1").json()
    assert answer.json()["plan"] == own
    assert set(answer.json()) == {"version", "made", "expires", "plan"}
    assert "no-store" in answer["Cache-Control"]
    assert ShareLink.objects.get(pk=made.json()["number"]).seen == 1


def test_the_secret_counts_in_the_header_only_and_a_closed_link_opens_nothing(cast, rows):
    from qilian.portal.workbench import sharing
    from qilian.portal.workbench.models import Plan

    link, secret = sharing.share(Plan.objects.get(product=rows["products"], number=1), cast.actor("firm"), 7)
    assert Client().get(f"/api/v1/shared?Share-Secret={secret}").status_code == 422
    assert Client().get(f"/api/v1/shared?secret={secret}").status_code == 422
    for wrong in (SECRET, link.digest, secret[:-1] + ("A" if secret[-1] != "A" else "B")):
        assert shared(wrong).status_code == 404
    assert shared(secret).status_code == 200
    sharing.revoke(link)
    assert shared(secret).status_code == 404


@pytest.mark.parametrize("secret", ["", "short", "x" * 101, "../../etc/passwd-etc-passwd", "x y" * 10])
def test_what_is_no_secret_is_refused_before_it_is_looked_for(portal: str, secret: str):
    assert shared(secret).status_code == 422


def test_a_link_s_secret_is_not_in_the_logs(cast, rows, caplog: pytest.LogCaptureFixture):
    from qilian.portal.workbench import sharing
    from qilian.portal.workbench.models import Plan

    _link, secret = sharing.share(Plan.objects.get(product=rows["products"], number=1), cast.actor("firm"), 7)
    with caplog.at_level("DEBUG"):
        shared(secret)
    assert secret not in caplog.text


def test_the_operator_lists_what_is_odd_in_the_library(library: str, cast):
    """A relation to itself and one to a document that nobody holds, each found by its kind."""
    from datetime import date

    from django.utils import timezone

    from qilian.portal.library.models import Document, Import, Relation, Source

    source = Source.objects.create(name="test")
    run = Import.objects.create(
        source=source, file="x", file_digest="d", dated=date(2026, 1, 1), started=timezone.now()
    )
    Source.objects.update(snapshot=run)
    named = {"identifier": "ISO 1", "written": "ISO 1", "ref": "", "base": "ISO 1", "publisher": "ISO"}
    document = Document.objects.create(
        source=source, member="a", digest="d", first_import=run, last_import=run, **named
    )
    for identifier in ("ISO 1", "ISO 2"):
        Relation.objects.create(document=document, kind="replaces", identifier=identifier, base=identifier)
    client = cast.client("operator")
    found = client.get("/api/v1/standards/findings").json()
    kinds = [each["kind"] for each in found["items"]]
    assert found["total"] == len(kinds)
    assert {"self-reference", "missing target", "unfinished import"} <= set(kinds)
    one = client.get("/api/v1/standards/findings?kind=self-reference").json()
    assert [each["subject"] for each in one["items"]] == ["ISO 1"]
    assert client.get("/api/v1/standards/findings?kind=unheard").status_code == 422
    assert cast.client("firm").get("/api/v1/standards/findings").status_code == 403


def test_every_kind_of_finding_can_be_asked_for():
    from typing import get_args

    from qilian.portal.api.findings import Kind
    from qilian.portal.library.doctor import KINDS

    assert set(get_args(Kind)) == set(KINDS)
