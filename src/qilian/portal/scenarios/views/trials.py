"""Pages of trials: the list with how many are at each step, one trial with its evidence, and its moves."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor, PortalRequest
from qilian.portal.history.recording import about
from qilian.portal.improvement.views.common import attempt, version_of
from qilian.portal.scenarios.commands import trials as trying
from qilian.portal.scenarios.forms.trials import FORMS
from qilian.portal.scenarios.models import STEPS, Evidence, EvidenceKind, Posting, Trial
from qilian.portal.scenarios.reading import agreed, measured
from qilian.portal.scenarios.views.common import PAGE, makers, overseers
from qilian.portal.site.templatetags.portal import told

STATES = ("asked", *STEPS, "converted", "ended", "declined")
"""What is counted, in this order; what was taken back before anybody answered is not."""


@overseers
@require_GET
def trials(request: PortalRequest) -> HttpResponse:
    """List trials; count them by step, and for a regulator by division too."""
    actor, state = request.actor, request.GET.get("state", "")
    rows = Trial.objects.visible_to(actor)
    listed = rows.filter(state=state) if state in STATES else rows
    listed = listed.select_related("need__organisation", "offer__organisation")
    shown = {
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "state": state if state in STATES else "",
        "counts": by_step(actor),
        "divisions": by_division(actor) if actor.kind == "regulator" else (),
        "states": STATES,
    }
    return render(request, "scenarios/trials.html", shown)


def by_step(actor: Actor) -> list[tuple[str, int]]:
    """Return how many trials of those that an actor sees are in each state."""
    counted = dict(Trial.objects.visible_to(actor).order_by().values_list("state").annotate(count=Count("pk")))
    return [(state, counted.get(state, 0)) for state in STATES]


def by_division(actor: Actor) -> list[tuple[str, list[int]]]:
    """Return the same by the city in which the scenario is, named."""
    rows = Trial.objects.visible_to(actor).order_by().values_list("region", "state").annotate(count=Count("pk"))
    table: dict[str, dict[str, int]] = {}
    for region, state, count in rows:
        city = table.setdefault(f"{region[:4]}00", {})
        city[state] = city.get(state, 0) + count
    return [
        (told(regions.full_title(code)), [counted.get(state, 0) for state in STATES])
        for code, counted in sorted(table.items())
    ]


@overseers
@require_GET
def trial(request: PortalRequest, number: int) -> HttpResponse:
    """Show a trial: what was agreed, each step with its evidence, what can be done."""
    row, actor = _visible(request, number), request.actor
    evidence = list(row.evidence.defer("file").select_related("organisation", "entered_by", "verified_for"))
    party = actor.organisation in row.organisations
    events = row.moves().events(row.state, actor.kind) if party else ()
    if row.state == "asked":
        asker = row.asked_by == actor.organisation
        events = tuple(each for each in events if (each == "take_back") == asker)
    for each in evidence:
        each.trial = row
    steps = [
        (step, [(each, _can_verify(each, row, actor)) for each in evidence if each.step == step])
        for step in STEPS
        if step == row.state or any(each.step == step for each in evidence)
    ]
    verified = [each for each in evidence if each.verified is not None]
    postings = set(
        Posting.objects.visible_to(actor).filter(pk__in=(row.need_id, row.offer_id)).values_list("pk", flat=True)
    )
    shown: dict[str, Any] = {
        "trial": row,
        "party": party,
        "events": events,
        "steps": steps,
        "visible": postings,
        "agreed": agreed(row),
        "measured": measured(row, verified) if any(each.figures for each in verified) else None,
        "lacking": trying.lacking(row) if row.is_running else [],
        "kinds": EvidenceKind.choices if party and row.is_running else (),
        "history": about([row]),
    }
    return render(request, "scenarios/trial.html", shown)


@makers
@require_http_methods(["GET", "POST"])
def show(request: PortalRequest, number: int, kind: str) -> HttpResponse:
    """Add evidence of one kind to the present step."""
    row, actor = _visible(request, number), request.actor
    if kind not in FORMS:
        raise Http404
    if not row.is_running:
        return redirect("scenarios:trial", number)
    posted = request.method == "POST"
    form = FORMS[kind](request.POST if posted else None, request.FILES if posted else None, trial=row, actor=actor)
    if posted and form.is_valid():
        given, upload = form.given(), form.upload()
        if attempt(
            request,
            lambda: trying.show(row, actor, EvidenceKind(kind), given, upload),
            _("Added. The other side has been told to verify it."),
        ):
            return redirect("scenarios:trial", number)
    shown = {"form": form, "trial": row, "kind": EvidenceKind(kind), "has_file": kind == EvidenceKind.FILE}
    return render(request, "scenarios/evidence.html", shown)


@overseers
@require_GET
def file(request: PortalRequest, number: int, evidence: int) -> HttpResponse:
    """Give the file of a piece of evidence, to be kept, never shown within the portal's own origin."""
    row = _visible(request, number)
    return answer(get_object_or_404(Evidence, trial=row, pk=evidence, file__isnull=False))


def answer(made: Evidence) -> HttpResponse:
    """Return a file of evidence as a download."""
    found = HttpResponse(bytes(made.file or b""), content_type="application/octet-stream")
    found["Content-Disposition"] = content_disposition_header(True, made.file_name) or "attachment"
    found["X-Content-Type-Options"] = "nosniff"
    return found


@overseers
@require_POST
def verify(request: PortalRequest, number: int, evidence: int) -> HttpResponse:
    """Say that evidence is so."""
    row = _visible(request, number)
    made = get_object_or_404(row.evidence.defer("file").select_related("organisation"), pk=evidence)
    made.trial = row
    attempt(request, lambda: trying.verify(made, request.actor), _("Verified."))
    return redirect("scenarios:trial", number)


@makers
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Accept, decline, take back, go on, or end."""
    row, actor, version = _visible(request, number), request.actor, version_of(request)
    if event not in ("accept", "decline", "take_back", "advance", "end"):
        raise Http404
    words = request.POST.get("words", "")[:2000]
    attempt(request, lambda: trying.move(row, event, actor, words, version), _("Done."))
    return redirect("scenarios:trial", number)


def _can_verify(made: Evidence, row: Trial, actor: Actor) -> bool:
    return made.verified is None and made.step == row.state and trying.may_verify(made, actor)


def _visible(request: PortalRequest, number: int) -> Trial:
    rows = Trial.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("need__organisation", "offer__organisation", "asked_by"), pk=number)
