"""Pages of surveys: the list, making one page by page, its counts, publishing and reminding, answering."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.history.firing import fire
from qilian.portal.history.recording import about
from qilian.portal.improvement import parts, questions
from qilian.portal.improvement.commands import surveys as asking
from qilian.portal.improvement.forms.surveys import PARTS, QuestionForm
from qilian.portal.improvement.models import UNSENT, Survey
from qilian.portal.improvement.views.common import PAGE, askers, attempt, sides, version_of

_SENT = Count("demands", filter=~Q(demands__state__in=UNSENT))


@sides
@require_GET
def surveys(request: PortalRequest) -> HttpResponse:
    """List the surveys that the actor made, oversees, or is asked by."""
    rows = Survey.objects.visible_to(request.actor).select_related("organisation")
    rows = rows.exclude(state="discarded").annotate(sent=_SENT).order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "improvement/surveys.html", {"page": page})


@askers
@require_POST
def new(request: PortalRequest) -> HttpResponse:
    """Begin a survey."""
    survey = asking.draft(request.actor)
    return redirect("improvement:survey_part", survey.pk, PARTS[0].id)


@sides
@require_GET
def survey(request: PortalRequest, number: int) -> HttpResponse:
    """Show a draft to be checked, a survey with its counts to who made it, and to a firm what it asks."""
    row = _visible(request, number)
    is_own = row.organisation_id == (request.actor.organisation and request.actor.organisation.pk)
    shown: dict[str, object] = {"survey": row, "is_own": is_own, "history": about([row]) if is_own else ()}
    if row.state == "draft":
        shown |= {"answers": parts.answers(row, PARTS), "missing": parts.missing(row, PARTS)}
        shown["firms"] = row.firms().count()
        return render(request, "improvement/survey_draft.html", shown)
    sent = row.demands.sent().select_related("firm", "owner")
    if request.actor.kind == "firm":
        shown["mine"] = sent.filter(firm=request.actor.organisation)
    else:
        firms, waiting = row.firms().count(), row.firms_without_answer().count()
        shown |= {"firms": firms, "answered": firms - waiting, "waiting": waiting, "sent": sent.count()}
        shown["counted"] = questions.counted(row.asked, list(sent.values_list("answers", flat=True)))
        shown["page"] = Paginator(sent.order_by("-pk"), PAGE).get_page(request.GET.get("page"))
        shown["events"] = row.moves().events(row.state, request.actor.kind) if is_own else ()
    return render(request, "improvement/survey.html", shown)


@askers
@require_http_methods(["GET", "POST"])
def part(request: PortalRequest, number: int, name: str) -> HttpResponse:
    """Ask one thing of a survey in the making."""
    row = _own(request, number)
    if row.state != "draft":
        return redirect("improvement:survey", number)

    def address(part: str) -> str:
        return reverse("improvement:survey_part", args=[number, part]) if part else _questions_or_check(row)

    return parts.fill(request, row, PARTS, name, address)


@askers
@require_http_methods(["GET", "POST"])
def ask(request: PortalRequest, number: int) -> HttpResponse:
    """Add a question to a survey in the making, or take one out."""
    row = _own(request, number)
    if row.state != "draft":
        return redirect("improvement:survey", number)
    if "remove" in request.POST:
        attempt(request, lambda: asking.remove_question(row, request.POST["remove"]), _("The question was taken out."))
        return redirect("improvement:survey_questions", number)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt(request, lambda: asking.add_question(row, form.question("")), _("The question was added."))
        return redirect("improvement:survey_questions", number)
    return render(request, "improvement/questions.html", {"form": form, "survey": row})


@askers
@require_POST
def move(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Publish, remind, close or discard."""
    row, actor, version = _own(request, number), request.actor, version_of(request)
    match event:
        case "publish":
            attempt(request, lambda: asking.publish(row, actor, version), _("Published: the firms have been told."))
        case "remind":
            attempt(request, lambda: asking.remind(row, actor), _("They have been reminded."))
        case "close":
            attempt(request, lambda: asking.close(row, actor), _("The survey is closed."))
        case "discard":
            if attempt(request, lambda: fire(row, "discard", actor, version=version), _("Discarded.")):
                return redirect("improvement:surveys")
        case _:
            raise Http404
    return redirect("improvement:survey", number)


def _visible(request: PortalRequest, number: int) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.actor).select_related("organisation"), pk=number)


def _own(request: PortalRequest, number: int) -> Survey:
    """Return a survey of the actor's organisation, or answer 404."""
    rows = Survey.objects.visible_to(request.actor).made_by(request.actor)
    return get_object_or_404(rows.select_related("organisation"), pk=number)


def _questions_or_check(row: Survey) -> str:
    """Return where the pages end: at the questions while there are none, else at the check."""
    return reverse("improvement:survey" if row.questions else "improvement:survey_questions", args=[row.pk])
