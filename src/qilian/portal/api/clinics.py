"""Experts and clinics for programs: what an expert knows, who could be asked, a clinic and what came of it."""

from datetime import date
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.filling import cleaned
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Words, words
from qilian.portal.improvement.commands import clinics as meeting
from qilian.portal.improvement.forms.clinics import MOST_INTERESTS, CallForm, ExpertForm, FindingForm
from qilian.portal.improvement.models import Clinic, Expert, Problem, Seat
from qilian.text import Text

router = Router(tags=["clinics"], auth=LOGGED_IN)
REGULATORS = Access(frozenset({"regulator"}))
EXPERTS = Access(frozenset({"expert"}))
MEETERS = Access(frozenset({"regulator", "expert"}))
Name = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^\r\n]*$")]
Said = Annotated[str, Field(min_length=4, max_length=3000)]
Ids = Annotated[list[Annotated[str, Field(max_length=60)]], Field(default_factory=list, max_length=200)]


class ExpertOut(Schema):
    """An expert."""

    number: int
    name: str
    organisation: str
    words: str
    systems: list[str] = Field(description="Ids of systems of the chain.")
    nodes: list[str] = Field(description="Ids of its parts.")
    tests: list[str]
    interests: list[str] = Field(description="Firms in which the expert has an interest.")


class ExpertIn(Given):
    """What an expert says of themselves; it takes the place of what was said before."""

    words: str = Field("", max_length=1000)
    systems: Ids
    nodes: Ids
    tests: Ids
    interests: list[Name] = Field(
        default_factory=list, max_length=MOST_INTERESTS, description="Full names or credit codes of firms."
    )


class CandidateOut(Schema):
    """An expert who could be asked, and why; or who cannot be."""

    expert: int
    name: str
    organisation: str
    reasons: list[Words]


class CandidatesOut(Schema):
    """Who could be asked to a clinic, the nearest first, and who has an interest."""

    candidates: list[CandidateOut]
    excluded: list[CandidateOut]


class CallIn(Given):
    """A clinic that is called."""

    experts: list[Id] = Field(min_length=1, max_length=50, description="Of those who could be asked.")
    on: Day = Field(description="From today on, at most three years ahead.")
    place: str = Field(min_length=2, max_length=120)
    agenda: Said


class OpinionIn(Given):
    """What an expert says."""

    finding: Said
    advice: Said


class ClinicMove(Given):
    """What is to happen to a clinic."""

    event: Literal["hold", "cancel"]
    finding: str = Field("", max_length=3000, description="Of `hold`.")
    advice: str = Field("", max_length=3000, description="Of `hold`.")
    words: str = Field("", max_length=2000, description="Of `cancel`: why.")


class SeatOut(Schema):
    """An expert at a clinic."""

    number: int
    expert: int
    name: str
    organisation: str
    reasons: list[Words]
    finding: str
    advice: str


class ClinicOut(Schema):
    """A clinic."""

    number: int
    reference: str
    problem: int
    on: date
    place: str
    agenda: str
    state: str
    version: int
    findings: str
    advice: str
    seats: list[SeatOut]
    projects: list[int] = Field(description="Numbers of the projects by its advice; a regulator sees them.")


@router.get("/experts/", response={200: Page[ExpertOut], **ANSWERS}, summary="List experts")
@allow(MEETERS)
def experts(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the experts that a regulator may call; an expert finds themselves."""
    found = Expert.objects.visible_to(request.actor).select_related("user", "organisation")
    return paged(found.prefetch_related("interests"), asked, _expert)


@router.put("/experts/own", response={200: ExpertOut, **ANSWERS}, summary="Say what one knows")
@allow(EXPERTS)
@once
def declare(request: PortalRequest, given: ExpertIn) -> tuple[int, dict[str, Any]]:
    """Say what one knows as an expert, and in whom one has an interest."""
    form = ExpertForm({**given.model_dump(), "interests": "\n".join(given.interests)})
    return 200, _expert(meeting.declare(request.actor, cleaned(form)))


@router.get("/problems/{number}/experts", response={200: CandidatesOut, **ANSWERS}, summary="Match experts")
@allow(REGULATORS)
def candidates(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return which experts could be asked about a problem with reasons, and who has an interest."""
    found, out = meeting.candidates(_problem(request, number), request.actor)
    return {
        "candidates": [_candidate(each.expert, list(each.reasons)) for each in found],
        "excluded": [_candidate(each.expert, [each.why]) for each in out],
    }


@router.post("/problems/{number}/clinics", response={201: ClinicOut, **ANSWERS}, summary="Call a clinic")
@allow(REGULATORS)
@once
def call(request: PortalRequest, number: Id, given: CallIn) -> tuple[int, dict[str, Any]]:
    """Call experts to a clinic on a problem; they are told."""
    problem = _problem(request, number)
    form = CallForm(given.model_dump(), matches=meeting.candidates(problem, request.actor)[0])
    data = cleaned(form)
    row = meeting.call(request.actor, problem, data["experts"], data["on"], data["place"], data["agenda"])
    return 201, _clinic(row, request)


@router.get("/clinics/", response={200: Page[ClinicOut], **ANSWERS}, summary="List clinics")
@allow(MEETERS)
def clinics(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the clinics of the division, or those where the expert has a seat."""
    found = Clinic.objects.visible_to(request.actor).prefetch_related(
        "seats__expert__user", "seats__expert__organisation", "projects"
    )
    return paged(found, asked, lambda row: _clinic(row, request))


@router.get("/clinics/{number}", response={200: ClinicOut, **ANSWERS}, summary="Read a clinic")
@allow(MEETERS)
def clinic(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a clinic with what its experts said."""
    return _clinic(_visible(request, number), request)


@router.put("/clinics/{number}/opinion", response={200: ClinicOut, **ANSWERS}, summary="Say one's opinion at a clinic")
@allow(EXPERTS)
@once
def say(request: PortalRequest, number: Id, given: OpinionIn) -> tuple[int, dict[str, Any]]:
    """Keep what the expert finds and advises, while the clinic is called."""
    row, data = _visible(request, number), cleaned(FindingForm(given.model_dump()))
    seat = get_object_or_404(row.seats.select_related("clinic"), expert__user=request.actor.user)
    meeting.say(seat, request.actor, data["finding"], data["advice"])
    return 200, _clinic(row, request)


@router.post("/clinics/{number}/moves", response={200: ClinicOut, **ANSWERS}, summary="Move a clinic")
@allow(REGULATORS)
@once
def move(request: PortalRequest, number: Id, given: ClinicMove) -> tuple[int, dict[str, Any]]:
    """End a clinic with findings and advice, or call it off."""
    row = _visible(request, number)
    if given.event == "hold":
        data = cleaned(FindingForm(given.model_dump()))
        meeting.hold(row, request.actor, data["finding"], data["advice"])
    else:
        meeting.cancel(row, request.actor, given.words)
    return 200, _clinic(row, request)


@router.delete("/clinics/{number}/seats/{seat}", response={200: ClinicOut, **ANSWERS}, summary="Excuse an expert")
@allow(REGULATORS)
@once
def excuse(request: PortalRequest, number: Id, seat: Id) -> tuple[int, dict[str, Any]]:
    """Take an expert's seat at a clinic away again."""
    row = _visible(request, number)
    meeting.excuse(get_object_or_404(row.seats.select_related("clinic"), pk=seat), request.actor)
    return 200, _clinic(row, request)


def _problem(request: PortalRequest, number: int) -> Problem:
    return get_object_or_404(Problem.objects.handled_by(request.actor), pk=number)


def _visible(request: PortalRequest, number: int) -> Clinic:
    return get_object_or_404(Clinic.objects.visible_to(request.actor).select_related("problem"), pk=number)


def _expert(row: Expert) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("words", "systems", "nodes", "tests")}
    interests = sorted(each.name for each in row.interests.all())
    return {"number": row.pk, "name": str(row), "organisation": row.organisation.name, **plain, "interests": interests}


def _candidate(row: Expert, reasons: list[Text]) -> dict[str, Any]:
    organisation = row.organisation.name
    return {"expert": row.pk, "name": str(row), "organisation": organisation, "reasons": [words(x) for x in reasons]}


def _clinic(row: Clinic, request: PortalRequest) -> dict[str, Any]:
    plain = ("reference", "on", "place", "agenda", "state", "version", "findings", "advice")
    projects = row.projects.all() if request.actor.kind == "regulator" else ()
    return {
        "number": row.pk,
        "problem": row.problem_id,
        **{name: getattr(row, name) for name in plain},
        "seats": [_seat(each) for each in row.seats.all()],
        "projects": [each.pk for each in projects if each.state != "discarded"],
    }


def _seat(row: Seat) -> dict[str, Any]:
    return {
        "number": row.pk,
        **_candidate(row.expert, row.why),
        "finding": row.finding,
        "advice": row.advice,
    }
