"""What waits for a person: surveys to answer, demands without an owner, their own and late ones."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.improvement.models import Demand, Survey
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield what waits."""
    demands = reverse("improvement:demands")
    if actor.kind == "firm":
        answered = Demand.objects.filter(firm=actor.organisation).sent().exclude(survey=None).values("survey")
        if asked := Survey.objects.answerable(actor).exclude(pk__in=answered).count():
            yield Open(_("Surveys that ask you"), reverse("improvement:surveys"), "clipboard-list", asked)
    elif actor.kind in ("regulator", "window"):
        late = Q(owner=actor.user, state__in=("new", "assigned"), due__lt=timezone.localdate())
        found = Demand.objects.visible_to(actor).aggregate(
            new=Count("pk", filter=Q(state="new")), late=Count("pk", filter=late)
        )
        if actor.kind == "regulator" and found["new"]:
            yield Open(_("Demands without an owner"), f"{demands}?show=new", "message", found["new"])
        if found["late"]:
            yield Open(_("Your demands that are late"), f"{demands}?show=late", "clock", found["late"])
