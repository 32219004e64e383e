"""Offers of a technology and needs of a scenario: the same row with two sides, since both are written alike."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.improvement.models import Problem
from qilian.portal.site.templatetags.portal import page_language

if TYPE_CHECKING:
    from django.utils.functional import Promise

UNSEEN = ("draft", "discarded")


class Side(models.TextChoices):
    """Who writes it."""

    OFFER = "offer", _("technology on offer")
    NEED = "need", _("need of a scenario")


class Postings(models.QuerySet["Posting"]):
    """Offers and needs, and who sees them."""

    def visible_to(self, actor: Actor) -> "Postings":
        """Return one's own; what is published for one's division; to a regulator all that comes from its own."""
        organisation, published = actor.organisation, Q(state="published")
        if organisation is None:
            return self.filter(published, reach=regions.COUNTRY)
        seen = Q(organisation=organisation) | (published & Q(reach__in=regions.around(organisation.region)))
        if actor.kind == "regulator":
            seen |= Q(region__startswith=regions.prefix(organisation.region)) & ~Q(state__in=UNSEEN)
        return self.filter(seen)

    def made_by(self, actor: Actor) -> "Postings":
        """Return those of the actor's organisation, which alone changes them."""
        return self.filter(organisation=actor.organisation) if actor.organisation else self.none()

    def published(self) -> "Postings":
        """Return those that are matched."""
        return self.filter(state="published")


class Posting(Stated):
    """What a maker offers, or what a scenario needs.

    Attributes
    ----------
    region
        The organisation's division, as it was when it was last published.
    node
        Id of the part of the chain that it is about; empty for none.
    terms
        Statements of an offer, conditions of a need, in the written form of :mod:`qilian.scenarios`.
    reach
        The division whose organisations see it: the country is everybody.
    problem
        The problem of improvement that a need came of; None without.
    """

    machine = "posting"
    side = models.CharField(max_length=5, choices=Side.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="postings")
    region = models.CharField(max_length=6, db_index=True)
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    node = models.CharField(max_length=60, blank=True)
    terms = models.JSONField(default=list)
    reach = models.CharField(max_length=6, blank=True)
    problem = models.ForeignKey(Problem, on_delete=models.SET_NULL, null=True, related_name="needs")
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Postings.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=("side", "state", "reach"))]

    def __str__(self) -> str:
        return self.title

    @property
    def is_offer(self) -> bool:
        """Whether it is an offer; else it is a need."""
        return self.side == Side.OFFER

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"{'T' if self.is_offer else 'N'}-{self.pk:06d}"

    @property
    def side_word(self) -> "str | Promise":
        """Which side it is, in words."""
        return Side(self.side).label

    @property
    def region_name(self) -> str:
        """The names of the organisation's division."""
        return regions.full_title(self.region).say(page_language())
