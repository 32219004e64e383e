"""Pages of mandates: those held or given, a new one, and granting, declining, revoking, returning one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.site.going_back import safe_next
from qilian.portal.window.forms import GrantForm, MandateForm, clients_of
from qilian.portal.window.mandates import begin_mandate, move_mandate
from qilian.portal.window.models import Mandate
from qilian.portal.window.views.common import clerks, say

_PAGE = 25
sides = only("window", "firm")
"""Declares that those between whom mandates are given may come in."""


@sides
@require_GET
def mandates(request: PortalRequest) -> HttpResponse:
    """List the mandates of the actor's side."""
    found = Mandate.objects.visible_to(request.actor).select_related("client", "window")
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    rows = [(each, each.moves().events(each.state, request.actor.kind)) for each in page]
    return render(request, "window/mandates.html", {"page": page, "rows": rows})


@clerks
@require_http_methods(["GET", "POST"])
def record(request: PortalRequest, number: int) -> HttpResponse:
    """Record a mandate that a client signed, or ask the client for one."""
    client = get_object_or_404(clients_of(request.actor), pk=number)
    form = MandateForm(request.POST or None)
    back = safe_next(request, "")
    if request.method == "POST" and form.is_valid() and request.actor.organisation is not None:
        given = form.cleaned_data
        event = "record" if given["paper"] else "ask"
        made = begin_mandate(event, request.actor, client=client, window=request.actor.organisation, **given)
        said = _("Mandate %(reference)s is recorded.") if given["paper"] else _("The firm was asked: %(reference)s.")
        messages.success(request, said % {"reference": made.reference})
        return redirect(back or "window:mandates")
    return render(request, "window/mandate.html", {"form": form, "client": client, "back": back})


@only("firm")
@require_http_methods(["GET", "POST"])
def grant(request: PortalRequest) -> HttpResponse:
    """Grant a window a mandate."""
    firm = request.actor.organisation
    assert firm is not None
    form = GrantForm(request.POST or None, region=firm.region)
    if request.method == "POST" and form.is_valid():
        made = begin_mandate("grant", request.actor, client=firm, **form.cleaned_data)
        messages.success(request, _("Mandate %(reference)s is granted.") % {"reference": made.reference})
        return redirect("window:mandates")
    return render(request, "window/mandate.html", {"form": form})


@sides
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Grant, decline, revoke or return a mandate."""
    found = get_object_or_404(Mandate.objects.visible_to(request.actor), pk=number)
    if event not in {each.event for each in Mandate.moves().moves}:
        raise Http404
    try:
        move_mandate(found, event, request.actor)
    except QilianError as error:
        say(request, error)
    else:
        messages.success(request, _("Done."))
    return redirect("window:mandates")
