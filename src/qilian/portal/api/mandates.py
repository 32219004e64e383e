"""Mandates for programs: what a firm lets a window do in its name; asked for, recorded, granted, revoked."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema

from qilian.errors import QilianError
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Version
from qilian.portal.window.forms import LONGEST_MANDATE, clients_of, windows_near
from qilian.portal.window.mandates import begin_mandate, move_mandate
from qilian.portal.window.models import Mandate

router = Router(tags=["mandates"], auth=LOGGED_IN)
SIDES = Access(frozenset({"window", "firm"}))
Scopes = Annotated[list[Literal["products", "book", "reports"]], Field(min_length=1, max_length=3)]
Answer = tuple[int, dict[str, Any]]


class MandateIn(Given):
    """A mandate between a firm and a window: the other side is named."""

    other: Id = Field(description="Number of the organisation: the client's for a window, the window's for a firm.")
    scope: Scopes
    expires: Day = Field(description="The last day on which it holds, at most three years ahead.")
    paper: str = Field("", max_length=60, description="Of a window: number of the signed paper; without, it asks.")


class MandateMove(Given):
    """What happens to a mandate."""

    event: Literal["grant", "decline", "revoke", "return"]
    version: Version = None


class MandateOut(Schema):
    """A mandate."""

    number: int
    reference: str
    state: str
    version: int
    client: str
    window: str
    scope: list[str]
    expires: date
    paper: str
    created: datetime


@router.get("/", response={200: Page[MandateOut], **ANSWERS}, summary="List mandates")
@allow(SIDES)
def mandates(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List those of the window, or those that the firm gave or is asked for; the newest first."""
    return paged(Mandate.objects.visible_to(request.actor).select_related("client", "window"), asked, _mandate)


@router.post("/", response={201: MandateOut, **ANSWERS}, summary="Grant, record or ask for a mandate")
@allow(SIDES)
@once
def make(request: PortalRequest, given: MandateIn) -> Answer:
    """A firm grants one; a window records a signed paper, or asks the firm."""
    actor, own = request.actor, request.actor.organisation
    assert own is not None
    if not timezone.localdate() <= given.expires <= timezone.localdate() + LONGEST_MANDATE:
        raise QilianError("not from today on, or years away", where="expires", mend="at most three years ahead")
    if actor.kind == "firm":
        event, client, window = "grant", own, get_object_or_404(windows_near(own.region), pk=given.other)
    else:
        event = "record" if given.paper.strip() else "ask"
        client, window = get_object_or_404(clients_of(actor), pk=given.other), own
    scope = list(dict.fromkeys(given.scope))
    paper = given.paper.strip() if event == "record" else ""
    made = begin_mandate(event, actor, client=client, window=window, scope=scope, expires=given.expires, paper=paper)
    return 201, _mandate(made)


@router.post("/{number}/moves", response={200: MandateOut, **ANSWERS}, summary="Grant, decline, revoke, give back")
@allow(SIDES)
@once
def move(request: PortalRequest, number: Id, given: MandateMove) -> Answer:
    """Do what the table of states allows to this side."""
    rows = Mandate.objects.visible_to(request.actor).select_related("client", "window")
    found = get_object_or_404(rows, pk=number)
    move_mandate(found, given.event, request.actor, given.version)
    return 200, _mandate(found)


def _mandate(row: Mandate) -> dict[str, Any]:
    same = ("reference", "state", "version", "scope", "expires", "paper", "created")
    named = {"client": row.client.name, "window": row.window.name}
    return {"number": row.pk, **named, **{name: getattr(row, name) for name in same}}
