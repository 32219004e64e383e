"""Bonds of a leader and a supplier; requirements, figures at control points, help with a figure before and after."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qilian.evaluation import Direction
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.indicators import indicator
from qilian.portal.leading import judging
from qilian.portal.workbench.models import Evidence

if TYPE_CHECKING:
    from django.utils.functional import Promise

OPEN = ("invited", "active")


class Bonds(models.QuerySet["Bond"]):
    """Bonds, and who sees them."""

    def visible_to(self, actor: Actor) -> "Bonds":
        """Return to a firm those where it is one of both sides; to nobody else any."""
        if actor.kind != "firm":
            return self.none()
        return self.filter(Q(leader=actor.organisation) | Q(supplier=actor.organisation))

    def counted_for(self, actor: Actor) -> "Bonds":
        """Return those that a regulator counts: of the leaders of its division and of those below."""
        if actor.kind != "regulator" or actor.organisation is None:
            return self.none()
        return self.filter(leader__region__startswith=regions.prefix(actor.organisation.region))


class Bond(Stated):
    """A firm leads another one, which makes parts of the chain for it.

    Attributes
    ----------
    nodes
        Ids of the parts of the chain that the supplier makes for the leader.
    words
        Of the invitation.
    outcome
        Why it was declined, withdrawn or ended.
    """

    machine = "bond"
    leader = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="leaders")
    nodes = models.JSONField(default=list)
    words = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Bonds.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("leader", "supplier"), condition=Q(state__in=OPEN), name="one_open_bond"),
            models.CheckConstraint(condition=~Q(leader=F("supplier")), name="leads_another"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"L-{self.pk:06d}"

    def other(self, actor: Actor) -> Organisation:
        """Return the other side."""
        return self.supplier if self.is_led_by(actor) else self.leader

    def is_led_by(self, actor: Actor) -> bool:
        """Return whether the actor is on the leader's side."""
        return actor.organisation is not None and actor.organisation.pk == self.leader_id


class Requirement(models.Model):
    """A version of what a leader requires at a control point; the next one takes its place from its own day on.

    Attributes
    ----------
    number
        Counts the versions of a point.
    standard, test
        By what it is tested: a standard's reference, and the id of a test item; either may be empty.
    is_lifted
        From that day on nothing is required any more.
    is_open
        Whether the regulator of the leader's division may read it.
    """

    bond = models.ForeignKey(Bond, on_delete=models.CASCADE, related_name="requirements")
    point = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    lower = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    upper = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    unit = models.CharField(max_length=30, blank=True)
    standard = models.CharField(max_length=80, blank=True)
    test = models.CharField(max_length=80, blank=True)
    starts = models.DateField()
    words = models.TextField(blank=True)
    is_lifted = models.BooleanField(default=False)
    is_open = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("point", "-starts", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=("bond", "point", "number"), name="one_version")]

    def __str__(self) -> str:
        return f"{self.point} {self.number}"

    @property
    def limits(self) -> judging.Limits:
        """Between what a figure has to lie."""
        return judging.Limits(self.lower, self.upper)


class Measurement(models.Model):
    """A figure of the supplier at a control point, in the unit of the requirement of its day.

    Attributes
    ----------
    uncertainty
        Expanded; None where none is stated.
    evidence, report
        The file in the supplier's workbench, and which report of it, as it was named then; empty of an own figure.
    """

    bond = models.ForeignKey(Bond, on_delete=models.CASCADE, related_name="measurements")
    point = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=15, decimal_places=4)
    uncertainty = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    unit = models.CharField(max_length=30, blank=True)
    on = models.DateField()
    evidence = models.ForeignKey(Evidence, on_delete=models.SET_NULL, null=True, related_name="+")
    report = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entered = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("point", "-on", "-id")

    def __str__(self) -> str:
        return f"{self.point}: {self.value}"

    @property
    def figure(self) -> judging.Figure:
        """The value with its uncertainty."""
        return judging.Figure(self.value, self.uncertainty or Decimal(0))


class HelpKind(models.TextChoices):
    """What was done. A meeting is none of it."""

    TEST = "test", _("shared test")
    TRAINING = "training", _("training")
    EQUIPMENT = "equipment", _("equipment")
    PROJECT = "project", _("joint project")
    OTHER = "other", pgettext_lazy("help", "other")


class Basis(models.TextChoices):
    """Where a figure comes from."""

    TYPED = "typed", _("typed in by the firm")
    MEASURED = "measured", _("measured: a report names it")


class Help(Stated):
    """What a leader did for a supplier, and a figure before and after.

    Attributes
    ----------
    requirement
        The version that was in force: it says what is better. None of help for an indicator.
    system, indicator
        Ids of an indicator of the evaluation room; empty of help at a control point.
    before_source, after_source
        Number of the report, or how the firm knows.
    confirmed_by
        A person of the supplier.
    outcome
        Why the supplier disputes it.
    """

    machine = "help"
    bond = models.ForeignKey(Bond, on_delete=models.CASCADE, related_name="helps")
    kind = models.CharField(max_length=10, choices=HelpKind.choices)
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    on = models.DateField()
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, null=True, related_name="helps")
    system = models.CharField(max_length=60, blank=True)
    indicator = models.CharField(max_length=60, blank=True)
    before = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    before_uncertainty = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    before_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    before_source = models.CharField(max_length=120, blank=True)
    after = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    after_uncertainty = models.DecimalField(null=True, max_digits=15, decimal_places=4)
    after_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    after_source = models.CharField(max_length=120, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-on", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(requirement__isnull=False, indicator="") | (Q(requirement=None) & ~Q(indicator="")),
                name="help_at_a_point_or_for_an_indicator",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_word(self) -> "str | Promise":
        """What was done, in words."""
        return HelpKind(self.kind).label

    @property
    def better(self) -> judging.Limits | Direction | None:
        """What is better: the requirement's limits or the indicator's direction; None where the pack has lost it."""
        if self.requirement is not None:
            return self.requirement.limits
        found = indicator(self.system, self.indicator)
        return found.direction if found else None

    @property
    def verdict(self) -> judging.Verdict:
        """What came of it."""
        before, after = (
            None if value is None else judging.Figure(value, doubt or Decimal(0))
            for value, doubt in ((self.before, self.before_uncertainty), (self.after, self.after_uncertainty))
        )
        return judging.verdict(before, after, self.better)
