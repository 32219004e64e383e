"""Figures: what was measured of a firm or a division in a period, by whom it was given, and what stood there before.

A figure is never changed: a later one takes its place, and the earlier stays as its history.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.text import Text


class Origin(models.TextChoices):
    """How a figure came here."""

    TYPED = "typed", _("typed in")
    IMPORTED = "imported", _("imported")
    COMPUTED = "computed", _("computed")


class FigureTables(models.QuerySet["FigureTable"]):
    """Imported tables, and who sees them."""

    def visible_to(self, actor: Actor) -> "FigureTables":
        """Return those of the actor's organisation; all to the operator."""
        if actor.is_operator:
            return self
        return self.filter(organisation=actor.organisation) if actor.organisation else self.none()


class FigureTable(models.Model):
    """A table of figures that was imported, and an account of its rows.

    Attributes
    ----------
    sha256
        Of the file, which is not kept.
    taken, same
        Rows that became figures; rows that say what stood there already.
    unread
        Rows that were not taken over: ``[line, [zh, en] why, [zh, en] mend, beginning of the row]``.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    taken = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    unread = models.JSONField(default=list)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    imported = models.DateTimeField(auto_now_add=True)

    objects = FigureTables.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class KeptFigures(models.QuerySet["Figure"]):
    """Figures, and who sees them."""

    def visible_to(self, actor: Actor) -> "KeptFigures":
        """Return all to the operator, to a regulator those of its division and below, to a firm its own."""
        organisation = actor.organisation
        if actor.is_operator:
            return self
        if organisation is not None and actor.kind == "regulator":
            return self.filter(region__startswith=regions.prefix(organisation.region))
        if organisation is not None and actor.kind == "firm":
            return self.filter(organisation=organisation)
        return self.none()

    def current(self) -> "KeptFigures":
        """Return those that no later one took the place of."""
        return self.filter(is_current=True)


class Figure(models.Model):
    """A figure of one indicator for one subject and period.

    Attributes
    ----------
    subject
        Whom it is about (:mod:`qilian.portal.evaluation.subjects`): ``firm:12`` or ``region:330100``.
    region
        The division that the subject is, or lies in.
    organisation
        The firm that it is about; None of a division.
    value
        In the indicator's unit; None: there is no figure, whatever stood there before.
    source, on
        Where it was read, and on which day it held.
    table, line
        Where it stands in a table that was imported.
    records
        What a computed one was made of: ``[kind, number, what it gave]``.
    zh, en
        How a computed one was made, in words.
    """

    subject = models.CharField(max_length=40)
    region = models.CharField(max_length=6, db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="figures")
    system = models.CharField(max_length=60)
    indicator = models.CharField(max_length=60)
    period = models.CharField(max_length=7)
    value = models.FloatField(null=True)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    source = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    table = models.ForeignKey(FigureTable, on_delete=models.PROTECT, null=True, related_name="figures")
    line = models.PositiveIntegerField(null=True)
    records = models.JSONField(default=list)
    zh = models.CharField(max_length=300, blank=True)
    en = models.CharField(max_length=300, blank=True)
    is_sample = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    given = models.DateTimeField(auto_now_add=True)

    objects = KeptFigures.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=("subject", "system", "indicator", "period"))]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("subject", "system", "indicator", "period"),
                condition=Q(is_current=True),
                name="one_current_figure",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.system} {self.indicator} {self.period}"

    @property
    def words(self) -> Text:
        """How it was made, in both languages."""
        return Text(self.zh, self.en)
