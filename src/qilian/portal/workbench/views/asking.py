"""Asking on a plan's page: what if, why not this laboratory, time against price; and keeping what was found."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.workbench import fronts, making
from qilian.portal.workbench.asking import AskForm
from qilian.portal.workbench.showing import ShownPlan
from qilian.portal.workbench.views.common import editable_plan, makers
from qilian.portal.workbench.what_ifs import Answer, ask, why_not_used


@makers
@require_POST
def what_if(request: PortalRequest, number: int, version: int) -> HttpResponse:
    """Say what the plan would be under changes, or keep that plan as the next version."""
    shown = editable_plan(request, number, version)
    form = AskForm(request.POST, shown=shown)
    context: dict[str, Any] = {"shown": shown, "plan": shown.plan, "product": shown.plan.product, "form": form}
    answer: Answer | None = None
    if form.is_valid():
        try:
            answer = ask(shown.plan.product, shown, form.asked)
        except QilianError as error:
            context["problem"] = str(error)
    if answer and request.POST.get("do") == "keep":
        return _keep(request, shown, form, answer)
    context["answer"] = answer
    context["words"] = form.words() if form.is_valid() else []
    page = "workbench/what_if_answer.html" if request.htmx else "workbench/what_if.html"
    return render(request, page, context)


@makers
@require_GET
def why(request: PortalRequest, number: int, version: int) -> HttpResponse:
    """Say why a laboratory is not on the itinerary."""
    shown = editable_plan(request, number, version)
    laboratory = request.GET.get("laboratory", "")
    context: dict[str, Any] = {"plan": shown.plan, "product": shown.plan.product}
    try:
        context["words"] = why_not_used(shown.plan.product, shown, laboratory)
    except QilianError as error:
        context["problem"] = str(error)
    return render(request, "workbench/why_answer.html" if request.htmx else "workbench/why.html", context)


@makers
@require_POST
def find_front(request: PortalRequest, number: int, version: int) -> HttpResponse:
    """Start the search for the trade of time against price."""
    shown = editable_plan(request, number, version)
    job = fronts.begin(shown.plan, request.actor)
    if request.htmx:
        return render(request, "jobs/progress.html", {"job": job})
    return redirect("jobs:job", job.pk)


@makers
@require_POST
def keep_point(request: PortalRequest, number: int, version: int, point: int) -> HttpResponse:
    """Keep a point of the trade of time against price as the next version."""
    shown = editable_plan(request, number, version)
    try:
        kept = fronts.keep(shown, request.actor, point)
    except QilianError as error:
        messages.error(request, str(error))
        return redirect("workbench:plan_part", number, version, "itinerary")
    if kept is None:
        raise Http404
    messages.success(request, _("Kept as version %(number)s.") % {"number": kept.number})
    return redirect("workbench:plan_part", number, kept.number, "itinerary")


def _keep(request: PortalRequest, shown: ShownPlan, form: AskForm, answer: Answer) -> HttpResponse:
    product = shown.plan.product
    kept = making.keep(product, request.actor, answer.settings, answer.plan, "; ".join(form.words()))
    messages.success(request, _("Kept as version %(number)s.") % {"number": kept.number})
    return redirect("workbench:plan_part", product.pk, kept.number, "itinerary")
