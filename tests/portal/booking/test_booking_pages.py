"""The pages: what each role sees, what stays hidden, what a form does, and the calendar by its secret address."""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.one_database


def test_a_firm_books_by_pages_and_a_second_one_gets_the_path_planned_again(plan, cast):
    from qilian.portal.booking.models import Path

    client = cast.client("firm")
    page = client.get(f"/bookings/plans/{plan.pk}/hold")
    assert page.status_code == 200
    key = {"key": page.context["key"], "objective": "time"}
    answer = client.post(f"/bookings/plans/{plan.pk}/hold", key)
    path = Path.objects.get()
    assert answer["Location"] == f"/bookings/{path.pk}/"
    assert client.post(f"/bookings/plans/{plan.pk}/hold", key)["Location"] == f"/bookings/{path.pk}/"
    page = client.get(f"/bookings/{path.pk}/")
    assert 800 < page.context["seconds"] <= 900
    client.post(f"/bookings/{path.pk}/confirm", {"version": path.version, "key": "k"})
    path.refresh_from_db()
    assert path.state == "confirmed"
    page = client.get(f"/bookings/plans/{plan.pk}/hold")
    assert page.context["booked"] == path, "who books a product twice is told so first"
    assert f"/bookings/{path.pk}/" in page.content.decode()
    again = client.post(f"/bookings/plans/{plan.pk}/hold", {"key": "another"})
    assert again.status_code == 409
    assert again.context["plan"].number == plan.number + 1
    assert Path.objects.count() == 1


def test_an_older_version_is_refused_on_the_page_in_words(held, cast):
    client = cast.client("firm")
    page = client.post(f"/bookings/{held.pk}/confirm", {"version": held.version + 3}, follow=True)
    held.refresh_from_db()
    assert held.state == "held"
    assert "变更" in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "which", "region", "status"),
    [
        ("firm", "", "", 200),
        ("firm", "other", "", 404),
        ("person", "", "", 404),
        ("regulator", "", "330000", 200),
        ("regulator", "far", "440000", 404),
        ("window", "", "330100", 200),
        ("window", "far", "330200", 404),
    ],
)
def test_who_sees_a_path(booked, cast, kind: str, which: str, region: str, status: int):
    client = cast.client(kind, which, region=region)
    assert client.get(f"/bookings/{booked.pk}/").status_code == status
    unit = booked.units.first()
    assert client.get(f"/bookings/samples/{unit.code}/").status_code == status
    listed = client.get("/bookings/").content.decode()
    assert (f"/bookings/{booked.pk}/" in listed) == (status == 200)
    if kind in ("firm", "person") and status == 404:
        for act in ("confirm", "cancel", "again"):
            assert client.post(f"/bookings/{booked.pk}/{act}").status_code == 404


def test_a_laboratory_sees_its_own_appointments_and_no_held_ones(held, cast, laboratory_of):
    from qilian.portal.booking.commands.holding import confirm

    mine = held.appointments.select_related("bench__laboratory").first()
    actor = laboratory_of(mine)
    client = cast.client("laboratory", mine.bench.laboratory.code)
    assert actor.organisation.laboratory == mine.bench.laboratory.code
    assert client.get(f"/bookings/appointments/{mine.pk}/").status_code == 404
    confirm(cast.actor("firm"), held)
    assert client.get(f"/bookings/appointments/{mine.pk}/").status_code == 200
    other = held.appointments.exclude(bench__laboratory=mine.bench.laboratory).first()
    assert client.get(f"/bookings/appointments/{other.pk}/").status_code == 404
    for act in ("accept", "decline", "start", "finish", "miss"):
        assert client.post(f"/bookings/appointments/{other.pk}/{act}").status_code == 404
    board = client.get(f"/bookings/board/?from={mine.start:%Y-%m-%d}&days=28").content.decode()
    assert f"/bookings/appointments/{mine.pk}/" in board
    assert f"/bookings/appointments/{other.pk}/" not in board


def test_a_bench_is_blocked_and_freed_on_the_board(booked, cast, laboratory_of):
    from django.utils import timezone

    from qilian.portal.network.models import Slot

    mine = booked.appointments.select_related("bench__laboratory").first()
    laboratory_of(mine)
    client = cast.client("laboratory", mine.bench.laboratory.code)
    start = timezone.localtime(mine.start + timedelta(days=200)).replace(tzinfo=None)
    form = {"benches": [mine.bench.code], "purpose": "maintenance", "start": start, "end": start + timedelta(hours=4)}
    client.post("/bookings/board/block", form)
    slot = Slot.objects.get(purpose="maintenance")
    taken = client.post("/bookings/board/block", {**form, "note": "again"}, follow=True)
    assert Slot.objects.filter(purpose="maintenance").count() == 1
    assert "占用" in taken.content.decode()
    client.post(f"/bookings/slots/{slot.pk}/unblock")
    assert not Slot.objects.filter(purpose="maintenance").exists()
    client.post(f"/bookings/slots/{mine.slot_id}/unblock")
    assert Slot.objects.filter(pk=mine.slot_id).exists(), "an appointment's hours are not freed by hand"


def test_a_calendar_opens_by_its_secret_alone_and_a_new_one_ends_the_old(booked, cast):
    from django.test import Client

    client, visitor = cast.client("firm"), Client()
    first = client.post("/bookings/calendar").context["secret"]
    calendar = visitor.get(f"/bookings/calendar/{first}.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert calendar.content.count(b"BEGIN:VEVENT") == booked.appointments.count()
    assert visitor.get("/bookings/calendar/guess.ics").status_code == 404
    client.post("/bookings/calendar")
    assert visitor.get(f"/bookings/calendar/{first}.ics").status_code == 404


def test_a_person_without_an_organisation_has_one_calendar_too(cast):
    """NULL is unlike NULL in a unique pair: the database needs a constraint of its own for them."""
    from django.db import IntegrityError, transaction
    from django.test import Client

    from qilian.portal.booking.models import Feed

    person, visitor = cast.client("person"), Client()
    first, second = (person.post("/bookings/calendar").context["secret"] for _ in range(2))
    assert visitor.get(f"/bookings/calendar/{second}.ics").status_code == 200
    assert visitor.get(f"/bookings/calendar/{first}.ics").status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(person=cast.actor("person").user, organisation=None, digest="x")


def test_a_label_holds_the_address_of_its_sample(booked, cast):
    page = cast.client("firm").get(f"/bookings/{booked.pk}/labels")
    for unit in booked.units.all():
        assert unit.code in page.content.decode()
    assert page.content.count(b"<svg") >= booked.units.count()


def test_a_firm_cancels_one_appointment_and_the_others_stay(booked, cast):
    client, one = cast.client("firm"), booked.appointments.order_by("start").first()
    address = f"/bookings/{booked.pk}/appointments/{one.pk}/cancel"
    assert address in client.get(f"/bookings/{booked.pk}/").content.decode()
    assert client.get(address).status_code == 200
    one.refresh_from_db()
    assert one.state == "taken", "asking changes nothing"
    assert cast.client("firm", "other").post(address).status_code == 404
    client.post(address, {"version": one.version + 1})
    one.refresh_from_db()
    assert one.state == "taken", "of another version nothing is cancelled"
    client.post(address, {"version": one.version})
    assert sorted(set(booked.appointments.values_list("state", flat=True))) == ["cancelled", "taken"]
    one.refresh_from_db()
    assert (one.state, one.slot) == ("cancelled", None)


def test_the_file_of_a_report_is_for_its_firm_and_its_laboratory_alone(booked, cast, laboratory_of):
    """As a download that no browser takes for a page."""
    from qilian.portal.booking.models import IssuedReport

    one = booked.appointments.select_related("bench__laboratory").order_by("start").first()
    laboratory, content = one.bench.laboratory, b"%PDF-1.4 <script>"
    told = {"number": "R-1", "outcome": "pass", "credential": "x", "file_name": "报告.pdf", "file": content}
    IssuedReport.objects.create(appointment=one, laboratory=laboratory, **told)
    type(one).objects.filter(pk=one.pk).update(state="reported")
    laboratory_of(one)
    address = f"/bookings/appointments/{one.pk}/report.pdf"
    firm = cast.client("firm")
    assert address in firm.get(f"/bookings/{booked.pk}/").content.decode()
    for reader in (firm, cast.client("laboratory", laboratory.code)):
        answer = reader.get(address)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
    other = booked.appointments.exclude(bench__laboratory=laboratory).select_related("bench__laboratory").first()
    laboratory_of(other)
    strangers = [("firm", "other"), ("person", ""), ("laboratory", other.bench.laboratory.code)]
    for kind, which in strangers:
        assert cast.client(kind, which).get(address).status_code == 404, kind
    for kind in ("window", "regulator"):
        assert cast.client(kind, region="330000").get(address).status_code == 403, kind
    without = f"/bookings/appointments/{other.pk}/report.pdf"
    assert firm.get(without).status_code == 404
    whole = firm.get(f"/api/v1/bookings/{booked.pk}/appointments/{one.pk}/report")
    assert (whole.content, whole["Content-Disposition"][:10]) == (content, "attachment")


def test_what_is_proposed_says_laboratory_hours_and_price_before_and_after(booked, cast):
    from qilian.portal.booking.clock import aware
    from qilian.portal.booking.commands.changing import ask_to_move

    one = booked.appointments.select_related("path", "bench__laboratory").order_by("start").first()
    (step,) = [
        each for each in ask_to_move(cast.actor("firm"), one, elsewhere=True).steps if each["replaces"] == one.pk
    ]
    page = cast.client("firm").get(f"/bookings/{booked.pk}/")
    (change,) = [each for each in page.context["changes"] if each.before[1] == one.start]
    assert change.before == (one.bench.laboratory.title, one.start, one.price)
    assert change.after[1:] == (aware(step["start"]), step["price"])
    shown = page.content.decode()
    assert f"¥{one.price:,}" in shown
    assert f"¥{step['price']:,.0f}" in shown
    assert step["laboratory_name"]["zh"] in shown


def test_reception_asks_no_more_for_many_samples_than_for_few(booked, cast, laboratory_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.booking.models import SampleUnit

    one = booked.appointments.select_related("bench__laboratory").order_by("start").first()
    laboratory_of(one)
    client = cast.client("laboratory", one.bench.laboratory.code)

    def asked() -> int:
        client.get("/bookings/reception/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/bookings/reception/").status_code == 200
        return len(queries)

    few = asked()
    SampleUnit.objects.bulk_create(
        SampleUnit(path=booked, lot=one.lot, unit=n, code=f"X{n}", holder=one.bench.laboratory, state="received")
        for n in range(20, 50)
    )
    assert asked() == few
