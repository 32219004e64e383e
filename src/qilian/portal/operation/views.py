"""Health, figures for monitoring, and the operator's overview."""

from dataclasses import fields
from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from qilian.portal.accounts.access import anyone, only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.operation import health as checks
from qilian.portal.operation.metrics import exposition
from qilian.portal.operation.overview import overview as overview_now


@anyone
@never_cache
@require_safe
def health(request: PortalRequest) -> HttpResponse:
    """Say whether the portal works, for a load balancer: 200 or 503, and no more."""
    del request
    healthy = checks.is_healthy()
    return JsonResponse({"status": "ok" if healthy else "failing"}, status=200 if healthy else 503)


@anyone
@never_cache
@require_GET
def metrics(request: PortalRequest) -> HttpResponse:
    """Give Prometheus its figures: to who sends the token of the settings, or to an operator who is logged in."""
    token = settings.METRICS_TOKEN.encode()
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not (token and compare_digest(sent, token)) and not request.actor.is_operator:
        raise PermissionDenied
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@only("operator")
@require_GET
def overview(request: PortalRequest) -> HttpResponse:
    """Show the operator how much there is, what works, and what went wrong."""
    now = overview_now()
    context = {
        **{field.name: getattr(now, field.name) for field in fields(now)},
        "kinds": [(kind.label, count) for kind, count in now.kinds.items()],
        "states": [(state.label, count, state) for state, count in now.states.items()],
    }
    return render(request, "operation/overview.html", context)
