"""What a firm says of itself so that policy tools can be found for it."""

from django.db import models

from qilian.portal.accounts.models import Organisation


class FirmFacts(models.Model):
    """A firm's answers; nobody but the firm reads them.

    Attributes
    ----------
    answers
        By fact, as they were written; ``{"unknown": true}`` for one that the firm cannot answer.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="facts")
    answers = models.JSONField(default=dict)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.organisation)
