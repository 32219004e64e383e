"""Who may call an operation: every one declares it, as pages do; tokens and sessions; what hides an outsider's rows."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Status
from ninja.errors import AuthenticationError, Throttled
from ninja.security import APIKeyCookie, HttpBearer

from qilian.portal.accounts import second_factor
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import NOBODY, Actor, PortalRequest, actor_of
from qilian.portal.accounts.tokens import actor_of_token
from qilian.portal.api.describing import scope_of
from qilian.portal.api.limits import OF_ADDRESS
from qilian.portal.api.once import once, once_hiding

Operation = TypeVar("Operation", bound=Callable[..., Any])


class Token(HttpBearer):
    """A personal token in the header, never in the address; without the scope ``write`` it only reads."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return whose token it is; one that is wrong is told so, and counts as a request of its address."""
        found = actor_of_token(token)
        if found is None:
            if not OF_ADDRESS.allow_request(request):
                raise Throttled(OF_ADDRESS.wait())
            raise AuthenticationError(message="this token is unknown or has ended")
        actor, scopes = found
        if scope_of(request.method or "") not in scopes:
            raise PermissionDenied("this token only reads")
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class Session(APIKeyCookie):
    """A browser's session; its writes need the CSRF token."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who is logged in; who brings no session is a visitor, not one who forged a form."""
        return super().__call__(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return who is logged in."""
        del key
        actor = actor_of(request)
        if second_factor.is_missing(actor):
            actor = request.actor = NOBODY  # type: ignore[attr-defined]
        return actor if actor.user is not None else None


LOGGED_IN = (Token(), Session())
"""What a router or an operation that is not for visitors gives as ``auth``: it answers 401 before it reads anything."""


def allow(access: Access) -> Callable[[Operation], Operation]:
    """Declare who may call an operation; put it below the router's decorator."""

    def declare(operation: Operation) -> Operation:
        @functools.wraps(operation)
        def checked(request: PortalRequest, *arguments: Any, **named: Any) -> Any:
            if not access.admits(request.actor):
                if request.actor.user is None:
                    raise AuthenticationError
                raise PermissionDenied("other roles may" if request.actor.kind not in access.actors else "admins may")
            answer = operation(request, *arguments, **named)
            return Status(*answer) if isinstance(answer, tuple) else answer

        checked.access = access  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return declare


__all__ = ["LOGGED_IN", "Session", "Token", "allow", "once", "once_hiding"]
