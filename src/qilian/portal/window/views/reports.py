"""Reports that the client brings: kept as evidence from the page of its order, under a mandate to collect reports."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.window import collecting
from qilian.portal.window.views.common import attempt, clerks, handled
from qilian.portal.workbench.forms import EvidenceForm
from qilian.portal.workbench.models import Evidence


@clerks
@require_POST
def add(request: PortalRequest, number: int) -> HttpResponse:
    """Keep a report; one that holds no evidence is refused in one line."""
    order, form = handled(request, number), EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        added = _("The report is kept. Make the plan anew, so that it counts.")
        attempt(request, lambda: collecting.add(order, request.actor, file.read(), file.name), added)
    for error in form.errors.get("file", ()):
        messages.error(request, str(error))
    return redirect("window:order", number)


@clerks
@require_POST
def remove(request: PortalRequest, number: int, report: int) -> HttpResponse:
    """Take away a report that this window added."""
    order = handled(request, number)
    files = Evidence.objects.filter(product=order.product).select_related("uploaded_by", "product")
    found = get_object_or_404(files, pk=report)
    attempt(request, lambda: collecting.take_away(order, request.actor, found), _("Done."))
    return redirect("window:order", number)
