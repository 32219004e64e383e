"""Pages that everybody may read: laboratories on a map and in a list, a page for each, its lines and its calendar."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from qilian.portal.accounts.access import anyone, only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import Kind, Organisation
from qilian.portal.network import assigning, calendars, pictures, searching
from qilian.portal.network.forms import FilterForm
from qilian.portal.network.models import Bench, Laboratory, Line
from qilian.portal.network.searching import Wanted
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language

PAGE, LINES = 12, 25
WEEKS_OF_ALL, WEEKS_OF_ONE = 4, 2
_LAST_DAY = date(2099, 1, 1)


@anyone
@require_GET
def laboratories(request: PortalRequest) -> HttpResponse:
    """List laboratories and draw their cities; htmx asks for the part that the filters change."""
    network = pack().network
    form = FilterForm(request.GET, geography=network.geography)
    form.is_valid()
    wanted = Wanted(**{name: form.cleaned_data[name] for name in form.fields if form.cleaned_data.get(name)})
    found = searching.laboratories(wanted)
    counted = found.annotate(
        bench_count=_how_many(Bench.objects.filter(is_open=True)), line_count=_how_many(Line.objects.all())
    )
    page = Paginator(counted, PAGE).get_page(request.GET.get("page"))
    day = wanted.on or localdate()
    language = page_language()
    names = {city.id: city.name for city in network.geography.cities}
    cities = list(found.order_by().values_list("city", flat=True))
    drawn = pictures.network_map(cities, network.geography, language)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, names.get(row.city), _standing(row, day)) for row in page],
        "day": day,
        "map": drawn,
        "cities": sorted((city for city in drawn["cities"] if city["count"]), key=lambda city: -int(city["count"])),
        "is_empty": not cities and not Laboratory.objects.exists(),
        "sample": network.notice if Laboratory.objects.filter(is_sample=True).exists() else None,
    }
    return render(request, "network/results.html" if request.htmx else "network/laboratories.html", context)


@anyone
@require_GET
def laboratory(request: PortalRequest, code: str) -> HttpResponse:
    """Show a laboratory: accreditations, benches, and its calendar and lines beside them."""
    row = get_object_or_404(Laboratory, code=code)
    context = {
        **_lines(request, row),
        **_calendar(request, row),
        "accreditations": [(held, _state(held.valid_from, held.valid_until)) for held in _held(row)],
        "benches": row.benches.all(),
        "place": next((city for city in pack().network.geography.cities if city.id == row.city), None),
        "sample": pack().network.notice if row.is_sample else None,
        "is_own": Laboratory.objects.editable_by(request.actor).filter(pk=row.pk).exists(),
        "table": row.scope_tables.filter(in_force__isnull=False).defer("content").first(),
    }
    if request.actor.is_operator:
        context["organisations"] = Organisation.objects.filter(kind=Kind.LABORATORY)
    return render(request, "network/laboratory.html", context)


@anyone
@require_GET
def lines(request: PortalRequest, code: str) -> HttpResponse:
    """Show the lines of a laboratory that hold some words: those that can be booked, or its uploaded scope table's."""
    if not request.htmx:
        return laboratory(request, code)
    row = get_object_or_404(Laboratory, code=code)
    return render(request, "network/lines.html", _lines(request, row))


@anyone
@require_GET
def calendar(request: PortalRequest, code: str) -> HttpResponse:
    """Show the calendar of one bench or of all."""
    if not request.htmx:
        return laboratory(request, code)
    row = get_object_or_404(Laboratory, code=code)
    return render(request, "network/calendar.html", _calendar(request, row))


@only("operator")
@require_POST
def assign(request: PortalRequest, code: str) -> HttpResponse:
    """Say which organisation runs a laboratory; its members keep the benches and scopes."""
    row = get_object_or_404(Laboratory, code=code)
    number = request.POST.get("organisation", "")
    chosen = Organisation.objects.filter(kind=Kind.LABORATORY)
    numbered = number.isdecimal() and len(number) < 10
    assigning.assign(row, get_object_or_404(chosen, pk=int(number)) if numbered else None)
    return redirect("network:laboratory", row.code)


def _lines(request: PortalRequest, row: Laboratory) -> dict[str, Any]:
    text = request.GET.get("text", "")[:100].strip()
    uploaded = request.GET.get("scope") == "uploaded"
    if uploaded:
        found: Any = searching.rows(text).filter(table__laboratory=row, table__in_force__isnull=False)
    else:
        found = searching.lines(text).filter(laboratory=row)
    page = Paginator(found, LINES).get_page(request.GET.get("page"))
    return {"laboratory": row, "page": page, "text": text, "uploaded": uploaded, "tests": pack().tests}


def _calendar(request: PortalRequest, row: Laboratory) -> dict[str, Any]:
    benches = list(row.benches.filter(is_open=True))
    chosen = next((bench for bench in benches if bench.code == request.GET.get("bench")), None)
    days = 7 * (WEEKS_OF_ONE if chosen else WEEKS_OF_ALL)
    first = _monday(request.GET.get("from", ""))
    made = calendars.calendars([chosen] if chosen else benches, first, days)
    language = page_language()
    return {
        "laboratory": row,
        "open_benches": benches,
        "chosen": chosen,
        "calendars": made,
        "picture": (pictures.bench(made[0], language) if chosen else pictures.benches(made, language))
        if made
        else None,
        "picture_height": 320 if chosen else next((px for px in (160, 240, 320, 480) if 60 + 22 * len(made) < px), 640),
        "first": first,
        "last": first + timedelta(days=days - 1),
        "before": first - timedelta(days=days),
        "after": first + timedelta(days=days),
        "notice": calendars.notice(first, days),
    }


def _how_many(rows: QuerySet[Any]) -> Coalesce:
    """Count a laboratory's rows by themselves: two joins at once would make every bench meet every line."""
    own = rows.filter(laboratory=OuterRef("pk")).order_by().values("laboratory").annotate(count=Count("pk"))
    return Coalesce(Subquery(own.values("count")), 0)


def _monday(asked: str) -> date:
    """Return the Monday of the asked day's week, of this week if none is asked for."""
    try:
        day = min(max(date.fromisoformat(asked), date(2000, 1, 10)), _LAST_DAY)
    except ValueError:
        day = localdate()
    return day - timedelta(days=day.weekday())


def _held(row: Laboratory) -> list[Any]:
    return searching.accreditations(row.accreditations)


def _state(valid_from: date, valid_until: date) -> str:
    today = localdate()
    if today < valid_from:
        return "coming"
    if today > valid_until:
        return "lapsed"
    return "ends" if valid_until - today < timedelta(days=90) else "valid"


def _standing(row: Laboratory, day: date) -> tuple[list[str], bool]:
    """Return the schemes that a laboratory is accredited by on a day, and whether there is any."""
    schemes = [held.scheme for held in _held(row) if held.covers(day, day)]
    return list(dict.fromkeys(schemes)), bool(schemes)
