"""Trials: a technology in a scenario, agreed by both sides, from research over validation to conversion."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.scenarios.models.postings import Posting

if TYPE_CHECKING:
    from django.utils.functional import Promise

STEPS = ("research", "validation", "conversion")
"""The states of a trial at work, in their order; each is left by evidence."""
OPEN = ("asked", *STEPS)


class EvidenceKind(models.TextChoices):
    """What shows that a step is done."""

    FIGURES = "figures", _("measured values")
    FILE = "file", _("file")
    REPORT = "report", _("test report of the workbench")
    LINK = "link", _("link")


class Trials(models.QuerySet["Trial"]):
    """Trials, and who sees them."""

    def visible_to(self, actor: Actor) -> "Trials":
        """Return to both sides theirs, to a regulator those in which a side is of its division."""
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        if actor.kind == "regulator":
            prefix = regions.prefix(organisation.region)
            return self.filter(Q(region__startswith=prefix) | Q(offer__region__startswith=prefix))
        return self.filter(Q(need__organisation=organisation) | Q(offer__organisation=organisation))


class Trial(Stated):
    """A technology tried out in a scenario.

    Attributes
    ----------
    region
        The scenario's division.
    asked_by
        The side that asked; the other one agrees.
    conditions, statements
        What was asked for and what was stated on the day that it was asked for, in the written form.
    words
        What the asking side wrote to the other.
    outcome
        Why it was declined or ended, or what came of it.
    """

    machine = "trial"
    need = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="trials_needed")
    offer = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="trials_offered")
    region = models.CharField(max_length=6, db_index=True)
    asked_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    conditions = models.JSONField(default=list)
    statements = models.JSONField(default=list)
    words = models.TextField()
    outcome = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Trials.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("need", "offer"), condition=Q(state__in=OPEN), name="one_open_trial")
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"V-{self.pk:06d}"

    @property
    def organisations(self) -> tuple[Organisation, Organisation]:
        """Whose scenario and whose technology it is."""
        return self.need.organisation, self.offer.organisation

    @property
    def is_running(self) -> bool:
        """Whether both have agreed and it is not over."""
        return self.state in STEPS


class Evidence(models.Model):
    """What shows what a step of a trial has brought.

    Attributes
    ----------
    step
        The state in which the trial was.
    figures
        Measured values, as statements in the written form.
    file, file_name, sha256
        Of a file or a report: its content, kept here whatever becomes of the original.
    organisation, entered_by
        Who says so.
    verified_for, verified_by
        Whose word it is that it is so: the other side's or the regulator's; None until somebody said it.
    """

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="evidence")
    step = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    title = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    link = models.URLField(max_length=300, blank=True)
    figures = models.JSONField(default=list)
    file = models.BinaryField(null=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verified_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verified = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title

    @property
    def kind_word(self) -> "str | Promise":
        """What it is, in words."""
        return EvidenceKind(self.kind).label
