"""Logs what an investigation asks for: who came in and how, who failed to, who changed how they come in.

People are named by their number: no line holds an address or a name. A session gets a new key whenever its person shows
anew who they are, so that an older copy of it is worth nothing.
"""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from qilian.portal.accounts import sessions
from qilian.portal.accounts.models import User

_log = logging.getLogger("qilian.security")


def note(event: str, person: int | None, request: HttpRequest | None = None, **more: str) -> None:
    """Log an event, with the page on which it happened."""
    said = {"event": event, "person": person, "path": request.path if request is not None else "", **more}
    (_log.warning if event in _BAD else _log.info)(event, extra=said)


def connect() -> None:
    """Listen to Django's and allauth's own signals."""
    user_logged_in.connect(_came_in, weak=False)
    user_logged_out.connect(_told("logged out"), weak=False)
    user_login_failed.connect(_failed, weak=False)
    account.authentication_step_completed.connect(_showed_who_they_are, weak=False)
    for signal, event in _CHANGES.items():
        signal.connect(_told(event), weak=False)


_CHANGES = {
    account.user_signed_up: "registered",
    account.password_set: "password set",
    account.password_changed: "password changed",
    account.password_reset: "password reset",
    account.email_changed: "address changed",
    account.email_added: "address added",
    account.email_removed: "address removed",
    second_factor.authenticator_added: "second factor added",
    second_factor.authenticator_removed: "second factor removed",
    second_factor.authenticator_reset: "recovery codes made anew",
    second_factor.authentication_failed: "second factor failed",
}
_BAD = ("login failed", "second factor failed", "refused", "field refused")


def _told(event: str) -> Any:
    def receive(request: HttpRequest | None = None, user: User | None = None, **_: object) -> None:
        note(event, user.pk if user else None, request)

    return receive


def _came_in(request: HttpRequest, user: User, **_: object) -> None:
    sessions.begin(request.session, request)
    sessions.end_expired()
    note("logged in", user.pk, request)


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: object) -> None:
    email = str(credentials.get("email") or credentials.get("login") or "").lower()
    person = User.objects.filter(email=email).values_list("pk", flat=True).first()
    note("login failed", person, request)


def _showed_who_they_are(
    request: HttpRequest, user: User, method: str, reauthenticated: bool = False, **_: object
) -> None:
    if reauthenticated:
        request.session.cycle_key()
        sessions.begin(request.session)
    note("shown again who it is" if reauthenticated else "step of coming in", user.pk, request, method=method)
