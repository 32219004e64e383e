"""Ends a session that is old, or that nobody has used for a while, whatever the browser keeps.

Both spans are in the settings. The time of the last use is written down every few minutes only.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_BEGUN, _USED = "begun", "used"
_USE_NOTED_EVERY_SECONDS = 300


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """End what is over before anybody asks who is logged in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            _look_at(request.session, int(time.time()))
        return get_response(request)

    return middleware


def begin(session: SessionBase) -> None:
    """Count a session's age from now: somebody has just shown who they are."""
    session[_BEGUN] = session[_USED] = int(time.time())


def _look_at(session: SessionBase, now: int) -> None:
    begun, used = session.get(_BEGUN), session.get(_USED, 0)
    if begun is None:
        begin(session)
    elif now - begun > settings.SESSION_COOKIE_AGE or now - used > settings.SESSION_IDLE_SECONDS:
        session.flush()
    elif now - used > _USE_NOTED_EVERY_SECONDS:
        session[_USED] = now
