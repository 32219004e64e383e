"""What somebody is told, in both languages, and what they follow."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts.actor import Actor
from qilian.text import Text


class Notices(models.QuerySet["Notice"]):
    """Notices, and who sees them."""

    def visible_to(self, actor: Actor) -> "Notices":
        """Return the person's own."""
        return self.filter(user=actor.user) if actor.user is not None else self.none()

    def unread(self) -> "Notices":
        """Return those that the person has not opened."""
        return self.filter(is_read=False)


class Notice(models.Model):
    """A word to a person, shown in the portal and sent by mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    zh = models.TextField()
    en = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    is_read = models.BooleanField(default=False)

    objects = Notices.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(is_read=False), name="unread_notices_of_a_person")
        ]

    def __str__(self) -> str:
        return self.zh

    @property
    def words(self) -> Text:
        """The words in both languages."""
        return Text(self.zh, self.en)


class Kind(models.TextChoices):
    """What can be followed."""

    STANDARD = "standard", _("standard")
    COMMITTEE = "committee", _("committee")
    PRODUCT = "product", _("product")


class Follow(models.Model):
    """A person wants to be told what changes about something.

    Attributes
    ----------
    key
        What names it within its kind: a standard's reference without year, a committee's name, a product's number.
    label, url
        How the person's list calls it and where it leads; the key if there is no label.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("kind", "key")
        constraints: ClassVar = [models.UniqueConstraint(fields=("kind", "key", "user"), name="one_follow")]

    def __str__(self) -> str:
        return self.label or self.key
