"""Pages of the dashboard of a division: as a page that prints, and as a workbook."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qilian.evaluation import checked_period
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import boards, courses, subjects, workbooks
from qilian.portal.evaluation.subjects import Subject
from qilian.portal.evaluation.views.common import regulators
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language


@regulators
@require_GET
def own(request: PortalRequest) -> HttpResponse:
    """Go to the board of the actor's own division; of the country for the operator."""
    mine = subjects.own(request.actor)
    return redirect("evaluation:board", mine.region if mine else regions.COUNTRY)


@regulators
@require_GET
def board(request: PortalRequest, region: str) -> HttpResponse:
    """Show a division's targets, the divisions below, and the ranking of its firms."""
    about = division(request, region)
    context = _context(request, about)
    ranking = boards.ranking(request.actor, about)
    if ranking:
        titles = {each.id: each.title for each in ranking.frozen.system.indicators}
        moved = [
            (move, [(titles[name], points) for name, points in boards.largest_parts(move)]) for move in ranking.movers
        ]
        context |= {"ranking": ranking, "moved": moved, "picture": boards.picture(ranking.standings, _("rank"))}
    return render(request, "evaluation/board.html", context)


@regulators
@require_GET
def export(request: PortalRequest, region: str) -> HttpResponse:
    """Give the board's figures and ranking as a workbook."""
    about = division(request, region)
    context, ranking = _context(request, about), boards.ranking(request.actor, about)
    content = workbooks.board(context["lines"], ranking.standings if ranking else (), page_language())
    return workbook(content, f"{about.name} {context['period']}")


def workbook(content: bytes, name: str) -> HttpResponse:
    """Answer with a workbook to be kept under a name."""
    answer = HttpResponse(content, content_type=workbooks.MEDIA_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


def division(request: PortalRequest, region: str) -> Subject:
    """Return a division of which the actor sees the dashboards."""
    found = subjects.find(request.actor, f"region:{region}")
    if found is None:
        raise Http404
    return found


def _context(request: PortalRequest, about: Subject) -> dict[str, Any]:
    system = boards.system_of(about)
    rows = boards.rows_of(about, system) if system else []
    known = {row.period for row in rows if row.value is not None}
    try:
        period = checked_period(request.GET.get("period", ""))
    except ValueError:
        period = courses.present_period(known)
    lines = boards.alerts_first(courses.lines_of(about, system, period, rows)) if system else []
    return {
        "about": about,
        "chain": pack().title,
        "system": system,
        "period": period,
        "periods": courses.periods(known={*known, period}),
        "lines": lines,
        "counts": {
            state: sum(line.course is not None and line.course.state == state for line in lines)
            for state in ("behind", "unsure", "on_course", "reached")
        },
        "below": boards.below(about, period),
        "is_sample": any(row.is_sample for row in rows),
    }
