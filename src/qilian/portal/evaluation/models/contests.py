"""Contests as the portal keeps them: the frozen file as it is, and who froze it for which division."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation


class Contests(models.QuerySet["Contest"]):
    """Contests, and who sees them."""

    def visible_to(self, actor: Actor) -> "Contests":
        """Return all to the operator, to a regulator those of its division and of the divisions below."""
        if actor.is_operator:
            return self
        if actor.kind != "regulator" or actor.organisation is None:
            return self.none()
        return self.filter(organisation__region__startswith=regions.prefix(actor.organisation.region))


class Contest(models.Model):
    """A frozen contest.

    Attributes
    ----------
    sha256
        That which the file carries.
    content
        The file, byte for byte; nothing of it is kept elsewhere, so that a replay reads what was frozen.
    corrects
        The contest that this one takes the place of after appeals.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contests")
    title = models.CharField(_("Name of the contest"), max_length=80)
    period = models.CharField(_("Period"), max_length=7)
    system = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    frozen = models.DateTimeField(auto_now_add=True)

    objects = Contests.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.title} {self.period}"
