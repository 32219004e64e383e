"""Chain leaders for programs: bonds, shared control points with requirements and figures, help and what it came to."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from qilian.chain import ControlPoint
from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.filling import Amount, Exact, cleaned, exact
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Version
from qilian.portal.improvement.forms.fields import AheadField
from qilian.portal.leading import commands, counting
from qilian.portal.leading.forms import FiguresForm, HelpForm, InviteForm, MeasurementForm, NodesForm, RequirementForm
from qilian.portal.leading.models import Bond, Help, Measurement, Requirement

router = Router(tags=["leading"], auth=LOGGED_IN)
FIRMS = Access(frozenset({"firm"}))
REGULATORS = Access(frozenset({"regulator"}))
Name = Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^\r\n]*$")]
Doubt = Annotated[Amount | None, Field(ge=0, description="Expanded uncertainty.")]
Nodes = Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=commands.MOST_NODES)]


class BondOut(Schema):
    """A leader and a supplier."""

    number: int
    reference: str
    leader: str
    supplier: str
    nodes: list[str] = Field(description="Ids of the parts of the chain that the supplier makes.")
    words: str
    state: str = Field(description="`invited`, `active`, `declined`, `withdrawn` or `ended`.")
    outcome: str = Field(description="Why it was declined, withdrawn or ended.")
    version: int
    created: datetime


class BondIn(Given):
    """An invitation."""

    supplier: Name = Field(description="Full name or credit code of a firm.")
    nodes: Nodes
    words: str = Field("", max_length=2000)


class NodesIn(Given):
    """The parts of the chain that are shared from now on."""

    nodes: Nodes
    version: Version = None


class BondMove(Given):
    """What is to happen to a bond."""

    event: Literal["accept", "decline", "withdraw", "end"]
    words: str = Field("", max_length=2000, description="Why; of all but `accept`.")
    version: Version = None


class RequirementOut(Schema):
    """A version of what is required at a control point."""

    point: str

    number: int
    lower: Exact | None
    upper: Exact | None
    unit: str
    standard: str
    test: str
    starts: date
    words: str
    lifted: bool = Field(description="From that day on nothing is required any more.")
    open: bool = Field(description="Whether the regulator of the leader's division may read it.")


class MeasurementOut(Schema):
    """A figure of the supplier."""

    value: Exact
    uncertainty: Exact | None
    unit: str
    on: date
    report: str = Field(description="Which of the supplier's reports it comes from; empty of an own figure.")


class SharedPoint(Schema):
    """A control point that both sides share."""

    id: str
    node: str
    tests: list[str]
    requirement: RequirementOut | None = Field(description="In force today.")
    coming: list[RequirementOut]
    figure: MeasurementOut | None = Field(description="The latest.")
    standing: str = Field(description="`met`, `missed` or `cannot_be_told`: that figure against its day's requirement.")
    laboratories: list[str] = Field(description="Codes of those that can do one of its tests.")


class RequirementIn(Given):
    """What is required from a day on; the version before it stays."""

    lower: Amount | None = None
    upper: Amount | None = None
    unit: str = Field("", max_length=30)
    standard: str = Field("", max_length=80)
    test: str = Field("", max_length=80, description="Id of one of the point's tests.")
    starts: Day = Field(description="From today on, at most three years ahead.")
    words: str = Field("", max_length=2000)
    open: bool = False
    lifted: bool = Field(False, description="Require nothing any more from that day on; without limits.")


class MeasurementIn(Given):
    """A figure, in the unit of the requirement of its day."""

    value: Amount
    uncertainty: Doubt = None
    on: Day
    report: str = Field("", max_length=40, description="`file/place`: a file of GET /products/{number}/evidence.")


class HelpBefore(Given):
    """A figure before help; a measured one names its report."""

    before: Amount | None = None
    before_uncertainty: Doubt = None
    before_basis: Literal["", "typed", "measured"] = ""
    before_source: str = Field("", max_length=120)


class HelpIn(HelpBefore):
    """Help, and what it was to improve; the figure after follows by a request of its own."""

    kind: Literal["test", "training", "equipment", "project", "other"]
    title: str = Field(min_length=4, max_length=80)
    words: str = Field("", max_length=2000)
    on: Day
    about: str = Field(max_length=140, description="`point/ID` of a requirement in force, or `indicator/SYSTEM/ID`.")


class FiguresIn(HelpBefore):
    """Figures before and after, in the place of those that were there; they have to be confirmed."""

    after: Amount | None = None
    after_uncertainty: Doubt = None
    after_basis: Literal["", "typed", "measured"] = ""
    after_source: str = Field("", max_length=120)
    version: Version = None


class HelpMove(Given):
    """What is to happen to help."""

    event: Literal["confirm", "dispute", "drop"]
    words: str = Field("", max_length=2000, description="Of `dispute`: why.")
    version: Version = None


class HelpOut(Schema):
    """Help and what it came to."""

    number: int
    bond: int
    kind: str
    title: str
    words: str
    on: date
    about: str
    before: Exact | None
    before_uncertainty: Exact | None
    before_basis: str
    before_source: str
    after: Exact | None
    after_uncertainty: Exact | None
    after_basis: str
    after_source: str
    verdict: str = Field(description="`improved`, `not_improved` or `cannot_be_told`.")
    state: str = Field(description="`entered`, `confirmed`, `disputed` or `dropped`; only what is confirmed counts.")
    version: int
    outcome: str


class LeaderOut(Schema):
    """A leader as the regulator of its division sees it."""

    leader: str
    suppliers: int = Field(description="Active bonds.")
    improved: int
    not_improved: int
    cannot_be_told: int
    not_confirmed: int
    opened: list[RequirementOut] = Field(description="Requirements in force that the leader opened.")


@router.get("/bonds/", response={200: Page[BondOut], **ANSWERS}, summary="List leaders and suppliers")
@allow(FIRMS)
def bonds(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the bonds where the firm leads or is led."""
    return paged(Bond.objects.visible_to(request.actor).select_related("leader", "supplier"), asked, _bond)


@router.post("/bonds/", response={201: BondOut, **ANSWERS}, summary="Invite a supplier")
@allow(FIRMS)
@once
def invite(request: PortalRequest, given: BondIn) -> tuple[int, dict[str, Any]]:
    """Ask a firm to be led, for the parts of the chain that it makes."""
    data = cleaned(InviteForm(given.model_dump()))
    return 201, _bond(commands.invite(request.actor, data["supplier"], data["nodes"], data["words"]))


@router.get("/bonds/{number}", response={200: BondOut, **ANSWERS}, summary="Read a bond")
@allow(FIRMS)
def bond(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a bond."""
    return _bond(_visible(request, number))


@router.put("/bonds/{number}/nodes", response={200: BondOut, **ANSWERS}, summary="Share parts of the chain")
@allow(FIRMS)
@once
def set_nodes(request: PortalRequest, number: Id, given: NodesIn) -> tuple[int, dict[str, Any]]:
    """Say which parts of the chain the supplier makes."""
    row, data = _visible(request, number), cleaned(NodesForm(given.model_dump()))
    commands.set_nodes(row, request.actor, data["nodes"], given.version)
    return 200, _bond(row)


@router.post("/bonds/{number}/moves", response={200: BondOut, **ANSWERS}, summary="Move a bond")
@allow(FIRMS)
@once
def move(request: PortalRequest, number: Id, given: BondMove) -> tuple[int, dict[str, Any]]:
    """Accept, decline, withdraw or end a bond."""
    row = _visible(request, number)
    commands.move(row, given.event, request.actor, given.words, given.version)
    return 200, _bond(row)


@router.get(
    "/bonds/{number}/points", response={200: Page[SharedPoint], **ANSWERS}, summary="List shared control points"
)
@allow(FIRMS)
def points(request: PortalRequest, number: Id, asked: Asked) -> dict[str, Any]:
    """List the shared control points: what is required, where the supplier stands, who can test them."""
    return paged(counting.shared(_visible(request, number)), asked, _shared)


@router.post(
    "/bonds/{number}/points/{control_point}/requirements",
    response={201: RequirementOut, **ANSWERS},
    summary="Share a requirement",
)
@allow(FIRMS)
@once
def require(request: PortalRequest, number: Id, control_point: str, given: RequirementIn) -> tuple[int, dict[str, Any]]:
    """Share what is required at a control point, from a day on."""
    row = _visible(request, number)
    found = _point(row, control_point)
    if given.lifted:
        fields = {"is_lifted": True, "starts": AheadField().clean(given.starts)}
    else:
        fields = cleaned(RequirementForm({**given.model_dump(), "is_open": given.open}, point=found))
    return 201, _requirement(commands.require(row, request.actor, control_point, fields))


@router.post(
    "/bonds/{number}/points/{control_point}/figures",
    response={201: MeasurementOut, **ANSWERS},
    summary="Give a point's figure",
)
@allow(FIRMS)
@once
def measured(
    request: PortalRequest, number: Id, control_point: str, given: MeasurementIn
) -> tuple[int, dict[str, Any]]:
    """Give a figure of the supplier at a control point."""
    row = _visible(request, number)
    _point(row, control_point)
    versions = list(row.requirements.filter(point=control_point))
    form = MeasurementForm(given.model_dump(), supplier=row.supplier, versions=versions)
    cleaned(form)
    return 201, _measurement(commands.measured(row, request.actor, control_point, form.fields_of()))


@router.get("/bonds/{number}/help", response={200: Page[HelpOut], **ANSWERS}, summary="List help")
@allow(FIRMS)
def all_help(request: PortalRequest, number: Id, asked: Asked) -> dict[str, Any]:
    """List the help of a bond with what it came to."""
    return paged(_visible(request, number).helps.select_related("requirement"), asked, _help)


@router.post("/bonds/{number}/help", response={201: HelpOut, **ANSWERS}, summary="Enter help")
@allow(FIRMS)
@once
def enter(request: PortalRequest, number: Id, given: HelpIn) -> tuple[int, dict[str, Any]]:
    """Enter help that the firm gave a supplier, who is asked to confirm it."""
    row = _visible(request, number)
    form = HelpForm(given.model_dump(), rows=counting.shared(row))
    cleaned(form)
    return 201, _help(commands.enter(row, request.actor, form.fields_of()))


@router.put(
    "/bonds/{number}/help/{help}/figures", response={200: HelpOut, **ANSWERS}, summary="Give figures before and after"
)
@allow(FIRMS)
@once
def measure(request: PortalRequest, number: Id, help: Id, given: FiguresIn) -> tuple[int, dict[str, Any]]:
    """Give other figures before and after; the supplier has to confirm them."""
    row, form = _one(request, number, help), FiguresForm(given.model_dump())
    cleaned(form)
    commands.measure(row, request.actor, form.figures(), given.version)
    return 200, _help(row)


@router.post("/bonds/{number}/help/{help}/moves", response={200: HelpOut, **ANSWERS}, summary="Move help")
@allow(FIRMS)
@once
def move_help(request: PortalRequest, number: Id, help: Id, given: HelpMove) -> tuple[int, dict[str, Any]]:
    """Confirm, dispute or drop help."""
    row = _one(request, number, help)
    commands.move_help(row, given.event, request.actor, given.words, given.version)
    return 200, _help(row)


@router.get("/leaders/", response={200: Page[LeaderOut], **ANSWERS}, summary="Count help by its effect")
@allow(REGULATORS)
def leaders(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the leaders of the division with what their help came to; never their suppliers or what is not opened."""
    return paged(counting.by_leader(request.actor), asked, _leader)


def _visible(request: PortalRequest, number: int) -> Bond:
    rows = Bond.objects.visible_to(request.actor).select_related("leader", "supplier")
    return get_object_or_404(rows, pk=number)


def _point(row: Bond, key: str) -> ControlPoint:
    found = commands.point_of(row, key)
    if found is None:
        raise Http404
    return found


def _one(request: PortalRequest, number: int, key: int) -> Help:
    rows = Help.objects.filter(bond__in=Bond.objects.visible_to(request.actor), bond=number)
    return get_object_or_404(rows.select_related("bond__leader", "bond__supplier", "requirement"), pk=key)


def _bond(row: Bond) -> dict[str, Any]:
    plain = ("reference", "nodes", "words", "state", "outcome", "version", "created")
    names = {"leader": row.leader.name, "supplier": row.supplier.name}
    return {"number": row.pk, **names, **{name: getattr(row, name) for name in plain}}


def _requirement(row: Requirement) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("point", "number", "unit", "standard", "test", "starts", "words")}
    limits = {"lower": exact(row.lower), "upper": exact(row.upper)}
    return {**plain, **limits, "lifted": row.is_lifted, "open": row.is_open}


def _measurement(row: Measurement) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("unit", "on", "report")}
    return {**plain, "value": exact(row.value), "uncertainty": exact(row.uncertainty)}


def _shared(each: counting.Shared) -> dict[str, Any]:
    return {
        "id": each.point.id,
        "node": each.point.node,
        "tests": list(each.point.tests),
        "requirement": _requirement(each.requirement) if each.requirement else None,
        "coming": [_requirement(row) for row in each.coming],
        "figure": _measurement(each.measurement) if each.measurement else None,
        "standing": each.standing.value,
        "laboratories": [laboratory.id for laboratory in each.laboratories],
    }


def _help(row: Help) -> dict[str, Any]:
    plain = ("kind", "title", "words", "on", "state", "version", "outcome")
    sides = [f"{side}_{name}" for side in ("before", "after") for name in ("basis", "source")]
    figures = ("before", "before_uncertainty", "after", "after_uncertainty")
    return {
        "number": row.pk,
        "bond": row.bond_id,
        **{name: getattr(row, name) for name in (*plain, *sides)},
        **{name: exact(getattr(row, name)) for name in figures},
        "about": f"point/{row.requirement.point}" if row.requirement else f"indicator/{row.system}/{row.indicator}",
        "verdict": row.verdict.value,
    }


def _leader(each: counting.Led) -> dict[str, Any]:
    return {
        "leader": each.leader.name,
        "suppliers": each.suppliers,
        "improved": each.effects.improved,
        "not_improved": each.effects.not_improved,
        "cannot_be_told": each.effects.unknown,
        "not_confirmed": each.effects.waiting,
        "opened": [_requirement(row) for row in each.opened],
    }
