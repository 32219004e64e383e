"""What waits for a person: notices that they have not opened."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.notices.models import Notice
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield the unread notices."""
    if count := Notice.objects.visible_to(actor).unread().count():
        yield Open(_("New notices"), reverse("notices:notices"), "bell", count)
