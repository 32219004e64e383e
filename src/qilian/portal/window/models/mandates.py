"""Mandates: what a firm lets a window do in its name, and until when."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.firing import Stated


class Scope(models.TextChoices):
    """What a mandate allows."""

    PRODUCTS = "products", _("describe products and make their plans")
    BOOK = "book", _("book tests and change bookings")
    REPORTS = "reports", _("collect reports and keep them as evidence")


class Mandates(models.QuerySet["Mandate"]):
    """Mandates, and who sees them."""

    def visible_to(self, actor: Actor) -> "Mandates":
        """Return those of the window, or those that a firm gave or is asked for."""
        match actor.kind:
            case "window":
                return self.filter(window=actor.organisation)
            case "firm":
                return self.filter(client=actor.organisation)
            case _:
                return self.none()

    def in_force(self) -> "Mandates":
        """Return those that allow something today."""
        return self.filter(state="valid", expires__gte=timezone.localdate())


class Mandate(Stated):
    """Lets a window act for a firm (代办): in what, until when. The firm may revoke it at any time.

    Attributes
    ----------
    scope
        Values of :class:`Scope`.
    expires
        The last day on which it holds.
    paper
        Number of the signed paper, where it was given at the counter; empty where the firm granted it itself.
    """

    machine = "mandate"
    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates_given")
    window = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates_held")
    scope = models.JSONField(default=list)
    expires = models.DateField()
    paper = models.CharField(max_length=60, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = Mandates.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the history and people call it."""
        return f"M-{self.pk:06d}"

    @property
    def is_in_force(self) -> bool:
        """Whether it allows something today."""
        return self.state == "valid" and self.expires >= timezone.localdate()

    @property
    def scope_names(self) -> list[str]:
        """What it allows, in words."""
        return [str(Scope(each).label) for each in self.scope if each in Scope.values]
