"""Demands for programs: sending them, and what becomes of them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from qilian.errors import QilianError
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Wanted
from qilian.portal.chain.reading import find
from qilian.portal.improvement.commands import demands
from qilian.portal.improvement.models import Demand, Survey
from qilian.portal.rulebook.reading import pack

router = Router(tags=["demands"], auth=LOGGED_IN)
SIDES = Access(frozenset({"firm", "window", "regulator"}))
FIRMS = Access(frozenset({"firm"}))
Line = Annotated[str, Field(min_length=4, max_length=80, pattern=r"\S")]
Value = Annotated[str, Field(max_length=2000)]


class FirmDemandIn(Given):
    """What a firm needs."""

    title: Line
    words: str = Field(min_length=4, max_length=5000, pattern=r"\S")
    urgency: Literal[1, 2, 3] = Field(
        description="1 a nuisance, 2 costs money or time, 3 stops products or deliveries."
    )
    survey: Id | None = Field(None, description="Number of a survey that asks the firm.")
    node: str = Field("", max_length=60, description="Id of a part of the chain.")
    tests: list[str] = Field(default_factory=list, max_length=50, description="Ids of test items.")
    answers: dict[str, Value | list[Value]] = Field(
        default_factory=dict, max_length=20, description="To the survey's questions, by their ids."
    )


class DemandMove(Given):
    """What is to happen to a demand."""

    event: Literal["assign", "close", "refuse", "withdraw"]
    words: str = Field("", max_length=2000, description="Of `assign` the measure; else what the firm got, or why not.")
    owner: Id | None = Field(None, description="Of `assign`: number of a person of the caller's organisation.")
    due: Day | None = Field(None, description="Of `assign`: a working day.")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="The version that was seen; another one is 422.")


class DemandOut(Schema):
    """A demand."""

    number: int
    reference: str
    firm: int
    firm_name: str
    region: str
    title: str
    words: str
    urgency: int | None
    node: str
    tests: list[str]
    survey: int | None
    answers: dict[str, Any]
    state: str
    version: int
    owner: str | None
    measure: str
    due: date | None
    late: bool
    outcome: str
    problem: int | None = Field(description="Number of the problem that it is part of.")
    created: datetime


class DemandSearch(Wanted):
    """What is looked for."""

    state: str = Field("", max_length=20)
    survey: Id | None = None


@router.get("/demands/", response={200: Page[DemandOut], **ANSWERS}, summary="List demands")
@allow(SIDES)
def all_demands(request: PortalRequest, wanted: Annotated[DemandSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the demands that the account sees, the first due first."""
    found = Demand.objects.visible_to(request.actor).select_related("firm", "owner")
    found = found.filter(state=wanted.state) if wanted.state else found
    return paged(found.filter(survey=wanted.survey) if wanted.survey else found, asked, _demand)


@router.post("/demands/", response={201: DemandOut, **ANSWERS}, summary="Send a demand")
@allow(FIRMS)
@once
def send(request: PortalRequest, given: FirmDemandIn) -> tuple[int, dict[str, Any]]:
    """Send what the firm needs, in answer to a survey or by itself."""
    actor = request.actor
    assert actor.organisation is not None
    survey = get_object_or_404(Survey.objects.answerable(actor), pk=given.survey) if given.survey else None
    if given.node and find(given.node) is None:
        raise QilianError(f"{given.node}: no such part of the chain", where="node", mend="leave it out")
    for name in given.tests:
        if name not in pack().tests:
            raise QilianError(f"{name}: no such test", where="tests", mend="see /api/v1/tests")
    fields = given.model_dump(include={"title", "words", "urgency", "node", "tests"}, exclude_unset=True)
    with transaction.atomic():
        row = demands.draft(actor, actor.organisation, survey)
        demands.fill_in(row, actor, fields, given.answers)
        demands.raise_demand(row, actor)
    return 201, _demand(row)


@router.get("/demands/{number}", response={200: DemandOut, **ANSWERS}, summary="Read a demand")
@allow(SIDES)
def one_demand(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a demand."""
    return _demand(_readable(request, number))


@router.post("/demands/{number}/moves", response={200: DemandOut, **ANSWERS}, summary="Move a demand")
@allow(SIDES)
@once
def move(request: PortalRequest, number: Id, given: DemandMove) -> tuple[int, dict[str, Any]]:
    """Set owner, measure and deadline, close, refuse; a firm withdraws its own."""
    row, actor = _readable(request, number), request.actor
    if given.event == "assign":
        if given.owner is None or given.due is None or len(given.words.strip()) < 4:
            raise QilianError("owner, measure and deadline are needed", where="owner, words, due")
        owner = get_object_or_404(demands.people(actor), pk=given.owner)
        demands.assign(row, actor, owner, given.words.strip(), given.due, given.version)
    else:
        demands.move(row, given.event, actor, given.words, given.version)
    return 200, _demand(row)


def _readable(request: PortalRequest, number: int) -> Demand:
    rows = Demand.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("firm", "maker", "owner", "survey", "order__mandate"), pk=number)


def _demand(row: Demand) -> dict[str, Any]:
    plain = ("reference", "region", "title", "words", "urgency", "node", "tests", "answers", "state", "version")
    more = ("measure", "due", "outcome", "created")
    return {
        "number": row.pk,
        "firm": row.firm_id,
        "firm_name": row.firm.name,
        "survey": row.survey_id,
        "owner": str(row.owner) if row.owner else None,
        "late": row.is_late,
        "problem": row.problem_id,
        **{name: getattr(row, name) for name in (*plain, *more)},
    }
