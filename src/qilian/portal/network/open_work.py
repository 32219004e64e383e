"""What waits for a laboratory: its scope table, and the rows of it that could not be read."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.network.models import ScopeTable
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield what members of a laboratory have to do."""
    if actor.organisation is None or not actor.organisation.laboratory or actor.kind != "laboratory":
        return
    table = ScopeTable.objects.visible_to(actor).defer("content").first()
    if table is None:
        yield Open(_("Upload your scope table, so that firms find you"), reverse("network:scope_table"), "upload")
    elif table.unread:
        address = reverse("network:account", args=(table.pk,))
        yield Open(_("Rows of your scope table that were not read"), address, "alert-triangle", table.unread)
