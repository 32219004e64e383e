"""The public list of problems for programs: what is known, how far each reaches, and what came of it."""

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
from qilian.portal.improvement.mapping import reach
from qilian.portal.improvement.models import Problem

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
    return paged(rows.order_by("-severity", "-pk"), asked, lambda row: _problem(row, row.count))


@router.get("/problems/{number}", response={200: ProblemWhole, **ANSWERS}, summary="Read a problem")
@allow(ANYONE)
def problem(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a problem with how far it reaches and what came of it."""
    row = get_object_or_404(Problem.objects.visible_to(request.actor), pk=number)
    found = reach(row.node) if row.node else None
    return {
        **_problem(row, row.demands.count()),
        "downstream": [each.id for each in found.nodes] if found else [],
        "machines": [each.id for each in found.machines] if found else [],
        "projects": [
            {
                "title": project.title,
                "kind": project.kind,
                "state": project.state,
                "results": [
                    {
                        "kind": each.kind,
                        "title": each.title,
                        "reference": each.reference,
                        "verified": each.verified is not None if each.kind == "effect" else None,
                    }
                    for each in project.results.all()
                ],
            }
            for project in row.projects.published().prefetch_related("results")
        ],
    }


def _problem(row: Problem, count: int) -> dict[str, Any]:
    plain = ("reference", "title", "words", "region", "node", "tests", "severity", "state", "outcome")
    return {"number": row.pk, "demands": count, **{name: getattr(row, name) for name in plain}}
