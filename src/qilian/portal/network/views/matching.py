"""The page that answers who can test something, from words, limits, place, date and standard."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from qilian.errors import QilianError
from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.network.forms import QuestionForm
from qilian.portal.network.matching import answers
from qilian.portal.rulebook.reading import pack


@anyone
@require_GET
def match(request: PortalRequest) -> HttpResponse:
    """Ask, and answer with the laboratories, the lines that prove it, and the near misses."""
    asked = any(request.GET.get(name) for name in ("text", "standard", "limits"))
    form = QuestionForm(request.GET if asked else None, geography=pack().network.geography)
    context: dict[str, Any] = {"form": form, "asked": asked}
    if asked and form.is_valid():
        try:
            context["answers"] = answers(form.demand(localdate()))
        except QilianError as error:
            form.add_error(None, str(error))
        context["sample"] = pack().network.notice if pack().network.sample else None
    return render(request, "network/match.html", context)
