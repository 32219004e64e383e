"""Pages of policy tools: which fit this firm and why, and one question a page for what is undecided."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.evaluation import helping, tool_importing
from qilian.portal.evaluation.forms import ToolsForm
from qilian.portal.evaluation.models import KeptTool, ToolTable
from qilian.portal.evaluation.views.common import freezers
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.workbench.forms import AnswerForm
from qilian.text import Text

_LATEST = 20


@only("firm", "window", "regulator", "operator")
@require_GET
def tools(request: PortalRequest) -> HttpResponse:
    """List the tools: for a firm those that fit first; for others all, with their conditions."""
    firm = request.actor.organisation if request.actor.kind == "firm" else None
    answers = helping.answers_of(firm) if firm else {}
    kept = list(KeptTool.objects.current().visible_to(request.actor))
    found = helping.offers(answers, timezone.localdate(), helping.toolbox_of(kept))
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
        "own": {row.code: row.pk for row in kept if row.organisation_id == _own(request)},
        "gives": request.actor.kind == "regulator",
        "answers": helping.said(answers, language),
        "unverified": any(each.offer.tool.sample or each.offer.tool.confidence == "unverified" for each in rows),
    }
    return render(request, "evaluation/tools.html", context)


@only("firm")
@require_http_methods(["GET", "POST"])
def fact(request: PortalRequest, name: str) -> HttpResponse:
    """Ask one question; what was said before stands in the form."""
    firm = request.actor.organisation
    box = helping.toolbox_of(KeptTool.objects.current().visible_to(request.actor))
    asked = box.facts.parameters.get(name)
    if asked is None or firm is None:
        raise Http404
    answers = helping.answers_of(firm)
    unknown = request.POST.get("do") == "unknown"
    form = AnswerForm(asked, box.facts, None if unknown or request.method == "GET" else request.POST, answers.get(name))
    if request.method == "POST" and (unknown or form.is_valid()):
        helping.answer(firm, name, helping.UNKNOWN if unknown else form.written)
        answers = helping.answers_of(firm)
        following = helping.next_fact(helping.offers(answers, timezone.localdate(), box), answers)
        return redirect("evaluation:fact", following) if following else redirect("evaluation:tools")
    waiting = [each for each in box.tools if name in helping.facts_of(each)]
    context = {"asked": asked, "form": form, "waiting": waiting, "is_unknown": answers.get(name) == helping.UNKNOWN}
    return render(request, "evaluation/fact.html", context)


@freezers
@require_http_methods(["GET", "POST"])
def give(request: PortalRequest) -> HttpResponse:
    """Import the tools of the regulator's division, then tell what became of each."""
    form = ToolsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            table = tool_importing.import_tools(request.actor, form.cleaned_data["file"])
        except QilianError as error:
            form.add_error("file", str(error))
        else:
            return redirect("evaluation:given_tools", table.pk)
    context = {
        "form": form,
        "tables": ToolTable.objects.visible_to(request.actor)[:_LATEST],
        "columns": tool_importing.COLUMNS,
        "example": tool_importing.EXAMPLE,
        "facts": helping.toolbox().facts.parameters.values(),
    }
    return render(request, "evaluation/give_tools.html", context)


@freezers
@require_GET
def given(request: PortalRequest, number: int) -> HttpResponse:
    """Show what became of an import."""
    table = get_object_or_404(ToolTable.objects.visible_to(request.actor).select_related("imported_by"), pk=number)
    unread = [(line, Text(*why), Text(*mend), text) for line, why, mend, text in table.unread]
    return render(request, "evaluation/given_tools.html", {"table": table, "unread": unread})


@freezers
@require_POST
def withdraw(request: PortalRequest, number: int) -> HttpResponse:
    """Take a tool of one's own back."""
    tool = get_object_or_404(KeptTool.objects.current().filter(organisation=request.actor.organisation), pk=number)
    tool_importing.withdraw(tool, request.actor)
    messages.success(request, _("The tool is withdrawn."))
    return redirect("evaluation:tools")


def _own(request: PortalRequest) -> int | None:
    return request.actor.organisation.pk if request.actor.organisation else None
