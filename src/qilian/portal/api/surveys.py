"""Surveys for programs: what asks a firm, and making one, publishing it, reminding, closing."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.filling import cleaned, fill
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Version
from qilian.portal.history.firing import fire
from qilian.portal.improvement.commands import surveys as asking
from qilian.portal.improvement.forms.surveys import PARTS, QuestionForm
from qilian.portal.improvement.models import Survey
from qilian.portal.improvement.questions import MOST_CHOICES, MOST_QUESTIONS

router = Router(tags=["demands"], auth=LOGGED_IN)
SIDES = Access(frozenset({"firm", "window", "regulator"}))
ASKERS = Access(frozenset({"window", "regulator"}))


class QuestionOut(Schema):
    """A question of a survey."""

    id: str
    text: str
    kind: str = Field(description="`words`, `number`, `yes_no`, `choice` or `choices`.")
    choices: list[str]
    required: bool


class SurveyOut(Schema):
    """A survey."""

    number: int
    reference: str
    title: str
    words: str
    organisation: str
    region: str = Field(description="The division whose firms it asks.")
    closes: date | None
    state: str
    version: int
    node: str = Field(description="Id of the part of the chain that it is about; empty for any.")
    tests: list[str]
    questions: list[QuestionOut]


class SurveyQuestionIn(Given):
    """A question of a new survey."""

    text: str = Field(min_length=2, max_length=200)
    kind: Literal["words", "number", "yes_no", "choice", "choices"]
    choices: list[Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\r\n]*$")]] = Field(
        default_factory=list, max_length=MOST_CHOICES, description="Of `choice` and `choices`."
    )
    required: bool = False


class SurveyIn(Given):
    """A new survey; nobody else sees it before it is published."""

    title: str = Field(min_length=2, max_length=80)
    words: str = Field("", max_length=2000)
    region: str = Field("", max_length=6, description="A division; the organisation's own without it.")
    closes: Day
    node: str = Field("", max_length=60)
    tests: list[str] = Field(default_factory=list, max_length=50, description="Of the part's control points.")
    questions: list[SurveyQuestionIn] = Field(default_factory=list, max_length=MOST_QUESTIONS)


class SurveyMove(Given):
    """What is to happen to a survey."""

    event: Literal["publish", "remind", "close", "discard"]
    version: Version = None


@router.get("/surveys/", response={200: Page[SurveyOut], **ANSWERS}, summary="List surveys")
@allow(SIDES)
def surveys(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the surveys that ask the firm, or that were made here and below."""
    found = Survey.objects.visible_to(request.actor).exclude(state="discarded").select_related("organisation")
    return paged(found, asked, _survey)


@router.post("/surveys/", response={201: SurveyOut, **ANSWERS}, summary="Make a survey")
@allow(ASKERS)
@once
def make(request: PortalRequest, given: SurveyIn) -> tuple[int, dict[str, Any]]:
    """Make a survey with its questions; it is published by a move."""
    fields = given.model_dump(exclude_unset=True, exclude={"questions"})
    with transaction.atomic():
        row = asking.draft(request.actor)
        fill(row, request.actor, PARTS, fields)
        for each in given.questions:
            form = QuestionForm({**each.model_dump(exclude={"choices"}), "choices": "\n".join(each.choices)})
            cleaned(form)
            asking.add_question(row, form.question(""))
    return 201, _survey(row)


@router.get("/surveys/{number}", response={200: SurveyOut, **ANSWERS}, summary="Read a survey")
@allow(SIDES)
def survey(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a survey."""
    rows = Survey.objects.visible_to(request.actor).select_related("organisation")
    return _survey(get_object_or_404(rows, pk=number))


@router.post("/surveys/{number}/moves", response={200: SurveyOut, **ANSWERS}, summary="Move a survey")
@allow(ASKERS)
@once
def move(request: PortalRequest, number: Id, given: SurveyMove) -> tuple[int, dict[str, Any]]:
    """Publish a survey of one's own, remind the firms that have not answered, close or discard it."""
    actor = request.actor
    rows = Survey.objects.visible_to(actor).made_by(actor).select_related("organisation")
    row = get_object_or_404(rows, pk=number)
    match given.event:
        case "publish":
            asking.publish(row, actor, given.version)
        case "remind":
            asking.remind(row, actor)
        case "close":
            asking.close(row, actor)
        case "discard":
            fire(row, "discard", actor, version=given.version)
    return 200, _survey(row)


def _survey(row: Survey) -> dict[str, Any]:
    plain = ("reference", "title", "words", "region", "closes", "state", "version", "node", "tests", "questions")
    names = {name: getattr(row, name) for name in plain}
    return {"number": row.pk, "organisation": row.organisation.name, **names}
