"""Pages of figures: whose there are, a subject's sheet, one figure with the records behind it and its history."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.evaluation import Indicator, IndicatorSystem, checked_period
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import contests, courses, keeping, records, subjects
from qilian.portal.evaluation.computing import CannotTell, Scope, is_computed
from qilian.portal.evaluation.computing import compute as computed
from qilian.portal.evaluation.forms import GiveForm
from qilian.portal.evaluation.models import Figure, Origin
from qilian.portal.evaluation.subjects import Subject
from qilian.portal.evaluation.views.common import givers, readers
from qilian.portal.site.templatetags.portal import page_language

_ON_A_PAGE = 50


@readers
@require_GET
def figures(request: PortalRequest) -> HttpResponse:
    """List whose figures there are: a regulator's division, those below, its firms; a firm is led to its own."""
    actor = request.actor
    mine = subjects.own(actor)
    if actor.kind == "firm" and mine:
        return redirect("evaluation:subject", mine.key)
    words = request.GET.get("q", "").strip()
    rows = subjects.firms_in(actor).order_by("name", "pk")
    page = Paginator(rows.filter(name__icontains=words) if words else rows, _ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = [subjects.of_firm(each) for each in page]
    below = Figure.objects.visible_to(actor).current().filter(organisation=None)
    codes = sorted(set(below.values_list("region", flat=True)) | ({mine.region} if mine else set()))
    divisions = [subjects.of_region(code) for code in codes]
    keys = [each.key for each in (*shown, *divisions)]
    found = Figure.objects.current().filter(subject__in=keys, value__isnull=False)
    counts = dict(found.order_by().values_list("subject").annotate(Count("pk")))
    context = {
        "divisions": [(each, counts.get(each.key, 0)) for each in divisions],
        "firms": [
            (each, counts.get(each.key, 0), regions.full_title(each.region).say(page_language())) for each in shown
        ],
        "page": page,
        "q": words,
    }
    return render(request, "evaluation/figures.html", context)


@readers
@require_GET
def subject(request: PortalRequest, key: str) -> HttpResponse:
    """Show a subject's figures of one system and period, with their course to the targets."""
    about = _subject(request, key)
    fitting = {name: each for name, each in contests.systems().items() if about.fits(each)}
    context: dict[str, object] = {"about": about, "systems": fitting}
    if fitting:
        system = fitting.get(request.GET.get("system", "")) or next(iter(fitting.values()))
        rows = list(Figure.objects.current().filter(subject=about.key, system=system.id))
        known = {row.period for row in rows if row.value is not None}
        period = _period(request.GET.get("period", "")) or courses.present_period(known)
        lines = courses.lines_of(about, system, period, rows)
        groups = {group: [line for line in lines if line.indicator.group == group] for group in system.groups}
        context |= {
            "system": system,
            "period": period,
            "periods": courses.periods(known={*known, period}),
            "groups": [(system.groups[group], found) for group, found in groups.items()],
            "there": sum(line.figure is not None and line.figure.value is not None for line in lines),
            "behind": sum(line.course is not None and line.course.state == "behind" for line in lines),
            "may_give": subjects.answers_for(request.actor, about),
            "may_compute": any(line.is_computed for line in lines),
            "is_sample": any(row.is_sample for row in rows),
        }
    return render(request, "evaluation/subject.html", context)


@readers
@require_GET
def figure(request: PortalRequest, key: str, system: str, indicator: str, period: str) -> HttpResponse:
    """Show one figure: where it comes from, the records behind it, its course, and what stood there before."""
    about, found, measured, when = _place(request, key, system, indicator, period)
    rows = Figure.objects.filter(subject=about.key, system=found.id, indicator=measured.id)
    history = list(rows.filter(period=when).select_related("given_by", "table"))
    current = next((row for row in history if row.is_current), None)
    by_period = {row.period: row for row in rows.filter(is_current=True)}
    way = courses.course_of(measured, about.level, when, by_period)
    language = page_language()
    context = {
        "about": about,
        "system": found,
        "indicator": measured,
        "period": when,
        "current": current,
        "history": [row for row in history if not row.is_current],
        "records": records.shown(current, request.actor) if current else [],
        "course": way,
        "picture": courses.picture(way, language) if way and way.steps else None,
        "others": sorted(by_period.values(), key=lambda row: row.period),
        "may_give": subjects.answers_for(request.actor, about),
        "is_computed": is_computed(measured),
    }
    return render(request, "evaluation/figure.html", context)


@givers
@require_http_methods(["GET", "POST"])
def give(request: PortalRequest, key: str, system: str, indicator: str, period: str) -> HttpResponse:
    """Type a figure in, with its source and day; one that the portal computes is not typed."""
    about, found, measured, when = _place(request, key, system, indicator, period)
    if not subjects.answers_for(request.actor, about) or is_computed(measured):
        raise Http404
    standing = (
        Figure.objects.current().filter(subject=about.key, system=found.id, indicator=measured.id, period=when).first()
    )
    form = GiveForm(request.POST or None, standing=standing)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = keeping.Given(about, found, measured, when, data["value"], data["source"], data["on"])
        keeping.keep(request.actor, [given], Origin.TYPED)
        return redirect("evaluation:figure", key, system, indicator, period)
    context = {
        "form": form, "about": about, "system": found, "indicator": measured, "period": when, "standing": standing,
    }  # fmt: skip
    return render(request, "evaluation/give.html", context)


@givers
@require_POST
def compute_one(request: PortalRequest, key: str, system: str, indicator: str, period: str) -> HttpResponse:
    """Compute one figure anew from the portal's rows."""
    about, found, measured, when = _place(request, key, system, indicator, period)
    if not subjects.answers_for(request.actor, about) or not is_computed(measured):
        raise Http404
    scope = Scope(about, when)
    try:
        made = computed(measured, scope)
    except CannotTell as refusal:
        messages.warning(request, refusal.words.say(page_language()))
    else:
        given = keeping.Given(
            about, found, measured, when, made.value, measured.source.computation, scope.last_day,
            records=made.records, words=made.words,
        )  # fmt: skip
        if not keeping.keep(request.actor, [given], Origin.COMPUTED):
            messages.info(request, _("Computed again: the same figure from the same records."))
    return redirect("evaluation:figure", key, system, indicator, period)


@givers
@require_POST
def compute(request: PortalRequest, key: str) -> HttpResponse:
    """Compute all that the portal can of a subject's system and period."""
    about = _subject(request, key)
    system = contests.systems().get(request.POST.get("system", ""))
    period = _period(request.POST.get("period", ""))
    if not subjects.answers_for(request.actor, about) or system is None or not about.fits(system) or not period:
        raise Http404
    new, reasons = keeping.compute_all(request.actor, about, system, period)
    words = ngettext("%(new)s figure is new.", "%(new)s figures are new.", new)
    messages.success(request, words % {"new": new})
    language = page_language()
    for name, why in reasons.items():
        messages.warning(request, f"{system.indicator(name).title.say(language)}: {why.say(language)}")
    answer = redirect("evaluation:subject", key)
    answer["Location"] += f"?system={system.id}&period={period}"
    return answer


def _subject(request: PortalRequest, key: str) -> Subject:
    found = subjects.find(request.actor, key)
    if found is None:
        raise Http404
    return found


def _period(text: str) -> str:
    try:
        return checked_period(text)
    except ValueError:
        return ""


def _place(
    request: PortalRequest, key: str, system: str, indicator: str, period: str
) -> tuple[Subject, IndicatorSystem, Indicator, str]:
    about, found, when = _subject(request, key), contests.systems().get(system), _period(period)
    measured = next((each for each in found.indicators if each.id == indicator), None) if found else None
    if found is None or measured is None or not when or not about.fits(found):
        raise Http404
    return about, found, measured, when
