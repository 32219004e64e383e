"""A laboratory takes benches out of use, and back into use: the one way, for its pages and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import samples, taking
from qilian.portal.booking.clock import local
from qilian.portal.booking.commands import losses
from qilian.portal.booking.commands.carrying_out import unit_of
from qilian.portal.booking.commands.holding import drop, release_expired
from qilian.portal.booking.commands.rights import refuse_other_laboratory
from qilian.portal.booking.errors import BookingError, Taken
from qilian.portal.booking.models import Appointment, Path
from qilian.portal.history.recording import record, writing
from qilian.portal.jobs.models import Job
from qilian.portal.network.guard import NAME as GUARD
from qilian.portal.network.models import OWN_PURPOSES, Bench, Purpose, Slot
from qilian.text import Text

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Blocked:
    """What was taken, which appointments that gave up, and the job that plans their paths again, if there are any."""

    slots: list[Slot]
    lost: list[Appointment]
    job: Job | None

    @property
    def paths(self) -> int:
        """How many paths are planned again."""
        return len({each.path_id for each in self.lost})


def block(
    actor: Actor, benches: Sequence[Bench], begins: datetime, ends: datetime, purpose: Purpose, note: str = ""
) -> Blocked:
    """Take hours of benches: of all of them or of none.

    A failure asks nobody: it gives up the appointments that fall into it, and takes what is left beside other hours of
    the laboratory's own, if anything is left.

    Raises
    ------
    Taken
        If something takes one of them then, and it is no failure; it says what and when.
    BookingError
        As :func:`check_hours`, and for a bench of another laboratory.
    """
    for bench in benches:
        refuse_other_laboratory(bench.laboratory, actor)
    check_hours(begins, ends)
    release_expired({bench.code for bench in benches})
    failure = purpose == Purpose.FAILURE
    try:
        with writing():
            lost = [each for bench in benches for each in _fail(actor, bench, begins, ends, note)] if failure else []
            slots = []
            for bench in benches:
                for start, end in _left(bench, begins, ends) if failure else [(begins, ends)]:
                    slot = Slot.objects.create(bench=bench, start=start, end=end, purpose=purpose, note=note[:200])
                    hours = {"from": local(start).isoformat(), "until": local(end).isoformat()}
                    record(actor, "block", bench, data={"slot": slot.pk, "why": str(purpose), **hours})
                    slots.append(slot)
            if not slots:
                raise _taken(benches, begins, ends)
            job = losses.start_answering(actor, lost, _cause(benches))
    except IntegrityError as error:
        if GUARD not in str(error):
            raise
        raise _taken(benches, begins, ends) from None
    return Blocked(slots, lost, job)


def unblock(actor: Actor, slot: Slot) -> None:
    """Take a bench back into use.

    Raises
    ------
    BookingError
        If the hours belong to an appointment.
    """
    refuse_other_laboratory(slot.bench.laboratory, actor)
    if slot.purpose not in OWN_PURPOSES:
        raise BookingError(_("these hours belong to an appointment"))
    with writing():
        record(actor, "unblock", slot.bench, data={"slot": slot.pk, "why": slot.purpose})
        slot.delete()


def check_hours(begins: datetime, ends: datetime) -> None:
    """Refuse hours that end before they begin, lie in the past, or last longer than a year.

    Raises
    ------
    BookingError
        With what is wrong.
    """
    if ends <= begins:
        raise BookingError(_("It has to end after it begins."))
    if ends <= timezone.now():
        raise BookingError(_("This is over already."))
    if ends - begins > LONGEST:
        raise BookingError(_("Longer than a year; close the bench instead."))


def _fail(actor: Actor, bench: Bench, begins: datetime, ends: datetime, note: str) -> list[Appointment]:
    """Give up the appointments that fall into a failure, and the holds that rest on one."""
    rows = Appointment.objects.filter(bench=bench, start__lt=ends, end__gt=begins, slot__isnull=False)
    found = dict(rows.exclude(state__in=("tested", "reported")).values_list("pk", "path"))
    paths = Path.objects.filter(pk__in=found.values()).order_by("pk")
    for path in paths:
        if path.state == "held":
            drop(path)
    lost = Appointment.objects.filter(pk__in=found, state__in=("requested", "taken", "running"))
    given_up = list(lost.select_related("path", "slot", "bench__laboratory"))
    running = [each for each in given_up if each.state == "running"]
    taking.give_up(given_up, "fail", actor, note)
    for unit in map(unit_of, running):
        if unit.state == "in_test":  # else destroyed by the test
            samples.move(unit, "finish", actor, holder=bench.laboratory)
    return given_up


def _left(bench: Bench, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the hours of a bench that nothing takes."""
    for slot in Slot.objects.filter(bench=bench, start__lt=ends, end__gt=begins).order_by("start"):
        if begins < slot.start:
            yield begins, slot.start
        begins = slot.end
    if begins < ends:
        yield begins, ends


def _cause(benches: Sequence[Bench]) -> Text:
    titles = [bench.title for bench in benches]
    return Text(
        f"台位故障：{'、'.join(each.zh for each in titles)}",
        f"bench out of order: {', '.join(each.en for each in titles)}",
    )


def _taken(benches: Sequence[Bench], begins: datetime, ends: datetime) -> Taken:
    slots = Slot.objects.filter(bench__in=benches, start__lt=ends, end__gt=begins).select_related("bench")
    told = [
        f"{slot.bench.name} {_clock(slot.start)} – {_clock(slot.end)}, {slot.get_purpose_display()}"
        for slot in slots.order_by("start")[:3]
    ]
    what = _("The bench is taken then: %(slots)s.") % {"slots": "; ".join(told)}
    return Taken(what, [], mend=_("choose other hours, or another bench"))


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
