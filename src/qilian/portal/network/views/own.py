"""Pages of a laboratory's own part: its desk, benches, lines, and how soon it answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.network import editing, searching
from qilian.portal.network.editing import StaleError, version
from qilian.portal.network.forms import AnswerDaysForm, BenchForm, LineForm, NewBenchForm
from qilian.portal.network.models import OWN_PURPOSES, Laboratory, Purpose, Slot

LINES = 25
members = only("laboratory")
"""Declares that those who belong to a laboratory may come in; which one, :func:`own` says."""


def own(request: PortalRequest) -> Laboratory:
    """Return the laboratory that the actor's organisation runs, or answer 404."""
    return get_object_or_404(Laboratory.objects.editable_by(request.actor))


@members
@require_GET
def desk(request: PortalRequest) -> HttpResponse:
    """Show what is the laboratory's to look after."""
    laboratory = Laboratory.objects.editable_by(request.actor).first()
    if laboratory is None:
        return render(request, "network/unlinked.html")
    slots = Slot.objects.filter(bench__laboratory=laboratory, end__gt=timezone.now()).select_related("bench")
    context = {
        "laboratory": laboratory,
        "benches": laboratory.benches.all(),
        "slots": slots.exclude(purpose=Purpose.BOOKED).order_by("start")[:50],
        "booked": slots.filter(purpose=Purpose.BOOKED).count(),
        "own_purposes": [each.value for each in OWN_PURPOSES],
        "table": laboratory.scope_tables.filter(in_force__isnull=False).defer("content").first(),
        "lines": laboratory.lines.count(),
    }
    return render(request, "network/desk.html", context)


@members
@require_http_methods(["GET", "POST"])
def add_bench(request: PortalRequest) -> HttpResponse:
    """Add a bench."""
    laboratory = own(request)
    form = NewBenchForm(request.POST or None, laboratory=laboratory)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = editing.add_bench(
            laboratory, name=said["name"], name_en=said["name_en"], opens=said["opens"], like=said["like"]
        )
        messages.success(request, _("Added as %(code)s.") % {"code": made.code})
        return redirect("network:desk")
    return _form(request, form, _("Add a bench"))


@members
@require_http_methods(["GET", "POST"])
def bench(request: PortalRequest, number: int) -> HttpResponse:
    """Change a bench's name and opening hours."""
    row = get_object_or_404(own(request).benches, pk=number)
    names = ("name", "name_en", "opens")
    initial = {**{name: getattr(row, name) for name in names}, "version": version(row)}
    form = BenchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in names}
        if _changed(request, form, row, values):
            return redirect("network:desk")
    return _form(request, form, row.name, bench=row)


@members
@require_POST
def open_or_close(request: PortalRequest, number: int) -> HttpResponse:
    """Close a bench to new appointments, or open it again; what is booked stands."""
    row = get_object_or_404(own(request).benches, pk=number)
    try:
        editing.change(row, request.POST.get("version", ""), is_open=request.POST.get("do") == "open")
    except StaleError as error:
        messages.error(request, f"{error.what} {error.mend}")
    else:
        said = _("%(bench)s takes appointments again.") if row.is_open else _("%(bench)s takes no new appointments.")
        messages.success(request, said % {"bench": row.name})
    return redirect("network:desk")


@members
@require_GET
def own_lines(request: PortalRequest) -> HttpResponse:
    """List the lines that can be booked, to change their hours and prices."""
    laboratory = own(request)
    text = request.GET.get("text", "")[:100].strip()
    found = searching.lines(text).filter(laboratory=laboratory)
    page = Paginator(found, LINES).get_page(request.GET.get("page"))
    return render(request, "network/own_lines.html", {"laboratory": laboratory, "page": page, "text": text})


@members
@require_http_methods(["GET", "POST"])
def line(request: PortalRequest, number: int) -> HttpResponse:
    """Change the hours, price and benches of a line."""
    row = get_object_or_404(own(request).lines.select_related("laboratory"), pk=number)
    form = LineForm(request.POST or None, line=row, version=version(row))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        benches = [each.code for each in said["benches"]]
        if _changed(request, form, row, {"hours": said["hours"], "price": said["price"], "benches": benches}):
            return redirect("network:own_lines")
    return _form(request, form, row.measured, line=row)


@members
@require_http_methods(["GET", "POST"])
def answer_days(request: PortalRequest) -> HttpResponse:
    """Say within how many working days appointments are answered."""
    row = own(request)
    form = AnswerDaysForm(request.POST or None, initial={"answer_days": row.answer_days, "version": version(row)})
    sent = request.method == "POST" and form.is_valid()
    if sent and _changed(request, form, row, {"answer_days": form.cleaned_data["answer_days"]}):
        return redirect("network:desk")
    return _form(request, form, _("Days to answer"))


def _changed(request: PortalRequest, form: Any, row: editing.Row, values: dict[str, object]) -> bool:
    """Change a row by a form, or say in the form that somebody else was quicker."""
    try:
        editing.change(row, form.cleaned_data["version"], **values)
    except StaleError as error:
        form.add_error(None, f"{error.what} {error.mend}")
        return False
    messages.success(request, _("Saved."))
    return True


def _form(request: PortalRequest, form: Any, heading: object, **context: object) -> HttpResponse:
    return render(request, "network/form.html", {"form": form, "heading": heading, **context})
