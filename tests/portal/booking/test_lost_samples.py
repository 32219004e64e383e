"""A sample that is lost or destroyed before its tests are done: they are planned again with another one."""

import pytest
from tests.portal.booking.test_changing import check

WHOLE = "machine"


@pytest.fixture
def unit(booked):
    """Return the path's first whole machine, which has many tests."""
    return booked.units.get(lot=WHOLE, unit=0)


def appointments_of(unit):
    """Return the appointments of a unit as they are now."""
    rows = unit.path.appointments.filter(lot=unit.lot, unit=unit.unit)
    return list(rows.select_related("path", "slot", "bench__laboratory").order_by("start"))


def begin(unit, appointment, firm, laboratory) -> None:
    """Bring a sample to the laboratory of an appointment, and begin the test."""
    from qilian.portal.booking.commands import carrying_out, sampling

    sampling.do(firm, unit, "ship")
    sampling.do(laboratory, unit, "receive")
    carrying_out.start(laboratory, appointment)
    unit.refresh_from_db()
    appointment.refresh_from_db()


def test_what_a_lost_sample_leaves_undone_is_done_with_another_one(booked, unit, cast):
    """Whoever says it: its tests lose their hours, the rest stands, both sides are told, and the firm decides."""
    from qilian.portal.booking.commands import changing, sampling
    from qilian.portal.network.models import Slot
    from qilian.portal.notices.models import Notice

    firm, hit = cast.actor("firm"), appointments_of(unit)
    code = hit[-1].bench.laboratory.code
    staff = cast.actor("laboratory", code, laboratory=code)
    others = dict(booked.appointments.exclude(pk__in=[each.pk for each in hit]).values_list("pk", "version"))
    sampling.do(firm, unit, "lose", note="运输途中掉落")
    unit.refresh_from_db()
    assert unit.state == "lost"
    assert {(each.state, each.slot, each.reason) for each in appointments_of(unit)} == {
        ("failed", None, "运输途中掉落")
    }
    assert dict(booked.appointments.filter(pk__in=others).values_list("pk", "version")) == others
    assert Slot.objects.filter(purpose="booked").count() == len(others)
    assert Notice.objects.filter(user=staff.user, en__contains="lost").exists()
    assert Notice.objects.filter(user=firm.user, en__contains=unit.code).exists()
    proposal = booked.proposals.get(state="open")
    assert not proposal.problem
    assert {each.pk for each in hit} <= {step["replaces"] for step in proposal.steps}
    changing.accept(firm, proposal)
    check(booked)
    assert not booked.appointments.current().filter(lot=WHOLE, unit=0).exists()
    fresh = booked.units.exclude(pk=unit.pk).filter(lot=WHOLE)
    assert sorted(fresh.values_list("unit", "state")) == [(1, "home"), (2, "home")]
    page = cast.client("firm").get(f"/bookings/{booked.pk}/labels").content.decode()
    assert all(each.code in page for each in fresh)
    assert unit.code not in page


def test_a_number_of_a_lost_sample_is_given_to_none_after_it(booked, cast):
    from qilian.portal.booking.commands import changing, sampling

    firm = cast.actor("firm")
    for _ in range(2):
        unit = booked.units.filter(lot="component").order_by("-unit").first()
        sampling.do(firm, unit, "lose")
        changing.accept(firm, booked.proposals.get(state="open"))
        check(booked)
    assert list(booked.units.filter(lot="component").values_list("unit", "state")) == [
        (0, "lost"),
        (1, "lost"),
        (2, "home"),
    ]
    current = booked.appointments.current().filter(lot="component")
    assert set(current.values_list("unit", flat=True)) == {2}


def test_a_firm_that_leaves_it_loses_only_the_tests_of_that_sample(booked, unit, cast):
    from qilian.portal.booking.commands import changing, sampling

    firm, hit = cast.actor("firm"), len(appointments_of(unit))
    sampling.do(firm, unit, "lose")
    changing.dismiss(firm, booked.proposals.get(state="open"))
    booked.refresh_from_db()
    assert booked.state == "confirmed"
    assert booked.appointments.current().count() == booked.appointments.count() - hit


def test_a_running_test_of_a_destroyed_sample_stops(booked, unit, cast, laboratory_of):
    """What was tested before stays tested; nothing is said of a sample that came out of a test."""
    from qilian.portal.booking.commands import carrying_out, sampling

    first, second, *_ = appointments_of(unit)
    firm, actor = cast.actor("firm"), laboratory_of(first)
    begin(unit, first, firm, actor)
    carrying_out.finish(actor, first)
    unit.refresh_from_db()
    assert second.bench.laboratory == first.bench.laboratory or "forward" in sampling.possible(actor, unit)
    if second.bench.laboratory != first.bench.laboratory:
        sampling.do(actor, unit, "forward")
        sampling.do(laboratory_of(second), unit, "receive")
    carrying_out.start(laboratory_of(second), second)
    unit.refresh_from_db()
    sampling.do(laboratory_of(second), unit, "destroy", note="跌落")
    states = [each.state for each in appointments_of(unit)]
    assert (states[0], set(states[1:])) == ("tested", {"failed"})
    proposal = booked.proposals.get(state="open")
    assert first.pk not in {step["replaces"] for step in proposal.steps}
    assert second.pk in {step["replaces"] for step in proposal.steps}


def test_a_destructive_test_destroys_its_sample_and_goes_on(booked, cast, laboratory_of, destructive):
    from qilian.portal.booking import replanning
    from qilian.portal.booking.commands import carrying_out, sampling
    from qilian.portal.booking.commands.changing import propose
    from qilian.text import Text

    only = booked.appointments.select_related("path", "bench__laboratory").get(lot="material_lot")
    destructive(only.test)
    unit, firm, actor = carrying_out.unit_of(only), cast.actor("firm"), laboratory_of(only)
    begin(unit, only, firm, actor)
    sampling.do(actor, unit, "destroy")
    only.refresh_from_db()
    assert only.state == "running"
    assert not booked.proposals.exists()
    carrying_out.finish(actor, only)
    found = replanning.way_on(booked, {}, now=only.start)
    assert only.pk in {each.pk for each in found.stands}
    assert propose(booked, None, Text("原因", "cause")).steps == []


def test_a_destructive_test_whose_sample_did_not_come_is_done_with_that_sample_later(booked, cast, destructive):
    """It has destroyed nothing: no other sample is asked for."""
    from datetime import timedelta

    from qilian.portal.booking import replanning

    only = booked.appointments.get(lot="material_lot")
    destructive(only.test)
    type(only).objects.filter(pk=only.pk).update(state="missed", slot=None)
    found = replanning.way_on(booked, {}, now=only.end + timedelta(hours=2))
    (step,) = (step for step in found.steps if step["replaces"] == only.pk)
    assert step["unit"] == 0


def test_a_proposal_that_counts_on_a_lost_sample_is_made_anew(booked, unit, cast):
    """Also where none of its appointments stands any more."""
    from qilian.portal.booking.commands import changing, sampling
    from qilian.portal.booking.models import Appointment
    from qilian.portal.history.firing import Stale
    from qilian.text import Text

    firm = cast.actor("firm")
    Appointment.objects.filter(pk__in=[each.pk for each in appointments_of(unit)]).update(state="missed", slot=None)
    older = changing.propose(booked, None, Text("样品未到", "the sample did not come"))
    assert {step["unit"] for step in older.steps if step["lot"] == WHOLE} & {0}
    sampling.do(firm, unit, "lose")
    fresh = booked.proposals.get(state="open")
    assert fresh != older
    assert not {step["unit"] for step in fresh.steps if step["lot"] == WHOLE} & {0}
    type(older).objects.filter(pk=older.pk).update(state="open", version=1)
    with pytest.raises(Stale):
        changing.accept(firm, older)


def test_a_sample_that_came_back_between_its_tests_is_sent_out_again(booked, unit, cast, laboratory_of):
    from qilian.portal.booking.commands import carrying_out, sampling
    from qilian.portal.booking.samples import next_stop

    first, *_ = appointments_of(unit)
    firm, actor = cast.actor("firm"), laboratory_of(first)
    begin(unit, first, firm, actor)
    carrying_out.finish(actor, first)
    unit.refresh_from_db()
    sampling.do(actor, unit, "return")
    sampling.do(firm, unit, "arrive")
    sampling.do(firm, unit, "ship")
    assert unit.bound == next_stop(unit).bench.laboratory


def test_a_test_that_began_sooner_than_booked_keeps_its_place_among_the_others(booked, cast, laboratory_of):
    """Else a way on could cross its booked hours, and the path could never be planned again."""
    from qilian.portal.booking.commands import carrying_out, changing
    from qilian.portal.booking.commands.carrying_out import unit_of
    from qilian.text import Text

    last = booked.appointments.select_related("path", "bench__laboratory").filter(lot=WHOLE, unit=0).last()
    firm, actor, unit = cast.actor("firm"), laboratory_of(last), unit_of(last)
    begin(unit, last, firm, actor)
    carrying_out.finish(actor, last)
    for each in appointments_of(unit)[:3]:
        type(each).objects.filter(pk=each.pk).update(state="missed", slot=None)
        each.slot.delete()
    proposal = changing.propose(booked, None, Text("样品未到", "the sample did not come"))
    changing.accept(firm, proposal)
    check(booked)
    last.refresh_from_db()
    assert last.state == "tested"


def test_a_sample_that_has_begun_keeps_its_name_when_others_change_places(booked, unit):
    """A test that has begun is never said to be done with another unit, however many others share a number with it."""
    from qilian import routing
    from qilian.portal.booking.models import Appointment
    from qilian.portal.booking.replanning import _with_own_units

    first = appointments_of(unit)[0]
    Appointment.objects.filter(pk=first.pk).update(state="running")
    rows = list(booked.appointments.filter(lot=WHOLE))
    own = {(each.lot, each.test): each for each in rows}
    plan = routing.Plan(
        "time", 0, 0, True, 0.0, tuple(routing.Assignment(WHOLE, each.test, f"@{each.pk}", 0, 0, 1) for each in rows)
    )
    named = {item.test: item.unit for item in _with_own_units(plan, own, set())}
    assert set(named.values()) == {0}


def test_a_page_asks_before_a_sample_is_given_up_and_says_what_that_means(booked, unit, cast, laboratory_of):
    first = appointments_of(unit)[0]
    code = first.bench.laboratory.code
    browser = cast.client("laboratory", code, laboratory=code)
    from qilian.portal.booking.commands import sampling

    sampling.do(cast.actor("firm"), unit, "ship")
    sampling.do(laboratory_of(first), unit, "receive")
    page = browser.get(f"/bookings/samples/{unit.code}/")
    assert page.context["ends"] == [("destroy", len(appointments_of(unit))), ("lose", len(appointments_of(unit)))]
    said = browser.post(f"/bookings/samples/{unit.code}/lose", {"note": "x"}, follow=True)
    assert said.status_code == 200, "it may be the laboratory's no more, but that is no fault"
    unit.refresh_from_db()
    assert unit.state == "lost"
    assert booked.proposals.filter(state="open").exists()
