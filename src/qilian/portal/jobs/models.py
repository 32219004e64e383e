"""A piece of long work: who asked for it, how far it is, what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Jobs(models.QuerySet["Job"]):
    """Jobs, and who sees them."""

    def visible_to(self, actor: Actor) -> "Jobs":
        """Return the actor's own jobs and those of the organisation that they act for."""
        if actor.user is None:
            return self.none()
        mine = models.Q(user=actor.user)
        return self.filter(mine | models.Q(organisation=actor.organisation) if actor.organisation else mine)


class Job(models.Model):
    """Long work.

    Attributes
    ----------
    kind
        Name that the work was registered by (see :func:`qilian.portal.jobs.running.work`).
    arguments, result
        JSON; the result is empty until the work is done.
    done, total
        Steps so far and in all; 0 in all while nobody knows.
    problem
        One line for the one who asked, of a job that failed.
    """

    kind = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    is_cancel_asked = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True)

    objects = Jobs.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (State.WAITING, State.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far it is, None while nobody knows."""
        return min(100, 100 * self.done // self.total) if self.total else None
