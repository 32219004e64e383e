"""Pages of imported tables: the file and its system, then an account of every row that was not taken over."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import contests, importing, subjects
from qilian.portal.evaluation.forms import ImportForm
from qilian.portal.evaluation.models import FigureTable
from qilian.portal.evaluation.views.common import givers, readers
from qilian.text import Text

_LATEST = 10


@givers
@require_http_methods(["GET", "POST"])
def imports(request: PortalRequest) -> HttpResponse:
    """Take a table in; what can be read becomes figures."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        system = contests.systems()[form.cleaned_data["system"]]
        try:
            table = importing.import_table(request.actor, form.cleaned_data["file"], system)
        except QilianError as error:
            form.add_error("file", str(error))
        else:
            return redirect("evaluation:imported", table.pk)
    context = {
        "form": form,
        "tables": FigureTable.objects.visible_to(request.actor)[:_LATEST],
        "systems": contests.systems(),
        "own": subjects.own(request.actor),
        "columns": importing.COLUMNS,
        "example": next((each for system in contests.systems().values() for each in system.indicators), None),
    }
    return render(request, "evaluation/imports.html", context)


@readers
@require_GET
def imported(request: PortalRequest, number: int) -> HttpResponse:
    """Show what became of a table's rows."""
    table = get_object_or_404(FigureTable.objects.visible_to(request.actor).select_related("imported_by"), pk=number)
    unread = [(line, Text(*why), Text(*mend), text) for line, why, mend, text in table.unread]
    return render(request, "evaluation/imported.html", {"table": table, "unread": unread})
