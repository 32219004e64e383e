"""Pages of offers and needs: the list, making one page by page, its terms, one with who fits it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.history.recording import about
from qilian.portal.improvement import parts
from qilian.portal.improvement.models import Problem
from qilian.portal.improvement.views.common import attempt, version_of
from qilian.portal.scenarios.commands import postings as writing
from qilian.portal.scenarios.forms.postings import PARTS, ParameterForm, ValueForm, reach_word
from qilian.portal.scenarios.models import Posting, Side
from qilian.portal.scenarios.reading import known
from qilian.portal.scenarios.views.common import MAKERS, PAGE, makers, overseers
from qilian.scenarios import own_parameter

VIEWS = ("need", "offer", "mine")


@anyone
@require_GET
def postings(request: PortalRequest) -> HttpResponse:
    """List offers or needs, those that hold all words that are looked for; or one's own."""
    show, text = request.GET.get("show", "need"), request.GET.get("text", "")[:80]
    can_write = request.actor.kind in MAKERS
    show = show if show in VIEWS and (can_write or show != "mine") else "need"
    rows = found(Posting.objects.visible_to(request.actor), text).select_related("organisation")
    if show == "mine":
        rows = rows.filter(organisation=request.actor.organisation).exclude(state="discarded")
    else:
        rows = rows.published().filter(side=show)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "show": show, "text": text, "can_write": can_write}
    return render(request, "scenarios/postings.html", shown)


def found(rows: Any, text: str) -> Any:
    """Return those in whose title, words or organisation all words stand."""
    for word in text.split():
        held = Q(title__icontains=word) | Q(words__icontains=word) | Q(organisation__name__icontains=word)
        rows = rows.filter(held)
    return rows


@makers
@require_POST
def new(request: PortalRequest) -> HttpResponse:
    """Begin an offer or a need; a need may come of a problem."""
    side, number = request.POST.get("side", ""), request.POST.get("problem", "")
    if side not in Side.values:
        raise Http404
    problems = Problem.objects.visible_to(request.actor)
    problem = get_object_or_404(problems, pk=int(number)) if number.isdecimal() and len(number) < 10 else None
    row = writing.draft(request.actor, Side(side), problem)
    return redirect("scenarios:part", row.pk, PARTS[0].id)


@anyone
@require_GET
def posting(request: PortalRequest, number: int) -> HttpResponse:
    """Show a draft to be checked, or an offer or a need with what can be done."""
    actor = request.actor
    row = get_object_or_404(Posting.objects.visible_to(actor).select_related("organisation", "problem"), pk=number)
    own = row.organisation == actor.organisation and actor.kind in MAKERS
    problems = Problem.objects.visible_to(actor).filter(pk=row.problem_id) if row.problem_id else ()
    shown: dict[str, Any] = {"posting": row, "own": own, "problem": next(iter(problems), None)}
    if row.state == "draft":
        shown |= {"answers": parts.answers(row, PARTS), "lacking": writing.lacking(row)}
        return render(request, "scenarios/draft.html", shown)
    shown["events"] = [
        each
        for each in row.moves().events(row.state, actor.kind)
        if own or (each == "withdraw" and actor.kind == "regulator" and actor.oversees(row.region))
    ]
    shown["reach"] = reach_word(row.reach)
    if own or actor.kind == "regulator":
        shown["history"] = about([row])
    return render(request, "scenarios/posting.html", shown)


@makers
@require_http_methods(["GET", "POST"])
def part(request: PortalRequest, number: int, name: str) -> HttpResponse:
    """Ask one thing of an offer or a need in the making."""
    row = _own(request, number)
    if row.state != "draft":
        return redirect("scenarios:posting", number)

    def address(part: str) -> str:
        return reverse("scenarios:part" if part else "scenarios:posting", args=[number, *filter(None, [part])])

    return parts.fill(request, row, PARTS, name, address)


@makers
@require_http_methods(["GET", "POST"])
def term(request: PortalRequest, number: int) -> HttpResponse:
    """Ask which parameter the next statement or condition is about."""
    row = _own(request, number)
    if row.state != "draft":
        return redirect("scenarios:posting", number)
    form = ParameterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        query = QueryDict(mutable=True)
        query.update(form.named())
        return redirect(f"{reverse('scenarios:value', args=[number])}?{query.urlencode()}")
    return render(request, "scenarios/term.html", {"form": form, "posting": row, "step": 1})


@makers
@require_http_methods(["GET", "POST"])
def value(request: PortalRequest, number: int) -> HttpResponse:
    """Ask what is stated of a parameter, or what it has to be."""
    row = _own(request, number)
    if row.state != "draft":
        return redirect("scenarios:posting", number)
    named = {name: request.GET[name][:60] for name in ("parameter", "own", "unit", "kind") if request.GET.get(name)}
    try:
        parameter = (
            known().require(named["parameter"], "parameter")
            if "parameter" in named
            else own_parameter(named.get("own", ""), named.get("kind", "number"), named.get("unit"), known())
        )
    except QilianError:
        return redirect("scenarios:term", number)
    form = ValueForm(request.POST or None, parameter=parameter, named=named, is_offer=row.is_offer)
    if request.method == "POST" and form.is_valid():
        attempt(request, lambda: writing.say(row, form.term()), _("Saved."))
        return redirect("scenarios:posting", number)
    return render(request, "scenarios/term.html", {"form": form, "posting": row, "step": 2, "parameter": parameter})


@makers
@require_POST
def take_out(request: PortalRequest, number: int) -> HttpResponse:
    """Take a statement or a condition out again."""
    row, place, version = _own(request, number), request.POST.get("place", ""), version_of(request)
    at = int(place) if place.isdecimal() and len(place) < 4 and version == row.version else -1
    attempt(request, lambda: writing.take_out(row, at), _("Taken out."))
    return redirect("scenarios:posting", number)


@overseers
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Publish, discard, take back to change, or withdraw."""
    actor, version = request.actor, version_of(request)
    rows = Posting.objects.visible_to(actor) if actor.kind == "regulator" else Posting.objects.made_by(actor)
    row = get_object_or_404(rows.select_related("organisation"), pk=number)
    if event == "publish":
        if attempt(request, lambda: writing.publish(row, actor, version), _("Published. These fit it:")):
            return redirect("scenarios:matches", number)
    elif event in ("discard", "revise", "withdraw"):
        words = request.POST.get("words", "")[:2000]
        done = attempt(request, lambda: writing.move(row, event, actor, words, version), _("Done."))
        if done and event == "discard":
            return redirect(f"{reverse('scenarios:postings')}?show=mine")
    else:
        raise Http404
    return redirect("scenarios:posting", number)


def _own(request: PortalRequest, number: int) -> Posting:
    return get_object_or_404(Posting.objects.made_by(request.actor).select_related("organisation"), pk=number)
