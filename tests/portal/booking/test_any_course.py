"""Whatever is done with a booked path: what stands can be done, and nothing that is lost is forgotten."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.portal.booking.test_changing import broken

PLACES = st.integers(0, 11)
TESTS = 7
"""So many tests of the path are left, so that a search takes no time."""


class Course(RuleBasedStateMachine):
    """A path in the database, in a transaction that is rolled back."""

    path: object
    firm: object
    laboratory_of: Callable[..., object]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.codes = set(self.path.units.values_list("code", flat=True))

    def attempt(self, act: Callable[[], object]) -> None:
        """Do something, or be refused in words; any other fault is one."""
        from qilian.errors import QilianError

        with suppress(QilianError):
            act()

    def appointment(self, place: int):
        rows = self.path.appointments.select_related("path__product", "path__plan", "slot", "bench__laboratory")
        return rows.order_by("pk")[place % rows.count()]

    def unit(self, place: int):
        rows = self.path.units.select_related("path", "holder", "bound").order_by("pk")
        return rows[place % rows.count()]

    @rule(place=PLACES, choice=PLACES)
    def something_is_said_of_a_sample(self, place: int, choice: int) -> None:
        """By the firm, or by whoever has it or waits for it."""
        from qilian.portal.booking.commands import sampling
        from qilian.portal.booking.samples import next_stop

        unit = self.unit(place)
        stop = next_stop(unit)
        places = [unit.holder, unit.bound, stop.bench.laboratory if stop else None]
        actors = [self.firm, *(self.laboratory_of(each) for each in dict.fromkeys(places) if each)]
        can = [(actor, event) for actor in actors for event in sampling.possible(actor, unit)]
        if can:
            actor, event = can[choice % len(can)]
            self.attempt(lambda: sampling.do(actor, unit, event))

    @rule(place=PLACES, choice=PLACES)
    def a_laboratory_does_something(self, place: int, choice: int) -> None:
        """With one of its appointments."""
        from qilian.portal.booking.commands import carrying_out

        each = self.appointment(place)
        actor = self.laboratory_of(each.bench.laboratory)
        can = [event for event in ("accept", "decline", "finish") if each.may(event, actor)]
        if can:
            event = can[choice % len(can)]
            more = ("因为",) if event == "decline" else ()
            self.attempt(lambda: getattr(carrying_out, event)(actor, each, *more))

    @rule(place=PLACES, ends=st.booleans())
    def a_sample_comes_to_its_next_test(self, place: int, ends: bool) -> None:
        """From wherever it is; the test begins, and may end with its report."""
        from qilian.portal.booking.commands import carrying_out, reporting, sampling
        from qilian.portal.booking.samples import next_stop

        unit = self.unit(place)
        if (stop := next_stop(unit)) is None:
            return
        actor = self.laboratory_of(stop.bench.laboratory)
        for who, event in [(self.firm, "ship"), (unit.holder and self.laboratory_of(unit.holder), "forward")]:
            if who and event in sampling.possible(who, unit):
                sampling.do(who, unit, event)
        if "receive" in sampling.possible(actor, unit):
            sampling.do(actor, unit, "receive")
        self.attempt(lambda: carrying_out.start(actor, stop))
        stop = self.path.appointments.select_related("path__product", "path__plan", "bench__laboratory").get(pk=stop.pk)
        if ends and stop.state == "running":
            carrying_out.finish(actor, stop)
            stop.refresh_from_db()
            reporting.issue(actor, stop, number=f"R-{stop.pk}", outcome="pass")

    @precondition(lambda self: self.path.appointments.filter(slot__isnull=False).exists())
    @rule(place=PLACES)
    def a_bench_fails(self, place: int) -> None:
        """During an appointment; where its test has ended, its hours are all taken and there is nothing to fail."""
        from qilian.portal.booking.commands.blocking import block
        from qilian.portal.booking.errors import Taken
        from qilian.portal.jobs.running import run
        from qilian.portal.network.models import Purpose

        taken = self.path.appointments.filter(slot__isnull=False).select_related("bench__laboratory").order_by("pk")
        each = taken[place % taken.count()]
        actor = self.laboratory_of(each.bench.laboratory)
        try:
            done = block(actor, [each.bench], each.start, each.end, Purpose.FAILURE)
        except Taken:
            assert each.state in ("tested", "reported")
        else:
            if done.job is not None:
                run.func(done.job.pk)

    @precondition(lambda self: self.path.proposals.filter(state="open").exists())
    @rule(accepts=st.booleans())
    def the_firm_decides(self, accepts: bool) -> None:
        """On what is proposed."""
        from qilian.portal.booking.commands import changing

        for proposal in self.path.proposals.filter(state="open"):
            act = changing.accept if accepts else changing.dismiss
            self.attempt(lambda act=act, proposal=proposal: act(self.firm, proposal))

    @invariant()
    def what_stands_can_be_done(self) -> None:
        """It breaks no rule of routing, has its hours, and no sample that is gone."""
        assert not broken(self.path)
        gone = set(self.path.units.filter(state__in=("lost", "destroyed")).values_list("lot", "unit"))
        ahead = self.path.appointments.filter(state__in=("requested", "taken", "running"))
        assert not gone & set(ahead.values_list("lot", "unit"))
        units = set(self.path.units.values_list("lot", "unit"))
        assert units >= set(self.path.appointments.current().values_list("lot", "unit"))

    @invariant()
    def nothing_that_is_lost_is_forgotten(self) -> None:
        """The newest proposal knows of every test without an appointment."""
        from qilian.portal.booking.replanning import appointments_of

        self.path.refresh_from_db()
        lost = {each.pk for each in appointments_of(self.path) if each.state in ("declined", "failed")}
        newest = self.path.proposals.first()
        assert not lost or newest.problem or lost <= {step["replaces"] for step in newest.steps}

    def teardown(self) -> None:
        """A path that is not done can be cancelled."""
        from qilian.portal.booking.commands.ending import cancel

        if self.path.state == "confirmed":
            assert cancel(self.firm, self.path).state == "cancelled"
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


@pytest.mark.slow
def test_any_course_of_a_path_keeps_what_stands_sound(booked, cast, monkeypatch):
    from qilian.portal.booking import replanning
    from qilian.portal.booking.models import Appointment
    from qilian.portal.network.models import Laboratory, Slot

    monkeypatch.setattr(replanning, "SECONDS", 0.3)
    kept = [*booked.appointments.filter(lot="machine", unit=0).order_by("start")[: TESTS - 2]]
    kept += [*booked.appointments.exclude(lot="machine").order_by("start")[:2]]
    Slot.objects.filter(appointment__in=booked.appointments.exclude(pk__in=[each.pk for each in kept])).delete()
    booked.appointments.exclude(pk__in=[each.pk for each in kept]).delete()
    Laboratory.objects.filter(benches__appointments=kept[-1]).update(answer_days=2)
    Appointment.objects.filter(pk=kept[-1].pk).update(state="requested", answer_by=kept[-1].start)

    def laboratory_of(laboratory):
        return cast.actor("laboratory", laboratory.code, laboratory=laboratory.code)

    for laboratory in Laboratory.objects.all():
        laboratory_of(laboratory)
    course = type(
        "CourseOfOne",
        (Course,),
        {"path": booked, "firm": cast.actor("firm"), "laboratory_of": staticmethod(laboratory_of)},
    )
    run_state_machine_as_test(course, settings=settings(max_examples=10, stateful_step_count=10, deadline=None))
