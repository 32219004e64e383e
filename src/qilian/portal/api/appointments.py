"""What a laboratory does with its appointments, for programs: answer, move, carry out, report."""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.bookings import AppointmentOut, appointment_out, taken_is_409
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Key, Moment, Version, Wanted, Words, words
from qilian.portal.booking.commands import carrying_out, reporting
from qilian.portal.booking.models import Appointment, Appointments
from qilian.portal.site.uploads import read_upload

router = Router(tags=["appointments"], auth=LOGGED_IN)
LABORATORIES = Access(frozenset({"laboratory"}))
Answer = tuple[int, dict[str, Any]]
_ACTS = {
    "accept": carrying_out.accept,
    "start": carrying_out.start,
    "finish": carrying_out.finish,
    "miss": carrying_out.miss,
}


class AppointmentSearch(Wanted):
    """What is looked for."""

    state: str = Field("", max_length=20, description="`requested` are those that wait for an answer.")


class ActIn(Given):
    """What the laboratory does."""

    event: Literal["accept", "decline", "start", "finish", "miss"]
    reason: str = Field("", max_length=200, description="Of `decline`: why; the firm reads it.")
    version: Version = None


class PlaceIn(Given):
    """Bench and hour that an appointment is moved to."""

    bench: Key
    start: Moment
    version: Version = None


class ReportIn(Given):
    """What was found."""

    number: str = Field(min_length=1, max_length=80, pattern=r"\S", description="The laboratory's own, given once.")
    outcome: Literal["pass", "fail"]
    requirement: str = Field("", max_length=200, description="What was required, in the report's words.")
    version: Version = None


class AppointmentHere(AppointmentOut):
    """An appointment as its laboratory sees it."""

    product: Words
    owner: str
    sample: str | None = Field(description="Code on the label of its sample unit.")


class IssuedOut(Schema):
    """A report that was issued."""

    number: str
    outcome: str
    credential: str = Field(description="Signed, as vc+jwt.")
    sha256: str = Field(description="Of the file that was sent; empty without one.")


@router.get("/", response={200: Page[AppointmentHere], **ANSWERS}, summary="List a laboratory's appointments")
@allow(LABORATORIES)
def appointments(request: PortalRequest, wanted: Annotated[AppointmentSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List what is or was to be done at the laboratory, in order of beginning; what is only held is not shown."""
    found = _own(request)
    return paged(found.filter(state=wanted.state) if wanted.state else found, asked, _here)


@router.get("/{number}", response={200: AppointmentHere, **ANSWERS}, summary="Read an appointment")
@allow(LABORATORIES)
def appointment(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return an appointment at the laboratory."""
    return _here(get_object_or_404(_own(request), pk=number))


@router.post("/{number}/acts", response={200: AppointmentHere, **ANSWERS}, summary="Accept, decline, carry out")
@allow(LABORATORIES)
@once
def act(request: PortalRequest, number: Id, given: ActIn) -> Answer:
    """Do what the table of states allows; after `decline` and `miss` the firm gets a proposal."""
    row = get_object_or_404(_own(request), pk=number)
    if given.event == "decline":
        carrying_out.decline(request.actor, row, given.reason, version=given.version)
    else:
        _ACTS[given.event](request.actor, row, version=given.version)
    return 200, _here(_own(request).get(pk=number))


@router.post("/{number}/move", response={200: AppointmentHere, **ANSWERS}, summary="Move within the laboratory")
@allow(LABORATORIES)
@once
def move(request: PortalRequest, number: Id, given: PlaceIn) -> Answer:
    """Put it on another bench or at another hour, as far as the firm's path allows; 409 if something is there."""
    row = get_object_or_404(_own(request), pk=number)
    bench = get_object_or_404(row.bench.laboratory.benches.select_related("laboratory"), code=given.bench)
    with taken_is_409():
        carrying_out.move(request.actor, row, bench, given.start, version=given.version)
    return 200, _here(_own(request).get(pk=number))


@router.post("/{number}/report", response={201: IssuedOut, **ANSWERS}, summary="Issue a report")
@allow(LABORATORIES)
@once
def report(
    request: PortalRequest,
    number: Id,
    given: Annotated[ReportIn, Form()],
    file: Annotated[UploadedFile | None, File()] = None,
) -> Answer:
    """Sign the report of a test that has ended; it stands among the firm's reports at once. The file is a PDF."""
    row = get_object_or_404(_own(request), pk=number)
    upload = read_upload(file, reporting.MAX_FILE_BYTES, ("pdf",)) if file is not None else None
    made = reporting.issue(
        request.actor,
        row,
        number=given.number.strip(),
        outcome=given.outcome,
        requirement=given.requirement,
        upload=upload,
        version=given.version,
    )
    return 201, {name: getattr(made, name) for name in ("number", "outcome", "credential", "sha256")}


def _own(request: PortalRequest) -> Appointments:
    rows = Appointment.objects.at_laboratory_of(request.actor)
    beside = ("path__organisation", "path__person", "path__product", "path__plan", "slot", "bench__laboratory")
    return rows.select_related(*beside).prefetch_related("path__units")


def _here(row: Appointment) -> dict[str, Any]:
    units = {(each.lot, each.unit): each.code for each in row.path.units.all()}
    return {
        **appointment_out(row),
        "product": words(row.path.title),
        "owner": row.path.owner,
        "sample": units.get((row.lot, row.unit)),
    }
