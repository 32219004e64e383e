"""Pages of demands: the list, making one page by page, one with all that happened to it, its moves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.history.recording import about
from qilian.portal.improvement import parts, questions
from qilian.portal.improvement.commands import demands as telling
from qilian.portal.improvement.forms.demands import PARTS, AssignForm
from qilian.portal.improvement.models import Demand, Problem, Survey
from qilian.portal.improvement.views.common import PAGE, askers, attempt, sides, tellers, version_of
from qilian.portal.window.models import Order

if TYPE_CHECKING:
    from django.utils.functional import Promise

VIEWS: Mapping[str, "str | Promise"] = {
    "open": pgettext_lazy("demands", "Open"),
    "new": gettext_lazy("Without an owner"),
    "mine": gettext_lazy("Mine"),
    "late": gettext_lazy("Late"),
    "all": gettext_lazy("All"),
}
_OF_FIRMS = ("open", "all")
_ENDING = ("close", "refuse", "withdraw", "discard")


@sides
@require_GET
def demands(request: PortalRequest) -> HttpResponse:
    """List the demands that the actor may read, the first due first."""
    show = request.GET.get("show", "open")
    show = show if show in VIEWS else "open"
    found = Demand.objects.visible_to(request.actor).exclude(state="discarded").select_related("firm", "owner")
    match show:
        case "open":
            found = found.filter(state__in=("draft", "new", "assigned"))
        case "new":
            found = found.filter(state="new")
        case "mine":
            found = found.open().filter(owner=request.actor.user)
        case "late":
            found = found.open().filter(due__lt=timezone.localdate())
    views = [(name, words) for name, words in VIEWS.items() if request.actor.kind != "firm" or name in _OF_FIRMS]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "improvement/demands.html", {"page": page, "show": show, "views": views})


@tellers
@require_POST
def new(request: PortalRequest) -> HttpResponse:
    """Begin a demand: of the firm itself, by a survey that asks it, or at a window for an order's client."""
    actor = request.actor
    assert actor.organisation is not None
    if actor.kind == "firm":
        number = request.POST.get("survey", "")
        surveys = Survey.objects.answerable(actor)
        survey = get_object_or_404(surveys, pk=int(number)) if number.isdecimal() and len(number) < 10 else None
        row = telling.draft(actor, actor.organisation, survey)
    else:
        number = request.POST.get("order", "")
        if not number.isdecimal() or len(number) > 9:
            raise Http404
        orders = Order.objects.visible_to(actor).select_related("client", "mandate")
        order = get_object_or_404(orders, pk=int(number))
        row = telling.draft(actor, order.client, order=order)
    return redirect("improvement:demand_part", row.pk, PARTS[0].id)


@sides
@require_GET
def demand(request: PortalRequest, number: int) -> HttpResponse:
    """Show a draft to be checked, or a demand: what was said, who does what until when, what happened."""
    row = _visible(request, number)
    if row.state == "draft":
        shown = {"demand": row, "answers": parts.answers(row, PARTS), "missing": parts.missing(row, PARTS)}
        return render(request, "improvement/demand_draft.html", shown)
    return render(request, "improvement/demand.html", _about(request, row))


@tellers
@require_http_methods(["GET", "POST"])
def part(request: PortalRequest, number: int, name: str) -> HttpResponse:
    """Ask one thing of a demand in the making."""
    row = _visible(request, number)
    if row.state != "draft":
        return redirect("improvement:demand", number)

    def address(part: str) -> str:
        return reverse(
            "improvement:demand_part" if part else "improvement:demand", args=[number, *filter(None, [part])]
        )

    return parts.fill(request, row, PARTS, name, address)


@askers
@require_http_methods(["GET", "POST"])
def assign(request: PortalRequest, number: int) -> HttpResponse:
    """Set owner, measure and deadline."""
    row, actor = _visible(request, number), request.actor
    given: dict[str, Any] = {"owner": row.owner or actor.user, "measure": row.measure}
    given |= {"due": row.due} if row.measure else {}
    form = AssignForm(request.POST or None, people=telling.people(actor), initial=given)
    if request.method == "POST" and form.is_valid():
        said, version = form.cleaned_data, version_of(request)
        attempt(
            request,
            lambda: telling.assign(row, actor, said["owner"], said["measure"], said["due"], version),
            _("The firm has been told."),
        )
        return redirect("improvement:demand", number)
    return render(request, "improvement/assign.html", {"form": form, "demand": row})


@sides
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Send, close, refuse, withdraw or discard."""
    row, actor, version = _visible(request, number), request.actor, version_of(request)
    if event == "raise":
        attempt(request, lambda: telling.raise_demand(row, actor, version), _("Sent. You will be told who sees to it."))
        return redirect("improvement:demand", number)
    if event not in _ENDING:
        raise Http404
    words = request.POST.get("words", "")[:2000]
    done = attempt(request, lambda: telling.move(row, event, actor, words, version), _("Done."))
    return redirect("improvement:demands") if done and event == "discard" else redirect("improvement:demand", number)


def _visible(request: PortalRequest, number: int) -> Demand:
    rows = Demand.objects.visible_to(request.actor)
    rows = rows.select_related("firm", "maker", "survey__organisation", "order__mandate", "owner", "problem")
    return get_object_or_404(rows, pk=number)


def _about(request: PortalRequest, row: Demand) -> dict[str, Any]:
    """Return what the page of a demand shows beside it."""
    actor = request.actor
    events = row.moves().events(row.state, actor.kind)
    if actor.kind == "window" and row.maker != actor.organisation:  # it withdraws only what it wrote down
        events = tuple(each for each in events if each != "withdraw")
    asked = questions.said(row.survey.asked, row.answers) if row.survey else []
    can_be_placed = actor.kind == "regulator" and row.problem_id is None and row.state in ("new", "assigned")
    return {
        "can_be_placed": can_be_placed,
        "shows_problem": row.problem is not None and (row.problem.is_public or actor.kind == "regulator"),
        "shows_survey": row.survey is not None and Survey.objects.visible_to(actor).filter(pk=row.survey.pk).exists(),
        "shows_order": row.order is not None and Order.objects.visible_to(actor).filter(pk=row.order.pk).exists(),
        "problems": Problem.objects.handled_by(actor).open() if can_be_placed else (),
        "demand": row,
        "events": events,
        "answers": [(question.text, answer) for question, answer in asked if answer],
        "history": about([row]).exclude(event__in=("draft", "discard")),
    }
