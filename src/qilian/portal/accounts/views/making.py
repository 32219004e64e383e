"""Pages that make an organisation by questions, and the page from which a person without one starts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import SESSION_KEY, PortalRequest
from qilian.portal.accounts.making import LABELS, STEPS, Draft, establish
from qilian.portal.accounts.making import SESSION_KEY as DRAFT_KEY


@signed_in
@require_GET
def start(request: PortalRequest) -> HttpResponse:
    """Say how to come to an organisation: make one, or be invited."""
    return render(request, "accounts/start.html")


@signed_in
@require_http_methods(["GET", "POST"])
def question(request: PortalRequest, step: str) -> HttpResponse:
    """Ask one question; then the next open one, or the check of all."""
    draft = _draft(request)
    if step not in STEPS:
        raise Http404
    if not draft.can_ask(step):
        return _onward(draft)
    form = draft.form(step, request.POST.dict() if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft = draft.with_answer(step, form.cleaned_data["answer"])
        request.session[DRAFT_KEY] = draft.answers
        return _onward(draft)
    steps = draft.steps
    place = steps.index(step)
    back = steps[place - 1] if place else ""
    return render(
        request, "accounts/step.html", {"form": form, "step": step, "back": back, "place": place + 1, "of": len(steps)}
    )


@signed_in
@require_http_methods(["GET", "POST"])
def check(request: PortalRequest) -> HttpResponse:
    """Show all answers; make the organisation when they are sent."""
    draft = _draft(request)
    if draft.open_step is not None:
        return _onward(draft)
    errors: list[str] = []
    if request.method == "POST":
        try:
            made = establish(request.actor, draft.make())
        except ValidationError as error:
            errors = error.messages
        else:
            del request.session[DRAFT_KEY]
            messages.success(request, _("%(name)s is here now.") % {"name": made.name})
            if request.actor.is_operator:
                return redirect("accounts:organisation", made.pk)
            request.session[SESSION_KEY] = made.pk
            return redirect("accounts:members")
    lines = [(step, LABELS[step], draft.shown(step)) for step in draft.steps]
    return render(request, "accounts/check.html", {"lines": lines, "errors": errors})


def _draft(request: PortalRequest) -> Draft:
    return Draft(dict(request.session.get(DRAFT_KEY, {})), any_kind=request.actor.is_operator)


def _onward(draft: Draft) -> HttpResponse:
    if (following := draft.open_step) is None:
        return redirect("accounts:check")
    return redirect("accounts:question", following)
