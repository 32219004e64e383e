"""Projects that solve a problem or make its standard: partners, money, milestones, targets, and what came of them."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.models.clinics import Clinic
from qilian.portal.improvement.models.problems import Problem
from qilian.text import Text

if TYPE_CHECKING:
    from django.utils.functional import Promise

PUBLISHED = ("running", "finished")


class ProjectKind(models.TextChoices):
    """What a project is for (双百攻坚: problems and standards)."""

    SOLVING = "solving", _("problem-solving project")
    STANDARD = "standard", _("standards project")


class ResultKind(models.TextChoices):
    """What can come of a project."""

    EFFECT = "effect", _("effect")
    PATENT = "patent", _("patent")
    STANDARD = "standard", _("standard proposal")
    PRACTICE = "practice", _("published practice")


class Basis(models.TextChoices):
    """What an effect rests on."""

    BEFORE_AFTER = "before_after", _("before and after alone: what else changed is not told apart")
    COMPARED = "compared", _("before and after, against firms that did not take part")


class Projects(models.QuerySet["Project"]):
    """Projects, and who sees them."""

    def visible_to(self, actor: Actor) -> "Projects":
        """Return to a regulator those of its division and below, to lead and partners theirs once they run."""
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        if actor.kind == "regulator":
            return self.filter(problem__region__startswith=regions.prefix(organisation.region))
        mine = Q(lead=organisation) | Q(
            pk__in=Project.partners.through.objects.filter(organisation=organisation).values("project")
        )
        return self.filter(mine).exclude(state__in=("draft", "discarded"))

    def published(self) -> "Projects":
        """Return those of which title, kind, state and results are public."""
        return self.filter(state__in=PUBLISHED)


class Project(Stated):
    """Work on a problem.

    Attributes
    ----------
    clinic
        The one that advised it; None without.
    lead, partners
        Who does it.
    budget
        In yuan; None where there is none.
    """

    machine = "project"
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="projects")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, related_name="projects")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ProjectKind.choices, blank=True)
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="projects_led")
    partners = models.ManyToManyField(Organisation, related_name="projects_shared")
    budget = models.PositiveBigIntegerField(null=True)
    begins = models.DateField(null=True)
    ends = models.DateField(null=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Projects.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"X-{self.pk:06d}"

    @property
    def kind_word(self) -> "str | Promise":
        """What it is for, in words."""
        return ProjectKind(self.kind).label if self.kind else ""


class Milestone(models.Model):
    """A step of a project, and until when."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=120)
    due = models.DateField()
    done = models.DateField(null=True)

    class Meta:
        ordering = ("due", "id")

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Whether it should have been done by now."""
        return self.done is None and self.due < timezone.localdate()


class Target(models.Model):
    """What a project aims at: a figure of an indicator of the evaluation room.

    Attributes
    ----------
    system, indicator
        Ids of the indicator system and of the indicator in it.
    baseline, goal, reached
        The figure before, the one that is aimed at, and the one that was measured; in the indicator's unit.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="targets")
    system = models.CharField(max_length=60)
    indicator = models.CharField(max_length=60)
    baseline = models.DecimalField(max_digits=15, decimal_places=4)
    goal = models.DecimalField(max_digits=15, decimal_places=4)
    reached = models.DecimalField(max_digits=15, decimal_places=4, null=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("project", "system", "indicator"), name="one_target")]

    def __str__(self) -> str:
        return f"{self.system} {self.indicator}"

    @property
    def is_met(self) -> bool | None:
        """Whether the goal was reached; None while nothing was measured."""
        if self.reached is None:
            return None
        return self.reached >= self.goal if self.goal >= self.baseline else self.reached <= self.goal


class Result(models.Model):
    """What came of a project.

    Attributes
    ----------
    reference
        Number of the patent, of the standard, or the address of the practice.
    target, basis
        Of an effect: which target it is measured by, and what it rests on.
    entered_by, verified_by
        An effect counts once another person of a regulator has verified it.
    compared
        What the comparison with firms that did not take part said when it was verified: ``[zh, en]`` a line.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="results")
    kind = models.CharField(max_length=10, choices=ResultKind.choices)
    title = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    reference = models.CharField(max_length=120, blank=True)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, null=True, related_name="effects")
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verified = models.DateTimeField(null=True)
    compared = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title

    @property
    def kind_word(self) -> "str | Promise":
        """What it is, in words."""
        return ResultKind(self.kind).label

    @property
    def comparison(self) -> list[Text]:
        """What was said at its verification, in both languages."""
        return [Text(*pair) for pair in self.compared]

    @property
    def basis_word(self) -> "str | Promise":
        """What an effect rests on, in words."""
        return Basis(self.basis).label if self.basis else ""
