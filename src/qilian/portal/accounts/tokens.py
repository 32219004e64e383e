"""Tokens by which programs act for a person: made, looked up, and with the person's rights of today."""

from datetime import timedelta

from django.utils import timezone

from qilian.portal.accounts import secrets
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import ApiToken

PREFIX = "qilian_"
LIFETIMES = (30, 90, 365)
"""Days that a token may live, to choose from."""
_USE_NOTED_EVERY = timedelta(hours=1)


def make(actor: Actor, name: str, days: int, *, may_write: bool) -> tuple[ApiToken, str]:
    """Make a token for the organisation that the actor acts for.

    Returns
    -------
    tuple
        Its row, and the token itself, which is kept nowhere.
    """
    if actor.user is None:
        raise PermissionError("nobody is logged in")
    text = secrets.new(PREFIX)
    row = ApiToken.objects.create(
        user=actor.user,
        organisation=actor.organisation,
        name=name,
        start=text[:12],
        digest=secrets.digest(text),
        may_write=may_write,
        expires=timezone.now() + timedelta(days=days),
    )
    return row, text


def actor_of_token(text: str) -> tuple[Actor, frozenset[str]] | None:
    """Return whom a token stands for and what it may do: some of ``read`` and ``write``.

    None for a token that is unknown or expired, whose person is locked, or no longer belongs to its organisation.
    """
    if not text.startswith(PREFIX):
        return None
    now = timezone.now()
    row = (
        ApiToken.objects.select_related("user")
        .filter(digest=secrets.digest(text), expires__gt=now, user__is_active=True)
        .first()
    )
    if row is None:
        return None
    membership = None
    if row.organisation_id is not None:
        membership = (
            row.user.memberships.select_related("organisation").filter(organisation=row.organisation_id).first()
        )
        if membership is None:
            return None
    if row.used is None or now - row.used > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(used=now)
    return Actor(row.user, membership, (membership,) if membership else ()), row.scopes
