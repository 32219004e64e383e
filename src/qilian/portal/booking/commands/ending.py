"""How a path ends: cancelled, when what has begun goes on to its report; or done, when nothing of it is left to do."""

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import keys, replanning, samples, taking, telling
from qilian.portal.booking.commands.rights import refuse_stranger_to
from qilian.portal.booking.models import LOST, STANDING, Path
from qilian.portal.history.firing import fire
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
        request, first = keys.claim(actor, key, ["cancel", path.pk])
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
