"""What waits for a person: trials that the other side asks for, and evidence to verify."""

from collections.abc import Iterator

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.scenarios.models import STEPS, Trial
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield what waits."""
    if actor.kind not in ("firm", "laboratory", "expert"):
        return
    trials, here = reverse("scenarios:trials"), Q(evidence__step=F("state"), evidence__verified=None)
    theirs = here & Q(state__in=STEPS) & ~Q(evidence__organisation=actor.organisation)
    found = Trial.objects.visible_to(actor).aggregate(
        asked=Count("pk", filter=Q(state="asked") & ~Q(asked_by=actor.organisation), distinct=True),
        shown=Count("pk", filter=theirs, distinct=True),
    )
    if found["asked"]:
        yield Open(_("Trials that you are asked for"), trials, "flask", found["asked"])
    if found["shown"]:
        yield Open(_("Trials with evidence to verify"), trials, "circle-check", found["shown"])
