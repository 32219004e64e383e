"""What waits for a person of a firm: invitations to answer, and help to confirm."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.leading.models import Bond
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield what waits."""
    if actor.kind != "firm":
        return
    found = Bond.objects.filter(supplier=actor.organisation).aggregate(
        asked=Count("pk", filter=Q(state="invited"), distinct=True),
        waiting=Count("helps", filter=Q(helps__state="entered")),
    )
    if found["asked"]:
        yield Open(_("Leaders that invite you"), reverse("leading:bonds"), "users", found["asked"])
    if found["waiting"]:
        yield Open(_("Help to be confirmed"), reverse("leading:bonds"), "check", found["waiting"])
