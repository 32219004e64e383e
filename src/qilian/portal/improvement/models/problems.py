"""Problems: demands that are one, in a regulator's words; and who said that two demands are not the same."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.models.urgency import Urgency
from qilian.portal.site.templatetags.portal import page_language

if TYPE_CHECKING:
    from django.utils.functional import Promise

PUBLIC = ("listed", "solving", "solved")


class Problems(models.QuerySet["Problem"]):
    """Problems, and who sees them."""

    def visible_to(self, actor: Actor) -> "Problems":
        """Return the published ones, and to a regulator also all others of its division and those below."""
        seen = Q(state__in=PUBLIC)
        if actor.kind == "regulator" and actor.organisation is not None:
            seen |= Q(region__startswith=regions.prefix(actor.organisation.region))
        return self.filter(seen)

    def handled_by(self, actor: Actor) -> "Problems":
        """Return those that a regulator answers for: of its division and those below."""
        if actor.kind != "regulator" or actor.organisation is None:
            return self.none()
        return self.filter(region__startswith=regions.prefix(actor.organisation.region))

    def open(self) -> "Problems":
        """Return those that demands can be put to."""
        return self.filter(state__in=("posed", "listed", "solving"))


class Problem(Stated):
    """What several firms need, as one thing to be solved.

    Attributes
    ----------
    organisation, region
        The regulator that posed it, and its division.
    node, tests
        Ids of the part of the chain, and of the tests, that it is about; empty where it is not one part's.
    severity
        How hard it is: a person's word.
    merged_into
        The problem that it became part of.
    outcome
        What solved it, or why it was dropped.
    """

    machine = "problem"
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="problems")
    region = models.CharField(max_length=6, db_index=True)
    title = models.CharField(max_length=80)
    words = models.TextField()
    node = models.CharField(max_length=60, blank=True, db_index=True)
    tests = models.JSONField(default=list)
    severity = models.PositiveSmallIntegerField(choices=Urgency.choices, db_index=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    outcome = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Problems.as_manager()

    class Meta:
        ordering = ("-severity", "-id")
        indexes: ClassVar = [models.Index(fields=("region", "state"))]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"P-{self.pk:06d}"

    @property
    def region_name(self) -> str:
        """The names of the division."""
        return regions.full_title(self.region).say(page_language())

    @property
    def severity_word(self) -> "str | Promise":
        """How hard it is, in words."""
        return Urgency(self.severity).label

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state in PUBLIC


class Apart(models.Model):
    """A person said that two demands are not one problem; they are not proposed together again.

    Attributes
    ----------
    one, other
        The demand with the lower number first.
    """

    one = models.ForeignKey("improvement.Demand", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("improvement.Demand", on_delete=models.CASCADE, related_name="+")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("one", "other"), name="one_apart")]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
