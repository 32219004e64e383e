"""Demands: what one firm needs, and by whom, how and until when it is met (三问三定)."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.models.problems import Problem
from qilian.portal.improvement.models.surveys import Survey
from qilian.portal.improvement.models.urgency import Urgency
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window.models import Order

if TYPE_CHECKING:
    from django.utils.functional import Promise

UNSENT = ("draft", "discarded")


class Demands(models.QuerySet["Demand"]):
    """Demands, and who sees them."""

    def visible_to(self, actor: Actor) -> "Demands":
        """Return to a firm its own; to a regulator or window those sent from its division; drafts to their maker."""
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        mine = Q(maker=organisation)
        match actor.kind:
            case "firm":
                return self.filter(mine | (Q(firm=organisation) & ~Q(state__in=UNSENT)))
            case "regulator" | "window":
                below = Q(region__startswith=regions.prefix(organisation.region))
                return self.filter(mine | (below & ~Q(state__in=UNSENT)))
            case _:
                return self.none()

    def sent(self) -> "Demands":
        """Return those that are no drafts."""
        return self.exclude(state__in=UNSENT)

    def loose(self) -> "Demands":
        """Return those that wait to become a problem, or part of one."""
        return self.filter(state__in=("new", "assigned"), problem=None)

    def open(self) -> "Demands":
        """Return those that are not met yet."""
        return self.filter(state__in=("new", "assigned"))


class Demand(Stated):
    """What one firm needs.

    Attributes
    ----------
    firm
        Whose it is.
    maker
        Who wrote it down: the firm, or a window for it.
    region
        The firm's division, as it was when it was sent.
    survey, order
        What it came by; both None where the firm came by itself.
    node, tests
        Ids of the part of the chain, and of the tests, that it is about; empty where the firm did not say.
    urgency
        The firm's word for how hard it is.
    answers
        To the survey's questions, by their ids.
    owner, measure, due
        Who sees to it, how, and until which working day. From the first on there is a deadline: that of the three.
    outcome
        What the firm got, or why it was refused.
    problem
        The problem that it is part of, once a person said so.
    """

    machine = "demand"
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="demands")
    maker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=6, db_index=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, null=True, related_name="demands")
    order = models.ForeignKey(Order, on_delete=models.SET_NULL, null=True, related_name="demands")
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    node = models.CharField(max_length=60, blank=True, db_index=True)
    tests = models.JSONField(default=list)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, null=True)
    answers = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    measure = models.TextField(blank=True)
    due = models.DateField(null=True, db_index=True)
    outcome = models.TextField(blank=True)
    problem = models.ForeignKey(Problem, on_delete=models.SET_NULL, null=True, related_name="demands")
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Demands.as_manager()

    class Meta:
        ordering = ("due", "id")
        indexes: ClassVar = [models.Index(fields=("region", "state"))]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"D-{self.pk:06d}"

    @property
    def region_name(self) -> str:
        """The names of the firm's division."""
        return regions.full_title(self.region).say(page_language())

    @property
    def urgency_word(self) -> "str | Promise":
        """How hard it is, in words."""
        return Urgency(self.urgency).label if self.urgency else ""

    @property
    def is_late(self) -> bool:
        """Whether its deadline has passed."""
        return self.state in ("new", "assigned") and self.due is not None and self.due < timezone.localdate()
