"""Sessions: kept as rows that know their person, so that people see and end theirs; ended when old or idle.

Django's own machinery with a table of ours (``SESSION_ENGINE``). Both spans are in the settings. The time of the last
use is written down every few minutes only.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

_BEGUN, _USED, _DEVICE = "begun", "used", "device"
_USE_NOTED_EVERY_SECONDS = 300
_BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iOS",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


class SessionStore(DatabaseStore):
    """Django's sessions in the database, whose rows say whose they are."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the table."""
        from qilian.portal.accounts.models import OpenSession

        return OpenSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return the row of a session, with what its list shows."""
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device = data.get(_DEVICE, "")
        row.begun = datetime.fromtimestamp(data[_BEGUN], UTC) if _BEGUN in data else None
        row.used = datetime.fromtimestamp(data[_USED], UTC) if _USED in data else None
        return row


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """End what is over before anybody asks who is logged in."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            _look_at(request.session, int(time.time()))
        return get_response(request)

    return middleware


def begin(session: SessionBase, request: HttpRequest | None = None) -> None:
    """Count a session's age from now: somebody has just shown who they are."""
    session[_BEGUN] = session[_USED] = int(time.time())
    if request is not None:
        session[_DEVICE] = device_of(request.headers.get("User-Agent", ""))


def end_expired() -> None:
    """Delete what is over; called when somebody comes in."""
    SessionStore.get_model_class().objects.filter(expire_date__lt=timezone.now()).delete()


def device_of(user_agent: str) -> str:
    """Return browser and system as people call them, ``""`` for a program that says neither."""
    browser = next((name for sign, name in _BROWSERS.items() if re.search(rf"\b{sign}/", user_agent)), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return " · ".join(filter(None, (browser, system)))


def _look_at(session: SessionBase, now: int) -> None:
    begun, used = session.get(_BEGUN), session.get(_USED, 0)
    if begun is None:
        begin(session)
    elif now - begun > settings.SESSION_COOKIE_AGE or now - used > settings.SESSION_IDLE_SECONDS:
        session.flush()
    elif now - used > _USE_NOTED_EVERY_SECONDS:
        session[_USED] = now
