"""Pages of the standards library: search, and a page for each standard as of a date."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.access import anyone, signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.library.citing import citing
from qilian.portal.library.graph import graph
from qilian.portal.library.indexing import search_page
from qilian.portal.library.looking_up import look_up
from qilian.portal.library.news import follow_key, follow_standard
from qilian.portal.library.search_commands import STATUSES
from qilian.portal.library.searching import Filters
from qilian.portal.notices import following
from qilian.portal.notices.models import Kind
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language
from qilian.standards import RelationKind, StandardRef, Status
from qilian.standards.stages import stage_words
from qilian.text import Text

_ON_A_PAGE = 25
_MOST_PAGES = 400
_DRAWN = 40
_RELATIONS = {
    RelationKind.REPLACES: Text("代替", "replaces"),
    RelationKind.ADOPTS: Text("采用", "adopts"),
    RelationKind.UNDER_REVISION_BY: Text("修订中", "under revision by"),
    RelationKind.AMENDED_BY: Text("被修改", "amended by"),
}


@anyone
@require_GET
def search(request: PortalRequest) -> HttpResponse:
    """Find standards by number or words, with filters; without words list what the filters leave, newest first."""
    text = request.GET.get("text", "")[:200].strip()
    on, fault = _day(request)
    status = request.GET.get("status", "")
    chosen = {name: request.GET.get(name, "")[:60].strip() for name in ("publisher", "committee", "ics")}
    filters = Filters(status=Status(status) if status in STATUSES else None, **chosen)
    number = request.GET.get("page", "1")
    page = min(max(int(number), 1), _MOST_PAGES) if number.isdecimal() and len(number) < 6 else 1
    found = search_page(text, on, filters, (page - 1) * _ON_A_PAGE, _ON_A_PAGE, pack().catalogue)
    pages = max(1, min(-(-found.total // _ON_A_PAGE), _MOST_PAGES))
    context = {
        "hits": [(hit, STATUSES[hit.status], _title(hit.titles)) for hit in found.hits],
        "total": found.total,
        "number": page,
        "pages": pages,
        "text": text,
        "on": on,
        "fault": fault,
        "status": status,
        "statuses": {each.value: words for each, words in STATUSES.items()},
        "chosen": chosen,
    }
    return render(request, "library/results.html" if request.htmx else "library/search.html", context)


@anyone
@require_GET
def standard(request: PortalRequest) -> HttpResponse:
    """Show a standard as of a date: standing, line of time, relations, equivalents, and who cites it."""
    ref = _reference(request.GET.get("reference", ""))
    on, fault = _day(request)
    answer = look_up(ref, on, pack().catalogue)
    data = answer.as_json(page_language())
    if answer.entry.edition is None and not data["timeline"]:
        return render(request, "library/unknown.html", {"reference": ref, "on": on}, status=404)
    around = graph(ref, on, pack().catalogue, most=_DRAWN)
    user = request.actor.user
    context = {
        "reference": ref,
        "on": on,
        "fault": fault,
        "answer": data,
        "status": STATUSES[Status(str(data["status"]))],
        "stage": stage_words(answer.record.stage) if answer.record and answer.record.stage else None,
        "timeline": {"points": data["timeline"], "on": on.isoformat()},
        "around": around,
        "drawn": _drawn(around),
        "cited": citing(ref, pack()),
        "followed": bool(user and following.follows(user, Kind.STANDARD, follow_key(ref))),
    }
    return render(request, "library/standard.html", context)


@signed_in
@require_POST
def follow(request: PortalRequest) -> HttpResponse:
    """Follow a standard, or no longer."""
    ref = _reference(request.POST.get("reference", ""))
    user = request.actor.user
    if user is None:
        return HttpResponseBadRequest()
    if request.POST.get("follow") == "no":
        following.unfollow(user, Kind.STANDARD, follow_key(ref))
    else:
        follow_standard(user, ref)
    return redirect(f"{reverse('library:standard')}?{urlencode({'reference': str(ref.undated)})}")


def _reference(text: str) -> StandardRef:
    if not text.isprintable():
        raise Http404("not the reference of a standard")
    try:
        return StandardRef.parse_or_named(text[:120])
    except QilianError as error:
        raise Http404(str(error)) from None


def _day(request: PortalRequest) -> tuple[date, bool]:
    """Return the asked day, or today; and whether what was asked is no day."""
    asked = request.GET.get("on", "")
    try:
        return (date.fromisoformat(asked) if asked else localdate()), False
    except ValueError:
        return localdate(), True


def _title(titles: Any) -> str:
    first, second = ("zh", "en") if page_language() == "zh" else ("en", "zh")
    return str(titles.get(first) or titles.get(second) or next(iter(titles.values()), ""))


def _drawn(around: Any) -> dict[str, Any]:
    """Return the graph as the picture takes it."""
    nodes = [
        {
            "name": str(node.reference),
            "title": node.title.say(page_language()),
            "status": node.status.value,
            "far": node.distance,
        }
        for node in around.nodes
    ]
    known = {node["name"] for node in nodes}
    edges = [
        {"from": str(edge.subject), "to": str(edge.object), "kind": _RELATIONS[edge.kind].say(page_language())}
        for edge in around.edges
        if str(edge.subject) in known and str(edge.object) in known
    ]
    return {"nodes": nodes, "edges": edges}
