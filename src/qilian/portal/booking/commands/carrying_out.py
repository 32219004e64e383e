"""What a laboratory does with its appointments: accept, decline, move, carry out, or report that it cannot."""

from datetime import datetime, time, timedelta

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.laboratories import OpeningHours, WorkingCalendar
from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import replanning, samples, taking, telling
from qilian.portal.booking.clock import local
from qilian.portal.booking.commands.changing import propose
from qilian.portal.booking.commands.holding import release_expired
from qilian.portal.booking.commands.rights import refuse_other_laboratory, refuse_other_laboratory_of
from qilian.portal.booking.errors import BookingError, Taken
from qilian.portal.booking.models import Appointment, SampleUnit
from qilian.portal.history.firing import fire, refuse_older
from qilian.portal.history.recording import writing
from qilian.portal.network.guard import NAME as GUARD
from qilian.portal.network.models import Bench, Line
from qilian.portal.site.templatetags.portal import page_language
from qilian.text import Text


def accept(actor: Actor, appointment: Appointment, *, version: int | None = None) -> None:
    """Accept an appointment that was asked for.

    Raises
    ------
    BookingError
        If the time to answer is over: its firm is about to get another plan, whether or not anything has swept it.
    """
    refuse_other_laboratory_of(appointment, actor)
    with writing():
        here = as_it_is(appointment)
        if here.state == "requested" and here.answer_by is not None and here.answer_by <= timezone.now():
            raise BookingError(
                _("the time to answer ended at %(time)s")
                % {"time": f"{timezone.localtime(here.answer_by):%m-%d %H:%M}"}
            )
        fire(here, "accept", actor, version=version)
        telling.owner_of(here, Text("实验室已受理。", "accepted by the laboratory."))


def decline(actor: Actor, appointment: Appointment, reason: str, *, version: int | None = None) -> None:
    """Decline an appointment that was asked for; the path is planned again at other laboratories.

    Raises
    ------
    BookingError
        Without a reason.
    """
    refuse_other_laboratory_of(appointment, actor)
    if not reason.strip():
        raise BookingError(_("Say why: the firm reads it."))
    with writing():
        here = as_it_is(appointment)
        refuse_older(here, version)
        taking.give_up([here], "decline", actor, reason)
    name, laboratory = here.name, here.bench.laboratory.title
    propose(here.path, actor, Text(f"{laboratory.zh}不受理 {name.zh}", f"{laboratory.en} declined {name.en}"))


def miss(actor: Actor, appointment: Appointment, *, version: int | None = None) -> None:
    """Say that the sample did not come; the test is planned again.

    Raises
    ------
    BookingError
        Before the appointment begins.
    """
    refuse_other_laboratory_of(appointment, actor)
    if appointment.start > timezone.now():
        raise BookingError(_("the appointment has not begun yet"), where=str(appointment))
    with writing():
        here = as_it_is(appointment)
        refuse_older(here, version)
        taking.give_up([here], "miss", actor)
    propose(here.path, actor, Text(f"{here.name.zh} 的样品未到", f"the sample did not come to {here.name.en}"))


def start(actor: Actor, appointment: Appointment, *, version: int | None = None) -> None:
    """Begin a test; its sample unit must have been received.

    Raises
    ------
    BookingError
        If it is not here, or in another test.
    """
    refuse_other_laboratory_of(appointment, actor)
    with writing():
        here = as_it_is(appointment)
        unit = unit_of(here)
        if unit.state != "received" or unit.holder_id != here.bench.laboratory_id:
            raise BookingError(
                _("sample %(code)s is not here") % {"code": unit.code}, mend=_("receive it first, by its label")
            )
        fire(here, "start", actor, version=version)
        samples.move(unit, "start", actor, holder=here.bench.laboratory)


def finish(actor: Actor, appointment: Appointment, *, version: int | None = None) -> None:
    """End a test; its report may follow later."""
    refuse_other_laboratory_of(appointment, actor)
    with writing():
        here = as_it_is(appointment)
        fire(here, "finish", actor, version=version)
        unit = unit_of(here)
        if unit.state == "in_test":
            samples.move(unit, "finish", actor, holder=here.bench.laboratory)


def move(
    actor: Actor, appointment: Appointment, bench: Bench, begins: datetime, *, version: int | None = None
) -> Appointment:
    """Move an appointment within the laboratory, as far as the firm's path allows.

    Raises
    ------
    Taken
        If the bench is taken then.
    BookingError
        If the bench cannot do the test, is closed then, or the samples could not be there in time.
    """
    refuse_other_laboratory_of(appointment, actor)
    refuse_other_laboratory(bench.laboratory, actor)
    ends = begins + (appointment.end - appointment.start)
    _refuse_unfit(appointment, bench, begins, ends)
    release_expired({bench.code})
    try:
        with writing():
            here = as_it_is(appointment)
            broken = replanning.broken_by(here.path, {here.pk: (begins, ends, bench.laboratory.city)})
            if broken:
                raise BookingError(
                    _("the firm's path does not allow these hours: %(why)s") % {"why": broken[0]},
                    mend=_("choose other hours, or decline"),
                )
            if here.slot is None:
                raise BookingError(_("this appointment can be moved no more"), where=str(here))
            was = f"{local(here.start).isoformat()} {here.bench.code}"
            here.slot.bench, here.slot.start, here.slot.end = bench, begins, ends
            here.slot.save()
            here.bench, here.start, here.end = bench, begins, ends
            here.step = {
                **here.step,
                "bench": bench.code,
                "start": local(begins).isoformat(),
                "end": local(ends).isoformat(),
            }
            here.save(update_fields=["bench", "start", "end", "step"])
            data = {"from": was, "to": f"{local(begins).isoformat()} {bench.code}"}
            fire(here, "move", actor, version=version, data=data)
            when = f"{timezone.localtime(begins):%Y-%m-%d %H:%M}"
            telling.owner_of(here, Text(f"实验室改到 {when} 开始。", f"moved by the laboratory, begins {when}."))
    except IntegrityError as error:
        if GUARD not in str(error):
            raise
        raise Taken(_("the bench is taken then"), [appointment.test], where=bench.code) from None
    return here


def benches_for(appointment: Appointment) -> QuerySet[Bench]:
    """Return the benches of the laboratory that can do an appointment's test."""
    lines = Line.objects.filter(laboratory=appointment.bench.laboratory, test=appointment.test)
    codes = {code for line in lines for code in line.benches}
    return Bench.objects.filter(laboratory=appointment.bench.laboratory, code__in=codes, is_open=True)


def unit_of(appointment: Appointment) -> SampleUnit:
    """Return the sample unit of an appointment."""
    return SampleUnit.objects.get(path=appointment.path, lot=appointment.lot, unit=appointment.unit)


def lapse_requests() -> int:
    """Give up requests that no laboratory answered in time, and plan their paths again; return how many."""
    count = 0
    for each in Appointment.objects.filter(state="requested", answer_by__lte=timezone.now()).order_by("pk"):
        with writing():
            here = as_it_is(each)
            if here.state != "requested":
                continue
            taking.give_up([here], "lapse", None)
        name, laboratory = here.name, here.bench.laboratory.title
        words = Text(f"{laboratory.zh}未按时答复 {name.zh}", f"{laboratory.en} did not answer {name.en} in time")
        propose(here.path, None, words)
        count += 1
    return count


def as_it_is(appointment: Appointment) -> Appointment:
    """Return the appointment as it is now, read within the transaction that changes it."""
    rows = Appointment.objects.select_related("path__organisation", "path__person", "slot", "bench__laboratory")
    return rows.get(pk=appointment.pk)


def _refuse_unfit(appointment: Appointment, bench: Bench, begins: datetime, ends: datetime) -> None:
    """Refuse hours at which the bench is closed, or a bench that cannot do the test."""
    if begins <= timezone.now():
        raise BookingError(_("these hours have begun already"))
    if not benches_for(appointment).filter(pk=bench.pk).exists():
        raise BookingError(_("this bench does not do the test"), where=bench.code)
    opens = WorkingCalendar(OpeningHours.parse(bench.opens))
    moment = local(begins)
    day = datetime.combine(moment.date(), datetime.min.time())
    first, last = moment.hour, moment.hour + int((ends - begins) / timedelta(hours=1))
    fits = any(start <= first and last <= end for start, end in opens.staffed(day, 24 * 40))
    starts = any(start <= first < end for start, end in opens.hours_of(moment.date()))
    attended = _is_attended(appointment)
    if moment != datetime.combine(moment.date(), time(moment.hour)) or not (fits if attended else starts):
        raise BookingError(
            _("the bench is not open for the whole test then (%(hours)s)")
            % {"hours": bench.opening.say(page_language())},
            where=bench.code,
        )


def _is_attended(appointment: Appointment) -> bool:
    from qilian.portal.rulebook.reading import pack

    item = pack().tests.get(appointment.test)
    return item.attended if item else True
