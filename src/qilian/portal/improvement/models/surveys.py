"""Surveys: what a regulator or a window asks the firms of a division, until when, and about which part of the chain."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.questions import Question
from qilian.portal.site.templatetags.portal import page_language


class Surveys(models.QuerySet["Survey"]):
    """Surveys, and who sees them."""

    def visible_to(self, actor: Actor) -> "Surveys":
        """Return to who makes surveys its own and the published ones below, to a firm those that ask it."""
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        published = Q(state__in=("open", "closed"))
        match actor.kind:
            case "regulator" | "window":
                below = Q(organisation__region__startswith=regions.prefix(organisation.region))
                return self.filter(Q(organisation=organisation) | (published & below))
            case "firm":
                return self.filter(published, region__in=regions.around(organisation.region))
            case _:
                return self.none()

    def made_by(self, actor: Actor) -> "Surveys":
        """Return those of the actor's organisation, which alone changes them."""
        return self.filter(organisation=actor.organisation) if actor.organisation else self.none()

    def answerable(self, actor: Actor) -> "Surveys":
        """Return those that ask the actor's firm today."""
        if actor.kind != "firm":
            return self.none()
        return self.visible_to(actor).filter(state="open", closes__gte=timezone.localdate())


class Survey(Stated):
    """A form that asks firms what they need.

    Attributes
    ----------
    words
        Why it asks; shown to the firms first.
    region
        The division whose firms it asks: the maker's own or one below.
    closes
        The last day on which it is answered.
    node, tests
        Ids of what it is about; empty where it asks of anything.
    questions
        As :meth:`qilian.portal.improvement.questions.Question.written`.
    reminded
        When firms that had not answered were last reminded.
    """

    machine = "survey"
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="surveys")
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    region = models.CharField(max_length=6, db_index=True)
    closes = models.DateField(null=True)
    node = models.CharField(max_length=60, blank=True)
    tests = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    reminded = models.DateTimeField(null=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Surveys.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=("region", "state"))]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"S-{self.pk:06d}"

    @property
    def asked(self) -> list[Question]:
        """The questions."""
        return [Question.read(each) for each in self.questions]

    @property
    def region_name(self) -> str:
        """The names of the division."""
        return regions.full_title(self.region).say(page_language())

    @property
    def is_answerable(self) -> bool:
        """Whether it takes answers today."""
        return self.state == "open" and self.closes is not None and self.closes >= timezone.localdate()

    def firms(self) -> models.QuerySet[Organisation]:
        """Return the firms that it asks."""
        return Organisation.objects.filter(kind=Kind.FIRM, region__startswith=regions.prefix(self.region))

    def firms_without_answer(self) -> models.QuerySet[Organisation]:
        """Return the firms that have sent nothing by it."""
        return self.firms().exclude(pk__in=self.demands.exclude(state__in=("draft", "discarded")).values("firm"))
