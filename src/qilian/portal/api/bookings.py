"""Booked paths for programs: hold a plan's appointments together, confirm or cancel them, read where they stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Version, Wanted, Words, words
from qilian.portal.booking.clock import aware
from qilian.portal.booking.commands import ending, holding
from qilian.portal.booking.errors import Taken
from qilian.portal.booking.models import Appointment, Path, Proposal, SampleUnit
from qilian.portal.workbench.models import Plan, Product

router = Router(tags=["bookings"], auth=LOGGED_IN)
READERS = Access(frozenset({"person", "firm", "window", "regulator"}))
OWNERS = Access(frozenset({"person", "firm"}))


class BookingIn(Given):
    """The plan whose path is to be held."""

    product: Id
    version: Id = Field(description="Version of the plan.")
    objective: Literal["", "time", "cost", "distance"] = Field("", description="Empty: what the plan was made for.")


class Seen(Given):
    """The version of the path that was seen; another one is refused."""

    version: Version = None


class CancelIn(Seen):
    """Why a path is cancelled."""

    reason: str = Field("", max_length=200)


class BookingSearch(Wanted):
    """What is looked for."""

    state: str = Field("", max_length=20)


class BookingOut(Schema):
    """A path in short."""

    number: int
    state: str
    version: int
    product: int | None
    name: Words
    owner: str
    expires: datetime | None = Field(description="Until when it is held; null once it is not.")
    made: datetime


class AppointmentOut(Schema):
    """An appointment: a test of a sample unit at a bench."""

    number: int
    state: str
    version: int
    test: str
    name: Words
    laboratory: str
    bench: str
    lot: str
    unit: int
    start: datetime
    end: datetime
    price: int
    answer_by: datetime | None = Field(description="Until when the laboratory answers, of one that waits for it.")
    reason: str = Field(description="Why it was declined, cancelled or could not be done.")


class SampleOut(Schema):
    """A sample unit that travels the path."""

    code: str = Field(description="As on its label.")
    state: str
    version: int
    lot: str
    unit: int
    holder: str | None = Field(description="Laboratory that has it; null: the firm, or a carrier.")
    bound: str | None = Field(description="Laboratory that it is on its way to.")


class BookingChangeOut(Schema):
    """An appointment that a proposal puts elsewhere or at other hours."""

    replaces: int = Field(description="Number of the appointment that it takes the place of.")
    test: str
    laboratory: str
    bench: str
    lot: str
    unit: int
    start: datetime
    end: datetime
    price: int


class ProposalOut(Schema):
    """How a path could go on; nothing is taken until it is accepted."""

    number: int
    version: int
    cause: Words
    obstacle: Words | None = Field(description="Why no way on was found; null if one was.")
    kept: int = Field(description="Appointments that stay at their hours.")
    days: float = Field(description="End after less end before.")
    price: int = Field(description="Price after less price before.")
    changes: list[BookingChangeOut]


class BookingWhole(BookingOut):
    """A path with its appointments, its sample units, and what is proposed."""

    proposal: ProposalOut | None
    appointments: list[AppointmentOut]
    samples: list[SampleOut]


@router.get("/", response={200: Page[BookingOut], **ANSWERS}, summary="List booked paths")
@allow(READERS)
def bookings(request: PortalRequest, wanted: Annotated[BookingSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the paths that the account sees, the newest first."""
    found = Path.objects.visible_to(request.actor).select_related("organisation", "person")
    return paged(found.filter(state=wanted.state) if wanted.state else found, asked, _path)


@router.post("/", response={201: BookingWhole, **ANSWERS}, summary="Hold a plan's path")
@allow(OWNERS)
@once
def hold(request: PortalRequest, given: BookingIn) -> tuple[int, dict[str, Any]]:
    """Hold all appointments for a quarter of an hour, or none; 409 if others took some of the hours meanwhile."""
    plans = Plan.objects.filter(product__in=Product.objects.editable_by(request.actor)).select_related("product")
    plan = get_object_or_404(plans, product=given.product, number=given.version)
    with taken_is_409():
        path = holding.hold(request.actor, plan, objective=given.objective, key=key_of(request))
    return 201, whole(path)


@router.get("/{number}", response={200: BookingWhole, **ANSWERS}, summary="Read a booked path")
@allow(READERS)
def booking(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a path with all its appointments, those that were given up too."""
    rows = Path.objects.visible_to(request.actor).select_related("organisation", "person")
    return whole(get_object_or_404(rows, pk=number))


@router.post("/{number}/confirm", response={200: BookingWhole, **ANSWERS}, summary="Confirm a held path")
@allow(OWNERS)
@once
def confirm(request: PortalRequest, number: Id, given: Seen) -> tuple[int, dict[str, Any]]:
    """Make a held path firm; laboratories that want to answer first are asked."""
    path = holding.confirm(request.actor, own_path(request, number), version=given.version, key=key_of(request))
    return 200, whole(path)


@router.post("/{number}/cancel", response={200: BookingWhole, **ANSWERS}, summary="Cancel a path")
@allow(OWNERS)
@once
def cancel(request: PortalRequest, number: Id, given: CancelIn) -> tuple[int, dict[str, Any]]:
    """Give up all appointments that have not begun."""
    path = own_path(request, number)
    gone = ending.cancel(request.actor, path, reason=given.reason, version=given.version, key=key_of(request))
    return 200, whole(gone)


def own_path(request: PortalRequest, number: int) -> Path:
    """Return a path of the actor's own, or answer 404."""
    rows = Path.objects.editable_by(request.actor).select_related("organisation", "person")
    return get_object_or_404(rows, pk=number)


def key_of(request: PortalRequest) -> str:
    """Return the idempotency key, which the booking keeps in its own transaction: a crash leaves both or neither."""
    return request.headers.get("Idempotency-Key", "")


def _path(row: Path) -> dict[str, Any]:
    return {
        "number": row.pk,
        "state": "lapsed" if row.has_expired(timezone.now()) else row.state,
        "version": row.version,
        "product": row.product_id,
        "name": words(row.title),
        "owner": row.owner,
        "expires": row.expires if row.state == "held" else None,
        "made": row.made,
    }


@contextmanager
def taken_is_409() -> Iterator[None]:
    """Turn hours that somebody else has taken meanwhile into 409, with the tests concerned."""
    try:
        yield
    except Taken as refusal:
        raise HttpError(409, f"{refusal.what}: {', '.join(refusal.tests)}") from None


def whole(row: Path) -> dict[str, Any]:
    """Return a path as :class:`BookingWhole`, as it is now."""
    row.refresh_from_db()
    proposal = row.proposals.filter(state="open").first()
    return {
        **_path(row),
        "proposal": _proposal(proposal) if proposal else None,
        "appointments": [appointment_out(each) for each in row.appointments.select_related("bench__laboratory")],
        "samples": [sample_out(each) for each in row.units.select_related("holder", "bound")],
    }


def appointment_out(row: Appointment) -> dict[str, Any]:
    """Return an appointment as :class:`AppointmentOut`."""
    same = ("state", "version", "test", "lot", "unit", "start", "end", "price", "answer_by", "reason")
    return {
        "number": row.pk,
        **{name: getattr(row, name) for name in same},
        "name": words(row.name),
        "laboratory": row.bench.laboratory.code,
        "bench": row.bench.code,
    }


def sample_out(row: SampleUnit) -> dict[str, Any]:
    """Return a sample unit as :class:`SampleOut`."""
    return {
        **{name: getattr(row, name) for name in ("code", "state", "version", "lot", "unit")},
        "holder": row.holder.code if row.holder else None,
        "bound": row.bound.code if row.bound else None,
    }


def _proposal(row: Proposal) -> dict[str, Any]:
    return {
        "number": row.pk,
        "version": row.version,
        "cause": words(row.words),
        "obstacle": words(row.obstacle) if row.problem else None,
        "kept": row.kept,
        "days": row.days,
        "price": row.price,
        "changes": [
            {
                "replaces": step["replaces"],
                **{name: step[name] for name in ("test", "laboratory", "bench", "lot", "unit")},
                "start": aware(step["start"]),
                "end": aware(step["end"]),
                "price": round(step["price"]),
            }
            for step in row.steps
        ],
    }
