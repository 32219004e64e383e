"""What happens to offers and needs: begun, filled with terms, published, changed again, withdrawn."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.improvement import parts
from qilian.portal.improvement.models import Problem
from qilian.portal.notices.telling import tell
from qilian.portal.scenarios.errors import TrialRefused
from qilian.portal.scenarios.forms.postings import PARTS
from qilian.portal.scenarios.models import Posting, Side
from qilian.portal.scenarios.reading import checked, conditions_of, need_of, statements_of
from qilian.text import Text

MOST_TERMS = 30
"""Statements of an offer, or conditions of a need."""


def draft(actor: Actor, side: Side, problem: Problem | None = None) -> Posting:
    """Begin an offer or a need; a need may come of a problem, and is about the same part of the chain."""
    assert actor.organisation is not None
    row = Posting(side=side, organisation=actor.organisation, region=actor.organisation.region)
    if problem is not None and side == Side.NEED:
        row.problem, row.node = problem, problem.node
    begin(row, "draft", actor, data={"side": side.value})
    return row


def say(row: Posting, data: Mapping[str, Any]) -> None:
    """Add a statement or a condition to a draft; one of the same parameter (and comparison) takes its place.

    Raises
    ------
    QilianError
        If it cannot be read, or there are too many.
    TrialRefused
        If the row is no draft, or has changed meanwhile.
    """
    written = checked(row.side, data)
    kept = [each for each in row.terms if _about(each) != _about(written)]
    _write(row, [*kept, written])


def take_out(row: Posting, place: int) -> None:
    """Take the statement or condition at a place out of a draft; errors as in :func:`say`."""
    if not 0 <= place < len(row.terms):
        raise TrialRefused(_("it has changed since you saw it"), mend=_("look at it again, then decide"))
    _write(row, [each for at, each in enumerate(row.terms) if at != place])


def publish(row: Posting, actor: Actor, version: int | None = None) -> None:
    """Show an offer or a need to its division.

    Raises
    ------
    TrialRefused
        If something is missing.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if missing := lacking(row):
        raise TrialRefused(_("not complete: %(what)s") % {"what": "; ".join(missing)})
    with transaction.atomic():
        data = {"title": row.title, "reach": row.reach, "terms": len(row.terms)}
        fire(row, "publish", actor, version=version, data=data)
        row.region = row.organisation.region
        row.save(update_fields=["region"])


def lacking(row: Posting) -> list[str]:
    """Return what an offer or a need lacks yet before it can be published."""
    found = parts.missing(row, PARTS)
    if row.is_offer:
        return found if statements_of(row.terms) else [*found, _("what it can do")]
    if conditions_of(row.terms) is None:
        return [*found, _("conditions that the content pack knows: write the others anew")]
    return found if need_of(row) else [*found, _("a condition that must hold")]


def move(row: Posting, event: str, actor: Actor, words: str = "", version: int | None = None) -> None:
    """Discard, change again or withdraw; a regulator withdraws another's with a reason. Errors as :func:`publish`."""
    words, own = words.strip(), row.organisation == actor.organisation
    if not own and not (event == "withdraw" and actor.oversees(row.region)):
        raise TrialRefused(_("it is another organisation's"))
    if not own and not words:
        raise TrialRefused(_("no reason"), mend=_("say why"))
    with transaction.atomic():
        fire(row, event, actor, version=version, data={"words": words} if words else {})
        if not own:
            said = Text(f"{row.title}已由监管部门撤下：{words}", f"{row.title} was withdrawn by the regulator: {words}")
            tell(people_of(row.organisation), said, reverse("scenarios:posting", args=[row.pk]))


def people_of(organisation: Organisation) -> Any:
    """Return who is told what concerns an organisation: its active members."""
    return User.objects.filter(memberships__organisation=organisation, is_active=True).distinct()


def _write(row: Posting, terms: list[dict[str, Any]]) -> None:
    if len(terms) > MOST_TERMS:
        raise TrialRefused(_("there are %(most)s already") % {"most": MOST_TERMS})
    if row.state != "draft" or not parts.write(row, {"terms": terms}):
        raise TrialRefused(_("it has changed since you saw it"), mend=_("look at it again, then decide"))


def _about(written: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a written term is about: its parameter, and of a condition its comparison."""
    names = sorted(set(written) - {"parameter", "own", "unit", "kind", "wish", "value", "from", "to"})
    return str(written.get("parameter", "")), str(written.get("own", "")).casefold(), *names
