"""A path is held whole or not at all, for a quarter of an hour, once for each key; confirming makes it firm."""

from datetime import datetime, timedelta

import pytest


def slots() -> int:
    from qilian.portal.network.models import Purpose, Slot

    return Slot.objects.filter(purpose=Purpose.BOOKED).count()


def test_all_appointments_are_held_with_their_hours_and_recorded(plan, cast):
    from qilian.portal.booking.commands.holding import hold
    from qilian.portal.history.recording import about

    path = hold(cast.actor("firm"), plan)
    steps = plan.result["itinerary"]["steps"]
    rows = list(path.appointments.all())
    assert (path.state, len(rows)) == ("held", len(steps))
    assert len(steps) > 5
    assert {each.state for each in rows} == {"held"}
    assert all(each.slot.start == each.start and each.slot.bench == each.bench for each in rows)
    assert slots() == len(steps)
    assert about([path, *rows]).filter(person=cast.actor("firm").user, event="hold").count() == len(steps) + 1


def test_one_taken_hour_and_nothing_is_held(plan, cast):
    from qilian.portal.booking.clock import aware
    from qilian.portal.booking.commands.holding import hold
    from qilian.portal.booking.errors import Taken
    from qilian.portal.booking.models import Appointment, Path
    from qilian.portal.history.models import Entry
    from qilian.portal.network.models import Bench, Slot

    step = plan.result["itinerary"]["steps"][-1]
    bench = Bench.objects.get(code=step["bench"])
    end = aware(step["end"])
    Slot.objects.create(bench=bench, start=end - timedelta(hours=1), end=end, purpose="elsewhere")
    with pytest.raises(Taken) as refusal:
        hold(cast.actor("firm"), plan)
    assert refusal.value.tests == (step["test"],)
    assert (Path.objects.count(), Appointment.objects.count(), slots(), Entry.objects.count()) == (0, 0, 0, 0)


def test_a_conflict_is_answered_by_a_plan_that_can_be_held(held, plan, cast):
    from qilian.portal.booking.commands.holding import hold
    from qilian.portal.booking.errors import Taken
    from qilian.portal.booking.planning_again import again
    from qilian.portal.workbench.models import Product

    firm = cast.actor("firm")
    rival = Product.objects.get(pk=plan.product_id)
    rival.pk, rival.identifier = None, "rival"
    rival.save()
    type(held).objects.filter(pk=held.pk).update(product=rival)
    with pytest.raises(Taken):
        hold(firm, plan)
    fresh = again(plan, firm)
    assert fresh.number == plan.number + 1
    assert hold(firm, fresh).appointments.count() == len(fresh.result["itinerary"]["steps"])


def test_a_retry_of_a_key_gets_the_first_answer_and_books_nothing_more(plan, cast):
    from qilian.portal.booking.commands.holding import confirm, hold
    from qilian.portal.booking.errors import KeyReused

    firm = cast.actor("firm")
    path = hold(firm, plan, key="k")
    taken = slots()
    assert hold(firm, plan, key="k") == path
    assert slots() == taken
    with pytest.raises(KeyReused):
        confirm(firm, path, key="k")
    assert confirm(firm, path, key="c").state == "confirmed"
    assert confirm(firm, path, key="c").version == path.version + 1


def test_an_expired_hold_cannot_be_confirmed_and_its_hours_are_free(held, cast):
    from django.utils import timezone

    from qilian.portal.booking.commands.holding import confirm
    from qilian.portal.booking.errors import Expired

    type(held).objects.filter(pk=held.pk).update(expires=timezone.now())
    with pytest.raises(Expired):
        confirm(cast.actor("firm"), held)
    held.refresh_from_db()
    assert (held.state, slots()) == ("lapsed", 0)
    assert set(held.appointments.values_list("state", flat=True)) == {"lapsed"}


def test_a_refused_confirmation_keeps_no_key_and_its_retry_gets_the_same_answer(held, cast):
    """Else the retry would be told that its hold can be confirmed no more, instead of why."""
    from django.utils import timezone

    from qilian.portal.booking.commands.holding import confirm
    from qilian.portal.booking.errors import Expired
    from qilian.portal.booking.models import Request

    type(held).objects.filter(pk=held.pk).update(expires=timezone.now())
    for _ in range(2):
        with pytest.raises(Expired):
            confirm(cast.actor("firm"), held, key="c")
        assert not Request.objects.exists()


def test_a_key_of_a_cancellation_stands_for_its_reason_too(held, cast):
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.errors import KeyReused

    firm = cast.actor("firm")
    path = cancel(firm, held, reason="停产", key="x")
    assert cancel(firm, held, reason="停产", key="x") == path
    with pytest.raises(KeyReused):
        cancel(firm, held, reason="改型", key="x")


def test_a_product_is_held_once_at_a_time(held, plan, cast):
    """A second hold would keep from others what its firm cannot use: the samples are in one place only."""
    from django.utils import timezone

    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.commands.holding import hold
    from qilian.portal.booking.errors import BookingError, Taken
    from qilian.portal.booking.planning_again import again

    firm = cast.actor("firm")
    fresh = again(plan, firm)
    taken = slots()
    with pytest.raises(BookingError) as refusal:
        hold(firm, fresh)
    assert not isinstance(refusal.value, Taken)
    assert f"{timezone.localtime(held.expires):%H:%M}" in str(refusal.value), "until when it is held"
    assert slots() == taken
    cancel(firm, held)
    assert hold(firm, fresh).state == "held"


def test_an_owner_holds_only_so_many_paths_at_once(plan, cast, monkeypatch):
    from django.utils import timezone

    from qilian.portal.booking.commands import holding
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.booking.models import Path
    from qilian.portal.workbench.models import Product

    firm, most = cast.actor("firm"), 1
    monkeypatch.setattr(holding, "MOST_HOLDS", most)
    first = holding.hold(firm, plan)
    other = Product.objects.get(pk=plan.product_id)
    other.pk, other.identifier = None, "other"
    other.save()
    Path.objects.filter(pk=first.pk).update(product=other)
    before = slots()
    with pytest.raises(BookingError, match="1"):
        holding.hold(firm, plan)
    assert slots() == before
    Path.objects.filter(pk=first.pk).update(expires=timezone.now())
    assert holding.hold(firm, plan).state == "held", "a hold whose time is over counts no more"


def test_hours_that_are_held_again_and_again_are_let_go(plan, cast):
    """Else a firm would keep benches for ever by cancelling just in time and holding anew, or by another product."""
    from django.utils import timezone

    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.commands.holding import MOST_TRIES, TRIES_WITHIN, confirm, hold, release_expired
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.booking.models import Path
    from qilian.portal.workbench.models import Product

    firm, other = cast.actor("firm"), cast.actor("firm", "other")
    cancel(firm, confirm(firm, hold(firm, plan)))  # which was booked, and is no try
    tries = []
    for number in range(MOST_TRIES):
        path = hold(firm, plan, key=f"try {number}")
        tries.append(path.pk)
        if number % 2:
            cancel(firm, path)
        else:
            Path.objects.filter(pk=path.pk).update(expires=timezone.now())
            release_expired()
    assert hold(firm, plan, key="try 0").pk == tries[0], "a retry of a request is none"
    own = Product.objects.get(pk=plan.product_id)
    own.pk, own.identifier = None, "another product of the firm"
    own.save()
    for product in (plan.product, own):
        plan.product = product
        with pytest.raises(BookingError, match=rf"{MOST_TRIES} 次.*\d\d-\d\d \d\d:\d\d"):
            hold(firm, plan)
        assert slots() == 0

    of_another_firm = Product.objects.get(pk=own.pk)
    of_another_firm.pk, of_another_firm.organisation = None, other.organisation
    of_another_firm.save()
    plan.product = of_another_firm
    cancel(other, hold(other, plan))  # others may have them
    plan.product = own
    steps = plan.result["itinerary"]["steps"]
    later = [{**step, **{key: _later(step[key]) for key in ("start", "end")}} for step in steps]
    plan.result["itinerary"]["steps"] = later
    cancel(firm, hold(firm, plan))  # and the firm others
    plan.result["itinerary"]["steps"] = steps
    Path.objects.filter(pk=tries[0]).update(made=timezone.now() - TRIES_WITHIN)
    assert hold(firm, plan).state == "held", "a day after the first of them"


def test_what_was_held_and_never_booked_is_no_laboratorys_matter(held, plan, cast, laboratory_of):
    """A laboratory that opens one number after the other would read who thought of testing what, and where."""
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.commands.holding import confirm, hold
    from qilian.portal.booking.models import Appointment

    each = held.appointments.select_related("bench__laboratory").first()
    laboratory = laboratory_of(each)
    assert not Appointment.objects.visible_to(laboratory).exists()
    cancel(cast.actor("firm"), held)
    assert not Appointment.objects.visible_to(laboratory).exists()
    page = cast.client("laboratory", each.bench.laboratory.code).get(f"/bookings/appointments/{each.pk}/")
    assert page.status_code == 404
    path = cancel(cast.actor("firm"), confirm(cast.actor("firm"), hold(cast.actor("firm"), plan)))
    seen = Appointment.objects.visible_to(laboratory)
    assert set(seen.values_list("path", "state")) == {(path.pk, "cancelled")}, "what was booked, it was told of"


def _later(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(days=700)).isoformat()


@pytest.mark.parametrize("change", [{"price": 1}, {"benches": []}])
def test_an_older_plan_binds_no_laboratory_to_what_it_offers_no_more(plan, cast, change):
    """A firm could keep a plan from before a price went up, and book by it."""
    from qilian.portal.booking.commands.holding import hold
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.network.models import Line
    from qilian.portal.workbench import making

    step, firm = plan.result["itinerary"]["steps"][0], cast.actor("firm")
    line = Line.objects.get(row=step["scope_row"])
    for name, value in change.items():
        setattr(line, name, value)
    line.save()
    with pytest.raises(BookingError, match=step["bench"]):
        hold(firm, plan)
    assert slots() == 0
    assert hold(firm, making.make(plan.product, firm)).state == "held", "a new plan counts with what is offered now"


def test_an_expired_hold_gives_way_to_who_wants_its_hours(held, plan, cast):
    from django.utils import timezone

    from qilian.portal.booking.commands.holding import hold

    type(held).objects.filter(pk=held.pk).update(expires=timezone.now())
    assert hold(cast.actor("firm"), plan).state == "held"


def test_the_worker_releases_expired_holds(held):
    from django.utils import timezone

    from qilian.portal.booking.sweeping import sweep

    sweep()
    assert slots() > 0
    type(held).objects.filter(pk=held.pk).update(expires=timezone.now())
    sweep()
    assert slots() == 0


def test_confirming_takes_appointments_or_asks_by_the_laboratorys_working_days(held, cast):
    from qilian.portal.booking.commands.holding import confirm
    from qilian.portal.network.models import Laboratory

    asking = held.appointments.first().bench.laboratory
    Laboratory.objects.filter(pk=asking.pk).update(answer_days=2)
    path = confirm(cast.actor("firm"), held)
    for each in path.appointments.select_related("bench__laboratory"):
        assert each.state == ("requested" if each.bench.laboratory == asking else "taken")
        assert (each.answer_by is not None) == (each.bench.laboratory == asking)
    units = set(path.appointments.values_list("lot", "unit"))
    assert set(path.units.values_list("lot", "unit")) == units
    assert {unit.state for unit in path.units.all()} == {"home"}


def test_working_days_skip_weekends_and_holidays():
    from qilian.portal.booking.clock import aware, end_of_working_day

    friday = aware("2026-09-25T10:00")  # the Mid-Autumn Festival of 2026 is on this Friday
    assert end_of_working_day(aware("2026-09-24T10:00"), 1) == aware("2026-09-29T00:00")
    assert end_of_working_day(friday, 2) == aware("2026-09-30T00:00")


def test_nobody_else_holds_confirms_or_cancels(held, plan, cast):
    from qilian.errors import QilianError
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.commands.holding import confirm, hold

    strangers = [cast.actor("firm", "other"), cast.actor("person"), cast.actor("window"), cast.actor("regulator")]
    for stranger in [*strangers, cast.actor("laboratory"), cast.actor("operator")]:
        for act in (lambda who: hold(who, plan), lambda who: confirm(who, held), lambda who: cancel(who, held)):
            with pytest.raises(QilianError):
                act(stranger)
    held.refresh_from_db()
    assert held.state == "held"


def test_a_clerk_acts_by_a_mandate_and_every_act_carries_it(plan, cast):
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.commands.holding import confirm, hold
    from qilian.portal.history.models import Entry
    from qilian.portal.history.recording import OnBehalf

    clerk, client = cast.actor("window"), cast.actor("firm").organisation
    mandate = OnBehalf(client, "M-7")
    path = hold(clerk, plan, on_behalf=mandate)
    cancel(clerk, confirm(clerk, path, on_behalf=mandate), on_behalf=mandate)
    entries = Entry.objects.all()
    assert path.organisation == client
    assert entries.count() > 3
    assert {(each.person, each.client, each.mandate) for each in entries} == {(clerk.user, client, "M-7")}


def test_cancelling_frees_all_hours_and_tells_the_laboratories(booked, cast, laboratory_of):
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.notices.models import Notice

    laboratory = laboratory_of(booked.appointments.first())
    path = cancel(cast.actor("firm"), booked, reason="停产")
    assert (path.state, slots()) == ("cancelled", 0)
    assert set(path.appointments.values_list("state", flat=True)) == {"cancelled"}
    assert {unit.state for unit in path.units.all()} == {"withdrawn"}
    assert Notice.objects.filter(user=laboratory.user, en__contains="cancelled by the firm").exists()


def test_an_edit_of_an_older_version_is_refused(held, cast):
    from qilian.portal.booking.commands.holding import confirm
    from qilian.portal.history.firing import Stale

    with pytest.raises(Stale):
        confirm(cast.actor("firm"), held, version=held.version + 1)


def test_a_plan_s_own_hours_are_free_for_what_is_asked_of_it(held, plan):
    """Otherwise no what-if could be asked of a plan whose path is booked."""
    from qilian.portal.workbench import making

    settings = making.Settings.read(plan.settings)
    again = making.with_itinerary(
        making.plan_for(plan.product, settings, own_hours_free=True), plan.result["itinerary"]
    )
    assert again.itinerary is not None
    assert len(again.itinerary.steps) == len(plan.result["itinerary"]["steps"])
