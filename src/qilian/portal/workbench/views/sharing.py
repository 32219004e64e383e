"""Links to a plan: making and revoking them, and the page that they open."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.workbench import sharing
from qilian.portal.workbench.forms import ShareForm
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import ShareLink
from qilian.portal.workbench.showing import ShownPlan
from qilian.portal.workbench.views.common import editable_plan, makers
from qilian.portal.workbench.views.plans import part_of

SHARED_PARTS = ("overview", "obligations", "tests", "itinerary")


@makers
@require_POST
def share(request: PortalRequest, number: int, version: int) -> HttpResponse:
    """Make a link; its address is shown once."""
    shown = editable_plan(request, number, version)
    form = ShareForm(request.POST)
    context = {"shown": shown, "plan": shown.plan, "product": shown.plan.product, "part": "share", "may_edit": True}
    if form.is_valid():
        _link, context["secret"] = sharing.share(shown.plan, request.actor, form.cleaned_data["days"])
    context |= {"form": form, "links": shown.plan.links.select_related("made_by"), "is_newest": True}
    return render(request, "workbench/plan.html", context)


@makers
@require_POST
def revoke(request: PortalRequest, number: int, link: int) -> HttpResponse:
    """Close a link."""
    found = get_object_or_404(
        ShareLink.objects.visible_to(request.actor).select_related("plan"), pk=link, plan__product=number
    )
    sharing.revoke(found)
    return redirect("workbench:plan_part", number, found.plan.number, "share")


@anyone
@never_cache
@require_GET
def shared(request: PortalRequest, secret: str, part: str = "overview") -> HttpResponse:
    """Show a plan to whoever has the link; nothing else can be reached from it."""
    link = sharing.opened(secret) if part in SHARED_PARTS else None
    if link is None:
        raise Http404
    shown = ShownPlan(link.plan, pack())
    context = {**part_of(shown, part, request), "part": part, "secret": secret, "link": link, "may_edit": False}
    answer = render(request, "workbench/shared.html", context)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
