"""A demand at the counter, a question a page: who, what in their words, what was read, check, open."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.intake import Stance
from qilian.laboratories import working_days
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import Organisation
from qilian.portal.rulebook.reading import pack
from qilian.portal.window import acting, handling
from qilian.portal.window.drafts import Draft, Line, digest, pieces_of
from qilian.portal.window.forms import NewClientForm, WordsForm, clients_of
from qilian.portal.window.line_form import LinesForm
from qilian.portal.window.mandates import mandate_for
from qilian.portal.window.models import KeptDraft, Order, Scope
from qilian.portal.window.services import services
from qilian.portal.window.views.common import clerks, handled, say

_SHOWN = 12
_DIGITS = 18


@clerks
@require_GET
def client(request: PortalRequest) -> HttpResponse:
    """Ask who the demand is from; of a draft (``draft``), who it is from instead. Show what is not finished yet."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    draft = _draft_named(request)
    found = clients_of(request.actor)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(credit_code__iexact=words))
    shown = {
        "page": Paginator(found, _SHOWN).get_page(request.GET.get("page")),
        "q": words,
        "draft": draft,
        "unfinished": [] if draft else _drafts(request)[:_SHOWN],
    }
    return render(request, "window/client.html", shown)


@clerks
@require_POST
def choose(request: PortalRequest, number: int) -> HttpResponse:
    """Begin a demand of a client; or say that a draft is from this one."""
    return _begun(request, get_object_or_404(clients_of(request.actor), pk=number))


@clerks
@require_http_methods(["GET", "POST"])
def new_client(request: PortalRequest) -> HttpResponse:
    """Make a client that is not here yet."""
    form = NewClientForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        return _begun(request, handling.register(request.actor, form))
    return render(request, "window/new_client.html", {"form": form, "draft": _draft_named(request)})


@clerks
@require_POST
def discard(request: PortalRequest, draft: int) -> HttpResponse:
    """Throw a draft away."""
    _kept(request, draft).delete()
    return redirect("window:client")


@clerks
@require_http_methods(["GET", "POST"])
def words(request: PortalRequest, draft: int) -> HttpResponse:
    """Ask what the client wants."""
    row, said = _taken_up(request, draft)
    form = WordsForm(request.POST or None, initial={"text": said.text, "service": said.service})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            told = said.told(given["text"], given["service"], timezone.localdate())
        except QilianError as error:
            form.add_error("text", str(error))
        else:
            _keep(row, told)
            return redirect("window:lines", draft)
    return render(request, "window/words.html", {"form": form, "row": row, "draft": said})


@clerks
@require_http_methods(["GET", "POST"])
def lines(request: PortalRequest, draft: int) -> HttpResponse:
    """Show what was read, each with its words, to confirm, correct, leave out or add to; then open the order."""
    row, said = _taken_up(request, draft)
    form = LinesForm(said, request.POST or None)
    if request.method == "POST":
        if form.is_of_other_lines:
            messages.warning(request, _("The demand was changed in another tab; this is how it stands now."))
            return redirect("window:lines", draft)
        valid = form.is_valid()
        if valid or request.POST.get("do") == "add":
            _keep(row, form.saved())
        if request.POST.get("do") == "add":
            return redirect("window:lines", draft)
        if valid:
            return check(request, draft) if request.POST.get("do") == "open" else redirect("window:check", draft)
    shown = {"form": form, "row": row, "draft": said, "pieces": pieces_of(said.text, said.lines), **_asides(said)}
    return render(request, "window/lines.html", shown)


@clerks
@require_http_methods(["GET", "POST"])
def check(request: PortalRequest, draft: int) -> HttpResponse:
    """Show all of it once more; open the order and go on to its receipt, or correct the one that it is about."""
    row, said = _taken_up(request, draft)
    if not said.is_decided:
        return redirect("window:lines", draft)
    if request.method == "POST":
        try:
            order = _corrected(request, said) if said.order else _opened(request, said, row.client)
        except QilianError as error:
            say(request, error)
            return redirect("window:check", draft)
        row.delete()
        if said.order:
            messages.success(request, _("The demand was corrected."))
            return redirect("window:order", order.pk)
        messages.success(request, _("Order %(order)s is open.") % {"order": order.reference})
        return redirect(f"{reverse('window:receipt', args=[order.pk])}?print=yes")
    shown = {"row": row, "draft": said, "mandate": mandate_for(request.actor, row.client, Scope.PRODUCTS)}
    return render(request, "window/check.html", {**shown, **_asides(said)})


@clerks
@require_POST
def correct(request: PortalRequest, number: int) -> HttpResponse:
    """Take the demand of an order up again; ``ask`` names parameters that the client was asked about."""
    order = handled(request, number)
    if order.is_final:
        return redirect("window:order", number)
    lines = acting.lines_of(order)
    held = {line.id for line in lines if line.kind == "parameter"}
    asked = [name for name in request.POST.getlist("ask") if name in pack().vocabulary.parameters and name not in held]
    found = Draft(
        service=order.service,
        text=order.text,
        on=order.demand.get("on", ""),
        name=order.demand.get("name", ""),
        lines=(*lines, *(Line("parameter", name, decision=Stance.WANTED.value) for name in asked)),
        order=order.pk,
        seen=digest(order.demand),
    )
    return redirect("window:lines", _new(request, order.client, found).pk)


def _opened(request: PortalRequest, draft: Draft, client: Organisation) -> Order:
    """Open the order with its demand, and take it."""
    with transaction.atomic():
        order = handling.open_order(request.actor, client, draft.service, text=draft.text, demand=_demand(draft))
        handling.move(order, "take", request.actor)
    return order


def _corrected(request: PortalRequest, draft: Draft) -> Order:
    order = handled(request, draft.order or 0)
    return handling.correct(order, request.actor, seen=draft.seen, text=draft.text, demand=_demand(draft))


def _demand(draft: Draft) -> dict[str, object]:
    """Return what is kept with the order."""
    return {"on": draft.on, "name": draft.proposed_name, "lines": [line.written() for line in draft.lines]}


def _asides(draft: Draft) -> dict[str, object]:
    """Return what stands beside the lines: the service, until when it is answered, the markets."""
    service = services()[draft.service]
    due = working_days.after(timezone.localdate(), service.days)
    return {"service": service, "due": due, "markets": acting.markets_of(draft.lines)}


def _drafts(request: PortalRequest) -> QuerySet[KeptDraft]:
    """Return the clerk's drafts of firms that are still clients of the window."""
    rows = KeptDraft.objects.visible_to(request.actor).filter(client__in=clients_of(request.actor))
    return rows.select_related("client")


def _kept(request: PortalRequest, number: int) -> KeptDraft:
    return get_object_or_404(_drafts(request), pk=number)


def _draft_named(request: PortalRequest) -> KeptDraft | None:
    """Return the draft whose client is asked for anew, if one is named."""
    said = request.POST.get("draft") or request.GET.get("draft") or ""
    return _drafts(request).filter(pk=said).first() if said.isdecimal() and len(said) < _DIGITS else None


def _taken_up(request: PortalRequest, number: int) -> tuple[KeptDraft, Draft]:
    row = _kept(request, number)
    return row, Draft.of(row.content)


def _begun(request: PortalRequest, client: Organisation) -> HttpResponse:
    """Begin a demand of a client, or give the draft that is named another one; go on to the words."""
    row = _draft_named(request)
    if row is None or Draft.of(row.content).order:
        return redirect("window:words", _new(request, client, Draft()).pk)
    row.client = client
    row.save(update_fields=["client", "changed"])
    return redirect("window:words", row.pk)


def _new(request: PortalRequest, client: Organisation, draft: Draft) -> KeptDraft:
    actor = request.actor
    assert actor.user is not None
    assert actor.organisation is not None
    return KeptDraft.objects.create(clerk=actor.user, window=actor.organisation, client=client, content=draft.written())


def _keep(row: KeptDraft, draft: Draft) -> None:
    row.content = draft.written()
    row.save(update_fields=["content", "changed"])
