"""Pages of matching: who fits an offer or a need, and one pair beside each other, with the way to a trial."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qilian.compliance import Truth
from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.improvement.views.common import attempt
from qilian.portal.scenarios.commands import trials as trying
from qilian.portal.scenarios.forms.trials import AskForm
from qilian.portal.scenarios.models import OPEN, Posting, Side, Trial
from qilian.portal.scenarios.reading import matches, need_of, pair
from qilian.portal.scenarios.views.common import MAKERS, PAGE


@anyone
@require_GET
def matching(request: PortalRequest, number: int) -> HttpResponse:
    """List who fits, who cannot be told, and apart who does not fit, each with its reasons."""
    rows = Posting.objects.visible_to(request.actor).select_related("organisation")
    row = get_object_or_404(rows, pk=number)
    found, others = matches(row, request.actor)
    show = "failing" if request.GET.get("show") == "failing" else "ranked"
    listed = found.failing if show == "failing" else found.ranked
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    shown = {
        "posting": row,
        "page": page,
        "lines": [(others[each.need if row.is_offer else each.offer], each) for each in page],
        "show": show,
        "counts": (len(found.ranked), len(found.failing), len(found.silent)),
        "unreadable": not row.is_offer and need_of(row) is None,
    }
    return render(request, "scenarios/matches.html", shown)


@anyone
@require_http_methods(["GET", "POST"])
def compare(request: PortalRequest, need: int, offer: int) -> HttpResponse:
    """Show a need and an offer condition by condition; one of the two sides asks for a trial here."""
    actor = request.actor
    rows = Posting.objects.visible_to(actor).select_related("organisation")
    the_need = get_object_or_404(rows, pk=need, side=Side.NEED)
    the_offer = get_object_or_404(rows, pk=offer, side=Side.OFFER)
    found = pair(the_need, the_offer)
    mine = [each for each in (the_need, the_offer) if each.organisation == actor.organisation]
    published = the_need.state == the_offer.state == "published"
    open_trial = Trial.objects.visible_to(actor).filter(need=the_need, offer=the_offer, state__in=OPEN).first()
    fits = found is not None and found.truth is not Truth.FALSE
    can_ask = actor.kind in MAKERS and len(mine) == 1 and published and fits and open_trial is None
    form = AskForm(request.POST or None) if can_ask else None
    if request.method == "POST" and form is not None and form.is_valid():
        made, words = list[Trial](), form.cleaned_data["words"]
        if attempt(
            request, lambda: made.append(trying.ask(actor, the_need, the_offer, words)), _("The other side was asked.")
        ):
            return redirect("scenarios:trial", made[0].pk)
    shown = {"need": the_need, "offer": the_offer, "match": found, "form": form, "trial": open_trial}
    return render(request, "scenarios/pair.html", shown)
