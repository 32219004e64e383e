"""Pages of contests: the list, freezing a table, a ranking with its intervals, appeals, replay, files."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.evaluation import Appeal, Change
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import boards, contests, subjects, workbooks
from qilian.portal.evaluation.forms import AppealForm, FreezeForm
from qilian.portal.evaluation.models import Contest
from qilian.portal.evaluation.views.common import freezers, readers, regulators
from qilian.portal.site.templatetags.portal import page_language
from qilian.text import Text

_ON_A_PAGE = 25
_FIRMS_ON_A_PAGE = 100


@readers
@require_GET
def all_contests(request: PortalRequest) -> HttpResponse:
    """List the contests of the division and of those below, the latest of each only; a firm is led to its figures."""
    if request.actor.kind == "firm":
        return redirect("evaluation:figures")
    rows = Contest.objects.visible_to(request.actor).filter(corrected_by=None).defer("content")
    page = Paginator(rows.select_related("organisation"), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "evaluation/contests.html", {"page": page, "systems": contests.systems()})


@freezers
@require_http_methods(["GET", "POST"])
def freeze(request: PortalRequest) -> HttpResponse:
    """Take a table in, score it, keep the contest."""
    form = FreezeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        system = contests.systems()[data["system"]]
        try:
            words = (system, data["title"], data["period"], timezone.localdate())
            if data["file"]:
                row = contests.freeze_table(request.actor, data["file"], *words)
            else:
                row = contests.freeze_kept(request.actor, *words)
        except QilianError as error:
            form.add_error("file", str(error))
        else:
            return redirect("evaluation:contest", row.pk)
    return render(request, "evaluation/freeze.html", {"form": form, "systems": contests.systems()})


@regulators
@require_GET
def contest(request: PortalRequest, number: int) -> HttpResponse:
    """Show the ranking, what was missing, the appeals, and what a correction changed."""
    row = _visible(request, number)
    found = contests.opened(row)
    titles = {each.id: each.title for each in found.system.indicators}
    names = dict(zip(found.figures.ids, found.figures.names, strict=True))
    difference = contests.what_changed(row, found)
    standings = [(each, [titles[name] for name in each.missing]) for each in found.scores.ranked]
    page = Paginator(standings, _FIRMS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "later": Contest.objects.visible_to(request.actor).filter(corrects=row).defer("content").first(),
        "contest": found,
        "page": page,
        "picture": boards.picture([each for each, _gaps in page], _("rank")),
        "percent": round(found.drawing.level * 100),
        "missing": sum(found.scores.missing.values()),
        "appeals": [(each, names[each.firm], titles[each.indicator]) for each in found.appeals],
        "difference": difference,
        "changes": [_in_words(each, names, titles) for each in difference.inputs] if difference else [],
    }
    return render(request, "evaluation/contest.html", context)


@regulators
@require_GET
def firm(request: PortalRequest, number: int, key: str) -> HttpResponse:
    """Show what a firm's score was made of, indicator by indicator, and what moved it since the contest before."""
    row = _visible(request, number)
    found = contests.opened(row)
    place = next((place for place, name in enumerate(found.figures.ids) if name == key), None)
    if place is None:
        raise Http404
    scores = found.scores
    before = boards.previous(request.actor, row)
    move = next((each for each in (boards.what_moved(before, found) if before else ()) if each.id == key), None)
    moved = {part.indicator: float(part.total) for part in move.parts} if move else {}
    lines = [
        {
            "indicator": indicator,
            "figure": None if scores.points.missing[place, column] else float(found.figures.values[place, column]),
            "points": scores.points.values[place, column] / 1e7,
            "weight": scores.own_weights[place, column] / 1e7,
            "gave": scores.points.values[place, column] / 1e9 * scores.own_weights[place, column] / 1e7,
            "moved": moved.get(indicator.id),
        }
        for column, indicator in enumerate(found.system.indicators)
    ]
    context = {
        "row": row, "contest": found, "key": key, "standing": scores.standings[place], "lines": lines,
        "before": before, "move": move, "is_sum": found.system.method == "weighted_sum",
        "has_page": subjects.find(request.actor, key) is not None,
    }  # fmt: skip
    return render(request, "evaluation/firm.html", context)


@freezers
@require_http_methods(["GET", "POST"])
def appeal(request: PortalRequest, number: int) -> HttpResponse:
    """Record an appeal and its outcome; the corrected contest stands beside the one before."""
    row = _visible(request, number)
    form = AppealForm(request.POST or None, contest=contests.opened(row))
    if request.method == "POST" and form.is_valid():
        data, today = form.cleaned_data, timezone.localdate()
        number_of_it = len(form.contest.appeals) + 1
        said = Appeal(
            id=f"A-{number_of_it}",
            firm=data["firm"],
            indicator=data["indicator"],
            raised=data["raised"],
            decided=today,
            outcome=data["outcome"],
            was=form.was,
            now=data["now"] if data["outcome"] == "upheld" else form.was,
            reason=data["reason"],
        )
        try:
            corrected = contests.correct_by_appeal(request.actor, row, said, today)
        except QilianError as error:
            form.add_error(None, str(error))
        else:
            return redirect("evaluation:contest", corrected.pk)
    return render(request, "evaluation/appeal.html", {"row": row, "form": form})


@regulators
@require_POST
def replay(request: PortalRequest, number: int) -> HttpResponse:
    """Compute a contest again from the file that is kept, and say whether the same bytes came out."""
    row = _visible(request, number)
    if contests.replayed(row).same:
        messages.success(request, _("Computed again from the file alone: the same bytes."))
    else:
        messages.error(request, _("Computed again, other bytes came out. Do not rely on this ranking."))
    return redirect("evaluation:contest", row.pk)


@regulators
@require_GET
def export(request: PortalRequest, number: int, form: str) -> HttpResponse:
    """Give a contest as the frozen file or as a workbook."""
    row = _visible(request, number)
    if form == "json":
        answer = HttpResponse(row.content.encode(), content_type="application/json")
    elif form == "xlsx":
        content = workbooks.workbook(contests.opened(row), page_language())
        answer = HttpResponse(content, content_type=workbooks.MEDIA_TYPE)
    else:
        raise Http404
    answer["Content-Disposition"] = content_disposition_header(True, f"{row}.{form}") or "attachment"
    return answer


def _in_words(change: Change, names: dict[str, str], titles: dict[str, Text]) -> tuple[Change, str, Text | None]:
    """Return an input that changed with the firm and the indicator that its path names."""
    firm, _values, indicator = change.path.removeprefix("figures.").rpartition(".values.")
    return change, names.get(firm, firm), titles.get(indicator)


def _visible(request: PortalRequest, number: int) -> Contest:
    rows = Contest.objects.visible_to(request.actor).select_related("organisation", "corrects")
    return get_object_or_404(rows, pk=number)
