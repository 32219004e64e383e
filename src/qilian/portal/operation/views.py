"""Health, figures for monitoring, and the operator's overview."""

from hmac import compare_digest
from importlib.metadata import version

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from qilian.portal.accounts.access import anyone, only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import Kind, Organisation, User
from qilian.portal.home import home_folder
from qilian.portal.jobs.models import Job, State
from qilian.portal.library.models import Document, Import
from qilian.portal.operation import health as checks
from qilian.portal.operation.logs import last_errors
from qilian.portal.operation.metrics import exposition


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
    kinds = dict(Organisation.objects.order_by().values_list("kind").annotate(count=Count("pk")))
    states = dict(Job.objects.order_by().values_list("state").annotate(count=Count("pk")))
    context = {
        "version": version("qilian"),
        "database": connection.vendor,
        "healthy": checks.is_healthy(),
        "worker": checks.is_worker_alive(),
        "kinds": [(kind.label, kinds.get(kind, 0)) for kind in Kind],
        "people": User.objects.count(),
        "sessions": Session.objects.filter(expire_date__gt=timezone.now()).count(),
        "documents": Document.objects.count(),
        "states": [(state.label, states.get(state, 0), state) for state in State],
        "jobs": Job.objects.select_related("user", "organisation")[:10],
        "imports": Import.objects.select_related("source").order_by("-id")[:5],
        "errors": last_errors(home_folder() / "errors.jsonl"),
    }
    return render(request, "operation/overview.html", context)
