"""Booked paths by programs, from both sides: what the pages do, the interface does by the same commands."""

import pytest

from .test_carrying_out import first  # noqa: F401 - a fixture

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def sides(booked, cast, laboratory_of):
    """Return the owner's client, and what makes one of an appointment's laboratory."""

    def laboratory(appointment):
        laboratory_of(appointment)
        return cast.client("laboratory", appointment.bench.laboratory.code)

    return cast.client("firm"), laboratory


def post(client, path: str, body: object = None):
    return client.post(f"/api/v1{path}", body or {}, content_type="application/json")


def asked(appointment) -> None:
    """Let its laboratory still have to answer it."""
    type(appointment).objects.filter(pk=appointment.pk).update(state="requested")


def test_a_laboratory_declines_and_the_firm_accepts_what_is_proposed(sides, booked, first):  # noqa: F811
    firm, laboratory = sides
    asked(first)
    there = laboratory(first)
    listed = there.get("/api/v1/appointments/?state=requested").json()
    assert [each["number"] for each in listed["items"]] == [first.pk]
    path = f"/appointments/{first.pk}/acts"
    assert post(there, path, {"event": "decline"}).status_code == 422, "the firm reads why"
    assert post(there, path, {"event": "decline", "reason": "检定", "version": 99}).status_code == 422
    assert post(there, path, {"event": "decline", "reason": "检定"}).json()["state"] == "declined"

    whole = firm.get(f"/api/v1/bookings/{booked.pk}").json()
    proposal = whole["proposal"]
    assert first.pk in {change["replaces"] for change in proposal["changes"]}
    where = f"/bookings/{booked.pk}/proposals/{proposal['number']}"
    key = {"Idempotency-Key": "p"}
    body = {"version": proposal["version"]}
    first_answer = firm.post(f"/api/v1{where}/accept", body, content_type="application/json", headers=key)
    again = firm.post(f"/api/v1{where}/accept", body, content_type="application/json", headers=key)
    assert first_answer.status_code == again.status_code == 200
    assert first_answer.json() == again.json(), "a retry gets the first answer"
    now = {each["test"]: each for each in again.json()["appointments"] if each["state"] in ("taken", "requested")}
    assert now[first.test]["laboratory"] != first.bench.laboratory.code
    assert again.json()["proposal"] is None
    assert post(firm, f"{where}/dismiss").status_code == 422, "it is over"


def test_a_firm_asks_for_other_hours_dismisses_them_and_cancels_one_appointment(sides, booked, first):  # noqa: F811
    firm, _ = sides
    where = f"/bookings/{booked.pk}"
    moved = post(firm, f"{where}/appointments/{first.pk}/move", {"elsewhere": True}).json()
    assert first.pk in {change["replaces"] for change in moved["proposal"]["changes"]}
    left = post(firm, f"{where}/proposals/{moved['proposal']['number']}/dismiss").json()
    assert left["proposal"] is None
    assert {each["state"] for each in left["appointments"]} == {"taken"}
    gone = post(firm, f"{where}/appointments/{first.pk}/cancel", {"version": first.version}).json()
    assert [each["state"] for each in gone["appointments"] if each["number"] == first.pk] == ["cancelled"]


def test_from_the_sample_to_the_report_and_its_file(sides, booked, first):  # noqa: F811
    """The report comes back as evidence; its number and its state are kept to."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from qilian.portal.booking.models import IssuedReport

    firm, laboratory = sides
    there, path = laboratory(first), f"/appointments/{first.pk}"
    code = there.get(f"/api/v1{path}").json()["sample"]
    assert firm.get(f"/api/v1/samples/{code}").json()["possible"] == ["ship", "lose"]
    assert post(firm, f"/samples/{code}/moves", {"event": "receive"}).status_code == 422
    assert post(firm, f"/samples/{code}/moves", {"event": "ship", "note": "顺丰"}).json()["state"] == "travelling"
    assert post(there, f"{path}/acts", {"event": "start"}).status_code == 422, "it is not there yet"
    assert post(there, f"/samples/{code}/moves", {"event": "receive"}).json()["holder"] == first.bench.laboratory.code
    for event, state in (("start", "running"), ("finish", "tested")):
        assert post(there, f"{path}/acts", {"event": event}).json()["state"] == state

    def report(**fields):
        return there.post(f"/api/v1{path}/report", {"number": "R-1", "outcome": "pass", **fields})

    assert report(number=" ").status_code == 422
    assert report(file=SimpleUploadedFile("r.pdf", b"MZ no report")).status_code == 422
    assert not IssuedReport.objects.exists()
    answer = report(file=SimpleUploadedFile("r.pdf", PDF))
    assert answer.status_code == 201, answer.content
    assert len(answer.json()["sha256"]) == 64
    assert report().status_code == 422, "it is reported once"
    assert booked.product.evidence.count() == 1


def test_a_laboratory_moves_its_appointment_within_its_benches(sides, booked):
    firm, laboratory = sides
    last = booked.appointments.select_related("bench__laboratory").order_by("-start").first()
    there, path = laboratory(last), f"/appointments/{last.pk}/move"
    other = booked.appointments.exclude(bench__laboratory=last.bench.laboratory).first()
    assert post(there, path, {"bench": other.bench.code, "start": last.start.isoformat()}).status_code == 404
    night = last.start.replace(hour=18).isoformat()  # 02:00 in Hangzhou
    assert post(there, path, {"bench": last.bench.code, "start": night}).status_code == 422
    assert post(firm, path, {"bench": last.bench.code, "start": night}).status_code == 403
