"""Samples: the label and its QR code, the page that it opens, and what is done with the unit there."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.commands import sampling
from qilian.portal.booking.labels import picture
from qilian.portal.booking.models import UNUSABLE, SampleUnit
from qilian.portal.booking.samples import next_stop, undone
from qilian.portal.booking.showing import listed, timeline, unit_title
from qilian.portal.booking.views.common import both, laboratories, readable_path, readers, said
from qilian.portal.notices.telling import absolute


@both
@require_GET
def sample(request: PortalRequest, code: str) -> HttpResponse:
    """Show a sample unit: where it is, what can be done with it now, and its timeline."""
    unit = _unit(request, code)
    stops = unit.path.appointments.current().filter(lot=unit.lot, unit=unit.unit).select_related("bench__laboratory")
    if request.actor.kind == "laboratory":
        stops = stops.filter(bench__laboratory__code=request.actor.organisation.laboratory)  # type: ignore[union-attr]
    events = sampling.possible(request.actor, unit)
    context = {
        "unit": unit,
        "path": unit.path,
        "title": unit_title(unit),
        "next": next_stop(unit),
        "stops": stops.order_by("start"),
        "events": [event for event in events if event not in sampling.ENDS],
        "ends": [(event, len(undone(unit, event))) for event in events if event in sampling.ENDS],
        "lines": timeline([unit]),
        "is_laboratory": request.actor.kind == "laboratory",
    }
    return render(request, "booking/sample.html", context)


@both
@require_POST
def move(request: PortalRequest, code: str, event: str) -> HttpResponse:
    """Do something with a sample unit."""
    unit = _unit(request, code)
    if event not in sampling.EVENTS:
        raise Http404
    try:
        sampling.do(request.actor, unit, event, note=said(request, "note"))
    except QilianError as error:
        messages.error(request, str(error))
    else:
        if event in sampling.ENDS:
            messages.success(
                request, _("Said. What was to be tested with it is planned again, and all have been told.")
            )
    still_there = SampleUnit.objects.visible_to(request.actor).filter(pk=unit.pk).exists()
    return redirect("booking:sample", code) if still_there else redirect("booking:reception")


@laboratories
@require_http_methods(["GET", "POST"])
def reception(request: PortalRequest) -> HttpResponse:
    """Find a sample by the code on its label, typed or scanned."""
    code = said(request, "code").rstrip("/").rpartition("/")[2].upper()
    if request.method == "POST":
        if SampleUnit.objects.visible_to(request.actor).filter(code=code).exists():
            return redirect("booking:sample", code)
        messages.error(request, _("No sample that comes to you has this code."))
    expected = SampleUnit.objects.visible_to(request.actor).filter(state__in=("home", "travelling", "received"))
    rows = listed(list(expected.select_related("path", "holder")[:50]))
    return render(request, "booking/reception.html", {"code": code, "rows": rows})


@readers
@require_GET
def labels(request: PortalRequest, number: int) -> HttpResponse:
    """Show the labels of a path's units, to be printed."""
    path = readable_path(request, number)
    usable = listed(list(path.units.exclude(state__in=UNUSABLE)))
    units = [(unit, title, picture(_address(request, unit)), stop) for unit, title, stop in usable]
    return render(request, "booking/labels.html", {"path": path, "units": units})


def _unit(request: PortalRequest, code: str) -> SampleUnit:
    rows = SampleUnit.objects.visible_to(request.actor).select_related(
        "path__organisation", "path__person", "holder", "bound"
    )
    return get_object_or_404(rows, code=code)


def _address(request: PortalRequest, unit: SampleUnit) -> str:
    page = reverse("booking:sample", args=[unit.code])
    whole = absolute(page)
    return whole if whole != page else request.build_absolute_uri(page)
