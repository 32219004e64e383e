"""A demand at the counter, a question a page: who, what in their words, what was read, check, open."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.intake import Stance
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.recording import OnBehalf, record
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window import acting, handling, working_days
from qilian.portal.window.drafts import SESSION_KEY, Draft, Line, pieces_of, wanted
from qilian.portal.window.forms import NewClientForm, WordsForm, clients_of
from qilian.portal.window.line_form import LinesForm
from qilian.portal.window.mandates import mandate_for
from qilian.portal.window.models import Scope
from qilian.portal.window.services import services
from qilian.portal.window.views.common import clerks, handled, say

_SHOWN = 12


@clerks
@require_GET
def client(request: PortalRequest) -> HttpResponse:
    """Ask who the demand is from."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = clients_of(request.actor)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(credit_code__iexact=words))
    page = Paginator(found, _SHOWN).get_page(request.GET.get("page"))
    return render(request, "window/client.html", {"page": page, "q": words})


@clerks
@require_POST
def choose(request: PortalRequest, number: int) -> HttpResponse:
    """Begin a demand of a client."""
    chosen = get_object_or_404(clients_of(request.actor), pk=number)
    _keep(request, Draft(client=chosen.pk))
    return redirect("window:words")


@clerks
@require_http_methods(["GET", "POST"])
def new_client(request: PortalRequest) -> HttpResponse:
    """Make a client that is not here yet."""
    form = NewClientForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            made = form.save()
            record(request.actor, "register", made, on_behalf=OnBehalf(made, ""))
        _keep(request, Draft(client=made.pk))
        return redirect("window:words")
    return render(request, "window/new_client.html", {"form": form})


@clerks
@require_http_methods(["GET", "POST"])
def words(request: PortalRequest) -> HttpResponse:
    """Ask what the client wants."""
    draft, chosen = _draft(request)
    if chosen is None:
        return redirect("window:client")
    form = WordsForm(request.POST or None, initial={"text": draft.text, "service": draft.service})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            told = draft.told(given["text"], given["service"], timezone.localdate())
        except QilianError as error:
            form.add_error("text", str(error))
        else:
            _keep(request, told)
            return redirect("window:lines")
    return render(request, "window/words.html", {"form": form, "client": chosen, "draft": draft})


@clerks
@require_http_methods(["GET", "POST"])
def lines(request: PortalRequest) -> HttpResponse:
    """Show what was read, each with its words, for the clerk to confirm, correct, leave out or add to."""
    draft, chosen = _draft(request)
    if chosen is None:
        return redirect("window:client")
    form = LinesForm(draft, request.POST or None)
    if request.method == "POST":
        valid = form.is_valid()
        if request.POST.get("do") == "add":
            _keep(request, form.saved())
            return redirect("window:lines")
        if valid:
            _keep(request, form.saved())
            return redirect("window:check")
    shown = {"form": form, "client": chosen, "draft": draft, "pieces": pieces_of(draft.text, draft.lines)}
    return render(request, "window/lines.html", shown)


@clerks
@require_http_methods(["GET", "POST"])
def check(request: PortalRequest) -> HttpResponse:
    """Show all of it once more; open the order, or correct the one that it is about."""
    draft, chosen = _draft(request)
    if chosen is None:
        return redirect("window:client")
    if not draft.is_decided:
        return redirect("window:lines")
    if request.method == "POST":
        try:
            number = _opened(request, draft, chosen, request.POST.get("name", "").replace("\0", "").strip()[:160])
        except QilianError as error:
            say(request, error)
            return redirect("window:check")
        del request.session[SESSION_KEY]
        return redirect("window:order", number)
    shown = {
        "client": chosen,
        "draft": draft,
        "service": services()[draft.service],
        "due": working_days.after(timezone.localdate(), services()[draft.service].days),
        "mandate": mandate_for(request.actor, chosen, Scope.PRODUCTS),
        "name": _name(draft.lines),
        "markets": acting.markets_of(draft.lines),
    }
    return render(request, "window/check.html", shown)


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
        client=order.client_id,
        service=order.service,
        text=order.text,
        on=order.demand.get("on", ""),
        lines=(*lines, *(Line("parameter", name, decision=Stance.WANTED.value) for name in asked)),
        order=order.pk,
    )
    _keep(request, found)
    return redirect("window:lines")


def _opened(request: PortalRequest, draft: Draft, chosen: Organisation, name: str) -> int:
    """Open the order with its demand and take it, or keep the corrected demand; return its number."""
    demand = {"on": draft.on, "name": name, "lines": [line.written() for line in draft.lines]}
    if draft.order is not None:
        order = handled(request, draft.order)
        if order.is_final:
            raise handling.OrderRefused(_("the order is finished"), where=order.reference)
        with transaction.atomic():
            order.text, order.demand = draft.text, {**order.demand, **demand}
            order.save(update_fields=["text", "demand"])
            record(request.actor, "correct", order, on_behalf=OnBehalf(order.client, ""))
        messages.success(request, _("The demand was corrected."))
        return int(order.pk)
    with transaction.atomic():
        order = handling.open_order(request.actor, chosen, draft.service, text=draft.text, demand=demand)
        handling.move(order, "take", request.actor)
    messages.success(request, _("Order %(order)s is open.") % {"order": order.reference})
    return int(order.pk)


def _name(found: tuple[Line, ...]) -> str:
    """Propose a name for the product: its kind."""
    kinds = [line.shown for line in wanted(found, "parameter") if line.parameter and line.parameter.kind == "choice"]
    return kinds[0] if kinds else {"zh": "产品", "en": "Product"}[page_language()]


def _draft(request: PortalRequest) -> tuple[Draft, Organisation | None]:
    """Return the draft of the session and its client, who must still be one of this window's."""
    draft = Draft.of(request.session.get(SESSION_KEY, {}))
    return draft, clients_of(request.actor).filter(pk=draft.client).first()


def _keep(request: PortalRequest, draft: Draft) -> None:
    request.session[SESSION_KEY] = draft.written()
