"""Links that show a plan to whoever has them: the secret is told once and kept only as its digest."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.workbench.models import Plan, ShareLink

_SECRET_BYTES = 32


def share(plan: Plan, actor: Actor, days: int) -> tuple[ShareLink, str]:
    """Make a link that opens for so many days; return it and its secret."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    expires = timezone.now() + timedelta(days=days)
    link = ShareLink.objects.create(plan=plan, digest=_digest(secret), made_by=actor.user, expires=expires)
    return link, secret


def opened(secret: str) -> ShareLink | None:
    """Return the open link with this secret, and count that it was opened; None for any other."""
    link = ShareLink.objects.open().select_related("plan__product").filter(digest=_digest(secret)).first()
    if link is not None:
        ShareLink.objects.filter(pk=link.pk).update(seen=F("seen") + 1)
    return link


def revoke(link: ShareLink) -> None:
    """Close a link for good."""
    ShareLink.objects.filter(pk=link.pk, revoked__isnull=True).update(revoked=timezone.now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
