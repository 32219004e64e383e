"""What the pages of bookings share: who may come in, how rows are found, how a refusal is told."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from qilian.errors import QilianError
from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.models import Appointment, Path
from qilian.portal.network.models import Laboratory

readers = only("person", "firm", "window", "regulator")
"""Declares that owners of paths, and those who oversee them, may come in."""

owners = only("person", "firm")
"""Declares that owners of paths may come in."""

laboratories = only("laboratory")
"""Declares that laboratories may come in."""

both = only("person", "firm", "window", "regulator", "laboratory")
"""Declares that owners, those who oversee them, and laboratories may come in."""


def readable_path(request: PortalRequest, number: int) -> Path:
    """Return a path that the actor may read, or answer 404."""
    rows = Path.objects.visible_to(request.actor).select_related("organisation", "person", "product", "plan")
    return get_object_or_404(rows, pk=number)


def own_path(request: PortalRequest, number: int) -> Path:
    """Return a path of the actor's own, or answer 404."""
    rows = Path.objects.editable_by(request.actor).select_related("organisation", "person", "product", "plan")
    return get_object_or_404(rows, pk=number)


def own_appointment(request: PortalRequest, number: int) -> Appointment:
    """Return an appointment at the actor's laboratory, or answer 404."""
    rows = Appointment.objects.at_laboratory_of(request.actor)
    rows = rows.select_related("path__organisation", "path__person", "slot", "bench__laboratory")
    return get_object_or_404(rows, pk=number)


def laboratory_of(request: PortalRequest) -> Laboratory:
    """Return the laboratory that the actor's organisation runs, or answer 404."""
    return get_object_or_404(Laboratory.objects.editable_by(request.actor))


def version_of(request: PortalRequest) -> int | None:
    """Return the version that the form was made from."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 9 else None


def said(request: PortalRequest, name: str, longest: int = 200) -> str:
    """Return what a form says beside its fields, without the character that PostgreSQL does not keep."""
    return request.POST.get(name, "").replace("\0", "").strip()[:longest]


def attempt(request: PortalRequest, act: Callable[[], object], done: str, to: str, *arguments: object) -> HttpResponse:
    """Do something, say that it is done or why not, and go on to a page."""
    try:
        act()
    except QilianError as error:
        messages.error(request, str(error))
    else:
        if done:
            messages.success(request, done)
    return redirect(to, *arguments)
