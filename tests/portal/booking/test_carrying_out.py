"""From the sample on the way to the report in the firm's hands: what a laboratory does, and what comes of it."""

import pytest


def carry_out(appointment, actor, firm, number: str = "R-1", outcome: str = "pass"):
    """Bring the sample, do the test, issue the report."""
    from qilian.portal.booking.commands import carrying_out, reporting, sampling

    unit = carrying_out.unit_of(appointment)
    if unit.state == "home":
        sampling.do(firm, unit, "ship")
    sampling.do(actor, unit, "receive")
    carrying_out.start(actor, appointment)
    appointment.refresh_from_db()
    carrying_out.finish(actor, appointment)
    appointment.refresh_from_db()
    issued = reporting.issue(actor, appointment, number=number, outcome=outcome)
    appointment.refresh_from_db()
    unit.refresh_from_db()
    return issued, unit


@pytest.fixture
def first(booked):
    return booked.appointments.select_related("path__product", "path__plan", "bench__laboratory").order_by("start")[0]


def test_a_report_comes_back_as_evidence_and_the_next_plan_is_shorter(first, cast, laboratory_of, plan):
    from qilian.portal.workbench import making
    from qilian.portal.workbench.reading import reports_of

    firm, product = cast.actor("firm"), first.path.product
    issued, unit = carry_out(first, laboratory_of(first), firm)
    assert (first.state, unit.state) == ("reported", "received")
    (report,) = reports_of(product.evidence.all())
    assert (report.id, report.seal.state) == ("R-1", "valid")
    assert report.tests[0].test == first.test
    assert report.sample.id == unit.code
    assert issued.credential.encode() == bytes(product.evidence.get().content)
    product.refresh_from_db()
    fresh = making.make(product, firm)
    assert fresh.answered == 1
    assert len(fresh.result["itinerary"]["steps"]) == len(plan.result["itinerary"]["steps"]) - 1


def test_a_failed_test_is_no_evidence_of_a_pass(first, cast, laboratory_of):
    from qilian.portal.workbench import making

    carry_out(first, laboratory_of(first), cast.actor("firm"), outcome="fail")
    first.path.product.refresh_from_db()
    assert making.make(first.path.product, cast.actor("firm")).answered == 0


def test_a_number_is_given_to_one_report_of_a_laboratory(booked, cast, laboratory_of, first):
    """In words, and by the database itself; another laboratory counts on its own."""
    from django.db import IntegrityError, transaction

    from qilian.portal.booking.commands import carrying_out, reporting, sampling
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.booking.models import IssuedReport

    issued, _unit = carry_out(first, laboratory_of(first), cast.actor("firm"))
    others = booked.appointments.select_related("path__product", "path__plan", "bench__laboratory").order_by("start")
    again = next(each for each in others if each.pk != first.pk)
    type(again).objects.filter(pk=again.pk).update(bench=first.bench)
    again = others.get(pk=again.pk)
    actor, unit = laboratory_of(again), carrying_out.unit_of(again)
    if unit.holder_id is None:
        sampling.do(actor, unit, "receive")
    carrying_out.start(actor, again)
    again.refresh_from_db()
    carrying_out.finish(actor, again)
    again.refresh_from_db()
    with pytest.raises(BookingError, match="R-1"):
        reporting.issue(actor, again, number="R-1", outcome="pass")
    again.refresh_from_db()
    assert again.state == "tested", "what was refused moved nothing"
    same = {"number": "R-1", "outcome": "pass", "credential": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedReport.objects.create(appointment=again, laboratory=issued.laboratory, **same)
    elsewhere = next(each for each in others if each.bench.laboratory_id != first.bench.laboratory_id)
    IssuedReport.objects.create(appointment=elsewhere, laboratory=elsewhere.bench.laboratory, **same)


def test_a_test_begins_only_with_its_sample_here(first, laboratory_of):
    from qilian.portal.booking.commands import carrying_out
    from qilian.portal.booking.errors import BookingError

    with pytest.raises(BookingError):
        carrying_out.start(laboratory_of(first), first)


def test_a_unit_travels_from_hand_to_hand_and_its_timeline_says_who_held_it(booked, cast, laboratory_of):
    from qilian.portal.booking.commands import carrying_out, sampling
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.booking.samples import next_stop
    from qilian.portal.history.recording import about

    firm = cast.actor("firm")
    unit = next(
        unit
        for unit in booked.units.all()
        if len(set(booked.appointments.filter(lot=unit.lot, unit=unit.unit).values_list("bench__laboratory"))) > 1
    )
    held = []
    sampling.do(firm, unit, "ship")
    while stop := next_stop(unit):
        actor = laboratory_of(stop)
        if "receive" in sampling.possible(actor, unit):
            sampling.do(actor, unit, "receive")
            held.append(stop.bench.laboratory.code)
        with pytest.raises(BookingError):
            sampling.do(cast.actor("laboratory", "other", laboratory="other"), unit, "destroy")
        carrying_out.start(actor, stop)
        stop.refresh_from_db()
        carrying_out.finish(actor, stop)
        unit.refresh_from_db()
        if "forward" in sampling.possible(actor, unit):
            sampling.do(actor, unit, "forward")
    sampling.do(actor, unit, "return")
    sampling.do(firm, unit, "arrive")
    unit.refresh_from_db()
    assert (unit.state, unit.holder) == ("returned", None)
    received = [entry.data["holder"] for entry in about([unit]) if entry.event == "receive"]
    assert received == held
    assert len(held) > 1


def test_a_path_whose_tests_are_all_reported_is_done(booked, cast, laboratory_of):
    from qilian.portal.booking.commands import carrying_out, reporting, sampling
    from qilian.portal.booking.samples import next_stop

    firm = cast.actor("firm")
    for unit in booked.units.all():
        while stop := next_stop(unit):
            actor = laboratory_of(stop)
            if unit.state == "home":
                sampling.do(firm, unit, "ship")
            if unit.holder_id != stop.bench.laboratory_id:
                sampling.do(actor, unit, "receive")
            carrying_out.start(actor, stop)
            stop.refresh_from_db()
            carrying_out.finish(actor, stop)
            stop.refresh_from_db()
            reporting.issue(actor, stop, number=f"R-{stop.pk}", outcome="pass")
            unit.refresh_from_db()
            if "forward" in sampling.possible(actor, unit):
                sampling.do(actor, unit, "forward")
    booked.refresh_from_db()
    assert booked.state == "done"
    assert booked.product.evidence.count() == booked.appointments.count()
