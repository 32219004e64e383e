"""Idempotency keys: a request with a key happens once, and a retry gets the first answer.

The key is kept in the transaction of what it does, so that a process that dies in between leaves both or neither. Of
two requests with one key at the same time, the database lets the second wait until the first is through.
"""

import hashlib
import json
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.errors import BookingError, KeyReused
from qilian.portal.booking.models import Path, Request

KEPT_FOR = timedelta(days=30)
_LONGEST = 80


def claim(actor: Actor, key: str, asked: list[object]) -> tuple[Request | None, Path | None]:
    """Keep a key, within the transaction of what is asked; an empty key is none.

    Returns
    -------
    tuple
        The key's row, to be answered with the path; and the path of the first answer, if this is a retry.

    Raises
    ------
    KeyReused
        If the key was used for something else.
    """
    if not key or actor.user is None:
        return None, None
    if len(key) > _LONGEST:
        raise BookingError(_("an idempotency key of more than %(count)s characters") % {"count": _LONGEST})
    digest = hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            return Request.objects.create(person=actor.user, key=key, digest=digest), None
    except IntegrityError:
        first = Request.objects.select_related("path").get(person=actor.user, key=key)
    if first.digest != digest:
        raise KeyReused(_("this idempotency key was used for another request"), where=key, mend=_("take a new key"))
    return None, first.path


def answer(row: Request | None, path: Path) -> None:
    """Keep what a request with a key led to."""
    if row is not None:
        row.path = path
        row.save(update_fields=["path"])


def forget_old() -> None:
    """Delete keys that nobody retries any more."""
    Request.objects.filter(made__lt=timezone.now() - KEPT_FOR).delete()
