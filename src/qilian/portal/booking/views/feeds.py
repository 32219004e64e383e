"""The calendar by a secret address: making it, and giving it to whoever has the address."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking import calendars
from qilian.portal.booking.views.common import both
from qilian.text import Language


@both
@require_http_methods(["GET", "POST"])
def make(request: PortalRequest) -> HttpResponse:
    """Say what the calendar is, and make its address, which is shown once."""
    secret = calendars.make(request.actor) if request.method == "POST" else ""
    return render(request, "booking/calendar.html", {"secret": secret})


@anyone
@never_cache
@require_GET
def feed(request: PortalRequest, secret: str) -> HttpResponse:
    """Give the calendar."""
    del request
    actor = calendars.opened(secret)
    if actor is None:
        raise Http404
    language: Language = "en" if actor.user is not None and actor.user.language == "en" else "zh"
    answer = HttpResponse(calendars.written(actor, language), content_type="text/calendar; charset=utf-8")
    answer["Referrer-Policy"] = "no-referrer"
    return answer
