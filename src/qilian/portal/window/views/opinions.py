"""Pages of what clients say: the state behind a receipt, rating and complaining there; the list for overseers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Avg, Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import Actor, PortalRequest
from qilian.portal.history.firing import role_of
from qilian.portal.history.recording import about
from qilian.portal.window import opinions as saying
from qilian.portal.window.forms import ComplaintForm, RatingForm
from qilian.portal.window.models import Complaint, Order, Rating
from qilian.portal.window.receipts import order_of
from qilian.portal.window.views.common import missing_of, readers, say

_PAGE = 25
_OF_CLIENTS = {"accept", "insist", "drop"}


@anyone
@require_http_methods(["GET", "POST"])
def state(request: PortalRequest, token: str) -> HttpResponse:
    """Show whoever holds the receipt how the order stands; take a rating or a complaint once it is finished."""
    order = order_of(token)
    if order is None:
        raise Http404
    did = request.POST.get("do", "")
    rated = Rating.objects.filter(order=order).first()
    given = {"stars": rated.stars, "words": rated.words} if rated else None
    rating = RatingForm(request.POST if did == "rate" else None, prefix="rating", initial=given)
    complaint = ComplaintForm(request.POST if did == "complain" else None, prefix="complaint")
    if request.method == "POST":
        try:
            if _said(did, order, _speaker(request, order), rating, complaint):
                messages.success(request, _("Thank you. It was kept."))
                return redirect("window:state", token)
        except QilianError as error:
            say(request, error)
            return redirect("window:state", token)
    complaints = list(order.complaints.all())
    role = role_of(_speaker(request, order))
    shown = {
        "order": order,
        "rating": rating,
        "complaint": complaint,
        "rated": rated,
        "complaints": [
            (each, [event for event in each.moves().events(each.state, role) if event in _OF_CLIENTS])
            for each in complaints
        ],
        "may_complain": saying.may_complain(order, complaints),
        "history": about([order]).exclude(now=""),
        "missing": missing_of(order),
        "token": token,
    }
    return render(request, "window/state.html", shown)


@readers
@require_GET
def opinions(request: PortalRequest) -> HttpResponse:
    """List complaints, and how the windows of the region are rated; to a firm what it said itself."""
    actor = request.actor
    complaints = Complaint.objects.visible_to(actor).select_related("order__client", "order__window")
    ratings = Rating.objects.visible_to(actor).select_related("order__client", "order__window")
    by_window = ratings.values("order__window__name").annotate(mean=Avg("stars"), count=Count("pk"))
    page = Paginator(complaints, _PAGE).get_page(request.GET.get("page"))
    shown: dict[str, Any] = {
        "page": page,
        "rows": [(each, each.moves().events(each.state, actor.kind)) for each in page],
        "ratings": ratings[:_PAGE],
        "windows": by_window.order_by("order__window__name"),
    }
    return render(request, "window/opinions.html", shown)


@readers
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Answer a complaint, settle it; a firm accepts the answer, insists, or withdraws its own."""
    found = get_object_or_404(Complaint.objects.visible_to(request.actor), pk=number)
    if event not in {each.event for each in Complaint.moves().moves}:
        raise Http404
    try:
        saying.move_complaint(found, event, request.actor, request.POST.get("words", "")[:2000])
    except QilianError as error:
        say(request, error)
    else:
        messages.success(request, _("Done."))
    return redirect("window:opinions")


def _said(did: str, order: Order, actor: Actor | None, rating: RatingForm, complaint: ComplaintForm) -> bool:
    """Keep what was said; return whether anything was."""
    if did == "rate" and rating.is_valid():
        saying.rate(order, actor, rating.cleaned_data["stars"], rating.cleaned_data["words"])
        return True
    if did == "complain" and complaint.is_valid():
        saying.complain(order, actor, complaint.cleaned_data["words"])
        return True
    if did in _OF_CLIENTS:
        saying.move_complaint(order.complaints.first() or _missing(), did, actor)
        return True
    return False


def _missing() -> Complaint:
    raise Http404


def _speaker(request: PortalRequest, order: Order) -> Actor | None:
    """Return the firm's person, or None for who holds the receipt without being logged in as the client."""
    actor = request.actor
    return actor if actor.kind == "firm" and actor.organisation == order.client else None
