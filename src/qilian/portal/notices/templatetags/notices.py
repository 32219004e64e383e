"""The number beside the bell."""

from django import template

from qilian.portal.accounts.actor import Actor
from qilian.portal.notices.models import Notice

register = template.Library()
MOST = 99


@register.simple_tag
def unread(actor: Actor) -> int:
    """Return how many notices wait for the actor, at most one more than :data:`MOST`; one look into a small index."""
    return Notice.objects.visible_to(actor).unread().order_by()[: MOST + 1].count()
