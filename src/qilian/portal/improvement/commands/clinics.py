"""What happens to a clinic: experts are called, say what they think, and it is held, or cancelled."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import record, writing
from qilian.portal.improvement.errors import ImprovementRefused
from qilian.portal.improvement.experts import Excluded, Match, interest, match
from qilian.portal.improvement.models import Clinic, Expert, Problem, Seat
from qilian.portal.notices.telling import tell
from qilian.text import Text


def declare(actor: Actor, fields: dict[str, Any]) -> Expert:
    """Keep what an expert says of themselves: the row's fields, and the firms of ``interests``."""
    assert actor.user is not None
    assert actor.organisation is not None
    given = {**fields, "organisation": actor.organisation}
    interests = given.pop("interests")
    with writing():
        row, _made = Expert.objects.update_or_create(user=actor.user, defaults=given)
        row.interests.set(interests)
        record(actor, "declare", row, data={"interests": [each.pk for each in interests]})
    return row


def candidates(problem: Problem, actor: Actor) -> tuple[list[Match], list[Excluded]]:
    """Return who could be asked, and who has an interest."""
    seen = Expert.objects.visible_to(actor).select_related("user", "organisation")
    return match(problem, seen.prefetch_related("interests", "user__memberships__organisation"))


def call(actor: Actor, problem: Problem, chosen: Sequence[int], on: date, place: str, agenda: str) -> Clinic:
    """Call experts to a clinic, and tell them.

    Parameters
    ----------
    chosen
        Keys of experts among those of :func:`candidates`.

    Raises
    ------
    ImprovementRefused
        If nobody is chosen, somebody has an interest or is no match, or the problem is not published.
    """
    assert actor.organisation is not None
    if problem.state not in ("listed", "solving"):
        raise ImprovementRefused(_("the problem is not on the public list"), mend=_("put it on the list first"))
    matches = {each.expert.pk: each for each in candidates(problem, actor)[0]}
    if not chosen or not set(chosen) <= set(matches):
        raise ImprovementRefused(_("nobody, or somebody who cannot be asked, was chosen"), mend=_("choose again"))
    clinic = Clinic(problem=problem, organisation=actor.organisation, on=on, place=place, agenda=agenda)
    with transaction.atomic():
        begin(clinic, "call", actor, data={"problem": problem.pk, "experts": list(chosen), "on": on.isoformat()})
        for key in chosen:
            reasons = [{"zh": each.zh, "en": each.en} for each in matches[key].reasons]
            Seat.objects.create(clinic=clinic, expert=matches[key].expert, reasons=reasons)
        said = Text(
            f"请您参加质量会诊：{problem.title}（{on}，{place}）",
            f"You are asked to a clinic: {problem.title} ({on}, {place})",
        )
        _tell(clinic, said)
    return clinic


def say(seat: Seat, actor: Actor, finding: str, advice: str) -> None:
    """Keep what an expert says before or at the clinic.

    Raises
    ------
    ImprovementRefused
        If it is over.
    """
    if seat.clinic.state != "called":
        raise ImprovementRefused(_("the clinic is over"))
    with transaction.atomic():
        seat.finding, seat.advice = finding.strip(), advice.strip()
        seat.save(update_fields=["finding", "advice"])
        record(actor, "say", seat.clinic, data={"expert": seat.expert_id})


def hold(clinic: Clinic, actor: Actor, findings: str, advice: str) -> None:
    """Keep findings and advice, and end a clinic.

    Raises
    ------
    ImprovementRefused
        If somebody at it has an interest by now: their seat has to be given up first.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    firms = {firm.pk: firm for firm in Organisation.objects.filter(demands__problem=clinic.problem_id)}
    seats = clinic.seats.select_related("expert__user").prefetch_related(
        "expert__interests", "expert__user__memberships__organisation"
    )
    for seat in seats:
        if (why := interest(seat.expert, firms)) is not None:
            raise ImprovementRefused(
                _("%(expert)s has an interest by now") % {"expert": seat.expert},
                where=why.zh,
                mend=_("excuse them first"),
            )
    with transaction.atomic():
        fire(clinic, "hold", actor, data={"words": findings})
        clinic.findings, clinic.advice = findings, advice
        clinic.save(update_fields=["findings", "advice"])
        said = Text(
            f"会诊结论已形成：{clinic.problem.title}", f"The clinic's findings are there: {clinic.problem.title}"
        )
        _tell(clinic, said)


def cancel(clinic: Clinic, actor: Actor, words: str) -> None:
    """Call a clinic off; errors as :func:`qilian.portal.history.firing.fire`, and if no reason is given."""
    if not words.strip():
        raise ImprovementRefused(_("no reason"), mend=_("say why"))
    with transaction.atomic():
        fire(clinic, "cancel", actor, data={"words": words.strip()})
        _tell(clinic, Text(f"会诊取消：{clinic.problem.title}", f"The clinic is off: {clinic.problem.title}"))


def excuse(seat: Seat, actor: Actor) -> None:
    """Take an expert's seat away again; errors as in :func:`say`, and if it is the last one."""
    if seat.clinic.state != "called" or seat.clinic.seats.count() < 2:
        raise ImprovementRefused(
            _("the clinic is over, or this is its only expert"), mend=_("cancel the clinic instead")
        )
    with transaction.atomic():
        record(actor, "excuse", seat.clinic, data={"expert": seat.expert_id})
        seat.delete()


def _tell(clinic: Clinic, said: Text) -> None:
    people = User.objects.filter(expert__seats__clinic=clinic, is_active=True)
    tell(people, said, reverse("improvement:clinic", args=[clinic.pk]))
