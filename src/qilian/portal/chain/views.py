"""Pages of the quality map: the map and its table, a node, a trace, weak points, what a new bench would improve."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from qilian.chain import (
    LAYER_WORDS,
    Capacity,
    Chain,
    Node,
    Reached,
    Suspect,
    best_bench,
    coverage,
    reached,
    suspects,
)
from qilian.chain import gaps as find_gaps
from qilian.laboratories import Network
from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.chain import pictures, reading
from qilian.portal.chain.forms import BenchForm, WhereForm
from qilian.portal.chain.measures import MEASURES, Row, legend
from qilian.portal.chain.measures import rows as rows_of
from qilian.portal.network.storing import stored
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.forms import home_of

_ON_A_PAGE = 25
_KINDS = 10


@signed_in
@require_GET
def chain_map(request: PortalRequest) -> HttpResponse:
    """Draw the map, whole or of one system, and say the same as a table."""
    known, network, form = _asked(request)
    able = reading.asked(localdate(), form.where())
    system = request.GET.get("system", "")
    system = system if system in known.systems else ""
    colour = request.GET.get("colour", "")
    measure = MEASURES.get(colour, MEASURES["share"])
    rows = rows_of(known, able)
    own = {row.node.id for row in rows if row.node.system == system or not system}
    shown = own | _next_to(known, own)
    language = page_language()
    is_flow = request.GET.get("picture") == "flow"
    drawn = (
        pictures.flow(known, system, language)
        if is_flow
        else pictures.chain_map(known, shown, {row.node.id: row for row in rows}, measure, language)
    )
    listed = sorted((row for row in rows if row.node.id in own), key=measure.worst_first)
    context = {
        **_frame(known, network, form, able),
        "system": system,
        "measures": {key: each.label for key, each in MEASURES.items()},
        "colour": colour if colour in MEASURES else "share",
        "legend": legend(measure),
        "lines": [_line(known, row, measure.level(row)) for row in listed],
        "is_flow": is_flow,
        "picture": drawn,
        "height": 640 if is_flow else pictures.height_of(drawn),
        "percent": _percent(coverage(known, able).figure),
        "gap_count": len(find_gaps(known, able)),
        "urgent": sum(point.priority == "H" for point in known.points),
    }
    return render(request, "chain/map.html", context)


@signed_in
@require_GET
def node(request: PortalRequest, key: str) -> HttpResponse:
    """Show a node: what it is made of and goes into, makers, control points, who can test them."""
    known, network, form = _asked(request)
    found = _node(key)
    able = reading.asked(localdate(), form.where())
    rows = {row.node.id: row for row in rows_of(known, able)}
    drawn = pictures.chain_map(
        known, {key} | _next_to(known, {key}), rows, MEASURES["coverage"], page_language(), focus={key}
    )
    points = [
        (point, [(pack().tests[test], able.able[test]) for test in point.tests]) for point in known.points_of(key)
    ]
    context = {
        **_frame(known, network, form, able),
        "node": found,
        "made_of": [known.node(link.origin) for link in known.links if link.target == key],
        "goes_into": [known.node(link.target) for link in known.links if link.origin == key],
        "makers": known.makers_of(key),
        "points": points,
        "picture": drawn,
        "height": pictures.height_of(drawn),
        "legend": legend(MEASURES["coverage"]),
        "problems": reading.problems_of(request.actor, key),
        "layer": LAYER_WORDS[found.layer],
        "system": known.systems[found.system],
        "figures": [(each.label, each.said(rows[key])) for each in MEASURES.values()],
    }
    return render(request, "chain/node.html", context)


@signed_in
@require_GET
def trace(request: PortalRequest, key: str) -> HttpResponse:
    """Follow the chain from a node: what may have caused a problem, or what a bad batch reaches."""
    known, network, form = _asked(request)
    found = _node(key)
    is_up = request.GET.get("direction") != "down"
    tests = {test: pack().tests[test] for point in known.points for test in point.tests}
    test = request.GET.get("test", "")
    test = test if is_up and test in tests else ""
    answers: Sequence[Suspect | Reached] = suspects(known, key, test or None) if is_up else reached(known, key)
    rows = {row.node.id: row for row in rows_of(known, reading.asked(localdate(), form.where()))}
    focus = {key}
    for each in answers:
        rows[each.node.id] = replace(rows[each.node.id], share=each.share)
        if isinstance(each, Suspect) and each.shown:
            focus.add(each.node.id)
    rows[key] = replace(rows[key], share=1.0)
    shown = {key} | {each.node.id for each in answers}
    drawn = pictures.chain_map(known, shown, rows, MEASURES["share"], page_language(), focus)
    context = {
        **_frame(known, network, form, None),
        "node": found,
        "is_up": is_up,
        "tests": sorted(tests.values(), key=lambda each: each.name.say(page_language())),
        "test": test,
        "page": Paginator(answers, _ON_A_PAGE).get_page(request.GET.get("page")),
        "picture": drawn,
        "height": pictures.height_of(drawn),
        "legend": legend(MEASURES["share"]),
    }
    return render(request, "chain/trace.html", context)


@signed_in
@require_GET
def gaps(request: PortalRequest) -> HttpResponse:
    """List the control points that no laboratory that counts can test whole, the most urgent first."""
    known, network, form = _asked(request)
    able = reading.asked(localdate(), form.where())
    whole = coverage(known, able)
    context = {
        **_frame(known, network, form, able),
        "page": Paginator(find_gaps(known, able), _ON_A_PAGE).get_page(request.GET.get("page")),
        "by_priority": [(priority, points, _percent(figure or 0)) for priority, points, figure in whole.by_priority],
        "by_city": [(each.city.name, each.laboratories, _percent(each.figure)) for each in whole.cities],
    }
    return render(request, "chain/gaps.html", context)


@signed_in
@require_GET
def benches(request: PortalRequest) -> HttpResponse:
    """List the kinds of bench that would improve coverage around a city most."""
    known, network, where = _asked(request)
    home = home_of(request.actor, network) or network.laboratories[0].city
    form = BenchForm(request.GET or None, network=network, home=home)
    found = None
    if form.is_valid():
        place = form.place()
        near = WhereForm({"city": place.id, "km": form.cleaned_data["km"]}, network=network).where()
        able = reading.asked(localdate(), near)
        before = coverage(known, able).figure
        kinds = [
            (each, f"{each.gain * 100:.1f}", _percent(before + each.gain)) for each in best_bench(known, able, place)
        ]
        found = {"kinds": kinds[:_KINDS], "place": place, "percent": _percent(before)}
    context = {**_frame(known, network, where, None), "form": form, "found": found}
    return render(request, "chain/benches.html", context)


def _asked(request: PortalRequest) -> tuple[Chain, Network, WhereForm]:
    """Return the chain, the laboratories of today, and which of them the page is asked about."""
    known = reading.chain()
    if known is None:
        raise Http404
    network = stored() or pack().network
    return known, network, WhereForm(request.GET, network=network)


def _frame(known: Chain, network: Network, form: WhereForm, able: Capacity | None) -> dict[str, Any]:
    """Return what every page of the map shows."""
    asked = {name: form.data[name] for name in form.fields if form.data.get(name)}
    return {
        "known": known,
        "form": form,
        "where": able.where.words if able else None,
        "kept": asked,
        "asked": f"?{urlencode(asked)}" if asked else "",
        "notices": [each for each in (*known.notices, network.notice) if each],
        "kept_laboratories": network is not pack().network,
    }


def _node(key: str) -> Node:
    found = reading.find(key)
    if found is None:
        raise Http404
    return found


def _line(known: Chain, row: Row, level: str) -> dict[str, Any]:
    """Return a row of the table, in the reader's language."""
    language = page_language()
    said = {name: measure.said(row) for name, measure in MEASURES.items()}
    return {
        "row": row,
        "level": level,
        "name": row.node.name.say(language),
        "layer": LAYER_WORDS[row.node.layer].say(language),
        "system": known.systems[row.node.system].say(language),
        **said,
    }


def _percent(figure: float) -> int:
    """Return a share as it is shown: never 100 or 0 where it only rounds to it."""
    rounded = round(figure * 100)
    return min(max(rounded, 1), 99) if 0 < figure < 1 else rounded


def _next_to(known: Chain, nodes: set[str]) -> set[str]:
    """Return what goes into some nodes, or what they go into."""
    ends = [(link.origin, link.target) for link in known.links]
    return {b for a, b in ends if a in nodes} | {a for a, b in ends if b in nodes}
