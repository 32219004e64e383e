"""Pages of leaders and suppliers: the list, a bond, its control points, help; for a regulator the counts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.chain import ControlPoint
from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.chain import reading
from qilian.portal.history.recording import about
from qilian.portal.improvement.views.common import attempt, version_of
from qilian.portal.leading import commands, counting
from qilian.portal.leading.forms import (
    FiguresForm,
    HelpForm,
    InviteForm,
    MeasurementForm,
    NodesForm,
    RequirementForm,
    figures_of,
)
from qilian.portal.leading.models import Bond, Help
from qilian.portal.site.templatetags.portal import told

sides = only("firm")
readers = only("firm", "regulator")


@readers
@require_GET
def bonds(request: PortalRequest) -> HttpResponse:
    """List a firm's suppliers and leaders; show a regulator what the help of its leaders came to."""
    actor = request.actor
    if actor.kind == "regulator":
        return render(request, "leading/leaders.html", {"leaders": counting.by_leader(actor)})
    rows = Bond.objects.visible_to(actor).select_related("leader", "supplier").prefetch_related("helps__requirement")
    found = [(row, counting.effects(row.helps.all())) for row in rows]
    shown = {
        "led": [each for each in found if each[0].is_led_by(actor)],
        "leaders": [each for each in found if not each[0].is_led_by(actor)],
        "effects": counting.effects(help_ for row in rows if row.is_led_by(actor) for help_ in row.helps.all()),
    }
    return render(request, "leading/bonds.html", shown)


@sides
@require_http_methods(["GET", "POST"])
def invite(request: PortalRequest) -> HttpResponse:
    """Ask a firm to be led."""
    form, made = InviteForm(request.POST if request.method == "POST" else None), list[Bond]()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = (given["supplier"], given["nodes"], given["words"])
        if attempt(request, lambda: made.append(commands.invite(request.actor, *asked)), _("The firm has been asked.")):
            return redirect("leading:bond", made[0].pk)
    return render(request, "leading/form.html", {"form": form, "title": _("Invite a supplier"), "verb": _("Invite")})


@sides
@require_GET
def bond(request: PortalRequest, number: int) -> HttpResponse:
    """Show a bond: the control points that both share, where the supplier stands, help and what it came to."""
    row = _visible(request, number)
    helps = list(row.helps.select_related("requirement"))
    shown = {
        "bond": row,
        "leads": row.is_led_by(request.actor),
        "other": row.other(request.actor),
        "points": counting.shared(row),
        "helps": helps,
        "effects": counting.effects(helps),
        "history": about([row, *helps]),
    }
    return render(request, "leading/bond.html", shown)


@sides
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Accept, decline, withdraw or end a bond."""
    if event not in ("accept", "decline", "withdraw", "end"):
        raise Http404
    row, words = _visible(request, number), request.POST.get("words", "")[:2000]
    attempt(request, lambda: commands.move(row, event, request.actor, words, version_of(request)), _("Done."))
    return redirect("leading:bond", number)


@sides
@require_http_methods(["GET", "POST"])
def nodes(request: PortalRequest, number: int) -> HttpResponse:
    """Say which parts of the chain are shared."""
    row = _led(request, number)
    form = NodesForm(request.POST if request.method == "POST" else None, initial={"nodes": row.nodes})

    def act() -> None:
        commands.set_nodes(row, request.actor, form.cleaned_data["nodes"])

    return _asked(request, row, form, act, _("Parts of the chain"))


@sides
@require_GET
def point(request: PortalRequest, number: int, key: str) -> HttpResponse:
    """Show a control point: versions of the requirement, figures, who can test it, problems of its part."""
    row = _visible(request, number)
    found = next((each for each in counting.shared(row) if each.point.id == key), None)
    if found is None:
        raise Http404
    versions = list(row.requirements.filter(point=key).select_related("made_by"))
    shown = {
        "bond": row,
        "leads": row.is_led_by(request.actor),
        "shared": found,
        "versions": versions,
        "measurements": [(each, counting.judged(each, versions)) for each in row.measurements.filter(point=key)[:50]],
        "problems": reading.problems_of(request.actor, found.point.node),
    }
    return render(request, "leading/point.html", shown)


@sides
@require_http_methods(["GET", "POST"])
def require(request: PortalRequest, number: int, key: str) -> HttpResponse:
    """Share a requirement; the version in force is what the form starts with."""
    row = _led(request, number)
    found = _point(row, key)
    last = counting.in_force(row.requirements.filter(point=key), localdate())
    names = ("lower", "upper", "unit", "test", "standard", "words", "is_open")
    start = {name: getattr(last, name) for name in names} if last else {"test": next(iter(found.tests), "")}
    given = request.POST if request.method == "POST" else None
    form = RequirementForm(given, point=found, initial={**start, "starts": localdate()})
    title = _("What is required: %(point)s") % {"point": told(found.characteristic)}
    return _asked(request, row, form, lambda: commands.require(row, request.actor, key, form.cleaned_data), title, key)


@sides
@require_POST
def lift(request: PortalRequest, number: int, key: str) -> HttpResponse:
    """Require nothing any more at a control point, from today on."""
    row = _led(request, number)
    _point(row, key)
    fields = {"is_lifted": True, "starts": localdate()}
    attempt(request, lambda: commands.require(row, request.actor, key, fields), _("Nothing is required any more."))
    return redirect("leading:point", number, key)


@sides
@require_http_methods(["GET", "POST"])
def measure(request: PortalRequest, number: int, key: str) -> HttpResponse:
    """Keep a figure of the supplier at a control point."""
    row = _visible(request, number)
    found = _point(row, key)
    if row.is_led_by(request.actor):
        raise Http404
    given, versions = request.POST if request.method == "POST" else None, list(row.requirements.filter(point=key))
    form = MeasurementForm(given, supplier=row.supplier, versions=versions, initial={"on": localdate()})
    title = _("A figure: %(point)s") % {"point": told(found.characteristic)}
    return _asked(request, row, form, lambda: commands.measured(row, request.actor, key, form.fields_of()), title, key)


@sides
@require_http_methods(["GET", "POST"])
def new_help(request: PortalRequest, number: int) -> HttpResponse:
    """Enter help, with a figure before and after."""
    row = _led(request, number)
    form = HelpForm(request.POST if request.method == "POST" else None, rows=counting.shared(row))
    return _asked(request, row, form, lambda: commands.enter(row, request.actor, form.fields_of()), _("Enter help"))


@sides
@require_http_methods(["GET", "POST"])
def help_(request: PortalRequest, number: int, help_: int) -> HttpResponse:
    """Show help with its effect; either side gives other figures."""
    row = _help(request, number, help_)
    form = FiguresForm(request.POST if request.method == "POST" else None, initial=figures_of(row))
    if request.method == "POST" and form.is_valid():
        version = version_of(request)
        attempt(request, lambda: commands.measure(row, request.actor, form.figures(), version), _("Saved."))
        return redirect("leading:help", number, help_)
    shown = {
        "bond": row.bond,
        "help": row,
        "form": form,
        "leads": row.bond.is_led_by(request.actor),
        "can_measure": row.may("measure", request.actor) and row.bond.state == "active",
        "history": about([row]),
    }
    return render(request, "leading/help.html", shown)


@sides
@require_POST
def move_help(request: PortalRequest, number: int, help_: int, event: str) -> HttpResponse:
    """Confirm, dispute or drop help."""
    if event not in ("confirm", "dispute", "drop"):
        raise Http404
    row, words = _help(request, number, help_), request.POST.get("words", "")[:2000]
    attempt(request, lambda: commands.move_help(row, event, request.actor, words, version_of(request)), _("Done."))
    return redirect("leading:help", number, help_)


def _asked(
    request: PortalRequest, row: Bond, form: Any, act: Callable[[], object], title: str, key: str = ""
) -> HttpResponse:
    """Show a form of a bond, or do what it asks and go back to where it was asked."""
    if row.state != "active" and request.resolver_match and request.resolver_match.url_name != "nodes":
        messages.error(request, _("The bond is not active."))
        return redirect("leading:bond", row.pk)
    if request.method == "POST" and form.is_valid() and attempt(request, act, _("Saved.")):
        return redirect("leading:point", row.pk, key) if key else redirect("leading:bond", row.pk)
    shown = {"form": form, "bond": row, "key": key, "title": title, "verb": _("Save")}
    return render(request, "leading/form.html", shown)


def _visible(request: PortalRequest, number: int) -> Bond:
    rows = Bond.objects.visible_to(request.actor).select_related("leader", "supplier")
    return get_object_or_404(rows, pk=number)


def _led(request: PortalRequest, number: int) -> Bond:
    """Return a bond that the actor leads, or answer 404."""
    row = _visible(request, number)
    if not row.is_led_by(request.actor):
        raise Http404
    return row


def _point(row: Bond, key: str) -> ControlPoint:
    found = commands.point_of(row, key)
    if found is None:
        raise Http404
    return found


def _help(request: PortalRequest, number: int, help_: int) -> Help:
    rows = Help.objects.filter(bond__in=Bond.objects.visible_to(request.actor), bond=number)
    return get_object_or_404(rows.select_related("bond__leader", "bond__supplier", "requirement"), pk=help_)
