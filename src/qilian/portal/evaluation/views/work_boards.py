"""Pages of a division's dashboards by chain and by project, and their workbooks."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import board_workbooks, chain_boards, project_boards
from qilian.portal.evaluation.views.boards import division, workbook
from qilian.portal.evaluation.views.common import freezers
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language

_PAGE = 50


@freezers
@require_GET
def chain(request: PortalRequest, region: str) -> HttpResponse:
    """Show the chain system by system: what the division can test, its problems and its projects."""
    about = division(request, region)
    rows = chain_boards.systems_of(request.actor, about)
    context = {"about": about, "chain": pack().title, "rows": rows, "total": chain_boards.total(rows)}
    return render(request, "evaluation/chain_board.html", context)


@freezers
@require_GET
def system(request: PortalRequest, region: str, name: str) -> HttpResponse:
    """Show what the figures of one system are made of: its nodes, problems and projects."""
    about = division(request, region)
    rows = chain_boards.systems_of(request.actor, about)
    row = next((each for each in rows if (each.id or "none") == name), None)
    if row is None:
        raise Http404
    return render(request, "evaluation/chain_system.html", {"about": about, "row": row})


@freezers
@require_GET
def chain_export(request: PortalRequest, region: str) -> HttpResponse:
    """Give the dashboard of the chain as a workbook."""
    about = division(request, region)
    content = board_workbooks.chain(chain_boards.systems_of(request.actor, about), page_language())
    return workbook(content, f"{about.name} {pack().title.say(page_language())} {timezone.localdate()}")


@freezers
@require_GET
def projects(request: PortalRequest, region: str) -> HttpResponse:
    """Show the division's projects with their milestones, targets, effects and money."""
    about = division(request, region)
    rows = project_boards.rows_of(request.actor, about)
    show = request.GET.get("show", "all")
    show = show if show in project_boards.SHOWN else "all"
    wanted = project_boards.SHOWN[show]
    context = {
        "about": about,
        "chain": pack().title,
        "show": show,
        "counts": {name: sum(map(test, rows)) for name, test in project_boards.SHOWN.items()},
        "page": Paginator([row for row in rows if wanted(row)], _PAGE).get_page(request.GET.get("page")),
        "budget": project_boards.budget(rows),
        "due": sum(row.due for row in rows),
        "in_time": sum(row.in_time for row in rows),
        "effects": sum(row.effects for row in rows),
        "verified": sum(row.verified for row in rows),
        "standards": sum(row.standards for row in rows),
    }
    return render(request, "evaluation/project_board.html", context)


@freezers
@require_GET
def projects_export(request: PortalRequest, region: str) -> HttpResponse:
    """Give the dashboard of projects as a workbook."""
    about = division(request, region)
    content = board_workbooks.projects(project_boards.rows_of(request.actor, about), page_language())
    return workbook(content, f"{about.name} {timezone.localdate()}")
