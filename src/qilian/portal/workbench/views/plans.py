"""Pages of plans: making one, its parts, its versions and what changed between them, its files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from qilian.errors import QilianError
from qilian.planning import OBJECTIVES
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench import exports, fronts, making, pictures
from qilian.portal.workbench.asking import AskForm
from qilian.portal.workbench.comparing import compare
from qilian.portal.workbench.forms import ShareForm
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Plan
from qilian.portal.workbench.showing import OUTCOMES, ShownPlan
from qilian.portal.workbench.views.common import (
    editable,
    makers,
    may_edit,
    readable_plan,
    readers,
)

PARTS = ("overview", "obligations", "tests", "itinerary", "versions", "share")


@makers
@require_POST
def make(request: PortalRequest, number: int) -> HttpResponse:
    """Make a plan by what is known now, and keep it."""
    product = editable(request, number)
    try:
        made = making.make(product, request.actor)
    except QilianError as error:
        messages.error(request, str(error))
        return redirect("workbench:answers", number)
    return redirect("workbench:plan", number, made.number)


@readers
@require_GET
def plan(request: PortalRequest, number: int, version: int, part: str = "overview") -> HttpResponse:
    """Show a part of a kept plan."""
    if part not in PARTS or (part == "share" and not may_edit(request)):
        raise Http404
    shown = readable_plan(request, number, version)
    context = {"part": part, "may_edit": may_edit(request), **part_of(shown, part, request)}
    context["is_newest"] = shown.plan.pk == shown.plan.product.current_id
    return render(request, "workbench/plan.html", context)


@readers
@require_GET
def changes(request: PortalRequest, number: int, version: int, other: int) -> HttpResponse:
    """Show what changed from an earlier version to a later one."""
    after = readable_plan(request, number, version)
    before = readable_plan(request, number, other)
    context = {"shown": after, "before": before, "plan": after.plan, "product": after.plan.product}
    return render(request, "workbench/changes.html", {**context, "comparison": compare(before, after)})


@readers
@require_GET
def export(request: PortalRequest, number: int, version: int, form: str) -> HttpResponse:
    """Give a kept plan as a file."""
    if form not in exports.FORMS:
        raise Http404
    plans = Plan.objects.visible_to(request.actor).select_related("product")
    found = plans.filter(product=number, number=version).first()
    if found is None:
        raise Http404
    shown = ShownPlan(found, pack())
    write, media_type = exports.FORMS[form]
    answer = HttpResponse(write(shown, page_language()), content_type=media_type)
    disposition = content_disposition_header(True, exports.file_name(shown, form))
    answer["Content-Disposition"] = disposition or "attachment"
    return answer


def part_of(shown: ShownPlan, part: str, request: PortalRequest) -> dict[str, Any]:
    """Return what a part of a plan shows."""
    language = page_language()
    context: dict[str, Any] = {"shown": shown, "plan": shown.plan, "product": shown.plan.product}
    match part:
        case "overview":
            context["changes_picture"] = pictures.changes(shown, language)
        case "obligations":
            outcome = request.GET.get("outcome", "applies")
            context["outcome"] = outcome if outcome in OUTCOMES else "applies"
            context["outcomes"] = [(each, OUTCOMES[each], shown.counts[each]) for each in OUTCOMES]
            context["obligations"] = shown.obligations(context["outcome"])
        case "itinerary":
            context |= _itinerary(shown, request.GET.get("objective", ""), request.GET.get("point", ""))
        case "versions":
            context["versions"] = shown.plan.product.plans.in_short().select_related("made_by")
        case "share":
            context["links"] = shown.plan.links.select_related("made_by")
            context["form"] = ShareForm()
    return context


def _itinerary(shown: ShownPlan, objective: str, point: str) -> dict[str, Any]:
    language = page_language()
    found = shown.itinerary(objective if objective in OBJECTIVES else "")
    if found is None:
        return {"itinerary": None}
    number = int(point) if point.isdecimal() and len(point) < 4 else None
    picked = fronts.picked(shown.plan, number) if number is not None else None
    found = picked["itinerary"] if picked else found
    used = {step["laboratory"] for step in found["steps"]}
    return {
        "itinerary": found,
        "steps": shown.steps(found),
        "gantt": pictures.gantt(shown, found, language),
        "map": pictures.route_map(shown, found, language),
        "gantt_height": 160 if len(found["steps"]) < 4 else 320,
        "ask": AskForm(shown=shown),
        "unused": [each for each in shown.pack.network.laboratories if each.id not in used],
        "front": pictures.front(shown, number if picked else None, language),
        "picked": number if picked else None,
    }
