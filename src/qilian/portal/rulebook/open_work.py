"""What waits for the operator: comments on the content that nobody has answered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.rulebook.models import Comment
from qilian.portal.site.open_work import Open


def of(actor: Actor) -> Iterator[Open]:
    """Yield the comments without an answer."""
    if actor.kind != "operator":
        return
    waiting = Comment.objects.visible_to(actor).filter(answer="").count()
    if waiting:
        yield Open(_("Comments on the content wait for an answer"), reverse("rulebook:comments"), "edit", waiting)
