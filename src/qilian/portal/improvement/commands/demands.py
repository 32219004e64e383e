"""What happens to a demand: drafted, raised, given owner, measure and deadline, closed, refused, withdrawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from qilian.laboratories import working_days
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import OnBehalf
from qilian.portal.improvement import parts
from qilian.portal.improvement.errors import ImprovementRefused
from qilian.portal.improvement.forms.demands import PARTS, AnswersForm
from qilian.portal.improvement.models import Demand, Survey
from qilian.portal.notices.telling import tell
from qilian.portal.window.models import Order
from qilian.text import Text

DAYS_TO_ASSIGN = 5
"""Working days within which a new demand is to have owner, measure and deadline."""


def draft(actor: Actor, firm: Organisation, survey: Survey | None = None, order: Order | None = None) -> Demand:
    """Begin a demand of a firm, written down by the actor's organisation; it starts where the survey or order is."""
    assert actor.organisation is not None
    demand = Demand(firm=firm, maker=actor.organisation, region=firm.region, survey=survey, order=order)
    if survey is not None:
        demand.node, demand.tests = survey.node, list(survey.tests)
    if order is not None:
        demand.words = order.text
    begin(demand, "draft", actor, on_behalf=_behalf(demand, actor))
    return demand


def fill_in(demand: Demand, actor: Actor, fields: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Write a draft at once, as programs do; the answers are checked by the form that the pages ask by.

    Raises
    ------
    ValidationError
        If an answer is missing or is none of its question.
    ImprovementRefused
        If there is no such question.
    """
    asked = demand.survey.asked if demand.survey else []
    if unknown := set(answers) - {question.id for question in asked}:
        raise ImprovementRefused(_("%(name)s: no such question") % {"name": min(unknown)}, where="answers")
    changes = dict(fields)
    if asked:
        form = AnswersForm(MultiValueDict(_listed(answers)), row=demand, actor=actor)
        if not form.is_valid():
            raise ValidationError({f"answers.{name}": list(errors) for name, errors in form.errors.items()})
        changes |= form.changes()
    if not parts.write(demand, changes):
        raise ImprovementRefused(_("it has changed since you saw it"), mend=_("look at it again, then decide"))


def _listed(answers: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in answers.items()}


def raise_demand(demand: Demand, actor: Actor, version: int | None = None) -> None:
    """Send a demand to those who answer for the firm's division.

    Raises
    ------
    ImprovementRefused
        If something is missing, or its survey takes no answers any more.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if lacking := parts.missing(demand, PARTS):
        raise ImprovementRefused(_("not complete: %(what)s") % {"what": "; ".join(lacking)})
    if demand.survey is not None and not demand.survey.is_answerable:
        raise ImprovementRefused(_("this survey takes no answers today"), mend=_("send it as a demand of your own"))
    due = working_days.after(timezone.localdate(), DAYS_TO_ASSIGN)
    data = {"title": demand.title, "due": due.isoformat()}
    with transaction.atomic():
        fire(demand, "raise", actor, version=version, data=data, on_behalf=_behalf(demand, actor))
        demand.due, demand.region = due, demand.firm.region
        demand.save(update_fields=["due", "region"])


def assign(demand: Demand, actor: Actor, owner: User, measure: str, due: date, version: int | None = None) -> None:
    """Give a demand its owner, measure and deadline, or others than before; tell both.

    Raises
    ------
    ImprovementRefused
        If the owner is not of the actor's organisation, or the deadline no working day from today on.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if owner not in people(actor):
        raise ImprovementRefused(_("this person is not of your organisation"))
    if due < timezone.localdate() or not working_days.is_working_day(due):
        raise ImprovementRefused(_("the deadline is no working day from today on"), where=due.isoformat())
    data = {"owner": owner.pk, "words": measure, "due": due.isoformat()}
    with transaction.atomic():
        fire(demand, "assign", actor, version=version, data=data)
        demand.owner, demand.measure, demand.due = owner, measure, due
        demand.save(update_fields=["owner", "measure", "due"])
        words = Text(
            f"您的诉求 {demand.reference} 已定人、定措施、定时限（{due}）",
            f"Your demand {demand.reference} has an owner, a measure and a deadline ({due})",
        )
        _tell(demand, words)
        if owner != actor.user:
            mine = Text(
                f"诉求 {demand.reference} 由您负责，期限 {due}", f"Demand {demand.reference} is yours, until {due}"
            )
            tell([owner], mine, _page(demand))


_SAID = {
    "close": Text("您的诉求 {demand} 已办结", "Your demand {demand} has been met"),
    "refuse": Text("您的诉求 {demand} 未予受理", "Your demand {demand} was not taken up"),
}


def move(demand: Demand, event: str, actor: Actor, words: str = "", version: int | None = None) -> None:
    """Close, refuse, withdraw or discard a demand; errors as in :func:`assign`, and words are needed to end it."""
    words = words.strip()
    data: dict[str, Any] = {"words": words} if words else {}
    if event in _SAID and not words and demand.may(event, actor):
        raise ImprovementRefused(_("no words"), mend=_("say what the firm got, or why not"))
    if event == "withdraw" and actor.organisation not in (demand.firm, demand.maker):
        raise ImprovementRefused(_("only the firm, or who wrote it down, withdraws a demand"))
    with transaction.atomic():
        fire(demand, event, actor, version=version, data=data, on_behalf=_behalf(demand, actor))
        if event in _SAID:
            demand.outcome = words
            demand.save(update_fields=["outcome"])
            said = _SAID[event]
            _tell(demand, Text(said.zh.format(demand=demand.reference), said.en.format(demand=demand.reference)))


def people(actor: Actor) -> "Any":
    """Return who may own what the actor's organisation answers: its active members."""
    found = User.objects.filter(memberships__organisation=actor.organisation, is_active=True)
    return found.distinct().order_by("name", "pk")


def _behalf(demand: Demand, actor: Actor) -> OnBehalf | None:
    """Return for whom a window writes a demand down; it acts in nobody's name otherwise."""
    mandate = demand.order.mandate if demand.order else None
    written_for = actor.kind == "window" and demand.maker == actor.organisation and demand.firm != demand.maker
    return OnBehalf(demand.firm, mandate.reference if mandate else "") if written_for else None


def _page(demand: Demand) -> str:
    return reverse("improvement:demand", args=[demand.pk])


def _tell(demand: Demand, words: Text) -> None:
    """Tell the firm's people."""
    members = User.objects.filter(memberships__organisation=demand.firm, is_active=True).distinct()
    tell(members, words, _page(demand))
