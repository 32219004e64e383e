"""Changing a booked path: a proposal is made, the firm accepts it, whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.errors import QilianError
from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import keys, replanning, samples, taking, telling
from qilian.portal.booking.clock import local
from qilian.portal.booking.commands.ending import finish_if_done
from qilian.portal.booking.commands.holding import release_expired
from qilian.portal.booking.commands.rights import refuse_stranger_to
from qilian.portal.booking.errors import BookingError, Taken
from qilian.portal.booking.models import LOST, Appointment, Path, Proposal
from qilian.portal.booking.replanning import Wish
from qilian.portal.history.firing import Stale, begin, fire
from qilian.portal.history.recording import OnBehalf, writing
from qilian.text import Text


def propose(
    path: Path,
    actor: Actor | None,
    cause: Text,
    wishes: Mapping[int, Wish] | None = None,
    *,
    on_behalf: OnBehalf | None = None,
) -> Proposal | None:
    """Plan what remains of a confirmed path again, and keep it as a proposal in place of older ones.

    None if the path is not booked, or over. Where no way on is found, the proposal says so, and that is what the firm
    is told. The search runs outside of any transaction and takes some seconds.

    Parameters
    ----------
    actor
        Who caused it; None: the portal.
    cause
        What happened, without a full stop.
    wishes
        By appointment, why it cannot stay; those that are lost already need no naming.
    """
    if not Path.objects.filter(pk=path.pk, state="confirmed").exists():
        return None
    release_expired()
    try:
        found = replanning.way_on(path, wishes or {})
    except QilianError as error:
        found, problem = None, replanning.problem_of(error)
    else:
        problem = Text("", "")
    with writing():
        here = Path.objects.get(pk=path.pk)
        if here.state != "confirmed":
            return None
        for older in here.proposals.filter(state="open"):
            fire(older, "outdate", actor, on_behalf=on_behalf)
        proposal = Proposal(
            path=here,
            cause=cause.zh[:300],
            cause_en=cause.en[:300],
            problem=problem.zh[:300],
            problem_en=problem.en[:300],
        )
        if found is not None:
            proposal.steps = found.steps
            proposal.stands = {str(each.pk): each.version for each in found.stands}
            proposal.units = {str(number): unit for number, unit in found.units.items()}
            proposal.kept = len(found.stands)
            proposal.days, proposal.price = found.days, found.price
            proposal.transfer_price = found.transfer_price
        data = {"path": path.pk, "cause": cause.en, "changes": len(proposal.steps), "kept": proposal.kept}
        begin(proposal, "make", actor, data=data, on_behalf=on_behalf)
        telling.proposed(proposal)
    return proposal


def ask_to_move(
    actor: Actor,
    appointment: Appointment,
    *,
    elsewhere: bool = False,
    not_before: datetime | None = None,
    on_behalf: OnBehalf | None = None,
) -> Proposal:
    """Propose the path with one appointment at other hours, or at another laboratory; it stays until accepted.

    Raises
    ------
    BookingError
        If the appointment has begun or is over, or the path is another's.
    """
    path = appointment.path
    refuse_stranger_to(path, actor, on_behalf)
    if not appointment.may("replace", actor):
        raise BookingError(_("this appointment can be moved no more"), where=str(appointment))
    name = appointment.name
    cause = Text(f"希望调整 {name.zh}", f"{name.en} is to be moved")
    wish = Wish(elsewhere, not_before)
    return propose_or_refuse(path, actor, cause, {appointment.pk: wish}, on_behalf=on_behalf)


def propose_or_refuse(
    path: Path,
    actor: Actor,
    cause: Text,
    wishes: Mapping[int, Wish] | None = None,
    *,
    on_behalf: OnBehalf | None = None,
) -> Proposal:
    """Do :func:`propose` because the firm asked for it.

    Raises
    ------
    BookingError
        If the path is not booked, or over.
    """
    proposal = propose(path, actor, cause, wishes, on_behalf=on_behalf)
    if proposal is None:
        raise BookingError(_("only a booked path can be planned again"), where=str(path))
    return proposal


def accept(
    actor: Actor,
    proposal: Proposal,
    *,
    version: int | None = None,
    key: str = "",
    on_behalf: OnBehalf | None = None,
) -> Path:
    """Book what a proposal says, whole or not at all.

    Raises
    ------
    Taken
        If hours were taken by others meanwhile; the proposal is then made anew.
    Stale
        If an appointment that it rests on has changed.
    BookingError
        If it has no way on, or the path is another's.
    """
    path = proposal.path
    refuse_stranger_to(path, actor, on_behalf)
    if proposal.problem:
        raise BookingError(_("there is nothing to accept"), mend=_("ask for other hours, or cancel the path"))
    steps: Sequence[Mapping[str, Any]] = proposal.steps
    release_expired({step["bench"] for step in steps})
    try:
        with writing():
            request, first = keys.claim(actor, key, ["accept", proposal.pk])
            if first is not None:
                return first
            here = Path.objects.get(pk=path.pk)
            mine = Proposal.objects.get(pk=proposal.pk)
            benches = taking.benches_of(steps)
            replaced = _still_as_seen(here, mine)
            freed = [each for each in replaced if each.state not in LOST]
            # their hours first, since the new ones may be the same
            taking.give_up(freed, "replace", actor, on_behalf=on_behalf)
            _reassign(actor, here, mine, on_behalf)
            slots = taking.take(steps, benches)
            names = {each.test: (each.test_name, each.test_name_en) for each in replaced}
            made = taking.appoint(here, actor, steps, slots, names, on_behalf)
            taking.settle(made, actor, on_behalf)
            samples.register(here, list(here.appointments.current()), actor, on_behalf)
            here.transfer_price = mine.transfer_price
            here.save(update_fields=["transfer_price"])
            data = {"proposal": mine.pk}
            fire(here, "change", actor, data=data, on_behalf=on_behalf)
            fire(mine, "accept", actor, version=version, on_behalf=on_behalf)
            keys.answer(request, here)
            telling.confirmed(here, made)
            telling.laboratories(
                freed, Text("企业已改期或改到别处。", "moved by the firm to other hours or elsewhere.")
            )
    except IntegrityError as error:
        refusal = taking.as_taken(error, steps)
        if isinstance(refusal, Taken):
            propose(path, actor, proposal.words, on_behalf=on_behalf)
        raise refusal from None
    return here


def dismiss(actor: Actor, proposal: Proposal, *, on_behalf: OnBehalf | None = None) -> None:
    """Leave the path as it is; what was lost stays lost."""
    refuse_stranger_to(proposal.path, actor, on_behalf)
    with writing():
        fire(proposal, "dismiss", actor, on_behalf=on_behalf)
        finish_if_done(Path.objects.get(pk=proposal.path_id))


def _reassign(actor: Actor, path: Path, proposal: Proposal, on_behalf: OnBehalf | None) -> None:
    """Let appointments that keep their hours be done with another unit."""
    for each in path.appointments.filter(pk__in=proposal.units):
        each.unit = proposal.units[str(each.pk)]
        each.step = {**each.step, "unit": each.unit}
        each.save(update_fields=["unit", "step"])
        fire(each, "reassign", actor, data={"unit": each.unit}, on_behalf=on_behalf)


def _still_as_seen(path: Path, proposal: Proposal) -> list[Appointment]:
    """Return the appointments that a proposal replaces, if all that it rests on is as it was.

    Raises
    ------
    Stale
        If not.
    """
    rows = {each.pk: each for each in path.appointments.select_related("slot", "bench__laboratory")}
    for number, version in proposal.stands.items():
        if rows[int(number)].version != version:
            raise _stale(path)
    replaced = [rows[step["replaces"]] for step in proposal.steps]
    if any(proposal.needs(lot, unit) for lot, unit in samples.unusable(path)):
        raise _stale(path)
    now = local(timezone.now()).isoformat()
    if any(each.state not in ("requested", "taken", *LOST) for each in replaced):
        raise _stale(path)
    if any(step["start"] <= now for step in proposal.steps):
        raise _stale(path)
    return replaced


def _stale(path: Path) -> Stale:
    return Stale(_("the path has changed since this was proposed"), where=str(path), mend=_("let it be planned again"))
