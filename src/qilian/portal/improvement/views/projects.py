"""Pages of projects: the list, making one, milestones, targets, results, and the whole line of a problem."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts.access import anyone, only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.history.firing import fire
from qilian.portal.history.recording import about
from qilian.portal.improvement import effects, parts
from qilian.portal.improvement.commands import projects as doing
from qilian.portal.improvement.forms.projects import (
    PARTS,
    MeasureForm,
    MilestoneForm,
    PartnersForm,
    ResultForm,
    TargetForm,
)
from qilian.portal.improvement.lines import line_of
from qilian.portal.improvement.models import Clinic, Problem, Project, Target
from qilian.portal.improvement.views.common import PAGE, attempt, version_of
from qilian.portal.improvement.views.problems import regulators
from qilian.text import Text

doers = only("firm", "laboratory", "window", "regulator", "expert")


@doers
@require_GET
def projects(request: PortalRequest) -> HttpResponse:
    """List the projects of the division, or those that the organisation leads or shares."""
    rows = Project.objects.visible_to(request.actor).exclude(state="discarded").select_related("problem", "lead")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "improvement/projects.html", {"page": page})


@regulators
@require_POST
def new(request: PortalRequest, number: int) -> HttpResponse:
    """Begin a project for a problem, by a clinic's advice where one is named."""
    problem = get_object_or_404(Problem.objects.handled_by(request.actor), pk=number)
    given, made = request.POST.get("clinic", ""), list[Project]()
    clinics = Clinic.objects.filter(problem=problem, state="held")
    clinic = get_object_or_404(clinics, pk=int(given)) if given.isdecimal() and len(given) < 10 else None
    if attempt(request, lambda: made.append(doing.draft(request.actor, problem, clinic)), _("A draft was begun.")):
        return redirect("improvement:project_part", made[0].pk, PARTS[0].id)
    return redirect("improvement:problem", number)


@doers
@require_GET
def project(request: PortalRequest, number: int) -> HttpResponse:
    """Show a project: a draft to be checked, or what is done, what is aimed at, and what came of it."""
    row = _visible(request, number)
    is_regulator = request.actor.kind == "regulator"
    shown: dict[str, Any] = {
        "project": row,
        "answers": parts.answers(row, PARTS),
        "partners": row.partners.all(),
        "milestones": row.milestones.all(),
        "targets": _targets(row),
        "results": row.results.select_related("target", "verified_by"),
        "history": about([row]),
        "changes": is_regulator and row.state in ("draft", "running"),
        "runs": is_regulator and row.state == "running",
    }
    if row.state == "draft":
        shown["lacking"] = doing.lacking(row)
    return render(request, "improvement/project.html", shown)


@regulators
@require_http_methods(["GET", "POST"])
def part(request: PortalRequest, number: int, name: str) -> HttpResponse:
    """Ask one thing of a project in the making."""
    row = _visible(request, number)
    if row.state != "draft":
        return redirect("improvement:project", number)

    def address(part: str) -> str:
        return reverse(
            "improvement:project_part" if part else "improvement:project", args=[number, *filter(None, [part])]
        )

    return parts.fill(request, row, PARTS, name, address)


@regulators
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest, number: int, line: str) -> HttpResponse:
    """Add a milestone, a target or a result, or say who the partners are."""
    row, given = _visible(request, number), request.POST if request.method == "POST" else None
    form: forms.BaseForm
    match line:
        case "milestone":
            form = MilestoneForm(given)
        case "target":
            form = TargetForm(given)
        case "result":
            form = ResultForm(given, project=row)
        case "partners":
            start = {"partners": "\n".join(each.name for each in row.partners.all())}
            form = PartnersForm(given, initial=start)
        case _:
            raise Http404
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(request, _adding(request, row, line, form.cleaned_data), _("Saved."))
    ):
        return redirect("improvement:project", number)
    return render(request, "improvement/project_line.html", {"form": form, "project": row, "line": line})


def _adding(request: PortalRequest, row: Project, line: str, data: dict[str, Any]) -> Callable[[], object]:
    actor = request.actor
    match line:
        case "milestone":
            return lambda: doing.add_milestone(row, actor, data["title"], data["due"])
        case "target":
            system, _slash, name = data["indicator"].partition("/")
            return lambda: doing.add_target(row, actor, system, name, data["baseline"], data["goal"])
        case "partners":
            return lambda: doing.set_partners(row, actor, data["partners"])
        case _:
            return lambda: doing.add_result(row, actor, data)


@regulators
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Begin, finish, stop or discard; say that a milestone is done, keep a measured figure, verify an effect."""
    row, actor, version = _visible(request, number), request.actor, version_of(request)
    given = request.POST.get("line", "")
    line = int(given) if given.isdecimal() and len(given) < 10 else 0
    match event:
        case "start":
            attempt(request, lambda: doing.start(row, actor, version), _("The project runs; all who take part know."))
        case "finish":
            attempt(request, lambda: doing.finish(row, actor, version), _("The project is finished."))
        case "stop":
            words = request.POST.get("words", "")[:2000]
            attempt(request, lambda: doing.stop(row, actor, words, version), _("The project is stopped."))
        case "discard":
            if attempt(request, lambda: fire(row, "discard", actor, version=version), _("Discarded.")):
                return redirect("improvement:problem", row.problem_id)
        case "done":
            milestone = get_object_or_404(row.milestones.select_related("project"), pk=line)
            attempt(request, lambda: doing.finish_milestone(milestone, actor), _("Done."))
        case "measure":
            target = get_object_or_404(row.targets.select_related("project"), pk=line)
            form = MeasureForm(request.POST)
            if form.is_valid():
                figure = form.cleaned_data["reached"]
                attempt(request, lambda: doing.measure(target, actor, figure), _("Saved."))
            else:
                attempt(request, doing.refuse_figure, "")
        case "verify":
            result = get_object_or_404(row.results.select_related("project"), pk=line)
            attempt(request, lambda: doing.verify(result, actor), _("The effect is verified."))
        case _:
            raise Http404
    return redirect("improvement:project", number)


@anyone
@require_GET
def line(request: PortalRequest, number: int) -> HttpResponse:
    """Show the whole line of a problem, from demands to standards, as far as the reader may see it; to be printed."""
    actor = request.actor
    problem = get_object_or_404(Problem.objects.visible_to(actor).select_related("organisation"), pk=number)
    return render(request, "improvement/line.html", {"problem": problem, "line": line_of(problem, actor)})


def _targets(project: Project) -> list[tuple[Target, list[Text]]]:
    """Return the targets, each with what the comparison with other firms says once the project has begun."""
    rows = project.targets.select_related("project__problem")
    if project.state == "draft":
        return [(target, []) for target in rows]
    return [(target, [Text(*pair) for pair in effects.said(effects.effect_on(target))]) for target in rows]


def _visible(request: PortalRequest, number: int) -> Project:
    rows = Project.objects.visible_to(request.actor).select_related("problem", "clinic", "lead", "organisation")
    return get_object_or_404(rows, pk=number)
