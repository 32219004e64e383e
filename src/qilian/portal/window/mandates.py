"""Acting for a client (代办): mandates are asked for, given, revoked; every act under one is recorded with it.

:func:`acting` is the door for whoever lets a clerk act: it gives the :class:`OnBehalf` that the history keeps.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.errors import PortalError
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import OnBehalf
from qilian.portal.notices.telling import tell
from qilian.portal.window.models import Mandate, Scope
from qilian.text import Text


class NoMandate(PortalError):  # noqa: N818 - named for what is missing
    """The window may not do this for the client."""


def held_scopes(actor: Actor, client: Organisation) -> dict[Scope, Mandate]:
    """Return by which mandate an actor's window may do what for a client today: of several the longest."""
    if actor.kind != "window":
        return {}
    held = list(Mandate.objects.visible_to(actor).in_force().filter(client=client).order_by("expires", "id"))
    return {Scope(scope): each for each in held for scope in each.scope if scope in Scope.values}


def mandate_for(actor: Actor, client: Organisation, scope: Scope) -> Mandate | None:
    """Return the mandate by which an actor's window may act for a client today, the longest; None without one."""
    return held_scopes(actor, client).get(scope)


def acting(actor: Actor, client: Organisation, scope: Scope) -> tuple[Mandate, OnBehalf]:
    """Return the mandate and what the history keeps of it; ask anew before each act.

    Raises
    ------
    NoMandate
        If the window has none that is in force and allows it.
    """
    mandate = mandate_for(actor, client, scope)
    if mandate is None:
        raise NoMandate(
            _("no mandate of %(client)s for this: %(scope)s") % {"client": client, "scope": scope.label},
            mend=_("record the signed paper, or ask the firm"),
        )
    return mandate, OnBehalf(client, mandate.reference)


def begin_mandate(
    event: str, actor: Actor, *, client: Organisation, window: Organisation, scope: Sequence[str], expires: date,
    paper: str = "",
) -> Mandate:  # fmt: skip
    """Make a mandate by ``ask``, ``record`` (signed at the counter) or ``grant``, and tell the other side."""
    mandate = Mandate(client=client, window=window, scope=list(scope), expires=expires, paper=paper)
    with transaction.atomic():
        said = {"scope": list(scope), "expires": expires.isoformat(), "paper": paper}
        begin(mandate, event, actor, data=said)
        _tell(mandate, event)
    return mandate


def move_mandate(mandate: Mandate, event: str, actor: Actor, version: int | None = None) -> None:
    """Grant, decline, revoke or return a mandate; errors as :func:`qilian.portal.history.firing.fire`."""
    with transaction.atomic():
        fire(mandate, event, actor, version=version)
        _tell(mandate, event)


_WORDS = {
    "ask": Text("{window}请贵公司授权代办（{reference}）", "{window} asks you for a mandate ({reference})"),
    "record": Text(
        "{window}登记了贵公司签署的代办授权 {reference}；如非贵公司所签，请立即撤销",
        "{window} recorded a mandate that you signed, {reference}; if you did not, revoke it at once",
    ),
    "grant": Text("{client}已授权代办（{reference}）", "{client} gave a mandate ({reference})"),
    "decline": Text("{client}未同意代办授权 {reference}", "{client} declined the mandate {reference}"),
    "revoke": Text("{client}撤销了代办授权 {reference}", "{client} revoked the mandate {reference}"),
    "return": Text("{window}交回了代办授权 {reference}", "{window} gave back the mandate {reference}"),
}


def _tell(mandate: Mandate, event: str) -> None:
    """Tell the members of the side that did not do it."""
    hearer = mandate.client if event in ("ask", "record", "return") else mandate.window
    facts = {"window": mandate.window, "client": mandate.client, "reference": mandate.reference}
    words = Text(_WORDS[event].zh.format(**facts), _WORDS[event].en.format(**facts))
    people = User.objects.filter(memberships__organisation=hearer, is_active=True)
    tell(people, words, reverse("window:mandates"))
