"""Courses that nobody plans: a path that ends too early, samples that stay behind, acts that come twice."""

import pytest
from tests.portal.booking.test_carrying_out import carry_out


@pytest.fixture
def two(booked):
    """Return a path of which only two tests are left: one to be carried out, one to be lost."""
    from qilian.portal.booking.models import Appointment

    done, lost, *others = booked.appointments.order_by("start").values_list("pk", flat=True)
    Appointment.objects.filter(pk__in=others).update(state="cancelled", slot=None)
    Appointment.objects.filter(pk=lost).update(state="declined", slot=None)
    rows = Appointment.objects.select_related("path__product", "path__plan", "bench__laboratory")
    return booked, rows.get(pk=done), rows.get(pk=lost)


def proposed(path, lost):
    """Propose to do without anything new for a lost test, as far as a proposal's state goes."""
    from qilian.portal.booking.models import Proposal
    from qilian.portal.history.firing import begin

    proposal = Proposal(path=path, cause="x", cause_en="x", problem="x", problem_en="x", steps=[])
    begin(proposal, "make", None)
    return proposal


def test_a_path_is_not_done_while_a_lost_test_waits_for_the_firm(two, cast, laboratory_of):
    """Else the test could never be booked again: nothing leads out of done."""
    path, first, lost = two
    proposed(path, lost)
    carry_out(first, laboratory_of(first), cast.actor("firm"))
    path.refresh_from_db()
    assert path.state == "confirmed"


def test_a_path_is_done_once_the_firm_leaves_a_lost_test_lost(two, cast, laboratory_of):
    from qilian.portal.booking.commands.changing import dismiss

    path, first, lost = two
    proposal = proposed(path, lost)
    carry_out(first, laboratory_of(first), cast.actor("firm"))
    dismiss(cast.actor("firm"), proposal)
    path.refresh_from_db()
    assert path.state == "done"


def test_a_path_is_done_by_its_last_report_when_a_lost_test_was_left_lost_before(two, cast, laboratory_of):
    from qilian.portal.booking.commands.changing import dismiss

    path, first, lost = two
    dismiss(cast.actor("firm"), proposed(path, lost))
    path.refresh_from_db()
    assert path.state == "confirmed"
    carry_out(first, laboratory_of(first), cast.actor("firm"))
    path.refresh_from_db()
    assert path.state == "done"


def test_nothing_is_proposed_for_a_path_that_is_over(booked, cast):
    from qilian.portal.booking.commands.changing import propose
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.models import Proposal
    from qilian.text import Text

    cancel(cast.actor("firm"), booked)
    assert propose(booked, None, Text("原因", "cause")) is None
    page = cast.client("firm").post(f"/bookings/{booked.pk}/again", follow=True)
    assert page.status_code == 200
    assert not Proposal.objects.filter(state="open").exists()


def test_a_second_report_of_a_test_is_refused_in_words(booked, cast, laboratory_of):
    from qilian.portal.booking.commands import reporting
    from qilian.portal.history.firing import MoveRefused

    first = booked.appointments.select_related("path__product", "path__plan", "bench__laboratory").first()
    carry_out(first, laboratory_of(first), cast.actor("firm"))
    with pytest.raises(MoveRefused):
        reporting.issue(laboratory_of(first), first, number="R-2", outcome="pass")
    assert first.report.number == "R-1"


@pytest.mark.parametrize("state", ["travelling", "received"])
def test_a_sample_of_a_cancelled_path_can_still_be_received_and_sent_back(booked, cast, laboratory_of, state):
    """The laboratory that has it, or that it is bound for, must not lose sight of it."""
    from qilian.portal.booking.commands import ending, sampling
    from qilian.portal.booking.models import SampleUnit
    from qilian.portal.booking.samples import next_stop

    firm, unit = cast.actor("firm"), booked.units.first()
    actor = laboratory_of(next_stop(unit))
    sampling.do(firm, unit, "ship")
    if state == "received":
        sampling.do(actor, unit, "receive")
    ending.cancel(firm, booked)
    unit = SampleUnit.objects.visible_to(actor).get(pk=unit.pk)
    if state == "travelling":
        sampling.do(actor, unit, "receive")
    page = cast.client("laboratory", actor.organisation.laboratory).get(f"/bookings/samples/{unit.code}/")
    assert page.status_code == 200
    sampling.do(actor, unit, "return")
    sampling.do(firm, unit, "arrive")
    assert unit.state == "returned"
    assert not SampleUnit.objects.visible_to(actor).filter(pk=unit.pk).exists()


def test_only_who_waits_for_a_sample_says_that_it_is_lost(booked, cast, laboratory_of):
    from qilian.portal.booking.commands import sampling
    from qilian.portal.booking.models import SampleUnit
    from qilian.portal.booking.samples import next_stop

    unit, other = next(
        (unit, other)
        for unit in booked.units.all()
        for other in booked.appointments.filter(lot=unit.lot, unit=unit.unit)
        if other.bench.laboratory_id != next_stop(unit).bench.laboratory_id
    )
    sampling.do(cast.actor("firm"), unit, "ship")
    later, here = laboratory_of(other), laboratory_of(next_stop(unit))
    assert SampleUnit.objects.visible_to(later).filter(pk=unit.pk).exists()
    assert "lose" not in sampling.possible(later, unit)
    assert "lose" in sampling.possible(here, unit)


def test_a_bench_fails_while_the_sample_in_its_test_is_destroyed_already(booked, laboratory_of, destructive):
    from qilian.portal.booking.commands import blocking, carrying_out, sampling
    from qilian.portal.network.models import Purpose

    first = booked.appointments.select_related("path", "bench__laboratory").order_by("start").first()
    actor, unit = laboratory_of(first), carrying_out.unit_of(first)
    destructive(first.test)
    sampling.do(actor, unit, "receive")
    carrying_out.start(actor, first)
    sampling.do(actor, carrying_out.unit_of(first), "destroy")
    assert first in blocking.block(actor, [first.bench], first.start, first.end, Purpose.FAILURE).lost
    assert carrying_out.unit_of(first).state == "destroyed"


def test_an_appointment_that_stays_with_another_unit_has_that_unit(booked, cast):
    """A proposal may put what stays on a unit that no new appointment has."""
    from qilian.portal.booking.commands.carrying_out import unit_of
    from qilian.portal.booking.commands.changing import accept
    from qilian.portal.booking.models import Proposal
    from qilian.portal.history.firing import begin

    each = booked.appointments.first()
    proposal = Proposal(path=booked, cause="x", cause_en="x", steps=[], stands={str(each.pk): each.version})
    proposal.units = {str(each.pk): 77}
    begin(proposal, "make", None)
    accept(cast.actor("firm"), proposal)
    each.refresh_from_db()
    assert unit_of(each).unit == each.unit == 77


def test_hours_of_a_hold_that_ran_out_are_free_for_a_laboratory(held, laboratory_of):
    from django.utils import timezone

    from qilian.portal.booking.commands.blocking import block
    from qilian.portal.network.models import Purpose

    each = held.appointments.select_related("bench__laboratory").first()
    type(held).objects.filter(pk=held.pk).update(expires=timezone.now())
    block(laboratory_of(each), [each.bench], each.start, each.end, Purpose.MAINTENANCE)
    held.refresh_from_db()
    assert held.state == "lapsed"


def test_where_no_way_on_was_found_the_firm_can_let_it_be_planned_again(booked, cast):
    lost = booked.appointments.first()
    type(lost).objects.filter(pk=lost.pk).update(state="declined", slot=None)
    proposed(booked, lost)
    page = cast.client("firm").get(f"/bookings/{booked.pk}/").content.decode()
    assert f"/bookings/{booked.pk}/again" in page
    assert "/dismiss" in page


@pytest.mark.parametrize(
    "address",
    ["/bookings/{path}/confirm", "/bookings/{path}/cancel", "/bookings/plans/{plan}/hold"],
)
def test_a_character_that_no_database_keeps_is_no_fault_of_the_server(held, plan, cast, address):
    sent = {"key": "a\0b", "reason": "a\0b"}
    page = cast.client("firm").post(address.format(path=held.pk, plan=plan.pk), sent)
    assert page.status_code in (200, 302, 409), "done, or refused in words"


def test_a_window_is_offered_only_what_it_can_say_of_a_sample(booked, cast):
    window = cast.client("window", region=booked.organisation.region)
    page = window.get(f"/bookings/samples/{booked.units.first().code}/")
    assert page.status_code == 200
    assert page.context["events"] == []


def test_no_fault_is_the_last_round_of_sweeping(monkeypatch, caplog):
    from unittest.mock import Mock

    from qilian.portal.booking import sweeping

    monkeypatch.setattr(sweeping, "sweep", Mock(side_effect=ValueError))
    monkeypatch.setattr(sweeping, "connection", Mock())
    sweeping.sweep_and_go_on()
    assert "could not be swept" in caplog.text


def test_a_laboratory_moves_a_test_to_a_whole_hour_only(booked, laboratory_of):
    from datetime import timedelta

    from qilian.portal.booking.commands.carrying_out import move
    from qilian.portal.booking.errors import BookingError

    each = booked.appointments.select_related("path", "slot", "bench__laboratory").order_by("-start").first()
    with pytest.raises(BookingError):
        move(laboratory_of(each), each, each.bench, each.start + timedelta(days=7, seconds=30))
