"""What a window books for a client by an order, for programs: under the client's mandate, as on the order's page."""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, File, Router
from ninja.files import UploadedFile

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.bookings import BookingWhole, Seen, key_of, taken_is_409, whole
from qilian.portal.api.changes import OtherHours
from qilian.portal.api.evidence import FileOut, file_out, read_evidence
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.limits import BUSY
from qilian.portal.api.orders import CLERKS, answered
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.samples import SaidIn, unit_of
from qilian.portal.api.shapes import Code, Given, Id, Version
from qilian.portal.booking.models import Appointment, Path
from qilian.portal.window import booking, collecting
from qilian.portal.window.models import Order

router = Router(tags=["orders"], auth=LOGGED_IN)
Answer = tuple[int, dict[str, Any]]
Event = Literal["confirm", "cancel", "again", "accept", "dismiss"]


class BookingMove(Given):
    """What is to happen to a client's path; `accept` and `dismiss` are of what is proposed."""

    event: Event
    version: Version = Field(None, description="Of the path, or of the proposal; another one is refused.")


@router.post("/{number}/hold", response={201: BookingWhole, **ANSWERS}, summary="Hold the client's plan", throttle=BUSY)
@allow(CLERKS)
@once
def hold(request: PortalRequest, number: Id) -> Answer:
    """Hold all appointments of the client's newest plan, or none; where hours were taken, the plan is made again."""
    return 201, whole(booking.hold(answered(request, number), request.actor, key_of(request)))


@router.post(
    "/{number}/bookings/{path}/moves",
    response={200: BookingWhole, **ANSWERS},
    summary="Confirm, change or cancel the client's path",
    throttle=BUSY,
)
@allow(CLERKS)
@once
def act(request: PortalRequest, number: Id, path: Id, given: BookingMove) -> Answer:
    """Do with the client's path what the client could do."""
    order = answered(request, number)
    paths = Path.objects.visible_to(request.actor).filter(product=order.product, product__isnull=False)
    found = get_object_or_404(paths.select_related("organisation", "person"), pk=path)
    with taken_is_409():
        booking.act(order, found, given.event, request.actor, version=given.version, key=key_of(request))
    return 200, whole(found)


@router.post(
    "/{number}/appointments/{appointment}/move",
    response={200: BookingWhole, **ANSWERS},
    summary="Ask for other hours for the client",
    throttle=BUSY,
)
@allow(CLERKS)
@once
def move_one(request: PortalRequest, number: Id, appointment: Id, given: OtherHours) -> Answer:
    """Propose one of the client's appointments elsewhere or later."""
    order = answered(request, number)
    found = _appointment(request, order, appointment)
    booking.move_one(order, found, request.actor, elsewhere=given.elsewhere, not_before=given.not_before)
    return 200, whole(found.path)


@router.post(
    "/{number}/appointments/{appointment}/cancel",
    response={200: BookingWhole, **ANSWERS},
    summary="Cancel one appointment of the client's",
)
@allow(CLERKS)
@once
def cancel_one(request: PortalRequest, number: Id, appointment: Id, given: Seen) -> Answer:
    """Give up one appointment; the others stay."""
    order = answered(request, number)
    found = _appointment(request, order, appointment)
    booking.cancel_one(order, found, request.actor, version=given.version)
    return 200, whole(found.path)


@router.post(
    "/{number}/samples/{code}/moves",
    response={200: BookingWhole, **ANSWERS},
    summary="Say what happened to a sample of the client's",
)
@allow(CLERKS)
@once
def say_of_sample(request: PortalRequest, number: Id, code: Code, given: SaidIn) -> Answer:
    """Say that it is on its way, is back, or is lost."""
    order, unit = answered(request, number), unit_of(request, code)
    get_object_or_404(Path, pk=unit.path_id, product=order.product, product__isnull=False)
    booking.say_of_sample(order, unit, given.event, request.actor, given.note)
    return 200, whole(unit.path)


@router.post("/{number}/reports", response={201: FileOut, **ANSWERS}, summary="Keep a report that the client brought")
@allow(CLERKS)
@once
def add_report(request: PortalRequest, number: Id, file: Annotated[UploadedFile, File()]) -> Answer:
    """Keep it among the reports of the client's product."""
    order = answered(request, number)
    return 201, file_out(collecting.add(order, request.actor, read_evidence(file), file.name or ""))


@router.delete("/{number}/reports/{file}", response={204: None, **ANSWERS}, summary="Take a report away again")
@allow(CLERKS)
@once
def remove_report(request: PortalRequest, number: Id, file: Id) -> tuple[int, None]:
    """Take away one that this window added."""
    order = answered(request, number)
    files = order.product.evidence.select_related("uploaded_by", "product") if order.product else None
    if files is None:
        get_object_or_404(Order.objects.none(), pk=number)
    else:
        collecting.take_away(order, request.actor, get_object_or_404(files, pk=file))
    return 204, None


def _appointment(request: PortalRequest, order: Order, number: int) -> Appointment:
    rows = Appointment.objects.visible_to(request.actor).filter(path__product=order.product)
    rows = rows.filter(path__product__isnull=False)
    return get_object_or_404(rows.select_related("bench__laboratory", "path__organisation", "path__person"), pk=number)
