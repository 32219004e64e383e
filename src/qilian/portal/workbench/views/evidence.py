"""Pages of evidence: the reports held for a product, what each decides, adding and taking away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.evidence import decision_to_data
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.workbench import keeping, making, reading
from qilian.portal.workbench.forms import EvidenceForm
from qilian.portal.workbench.models import Product
from qilian.portal.workbench.showing import shown_decisions
from qilian.portal.workbench.views.common import editable, makers, may_edit, readable, readers


@readers
@require_http_methods(["GET"])
def evidence(request: PortalRequest, number: int) -> HttpResponse:
    """List the reports held and what they decide for the tests that the product needs."""
    return _page(request, readable(request, number), EvidenceForm())


@makers
@require_POST
def add(request: PortalRequest, number: int) -> HttpResponse:
    """Read a report file and keep it; one that holds no evidence is refused in one line."""
    product = editable(request, number)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            keeping.add_evidence(product, request.actor, file.read(), file.name)
        except QilianError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("Added. The next plan uses it."))
            return redirect("workbench:evidence", number)
    return _page(request, product, form)


@makers
@require_POST
def remove(request: PortalRequest, number: int, file: int) -> HttpResponse:
    """Take a file away; plans already made keep what it decided."""
    product = editable(request, number)
    get_object_or_404(product.evidence, pk=file).delete()
    return redirect("workbench:evidence", number)


def _page(request: PortalRequest, product: Product, form: EvidenceForm) -> HttpResponse:
    files = list(product.evidence.all())
    context = {"product": product, "form": form, "files": files, "may_edit": may_edit(request)}
    if files:
        try:
            applied = making.decided(product, reading.reports_of(files))
        except QilianError as error:
            context["problem"] = str(error)
        else:
            shown = [(each.demand, each.outcome.value, decision_to_data(each)) for each in applied.decisions]
            context["decisions"] = [
                (demand, outcome, shown_decisions(data)) for demand, outcome, data in shown if outcome != "no_evidence"
            ]
            context["answered"] = len(applied.answered)
            context["tests"] = len(applied.decisions)
            context["notices"] = applied.notices
    return render(request, "workbench/evidence.html", context)
