"""Changing a booked path, for programs: other hours, planning again, accepting or dismissing what is proposed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Router

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.bookings import OWNERS, BookingWhole, Seen, key_of, own_path, taken_is_409, whole
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.limits import BUSY
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Moment
from qilian.portal.booking.commands import changing, ending
from qilian.portal.booking.models import Appointment, IssuedReport, Path, Proposal
from qilian.portal.booking.views.reports import answer as download
from qilian.text import Text

router = Router(tags=["bookings"], auth=LOGGED_IN)
AGAIN = Text("按今天的台位重新安排", "planned again with today's benches")
_PDF = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "PDF"}}
Answer = tuple[int, dict[str, Any]]


class OtherHours(Given):
    """What an appointment shall be instead; empty: any other hours."""

    elsewhere: bool = Field(default=False, description="At another laboratory.")
    not_before: Moment | None = Field(None, description="Begin no earlier.")


@router.post("/{number}/again", response={200: BookingWhole, **ANSWERS}, summary="Plan a path again", throttle=BUSY)
@allow(OWNERS)
@once
def again(request: PortalRequest, number: Id) -> Answer:
    """Propose what is lost at today's benches; takes some seconds, changes nothing until it is accepted."""
    path = own_path(request, number)
    changing.propose_or_refuse(path, request.actor, AGAIN)
    return 200, whole(path)


@router.post(
    "/{number}/appointments/{appointment}/move",
    response={200: BookingWhole, **ANSWERS},
    summary="Ask for other hours",
    throttle=BUSY,
)
@allow(OWNERS)
@once
def move(request: PortalRequest, number: Id, appointment: Id, given: OtherHours) -> Answer:
    """Propose the path with one appointment elsewhere or later; it stays as it is until that is accepted."""
    path = own_path(request, number)
    found = appointment_of(path, appointment)
    changing.ask_to_move(request.actor, found, elsewhere=given.elsewhere, not_before=given.not_before)
    return 200, whole(path)


@router.post(
    "/{number}/appointments/{appointment}/cancel",
    response={200: BookingWhole, **ANSWERS},
    summary="Cancel one appointment",
)
@allow(OWNERS)
@once
def cancel_one(request: PortalRequest, number: Id, appointment: Id, given: Seen) -> Answer:
    """Give up one appointment of a confirmed path; the version is the appointment's."""
    path = own_path(request, number)
    ending.cancel_one(request.actor, appointment_of(path, appointment), version=given.version)
    return 200, whole(path)


@router.get(
    "/{number}/appointments/{appointment}/report",
    response={200: None, **ANSWERS},
    openapi_extra={"responses": _PDF},
    summary="Download a report's file",
)
@allow(OWNERS)
def report_file(request: PortalRequest, number: Id, appointment: Id) -> HttpResponse:
    """Return the PDF that the laboratory sent, as its credential's digest says."""
    rows = IssuedReport.objects.filter(appointment__path=own_path(request, number), file__isnull=False)
    return download(get_object_or_404(rows, appointment=appointment))


@router.post(
    "/{number}/proposals/{proposal}/accept", response={200: BookingWhole, **ANSWERS}, summary="Accept a proposal"
)
@allow(OWNERS)
@once
def accept(request: PortalRequest, number: Id, proposal: Id, given: Seen) -> Answer:
    """Book what is proposed, all of it or nothing; 409 if its hours were taken, and then it is proposed anew."""
    found = _proposal(own_path(request, number), proposal)
    with taken_is_409():
        path = changing.accept(request.actor, found, version=given.version, key=key_of(request))
    return 200, whole(path)


@router.post(
    "/{number}/proposals/{proposal}/dismiss", response={200: BookingWhole, **ANSWERS}, summary="Dismiss a proposal"
)
@allow(OWNERS)
@once
def dismiss(request: PortalRequest, number: Id, proposal: Id) -> Answer:
    """Leave the path as it is."""
    path = own_path(request, number)
    changing.dismiss(request.actor, _proposal(path, proposal))
    return 200, whole(path)


def appointment_of(path: Path, number: int) -> Appointment:
    """Return an appointment of a path, or answer 404."""
    rows = path.appointments.select_related("bench__laboratory", "path__organisation", "path__person")
    return get_object_or_404(rows, pk=number)


def _proposal(path: Path, number: int) -> Proposal:
    return get_object_or_404(path.proposals.select_related("path__organisation", "path__person"), pk=number)
