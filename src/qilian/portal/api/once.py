"""Writes that happen once: a request with an ``Idempotency-Key`` that comes again gets the first answer for a day.

A key is of one person acting for one organisation, and of one request: method, address and body.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from ninja.errors import HttpError

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.models import Kept

Operation = TypeVar("Operation", bound=Callable[..., Any])
LONGEST_KEY = 80
_KEPT_FOR = timedelta(days=1)
_AT_WORK_FOR = timedelta(minutes=10)
"""A request that has no answer after this time died; its key may be used again."""


def once(operation: Operation) -> Operation:
    """Let a write with a key happen once. Put it below :func:`~qilian.portal.api.guards.allow`.

    The operation returns ``(status, JSON-ready body)``, the body None where there is none.
    """
    return once_hiding()(operation)


def once_hiding(*secrets: str) -> Callable[[Operation], Operation]:
    """Do as :func:`once`, but keep no secrets: of these fields of the answer a retry gets only null."""

    def declare(operation: Operation) -> Operation:
        @functools.wraps(operation)
        def kept(request: PortalRequest, *arguments: Any, **named: Any) -> Any:
            key = request.headers.get("Idempotency-Key", "")
            if not key:
                return operation(request, *arguments, **named)
            if len(key) > LONGEST_KEY or not key.isascii():
                raise HttpError(422, f"an idempotency key has at most {LONGEST_KEY} ASCII characters")
            row = _begun(request, key)
            if row.status:
                return row.status, None if row.status == 204 else row.body
            try:
                status, answer = operation(request, *arguments, **named)
            except BaseException:
                row.delete()
                raise
            plain = json.loads(json.dumps(answer, default=str)) if answer is not None else {}
            row.status, row.body = status, {**plain, **dict.fromkeys(secrets)}
            row.save(update_fields=["status", "body"])
            return status, answer

        kept.takes_key = True  # type: ignore[attr-defined]
        return kept  # type: ignore[return-value]

    return declare


def _begun(request: PortalRequest, key: str) -> Kept:
    """Return the row of a key: with a status if the request was answered before, else a new one."""
    now, digest = timezone.now(), _digest(request)
    dead = Q(status=0, created__lt=now - _AT_WORK_FOR)
    Kept.objects.filter(Q(created__lt=now - _KEPT_FOR) | dead).delete()
    user = request.actor.user
    assert user is not None  # writes are for accounts only
    try:
        with transaction.atomic():
            return Kept.objects.create(user=user, key=key, digest=digest)
    except IntegrityError:
        row = Kept.objects.filter(user=user, key=key).first()
    if row is None or (row.digest == digest and not row.status):
        raise HttpError(409, "the first request with this key is still at work")
    if row.digest != digest:
        raise HttpError(422, "this idempotency key was used for another request")
    return row


def _digest(request: PortalRequest) -> str:
    organisation = request.actor.organisation
    found = hashlib.sha256(f"{organisation and organisation.pk} {request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":  # whose body has been read into fields and files
        for field, values in sorted(request.POST.lists()):
            found.update(f"{field}={values}\n".encode())
        for field, files in sorted(request.FILES.lists()):
            for file in files:
                found.update(f"{field}={file.name} {file.size}\n".encode())
                for chunk in file.chunks():
                    found.update(chunk)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()
