"""The file of a report, for the firm whose product it is about and the laboratory that issued it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.models import Appointment, IssuedReport


@only("person", "firm", "laboratory")
@require_GET
def report_file(request: PortalRequest, number: int) -> HttpResponse:
    """Give the PDF that the laboratory uploaded, to be kept, never shown within the portal's own origin."""
    mine = Appointment.objects.visible_to(request.actor)
    return answer(get_object_or_404(IssuedReport, appointment__in=mine, appointment=number, file__isnull=False))


def answer(row: IssuedReport) -> HttpResponse:
    """Return a report's file as a download."""
    found = HttpResponse(bytes(row.file or b""), content_type="application/pdf")
    found["Content-Disposition"] = content_disposition_header(True, row.file_name) or "attachment"
    found["X-Content-Type-Options"] = "nosniff"
    return found
