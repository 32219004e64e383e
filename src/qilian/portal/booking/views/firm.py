"""Pages of the firm: book a plan's path, the list of paths, one path; regulators and windows read them."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.planning import OBJECTIVES
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.commands import ending, holding
from qilian.portal.booking.errors import Taken
from qilian.portal.booking.models import BEGUN, STANDING, Path
from qilian.portal.booking.planning_again import again
from qilian.portal.booking.showing import ShownPath, seconds_left
from qilian.portal.booking.views.common import attempt, own_path, owners, readable_path, readers, said, version_of
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.comparing import compare
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Plan, Product
from qilian.portal.workbench.showing import ShownPlan

_PAGE = 20


@readers
@require_GET
def paths(request: PortalRequest) -> HttpResponse:
    """List the paths, the newest first."""
    counted = Q(appointments__state__in=STANDING + BEGUN)
    rows = (
        Path.objects.visible_to(request.actor)
        .select_related("organisation", "person")
        .annotate(
            tests=Count("appointments", filter=counted),
            begins=Min("appointments__start", filter=counted),
            ends=Max("appointments__end", filter=counted),
        )
        .order_by("-pk")
    )
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    return render(request, "booking/paths.html", {"page": page, "may_edit": request.actor.kind in ("person", "firm")})


@readers
@require_GET
def path(request: PortalRequest, number: int) -> HttpResponse:
    """Show a path: where it stands, what is proposed, its appointments, samples and history."""
    found = readable_path(request, number)
    if found.has_expired() and holding.lapse(found):
        found.refresh_from_db()
    shown = ShownPath(found)
    context = {
        "shown": shown,
        "path": found,
        "may_edit": request.actor.kind in ("person", "firm"),
        "gantt": shown.gantt(page_language()),
        "changes": shown.changes(),
        "seconds": seconds_left(found),
        "key": uuid.uuid4().hex,
    }
    return render(request, "booking/path.html", context)


@owners
@require_http_methods(["GET", "POST"])
def hold(request: PortalRequest, plan: int) -> HttpResponse:
    """Show what would be booked, and hold it; a conflict is answered with the plan made again."""
    plans = Plan.objects.filter(product__in=Product.objects.editable_by(request.actor))
    found = get_object_or_404(plans.select_related("product"), pk=plan)
    objective = request.POST.get("objective") or request.GET.get("objective", "")
    objective = objective if objective in OBJECTIVES else ""
    if request.method == "POST":
        try:
            made = holding.hold(request.actor, found, objective=objective, key=said(request, "key", 80))
        except Taken as refusal:
            return _planned_again(request, found, objective, refusal)
        except QilianError as error:
            messages.error(request, str(error))
        else:
            return redirect("booking:path", made.pk)
    shown = ShownPlan(found, pack())
    itinerary = shown.itinerary(objective)
    context = {
        "shown": shown,
        "plan": found,
        "product": found.product,
        "itinerary": itinerary,
        "steps": shown.steps(itinerary) if itinerary else [],
        "objective": objective,
        "held": Path.objects.filter(product=found.product, state="held", expires__gt=timezone.now()).first(),
        "booked": Path.objects.filter(product=found.product, state="confirmed").first(),
        "key": uuid.uuid4().hex,
        "minutes": int(holding.HOLD.total_seconds()) // 60,
    }
    return render(request, "booking/hold.html", context)


@owners
@require_POST
def confirm(request: PortalRequest, number: int) -> HttpResponse:
    """Make a held path firm."""
    found = own_path(request, number)
    key = said(request, "key", 80)
    return attempt(
        request,
        lambda: holding.confirm(request.actor, found, version=version_of(request), key=key),
        _("Booked. The laboratories have been told."),
        "booking:path",
        number,
    )


@owners
@require_http_methods(["GET", "POST"])
def cancel(request: PortalRequest, number: int) -> HttpResponse:
    """Ask whether a path is to be cancelled, and do it."""
    found = own_path(request, number)
    if request.method == "GET":
        return render(request, "booking/cancel.html", {"path": found, "shown": ShownPath(found)})
    reason = said(request, "reason")
    return attempt(
        request,
        lambda: ending.cancel(request.actor, found, reason=reason, version=version_of(request)),
        _("Cancelled. All hours that had not begun are free again."),
        "booking:path",
        number,
    )


def _planned_again(request: PortalRequest, plan: Plan, objective: str, refusal: Taken) -> HttpResponse:
    """Show the plan made again with today's hours beside the old one."""
    try:
        fresh = again(plan, request.actor, objective)
    except QilianError as error:
        messages.error(request, f"{refusal}; {error}")
        return redirect("workbench:plan", plan.product_id, plan.number)
    before, after = ShownPlan(plan, pack()), ShownPlan(fresh, pack())
    names = before.test_names
    context = {
        "refusal": refusal,
        "taken": [names[test] for test in refusal.tests if test in names],
        "product": plan.product,
        "plan": fresh,
        "comparison": compare(before, after),
        "alternatives": after.alternatives(),
    }
    return render(request, "booking/again.html", context, status=409)
