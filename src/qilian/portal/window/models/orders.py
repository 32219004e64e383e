"""Work orders, and the bundles of a package.

A window sees the orders taken in its division and those escalated to it; a firm its own; a regulator those of its
region. States move by the one table of :mod:`qilian.portal.history`.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window.models.mandates import Mandate
from qilian.portal.window.services import Service, packages, services
from qilian.portal.workbench.models import Product
from qilian.text import Text


class Bundle(models.Model):
    """The orders that a package opened together."""

    package = models.CharField(max_length=40)
    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.package} {self.pk}"

    @property
    def name(self) -> Text:
        """The package's name."""
        found = packages().get(self.package)
        return found.name if found else Text(self.package, self.package)


class Orders(models.QuerySet["Order"]):
    """Work orders, and who sees them."""

    def visible_to(self, actor: Actor) -> "Orders":
        """Return the orders that an actor may read."""
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        match actor.kind:
            case "firm":
                return self.filter(client=organisation)
            case "window":
                taken_here = Q(window__region__startswith=regions.prefix(organisation.region))
                return self.filter(taken_here | Q(region=organisation.region))
            case "regulator":
                return self.filter(window__region__startswith=regions.prefix(organisation.region))
            case _:
                return self.none()

    def handled_by(self, actor: Actor) -> "Orders":
        """Return the orders that a window has to answer now."""
        if actor.kind != "window" or actor.organisation is None:
            return self.none()
        return self.filter(region=actor.organisation.region)

    def open(self) -> "Orders":
        """Return the orders that are not finished."""
        return self.exclude(state__in=Order.moves().final)


class Order(Stated):
    """One service for one client, from the counter to its answer.

    Attributes
    ----------
    window
        Where it was taken.
    region
        The division that has to answer: the window's, or one above it after an escalation.
    client
        The firm that it is for.
    owner
        The clerk who works on it; None while it is in the queue.
    due
        The working day until which the client is to have an answer; moves by the days spent waiting for the client.
    text, demand
        What was said, and what a clerk confirmed of it (:mod:`qilian.portal.window.drafts`).
    product
        What was made from it in the client's workbench.
    mandate
        By which its clerk acted for the client, once they have.
    outcome
        What the client got, written at closing.
    """

    machine = "order"
    window = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="orders_taken")
    region = models.CharField(max_length=6, db_index=True)
    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="orders")
    service = models.CharField(max_length=40)
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, null=True, related_name="orders")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    due = models.DateField(db_index=True)
    waiting_since = models.DateField(null=True)
    text = models.TextField(blank=True)
    demand = models.JSONField(default=dict)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="orders")
    mandate = models.ForeignKey(Mandate, on_delete=models.SET_NULL, null=True, related_name="orders")
    outcome = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = Orders.as_manager()

    class Meta:
        ordering = ("due", "id")
        indexes: ClassVar = [models.Index(fields=("region", "state"))]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What is printed on the receipt."""
        return f"W-{self.pk:06d}"

    @property
    def offered(self) -> Service:
        """The service."""
        return services()[self.service]

    @property
    def is_late(self) -> bool:
        """Whether it should have been answered by now."""
        return not self.is_final and self.state != "waiting" and self.due < timezone.localdate()

    @property
    def level(self) -> regions.Level:
        """The level that has to answer."""
        return regions.level(self.region)

    @property
    def region_name(self) -> str:
        """The division that has to answer."""
        return regions.full_title(self.region).say(page_language())
