"""Pages of work orders: the list, one with all that happened to it, its moves, acting for the client, packages."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.intake import Stance
from qilian.portal.accounts.actor import Actor, PortalRequest
from qilian.portal.booking.commands.sampling import possible_of_all
from qilian.portal.booking.models import Path, Proposal
from qilian.portal.booking.showing import ShownPath
from qilian.portal.history.recording import OnBehalf, about
from qilian.portal.window import acting, handling
from qilian.portal.window.booking import paths_of
from qilian.portal.window.drafts import Line, pieces_of, wanted
from qilian.portal.window.forms import MoveForm, PackageForm, clients_of
from qilian.portal.window.mandates import held_scopes
from qilian.portal.window.models import Mandate, Order, Scope
from qilian.portal.window.receipts import qr_code, token_of
from qilian.portal.window.services import packages, services
from qilian.portal.window.views.common import clerks, handled, missing_of, readable, readers, say
from qilian.portal.workbench.forms import EvidenceForm
from qilian.portal.workbench.models import Plan
from qilian.text import Text

PAGE = 25
QUESTIONS = 8
_PATHS = 5
VIEWS = ("open", "queue", "mine", "late", "all")


@readers
@require_GET
def orders(request: PortalRequest) -> HttpResponse:
    """List the orders that the actor may read, the first due first."""
    show = request.GET.get("show", "open")
    show = show if show in VIEWS else "open"
    found = Order.objects.visible_to(request.actor).select_related("client", "owner", "window", "bundle")
    match show:
        case "open":
            found = found.open()
        case "queue":
            found = found.filter(state="queued")
            if request.actor.kind == "window":
                found = found.handled_by(request.actor)
        case "mine":
            found = found.open().filter(owner=request.actor.user)
        case "late":
            found = found.open().exclude(state="waiting").filter(due__lt=timezone.localdate())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "window/orders.html", {"page": page, "show": show})


@readers
@require_GET
def order(request: PortalRequest, number: int) -> HttpResponse:
    """Show an order: the demand with its words, what was made of it, who did what when, what can be done now."""
    found = readable(request, number)
    return render(request, "window/order.html", {"order": found, **_about(request, found)})


@readers
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Move an order; a firm only its own, a window only what it has to answer."""
    found = handled(request, number) if request.actor.kind == "window" else readable(request, number)
    if event not in {each.event for each in Order.moves().moves}:
        raise Http404
    form = MoveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            to = handling.clerk_of(found, given["to"])
            handling.move(found, event, request.actor, words=given["words"], to=to, version=given["version"])
        except QilianError as error:
            say(request, error)
        else:
            messages.success(request, _("Done."))
    else:
        messages.error(request, _("The form was not complete; try again."))
    return redirect("window:order", number)


@clerks
@require_POST
def make_plan(request: PortalRequest, number: int) -> HttpResponse:
    """Make the client's product and plan on their behalf."""
    found = handled(request, number)
    try:
        acting.make_plan(found, request.actor)
    except QilianError as error:
        say(request, error)
    else:
        messages.success(request, _("The plan was made for %(client)s.") % {"client": found.client})
    return redirect("window:order", number)


@readers
@require_GET
def receipt(request: PortalRequest, number: int) -> HttpResponse:
    """Show the receipt to be printed, with the QR code of its state; with ``print`` it is printed at once."""
    found = readable(request, number)
    address = request.build_absolute_uri(reverse("window:state", args=[token_of(found)]))
    shown = {"order": found, "address": address, "code": qr_code(address), "prints": "print" in request.GET}
    return render(request, "window/receipt.html", shown)


@clerks
@require_GET
def offers(request: PortalRequest) -> HttpResponse:
    """List the packages of services."""
    return render(request, "window/packages.html", {"packages": packages().values(), "services": services().values()})


@clerks
@require_http_methods(["GET", "POST"])
def package(request: PortalRequest, name: str) -> HttpResponse:
    """Open all orders of a package for a client."""
    chosen = packages().get(name)
    if chosen is None:
        raise Http404
    form = PackageForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        bundle = handling.open_package(request.actor, form.cleaned_data["client"], chosen)
        count = bundle.orders.count()
        messages.success(request, _("%(count)s orders are open.") % {"count": count})
        return redirect(f"{reverse('window:orders')}?show=queue")
    return render(request, "window/package.html", {"form": form, "package": chosen})


def _about(request: PortalRequest, found: Order) -> dict[str, Any]:
    """Return what the page of an order shows beside it."""
    actor = request.actor
    answers = actor.kind == "window" and Order.objects.handled_by(actor).filter(pk=found.pk).exists()
    events = found.moves().events(found.state, actor.kind) if answers or actor.kind == "firm" else ()
    lines = acting.lines_of(found)
    plan = found.product.current if found.product else None
    planned = {test["id"] for test in plan.result["tests"]} if plan else None
    paths = paths_of(found)
    subjects = [found, *([found.product] if found.product else []), *paths]
    held = held_scopes(actor, found.client)
    acts = held if answers and not found.is_final else {}
    return {
        "rows": [(line, _planned(line, planned)) for line in lines],
        "questions": _questions(plan, lines),
        "pieces": pieces_of(found.text, lines),
        "events": events,
        "answers": answers,
        "clerks": handling.clerks(found) if "hand_over" in events else [],
        "can_escalate": bool(handling.above(found.region)),
        "mandate_now": held.get(Scope.PRODUCTS),
        "scopes": [(scope.label, held.get(scope)) for scope in Scope],
        "history": about(subjects),
        "missing": missing_of(found),
        "is_client_here": clients_of(actor).filter(pk=found.client_id).exists() if actor.kind == "window" else False,
        "siblings": found.bundle.orders.exclude(pk=found.pk) if found.bundle else [],
        "token": token_of(found),
        **_booked(actor, found, paths, acts.get(Scope.BOOK)),
        **_reports(actor, found, acts.get(Scope.REPORTS)),
    }


def _booked(actor: Actor, found: Order, paths: list[Path], mandate: Mandate | None) -> dict[str, Any]:
    """Return the client's bookings, each with what is proposed for it, and what may be done about them."""
    open_ones = Proposal.objects.filter(path__in=paths, state="open")
    proposals = {each.path_id: each for each in open_ones}
    behalf = OnBehalf(found.client, mandate.reference) if mandate else None
    standing = [path for path in paths if path.state in ("held", "confirmed")]
    shown = {path.pk: ShownPath(path) for path in standing}
    return {
        "paths": [(path, proposals.get(path.pk), shown.get(path.pk)) for path in paths[:_PATHS]],
        "samples": possible_of_all(actor, [unit for each in shown.values() for unit in each.units], behalf),
        "may_book": mandate is not None,
        "can_hold": mandate is not None and not standing,
        "key": uuid.uuid4().hex,
    }


def _reports(actor: Actor, found: Order, mandate: Mandate | None) -> dict[str, Any]:
    """Return the reports held for the client's product, each with whether this window added it."""
    files = found.product.evidence.select_related("uploaded_by").defer("content") if found.product else []
    window = actor.organisation if mandate and files else None
    people = set(window.memberships.values_list("user_id", flat=True)) if window else set()
    return {
        "reports": [(file, file.uploaded_by_id in people) for file in files],
        "report_form": EvidenceForm() if mandate and found.product else None,
    }


def _planned(line: Line, planned: set[str] | None) -> int | None:
    """Return how many of the tests that a client wants are in the plan; None where that says nothing."""
    if planned is None or not line.tests or line.decision != Stance.WANTED:
        return None
    return len(planned & set(line.tests))


@dataclass(frozen=True, slots=True)
class Question:
    """What the plan would still like to know.

    Attributes
    ----------
    decides
        How many rules it can decide.
    is_wanted
        Whether one of them calls for a test that the client wants.
    """

    parameter: str
    text: Text
    decides: int
    is_wanted: bool


def _questions(plan: Plan | None, lines: tuple[Line, ...]) -> list[Question]:
    """Return the open questions: first those that the client's tests depend on, then those that decide most."""
    if plan is None:
        return []
    held = {line.id for line in lines if line.kind == "parameter"}
    tests = {test for line in wanted(lines, "test") for test in line.tests}
    calling = {each["rule"] for each in plan.result["obligations"] if tests & set(each["tests"])}
    found = [
        Question(each["parameter"], Text(**each["text"]), len(each["decides"]), bool(calling & set(each["decides"])))
        for each in plan.result["questions"]
        if each["parameter"] not in held
    ]
    return sorted(found, key=lambda question: not question.is_wanted)[:QUESTIONS]
