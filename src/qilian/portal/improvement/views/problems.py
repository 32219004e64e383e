"""Pages of problems: the public list, one of them, what is proposed to be one, and what a person decides."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts.access import anyone, only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.chain.reading import chain
from qilian.portal.history.recording import about
from qilian.portal.improvement.commands import problems as posing
from qilian.portal.improvement.forms.problems import PoseForm, ProblemForm, PutForm, as_it_is, proposed
from qilian.portal.improvement.mapping import reach
from qilian.portal.improvement.models import Demand, Problem, Urgency
from qilian.portal.improvement.views.common import PAGE, attempt, version_of
from qilian.portal.improvement.words import PROBLEM_VIEWS

regulators = only("regulator")
_MOVES = ("list", "drop", "solve", "reopen")
_MOST = 200


@anyone
@require_GET
def problems(request: PortalRequest) -> HttpResponse:
    """List the problems: to everybody what is published, to a regulator also what is not yet."""
    rows = Problem.objects.visible_to(request.actor).select_related("organisation").annotate(count=Count("demands"))
    show, severity, system = (request.GET.get(name, "") for name in ("show", "severity", "system"))
    show = show if show in PROBLEM_VIEWS else "open"
    match show:
        case "open":
            rows = rows.filter(state__in=("posed", "listed", "solving"))
        case "solved":
            rows = rows.filter(state="solved")
    if severity in {str(each) for each in Urgency.values}:
        rows = rows.filter(severity=int(severity))
    found = chain()
    if found is not None and system in found.systems:
        rows = rows.filter(node__in=[each.id for each in found.nodes if each.system == system])
    shown = {
        "page": Paginator(rows.order_by("-severity", "-pk"), PAGE).get_page(request.GET.get("page")),
        "show": show,
        "views": PROBLEM_VIEWS.items(),
        "severity": severity,
        "severities": [(str(value), label) for value, label in Urgency.choices],
        "system": system,
        "systems": found.systems.items() if found else (),
    }
    return render(request, "improvement/problems.html", shown)


@anyone
@require_GET
def problem(request: PortalRequest, number: int) -> HttpResponse:
    """Show a problem: what is known, how far it reaches; to its regulator also the demands and what can be done."""
    row = _visible(request, number)
    shown: dict[str, Any] = {"problem": row, "reach": reach(row.node) if row.node else None}
    shown["count"] = row.demands.count()
    if Problem.objects.handled_by(request.actor).filter(pk=row.pk).exists():
        events = row.moves().events(row.state, request.actor.kind)
        shown |= {
            "handles": True,
            "demands": row.demands.select_related("firm", "owner"),
            "events": [each for each in events if each in _MOVES],
            "others": Problem.objects.handled_by(request.actor).open().exclude(pk=row.pk) if "merge" in events else (),
            "history": about([row]),
            "clinics": row.clinics.exclude(state="cancelled"),
            "projects": row.projects.exclude(state="discarded"),
        }
    else:
        shown["projects"] = row.projects.published()
        shown["demands"] = row.demands.filter(firm=request.actor.organisation) if request.actor.kind == "firm" else ()
    return render(request, "improvement/problem.html", shown)


@regulators
@require_GET
def groups(request: PortalRequest) -> HttpResponse:
    """Show which demands may be one problem, and why."""
    found, alone = posing.proposals(request.actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "alone": alone[:_MOST], "waiting": sum(len(each.loose) for each in found) + len(alone)}
    return render(request, "improvement/groups.html", shown)


@regulators
@require_POST
def hold_apart(request: PortalRequest) -> HttpResponse:
    """Take it that the ticked demands are not one problem."""
    demands = _chosen(request, "demand")
    attempt(request, lambda: posing.hold_apart(request.actor, demands), _("They will not be proposed together again."))
    return redirect("improvement:groups")


@regulators
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    """Make the ticked demands a problem."""
    chosen, proposed_too = _chosen(request, "demand"), _chosen(request, "of")
    left_out = [each for each in proposed_too if each not in chosen]
    if not chosen:
        attempt(request, lambda: posing.pose(request.actor, [], {}, "", None), "")  # type: ignore[arg-type]
        return redirect("improvement:groups")
    form = PoseForm(request.POST if request.method == "POST" else None, initial=proposed(chosen))
    if request.method == "POST" and form.is_valid():
        tests = list(dict.fromkeys(test for each in chosen for test in each.tests))
        given, fields = form.cleaned_data, form.fields_of(tests)
        made: list[Problem] = []

        def act() -> None:
            made.append(posing.pose(request.actor, chosen, fields, given["measure"], given["due"], left_out))

        if attempt(request, act, _("The problem is posed; the firms have been told.")):
            return redirect("improvement:problem", made[0].pk)
        return redirect("improvement:groups")
    shown = {"form": form, "chosen": chosen, "left_out": left_out, "proposed": proposed_too}
    return render(request, "improvement/problem_form.html", shown)


@regulators
@require_http_methods(["GET", "POST"])
def put(request: PortalRequest) -> HttpResponse:
    """Put the ticked demands to a problem that is there."""
    row, chosen = _named(request, "problem"), _chosen(request, "demand")
    form = PutForm(
        request.POST if request.method == "POST" else None,
        initial={"measure": _("Solved together with the demands of other firms as one problem.")},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        attempt(
            request,
            lambda: posing.put(row, chosen, request.actor, given["measure"], given["due"]),
            _("They are part of the problem now; the firms have been told."),
        )
        return redirect("improvement:problem", row.pk)
    return render(request, "improvement/problem_form.html", {"form": form, "chosen": chosen, "problem": row})


@regulators
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, number: int) -> HttpResponse:
    """Change words, part of the chain and severity of a problem."""
    row = _handled(request, number)
    form = ProblemForm(request.POST if request.method == "POST" else None, initial=as_it_is(row))
    if request.method == "POST" and form.is_valid():
        fields = form.fields_of(row.tests)
        attempt(request, lambda: posing.edit(row, request.actor, fields, version_of(request)), _("Saved."))
        return redirect("improvement:problem", number)
    return render(request, "improvement/problem_form.html", {"form": form, "problem": row, "edits": True})


@regulators
@require_POST
def take_out(request: PortalRequest, number: int, demand: int) -> HttpResponse:
    """Split a demand off a problem."""
    row = _handled(request, number)
    found = get_object_or_404(row.demands, pk=demand)
    attempt(request, lambda: posing.take_out(row, found, request.actor), _("The demand waits again."))
    return redirect("improvement:problem", number)


@regulators
@require_POST
def merge(request: PortalRequest, number: int) -> HttpResponse:
    """Make a problem part of another one."""
    row, other = _handled(request, number), _named(request, "into")
    done = attempt(request, lambda: posing.merge(row, other, request.actor), _("They are one problem now."))
    return redirect("improvement:problem", other.pk if done else number)


@regulators
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """List, drop, solve, give up or open a problem again."""
    if event not in _MOVES:
        raise Http404
    row, words = _handled(request, number), request.POST.get("words", "")[:2000]
    attempt(request, lambda: posing.move(row, event, request.actor, words, version_of(request)), _("Done."))
    return redirect("improvement:problem", number)


def _visible(request: PortalRequest, number: int) -> Problem:
    rows = Problem.objects.visible_to(request.actor).select_related("organisation", "merged_into")
    return get_object_or_404(rows, pk=number)


def _handled(request: PortalRequest, number: int) -> Problem:
    """Return a problem that the regulator answers for, or answer 404."""
    return get_object_or_404(Problem.objects.handled_by(request.actor), pk=number)


def _named(request: PortalRequest, name: str) -> Problem:
    """Return the problem that a form or an address names, or answer 404."""
    given = (request.POST if request.method == "POST" else request.GET).get(name, "")
    if not given.isdecimal() or len(given) > 9:
        raise Http404
    return _handled(request, int(given))


def _chosen(request: PortalRequest, name: str) -> list[Demand]:
    """Return the demands that a form or an address names; those that the actor does not see are not there."""
    given = (request.POST if request.method == "POST" else request.GET).getlist(name)[:_MOST]
    numbers = [int(each) for each in given if each.isdecimal() and len(each) < 10]
    found = Demand.objects.visible_to(request.actor).loose().filter(pk__in=numbers)
    return list(found.select_related("firm").order_by("pk"))
