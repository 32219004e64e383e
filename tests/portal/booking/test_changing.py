"""What goes otherwise is planned again: what stays stays, the firm accepts the rest whole or not at all."""

from datetime import datetime, timedelta

import pytest


@pytest.fixture
def asked(held, cast):
    """Return the path, confirmed, with a laboratory that wants to answer first; and one of its appointments."""
    from qilian.portal.booking.commands.holding import confirm
    from qilian.portal.network.models import Laboratory

    first = held.appointments.order_by("-start").first()
    Laboratory.objects.filter(pk=first.bench.laboratory_id).update(answer_days=2)
    path = confirm(cast.actor("firm"), held)
    return path.appointments.filter(state="requested").select_related("bench__laboratory", "path").first()


def broken(path) -> list[str]:
    """Return what is wrong with what stands: hours that it does not have, or a rule of routing that it breaks."""
    from qilian.portal.booking.replanning import broken_by
    from qilian.portal.network.models import Slot

    wrong = []
    for each in path.appointments.current().select_related("slot"):
        if each.state in ("requested", "taken"):
            hours = each.slot and (each.slot.bench_id, each.slot.start, each.slot.end)
            wrong += [f"{each}: {hours}"] if hours != (each.bench_id, each.start, each.end) else []
    if Slot.objects.filter(purpose="booked").count() != path.appointments.filter(slot__isnull=False).count():
        wrong.append("hours that nothing has")
    return wrong + broken_by(path, {})


def check(path) -> None:
    """Every test has one current appointment with its own hours, and the whole is a plan that breaks no rule."""
    current = path.appointments.current()
    tests = set(path.appointments.values_list("lot", "test"))
    assert {(each.lot, each.test) for each in current} == tests
    assert current.count() == len(tests)
    assert not broken(path)


def test_a_booked_path_breaks_no_rule_of_routing(booked):
    check(booked)


def test_a_declined_appointment_is_proposed_elsewhere_and_few_others_change(asked, cast, laboratory_of):
    from qilian.portal.booking.commands.carrying_out import decline
    from qilian.portal.booking.commands.changing import accept
    from qilian.portal.notices.models import Notice

    path, firm = asked.path, cast.actor("firm")
    decline(laboratory_of(asked), asked, "设备检定")
    asked.refresh_from_db()
    assert (asked.state, asked.slot, asked.reason) == ("declined", None, "设备检定")
    proposal = path.proposals.get(state="open")
    assert not proposal.problem
    mine = next(step for step in proposal.steps if step["replaces"] == asked.pk)
    assert mine["laboratory"] != asked.bench.laboratory.code
    assert proposal.kept + len(proposal.steps) == path.appointments.count()
    assert proposal.kept >= len(proposal.steps)
    assert Notice.objects.filter(user=firm.user, en__contains="declined").exists()
    accept(firm, proposal)
    check(path)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_a_proposal_that_others_overtook_changes_nothing_and_is_made_anew(asked, cast, laboratory_of):
    from qilian.portal.booking.clock import aware
    from qilian.portal.booking.commands.carrying_out import decline
    from qilian.portal.booking.commands.changing import accept
    from qilian.portal.booking.errors import Taken
    from qilian.portal.network.models import Bench, Slot

    decline(laboratory_of(asked), asked, "x")
    proposal = asked.path.proposals.get(state="open")
    step = next(each for each in proposal.steps if each["replaces"] == asked.pk)
    Slot.objects.create(
        bench=Bench.objects.get(code=step["bench"]),
        start=aware(step["start"]),
        end=aware(step["end"]),
        purpose="elsewhere",
    )
    before = sorted(asked.path.appointments.values_list("pk", "state", "slot"))
    with pytest.raises(Taken):
        accept(cast.actor("firm"), proposal)
    assert sorted(asked.path.appointments.values_list("pk", "state", "slot")) == before
    fresh = asked.path.proposals.get(state="open")
    assert fresh != proposal
    accept(cast.actor("firm"), fresh)
    check(asked.path)


def test_a_request_without_an_answer_lapses_and_is_planned_again(asked, laboratory_of):
    from django.utils import timezone

    from qilian.portal.booking.commands.carrying_out import accept, lapse_requests
    from qilian.portal.booking.errors import BookingError

    type(asked).objects.filter(pk=asked.pk).update(answer_by=timezone.now())
    with pytest.raises(BookingError, match="期限"):
        accept(laboratory_of(asked), asked)  # too late, whether or not it was swept
    assert lapse_requests() == 1
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    assert asked.path.proposals.get(state="open").steps
    assert lapse_requests() == 0


def test_a_bench_that_fails_gives_up_its_appointments_and_the_rest_is_planned_again(booked, cast, laboratory_of):
    from qilian.portal.booking.clock import local
    from qilian.portal.booking.commands.blocking import block
    from qilian.portal.booking.commands.changing import accept
    from qilian.portal.jobs.running import run
    from qilian.portal.network.models import Purpose

    hit = booked.appointments.select_related("bench__laboratory").order_by("-start").first()
    begins, ends = hit.start - timedelta(hours=1), hit.end + timedelta(days=30)
    done = block(laboratory_of(hit), [hit.bench], begins, ends, Purpose.FAILURE)
    assert hit in done.lost
    assert (done.paths, done.job.state) == (1, "waiting")
    assert not booked.proposals.exists(), "the search is not waited for"
    run.func(done.job.pk)
    done.job.refresh_from_db()
    assert (done.job.state, done.job.done, done.job.total) == ("done", 1, 1)
    proposal = booked.proposals.get(state="open")
    assert not proposal.problem
    step = next(each for each in proposal.steps if each["replaces"] == hit.pk)
    start, end = (datetime.fromisoformat(step[each]) for each in ("start", "end"))
    assert step["bench"] != hit.bench.code or end <= local(begins) or local(ends) <= start
    accept(cast.actor("firm"), proposal)
    check(booked)


def test_a_bench_fails_beside_hours_that_its_laboratory_took_before(booked, laboratory_of):
    """A failure asks nobody: it takes what is left."""
    from qilian.portal.booking.commands.blocking import block
    from qilian.portal.network.models import Purpose, Slot

    hit = booked.appointments.select_related("bench__laboratory").order_by("-start").first()
    actor, hour = laboratory_of(hit), timedelta(hours=1)
    Slot.objects.filter(bench=hit.bench, appointment=None).delete()
    begins, ends = hit.end + 24 * hour, hit.end + 40 * hour
    block(actor, [hit.bench], begins + hour, begins + 2 * hour, Purpose.MAINTENANCE)
    done = block(actor, [hit.bench], begins, ends, Purpose.FAILURE)
    assert [(each.start, each.end) for each in done.slots] == [(begins, begins + hour), (begins + 2 * hour, ends)]
    assert (done.lost, done.job) == ([], None)


def test_a_failure_where_the_laboratory_has_taken_all_hours_is_refused_and_keeps_nothing(booked, laboratory_of):
    from qilian.portal.booking.commands.blocking import block
    from qilian.portal.booking.errors import Taken
    from qilian.portal.history.models import Entry
    from qilian.portal.network.models import Purpose, Slot

    hit = booked.appointments.select_related("bench__laboratory").order_by("-start").first()
    actor, hour = laboratory_of(hit), timedelta(hours=1)
    Slot.objects.filter(bench=hit.bench, appointment=None).delete()
    begins, ends = hit.end + 24 * hour, hit.end + 40 * hour
    block(actor, [hit.bench], begins, ends, Purpose.MAINTENANCE)
    before = Entry.objects.count(), Slot.objects.count()
    with pytest.raises(Taken, match=hit.bench.name):
        block(actor, [hit.bench], begins + hour, ends - hour, Purpose.FAILURE)
    assert (Entry.objects.count(), Slot.objects.count()) == before


def test_a_sample_that_did_not_come_is_planned_again_later(booked, laboratory_of):
    from django.utils import timezone

    from qilian.portal.booking import replanning
    from qilian.portal.booking.commands import carrying_out
    from qilian.portal.booking.errors import BookingError

    late = booked.appointments.select_related("bench__laboratory", "path").order_by("-end").first()
    with pytest.raises(BookingError, match="尚未开始"):
        carrying_out.miss(laboratory_of(late), late)
    found = replanning.way_on(booked, {late.pk: replanning.Wish()}, now=late.end + timedelta(hours=1))
    again = next(step for step in found.steps if step["replaces"] == late.pk)
    assert again["start"] > timezone.localtime(late.end).replace(tzinfo=None).isoformat()
    assert len(found.steps) == 1


def test_a_firm_moves_an_appointment_only_by_accepting_what_it_means(booked, cast):
    from qilian.portal.booking.clock import aware
    from qilian.portal.booking.commands.changing import accept, ask_to_move

    firm = cast.actor("firm")
    chosen = booked.appointments.select_related("path", "bench__laboratory").order_by("-start").first()
    until = chosen.end + timedelta(days=5)
    proposal = ask_to_move(firm, chosen, not_before=until)
    chosen.refresh_from_db()
    assert chosen.state == "taken"
    step = next(each for each in proposal.steps if each["replaces"] == chosen.pk)
    assert aware(step["start"]) >= until
    accept(firm, proposal)
    chosen.refresh_from_db()
    assert chosen.state == "replaced"
    check(booked)


def test_what_has_begun_stays_where_it_is(booked, laboratory_of, cast):
    from qilian.portal.booking import replanning

    rows = list(booked.appointments.order_by("start"))
    now = rows[len(rows) // 2].start + timedelta(hours=1)
    begun = {each.pk for each in rows if each.start < now}
    last = rows[-1]
    found = replanning.way_on(booked, {last.pk: replanning.Wish(elsewhere=True)}, now=now)
    assert begun <= {each.pk for each in found.stands}
    assert not begun & set(found.units)
    assert all(step["start"] >= now.astimezone().strftime("%Y-%m-%dT") for step in found.steps)


def test_where_nothing_fits_the_firm_is_told_so(booked, cast, laboratory_of):
    from django.utils import timezone

    from qilian.portal.booking.commands.changing import accept, propose
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.booking.replanning import Wish
    from qilian.portal.network.models import Bench
    from qilian.text import Text

    chosen = booked.appointments.order_by("-start").first()
    Bench.objects.update(is_open=False, changed=timezone.now())
    proposal = propose(booked, None, Text("原因", "cause"), {chosen.pk: Wish(elsewhere=True)})
    assert proposal.problem
    with pytest.raises(BookingError):
        accept(cast.actor("firm"), proposal)


def test_a_laboratory_moves_within_what_the_path_allows(booked, laboratory_of):
    from qilian.errors import QilianError
    from qilian.portal.booking.commands.carrying_out import move

    moved = refused = 0
    for each in booked.appointments.select_related("path", "slot", "bench__laboratory").order_by("-start")[:6]:
        for days in (1, 7):
            try:
                here = move(laboratory_of(each), each, each.bench, each.start + timedelta(days=days))
            except QilianError:
                refused += 1
            else:
                moved += 1
                assert here.slot.start == here.start == each.start + timedelta(days=days)
                break
        check(booked)
    assert moved
    assert refused


def test_another_laboratory_does_nothing_with_an_appointment(asked, cast):
    from qilian.portal.booking.commands import carrying_out
    from qilian.portal.booking.errors import BookingError

    stranger = cast.actor("laboratory", "other", laboratory="other")
    for act in (carrying_out.accept, carrying_out.miss, carrying_out.start, carrying_out.finish):
        with pytest.raises(BookingError):
            act(stranger, asked)
    with pytest.raises(BookingError):
        carrying_out.decline(stranger, asked, "x")
