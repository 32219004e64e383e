"""The public list of problems for programs: what is known, how far each reaches, and what came of it."""

from datetime import date
from typing import Annotated, Any

from django.db.models import Count
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import allow
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Id, Wanted
from qilian.portal.improvement.lines import line_of
from qilian.portal.improvement.mapping import reach
from qilian.portal.improvement.models import Problem, Project

router = Router(tags=["improvement"])


class ProblemOut(Schema):
    """A problem; of which firms its demands are is never told."""

    number: int
    reference: str
    title: str
    words: str
    region: str
    node: str = Field(description="Id of the part of the chain; empty where it is no single part's.")
    tests: list[str]
    severity: int = Field(description="1 a nuisance, 2 costs money or time, 3 stops products or deliveries.")
    state: str
    demands: int = Field(description="How many.")
    outcome: str


class ResultOut(Schema):
    """What came of a project."""

    kind: str = Field(description="`effect`, `patent`, `standard` or `practice`.")
    title: str
    reference: str
    verified: bool | None = Field(description="Of an effect; null of the others.")


class ProjectOut(Schema):
    """A project as far as it is public."""

    title: str
    kind: str
    state: str
    results: list[ResultOut]


class LineDemand(Schema):
    """A demand of a problem."""

    number: int
    reference: str
    firm: str
    title: str
    state: str


class LineClinic(Schema):
    """A clinic on a problem."""

    number: int
    reference: str
    on: date
    state: str
    experts: list[str]
    advice: str


class LineProject(ProjectOut):
    """A project on a problem; its number and clinic where the account may read it."""

    number: int | None
    clinic: int | None


class WholeLine(Schema):
    """The line of a problem from demands to standards, as far as the account may see it."""

    problem: ProblemOut
    demands: list[LineDemand]
    clinics: list[LineClinic]
    projects: list[LineProject]


class ProblemWhole(ProblemOut):
    """A problem with its reach and its projects."""

    downstream: list[str] = Field(description="Ids of the parts that a fault reaches, the nearest first.")
    machines: list[str] = Field(description="Those of them that are whole machines.")
    projects: list[ProjectOut]


class ProblemSearch(Wanted):
    """What is looked for."""

    state: str = Field("", max_length=20)
    node: str = Field("", max_length=60)


@router.get("/problems/", response={200: Page[ProblemOut], **ANSWERS}, summary="List problems")
@allow(ANYONE)
def problems(request: PortalRequest, wanted: Annotated[ProblemSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the published problems, the hardest first; a regulator also sees those of its division that are not."""
    rows = Problem.objects.visible_to(request.actor).annotate(count=Count("demands"))
    rows = rows.filter(state=wanted.state) if wanted.state else rows
    rows = rows.filter(node=wanted.node) if wanted.node else rows
    return paged(rows.order_by("-severity", "-pk"), asked, lambda row: problem_out(row, row.count))


@router.get("/problems/{number}", response={200: ProblemWhole, **ANSWERS}, summary="Read a problem")
@allow(ANYONE)
def problem(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a problem with how far it reaches and what came of it."""
    row = get_object_or_404(Problem.objects.visible_to(request.actor), pk=number)
    found = reach(row.node) if row.node else None
    return {
        **problem_out(row, row.demands.count()),
        "downstream": [each.id for each in found.nodes] if found else [],
        "machines": [each.id for each in found.machines] if found else [],
        "projects": [_project(project) for project in row.projects.published().prefetch_related("results")],
    }


@router.get("/problems/{number}/line", response={200: WholeLine, **ANSWERS}, summary="Walk a problem's line")
@allow(ANYONE)
def line(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return the demands, clinics, projects and results of a problem; each of them names its problem, too."""
    row = get_object_or_404(Problem.objects.visible_to(request.actor), pk=number)
    found = line_of(row, request.actor)
    return {
        "problem": problem_out(row, found.count),
        "demands": [
            {
                "number": each.pk,
                "reference": each.reference,
                "firm": each.firm.name,
                "title": each.title,
                "state": each.state,
            }
            for each in found.demands
        ],
        "clinics": [
            {
                "number": each.pk,
                "reference": each.reference,
                "on": each.on,
                "state": each.state,
                "experts": [str(seat.expert) for seat in each.seats.all()],
                "advice": each.advice,
            }
            for each in found.clinics
        ],
        "projects": [
            {
                **_project(each),
                "number": each.pk if seen else None,
                "clinic": each.clinic_id if seen and found.handles else None,
            }
            for each, seen in found.projects
        ],
    }


def problem_out(row: Problem, count: int) -> dict[str, Any]:
    """Return a problem with so many demands as :class:`ProblemOut`."""
    plain = ("reference", "title", "words", "region", "node", "tests", "severity", "state", "outcome")
    return {"number": row.pk, "demands": count, **{name: getattr(row, name) for name in plain}}


def _project(row: Project) -> dict[str, Any]:
    results = [
        {
            "kind": each.kind,
            "title": each.title,
            "reference": each.reference,
            "verified": each.verified is not None if each.kind == "effect" else None,
        }
        for each in row.results.all()
    ]
    return {"title": row.title, "kind": row.kind, "state": row.state, "results": results}
