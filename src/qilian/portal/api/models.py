"""Answers to writes that carried an idempotency key, kept for a day, so that a retry changes nothing."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Kept(models.Model):
    """An answer.

    Attributes
    ----------
    digest
        Of method, path and body: the same key with another request is refused.
    status
        0 while the first request is at work.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "key"), name="one_answer_to_a_key")]

    def __str__(self) -> str:
        return self.key
