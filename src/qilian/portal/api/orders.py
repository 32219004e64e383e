"""Work orders of the service window for programs: read words, open, list, move, make the client's plan."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from qilian.errors import QilianError
from qilian.intake import demand_to_data
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Wanted
from qilian.portal.rulebook.reading import pack
from qilian.portal.window import acting, handling, reading
from qilian.portal.window.drafts import Line, digest, lines_of
from qilian.portal.window.forms import clients_of
from qilian.portal.window.models import Order
from qilian.portal.window.services import services

router = Router(tags=["orders"], auth=LOGGED_IN)
READERS = Access(frozenset({"window", "firm", "regulator"}))
SIDES = Access(frozenset({"window", "firm"}))
CLERKS = Access(frozenset({"window"}))
Event = Literal["take", "release", "hand_over", "escalate", "wait", "resume", "close", "withdraw"]
Text = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"\S")]


class WordsIn(Given):
    """What somebody says, and the day from which "next month" is reckoned (today without it)."""

    text: Text
    on: Day | None = None


class DemandIn(Given):
    """What a client wants: free words, read as they are, and what is given besides."""

    name: str = Field("", max_length=160, description="What the client calls the product.")
    text: str = Field("", max_length=5000)
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=100, description="As in a product file.")
    tests: list[str] = Field(default_factory=list, max_length=100, description="Test items, or headings like `emc`.")
    markets: list[str] = Field(default_factory=list, max_length=10)
    until: Day | None = None


class OrderIn(DemandIn):
    """An order to be opened."""

    client: Id = Field(description="Number of the firm's organisation.")
    service: str = Field("testing", max_length=40)


class MoveIn(Given):
    """What is to happen to an order."""

    event: Event
    words: str = Field("", max_length=1000, description="Why, or at closing what the client got.")
    clerk: Id | None = Field(None, description="Of `hand_over`: number of the person.")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="The version that was seen; another one is 422.")


class OrderOut(Schema):
    """An order in short."""

    number: int
    reference: str
    service: str
    client: int
    client_name: str
    window: str
    region: str = Field(description="The division that has to answer.")
    state: str
    version: int
    clerk: str | None
    due: date
    late: bool
    product: int | None
    mandate: str | None
    outcome: str
    created: datetime


class OrderWhole(OrderOut):
    """An order with its demand."""

    text: str
    demand: str = Field(description="Digest of the demand, which a correction names.")
    lines: list[dict[str, Any]]


class Planned(Schema):
    """The plan that was made for the client."""

    product: int
    version: int


class OrderSearch(Wanted):
    """What is looked for."""

    state: str = Field("", max_length=20)
    open: bool = Field(default=False, description="Only those that are not finished.")


@router.post("/reading", response={200: dict[str, Any], **ANSWERS}, summary="Read a demand in free words")
@allow(SIDES)
@once
def read_words(request: PortalRequest, given: WordsIn) -> tuple[int, dict[str, Any]]:
    """Return what a text asks for, as ``qilian intake --json`` prints it; nothing is kept."""
    del request
    units = {each.id: each.unit for each in pack().vocabulary.parameters.values()}
    return 200, demand_to_data(reading.read(given.text, given.on or timezone.localdate()), units)


@router.get("/", response={200: Page[OrderOut], **ANSWERS}, summary="List work orders")
@allow(READERS)
def orders(request: PortalRequest, wanted: Annotated[OrderSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the orders that the account sees, the first due first."""
    found = Order.objects.visible_to(request.actor).select_related("client", "window", "owner", "mandate")
    found = found.open() if wanted.open else found
    return paged(found.filter(state=wanted.state) if wanted.state else found, asked, order_out)


@router.post("/", response={201: OrderOut, **ANSWERS}, summary="Open a work order")
@allow(CLERKS)
@once
def open_order(request: PortalRequest, given: OrderIn) -> tuple[int, dict[str, Any]]:
    """Open an order for a firm of the window's division."""
    client = get_object_or_404(clients_of(request.actor), pk=given.client)
    if given.service not in services():
        raise QilianError(f"{given.service}: no such service", where="service", mend=f"one of {', '.join(services())}")
    demand = demand_of(given)
    return 201, order_out(handling.open_order(request.actor, client, given.service, text=given.text, demand=demand))


@router.get("/{number}", response={200: OrderWhole, **ANSWERS}, summary="Read a work order")
@allow(READERS)
def order(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return an order with its demand."""
    row = readable(request, number)
    return whole_order(row)


@router.post("/{number}/moves", response={200: OrderOut, **ANSWERS}, summary="Move a work order")
@allow(SIDES)
@once
def move_order(request: PortalRequest, number: Id, given: MoveIn) -> tuple[int, dict[str, Any]]:
    """Take an order, hand it over, escalate, close, …; a firm may withdraw its own, and resume one that waits."""
    row = answered(request, number) if request.actor.kind == "window" else readable(request, number)
    to = handling.clerk_of(row, given.clerk)
    handling.move(row, given.event, request.actor, words=given.words, to=to, version=given.version)
    return 200, order_out(row)


@router.post("/{number}/plan", response={201: Planned, **ANSWERS}, summary="Make the client's product and plan")
@allow(CLERKS)
@once
def plan_order(request: PortalRequest, number: Id) -> tuple[int, dict[str, Any]]:
    """Make both in the client's workbench, under its mandate; takes a few seconds."""
    plan = acting.make_plan(answered(request, number), request.actor)
    return 201, {"product": plan.product_id, "version": plan.number}


def readable(request: PortalRequest, number: int) -> Order:
    """Return an order that the actor may read, or answer 404."""
    rows = Order.objects.visible_to(request.actor).select_related("client", "window", "owner", "mandate", "product")
    return get_object_or_404(rows, pk=number)


def answered(request: PortalRequest, number: int) -> Order:
    """Return an order that the actor's window has to answer, or answer 404."""
    row = readable(request, number)
    get_object_or_404(Order.objects.handled_by(request.actor), pk=number)
    return row


def demand_of(given: DemandIn) -> dict[str, Any]:
    """Return what is kept of a demand with its order; refuse what names nothing."""
    return {"on": timezone.localdate().isoformat(), "name": given.name, "lines": _lines(given)}


def _lines(given: DemandIn) -> list[dict[str, Any]]:
    """Return the lines of a demand: what the words say, then what is given besides, which counts."""
    knowledge, headings = pack(), reading.lexicon().headings
    for name in given.tests:
        if name not in headings:
            raise QilianError(f"{name}: no such test", where="tests", mend="see /api/v1/tests")
    for name in given.markets:
        if name not in knowledge.markets:
            raise QilianError(f"{name}: not a market", where="markets", mend=f"one of {', '.join(knowledge.markets)}")
    said: list[Line] = []
    for name, value in given.parameters.items():
        parameter = knowledge.vocabulary.require(name, "parameters")
        knowledge.vocabulary.convert(parameter, value, f"parameters.{name}")
        said.append(Line("parameter", parameter.id, value, decision="wanted"))
    said += [Line("test", name, decision="wanted") for name in given.tests]
    said += [Line("market", name, decision="wanted") for name in given.markets]
    if given.until:
        said.append(Line("date", given.until.isoformat(), given.until.isoformat(), decision="wanted"))
    held = {(line.kind, line.id) for line in said}
    read = lines_of(reading.read(given.text, timezone.localdate())) if given.text.strip() else ()
    return [line.written() for line in (*(line for line in read if (line.kind, line.id) not in held), *said)]


def whole_order(row: Order) -> dict[str, Any]:
    """Return an order as :class:`OrderWhole`."""
    lines = row.demand.get("lines", [])
    return {**order_out(row), "text": row.text, "demand": digest(row.demand), "lines": lines}


def order_out(row: Order) -> dict[str, Any]:
    """Return an order as :class:`OrderOut`."""
    return {
        "number": row.pk,
        "reference": row.reference,
        "service": row.service,
        "client": row.client_id,
        "client_name": row.client.name,
        "window": row.window.name,
        "region": row.region,
        "state": row.state,
        "version": row.version,
        "clerk": str(row.owner) if row.owner else None,
        "due": row.due,
        "late": row.is_late,
        "product": row.product_id,
        "mandate": row.mandate.reference if row.mandate else None,
        "outcome": row.outcome,
        "created": row.created,
    }
