"""A firm's products and their plans for programs."""

import json
from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.errors import QilianError
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import Session, Token, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.workbench import making, reading
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Plan, Product

router = Router(tags=["products"], auth=[Token(), Session()])
READERS = Access(frozenset({"person", "firm", "window", "regulator"}))
MAKERS = Access(frozenset({"person", "firm"}))
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ProductIn(Schema):
    """A product: its parameters as in a product file, by id: ``"16 kg"``, ``true``, ``"AMR"``."""

    id: str = Field(min_length=1, max_length=80)
    name: str = Field(min_length=1, max_length=160)
    maker: str = Field("", max_length=160)
    parameters: dict[str, Any] = Field(default_factory=dict)
    markets: list[str] = Field(min_length=1, max_length=10)
    on: date
    home: str = Field("", max_length=40)
    specimens: int = Field(2, ge=1, le=20)


class ProductOut(Schema):
    """A product in short."""

    number: int
    id: str
    name: str
    markets: list[str]
    on: date
    home: str
    specimens: int
    changed: datetime
    plan: int | None = Field(description="Version of its newest plan.")


class PlanShort(Schema):
    """A plan in short."""

    version: int
    made: datetime
    note: str
    obligations: int
    undecided: int
    tests: int
    answered: int
    days: float | None
    price: float | None
    proven: bool


def _product(row: Product) -> dict[str, Any]:
    return {
        "number": row.pk,
        "id": row.identifier,
        "name": row.name,
        "markets": row.markets,
        "on": row.on,
        "home": row.home,
        "specimens": row.specimens,
        "changed": row.changed,
        "plan": row.current.number if row.current else None,
    }


def _plan(row: Plan) -> dict[str, Any]:
    return {
        "version": row.number,
        "made": row.made,
        "note": row.note,
        "obligations": row.applies,
        "undecided": row.undecided,
        "tests": row.tests,
        "answered": row.answered,
        "days": row.days,
        "price": row.price,
        "proven": row.is_proven,
    }


def _readable(request: PortalRequest) -> QuerySet[Product]:
    return Product.objects.visible_to(request.actor).in_short()


@router.get("/", response={200: Page[ProductOut], **ANSWERS}, summary="Products")
@allow(READERS)
def products(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the products that the account sees, the last changed first."""
    return paged(_readable(request), asked, _product)


@router.post("/", response={201: ProductOut, **ANSWERS}, summary="Make a product")
@allow(MAKERS)
@once
def make_product(request: PortalRequest, given: ProductIn) -> tuple[int, dict[str, Any]]:
    """Keep a product whose parameters the content pack can read."""
    knowledge = pack()
    unknown = sorted(set(given.markets) - set(knowledge.markets))
    if unknown:
        raise QilianError(f"{unknown[0]}: not a market", where="markets", mend=f"one of {', '.join(knowledge.markets)}")
    if given.home:
        knowledge.network.geography.find(given.home)
    document = {"id": given.id, "name": {"zh": given.name, "en": given.name}, "parameters": given.parameters}
    made, written = reading.read_uploaded_product(json.dumps(document).encode(), "request.yaml", knowledge)
    owner = (
        {"organisation": request.actor.organisation} if request.actor.kind == "firm" else {"person": request.actor.user}
    )
    home = knowledge.network.geography.find(given.home).id if given.home else ""
    row = Product.objects.create(
        pack=knowledge.id,
        identifier=made.id,
        name=given.name,
        maker=given.maker,
        parameters=written,
        asked=list(written),
        markets=given.markets,
        on=given.on,
        home=home,
        specimens=given.specimens,
        **owner,
    )
    return 201, _product(row)


@router.get("/{number}", response={200: ProductOut, **ANSWERS}, summary="A product")
@allow(READERS)
def product(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a product."""
    return _product(get_object_or_404(_readable(request), pk=number))


@router.delete("/{number}", response={204: None, **ANSWERS}, summary="Delete a product")
@allow(MAKERS)
def delete_product(request: PortalRequest, number: Id) -> tuple[int, None]:
    """Delete a product with its plans, reports and links."""
    get_object_or_404(Product.objects.editable_by(request.actor), pk=number).delete()
    return 204, None


@router.get("/{number}/plans", response={200: Page[PlanShort], **ANSWERS}, summary="Plans of a product")
@allow(READERS)
def plans(request: PortalRequest, number: Id, asked: Asked) -> dict[str, Any]:
    """List the versions, the newest first."""
    row = get_object_or_404(_readable(request), pk=number)
    return paged(row.plans.in_short(), asked, _plan)


@router.post("/{number}/plans", response={201: PlanShort, **ANSWERS}, summary="Make a plan")
@allow(MAKERS)
@once
def make_plan(request: PortalRequest, number: Id) -> tuple[int, dict[str, Any]]:
    """Make the product's next plan; takes a few seconds."""
    row = get_object_or_404(Product.objects.editable_by(request.actor), pk=number)
    return 201, _plan(making.make(row, request.actor))


@router.get("/{number}/plans/{version}", response={200: dict[str, Any], **ANSWERS}, summary="A plan")
@allow(READERS)
def plan(request: PortalRequest, number: Id, version: Id) -> dict[str, Any]:
    """Return a plan as ``qilian plan --json`` prints it."""
    found = Plan.objects.visible_to(request.actor).filter(product=number, number=version).first()
    if found is None:
        raise Http404
    return dict(found.result)
