"""The front page, the theme, and the pages for what went wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.site.context import THEMES
from qilian.portal.site.example import example
from qilian.portal.site.going_back import safe_next
from qilian.portal.site.open_work import open_for


@anyone
@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """Say what the platform does, and lead to the work that is open."""
    actor = request.actor
    shown = {"example": example()} if actor.user is None else {"open_work": open_for(actor)}
    return render(request, "site/home.html", shown)


@anyone
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep whether pages are light or dark, and go back."""
    response = HttpResponseRedirect(safe_next(request))
    chosen = request.POST.get("theme", "")
    name = settings.THEME_COOKIE_NAME
    if chosen in THEMES:
        year = 365 * 24 * 3600
        response.set_cookie(name, chosen, max_age=year, samesite="Lax", secure=settings.HTTPS, httponly=True)
    else:
        response.delete_cookie(name, samesite="Lax")
    return response


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this page is not for the one who asks."""
    del exception
    return render(request, "site/problem.html", {"problem": "refused"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page, or none for the one who asks."""
    del exception
    return render(request, "site/problem.html", {"problem": "not_found"}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; needs no database."""
    return render(request, "site/failed.html", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was too old or came from elsewhere."""
    del reason
    return render(request, "site/problem.html", {"problem": "csrf"}, status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    """Say that an upload is larger than any may be; needs neither database nor session."""
    return render(request, "site/too_large.html", status=413)
