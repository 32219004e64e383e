"""What a laboratory's members change by programs: benches, hours, prices, and the scope table.

The laboratory is the one that the caller's organisation runs; benches and lines are named by their codes. A change
names the version that it was made from; of two at once the second gets 409.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile

from qilian.portal.accounts.access import Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.jobs import JobOut, job_out
from qilian.portal.api.laboratories import BenchOut, LaboratoryShort, LineOut, bench_out, in_short, line_out
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Key, Moment, Wanted, Words, words
from qilian.portal.booking.commands import blocking
from qilian.portal.booking.errors import Taken
from qilian.portal.errors import PortalError
from qilian.portal.network import editing, scope_tables
from qilian.portal.network.editing import StaleError, version
from qilian.portal.network.models import (
    OWN_PURPOSES,
    Bench,
    Laboratory,
    Line,
    Purpose,
    ScopeRow,
    ScopeTable,
    Slot,
    validate_opening_hours,
)
from qilian.portal.network.scope_tables import UnderWayError
from qilian.portal.network.views.own import own
from qilian.portal.site.uploads import read_upload

router = Router(tags=["laboratories"], auth=LOGGED_IN)
MEMBERS = Access(frozenset({"laboratory"}))
Version = Annotated[str, Field(max_length=40, description="As it was read; another one is 409.")]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]


class OwnBench(BenchOut):
    """A bench with the version that a change names."""

    version: str


class OwnLine(LineOut):
    """A line with the version that a change names."""

    version: str


class SlotOut(Schema):
    """Hours that something takes of a bench."""

    slot: int
    bench: str
    start: datetime
    end: datetime
    purpose: str
    note: str


class SlotsOut(Schema):
    """Hours that were taken."""

    slots: list[SlotOut]
    given_up: int = Field(description="Appointments that a failure gave up.")
    job: JobOut | None = Field(description="Plans their paths again; null if there are none.")


class OwnLaboratory(LaboratoryShort):
    """One's laboratory, its benches, and what takes them from now on."""

    version: str
    benches: list[OwnBench]
    slots: list[SlotOut]


class LaboratoryIn(Given):
    """What a laboratory says of itself."""

    version: Version
    answer_days: int = Field(ge=0, le=60)


class NewBench(Given):
    """A bench that is added."""

    name: Name
    name_en: str = Field("", max_length=120)
    opens: str = Field(max_length=120)
    like: str = Field("", max_length=64, description="Code of a bench whose tests it does, too.")


class BenchIn(Given):
    """What changes of a bench."""

    code: Key
    version: Version
    name: Name | None = None
    name_en: str | None = Field(None, max_length=120)
    opens: str | None = Field(None, max_length=120)
    is_open: bool | None = None


class LineIn(Given):
    """What changes of a line."""

    row: Key
    version: Version
    hours: int | None = Field(None, ge=1, le=10_000)
    price: int | None = Field(None, ge=0, le=100_000_000)
    benches: list[Key] | None = Field(None, min_length=1, max_length=100)


class HoursIn(Given):
    """Hours that the laboratory takes itself, of all these benches or of none."""

    benches: list[Key] = Field(min_length=1, max_length=100)
    start: Moment
    end: Moment
    purpose: Literal["blocked", "maintenance", "failure", "elsewhere"]
    note: str = Field("", max_length=200)


class SlotAsked(Wanted):
    """Which hours."""

    slot: Id


class TableOut(Schema):
    """An uploaded scope table in short."""

    number: int
    name: str
    columns: str
    taken: int
    unread: int
    uploaded: datetime
    in_force: datetime | None = Field(description="Since when it is; null of one that is not.")
    job: int | None


class RowOut(Schema):
    """What became of a row."""

    line: int
    taken: bool
    object: str
    parameter: str
    standard: str
    limit: str
    references: list[str]
    limits: list[str]
    unchecked: list[list[str]] = Field(description="Pieces that are no limit, each with the reason in both languages.")
    reason: Words | None
    mend: Words | None
    text: str


class RowsAsked(Wanted):
    """Which rows of the newest table."""

    part: Literal["", "unread", "taken"] = ""


@router.get("/own", response={200: OwnLaboratory, **ANSWERS}, summary="Read one's own laboratory")
@allow(MEMBERS)
def laboratory(request: PortalRequest) -> dict[str, Any]:
    """Return the laboratory with its benches, and what takes them."""
    return _own(own(request))


@router.patch("/own", response={200: OwnLaboratory, **ANSWERS}, summary="Change one's own laboratory")
@allow(MEMBERS)
@once
def change_laboratory(request: PortalRequest, given: LaboratoryIn) -> tuple[int, dict[str, Any]]:
    """Say within how many working days appointments are answered."""
    row = own(request)
    with _conflicts():
        editing.change(row, given.version, answer_days=given.answer_days)
    return 200, _own(row)


@router.post("/own/benches", response={201: OwnBench, **ANSWERS}, summary="Add a bench")
@allow(MEMBERS)
@once
def add_bench(request: PortalRequest, given: NewBench) -> tuple[int, dict[str, Any]]:
    """Add a bench; its code follows from the laboratory's."""
    row = own(request)
    validate_opening_hours(given.opens)
    like = _benches(row, [given.like])[0] if given.like else None
    made = editing.add_bench(row, name=given.name, name_en=given.name_en, opens=given.opens, like=like)
    return 201, _own_bench(made)


@router.patch("/own/benches", response={200: OwnBench, **ANSWERS}, summary="Change, close or open a bench")
@allow(MEMBERS)
@once
def change_bench(request: PortalRequest, given: BenchIn) -> tuple[int, dict[str, Any]]:
    """Change what is given; a closed bench takes no new appointments, what is booked stands."""
    row = get_object_or_404(own(request).benches, code=given.code)
    if given.opens is not None:
        validate_opening_hours(given.opens)
    names = ("name", "name_en", "opens", "is_open")
    values = {name: value for name in names if (value := getattr(given, name)) is not None}
    with _conflicts():
        editing.change(row, given.version, **values)
    return 200, _own_bench(row)


@router.get("/own/lines", response={200: Page[OwnLine], **ANSWERS}, summary="List one's own lines")
@allow(MEMBERS)
def lines(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the lines that can be booked."""
    return paged(own(request).lines.all(), asked, _own_line)


@router.patch("/own/lines", response={200: OwnLine, **ANSWERS}, summary="Change hours, price or benches of a line")
@allow(MEMBERS)
@once
def change_line(request: PortalRequest, given: LineIn) -> tuple[int, dict[str, Any]]:
    """Change what is given."""
    mine = own(request)
    row = get_object_or_404(mine.lines, row=given.row)
    values = {name: value for name in ("hours", "price", "benches") if (value := getattr(given, name)) is not None}
    if given.benches is not None:
        _benches(mine, given.benches)
    with _conflicts():
        editing.change(row, given.version, **values)
    return 200, _own_line(row)


@router.post("/own/hours", response={201: SlotsOut, **ANSWERS}, summary="Take hours of benches")
@allow(MEMBERS)
@once
def take_hours(request: PortalRequest, given: HoursIn) -> tuple[int, dict[str, Any]]:
    """Take hours for the laboratory itself; 409 says what takes them already.

    A failure gives up the appointments in these hours; a job plans their paths again.
    """
    benches = _benches(own(request), given.benches)
    with _conflicts():
        done = blocking.block(request.actor, benches, given.start, given.end, Purpose(given.purpose), given.note)
    job = job_out(done.job) if done.job else None
    return 201, {"slots": [_slot(each) for each in done.slots], "given_up": len(done.lost), "job": job}


@router.delete("/own/hours", response={204: None, **ANSWERS}, summary="Give hours back")
@allow(MEMBERS)
@once
def release_hours(request: PortalRequest, asked: Annotated[SlotAsked, Query()]) -> tuple[int, None]:
    """Give hours back that the laboratory took itself; an appointment is not given up here."""
    slots = Slot.objects.select_related("bench__laboratory").filter(bench__laboratory=own(request))
    blocking.unblock(request.actor, get_object_or_404(slots, pk=asked.slot, purpose__in=OWN_PURPOSES))
    return 204, None


@router.get("/own/scope", response={200: list[TableOut], **ANSWERS}, summary="Read one's own scope tables")
@allow(MEMBERS)
def tables(request: PortalRequest) -> list[dict[str, Any]]:
    """Return the table in force and one that is not, or not yet, taken over; the newest first."""
    return [_table(each) for each in own(request).scope_tables.defer("content")]


@router.post("/own/scope", response={202: JobOut, **ANSWERS}, summary="Upload a scope table")
@allow(MEMBERS)
@once
def upload(request: PortalRequest, file: Annotated[UploadedFile, File()]) -> tuple[int, dict[str, Any]]:
    """Read a CSV or XLSX in the background; when the job is done, it is in force in place of the one before."""
    mine = own(request)
    taken = read_upload(file, scope_tables.MAX_BYTES, ("csv", "xlsx"))
    with _conflicts():
        table = scope_tables.begin(mine, request.actor, taken)
    assert table.job is not None
    return 202, job_out(table.job)


@router.get("/own/scope/rows", response={200: Page[RowOut], **ANSWERS}, summary="Read what became of each row")
@allow(MEMBERS)
def rows(request: PortalRequest, wanted: Annotated[RowsAsked, Query()], asked: Asked) -> dict[str, Any]:
    """List the rows of the newest table that was read, in the order of the file."""
    table = own(request).scope_tables.exclude(columns="").defer("content").first()
    found = ScopeRow.objects.filter(table=table)
    if wanted.part:
        found = found.filter(is_taken=wanted.part == "taken")
    return paged(found, asked, _row)


@contextmanager
def _conflicts() -> Iterator[None]:
    """Turn what somebody else has changed or taken meanwhile into 409."""
    try:
        yield
    except (StaleError, Taken, UnderWayError) as error:
        raise HttpError(409, f"{error.what} {error.mend}") from None


def _benches(row: Laboratory, codes: list[str]) -> list[Bench]:
    found = list(row.benches.select_related("laboratory").filter(code__in=codes))
    if missing := set(codes) - {each.code for each in found}:
        raise PortalError(f"{min(missing)}: no bench of the laboratory", where="benches")
    return found


def _own(row: Laboratory) -> dict[str, Any]:
    slots = Slot.objects.filter(bench__laboratory=row, end__gt=timezone.now()).select_related("bench")
    return {
        **in_short(row),
        "version": version(row),
        "benches": [_own_bench(each) for each in row.benches.all()],
        "slots": [_slot(each) for each in slots],
    }


def _own_bench(row: Bench) -> dict[str, Any]:
    return {**bench_out(row), "version": version(row)}


def _own_line(row: Line) -> dict[str, Any]:
    return {**line_out(row), "version": version(row)}


def _slot(row: Slot) -> dict[str, Any]:
    names = ("start", "end", "purpose", "note")
    return {"slot": row.pk, "bench": row.bench.code, **{name: getattr(row, name) for name in names}}


def _table(row: ScopeTable) -> dict[str, Any]:
    names = ("name", "columns", "taken", "unread", "uploaded", "in_force")
    return {"number": row.pk, "job": row.job_id, **{name: getattr(row, name) for name in names}}


def _row(row: ScopeRow) -> dict[str, Any]:
    names = ("line", "object", "parameter", "standard", "limit", "references", "limits", "unchecked", "text")
    return {
        **{name: getattr(row, name) for name in names},
        "taken": row.is_taken,
        "reason": words(row.why) if row.reason else None,
        "mend": words(row.how) if row.mend else None,
    }
