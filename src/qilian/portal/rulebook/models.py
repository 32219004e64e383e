"""Comments on the content: an expert finds a fault in a rule, a test or a clause and says so; the operator answers."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation


class Subject(models.TextChoices):
    """What a comment is about."""

    RULE = "rule", _("rule")
    TEST = "test", _("test")
    POLICY = "policy", _("acceptance policy")


class Comments(models.QuerySet["Comment"]):
    """Comments, and who sees them."""

    def visible_to(self, actor: Actor) -> "Comments":
        """Return all for the operator and expert bodies, to others their own and those that were answered."""
        if actor.user is None:
            return self.none()
        if actor.kind in ("operator", "expert"):
            return self
        return self.filter(models.Q(user=actor.user) | ~models.Q(answer=""))


class Comment(models.Model):
    """A word on a piece of the content, kept with the version of the pack that it was said of.

    Attributes
    ----------
    key
        Id of the rule, test or policy.
    answer
        The operator's; empty while it is open.
    """

    subject = models.CharField(max_length=8, choices=Subject.choices)
    key = models.CharField(max_length=80, db_index=True)
    pack_version = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True)
    text = models.TextField(_("What is wrong or missing, and by which source"), max_length=4000)
    created = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("Answer"), max_length=4000, blank=True)
    answered = models.DateTimeField(null=True)

    objects = Comments.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.subject} {self.key}"

    @property
    def address(self) -> str:
        """Where it stands, beside what it is about."""
        return reverse(f"rulebook:{self.subject}", args=[self.key]) + "#comments"
