"""Pages of a laboratory's own scope table: uploading it, and the account of every row."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.network import scope_tables
from qilian.portal.network.forms import ScopeTableForm
from qilian.portal.network.models import ScopeTable
from qilian.portal.network.views.own import members, own
from qilian.portal.site.templatetags.portal import page_language

ROWS = 50
PARTS = ("unread", "doubtful", "taken")


@members
@require_http_methods(["GET", "POST"])
def scope_table(request: PortalRequest) -> HttpResponse:
    """Upload a table, see how far it is, and what became of the last one."""
    laboratory = own(request)
    form = ScopeTableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            scope_tables.begin(laboratory, request.actor, form.cleaned_data["file"])
        except QilianError as error:
            form.add_error("file", f"{error.what} {error.mend}")
        else:
            return redirect("network:scope_table")
    tables = list(laboratory.scope_tables.defer("content").select_related("job"))
    context = {
        "laboratory": laboratory,
        "form": form,
        "under_way": next((each for each in tables if each.job and each.job.is_open), None),
        "tables": [each for each in tables if not (each.job and each.job.is_open)],
    }
    return render(request, "network/scope_table.html", context)


@members
@require_GET
def account(request: PortalRequest, number: int) -> HttpResponse:
    """Show row by row what became of a table: what was not read first, with line, reason and mend."""
    table = _visible(request, number)
    part = request.GET.get("part", "")
    part = part if part in PARTS else "unread" if table.unread else "taken"
    rows = table.rows.filter(is_taken=part != "unread")
    doubtful = table.rows.filter(is_taken=True).exclude(unchecked=[])
    page = Paginator(doubtful if part == "doubtful" else rows, ROWS).get_page(request.GET.get("page"))
    context = {"table": table, "part": part, "page": page, "doubtful": doubtful.count()}
    return render(request, "network/account.html", context)


@members
@require_GET
def unread(request: PortalRequest, number: int) -> HttpResponse:
    """Send the rows that were not taken over as CSV."""
    table = _visible(request, number)
    answer = HttpResponse(scope_tables.unread_csv(table, page_language()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="unread-{table.pk}.csv"'
    return answer


def _visible(request: PortalRequest, number: int) -> ScopeTable:
    return get_object_or_404(ScopeTable.objects.visible_to(request.actor).defer("content"), pk=number)
