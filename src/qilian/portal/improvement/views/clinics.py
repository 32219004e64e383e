"""Pages of clinics: what an expert says of themselves, the list, calling one, what is said, findings and advice."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.history.recording import about
from qilian.portal.improvement.commands import clinics as meeting
from qilian.portal.improvement.forms.clinics import CallForm, ExpertForm, FindingForm, of_expert
from qilian.portal.improvement.models import Clinic, Expert, Problem, Seat
from qilian.portal.improvement.views.common import PAGE, attempt
from qilian.portal.improvement.views.problems import regulators

experts = only("expert")
meeters = only("regulator", "expert")


@meeters
@require_GET
def clinics(request: PortalRequest) -> HttpResponse:
    """List the clinics of the division, or those where the expert has a seat."""
    rows = Clinic.objects.visible_to(request.actor).select_related("problem")
    expert = Expert.objects.filter(user=request.actor.user).first() if request.actor.kind == "expert" else None
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "improvement/clinics.html", {"page": page, "expert": expert})


@experts
@require_http_methods(["GET", "POST"])
def profile(request: PortalRequest) -> HttpResponse:
    """Say what the expert knows and in whom they have an interest."""
    actor = request.actor
    row = Expert.objects.filter(user=actor.user).first()
    form = ExpertForm(request.POST if request.method == "POST" else None, initial=of_expert(row))
    if request.method == "POST" and form.is_valid():
        attempt(request, lambda: meeting.declare(actor, form.cleaned_data), _("Saved."))
        return redirect("improvement:clinics")
    return render(request, "improvement/expert.html", {"form": form})


@regulators
@require_http_methods(["GET", "POST"])
def call(request: PortalRequest, number: int) -> HttpResponse:
    """Call experts to a clinic on a problem."""
    problem = get_object_or_404(Problem.objects.handled_by(request.actor), pk=number)
    matches, excluded = meeting.candidates(problem, request.actor)
    form = CallForm(request.POST if request.method == "POST" else None, matches=matches)
    if request.method == "POST" and form.is_valid():
        given, made = form.cleaned_data, list[Clinic]()

        def act() -> None:
            chosen = (given["experts"], given["on"], given["place"], given["agenda"])
            made.append(meeting.call(request.actor, problem, *chosen))

        if attempt(request, act, _("The experts have been asked.")):
            return redirect("improvement:clinic", made[0].pk)
    shown = {"form": form, "problem": problem, "matches": matches, "excluded": excluded}
    return render(request, "improvement/call.html", shown)


@meeters
@require_http_methods(["GET", "POST"])
def clinic(request: PortalRequest, number: int) -> HttpResponse:
    """Show a clinic; an expert says what they found there, the regulator what came of it."""
    row = _visible(request, number)
    actor = request.actor
    seats = list(row.seats.select_related("expert__user", "expert__organisation"))
    own = next((each for each in seats if actor.kind == "expert" and each.expert.user_id == _person(request)), None)
    start = {"finding": own.finding, "advice": own.advice} if own else None
    form = FindingForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = (form.cleaned_data["finding"], form.cleaned_data["advice"])
        if own is not None:
            attempt(request, lambda: meeting.say(own, actor, *said), _("Kept."))
        else:
            attempt(request, lambda: meeting.hold(row, actor, *said), _("The findings are kept."))
        return redirect("improvement:clinic", number)
    shown = {"clinic": row, "seats": seats, "own": own, "form": form, "history": about([row])}
    shown["projects"] = row.projects.exclude(state="discarded")
    return render(request, "improvement/clinic.html", shown)


@regulators
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Cancel a clinic, or excuse one of its experts."""
    row = _visible(request, number)
    if event == "cancel":
        words = request.POST.get("words", "")[:2000]
        attempt(request, lambda: meeting.cancel(row, request.actor, words), _("The experts have been told."))
    elif event == "excuse":
        seat = _seat(row, request.POST.get("seat", ""))
        attempt(request, lambda: meeting.excuse(seat, request.actor), _("The seat was given up."))
    else:
        raise Http404
    return redirect("improvement:clinic", number)


def _visible(request: PortalRequest, number: int) -> Clinic:
    return get_object_or_404(Clinic.objects.visible_to(request.actor).select_related("problem"), pk=number)


def _seat(row: Clinic, given: str) -> Seat:
    return get_object_or_404(
        row.seats.select_related("clinic"), pk=int(given) if given.isdecimal() and len(given) < 10 else 0
    )


def _person(request: PortalRequest) -> int | None:
    return request.actor.user.pk if request.actor.user else None
