"""The problems of a part of the chain, as its page on the quality map shows them."""

from collections.abc import Iterator

from django.urls import reverse

from qilian.portal.accounts.actor import Actor
from qilian.portal.chain.reading import Known
from qilian.portal.improvement import words
from qilian.portal.improvement.models import Problem


def of(actor: Actor, node: str) -> Iterator[Known]:
    """Yield those that the actor sees."""
    for row in Problem.objects.visible_to(actor).filter(node=node):
        state = str(words.STATES.get(f"{row.machine} {row.state}", row.state))
        yield Known(f"{row.reference} {row.title}", reverse("improvement:problem", args=[row.pk]), state)
