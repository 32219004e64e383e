"""Problems for the programs of a regulator: what may be one problem, posing it, changing it, and what happens to it.

An address has one router: what stands at the address of the public list is declared there.
"""

from datetime import date
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.errors import QilianError
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.filling import cleaned
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.improvement import ProblemOut, problem_out
from qilian.portal.api.improvement import router as public
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Version, Words, words
from qilian.portal.improvement.commands import problems as posing
from qilian.portal.improvement.forms.problems import PoseForm, ProblemForm, PutForm, as_it_is
from qilian.portal.improvement.models import Demand, Problem

router = Router(tags=["improvement"], auth=LOGGED_IN)
REGULATORS = Access(frozenset({"regulator"}))
Numbers = Annotated[list[Id], Field(min_length=1, max_length=200)]


class GroupOut(Schema):
    """Demands that may be one problem; a person decides."""

    demands: list[int] = Field(description="Numbers of the demands, the oldest first.")
    loose: list[int] = Field(description="Those of them that are part of no problem yet.")
    problem: int | None = Field(description="The problem that the others are part of.")
    reasons: list[Words]
    likeness: float


class PoseIn(Given):
    """Demands that are one problem, in the regulator's words, and what their owner, the caller, does until when."""

    demands: Numbers
    left_out: list[Id] = Field(default_factory=list, max_length=200, description="Proposed, and not the same.")
    title: str = Field(min_length=4, max_length=80, description="It will be public: name no firm.")
    words: str = Field(min_length=4, max_length=5000)
    severity: Literal[1, 2, 3]
    node: str = Field("", max_length=60)
    measure: str = Field(min_length=4, max_length=2000)
    due: Day = Field(description="A working day.")


class PutIn(Given):
    """More demands of the same problem."""

    demands: Numbers
    measure: str = Field(min_length=4, max_length=2000)
    due: Day = Field(description="A working day.")


class ApartIn(Given):
    """Demands no two of which are the same problem."""

    demands: Annotated[list[Id], Field(min_length=2, max_length=200)]


class ApartOut(Schema):
    """The demands that are not proposed together any more."""

    demands: list[int]


class ProblemChange(Given):
    """Other words, another part of the chain; what is not given stays."""

    title: str | None = Field(None, min_length=4, max_length=80)
    words: str | None = Field(None, min_length=4, max_length=5000)
    severity: Literal[1, 2, 3] | None = None
    node: str | None = Field(None, max_length=60)
    version: Version = None


class ProblemMove(Given):
    """What is to happen to a problem."""

    event: Literal["list", "drop", "solve", "reopen", "merge"]
    words: str = Field("", max_length=2000, description="What solved it, or why; of all but `list` and `merge`.")
    into: Id | None = Field(None, description="Of `merge`: the problem that it becomes part of.")
    version: Version = None


class HandledProblem(ProblemOut):
    """A problem with what only its regulator sees."""

    version: int
    due: date | None = Field(description="The first deadline of its open demands.")
    demand_numbers: list[int]
    merged_into: int | None


@router.get("/groups/", response={200: Page[GroupOut], **ANSWERS}, summary="Propose problems")
@allow(REGULATORS)
def groups(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """Return the demands that may be one problem with the reasons, the most alike first."""
    return paged(posing.proposals(request.actor)[0], asked, _group)


@router.post("/groups/apart", response={200: ApartOut, **ANSWERS}, summary="Hold demands apart")
@allow(REGULATORS)
@once
def hold_apart(request: PortalRequest, given: ApartIn) -> tuple[int, dict[str, Any]]:
    """Say that no two of some demands are the same problem."""
    found = _demands(request, given.demands)
    posing.hold_apart(request.actor, found)
    return 200, {"demands": [each.pk for each in found]}


@public.post("/problems/", response={201: HandledProblem, **ANSWERS}, summary="Pose a problem", auth=LOGGED_IN)
@allow(REGULATORS)
@once
def pose(request: PortalRequest, given: PoseIn) -> tuple[int, dict[str, Any]]:
    """Make demands one problem; the firms are told the measure and the deadline."""
    chosen, left_out = _demands(request, given.demands), _demands(request, given.left_out)
    form = PoseForm(given.model_dump())
    data = cleaned(form)
    fields = form.fields_of(list(dict.fromkeys(test for each in chosen for test in each.tests)))
    apart = [each for each in left_out if each not in chosen]
    return 201, _handled(posing.pose(request.actor, chosen, fields, data["measure"], data["due"], apart))


@public.patch(
    "/problems/{number}", response={200: HandledProblem, **ANSWERS}, summary="Change a problem", auth=LOGGED_IN
)
@allow(REGULATORS)
@once
def change(request: PortalRequest, number: Id, given: ProblemChange) -> tuple[int, dict[str, Any]]:
    """Change words, part of the chain or severity of a problem that is not over."""
    row = _own(request, number)
    form = ProblemForm({**as_it_is(row), **given.model_dump(exclude_none=True, exclude={"version"})})
    cleaned(form)
    posing.edit(row, request.actor, form.fields_of(row.tests), given.version)
    return 200, _handled(row)


@router.post(
    "/problems/{number}/demands", response={200: HandledProblem, **ANSWERS}, summary="Put demands to a problem"
)
@allow(REGULATORS)
@once
def put(request: PortalRequest, number: Id, given: PutIn) -> tuple[int, dict[str, Any]]:
    """Put demands to a problem that is open; the firms are told the measure and the deadline."""
    row, chosen = _own(request, number), _demands(request, given.demands)
    data = cleaned(PutForm(given.model_dump(exclude={"demands"})))
    posing.put(row, chosen, request.actor, data["measure"], data["due"])
    return 200, _handled(row)


@router.delete(
    "/problems/{number}/demands/{demand}", response={200: HandledProblem, **ANSWERS}, summary="Split a demand off"
)
@allow(REGULATORS)
@once
def take_out(request: PortalRequest, number: Id, demand: Id) -> tuple[int, dict[str, Any]]:
    """Split a demand off a problem: it waits again."""
    row = _own(request, number)
    posing.take_out(row, get_object_or_404(row.demands, pk=demand), request.actor)
    return 200, _handled(row)


@router.post("/problems/{number}/moves", response={200: HandledProblem, **ANSWERS}, summary="Move a problem")
@allow(REGULATORS)
@once
def move(request: PortalRequest, number: Id, given: ProblemMove) -> tuple[int, dict[str, Any]]:
    """Put a problem on the public list, drop it, say that it is solved, open it again, make it part of another."""
    row = _own(request, number)
    if given.event != "merge":
        posing.move(row, given.event, request.actor, given.words, given.version)
    elif given.into is None:
        raise QilianError("another problem is needed", where="into", mend="name the one that it becomes part of")
    else:
        posing.merge(row, _own(request, given.into), request.actor)
    return 200, _handled(row)


def _own(request: PortalRequest, number: int) -> Problem:
    """Return a problem that the regulator answers for, or answer 404."""
    return get_object_or_404(Problem.objects.handled_by(request.actor), pk=number)


def _demands(request: PortalRequest, numbers: list[int]) -> list[Demand]:
    """Return loose demands by number; one that the actor does not see, or that is part of a problem, is named."""
    found = list(Demand.objects.visible_to(request.actor).loose().filter(pk__in=numbers).order_by("pk"))
    if missing := sorted(set(numbers) - {each.pk for each in found}):
        raise QilianError(f"no demand that waits: {missing[0]}", where="demands", mend="see GET /api/v1/demands/")
    return found


def _group(each: posing.Proposal) -> dict[str, Any]:
    return {
        "demands": [row.pk for row in each.demands],
        "loose": [row.pk for row in each.loose],
        "problem": each.problem.pk if each.problem else None,
        "reasons": [words(reason) for reason in each.reasons],
        "likeness": each.likeness,
    }


def _handled(row: Problem) -> dict[str, Any]:
    demands = list(row.demands.order_by("pk"))
    return {
        **problem_out(row, len(demands)),
        "version": row.version,
        "due": min((each.due for each in demands if each.due and each.state == "assigned"), default=None),
        "demand_numbers": [each.pk for each in demands],
        "merged_into": row.merged_into_id,
    }
