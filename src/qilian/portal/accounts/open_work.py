"""What waits for a person without an organisation: to make one, or to join one."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield the way to an organisation, for one who has none."""
    if actor.membership is None:
        yield Open(
            _("Make your firm here, or join it: products belong to an organisation"),
            reverse("accounts:start"),
            "building",
        )
