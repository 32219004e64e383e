"""How a path ends: cancelled, when what has begun goes on to its report; or done, when nothing of it is left to do."""

from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import keys, replanning, samples, taking, telling
from qilian.portal.booking.commands.rights import refuse_stranger_to
from qilian.portal.booking.errors import BookingError
from qilian.portal.booking.models import LOST, STANDING, Appointment, Path
from qilian.portal.history.firing import fire, refuse_older
from qilian.portal.history.recording import OnBehalf, writing
from qilian.text import Text


def cancel(
    actor: Actor,
    path: Path,
    *,
    reason: str = "",
    version: int | None = None,
    key: str = "",
    on_behalf: OnBehalf | None = None,
) -> Path:
    """Cancel a held or confirmed path; its hours are free again.

    Raises
    ------
    MoveRefused, Stale
        If it is over already, or has changed since the actor saw ``version``.
    """
    refuse_stranger_to(path, actor, on_behalf)
    with writing():
        request, first = keys.claim(actor, key, ["cancel", path.pk, reason])
        if first is not None:
            return first
        here = Path.objects.get(pk=path.pk)
        was_firm = here.state == "confirmed"
        data = {"reason": reason} if reason else None
        given_up = list(here.appointments.filter(state__in=STANDING).select_related("slot", "bench__laboratory"))
        taking.give_up(given_up, "cancel", actor, reason, on_behalf=on_behalf)
        for unit in here.units.filter(state="home"):
            samples.move(unit, "withdraw", actor, holder=None, on_behalf=on_behalf)
        for proposal in here.proposals.filter(state="open"):
            fire(proposal, "outdate", actor, on_behalf=on_behalf)
        fire(here, "cancel", actor, version=version, data=data, on_behalf=on_behalf)
        if was_firm:
            telling.laboratories(given_up, Text("企业已取消。", "cancelled by the firm."))
        keys.answer(request, here)
    return here


def cancel_one(
    actor: Actor, appointment: Appointment, *, version: int | None = None, on_behalf: OnBehalf | None = None
) -> None:
    """Cancel one appointment of a confirmed path; its hours are free again, the others stay as they are.

    Raises
    ------
    BookingError
        If it is the last one that is left: then the path is to be cancelled.
    MoveRefused, Stale
        If it has begun or is over, or has changed since the actor saw ``version``.
    """
    refuse_stranger_to(appointment.path, actor, on_behalf)
    with writing():
        here = Appointment.objects.select_related("slot", "bench__laboratory", "path").get(pk=appointment.pk)
        refuse_older(here, version)
        path, left = here.path, replanning.appointments_of(here.path)
        if path.state != "confirmed" or all(each.pk == here.pk for each in left):
            raise BookingError(_("nothing would be left of the path"), where=str(here), mend=_("cancel the whole path"))
        taking.give_up([here], "cancel", actor, on_behalf=on_behalf)
        for proposal in path.proposals.filter(state="open"):
            fire(proposal, "outdate", actor, on_behalf=on_behalf)
        if not any((each.lot, each.unit) == (here.lot, here.unit) for each in left if each.pk != here.pk):
            for unit in path.units.filter(state="home", lot=here.lot, unit=here.unit):
                samples.move(unit, "withdraw", actor, holder=None, on_behalf=on_behalf)
        telling.laboratories([here], Text("企业已取消。", "cancelled by the firm."))
        finish_if_done(path)


def finish_if_done(path: Path) -> None:
    """Finish a confirmed path whose tests are all reported, or lost and left so by the firm; nothing leads back.

    Within the caller's transaction, whose turn it is.
    """
    states = {each.state for each in replanning.appointments_of(path)}
    if path.state != "confirmed" or "reported" not in states or states - {"reported", *LOST}:
        return
    last = path.proposals.order_by("-pk").first()
    if states == {"reported"} or (last is not None and last.state == "dismissed"):
        fire(path, "finish", None)
