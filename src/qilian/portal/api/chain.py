"""The quality map for programs: nodes, one of them, traces, weak points, coverage, what a new bench would improve.

Answers are those of ``qilian chain … --json``; laboratories are public, so that all who are logged in get the same.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.timezone import localdate
from ninja import Field, Query, Router, Schema

from qilian.chain import Chain, Node, Where, best_bench, coverage, gaps, json_writer, reached, suspects
from qilian.laboratories import City, Network
from qilian.portal.accounts.access import SIGNED_IN
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Day, Key, Wanted, Words
from qilian.portal.chain import reading
from qilian.portal.chain.measures import Row, rows
from qilian.portal.network.storing import stored
from qilian.portal.rulebook.reading import pack

router = Router(tags=["chain"], auth=LOGGED_IN)
Priority = Literal["H", "M", "L"]
Share = Annotated[float, Field(ge=0, le=1)]
Km = Annotated[int, Field(ge=0, le=5_000)]


class NodeShort(Schema):
    """A node in short."""

    id: str
    name: Words
    layer: Literal["material", "part", "component", "assembly", "machine"]
    system: str


class NodeRow(NodeShort):
    """A node with its figures."""

    points: int
    share: Share = Field(description="Of all ways from material to machine, the part that passes it.")
    coverage: Share | None = Field(description="How far laboratories can test its points; null where it has none.")
    laboratories: int | None = Field(description="How many can do a test of one of its points.")
    makers: int
    invented: int = Field(description="How many of the makers are samples.")


class FailureOut(Schema):
    """A way to fail, rated from 1 to 10."""

    mode: Words
    effect: Words
    severity: int
    occurrence: int
    detection: int
    priority: Priority


class ControlPointOut(Schema):
    """A control point; its priority comes from a table that is unverified."""

    id: str
    characteristic: Words
    requirement: Words
    priority: Priority
    failures: list[FailureOut]
    tests: list[str]
    references: list[str]
    source: str
    confidence: str


class MakerOut(Schema):
    """Somebody who makes it."""

    name: Words
    region: str
    sample: bool
    source: str
    confidence: str


class ChainNodeOut(Schema):
    """All that is known of a node."""

    node: NodeShort
    source: str
    confidence: str
    made_of: list[NodeShort]
    goes_into: list[NodeShort]
    makers: list[MakerOut]
    points: list[ControlPointOut]
    laboratories: dict[str, list[str]] = Field(description="Codes of the laboratories that can do each test.")
    notices: list[Words]


class TraceRow(Schema):
    """A node up or down the chain."""

    node: NodeShort
    priority: Priority | None = None
    shown: list[str] = Field(default_factory=list, description="Its points that the failed test measures.")
    share: Share
    distance: int
    route: list[str]
    reason: Words


class Elsewhere(Schema):
    """The nearest laboratory that can do a test but does not count."""

    laboratory: str
    km: int | None


class GapOut(Schema):
    """A control point that cannot be tested whole."""

    node: NodeShort
    point: ControlPointOut
    missing: list[str] = Field(description="Tests that nobody who counts can do.")
    elsewhere: list[Elsewhere | None] = Field(description="For each of them; null where nobody can do it.")
    reason: Words


class PriorityCoverage(Schema):
    """Coverage of the points of one priority."""

    priority: Priority
    points: int
    coverage: Share | None


class CityCoverage(Schema):
    """What the laboratories of one city cover alone."""

    city: str
    name: Words
    region: str
    laboratories: int
    coverage: Share


class CoverageOut(Schema):
    """How well laboratories cover the chain."""

    coverage: Share
    by_priority: list[PriorityCoverage]
    cities: list[CityCoverage]
    notices: list[Words]


class BenchLike(Schema):
    """A bench that there is."""

    bench: str
    name: Words
    laboratory: str


class KindOut(Schema):
    """A kind of bench and what it would improve."""

    like: BenchLike = Field(description="A bench of that kind.")
    adds: list[str]
    points: list[str]
    gain: Share
    urgent: int
    reason: Words


class ChainCounts(Wanted):
    """Which laboratories count."""

    region: str = Field("", pattern=r"^(\d{2,6})?$", description="A division: its code or the beginning of one.")
    tier: Literal["", "province", "city", "district"] = ""
    city: str = Field("", max_length=60, description="With ``km``: only laboratories so near to it.")
    km: Km | None = None
    on: Day | None = Field(None, description="Day on which accreditation has to be valid; today without.")


class NodeSearch(ChainCounts):
    """What is looked for."""

    system: str = Field("", max_length=60)
    layer: str = Field("", max_length=20)


class TraceAsked(Wanted):
    """Which way to go."""

    direction: Literal["up", "down"] = "up"
    test: str = Field("", max_length=80, description="Upstream: the test that showed the problem.")


class BenchAsked(Wanted):
    """Where it would stand."""

    city: str = Field(min_length=1, max_length=60)
    km: Km = 100
    on: Day | None = None


@router.get("/nodes", response={200: Page[NodeRow], **ANSWERS}, summary="List the nodes of the chain")
@allow(SIGNED_IN)
def nodes(request: PortalRequest, wanted: Annotated[NodeSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List the nodes with their figures."""
    del request
    known = _chain()
    able = reading.asked(wanted.on or localdate(), _where(wanted))
    found = [
        row
        for row in rows(known, able)
        if wanted.system in ("", row.node.system) and wanted.layer in ("", row.node.layer)
    ]
    return paged(found, asked, _row)


@router.get("/nodes/{key}", response={200: ChainNodeOut, **ANSWERS}, summary="Read a node of the chain")
@allow(SIGNED_IN)
def node(request: PortalRequest, key: Key, wanted: Annotated[ChainCounts, Query()]) -> dict[str, Any]:
    """Return a node with its control points and who can test them."""
    del request
    known, found = _chain(), _node(key)
    able = reading.asked(wanted.on or localdate(), _where(wanted)).able
    data = json_writer.node_data(known, found)
    tests = {test for point in known.points_of(key) for test in point.tests}
    who = {test: [each.id for each in able[test]] for test in sorted(tests)}
    return {**data, "made_of": data["from"], "goes_into": data["into"], "laboratories": who}


@router.get("/nodes/{key}/trace", response={200: Page[TraceRow], **ANSWERS}, summary="Follow the chain from a node")
@allow(SIGNED_IN)
def trace(request: PortalRequest, key: Key, wanted: Annotated[TraceAsked, Query()], asked: Asked) -> dict[str, Any]:
    """List what may have caused a problem of the node, or what a bad batch of it reaches."""
    del request
    known, found = _chain(), _node(key)
    if wanted.direction == "down":
        answers = json_writer.reached_data(known, found, reached(known, key))["reached"]
    else:
        test = wanted.test or None
        answers = json_writer.suspects_data(known, found, test, suspects(known, key, test))["suspects"]
    return paged(answers, asked)  # type: ignore[arg-type]  # a list of rows


@router.get("/gaps", response={200: Page[GapOut], **ANSWERS}, summary="List the chain's weak points")
@allow(SIGNED_IN)
def list_gaps(request: PortalRequest, wanted: Annotated[ChainCounts, Query()], asked: Asked) -> dict[str, Any]:
    """List the control points that no laboratory that counts can test whole, the most urgent first."""
    del request
    known, on = _chain(), wanted.on or localdate()
    able = reading.asked(on, _where(wanted))
    return paged(json_writer.gaps_data(known, able, on, gaps(known, able))["gaps"], asked)  # type: ignore[arg-type]


@router.get("/coverage", response={200: CoverageOut, **ANSWERS}, summary="Read how well the chain is covered")
@allow(SIGNED_IN)
def read_coverage(request: PortalRequest, wanted: Annotated[ChainCounts, Query()]) -> Mapping[str, object]:
    """Return coverage by priority and by city; by node it stands in the list of nodes."""
    del request
    known, on = _chain(), wanted.on or localdate()
    able = reading.asked(on, _where(wanted))
    return json_writer.coverage_data(known, able, on, coverage(known, able))


@router.get("/benches", response={200: Page[KindOut], **ANSWERS}, summary="Ask what a new bench would improve")
@allow(SIGNED_IN)
def benches(request: PortalRequest, wanted: Annotated[BenchAsked, Query()], asked: Asked) -> dict[str, Any]:
    """List the kinds of bench that would improve coverage around a city most."""
    del request
    known, on, place = _chain(), wanted.on or localdate(), _city(wanted.city)
    able = reading.asked(on, Where(place, float(wanted.km)))
    found = json_writer.bench_data(known, able, on, place, best_bench(known, able, place))
    return paged(found["kinds"], asked)  # type: ignore[arg-type]


def _chain() -> Chain:
    known = reading.chain()
    if known is None:
        raise Http404
    return known


def _node(key: str) -> Node:
    found = reading.find(key)
    if found is None:
        raise Http404
    return found


def _network() -> Network:
    return stored() or pack().network


def _city(name: str) -> City:
    return _network().geography.find(name)


def _where(wanted: ChainCounts) -> Where:
    """Return which laboratories count; a city without kilometres, or the other way round, is refused."""
    return Where(
        place=_city(wanted.city) if wanted.city else None,
        within_km=None if wanted.km is None else float(wanted.km),
        tiers=(wanted.tier,) if wanted.tier else None,
        region=wanted.region,
    )


def _row(row: Row) -> dict[str, Any]:
    return {
        **json_writer.node_brief(row.node),
        "points": row.points,
        "share": row.share,
        "coverage": row.figure,
        "laboratories": row.laboratories,
        "makers": row.makers,
        "invented": row.invented,
    }
