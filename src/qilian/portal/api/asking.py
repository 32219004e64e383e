"""Asking about a plan, for programs: what if, why not this laboratory, time against price; keeping what was found."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.datastructures import MultiValueDict
from ninja import Field, Query, Router, Schema

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.jobs import JobOut, job_out
from qilian.portal.api.limits import BUSY
from qilian.portal.api.plans import ComparisonOut, Objective, PlanShort, Tier, comparison, plan_short
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.products import MAKERS, READERS
from qilian.portal.api.shapes import Day, Given, Id, Words, words
from qilian.portal.workbench import fronts, making
from qilian.portal.workbench.asking import AskForm
from qilian.portal.workbench.showing import ShownPlan
from qilian.portal.workbench.views.common import editable_plan, readable_plan
from qilian.portal.workbench.what_ifs import ask, why_not_used

router = Router(tags=["what-ifs"], auth=LOGGED_IN)
Laboratory = Annotated[str, Field(min_length=1, max_length=64)]


class WhatIf(Given):
    """What is to be otherwise than in the plan; what is left out stays."""

    home: str | None = Field(None, max_length=40, description="Id of the city of the samples.")
    on: Day | None = None
    objective: Objective | None = None
    tiers: list[Tier] | None = Field(None, min_length=1, max_length=3)
    without: list[Laboratory] | None = Field(
        None, max_length=200, description="Ids of laboratories of the plan that may not take part."
    )
    specimens: int | None = Field(None, ge=1, le=20)


class WhatIfOut(Schema):
    """The difference that the changes make."""

    changes: list[str] = Field(description="What was asked, in words.")
    comparison: ComparisonOut


class PointOut(Schema):
    """A plan between the fastest and the cheapest."""

    number: int
    days: float
    price: float
    kilometres: float
    proven: bool
    itinerary: dict[str, Any] = Field(description="As ``itinerary`` of ``qilian plan --json``.")


class FrontOut(Schema):
    """Points of which none is both earlier and cheaper than another; null until they were searched."""

    points: list[PointOut] | None


_AT = "/{number}/plans/{version}"


@router.get(f"{_AT}/what-if", response={200: WhatIfOut, **ANSWERS}, summary="Ask a what-if", throttle=BUSY)
@allow(MAKERS)
def what_if(request: PortalRequest, number: Id, version: Id, wanted: Annotated[WhatIf, Query()]) -> dict[str, Any]:
    """Say what the plan would be under changes; takes a few seconds, keeps nothing."""
    shown = editable_plan(request, number, version)
    form = _form(shown, wanted)
    found = ask(shown.plan.product, shown, form.asked)
    return {"changes": form.words(), "comparison": comparison(found.comparison)}


@router.post(f"{_AT}/what-if", response={201: PlanShort, **ANSWERS}, summary="Keep a what-if", throttle=BUSY)
@allow(MAKERS)
@once
def keep_what_if(request: PortalRequest, number: Id, version: Id, given: WhatIf) -> tuple[int, dict[str, Any]]:
    """Keep the plan under changes as the product's next version."""
    shown = editable_plan(request, number, version)
    form, product = _form(shown, given), shown.plan.product
    found = ask(product, shown, form.asked)
    kept = making.keep(product, request.actor, found.settings, found.plan, "; ".join(form.words()))
    return 201, plan_short(kept)


@router.get(f"{_AT}/why-not/{{laboratory}}", response={200: Words, **ANSWERS}, summary="Ask why not", throttle=BUSY)
@allow(MAKERS)
def why_not(request: PortalRequest, number: Id, version: Id, laboratory: Laboratory) -> dict[str, str]:
    """Say in words why a laboratory is not on the itinerary; takes a few seconds."""
    shown = editable_plan(request, number, version)
    return words(why_not_used(shown.plan.product, shown, laboratory))


@router.get(f"{_AT}/front", response={200: FrontOut, **ANSWERS}, summary="Read time against price")
@allow(READERS)
def front(request: PortalRequest, number: Id, version: Id) -> dict[str, Any]:
    """Return the points that were found, the fastest first."""
    found = readable_plan(request, number, version).plan.front
    points = [{"number": each, **point} for each, point in enumerate(found["points"])] if found else None
    return {"points": points}


@router.post(f"{_AT}/front", response={202: JobOut, **ANSWERS}, summary="Search time against price", throttle=BUSY)
@allow(MAKERS)
@once
def find_front(request: PortalRequest, number: Id, version: Id) -> tuple[int, dict[str, Any]]:
    """Start the search as a job."""
    return 202, job_out(fronts.begin(editable_plan(request, number, version).plan, request.actor))


@router.post(f"{_AT}/front/{{point}}/keep", response={201: PlanShort, **ANSWERS}, summary="Keep a point", throttle=BUSY)
@allow(MAKERS)
@once
def keep_point(
    request: PortalRequest, number: Id, version: Id, point: Annotated[int, Field(ge=0, le=99)]
) -> tuple[int, dict[str, Any]]:
    """Keep a point of time against price as the product's next version."""
    kept = fronts.keep(editable_plan(request, number, version), request.actor, point)
    if kept is None:
        raise Http404
    return 201, plan_short(kept)


def _form(shown: ShownPlan, wanted: WhatIf) -> AskForm:
    """Return the form of the pages, filled with the plan's own settings and with what is wanted otherwise."""
    filled = {**AskForm(shown=shown).initial, **wanted.model_dump(exclude_none=True)}
    data = {name: value if isinstance(value, list) else [value] for name, value in filled.items()}
    form = AskForm(MultiValueDict(data), shown=shown)
    if not form.is_valid():
        raise ValidationError({name: [str(each) for each in errors] for name, errors in form.errors.items()})
    return form
