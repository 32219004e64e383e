"""What a laboratory changes is its own; of two at once the second is told; the database's refusal is a form error."""

import re
from datetime import timedelta

import pytest


def form_of(client, address: str) -> dict[str, str]:
    """Return the inputs of a page's form, with what stands in them."""
    page = client.get(address).content.decode()
    main = page[page.index("<main") :]
    inputs = re.findall(r"<input[^>]*>", main)
    found = {}
    for each in inputs:
        name, value = re.search(r'name="([^"]*)"', each), re.search(r'value="([^"]*)"', each)
        if name and name[1] != "csrfmiddlewaretoken" and 'type="checkbox"' not in each:
            found[name[1]] = value[1] if value else ""
    return found


@pytest.fixture
def hours(bench):
    """Return what a form sends to take a bench, from some hours after tomorrow's 8 o'clock on."""
    from django.utils import timezone

    morning = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def form(start: int = 0, end: int = 2, **others: object) -> dict[str, object]:
        moment = [f"{morning + timedelta(hours=number):%Y-%m-%dT%H:%M}" for number in (start, end)]
        return {"benches": [bench.code], "start": moment[0], "end": moment[1], "purpose": "maintenance", **others}

    return form


def test_a_member_without_a_laboratory_is_told_what_to_do(network, cast):
    client = cast.client("laboratory")
    client.cookies["language"] = "en"
    assert "runs no laboratory" in client.get("/laboratories/own/").content.decode()
    assert client.get("/laboratories/own/scope/").status_code == 404


def test_the_desk_shows_ones_own_benches(member, stranger):
    assert "zj-robot-b01" in member.get("/laboratories/own/").content.decode()
    assert "zj-robot-b01" not in stranger.get("/laboratories/own/").content.decode()


def test_nobody_changes_what_is_anothers(stranger, laboratory, bench, hours):
    from django.utils import timezone

    from qilian.portal.network.models import Purpose, Slot

    slot = Slot.objects.create(
        bench=bench, start=timezone.now(), end=timezone.now() + timedelta(hours=1), purpose=Purpose.BLOCKED
    )
    line = laboratory.lines.first()
    for address in (
        f"/laboratories/own/benches/{bench.pk}/",
        f"/laboratories/own/benches/{bench.pk}/open",
        f"/bookings/slots/{slot.pk}/unblock",
        f"/laboratories/own/lines/{line.pk}/",
    ):
        assert stranger.post(address, {"do": "close"}).status_code == 404, address
    assert stranger.post("/bookings/board/block", hours()).status_code == 200  # no bench of that code
    assert bench.slots.count() == 1


def test_a_bench_is_added_with_the_tests_of_another(member, laboratory, bench):
    from qilian.portal.network.storing import stored

    sent = {"name": "新台位", "name_en": "New bench", "opens": "Mon-Sat 9-18", "like": bench.pk}
    assert member.post("/laboratories/own/benches/add", sent).status_code == 302
    made = laboratory.benches.get(name="新台位")
    kept = stored().laboratory(laboratory.code)
    assert kept.bench(made.code).opens.longest_hours == 9
    assert {line.row for line in kept.lines if made.code in line.benches} == {
        line.row for line in kept.lines if bench.code in line.benches
    }


@pytest.mark.parametrize("opens", ["", "all day", "Mon-Fri 17-8", "Mon-Fri 8-25", "Mo-Fr 8-17"])
def test_hours_that_nobody_can_read_are_refused_beside_the_field(member, bench, opens: str):
    address = f"/laboratories/own/benches/{bench.pk}/"
    answer = member.post(address, {**form_of(member, address), "opens": opens})
    assert answer.status_code == 200
    assert 'id="id_opens_error"' in answer.content.decode()
    bench.refresh_from_db()
    assert bench.opens != opens


def test_of_two_who_change_the_same_the_second_is_told(member, bench):
    address = f"/laboratories/own/benches/{bench.pk}/"
    first, second = form_of(member, address), form_of(member, address)
    assert member.post(address, {**first, "name": "first"}).status_code == 302
    answer = member.post(address, {**second, "name": "second"})
    assert "Somebody else changed this meanwhile" in answer.content.decode()
    bench.refresh_from_db()
    assert bench.name == "first"


@pytest.mark.parametrize("version", ["", "x", "2026-01-01", "2026-01-01T00:00:00+00:00"])
def test_a_change_without_a_true_version_changes_nothing(member, bench, version: str):
    member.post(f"/laboratories/own/benches/{bench.pk}/open", {"do": "close", "version": version})
    bench.refresh_from_db()
    assert bench.is_open


def test_a_bench_is_closed_and_opened_again(member, bench):
    from qilian.portal.network.editing import version

    for do, is_open in (("close", False), ("open", True)):
        bench.refresh_from_db()
        member.post(f"/laboratories/own/benches/{bench.pk}/open", {"do": do, "version": version(bench)})
        bench.refresh_from_db()
        assert bench.is_open is is_open


def test_hours_are_taken_and_given_back(member, bench, hours):
    assert member.post("/bookings/board/block", hours(note="filter")).status_code == 302
    slot = bench.slots.get()
    assert (slot.purpose, slot.note, slot.end - slot.start) == ("maintenance", "filter", timedelta(hours=2))
    assert "filter" in member.get("/laboratories/own/").content.decode()
    member.post(f"/bookings/slots/{slot.pk}/unblock")
    assert not bench.slots.exists()


def test_hours_that_are_taken_are_an_error_that_says_by_what(member, bench, hours):
    from qilian.portal.network.models import Purpose

    member.post("/bookings/board/block", hours(0, 4))
    bench.slots.update(purpose=Purpose.BOOKED)
    answer = member.post("/bookings/board/block", hours(2, 6))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "The bench is taken then" in page
    assert "booked here" in page
    assert 'value="maintenance"' in page, "nothing that was written is lost"
    assert bench.slots.count() == 1


def test_of_several_benches_all_or_none_are_taken(member, laboratory, bench, hours):
    from qilian.portal.network.models import Slot

    other = laboratory.benches.filter(slots__isnull=True).exclude(pk=bench.pk).first()
    before = Slot.objects.count()
    member.post("/bookings/board/block", hours(0, 4))
    member.post("/bookings/board/block", hours(2, 6, benches=[other.code, bench.code]))
    assert Slot.objects.count() == before + 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"start": "2026-12-01T10:00", "end": "2026-12-01T10:00"}, "end"),
        ({"start": "2020-12-01T10:00", "end": "2020-12-02T10:00"}, "end"),
        ({"end": "2199-12-01T10:00"}, "end"),
        ({"start": "never"}, "start"),
        ({"purpose": "booked"}, "purpose"),
        ({"benches": []}, "benches"),
        ({"benches": ["zj-emc-b01"]}, "benches"),
    ],
)
def test_hours_that_make_no_sense_are_told_beside_the_field(member, bench, hours, fields: dict, named: str):
    answer = member.post("/bookings/board/block", {**hours(), **fields})
    assert answer.status_code == 200
    assert f'id="id_{named}_error"' in answer.content.decode()
    assert not bench.slots.exists()


def test_an_appointment_is_not_given_up_as_if_it_were_a_block(member, bench, hours):
    from qilian.portal.network.models import Purpose

    member.post("/bookings/board/block", hours())
    bench.slots.update(purpose=Purpose.BOOKED)
    member.post(f"/bookings/slots/{bench.slots.get().pk}/unblock")
    assert bench.slots.exists()


def test_hours_and_price_of_a_line_reach_the_next_plan(member, laboratory):
    from qilian.portal.network.storing import stored

    line = laboratory.lines.first()
    address = f"/laboratories/own/lines/{line.pk}/"
    sent = {**form_of(member, address), "hours": "11", "price": "12345", "benches": line.benches[:1]}
    assert member.post(address, sent).status_code == 302
    kept = next(each for each in stored().laboratory(laboratory.code).lines if each.row == line.row)
    assert (kept.hours, kept.price, kept.benches) == (11, 12345, tuple(line.benches[:1]))
    assert member.post(address, sent).status_code == 200, "from an old version"
    assert member.post(address, {**sent, "hours": "0"}).status_code == 200


def test_days_to_answer_are_kept(member, laboratory):
    address = "/laboratories/own/answer"
    assert member.post(address, {**form_of(member, address), "answer_days": "3"}).status_code == 302
    laboratory.refresh_from_db()
    assert laboratory.answer_days == 3
    assert member.post(address, {**form_of(member, address), "answer_days": "-1"}).status_code == 200
