"""A firm's products for programs: the list, a new one from parameters or from a file, changing and deleting it."""

import json
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from qilian.compliance import known_markets
from qilian.errors import QilianError
from qilian.planning import Pack
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Wanted
from qilian.portal.site.uploads import read_upload
from qilian.portal.workbench import keeping, reading
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Product
from qilian.portal.workbench.views.common import editable, readable

router = Router(tags=["products"], auth=LOGGED_IN)
READERS = Access(frozenset({"person", "firm", "window", "regulator"}))
MAKERS = Access(frozenset({"person", "firm"}))
Markets = Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=20)]


class Wishes(Given):
    """What a product's next plan is made for."""

    markets: Markets
    on: Day
    home: str = Field("", max_length=40, description="City of the samples, by id or name; empty: not yet known.")
    specimens: int = Field(2, ge=1, le=20, description="Whole units for testing.")


class ProductIn(Wishes):
    """A product: its parameters as in a product file, by id: ``"16 kg"``, ``true``, ``"AMR"``."""

    id: str = Field(min_length=1, max_length=80)
    name: str = Field(min_length=1, max_length=160)
    maker: str = Field("", max_length=160)
    parameters: dict[str, Any] = Field(default_factory=dict)


class ProductChange(Given):
    """What is to be otherwise; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=160)
    name_en: str | None = Field(None, max_length=160)
    maker: str | None = Field(None, max_length=160)
    maker_en: str | None = Field(None, max_length=160)
    markets: Markets | None = None
    on: Day | None = None
    home: str | None = Field(None, max_length=40)
    specimens: int | None = Field(None, ge=1, le=20)


class ProductOut(Schema):
    """A product in short."""

    number: int
    id: str
    name: str
    name_en: str
    maker: str
    maker_en: str
    markets: list[str]
    on: date
    home: str
    specimens: int
    changed: datetime
    plan: int | None = Field(description="Version of its newest plan.")


class ProductWhole(ProductOut):
    """A product with its parameters."""

    parameters: dict[str, Any]


class ProductSearch(Wanted):
    """What is looked for."""

    q: str = Field("", max_length=80, description="A part of the name or of the maker's name.")


@router.get("/", response={200: Page[ProductOut], **ANSWERS}, summary="List products")
@allow(READERS)
def products(request: PortalRequest, wanted: Annotated[ProductSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the products that the account sees, the last changed first."""
    found = Product.objects.visible_to(request.actor).in_short().naming(wanted.q.strip())
    return paged(found, asked, _product)


@router.post("/", response={201: ProductOut, **ANSWERS}, summary="Make a product")
@allow(MAKERS)
@once
def make_product(request: PortalRequest, given: ProductIn) -> tuple[int, dict[str, Any]]:
    """Keep a product whose parameters the content pack can read."""
    knowledge = pack()
    document = {"id": given.id, "name": given.name, "maker": given.maker, "parameters": given.parameters}
    content = json.dumps({name: value for name, value in document.items() if value}).encode()
    return 201, _product(_kept(request, given, content, "request.yaml", knowledge))


@router.post("/file", response={201: ProductOut, **ANSWERS}, summary="Make a product from a file")
@allow(MAKERS)
@once
def upload_product(
    request: PortalRequest, file: Annotated[UploadedFile, File()], given: Annotated[Wishes, Form()]
) -> tuple[int, dict[str, Any]]:
    """Keep the product of a product file (YAML, at most 1 MB)."""
    sent = read_upload(file, reading.MAX_PRODUCT_BYTES, ("yaml",))
    return 201, _product(_kept(request, given, sent.content, sent.name, pack()))


@router.get("/{number}", response={200: ProductWhole, **ANSWERS}, summary="Read a product")
@allow(READERS)
def product(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a product with its parameters."""
    row = readable(request, number)
    return {**_product(row), "parameters": row.parameters}


@router.patch("/{number}", response={200: ProductOut, **ANSWERS}, summary="Change a product's name and wishes")
@allow(MAKERS)
@once
def change_product(request: PortalRequest, number: Id, given: ProductChange) -> tuple[int, dict[str, Any]]:
    """Change what the next plan is made for; plans already made stay as they are."""
    row = editable(request, number)
    fields = given.model_dump(exclude_none=True)
    keeping.change(row, {**fields, **_checked(fields, pack())}).save()
    return 200, _product(row)


@router.delete("/{number}", response={204: None, **ANSWERS}, summary="Delete a product")
@allow(MAKERS)
@once
def delete_product(request: PortalRequest, number: Id) -> tuple[int, None]:
    """Delete a product with its plans, reports and links."""
    editable(request, number).delete()
    return 204, None


def _product(row: Product) -> dict[str, Any]:
    names = ("name", "name_en", "maker", "maker_en", "markets", "on", "home", "specimens", "changed")
    fields = {name: getattr(row, name) for name in names}
    return {"number": row.pk, "id": row.identifier, "plan": row.current.number if row.current else None, **fields}


def _kept(request: PortalRequest, given: Wishes, content: bytes, name: str, knowledge: Pack) -> Product:
    wishes = {"markets": given.markets, "on": given.on, "home": given.home, "specimens": given.specimens}
    checked = {**wishes, **_checked(wishes, knowledge)}
    made, written = reading.read_uploaded_product(content, name, knowledge)
    row = keeping.change(keeping.new_product(request.actor), checked)
    keeping.take_file(row, made, written).save()
    return row


def _checked(given: dict[str, Any], knowledge: Pack) -> dict[str, Any]:
    """Return markets and home, of those that are given, as a product keeps them; refuse what the pack does not know."""
    found: dict[str, Any] = {}
    if "markets" in given:
        known = known_markets(knowledge.rules)
        unknown = [each for each in given["markets"] if each not in known]
        if unknown:
            raise QilianError(f"{unknown[0]}: not a market", where="markets", mend=f"one of {', '.join(known)}")
        found["markets"] = list(dict.fromkeys(given["markets"]))
    if given.get("home"):
        found["home"] = knowledge.network.geography.find(given["home"]).id
    return found
