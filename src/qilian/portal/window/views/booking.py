"""Booking for the client from the page of its order: the path, single appointments, what is proposed, the samples."""

from datetime import datetime, time

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.clock import aware
from qilian.portal.booking.commands.sampling import EVENTS
from qilian.portal.booking.models import Appointment, Path, SampleUnit
from qilian.portal.booking.views.changing import MoveForm
from qilian.portal.window import booking
from qilian.portal.window.acting import on_behalf
from qilian.portal.window.forms import BookingForm
from qilian.portal.window.models import Order, Scope
from qilian.portal.window.views.common import attempt, clerks, handled


@clerks
@require_POST
def hold(request: PortalRequest, number: int) -> HttpResponse:
    """Hold the plan's appointments."""
    order, form = handled(request, number), BookingForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else ""
    attempt(request, lambda: booking.hold(order, request.actor, key))
    return redirect("window:order", number)


@clerks
@require_POST
def act(request: PortalRequest, number: int, path: int, event: str) -> HttpResponse:
    """Confirm or cancel a path of the order's product, plan it again, accept or dismiss a proposal."""
    order, form = handled(request, number), BookingForm(request.POST)
    if event not in booking.EVENTS or order.product is None or not form.is_valid():
        raise Http404
    found = get_object_or_404(Path.objects.visible_to(request.actor), pk=path, product=order.product)
    attempt(request, lambda: booking.act(order, found, event, request.actor, **form.cleaned_data), _("Done."))
    return redirect("window:order", number)


@clerks
@require_http_methods(["GET", "POST"])
def move_one(request: PortalRequest, number: int, appointment: int) -> HttpResponse:
    """Ask for other hours or another laboratory for one appointment; the order's page shows what that means."""
    order = handled(request, number)
    found = _appointment(request, order, appointment)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["not_before"]
        attempt(
            request,
            lambda: booking.move_one(
                order,
                found,
                request.actor,
                elsewhere=form.cleaned_data["where"] == "elsewhere",
                not_before=aware(datetime.combine(day, time())) if day else None,
            ),
        )
        return redirect("window:order", number)
    if request.method == "GET":
        try:
            on_behalf(order, request.actor, Scope.BOOK)
        except QilianError as error:
            messages.error(request, str(error))
            return redirect("window:order", number)
    return render(request, "window/move.html", {"order": order, "appointment": found, "form": form})


@clerks
@require_POST
def cancel_one(request: PortalRequest, number: int, appointment: int) -> HttpResponse:
    """Cancel one appointment; the others stay."""
    order, form = handled(request, number), BookingForm(request.POST)
    found = _appointment(request, order, appointment)
    version = form.cleaned_data["version"] if form.is_valid() else None
    attempt(request, lambda: booking.cancel_one(order, found, request.actor, version=version), _("Done."))
    return redirect("window:order", number)


@clerks
@require_POST
def sample(request: PortalRequest, number: int, code: str, event: str) -> HttpResponse:
    """Say what happened to a sample of the client's."""
    order = handled(request, number)
    if event not in EVENTS or order.product is None:
        raise Http404
    units = SampleUnit.objects.visible_to(request.actor).filter(path__product=order.product)
    unit = get_object_or_404(units.select_related("path__organisation", "path__person"), code=code)
    note = request.POST.get("note", "").replace("\0", "").strip()[:200]
    attempt(request, lambda: booking.say_of_sample(order, unit, event, request.actor, note), _("Done."))
    return redirect("window:order", number)


def _appointment(request: PortalRequest, order: Order, number: int) -> Appointment:
    rows = Appointment.objects.visible_to(request.actor).filter(
        path__product=order.product, path__product__isnull=False
    )
    rows = rows.select_related("bench__laboratory", "path__organisation", "path__person")
    return get_object_or_404(rows, pk=number)
