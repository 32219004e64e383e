"""Projects for programs: drafted for a problem, begun, measured, with results that another person verifies, ended."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db import transaction
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.filling import Amount, Exact, cleaned, exact, fill
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Version, Words, words
from qilian.portal.history.firing import fire, refuse_older
from qilian.portal.improvement.commands import projects as doing
from qilian.portal.improvement.forms.projects import (
    MOST_PARTNERS,
    PARTS,
    MeasureForm,
    MilestoneForm,
    PartnersForm,
    ResultForm,
    TargetForm,
)
from qilian.portal.improvement.models import Clinic, Problem, Project, Result, Target

router = Router(tags=["projects"], auth=LOGGED_IN)
REGULATORS = Access(frozenset({"regulator"}))
DOERS = Access(frozenset({"firm", "laboratory", "window", "regulator", "expert"}))
Name = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^\r\n]*$")]


class MilestoneOut(Schema):
    """A step of a project."""

    number: int
    title: str
    due: date
    done: date | None
    late: bool


class TargetOut(Schema):
    """A figure of an indicator that is aimed at."""

    number: int
    system: str
    indicator: str
    baseline: Exact
    goal: Exact
    reached: Exact | None
    met: bool | None = Field(description="Null while nothing was measured.")


class ProjectResultOut(Schema):
    """What came of a project."""

    number: int
    kind: str
    title: str
    words: str
    reference: str
    target: int | None
    basis: str = Field(description="Of an effect: `before_after`, which tells nothing else apart, or `compared`.")
    verified: bool | None = Field(description="Of an effect; null of the others.")
    compared: list[Words] = Field(description="What the comparison with firms that did not take part said then.")


class ProjectRow(Schema):
    """A project in short."""

    number: int
    reference: str
    problem: int
    clinic: int | None = Field(description="The one that advised it; a regulator sees it.")
    kind: str = Field(description="`solving` or `standard`; empty while it is not said.")
    title: str
    lead: str
    state: str
    version: int


class ProjectFull(ProjectRow):
    """A project with its parts."""

    words: str
    partners: list[str]
    begins: date | None
    ends: date | None
    budget: int | None = Field(description="In yuan.")
    milestones: list[MilestoneOut]
    targets: list[TargetOut]
    results: list[ProjectResultOut]
    lacking: list[str] = Field(description="Of a draft: what it needs before it can begin, in the reader's language.")


class ProjectFields(Given):
    """What a draft says; what is not given stays."""

    kind: Literal["solving", "standard"] | None = None
    title: str | None = Field(None, min_length=4, max_length=80)
    words: str | None = Field(None, min_length=4, max_length=5000)
    lead: Name | None = Field(None, description="Full name or credit code of an organisation.")
    begins: Day | None = None
    ends: Day | None = None
    budget: int | None = Field(None, ge=0, le=10**12, description="In yuan.")


class ProjectIn(ProjectFields):
    """A new project; it is a draft until it starts."""

    clinic: Id | None = Field(None, description="A clinic on the problem that was held, if it advised the project.")


class ProjectChange(ProjectFields):
    """Changes of a draft."""

    version: Version = None


class PartnersIn(Given):
    """Who takes part besides the lead; it takes the place of who was named before."""

    partners: list[Name] = Field(max_length=MOST_PARTNERS, description="Full names or credit codes.")


class MilestoneIn(Given):
    """A step, and until when."""

    title: str = Field(min_length=2, max_length=120)
    due: Day


class TargetIn(Given):
    """A figure of an indicator that is aimed at."""

    system: str = Field(max_length=60)
    indicator: str = Field(max_length=60)
    baseline: Amount
    goal: Amount


class ReachedIn(Given):
    """The figure that was measured; a later one takes its place."""

    reached: Amount


class ResultIn(Given):
    """What came of a project; an effect names a target that was measured, and what it rests on."""

    kind: Literal["effect", "patent", "standard", "practice"]
    title: str = Field(min_length=1, max_length=120)
    words: str = Field("", max_length=5000)
    reference: str = Field("", max_length=120)
    target: Id | None = None
    basis: Literal["", "before_after", "compared"] = ""


class ProjectMove(Given):
    """What is to happen to a project."""

    event: Literal["start", "finish", "stop", "discard"]
    words: str = Field("", max_length=2000, description="Of `stop`: why.")
    version: Version = None


@router.get("/projects/", response={200: Page[ProjectRow], **ANSWERS}, summary="List projects")
@allow(DOERS)
def projects(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the projects of the division, or those that the organisation leads or shares."""
    rows = Project.objects.visible_to(request.actor).exclude(state="discarded").select_related("lead")
    return paged(rows, asked, lambda row: _row(row, request))


@router.post("/problems/{number}/projects", response={201: ProjectFull, **ANSWERS}, summary="Draft a project")
@allow(REGULATORS)
@once
def make(request: PortalRequest, number: Id, given: ProjectIn) -> tuple[int, dict[str, Any]]:
    """Draft a project for a published problem, by a clinic's advice or without."""
    problem = get_object_or_404(Problem.objects.handled_by(request.actor), pk=number)
    held = Clinic.objects.filter(problem=problem, state="held")
    clinic = get_object_or_404(held, pk=given.clinic) if given.clinic else None
    with transaction.atomic():
        row = doing.draft(request.actor, problem, clinic)
        fill(row, request.actor, PARTS, given.model_dump(exclude_none=True, exclude={"clinic"}))
    return 201, _full(row, request)


@router.get("/projects/{number}", response={200: ProjectFull, **ANSWERS}, summary="Read a project")
@allow(DOERS)
def project(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a project with its milestones, targets and results."""
    return _full(_visible(request, number), request)


@router.patch("/projects/{number}", response={200: ProjectFull, **ANSWERS}, summary="Change a project's draft")
@allow(REGULATORS)
@once
def change(request: PortalRequest, number: Id, given: ProjectChange) -> tuple[int, dict[str, Any]]:
    """Change what a draft says."""
    row = _visible(request, number)
    refuse_older(row, given.version)
    with transaction.atomic():
        fill(row, request.actor, PARTS, given.model_dump(exclude_none=True, exclude={"version"}))
    return 200, _full(row, request)


@router.put("/projects/{number}/partners", response={200: ProjectFull, **ANSWERS}, summary="Name a project's partners")
@allow(REGULATORS)
@once
def set_partners(request: PortalRequest, number: Id, given: PartnersIn) -> tuple[int, dict[str, Any]]:
    """Say who takes part besides the lead."""
    row = _visible(request, number)
    doing.set_partners(row, request.actor, cleaned(PartnersForm({"partners": "\n".join(given.partners)}))["partners"])
    return 200, _full(row, request)


@router.post("/projects/{number}/milestones", response={201: ProjectFull, **ANSWERS}, summary="Add a milestone")
@allow(REGULATORS)
@once
def add_milestone(request: PortalRequest, number: Id, given: MilestoneIn) -> tuple[int, dict[str, Any]]:
    """Add a step to a project that is not over."""
    row, data = _visible(request, number), cleaned(MilestoneForm(given.model_dump()))
    doing.add_milestone(row, request.actor, data["title"], data["due"])
    return 201, _full(row, request)


@router.post(
    "/projects/{number}/milestones/{milestone}/done",
    response={200: ProjectFull, **ANSWERS},
    summary="Finish a milestone",
)
@allow(REGULATORS)
@once
def finish_milestone(request: PortalRequest, number: Id, milestone: Id) -> tuple[int, dict[str, Any]]:
    """Say that a step is done, today."""
    row = _visible(request, number)
    doing.finish_milestone(get_object_or_404(row.milestones.select_related("project"), pk=milestone), request.actor)
    return 200, _full(row, request)


@router.post("/projects/{number}/targets", response={201: ProjectFull, **ANSWERS}, summary="Add a target")
@allow(REGULATORS)
@once
def add_target(request: PortalRequest, number: Id, given: TargetIn) -> tuple[int, dict[str, Any]]:
    """Aim at a figure of an indicator; see /api/v1/evaluation/systems."""
    row = _visible(request, number)
    data = cleaned(TargetForm({**given.model_dump(), "indicator": f"{given.system}/{given.indicator}"}))
    doing.add_target(row, request.actor, given.system, given.indicator, data["baseline"], data["goal"])
    return 201, _full(row, request)


@router.put(
    "/projects/{number}/targets/{target}/figure", response={200: ProjectFull, **ANSWERS}, summary="Measure a target"
)
@allow(REGULATORS)
@once
def measure(request: PortalRequest, number: Id, target: Id, given: ReachedIn) -> tuple[int, dict[str, Any]]:
    """Keep the figure that was measured; an effect by it has to be verified again."""
    row, data = _visible(request, number), cleaned(MeasureForm(given.model_dump()))
    doing.measure(get_object_or_404(row.targets.select_related("project"), pk=target), request.actor, data["reached"])
    return 200, _full(row, request)


@router.post("/projects/{number}/results", response={201: ProjectFull, **ANSWERS}, summary="Enter a result")
@allow(REGULATORS)
@once
def add_result(request: PortalRequest, number: Id, given: ResultIn) -> tuple[int, dict[str, Any]]:
    """Keep what came of a running project."""
    row = _visible(request, number)
    doing.add_result(row, request.actor, cleaned(ResultForm(given.model_dump(), project=row)))
    return 201, _full(row, request)


@router.post(
    "/projects/{number}/results/{result}/verify", response={200: ProjectFull, **ANSWERS}, summary="Verify an effect"
)
@allow(REGULATORS)
@once
def verify(request: PortalRequest, number: Id, result: Id) -> tuple[int, dict[str, Any]]:
    """Verify an effect that another person entered."""
    row = _visible(request, number)
    doing.verify(get_object_or_404(row.results.select_related("project"), pk=result), request.actor)
    return 200, _full(row, request)


@router.post("/projects/{number}/moves", response={200: ProjectFull, **ANSWERS}, summary="Move a project")
@allow(REGULATORS)
@once
def move(request: PortalRequest, number: Id, given: ProjectMove) -> tuple[int, dict[str, Any]]:
    """Start, finish, stop or discard a project."""
    row, actor = _visible(request, number), request.actor
    match given.event:
        case "start":
            doing.start(row, actor, given.version)
        case "finish":
            doing.finish(row, actor, given.version)
        case "stop":
            doing.stop(row, actor, given.words, given.version)
        case "discard":
            fire(row, "discard", actor, version=given.version)
    return 200, _full(row, request)


def _visible(request: PortalRequest, number: int) -> Project:
    rows = Project.objects.visible_to(request.actor).select_related("problem", "lead", "organisation")
    return get_object_or_404(rows, pk=number)


def _row(row: Project, request: PortalRequest) -> dict[str, Any]:
    plain = ("reference", "kind", "title", "state", "version")
    return {
        "number": row.pk,
        "problem": row.problem_id,
        "clinic": row.clinic_id if request.actor.kind == "regulator" else None,
        "lead": row.lead.name if row.lead else "",
        **{name: getattr(row, name) for name in plain},
    }


def _full(row: Project, request: PortalRequest) -> dict[str, Any]:
    return {
        **_row(row, request),
        **{name: getattr(row, name) for name in ("words", "begins", "ends", "budget")},
        "partners": [each.name for each in row.partners.all()],
        "milestones": [
            {"number": each.pk, "title": each.title, "due": each.due, "done": each.done, "late": each.is_late}
            for each in row.milestones.all()
        ],
        "targets": [_target(each) for each in row.targets.all()],
        "results": [_result(each) for each in row.results.all()],
        "lacking": doing.lacking(row) if row.state == "draft" else [],
    }


def _target(row: Target) -> dict[str, Any]:
    figures = {name: exact(getattr(row, name)) for name in ("baseline", "goal", "reached")}
    return {"number": row.pk, "system": row.system, "indicator": row.indicator, **figures, "met": row.is_met}


def _result(row: Result) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("kind", "title", "words", "reference", "basis")}
    verified = row.verified is not None if row.kind == "effect" else None
    compared = [words(each) for each in row.comparison]
    return {"number": row.pk, **plain, "target": row.target_id, "verified": verified, "compared": compared}
