"""The standards library for programs."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.timezone import localdate
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from qilian.portal.accounts.access import ANYONE, SIGNED_IN
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow
from qilian.portal.api.limits import BUSY
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Wanted, Words, words
from qilian.portal.library import commands, search_commands
from qilian.portal.library.citing import citing
from qilian.portal.library.graph import graph
from qilian.portal.library.indexing import search_page
from qilian.portal.library.searching import Filters
from qilian.portal.rulebook.reading import pack
from qilian.portal.workbench import impacts
from qilian.standards import StandardRef, Status

router = Router(tags=["standards"])
Reference = Annotated[str, Field(min_length=1, max_length=80)]
_LONGEST = timedelta(days=3 * 366)
_DEEPEST = 10_000
"""Hits that can be paged through, as on the pages."""


class Search(Wanted):
    """What is looked for; without words all that the filters leave, the newest first."""

    text: str = Field("", max_length=200)
    on: date | None = Field(None, description="The day that the status is judged by; today if not given.")
    publisher: str = Field("", max_length=20)
    status: Literal["", "current", "superseded", "withdrawn", "draft", "unknown"] = ""
    committee: str = Field("", max_length=60)
    ics: str = Field("", max_length=20)


class HitOut(Schema):
    """A document that was found."""

    reference: str
    status: str
    titles: dict[str, str]
    known_from: date | None
    ends: date | None
    committee: str | None
    ics: list[str]


class Found(Schema):
    """A page of hits, the best first."""

    query: str
    on: date
    hits: list[HitOut]
    total: int
    page: int
    size: int


class NodeOut(Schema):
    """An edition near the one that was asked for."""

    reference: str
    title: Words
    status: str
    distance: int


class EdgeOut(Schema):
    """A relation between two editions."""

    subject: str
    kind: str
    object: str


class GraphOut(Schema):
    """The neighbourhood of a standard."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]
    left_off: int


class Cited(Schema):
    """Ids of the rules and tests of the content that cite a standard, in whatever edition."""

    rules: list[str]
    tests: list[str]


class ChangeOut(Schema):
    """What happened to a document on a day."""

    date: str = Field(description="A day, a month or a year, as far as it is known.")
    inferred: bool
    reference: str
    what: str


class Window(Wanted):
    """A window of days, the first one excluded, and whose documents are asked for."""

    after: date
    until: date | None = Field(None, description="Today if not given.")


@router.get("/", response={200: Found, **ANSWERS}, summary="Search standards")
@allow(ANYONE)
def search(request: PortalRequest, wanted: Annotated[Search, Query()], asked: Asked) -> dict[str, Any]:
    """Find standards by number or words; ``hits`` are those of ``qilian standards search --json``."""
    del request
    on = wanted.on or localdate()
    status = Status(wanted.status) if wanted.status else None
    filters = Filters(wanted.publisher, status, wanted.committee, wanted.ics)
    start = (asked.page - 1) * asked.size
    if start + asked.size > _DEEPEST:
        raise HttpError(422, f"only the first {_DEEPEST} hits can be listed: add words or filters")
    found = search_page(wanted.text.strip(), on, filters, start, asked.size, pack().catalogue)
    shown = search_commands.search_json(wanted.text, on, found.hits)
    return {**shown, "total": found.total, "page": asked.page, "size": asked.size}


@router.get("/show", response={200: dict[str, Any], **ANSWERS}, summary="Read a standard as of a date")
@allow(ANYONE)
def show(request: PortalRequest, reference: Annotated[Reference, Query()], on: date | None = None) -> dict[str, Any]:
    """Return a standard as of a date; the answer is that of ``qilian standards show --json``."""
    del request
    answer = commands.show(StandardRef.parse(reference), on or localdate(), pack().catalogue)
    data = dict(answer.as_json())
    if data["status"] == Status.UNKNOWN.value and not data.get("timeline"):
        raise Http404
    return data


@router.get(
    "/impact",
    response={200: dict[str, Any], **ANSWERS},
    summary="Read whom a change of edition hits",
    auth=LOGGED_IN,
    throttle=BUSY,
)
@allow(SIGNED_IN)
def impact(
    request: PortalRequest, old: Annotated[Reference, Query()], new: Annotated[Reference, Query()]
) -> dict[str, Any]:
    """Return what stands on the old edition: rules, tests, laboratories' lines, and the plans that one may read."""
    return impacts.as_data(impacts.hit(request.actor, StandardRef.parse(old), StandardRef.parse(new)))


@router.get("/graph", response={200: GraphOut, **ANSWERS}, summary="Read what a standard is related to")
@allow(ANYONE)
def neighbours(
    request: PortalRequest,
    reference: Annotated[Reference, Query()],
    on: date | None = None,
    steps: Annotated[int, Query(ge=1, le=3)] = 2,
) -> dict[str, Any]:
    """Return the editions around one, the nearest first, and the relations between them."""
    del request
    found = graph(StandardRef.parse(reference), on or localdate(), pack().catalogue, steps)
    return {
        "nodes": [
            {
                "reference": str(each.reference),
                "title": words(each.title),
                "status": each.status.value,
                "distance": each.distance,
            }
            for each in found.nodes
        ],
        "edges": [
            {"subject": str(each.subject), "kind": each.kind.value, "object": str(each.object)} for each in found.edges
        ],
        "left_off": found.left_off,
    }


@router.get("/cited", response={200: Cited, **ANSWERS}, summary="Read who cites a standard")
@allow(ANYONE)
def cited(request: PortalRequest, reference: Annotated[Reference, Query()]) -> dict[str, Any]:
    """Return the rules and tests of the content that cite a standard."""
    del request
    found = citing(StandardRef.parse(reference), pack())
    return {"rules": [each.id for each in found.rules], "tests": [each.id for each in found.tests]}


@router.get("/changes", response={200: Page[ChangeOut], **ANSWERS}, summary="List what changed")
@allow(ANYONE)
def changes(request: PortalRequest, wanted: Annotated[Window, Query()], asked: Asked) -> dict[str, Any]:
    """List what happened to the documents of the content in at most three years, the earliest first."""
    del request
    until = wanted.until or localdate()
    if not wanted.after < until <= wanted.after + _LONGEST:
        raise HttpError(422, "give a window of days that ends after it begins, of at most three years")
    return paged(commands.changes_json(commands.changes(wanted.after, until, pack().catalogue), "en"), asked)
