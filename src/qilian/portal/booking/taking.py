"""Takes benches for steps of a plan, all or none: what :mod:`holding` and :mod:`changing` share.

Everything here runs within the caller's transaction, whose turn it is to write
(:func:`qilian.portal.history.recording.writing`); that nothing overlaps is the database's matter.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.clock import aware, end_of_working_day
from qilian.portal.booking.errors import BookingError, Taken
from qilian.portal.booking.models import Appointment, Path
from qilian.portal.history.firing import begin_all, fire_all
from qilian.portal.history.recording import OnBehalf
from qilian.portal.network.guard import NAME as GUARD
from qilian.portal.network.models import Bench, Line, Purpose, Slot

Step = Mapping[str, Any]


def benches_of(steps: Sequence[Step]) -> dict[str, Bench]:
    """Return the benches of steps by code.

    Raises
    ------
    BookingError
        If one is gone or takes no appointments any more, if its laboratory offers the test there no more or at another
        price, or a step has begun already.
    """
    codes = {step["bench"] for step in steps}
    rows = Bench.objects.filter(code__in=codes, is_open=True).select_related("laboratory")
    benches = {bench.code: bench for bench in rows}
    gone = sorted(codes - set(benches))
    if gone:
        raise BookingError(
            _("these benches take no appointments: %(benches)s") % {"benches": ", ".join(gone)},
            mend=_("make a new plan"),
        )
    _refuse_changed_offers(steps)
    if any(aware(step["start"]) <= timezone.now() for step in steps):
        raise BookingError(_("the plan has begun already"), mend=_("make a new plan for a later date"))
    return benches


def _refuse_changed_offers(steps: Sequence[Step]) -> None:
    """Refuse a plan older than what its laboratories offer now: nobody is bound by yesterday's price."""
    lines = {line.row: line for line in Line.objects.filter(row__in={step["scope_row"] for step in steps})}
    for step in steps:
        line = lines.get(step["scope_row"])
        if line is None or step["bench"] not in line.benches or line.price != round(step["price"]):
            raise BookingError(
                _("bench %(bench)s does this test no more, or at another price: %(test)s")
                % {"bench": step["bench"], "test": step["test"]},
                mend=_("make a new plan"),
            )


def take(steps: Sequence[Step], benches: Mapping[str, Bench]) -> list[Slot]:
    """Take the hours of all steps; the database raises ``IntegrityError`` if any is taken: see :func:`as_taken`."""
    return Slot.objects.bulk_create(
        Slot(bench=benches[step["bench"]], start=aware(step["start"]), end=aware(step["end"]), purpose=Purpose.BOOKED)
        for step in steps
    )


def as_taken(error: IntegrityError, steps: Sequence[Step]) -> BaseException:
    """Return the refusal that a breach of the guard means, after the transaction is rolled back; other errors as is."""
    if GUARD not in str(error):
        return error
    tests = [
        step["test"]
        for step in steps
        if Slot.objects.filter(
            bench__code=step["bench"], start__lt=aware(step["end"]), end__gt=aware(step["start"])
        ).exists()
    ]
    return Taken(
        _("%(count)s of %(all)s appointments were taken by others meanwhile; nothing was held")
        % {"count": len(tests), "all": len(steps)},
        tests,
        mend=_("take the plan made again with today's hours"),
    )


def appoint(
    path: Path,
    actor: Actor,
    steps: Sequence[Step],
    slots: Sequence[Slot],
    names: Mapping[str, tuple[str, str]],
    on_behalf: OnBehalf | None,
) -> list[Appointment]:
    """Make the appointments of steps whose hours are taken, as held."""
    made, data = [], []
    for step, slot in zip(steps, slots, strict=True):
        name = names.get(step["test"], (step["test"], ""))
        made.append(
            Appointment(
                path=path,
                bench=slot.bench,
                slot=slot,
                lot=step["lot"],
                unit=step["unit"],
                test=step["test"],
                test_name=name[0],
                test_name_en=name[1],
                step=dict(step),
                start=slot.start,
                end=slot.end,
                price=round(step["price"]),
            )
        )
        data.append({"path": path.pk, "bench": slot.bench.code, "start": step["start"], "end": step["end"]})
    begin_all(made, "hold", actor, data=data, on_behalf=on_behalf)
    return made


def settle(appointments: Sequence[Appointment], actor: Actor, on_behalf: OnBehalf | None) -> None:
    """Make held appointments firm: taken at once, or requested where the laboratory wants to answer first."""
    now = timezone.now()
    asked = [each for each in appointments if each.bench.laboratory.answer_days]
    for each in asked:
        each.answer_by = min(end_of_working_day(now, each.bench.laboratory.answer_days), each.start)
    Appointment.objects.bulk_update(asked, ["answer_by"])
    fire_all(asked, "ask", actor, on_behalf=on_behalf)
    fire_all([each for each in appointments if each not in asked], "take", actor, on_behalf=on_behalf)


def give_up(
    appointments: Sequence[Appointment],
    event: str,
    actor: Actor | None,
    reason: str = "",
    *,
    on_behalf: OnBehalf | None = None,
) -> None:
    """Fire an event by which appointments lose their hours: for whatever reason, the benches are free again."""
    slots = [each.slot_id for each in appointments if each.slot_id is not None]
    for each in appointments:
        each.slot, each.reason = None, reason[:200]
    Appointment.objects.bulk_update(appointments, ["slot", "reason"])
    Slot.objects.filter(pk__in=slots).delete()
    fire_all(appointments, event, actor, data={"reason": reason} if reason else None, on_behalf=on_behalf)
