"""Technology and scenario for programs: offers and needs, who fits whom, trials and their evidence."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from qilian.errors import QilianError
from qilian.portal.accounts import regions
from qilian.portal.accounts.access import ANYONE, Access
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.pages import Asked, Page, paged
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.shapes import Given, Id, Version, Wanted, Words, words
from qilian.portal.chain.reading import find
from qilian.portal.improvement import parts
from qilian.portal.scenarios.commands import postings, trials
from qilian.portal.scenarios.forms.trials import KINDS, MAX_FILE_BYTES, copy_of
from qilian.portal.scenarios.models import Evidence, EvidenceKind, Posting, Side, Trial
from qilian.portal.scenarios.reading import agreed, known, matches, pair
from qilian.portal.scenarios.views.postings import found
from qilian.portal.scenarios.views.trials import answer, by_step
from qilian.portal.site.uploads import read_upload
from qilian.portal.workbench.models import Evidence as Report
from qilian.scenarios import match_to_data

router = Router(tags=["scenarios"])
MAKERS = Access(frozenset({"firm", "laboratory", "expert"}))
SIDES = Access(MAKERS.actors | {"regulator"})
Line = Annotated[str, Field(min_length=4, max_length=80, pattern=r"\S")]
Text = Annotated[str, Field(min_length=4, max_length=5000, pattern=r"\S")]
Term = Annotated[dict[str, Any], Field(max_length=8)]
_FILE = {200: {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


class TermOut(Schema):
    """A parameter that can be stated or asked for."""

    id: str
    label: Words
    kind: str
    unit: str | None
    choices: list[str]


class PostingIn(Given):
    """An offer or a need."""

    side: Literal["offer", "need"]
    title: Line
    words: Text
    node: str = Field("", max_length=60, description="Id of a part of the chain.")
    reach: str = Field("000000", max_length=6, description="Division whose organisations see it; `000000`: everybody.")
    terms: list[Term] = Field(
        min_length=1,
        max_length=postings.MOST_TERMS,
        description="Of an offer `{parameter, value}` or `{parameter, from, to}`, of a need `{parameter, at_least}` or"
        " another comparison, `wish: true` if it need not hold. `own` with `unit` or `kind: boolean` names one's own.",
    )


class PostingOut(Schema):
    """An offer or a need."""

    number: int
    reference: str
    side: str
    organisation: str
    region: str
    title: str
    words: str
    node: str
    reach: str
    terms: list[dict[str, Any]]
    state: str
    version: int
    sample: bool


class MatchesOut(Schema):
    """Who fits, best first; who does not; how many say nothing of it."""

    ranked: list[dict[str, Any]] = Field(description="Those that fit or cannot be told, with reasons and gaps.")
    failing: list[dict[str, Any]]
    silent: int


class PostingMove(Given):
    """What is to happen to an offer or a need."""

    event: Literal["withdraw"]
    words: str = Field("", max_length=2000)
    version: Version = None


class TrialIn(Given):
    """A need and an offer, one of them the caller's."""

    need: Id
    offer: Id
    words: str = Field(min_length=4, max_length=2000, pattern=r"\S")


class TrialProofOut(Schema):
    """A piece of evidence."""

    number: int
    step: str
    kind: str
    title: str
    words: str
    link: str
    figures: list[dict[str, Any]]
    file_name: str
    sha256: str
    organisation: str
    verified_for: str | None
    verified: datetime | None


class TrialOut(Schema):
    """A trial."""

    number: int
    reference: str
    need: int
    offer: int
    owner: str = Field(description="Whose scenario it is.")
    maker: str = Field(description="Whose technology it is.")
    asked_by: str
    state: str
    version: int
    words: str
    outcome: str
    lacking: list[str] = Field(description="What the present step needs yet.")
    match: dict[str, Any] | None = Field(description="What was asked and stated when the trial was asked for.")
    evidence: list[TrialProofOut]


class TrialShort(Schema):
    """A trial in a list."""

    number: int
    reference: str
    need: int
    offer: int
    state: str


class TrialMove(Given):
    """What is to happen to a trial."""

    event: Literal["accept", "decline", "take_back", "advance", "end"]
    words: str = Field("", max_length=2000, description="Of `decline` and `end` the reason.")
    version: Version = None


class TrialProofIn(Given):
    """Evidence without a file: measured values, a link, or a report that stands with one's product."""

    title: str = Field(min_length=4, max_length=120, pattern=r"\S")
    words: str = Field("", max_length=5000)
    link: str = Field("", max_length=300, pattern=r"^(https?://\S+)?$")
    figures: list[Term] = Field(
        default_factory=list, max_length=postings.MOST_TERMS, description="As an offer's terms."
    )
    report: Id | None = Field(None, description="Number of a file of `/products/{number}/evidence`.")


class PostingSearch(Wanted):
    """What is looked for."""

    side: Literal["offer", "need"] | None = None
    text: str = Field("", max_length=80)


class FileTitle(Wanted):
    """What a file shows, in one line; its name without."""

    title: str = Field("", max_length=120)


class StepOut(Schema):
    """How many trials are in a state."""

    state: str
    count: int


@router.get("/terms/", response={200: list[TermOut], **ANSWERS}, summary="List parameters of offers and needs")
@allow(ANYONE)
def terms(request: PortalRequest) -> list[dict[str, Any]]:
    """List the parameters that can be stated or asked for; others are written as one's own."""
    del request
    return [
        {"id": name, "label": words(each.label), "kind": each.kind, "unit": each.unit, "choices": each.choice_ids}
        for name, each in known().parameters.items()
    ]


@router.get("/postings/", response={200: Page[PostingOut], **ANSWERS}, summary="List offers and needs")
@allow(ANYONE)
def all_postings(request: PortalRequest, wanted: Annotated[PostingSearch, Query()], asked: Asked) -> dict[str, Any]:
    """List what is published for the caller's division, and what is the caller's own."""
    rows = found(Posting.objects.visible_to(request.actor), wanted.text).exclude(state="discarded")
    rows = rows.filter(side=wanted.side) if wanted.side else rows
    return paged(rows.select_related("organisation"), asked, _posting)


@router.post("/postings/", response={201: PostingOut, **ANSWERS}, summary="Publish an offer or a need", auth=LOGGED_IN)
@allow(MAKERS)
@once
def publish(request: PortalRequest, given: PostingIn) -> tuple[int, dict[str, Any]]:
    """Write an offer or a need and publish it, all or nothing."""
    actor = request.actor
    with transaction.atomic():
        row = postings.draft(actor, Side(given.side))
        _written(request, row, given)
    return 201, _posting(row)


@router.put(
    "/postings/{number}", response={200: PostingOut, **ANSWERS}, summary="Change an offer or a need", auth=LOGGED_IN
)
@allow(MAKERS)
@once
def change(request: PortalRequest, number: Id, given: PostingIn) -> tuple[int, dict[str, Any]]:
    """Take one's own back, write it anew and publish it again, all or nothing; the side stays."""
    row = get_object_or_404(Posting.objects.made_by(request.actor).select_related("organisation"), pk=number)
    if given.side != row.side:
        raise QilianError(f"{given.side}: it is the other side", where="side", mend=f"write {row.side}")
    with transaction.atomic():
        if row.state != "draft":
            postings.move(row, "revise", request.actor)
        _written(request, row, given)
    return 200, _posting(row)


@router.get("/postings/{number}", response={200: PostingOut, **ANSWERS}, summary="Read an offer or a need")
@allow(ANYONE)
def one_posting(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return an offer or a need."""
    return _posting(_readable(request, number))


@router.get("/postings/{number}/matches", response={200: MatchesOut, **ANSWERS}, summary="Match an offer or a need")
@allow(ANYONE)
def who_fits(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Hold it against what is published on the other side: of those that fit, and those that do not, a hundred each."""
    result, _rows = matches(_readable(request, number), request.actor)
    return {
        "ranked": [match_to_data(each) for each in result.ranked[:100]],
        "failing": [match_to_data(each) for each in result.failing[:100]],
        "silent": len(result.silent),
    }


@router.get(
    "/postings/{number}/matches/{offer}", response={200: dict[str, Any], **ANSWERS}, summary="Match a need and an offer"
)
@allow(ANYONE)
def one_pair(request: PortalRequest, number: Id, offer: Id) -> dict[str, Any]:
    """Hold one need against one offer."""
    need, other = _readable(request, number), _readable(request, offer)
    result = None if need.is_offer or not other.is_offer else pair(need, other)
    if result is None:
        raise QilianError("not a need and an offer that can be matched", mend="name a need, then an offer")
    return match_to_data(result)


@router.post(
    "/postings/{number}/moves",
    response={200: PostingOut, **ANSWERS},
    summary="Withdraw an offer or a need",
    auth=LOGGED_IN,
)
@allow(SIDES)
@once
def move_posting(request: PortalRequest, number: Id, given: PostingMove) -> tuple[int, dict[str, Any]]:
    """Withdraw one's own; a regulator withdraws another's with a reason."""
    row = _changeable(request, number)
    postings.move(row, given.event, request.actor, given.words, given.version)
    return 200, _posting(row)


@router.get("/trials/", response={200: Page[TrialShort], **ANSWERS}, summary="List trials", auth=LOGGED_IN)
@allow(SIDES)
def all_trials(request: PortalRequest, asked: Asked) -> dict[str, Any]:
    """List the trials of either side; a regulator sees those of its division."""
    return paged(Trial.objects.visible_to(request.actor), asked, _short)


@router.get("/trials/steps", response={200: list[StepOut], **ANSWERS}, summary="Count trials by step", auth=LOGGED_IN)
@allow(SIDES)
def steps(request: PortalRequest) -> list[dict[str, Any]]:
    """Return how many trials are at each step."""
    return [{"state": state, "count": count} for state, count in by_step(request.actor)]


@router.post("/trials/", response={201: TrialOut, **ANSWERS}, summary="Ask for a trial", auth=LOGGED_IN)
@allow(MAKERS)
@once
def ask(request: PortalRequest, given: TrialIn) -> tuple[int, dict[str, Any]]:
    """Ask the other side."""
    need, offer = _readable(request, given.need), _readable(request, given.offer)
    return 201, _trial(trials.ask(request.actor, need, offer, given.words))


@router.get("/trials/{number}", response={200: TrialOut, **ANSWERS}, summary="Read a trial", auth=LOGGED_IN)
@allow(SIDES)
def one_trial(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return a trial with its evidence."""
    return _trial(_own(request, number))


@router.post("/trials/{number}/moves", response={200: TrialOut, **ANSWERS}, summary="Move a trial", auth=LOGGED_IN)
@allow(MAKERS)
@once
def move_trial(request: PortalRequest, number: Id, given: TrialMove) -> tuple[int, dict[str, Any]]:
    """Agree, decline, take back, go on to the next step, end."""
    row = _own(request, number)
    trials.move(row, given.event, request.actor, given.words, given.version)
    return 200, _trial(row)


@router.post(
    "/trials/{number}/proofs", response={201: TrialOut, **ANSWERS}, summary="Add evidence to a trial", auth=LOGGED_IN
)
@allow(MAKERS)
@once
def show(request: PortalRequest, number: Id, given: TrialProofIn) -> tuple[int, dict[str, Any]]:
    """Add measured values, a link, or a copy of a report to the present step."""
    row, actor = _own(request, number), request.actor
    if bool(given.link) + bool(given.figures) + (given.report is not None) != 1:
        raise QilianError("not one kind of evidence", mend="give one of link, figures, report")
    kind = EvidenceKind.LINK if given.link else EvidenceKind.FIGURES if given.figures else EvidenceKind.REPORT
    report = get_object_or_404(Report.objects.visible_to(actor), pk=given.report) if given.report else None
    trials.show(row, actor, kind, given.model_dump(exclude={"report"}), copy_of(report) if report else None)
    return 201, _trial(row)


@router.post(
    "/trials/{number}/files", response={201: TrialOut, **ANSWERS}, summary="Add a file to a trial", auth=LOGGED_IN
)
@allow(MAKERS)
@once
def send_file(
    request: PortalRequest, number: Id, file: Annotated[UploadedFile, File()], wanted: Annotated[FileTitle, Query()]
) -> tuple[int, dict[str, Any]]:
    """Add a file (PDF, PNG, JPG, CSV, XLSX or JSON, at most 20 MB) to the present step."""
    row = _own(request, number)
    upload = read_upload(file, MAX_FILE_BYTES, KINDS)
    trials.show(row, request.actor, EvidenceKind.FILE, {"title": wanted.title.strip() or upload.name}, upload)
    return 201, _trial(row)


@router.get(
    "/trials/{number}/files/{proof}",
    response={200: None, **ANSWERS},
    openapi_extra={"responses": _FILE},
    summary="Download a file of a trial",
    auth=LOGGED_IN,
)
@allow(SIDES)
def file_of(request: PortalRequest, number: Id, proof: Id) -> HttpResponse:
    """Return a file as it was sent."""
    return answer(get_object_or_404(Evidence, trial=_own(request, number), pk=proof, file__isnull=False))


@router.post(
    "/trials/{number}/proofs/{proof}/verify",
    response={200: TrialOut, **ANSWERS},
    summary="Verify evidence",
    auth=LOGGED_IN,
)
@allow(SIDES)
@once
def verify(request: PortalRequest, number: Id, proof: Id) -> tuple[int, dict[str, Any]]:
    """Say that evidence of the other side is so; a regulator says it of either side's."""
    row = _own(request, number)
    made = get_object_or_404(row.evidence.defer("file").select_related("organisation"), pk=proof)
    made.trial = row
    trials.verify(made, request.actor)
    return 200, _trial(row)


def _written(request: PortalRequest, row: Posting, given: PostingIn) -> None:
    """Write a draft anew and publish it."""
    if given.node and find(given.node) is None:
        raise QilianError(f"{given.node}: no such part of the chain", where="node", mend="leave it out")
    if given.reach not in regions.around(row.organisation.region):
        raise QilianError(f"{given.reach}: not a division that you lie in", where="reach", mend="write 000000")
    parts.write(row, {**given.model_dump(include={"title", "words", "node", "reach"}), "terms": []})
    for term in given.terms:
        postings.say(row, term)
    postings.publish(row, request.actor)


def _changeable(request: PortalRequest, number: int) -> Posting:
    actor = request.actor
    rows = Posting.objects.visible_to(actor) if actor.kind == "regulator" else Posting.objects.made_by(actor)
    return get_object_or_404(rows.select_related("organisation"), pk=number)


def _readable(request: PortalRequest, number: int) -> Posting:
    return get_object_or_404(Posting.objects.visible_to(request.actor).select_related("organisation"), pk=number)


def _own(request: PortalRequest, number: int) -> Trial:
    rows = Trial.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("need__organisation", "offer__organisation", "asked_by"), pk=number)


def _posting(row: Posting) -> dict[str, Any]:
    plain = ("reference", "side", "region", "title", "words", "node", "reach", "terms", "state", "version")
    names = {name: getattr(row, name) for name in plain}
    return {"number": row.pk, "organisation": row.organisation.name, "sample": row.is_sample, **names}


def _short(row: Trial) -> dict[str, Any]:
    return {
        "number": row.pk,
        "reference": row.reference,
        "need": row.need_id,
        "offer": row.offer_id,
        "state": row.state,
    }


def _trial(row: Trial) -> dict[str, Any]:
    match = agreed(row)
    evidence = row.evidence.defer("file").select_related("organisation", "verified_for")
    return {
        **_short(row),
        "owner": row.need.organisation.name,
        "maker": row.offer.organisation.name,
        "asked_by": row.asked_by.name,
        "version": row.version,
        "words": row.words,
        "outcome": row.outcome,
        "lacking": trials.lacking(row) if row.is_running else [],
        "match": match_to_data(match) if match else None,
        "evidence": [_proof(each) for each in evidence],
    }


def _proof(row: Evidence) -> dict[str, Any]:
    plain = ("step", "kind", "title", "words", "link", "figures", "file_name", "sha256", "verified")
    verified_for = row.verified_for.name if row.verified_for else None
    names = {name: getattr(row, name) for name in plain}
    return {"number": row.pk, "organisation": row.organisation.name, "verified_for": verified_for, **names}
