"""Policy tools that regulators imported, and the account of each import."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation


class ToolTables(models.QuerySet["ToolTable"]):
    """Imports of tools, and who sees them."""

    def visible_to(self, actor: Actor) -> "ToolTables":
        """Return those of the actor's organisation."""
        return self.filter(organisation=actor.organisation) if actor.organisation else self.none()


class ToolTable(models.Model):
    """A file of tools that was imported; its columns are those of an imported table of figures."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    taken = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    unread = models.JSONField(default=list)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    imported = models.DateTimeField(auto_now_add=True)

    objects = ToolTables.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class KeptTools(models.QuerySet["KeptTool"]):
    """Tools, and for whom they are."""

    def visible_to(self, actor: Actor) -> "KeptTools":
        """Return those of the actor's division and all around it, to a regulator also those below; all to others."""
        if actor.organisation is None or actor.is_operator:
            return self
        region = actor.organisation.region
        seen = Q(region__in=regions.around(region))
        if actor.kind == "regulator":
            seen |= Q(region__startswith=regions.prefix(region))
        return self.filter(seen)

    def current(self) -> "KeptTools":
        """Return those that were neither replaced nor withdrawn."""
        return self.filter(is_current=True)


class KeptTool(models.Model):
    """A grant, loan, service, insurance or award of a division.

    Attributes
    ----------
    organisation, region
        The regulator that imported it, and its division: firms there may ask for it.
    code
        Its id; among those that stand there is one of it.
    entry
        The tool as it was written (:class:`qilian.evaluation.tools_door.ToolForm`).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="policy_tools")
    region = models.CharField(max_length=6, db_index=True)
    code = models.CharField(max_length=60)
    entry = models.JSONField()
    table = models.ForeignKey(ToolTable, on_delete=models.PROTECT, related_name="tools")
    is_current = models.BooleanField(default=True)

    objects = KeptTools.as_manager()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("code",), condition=Q(is_current=True), name="one_current_tool")
        ]

    def __str__(self) -> str:
        return self.code
