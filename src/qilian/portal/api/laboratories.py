"""Laboratories for programs: the list, one of them, its lines, its benches' hours, and who can test something."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from ninja import Field, Query, Router, Schema

from qilian.laboratories import Limit
from qilian.laboratories.scopes import Demand
from qilian.laboratories.scopes.demand import MAX_TEXT
from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import Kind, Organisation
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.organisations import OPERATOR
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Given, Key, Wanted, Words, words
from qilian.portal.network import assigning, calendars, matching, searching
from qilian.portal.network.models import Bench, Laboratory, Line

router = Router(tags=["laboratories"])
Tier = Literal["province", "city", "district"]
Region = Annotated[str, Field(pattern=r"^(\d{6})?$", description="Code of a division; what lies in it counts.")]
Text = Annotated[str, Field(max_length=100)]


class AccreditationOut(Schema):
    """A recognition of competence, both days included."""

    scheme: str
    number: str
    valid_from: date
    valid_until: date


class BenchOut(Schema):
    """A test place that takes one test at a time."""

    code: str
    name: Words
    opens: str = Field(description="Staffed hours of a normal week, ``Mon-Fri 8-17; Sat 8-12``.")
    is_open: bool = Field(description="Whether it takes appointments.")


class LaboratoryShort(Schema):
    """A laboratory in short."""

    code: str
    name: Words
    tier: Tier
    region: str
    city: str
    district: Words
    accreditations: list[AccreditationOut]
    answer_days: int = Field(description="Working days to answer an appointment; 0 takes all that fit at once.")
    is_sample: bool = Field(description="Whether it is invented, for demonstration.")


class LaboratoryOut(LaboratoryShort):
    """A laboratory with its benches."""

    benches: list[BenchOut]


class LimitOut(Schema):
    """A range, both ends included; an absent end is open."""

    name: str
    low: float | None
    high: float | None
    unit: str


class LineOut(Schema):
    """A line that can be booked."""

    row: str
    object: Words
    parameter: Words
    reference: str
    clause: str
    test: str = Field(description="Id of the content pack's test; empty where it is mapped to none.")
    limits: list[LimitOut]
    hours: int
    price: int = Field(description="Yuan.")
    accredited: bool
    benches: list[str]


class DayOut(Schema):
    """The hours of a bench on a day, each ``[from, until)``."""

    day: date
    kind: Literal["normal", "holiday", "make-up"]
    opens: list[tuple[int, int]]
    taken: list[tuple[int, int]]
    free: list[tuple[int, int]]


class CalendarOut(Schema):
    """A bench on some days."""

    bench: str
    days: list[DayOut]


class CalendarsOut(Schema):
    """The benches of a laboratory on some days."""

    notice: Words = Field(description="What one has to know of holidays that are not known yet; else empty.")
    benches: list[CalendarOut]


class ProofOut(Schema):
    """A scope line that proves a match."""

    object: str
    parameter: str
    standard: str
    row: str = Field(description="``row`` of a line that can be booked, or ``SOURCE:LINE`` of a scope table.")
    limits: list[LimitOut]
    matched: list[str]
    hours: int | None
    price: int | None


class FoundOut(Schema):
    """A laboratory that can do it."""

    code: str = Field(description="Empty of one that is not in the network.")
    name: Words
    region: str
    tier: str
    lines: list[ProofOut]


class ShortfallOut(Schema):
    """A hard limit that does not hold."""

    limit: str
    needed: str
    offered: str
    by: Words


class MissedOut(Schema):
    """A laboratory whose line fits the words, and what does not hold."""

    code: str
    name: Words
    line: ProofOut
    shortfalls: list[ShortfallOut]


class AnswerOut(Schema):
    """What one body of scope lines answers."""

    body: Literal["network", "sample", "scopes"] = Field(
        description="Lines that can be booked; those of the content pack's sample; imported and uploaded scope tables."
    )
    lines: int
    count: int
    complete: bool
    laboratories: list[FoundOut]
    near_misses: list[MissedOut]


class Filter(Wanted):
    """What a list is filtered by."""

    text: Text = Field("", description="Words that all have to stand in one line, or in the name.")
    tier: Tier | None = None
    region: Region = ""
    city: Annotated[str, Field(max_length=40)] = ""
    on: Day | None = Field(None, description="A day on which one accreditation has to be valid.")


class Question(Wanted):
    """What is to be tested; all but the text is hard."""

    text: str = Field("", max_length=MAX_TEXT)
    standard: list[Key] = Field(default_factory=list, max_length=5)
    limit: list[Key] = Field(
        default_factory=list, max_length=10, description="``mass=16 kg``, ``temperature=-40..85 °C``."
    )
    region: Region = ""
    tier: list[Tier] = Field(default_factory=list, max_length=3)
    on: Day | None = None


class LineFilter(Wanted):
    """Which lines are looked for."""

    text: Text = ""


class Days(Wanted):
    """Which days are looked at; from today on for four weeks without them."""

    start: Day | None = None
    days: int = Field(28, ge=1, le=calendars.MOST_DAYS)
    bench: Annotated[str, Field(max_length=64)] = Field("", description="Code of one bench; all without it.")


@router.get("/", response={200: Page[LaboratoryShort], **ANSWERS}, summary="List laboratories")
@allow(ANYONE)
def laboratories(request: PortalRequest, wanted: Annotated[Filter, Query()], asked: Asked) -> dict[str, Any]:
    """List the laboratories that are looked for, by their codes."""
    del request
    said = wanted.dict()
    return paged(searching.laboratories(searching.Wanted(**{**said, "tier": wanted.tier or ""})), asked, in_short)


class Assigned(Given):
    """Who is to run a laboratory."""

    laboratory: Key
    organisation: int | None = Field(description="Number of an organisation that is a laboratory; null: nobody.")


@router.put(
    "/organisation", response={200: LaboratoryShort, **ANSWERS}, summary="Say who runs a laboratory", auth=LOGGED_IN
)
@allow(OPERATOR)
@once
def assign(request: PortalRequest, given: Assigned) -> tuple[int, dict[str, Any]]:
    """Give a laboratory to an organisation, whose members then keep its benches and scopes, or take it away."""
    del request
    row, chosen = _row(given.laboratory), Organisation.objects.filter(kind=Kind.LABORATORY)
    number = given.organisation
    assigning.assign(row, get_object_or_404(chosen, pk=number) if number is not None else None)
    return 200, in_short(row)


@router.get("/match", response={200: list[AnswerOut], **ANSWERS}, summary="Ask who can test something")
@allow(ANYONE)
def match(request: PortalRequest, question: Annotated[Question, Query()]) -> list[dict[str, Any]]:
    """Answer from the network, and from the scope tables if there are any, each with proving lines and near misses."""
    del request
    demand = Demand.asked(
        question.text,
        standards=question.standard,
        limits=question.limit,
        region=question.region,
        tiers=question.tier or None,
        on=question.on,
        as_of=question.on or localdate(),
    )
    return [_answer(each) for each in matching.answers(demand)]


@router.get("/{code}", response={200: LaboratoryOut, **ANSWERS}, summary="Read a laboratory")
@allow(ANYONE)
def laboratory(request: PortalRequest, code: Key) -> dict[str, Any]:
    """Return a laboratory with its benches."""
    del request
    row = _row(code)
    return {**in_short(row), "benches": [bench_out(each) for each in row.benches.all()]}


@router.get("/{code}/lines", response={200: Page[LineOut], **ANSWERS}, summary="List what a laboratory can test")
@allow(ANYONE)
def lines(request: PortalRequest, code: Key, wanted: Annotated[LineFilter, Query()], asked: Asked) -> dict[str, Any]:
    """List the lines that can be booked."""
    del request
    found: QuerySet[Line] = searching.lines(wanted.text).filter(laboratory=_row(code))
    return paged(found, asked, line_out)


@router.get("/{code}/calendar", response={200: CalendarsOut, **ANSWERS}, summary="Read free and taken hours")
@allow(ANYONE)
def calendar(request: PortalRequest, code: Key, wanted: Annotated[Days, Query()]) -> dict[str, Any]:
    """Return the hours of the benches that take appointments."""
    del request
    benches = _row(code).benches.filter(is_open=True)
    if wanted.bench:
        benches = benches.filter(code=wanted.bench)
    first = min(wanted.start or localdate(), date(2099, 12, 31) - timedelta(days=wanted.days))
    return {
        "notice": words(calendars.notice(first, wanted.days)),
        "benches": [
            {
                "bench": each.bench.code,
                "days": [
                    {name: getattr(day, name) for name in ("day", "kind", "opens", "taken", "free")}
                    for day in each.days
                ],
            }
            for each in calendars.calendars(list(benches), first, wanted.days)
        ],
    }


def in_short(row: Laboratory) -> dict[str, Any]:
    """Return a laboratory as :class:`LaboratoryShort`."""
    names = ("code", "tier", "region", "city", "accreditations", "answer_days", "is_sample")
    return {**{name: getattr(row, name) for name in names}, "name": words(row.title), "district": words(row.place)}


def bench_out(row: Bench) -> dict[str, Any]:
    """Return a bench as :class:`BenchOut`."""
    return {"code": row.code, "name": words(row.title), "opens": row.opens, "is_open": row.is_open}


def line_out(row: Line) -> dict[str, Any]:
    """Return a line as :class:`LineOut`."""
    names = ("row", "reference", "clause", "test", "hours", "price", "accredited", "benches")
    return {
        **{name: getattr(row, name) for name in names},
        "object": words(row.what),
        "parameter": words(row.measured),
        "limits": _limits(row.ranges),
    }


def _row(code: str) -> Laboratory:
    return get_object_or_404(Laboratory, code=code.replace("\x00", ""))


def _limits(found: Any) -> list[dict[str, Any]]:
    limits: list[Limit] = list(found)
    return [{"name": each.name, "low": each.low, "high": each.high, "unit": each.unit} for each in limits]


def _answer(answer: matching.Answer) -> dict[str, Any]:
    return {
        **{name: getattr(answer, name) for name in ("body", "lines", "count", "complete")},
        "laboratories": [
            {
                **{name: getattr(each, name) for name in ("code", "region", "tier")},
                "name": words(each.name),
                "lines": [_proof(proof) for proof in each.proofs],
            }
            for each in answer.found
        ],
        "near_misses": [
            {
                "code": each.code,
                "name": words(each.name),
                "line": _proof(each.proof),
                "shortfalls": [
                    {**{name: getattr(short, name) for name in ("limit", "needed", "offered")}, "by": words(short.by)}
                    for short in each.shortfalls
                ],
            }
            for each in answer.missed
        ],
    }


def _proof(proof: matching.Proof) -> dict[str, Any]:
    said, line = proof.said, proof.line
    return {
        **{name: getattr(said, name) for name in ("object", "parameter", "standard")},
        "row": line.row if line else said.row,
        "limits": _limits(proof.limits),
        "matched": proof.matched,
        "hours": line.hours if line else None,
        "price": line.price if line else None,
    }
