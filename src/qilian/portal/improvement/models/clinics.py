"""Experts, and the clinics at which they look at a problem together (质量会诊)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.models.problems import Problem
from qilian.text import Text


class Experts(models.QuerySet["Expert"]):
    """Experts, and who sees them."""

    def visible_to(self, actor: Actor) -> "Experts":
        """Return all to regulators, who call them; to an expert themselves."""
        if actor.kind == "regulator":
            return self
        return self.filter(user=actor.user) if actor.kind == "expert" else self.none()


class Expert(models.Model):
    """A member of an expert body: what they know, and in whom they have an interest; they say it themselves.

    Attributes
    ----------
    systems, nodes, tests
        Ids of the chain's systems, of its parts, and of test items that they know.
    interests
        Firms that they work for, own a share of, or compete with.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="expert")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="experts")
    words = models.TextField(blank=True)
    systems = models.JSONField(default=list)
    nodes = models.JSONField(default=list)
    tests = models.JSONField(default=list)
    interests = models.ManyToManyField(Organisation, related_name="+")
    is_sample = models.BooleanField(default=False)

    objects = Experts.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.user)


class Clinics(models.QuerySet["Clinic"]):
    """Clinics, and who sees them."""

    def visible_to(self, actor: Actor) -> "Clinics":
        """Return to a regulator those of its division and below, to an expert those where they have a seat."""
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        match actor.kind:
            case "regulator":
                return self.filter(problem__region__startswith=regions.prefix(organisation.region))
            case "expert":
                return self.filter(seats__expert__user=actor.user).distinct()
            case _:
                return self.none()


class Clinic(Stated):
    """Experts look at a problem.

    Attributes
    ----------
    on, place, agenda
        When and where it is, and what it goes through.
    findings, advice
        What came of it, in the regulator's words; each expert's own stands with the seat.
    """

    machine = "clinic"
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="clinics")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    place = models.CharField(max_length=120)
    agenda = models.TextField()
    findings = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Clinics.as_manager()

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return f"{self.reference} {self.on}"

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"C-{self.pk:06d}"


class Seat(models.Model):
    """An expert at a clinic: why they were asked, and what they say.

    Attributes
    ----------
    reasons
        Why they were asked, in both languages.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="seats")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="seats")
    reasons = models.JSONField(default=list)
    finding = models.TextField(blank=True)
    advice = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("clinic", "expert"), name="one_seat")]

    def __str__(self) -> str:
        return f"{self.clinic_id}, {self.expert_id}"

    @property
    def why(self) -> list[Text]:
        """Why they were asked."""
        return [Text(**each) for each in self.reasons]
