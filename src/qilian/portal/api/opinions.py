"""What clients say of finished orders, for programs: ratings, complaints, and what becomes of these."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.orders import READERS, readable
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id
from qilian.portal.window import opinions as saying
from qilian.portal.window.models import Complaint, Rating

router = Router(auth=LOGGED_IN, tags=["opinions"])
CLIENTS = Access(frozenset({"firm"}))
Said = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
Answer = tuple[int, dict[str, Any]]


class RatingIn(Given):
    """How content the client is."""

    stars: int = Field(ge=1, le=5)
    words: str = Field("", max_length=1000)


class RatingOut(Schema):
    """A rating of a finished order."""

    order: int
    window: str
    stars: int
    words: str
    created: datetime


class ComplaintIn(Given):
    """What a client holds against a finished order."""

    words: Said


class ComplaintMove(Given):
    """What happens to a complaint."""

    event: Literal["answer", "accept", "insist", "drop", "settle"]
    words: str = Field("", max_length=2000, description="Of `answer` and `settle`.")


class ComplaintOut(Schema):
    """A complaint."""

    number: int
    order: int
    window: str
    state: str
    words: str
    answer: str
    decision: str
    created: datetime


@router.get("/ratings", response={200: Page[RatingOut], **ANSWERS}, summary="List ratings")
@allow(READERS)
def ratings(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the ratings of the orders that the account sees, the newest first."""
    return paged(Rating.objects.visible_to(request.actor).select_related("order__window"), asked, _rating)


@router.get("/complaints", response={200: Page[ComplaintOut], **ANSWERS}, summary="List complaints")
@allow(READERS)
def complaints(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the complaints about the orders that the account sees, the newest first."""
    return paged(Complaint.objects.visible_to(request.actor).select_related("order__window"), asked, _complaint)


@router.put("/orders/{number}/rating", response={200: RatingOut, **ANSWERS}, summary="Rate a finished order")
@allow(CLIENTS)
@once
def rate(request: PortalRequest, number: Id, given: RatingIn) -> Answer:
    """Give one to five stars, in place of an earlier rating."""
    return 200, _rating(saying.rate(readable(request, number), request.actor, given.stars, given.words))


@router.post("/orders/{number}/complaints", response={201: ComplaintOut, **ANSWERS}, summary="Complain of an order")
@allow(CLIENTS)
@once
def complain(request: PortalRequest, number: Id, given: ComplaintIn) -> Answer:
    """Raise a complaint; the window and the regulators of the region are told."""
    return 201, _complaint(saying.complain(readable(request, number), request.actor, given.words))


@router.post("/complaints/{number}/moves", response={200: ComplaintOut, **ANSWERS}, summary="Move a complaint")
@allow(READERS)
@once
def move(request: PortalRequest, number: Id, given: ComplaintMove) -> Answer:
    """Do what the table of states allows to this side."""
    rows = Complaint.objects.visible_to(request.actor).select_related("order__window")
    found = get_object_or_404(rows, pk=number)
    saying.move_complaint(found, given.event, request.actor, given.words)
    return 200, _complaint(found)


def _rating(row: Rating) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("stars", "words", "created")}
    return {"order": row.order_id, "window": row.order.window.name, **same}


def _complaint(row: Complaint) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("state", "words", "answer", "decision", "created")}
    return {"number": row.pk, "order": row.order_id, "window": row.order.window.name, **same}
