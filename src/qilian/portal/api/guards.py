"""Who may call an operation: every one declares it, as pages do; tokens and sessions; idempotency of writes."""

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Status
from ninja.errors import AuthenticationError, HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.throttling import BaseThrottle, SimpleRateThrottle

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import Actor, PortalRequest, actor_of
from qilian.portal.accounts.tokens import actor_of_token
from qilian.portal.api.models import Kept

Operation = TypeVar("Operation", bound=Callable[..., Any])
_KEPT_FOR = timedelta(days=1)
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Token(HttpBearer):
    """A personal token; without the scope ``write`` it only reads."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return whose token it is."""
        found = actor_of_token(token)
        if found is None:
            return None
        actor, scopes = found
        if "write" not in scopes and request.method in _WRITES:
            raise PermissionDenied("this token only reads")
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class Session(APIKeyCookie):
    """A browser's session; its writes need the CSRF token."""

    param_name = "session"

    def __init__(self) -> None:
        from django.conf import settings

        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return who is logged in."""
        del key
        actor = actor_of(request)
        return actor if actor.user is not None else None


class PerAccount(SimpleRateThrottle):
    """Limits the requests of an account."""

    scope = "account"

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the account's key, None for a visitor."""
        user = request.actor.user  # type: ignore[attr-defined]
        return str(self.cache_format % {"scope": self.scope, "ident": user.pk}) if user else None


class PerAddress(SimpleRateThrottle):
    """Limits the requests of visitors at one address."""

    scope = "address"

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the address's key, None for an account."""
        if request.actor.user is not None:  # type: ignore[attr-defined]
            return None
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})


THROTTLES: list[BaseThrottle] = [PerAccount("600/m"), PerAddress("120/m")]


def allow(access: Access) -> Callable[[Operation], Operation]:
    """Declare who may call an operation; put it below the router's decorator."""

    def declare(operation: Operation) -> Operation:
        @functools.wraps(operation)
        def checked(request: PortalRequest, *arguments: Any, **named: Any) -> Any:
            if not access.admits(request.actor):
                if request.actor.user is None:
                    raise AuthenticationError
                raise PermissionDenied("other roles may")
            answer = operation(request, *arguments, **named)
            return Status(*answer) if isinstance(answer, tuple) else answer

        checked.access = access  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return declare


def once(operation: Operation) -> Operation:
    """Let a write with an ``Idempotency-Key`` happen once; a retry gets the first answer. Put it below :func:`allow`.

    The operation returns ``(status, JSON-ready body)``.
    """

    @functools.wraps(operation)
    def kept(request: PortalRequest, *arguments: Any, **named: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.actor.user is None:
            return operation(request, *arguments, **named)
        if len(key) > 80:
            raise HttpError(422, "an idempotency key of more than 80 characters")
        body = f"{request.method} {request.get_full_path()} ".encode() + request.body
        digest = hashlib.sha256(body).hexdigest()
        Kept.objects.filter(created__lt=timezone.now() - _KEPT_FOR).delete()
        try:
            with transaction.atomic():
                row = Kept.objects.create(user=request.actor.user, key=key, digest=digest)
        except IntegrityError:
            row = Kept.objects.get(user=request.actor.user, key=key)
            if row.digest != digest:
                raise HttpError(422, "this idempotency key was used for another request") from None
            if not row.status:
                raise HttpError(409, "the first request with this key is still at work") from None
            return row.status, row.body
        try:
            status, answer = operation(request, *arguments, **named)
        except BaseException:
            row.delete()
            raise
        row.status, row.body = status, json.loads(json.dumps(answer, default=str))
        row.save(update_fields=["status", "body"])
        return status, answer

    return kept  # type: ignore[return-value]
