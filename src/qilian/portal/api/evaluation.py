"""Evaluation for programs: indicator systems, frozen contests with standings and replay, figures, policy tools."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from qilian.errors import QilianError
from qilian.evaluation import (
    Indicator,
    IndicatorSystem,
    checked_period,
    offers_to_data,
    read_facts,
    standings_to_data,
    tools_for,
    write_figure,
)
from qilian.portal.accounts.access import ANYONE, Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Id, Wanted, Words, words
from qilian.portal.evaluation import contests, helping, keeping, subjects
from qilian.portal.evaluation.computing import is_computed
from qilian.portal.evaluation.models import Contest, Figure, KeptTool, Origin

content = Router(tags=["evaluation"])
router = Router(tags=["evaluation"], auth=LOGGED_IN)
REGULATORS = Access(frozenset({"regulator", "operator"}))
READERS = Access(frozenset({"firm", "regulator", "operator"}))
TOOL_READERS = Access(frozenset({"firm", "window", "regulator", "operator"}))
GIVERS = Access(frozenset({"firm", "regulator"}))
Period = Annotated[str, Field(min_length=4, max_length=7, description="`2026`, `2026-Q3` or `2026-09`.")]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class IndicatorOut(Schema):
    """One thing that is measured."""

    id: str
    group: str
    title: Words
    definition: Words
    unit: Words
    direction: str
    computed: bool = Field(description="Whether the portal computes it from its own records.")
    confidence: str


class SystemOut(Schema):
    """An indicator system."""

    id: str
    version: str
    title: Words
    sample: bool = Field(description="Whether its scales or targets are invented.")
    indicators: list[IndicatorOut]


class ToolSearch(Schema):
    """What is known of a firm, beside what it has answered."""

    fact: list[Annotated[str, Field(max_length=200)]] = Field(
        [], max_length=50, description="`fact=value`, e.g. `firm.employees=120`; values of a set divided by commas."
    )
    on: Day | None = Field(None, description="Today without it.")


class OfferOut(Schema):
    """A policy tool, and whether it fits."""

    id: str
    kind: str
    title: Words
    gives: Words
    outcome: str = Field(description="`applies`, `does_not_apply` or `undecided`.")
    in_force: bool = Field(description="Whether it can be asked for on the day.")
    because: list[str] = Field(description="Facts that decided it.")
    missing: list[str] = Field(description="Facts that could still decide it.")
    sample: bool = Field(description="Whether it is invented.")
    confidence: str


class OpenFactOut(Schema):
    """A fact that undecided tools wait for."""

    fact: str
    text: Words


class ToolsOut(Schema):
    """Policy tools, those that fit first, and the questions that are open."""

    format: str
    tools: list[OfferOut]
    questions: list[OpenFactOut]


class ContestOut(Schema):
    """A frozen contest in short."""

    number: int
    title: str
    period: str
    system: str
    sha256: str
    corrects: int | None
    corrected_by: int | None


class StandingOut(Schema):
    """Where a firm stands; scores are decimals as texts, exactly."""

    id: str
    name: str
    rank: int
    interval: list[int]
    score: str
    score_at_best: str
    missing: list[str]


class ReplayOut(Schema):
    """What came of computing a contest again from its file."""

    same: bool = Field(description="Whether the same bytes came out.")
    sha256: str


class FigureSearch(Wanted):
    """What is looked for."""

    subject: str = Field("", max_length=40, description="`firm:12` or `region:330100`.")
    system: str = Field("", max_length=60)
    indicator: str = Field("", max_length=60)
    period: str = Field("", max_length=7)


class FigureIn(Given):
    """A figure, where it was read, and the day on which it held (today without it)."""

    subject: Name
    system: Name
    indicator: Name
    period: Period
    value: float | None = Field(None, ge=-1e15, le=1e15, description="Null: there is no figure.")
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    on: Day | None = None


class IndicatorFigureOut(Schema):
    """A figure as it stands now, with the records that a computed one was made of."""

    number: int
    subject: str
    system: str
    indicator: str
    period: str
    value: float | None
    origin: Literal["typed", "imported", "computed"]
    source: str
    on: date
    words: Words
    records: list[Any] = Field(description="Of a computed figure: kind, number and what each gave.")
    given: datetime


@content.get("/systems", response={200: list[SystemOut], **ANSWERS}, summary="List indicator systems")
@allow(ANYONE)
def systems(request: PortalRequest) -> list[dict[str, Any]]:
    """List the systems of the content pack with all indicators."""
    del request
    return [_system(each) for each in contests.systems().values()]


@router.get("/contests/", response={200: Page[ContestOut], **ANSWERS}, summary="List contests")
@allow(REGULATORS)
def all_contests(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the contests of the division and of those below, the newest first."""
    rows = Contest.objects.visible_to(request.actor).select_related("corrected_by").defer("content")
    return paged(rows, asked, _contest)


@router.get("/contests/{number}/standings", response={200: Page[StandingOut], **ANSWERS}, summary="Read a ranking")
@allow(REGULATORS)
def standings(request: PortalRequest, number: Id, asked: Asked) -> dict[str, Any]:
    """Return the standings with their intervals, best first."""
    return paged(standings_to_data(contests.opened(_readable(request, number)).scores), asked)


@router.post("/contests/{number}/replay", response={200: ReplayOut, **ANSWERS}, summary="Compute a contest again")
@allow(REGULATORS)
@once
def replay(request: PortalRequest, number: Id) -> tuple[int, dict[str, Any]]:
    """Compute a contest again from the file that is kept; nothing is changed."""
    row = _readable(request, number)
    return 200, {"same": contests.replayed(row).same, "sha256": row.sha256}


@router.get("/figures/", response={200: Page[IndicatorFigureOut], **ANSWERS}, summary="List figures")
@allow(READERS)
def figures(request: PortalRequest, wanted: Annotated[FigureSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the figures that stand now and that the account sees."""
    given = {name: value for name, value in wanted.model_dump().items() if value}
    return paged(Figure.objects.visible_to(request.actor).current().filter(**given), asked, _figure)


@router.post("/figures/", response={201: IndicatorFigureOut, **ANSWERS}, summary="Give a figure")
@allow(GIVERS)
@once
def give(request: PortalRequest, given: FigureIn) -> tuple[int, dict[str, Any]]:
    """Give a figure of one's own firm, or of the division or a firm that one oversees; the earlier one stays."""
    subject = subjects.find(request.actor, given.subject)
    if subject is None or not subjects.answers_for(request.actor, subject):
        raise QilianError("not a subject of yours", where="subject", mend="name your own")
    system = contests.systems().get(given.system)
    if system is None or not subject.fits(system):
        raise QilianError("no such system for this subject", where="system", mend="see /api/v1/evaluation/systems")
    indicator = system.indicator(given.indicator)
    if is_computed(indicator):
        raise QilianError("the portal computes this one", where="indicator", mend="leave it to the portal")
    try:
        period = checked_period(given.period)
    except ValueError as error:
        raise QilianError(str(error), where="period") from None
    on = given.on or timezone.localdate()
    value = float("nan") if given.value is None else float(write_figure(given.value) or "nan")
    keeping.keep(
        request.actor, [keeping.Given(subject, system, indicator, period, value, given.source, on)], Origin.TYPED
    )
    row = Figure.objects.current().filter(
        subject=subject.key, system=system.id, indicator=indicator.id, period=period
    ).first()  # fmt: skip
    if row is None:
        raise QilianError("there is no figure to take back", where="value", mend="give one")
    return 201, _figure(row)


@router.get("/tools", response={200: ToolsOut, **ANSWERS}, summary="Which policy tools fit, and why")
@allow(TOOL_READERS)
def tools(request: PortalRequest, wanted: Annotated[ToolSearch, Query()]) -> dict[str, Any]:
    """Return the tools of the division: for a firm by what it has answered, and by the facts that are given here."""
    firm = request.actor.organisation if request.actor.kind == "firm" else None
    box = helping.toolbox_of(KeptTool.objects.current().visible_to(request.actor))
    known = helping.values(helping.answers_of(firm)) if firm else {}
    found = tools_for({**known, **read_facts(wanted.fact, box)}, box, wanted.on or timezone.localdate())
    return offers_to_data(found, box)


def _readable(request: PortalRequest, number: int) -> Contest:
    return get_object_or_404(Contest.objects.visible_to(request.actor), pk=number)


def _system(system: IndicatorSystem) -> dict[str, Any]:
    return {
        "id": system.id,
        "version": system.version,
        "title": words(system.title),
        "sample": system.sample,
        "indicators": [_indicator(each) for each in system.indicators],
    }


def _indicator(each: Indicator) -> dict[str, Any]:
    return {
        "id": each.id,
        "group": each.group,
        "title": words(each.title),
        "definition": words(each.definition),
        "unit": words(each.unit),
        "direction": each.direction.value,
        "computed": is_computed(each),
        "confidence": each.confidence,
    }


def _contest(row: Contest) -> dict[str, Any]:
    later = getattr(row, "corrected_by", None)
    return {
        "number": row.pk,
        "title": row.title,
        "period": row.period,
        "system": row.system,
        "sha256": row.sha256,
        "corrects": row.corrects_id,
        "corrected_by": later.pk if later else None,
    }


def _figure(row: Figure) -> dict[str, Any]:
    names = ("subject", "system", "indicator", "period", "value", "origin", "source", "on", "records", "given")
    return {"number": row.pk, **{name: getattr(row, name) for name in names}, "words": words(row.words)}
