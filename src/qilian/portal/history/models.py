"""An entry of the record: who did what to what, for whom, and the hash that chains it to the entry before.

Entries are made by :func:`qilian.portal.history.recording.record` alone. People and organisations are named without a
constraint of the database, since an entry outlives what it names.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from qilian.portal.accounts.models import Organisation
from qilian.portal.history.chain import Link


class Entry(models.Model):
    """Something that happened.

    Attributes
    ----------
    number
        Place in the chain, from 1 without a gap.
    person, organisation
        Who acted, and for which of their organisations; both None: the portal itself.
    client, mandate
        For whom a clerk acted, and by which mandate (代办); None and empty otherwise.
    kind, subject
        What it happened to: the model's label and the row's key.
    was, now
        State before and after; both empty where no state changed.
    data
        What else is worth keeping; no fractions, which databases write differently.
    previous, hash
        Hash of the entry before (empty for the first one) and of this one: see :mod:`qilian.portal.history.chain`.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    client = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    mandate = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    event = models.CharField(max_length=40)
    was = models.CharField(max_length=20, blank=True)
    now = models.CharField(max_length=20, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)
        verbose_name_plural = "entries"
        indexes: ClassVar = [models.Index(fields=("kind", "subject"))]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.subject} {self.event}"

    @property
    def link(self) -> Link:
        """The entry as the chain sees it."""
        return Link(
            number=self.number,
            at=self.at,
            person=self.person_id,
            organisation=self.organisation_id,
            client=self.client_id,
            mandate=self.mandate,
            kind=self.kind,
            subject=self.subject,
            event=self.event,
            was=self.was,
            now=self.now,
            data=self.data,
            previous=self.previous,
            hash=self.hash,
        )
