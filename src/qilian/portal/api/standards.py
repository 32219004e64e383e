"""The standards library for programs."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.timezone import localdate
from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import allow
from qilian.portal.api.problems import ANSWERS
from qilian.portal.library import commands, search_commands
from qilian.portal.rulebook.reading import pack
from qilian.standards import StandardRef, Status

router = Router(tags=["standards"])
Reference = Annotated[str, Field(min_length=1, max_length=80)]


class Search(Schema):
    """What is looked for."""

    text: str = Field(min_length=1, max_length=200)
    on: date | None = None
    publisher: str = Field("", max_length=20)
    status: Literal["", "current", "superseded", "withdrawn", "draft", "unknown"] = ""
    committee: str = Field("", max_length=60)
    ics: str = Field("", max_length=20)
    limit: int = Field(20, ge=1, le=100)


@router.get("/", response={200: dict[str, Any], **ANSWERS}, summary="Search by number or words")
@allow(ANYONE)
def search(request: PortalRequest, wanted: Annotated[Search, Query()]) -> dict[str, Any]:
    """Find standards; the answer is that of ``qilian standards search --json``."""
    del request
    on = wanted.on or localdate()
    hits = search_commands.search(
        wanted.text,
        on,
        publisher=wanted.publisher,
        status=wanted.status,
        committee=wanted.committee,
        ics=wanted.ics,
        limit=wanted.limit,
        table=pack().catalogue,
    )
    return dict(search_commands.search_json(wanted.text, on, hits))


@router.get("/show", response={200: dict[str, Any], **ANSWERS}, summary="A standard as of a date")
@allow(ANYONE)
def show(request: PortalRequest, reference: Annotated[Reference, Query()], on: date | None = None) -> dict[str, Any]:
    """Return a standard as of a date; the answer is that of ``qilian standards show --json``."""
    del request
    answer = commands.show(StandardRef.parse(reference), on or localdate(), pack().catalogue)
    data = dict(answer.as_json())
    if data["status"] == Status.UNKNOWN.value and not data.get("timeline"):
        raise Http404
    return data
