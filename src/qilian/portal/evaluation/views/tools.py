"""Pages of policy tools: which fit this firm and why, and one question a page for what is undecided."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import helping
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.forms import AnswerForm


@only("firm", "window", "regulator", "operator")
@require_GET
def tools(request: PortalRequest) -> HttpResponse:
    """List the tools: for a firm those that fit first; for others all, with their conditions."""
    firm = request.actor.organisation if request.actor.kind == "firm" else None
    answers = helping.answers_of(firm) if firm else {}
    found = helping.offers(answers, timezone.localdate())
    language = page_language()
    rows = helping.shown(found, answers, language)
    context = {
        "firm": firm,
        "groups": [
            ("fits", [each for each in rows if each.offer.fits]),
            ("undecided", [each for each in rows if each.offer.undecided]),
            ("no", [each for each in rows if each.offer.in_force and not each.offer.fits and not each.offer.undecided]),
            ("closed", [each for each in rows if not each.offer.in_force]),
        ],
        "next": helping.next_fact(found, answers) if firm else None,
        "open": len([name for name in found.questions if name not in answers]),
        "answers": helping.said(answers, language),
        "unverified": any(each.offer.tool.sample or each.offer.tool.confidence == "unverified" for each in rows),
    }
    return render(request, "evaluation/tools.html", context)


@only("firm")
@require_http_methods(["GET", "POST"])
def fact(request: PortalRequest, name: str) -> HttpResponse:
    """Ask one question; what was said before stands in the form."""
    box, firm = helping.toolbox(), request.actor.organisation
    asked = box.facts.parameters.get(name)
    if asked is None or firm is None:
        raise Http404
    answers = helping.answers_of(firm)
    unknown = request.POST.get("do") == "unknown"
    form = AnswerForm(asked, box.facts, None if unknown or request.method == "GET" else request.POST, answers.get(name))
    if request.method == "POST" and (unknown or form.is_valid()):
        helping.answer(firm, name, helping.UNKNOWN if unknown else form.written)
        answers = helping.answers_of(firm)
        following = helping.next_fact(helping.offers(answers, timezone.localdate()), answers)
        return redirect("evaluation:fact", following) if following else redirect("evaluation:tools")
    waiting = [each for each in box.tools if name in helping.facts_of(each)]
    context = {"asked": asked, "form": form, "waiting": waiting, "is_unknown": answers.get(name) == helping.UNKNOWN}
    return render(request, "evaluation/fact.html", context)
