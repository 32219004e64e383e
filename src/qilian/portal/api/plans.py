"""Plans of a product for programs: making one, reading one, its files, what changed between two."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Router, Schema

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.limits import BUSY
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.products import MAKERS, READERS
from qilian.portal.api.shapes import Given, Id, Words, words
from qilian.portal.workbench import exports, making
from qilian.portal.workbench.comparing import Comparison, Turned, compare
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Plan
from qilian.portal.workbench.views.common import editable, readable, readable_plan

router = Router(tags=["plans"], auth=LOGGED_IN)
Objective = Literal["time", "cost", "distance"]
Tier = Literal["province", "city", "district"]
Form = Literal["html", "json", "xlsx", "ics"]
_FILES = {
    200: {
        "content": {
            media_type.partition(";")[0]: {
                "schema": {"type": "object"} if form == "json" else {"type": "string", "format": "binary"}
            }
            for form, (_, media_type) in exports.FORMS.items()
        }
    }
}


class PlanIn(Given):
    """What a plan is made for, beside the product's own wishes."""

    objective: Objective = "time"
    tiers: list[Tier] = Field(["province", "city", "district"], min_length=1, max_length=3)
    without: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=200, description="Ids of laboratories that may not take part."
    )
    note: str = Field("", max_length=200, description="Why this version is made.")


_AS_IT_IS = PlanIn.model_validate({})


class PlanShort(Schema):
    """A plan in short."""

    version: int
    made: datetime
    note: str
    obligations: int
    undecided: int
    tests: int
    answered: int
    days: float | None
    price: float | None
    kilometres: float | None
    proven: bool


class FigureOut(Schema):
    """A number of both plans; null where there is no itinerary."""

    name: str
    before: float | None
    after: float | None
    difference: float | None


class TurnedOut(Schema):
    """A rule that came out otherwise; empty words mean that it was not there."""

    id: str
    title: Words
    before: Words
    after: Words


class NamedOut(Schema):
    """A test by id and name."""

    id: str
    name: Words


class ComparisonOut(Schema):
    """What differs between two plans."""

    figures: list[FigureOut]
    obligations: list[TurnedOut]
    tests_gone: list[NamedOut]
    tests_new: list[NamedOut]
    homeless: list[Words] = Field(description="Tests that a laboratory took before and none takes now.")
    laboratories_gone: list[Words]
    laboratories_new: list[Words]


@router.get("/{number}/plans", response={200: Page[PlanShort], **ANSWERS}, summary="List a product's plans")
@allow(READERS)
def plans(request: PortalRequest, number: Id, asked: Asked) -> dict[str, Any]:
    """List the versions, the newest first."""
    return paged(readable(request, number).plans.in_short(), asked, plan_short)


@router.post("/{number}/plans", response={201: PlanShort, **ANSWERS}, summary="Make a plan", throttle=BUSY)
@allow(MAKERS)
@once
def make_plan(request: PortalRequest, number: Id, given: PlanIn = _AS_IT_IS) -> tuple[int, dict[str, Any]]:
    """Make the product's next plan; takes a few seconds."""
    product = editable(request, number)
    settings = replace(
        making.Settings.of_product(product),
        objective=given.objective,
        tiers=tuple(dict.fromkeys(given.tiers)),
        without=_laboratories(given.without),
    )
    return 201, plan_short(making.make(product, request.actor, settings, given.note))


@router.get("/{number}/plans/{version}", response={200: dict[str, Any], **ANSWERS}, summary="Read a plan")
@allow(READERS)
def plan(request: PortalRequest, number: Id, version: Id) -> dict[str, Any]:
    """Return a plan as ``qilian plan --json`` prints it."""
    return dict(readable_plan(request, number, version).result)


@router.get(
    "/{number}/plans/{version}/changes/{other}",
    response={200: ComparisonOut, **ANSWERS},
    summary="Compare two versions of a plan",
)
@allow(READERS)
def changes(request: PortalRequest, number: Id, version: Id, other: Id) -> dict[str, Any]:
    """Say what changed from the version ``other`` to this one."""
    after, before = readable_plan(request, number, version), readable_plan(request, number, other)
    return comparison(compare(before, after))


@router.get(
    "/{number}/plans/{version}/export/{form}",
    response={200: None, **ANSWERS},
    openapi_extra={"responses": _FILES},
    summary="Export a plan as a file",
)
@allow(READERS)
def export(
    request: PortalRequest, number: Id, version: Id, form: Form, language: Literal["zh", "en"] = "zh"
) -> HttpResponse:
    """Return a plan as HTML report, JSON, XLSX workbook or iCalendar file."""
    shown = readable_plan(request, number, version)
    write, media_type = exports.FORMS[form]
    answer = HttpResponse(write(shown, language), content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, exports.file_name(shown, form)) or "attachment"
    return answer


def plan_short(row: Plan) -> dict[str, Any]:
    """Return a plan as :class:`PlanShort`."""
    names = ("made", "note", "undecided", "tests", "answered", "days", "price", "kilometres")
    fields = {name: getattr(row, name) for name in names}
    return {"version": row.number, "obligations": row.applies, "proven": row.is_proven, **fields}


def comparison(found: Comparison) -> dict[str, Any]:
    """Return a comparison as :class:`ComparisonOut`."""
    names = ("homeless", "laboratories_gone", "laboratories_new")
    return {
        "figures": [
            {"name": each.name, "before": each.before, "after": each.after, "difference": each.difference}
            for each in found.figures
        ],
        "obligations": [_turned(each) for each in found.obligations],
        "tests_gone": [{"id": test, "name": words(name)} for test, name in found.tests_gone],
        "tests_new": [{"id": test, "name": words(name)} for test, name in found.tests_new],
        **{name: [words(each) for each in getattr(found, name)] for name in names},
    }


def _laboratories(ids: list[str]) -> tuple[str, ...]:
    """Return ids of the network's laboratories; one that is none is refused by name."""
    known = {each.id for each in pack().network.laboratories}
    for each in ids:
        if each not in known:
            raise QilianError(f"{each}: not a laboratory of the network", where="without")
    return tuple(dict.fromkeys(ids))


def _turned(each: Turned) -> dict[str, Any]:
    return {"id": each.id, **{name: words(getattr(each, name)) for name in ("title", "before", "after")}}
