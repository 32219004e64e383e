"""Demands that a clerk is still taking down."""

from django.conf import settings
from django.db import models

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation


class KeptDrafts(models.QuerySet["KeptDraft"]):
    """Drafts, and who sees them."""

    def visible_to(self, actor: Actor) -> "KeptDrafts":
        """Return those that the clerk began at this window; nobody else sees them."""
        if actor.kind != "window" or actor.user is None:
            return self.none()
        return self.filter(clerk=actor.user, window=actor.organisation)


class KeptDraft(models.Model):
    """A demand between its first word and its order; deleted when the order is opened, or after a while.

    Attributes
    ----------
    client
        The firm that it is from.
    content
        As :meth:`qilian.portal.window.drafts.Draft.written` writes it.
    """

    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    window = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)
    changed = models.DateTimeField(auto_now=True)

    objects = KeptDrafts.as_manager()

    class Meta:
        ordering = ("-changed", "-id")

    def __str__(self) -> str:
        return f"{self.client}, {self.changed:%Y-%m-%d %H:%M}"
