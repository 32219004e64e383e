"""The counter of a window, for programs: its clients, packages of services, and correcting an order's demand."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import Organisation
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.orders import CLERKS, DemandIn, OrderOut, OrderWhole, answered, demand_of, order_out, whole_order
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Wanted, Words, words
from qilian.portal.window import handling
from qilian.portal.window.forms import NewClientForm, clients_of
from qilian.portal.window.services import packages

router = Router(tags=["orders"], auth=LOGGED_IN)


class ClientSearch(Wanted):
    """What is looked for."""

    text: str = Field("", max_length=160, description="In the name, or the whole unified social credit code.")


class ClientIn(Given):
    """A firm that is not here yet."""

    name: str = Field(min_length=2, max_length=160)
    code: str = Field(max_length=40, description="Unified social credit code.")
    region: str = Field(pattern=r"^\d{6}$", description="Code of a division that the window serves.")


class ClientOut(Schema):
    """A firm that the window serves."""

    number: int
    name: str
    code: str
    region: str


class PackageOut(Schema):
    """Services that are opened together."""

    id: str
    name: Words
    services: list[str]


class PackageIn(Given):
    """For whom a package is opened."""

    client: Id


class DemandCorrected(DemandIn):
    """The demand as it shall be, in place of what it was."""

    demand: str = Field(max_length=64, description="Digest of the demand that was seen; another one is refused.")


@router.get("/clients", response={200: Page[ClientOut], **ANSWERS}, summary="List the firms that a window serves")
@allow(CLERKS)
def clients(request: PortalRequest, wanted: Annotated[ClientSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the firms of the window's division by name."""
    found = clients_of(request.actor).order_by("name", "pk")
    if wanted.text:
        found = found.filter(name__icontains=wanted.text) | found.filter(credit_code=wanted.text.upper())
    return paged(found, asked, _client)


@router.post("/clients", response={201: ClientOut, **ANSWERS}, summary="Register a firm")
@allow(CLERKS)
@once
def register(request: PortalRequest, given: ClientIn) -> tuple[int, dict[str, Any]]:
    """Make a client that is not here yet; its code is checked."""
    form = NewClientForm(given.model_dump(), actor=request.actor)
    if not form.is_valid():
        raise ValidationError({name: [str(each) for each in errors] for name, errors in form.errors.items()})
    return 201, _client(handling.register(request.actor, form))


@router.get("/packages", response={200: list[PackageOut], **ANSWERS}, summary="List packages of services")
@allow(CLERKS)
def offered(request: PortalRequest) -> list[dict[str, Any]]:
    """List the packages that a window offers."""
    del request
    return [
        {"id": each.id, "name": words(each.name), "services": [service.id for service in each.services]}
        for each in packages().values()
    ]


@router.post("/packages/{key}", response={201: list[OrderOut], **ANSWERS}, summary="Open a package's orders")
@allow(CLERKS)
@once
def open_package(
    request: PortalRequest, key: Annotated[str, Field(max_length=40)], given: PackageIn
) -> tuple[int, list[dict[str, Any]]]:
    """Open the orders of all its services, or none."""
    chosen = packages().get(key)
    if chosen is None:
        raise Http404
    client = get_object_or_404(clients_of(request.actor), pk=given.client)
    bundle = handling.open_package(request.actor, client, chosen)
    return 201, [order_out(each) for each in bundle.orders.select_related("client", "window", "owner", "mandate")]


@router.put("/{number}/demand", response={200: OrderWhole, **ANSWERS}, summary="Correct the demand of an order")
@allow(CLERKS)
@once
def correct(request: PortalRequest, number: Id, given: DemandCorrected) -> tuple[int, dict[str, Any]]:
    """Put another demand in its place, unless somebody corrected it meanwhile."""
    row, demand = answered(request, number), demand_of(given)
    done = handling.correct(row, request.actor, seen=given.demand, text=given.text, demand=demand)
    return 200, whole_order(done)


def _client(row: Organisation) -> dict[str, Any]:
    return {"number": row.pk, "name": row.name, "code": row.credit_code or "", "region": row.region}
