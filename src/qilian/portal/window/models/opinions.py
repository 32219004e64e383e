"""What clients say of a finished order: a rating, and complaints."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from qilian.portal.accounts.actor import Actor
from qilian.portal.history.firing import Stated
from qilian.portal.window.models.orders import Order


class Ratings(models.QuerySet["Rating"]):
    """Ratings are seen by who sees the order."""

    def visible_to(self, actor: Actor) -> "Ratings":
        """Return those of orders that an actor may read."""
        return self.filter(order__in=Order.objects.visible_to(actor))


class Rating(models.Model):
    """How content the client is with a finished order: one to five stars; may be changed."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    words = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = Ratings.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.order}, {self.stars}"


class Complaints(models.QuerySet["Complaint"]):
    """Complaints are seen by who sees the order."""

    def visible_to(self, actor: Actor) -> "Complaints":
        """Return those of orders that an actor may read."""
        return self.filter(order__in=Order.objects.visible_to(actor))


class Complaint(Stated):
    """What a client holds against a finished order; the window answers, the regulator settles what stays open.

    Attributes
    ----------
    words
        The client's.
    answer
        The window's.
    decision
        The regulator's.
    """

    machine = "complaint"
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="complaints")
    words = models.TextField()
    answer = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = Complaints.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.order}, {self.state}"
