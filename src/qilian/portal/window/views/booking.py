"""Booking the client's plan from the page of its order: hold, confirm, cancel, accept a proposal."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.models import Path
from qilian.portal.window import booking
from qilian.portal.window.forms import BookingForm
from qilian.portal.window.views.common import clerks, handled, say


@clerks
@require_POST
def hold(request: PortalRequest, number: int) -> HttpResponse:
    """Hold the plan's appointments."""
    order, form = handled(request, number), BookingForm(request.POST)
    try:
        booking.hold(order, request.actor, form.cleaned_data["key"] if form.is_valid() else "")
    except QilianError as error:
        say(request, error)
    return redirect("window:order", number)


@clerks
@require_POST
def act(request: PortalRequest, number: int, path: int, event: str) -> HttpResponse:
    """Confirm or cancel a path of the order's product, accept or dismiss a proposal."""
    order, form = handled(request, number), BookingForm(request.POST)
    if event not in booking.EVENTS or order.product is None or not form.is_valid():
        raise Http404
    found = get_object_or_404(Path.objects.visible_to(request.actor), pk=path, product=order.product)
    try:
        booking.act(order, found, event, request.actor, **form.cleaned_data)
    except QilianError as error:
        say(request, error)
    else:
        messages.success(request, _("Done."))
    return redirect("window:order", number)
