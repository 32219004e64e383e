"""Says who asks, and refuses what the asked view does not declare open to them."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from qilian.portal.accounts import second_factor
from qilian.portal.accounts.access import access_of
from qilian.portal.accounts.actor import actor_of
from qilian.portal.accounts.events import note

API = "api"
"""The namespace whose operations check by themselves, since one address serves several of them."""

_log = logging.getLogger(__name__)


class AccessMiddleware:
    """Sets ``request.actor``; what declares no access is refused to everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on with its actor, who is looked up when first asked for."""
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: object, keywords: object
    ) -> HttpResponseBase | None:
        """Refuse, or send a visitor to log in."""
        del view, arguments, keywords
        match = request.resolver_match
        if match is None or API in match.namespaces:
            return None
        access = access_of(match)
        if access is None:
            _log.error("%s declares no access; refused", match.view_name or match.route)
            raise PermissionDenied
        actor = request.actor = actor_of(request)  # type: ignore[attr-defined]
        if access.admits(actor):
            return self._second_factor(request, match)
        if actor.user is None:
            return redirect_to_login(request.get_full_path())
        note("refused", actor.user.pk, request)
        raise PermissionDenied

    def _second_factor(self, request: HttpRequest, match: ResolverMatch) -> HttpResponseBase | None:
        if second_factor.goes_without(match) or not second_factor.is_missing(request.actor):  # type: ignore[attr-defined]
            return None
        messages.info(request, _("Your organisation's members come in by a second factor: set it up first."))
        return redirect("mfa_activate_totp")
