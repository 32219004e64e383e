"""Reports already held: read by their content, decided clause by clause, used by the next plan."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.fixture
def arm(make_product, repository: Path):
    """The arm that the eight example reports belong to."""
    from qilian.portal.rulebook.reading import pack
    from qilian.portal.workbench.reading import read_uploaded_product

    file = repository / "examples" / "products" / "ufactory-xarm5.yaml"
    made, written = read_uploaded_product(file.read_bytes(), file.name, pack())
    names = {"name": made.name.zh, "name_en": made.name.en, "maker": made.maker.zh, "maker_en": made.maker.en}
    return make_product(parameters=written, identifier=made.id, **names)


def add(client, product, content: bytes, name: str = "report.json"):
    return client.post(f"/products/{product.pk}/evidence/add", {"file": SimpleUploadedFile(name, content)})


def example(repository: Path, name: str) -> bytes:
    return (repository / "examples" / "evidence" / name).read_bytes()


def cheapest(plan) -> float:
    """Return the price of the itinerary that was made for it."""
    itineraries = [plan.result["itinerary"], *plan.result["alternatives"]]
    return next(each["price"] for each in itineraries if each["objective"] == "cost")


def test_a_report_is_decided_at_once_and_the_next_plan_uses_it(cast, arm, repository):
    client = cast.client("firm")
    client.post(f"/products/{arm.pk}/plans/make")
    assert add(client, arm, example(repository, "02-electrical.json")).status_code == 302
    page = client.get(f"/products/{arm.pk}/evidence/")
    assert {outcome for _, outcome, _ in page.context["decisions"]} == {"accept"}
    client.post(f"/products/{arm.pk}/plans/make")
    arm.refresh_from_db()
    first, second = arm.plans.get(number=1), arm.current
    assert (first.answered, second.number) == (0, 2)
    assert second.answered == page.context["answered"] > 0
    assert cheapest(second) < cheapest(first)
    tests = client.get(f"/products/{arm.pk}/plans/2/tests").context["shown"].tests
    assert sum(test.outcome == "accept" for test in tests) == second.answered


def test_a_rejected_report_names_the_clause(cast, arm, repository):
    client = cast.client("firm")
    add(client, arm, example(repository, "08-tampered.json"))
    page = client.get(f"/products/{arm.pk}/evidence/").content.decode()
    assert "ACC-SEAL-BROKEN" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", b"{}"),
        ("report.json", b"no evidence at all"),
        ("report.csv", b"a,b\n1,2\n"),
        ("report.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("report.aasx", b"PK\x03\x04 and nothing"),
        ("report.jwt", b"eyJhbGciOiJub25lIn0.e30."),
    ],
)
def test_what_is_no_evidence_is_refused_in_one_line(cast, make_product, name: str, content: bytes):
    product = make_product()
    page = add(cast.client("firm"), product, content, name)
    (error,) = page.context["form"].errors["file"]
    assert "\n" not in error
    assert not product.evidence.exists()


def test_a_file_over_ten_megabytes_is_not_read(cast, make_product):
    product = make_product()
    page = add(cast.client("firm"), product, b" " * 10_000_001)
    assert page.context["form"].errors["file"]


def test_one_file_is_kept_once(cast, arm, repository):
    client = cast.client("firm")
    add(client, arm, example(repository, "02-electrical.json"))
    page = add(client, arm, example(repository, "02-electrical.json"), "other-name.json")
    assert page.context["form"].errors["file"]
    assert arm.evidence.count() == 1


def test_a_file_taken_away_stays_in_the_plans_that_used_it(cast, arm, repository):
    client = cast.client("firm")
    add(client, arm, example(repository, "02-electrical.json"))
    client.post(f"/products/{arm.pk}/plans/make")
    client.post(f"/products/{arm.pk}/evidence/{arm.evidence.get().pk}/remove")
    arm.refresh_from_db()
    assert not arm.evidence.exists()
    assert arm.current.answered > 0
    assert client.get(f"/products/{arm.pk}/plans/1/tests").status_code == 200


def test_a_signed_report_is_read_and_its_unknown_signer_is_not_believed(cast, arm, repository, tmp_path):
    from datetime import UTC, datetime

    from qilian.evidence import read_reports
    from qilian.evidence.credentials import create_key, sign_reports

    key = create_key(tmp_path / "key.json", name="Somebody")
    reports = read_reports([repository / "examples" / "evidence" / "02-electrical.json"])
    (signed,) = sign_reports(reports, key, datetime.now(UTC)).texts
    client = cast.client("firm")
    assert add(client, arm, signed.encode() + b"\n", "report.vc.jwt").status_code == 302
    (report,) = arm.evidence.get().reports
    assert report["seal"] != "valid"
    assert client.get(f"/products/{arm.pk}/evidence/").context["answered"] == 0
