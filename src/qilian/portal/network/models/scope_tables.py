"""Scope tables that laboratories upload for themselves, with what became of every row.

What they say is looked for in the scopes in QILIAN_HOME (:mod:`qilian.laboratories.scopes`); here stands the account.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from qilian.portal.accounts.actor import Actor
from qilian.portal.jobs.models import Job
from qilian.portal.network.models.laboratories import Laboratory
from qilian.text import Text


class ScopeTables(models.QuerySet["ScopeTable"]):
    """Uploaded scope tables, and who sees the account of one: the laboratory that uploaded it."""

    def visible_to(self, actor: Actor) -> "ScopeTables":
        """Return the tables of the laboratory that an actor's organisation runs."""
        return self.filter(laboratory__in=Laboratory.objects.editable_by(actor))


class ScopeTable(models.Model):
    """A scope table that a laboratory uploaded for itself; a new one that is taken over replaces the one before.

    Attributes
    ----------
    name, kind
        What the sender calls the file, for showing only; ``csv`` or ``xlsx``.
    columns
        Which kind of table it was read as; empty until it was read.
    taken, unread
        How many rows were taken over, and how many were not.
    in_force
        When it took the place of the one before; None of one that is not, or not yet, taken over.
    """

    laboratory = models.ForeignKey(Laboratory, on_delete=models.CASCADE, related_name="scope_tables")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    content = models.BinaryField()
    columns = models.CharField(max_length=10, blank=True)
    taken = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    uploaded = models.DateTimeField(auto_now_add=True)
    in_force = models.DateTimeField(null=True)

    objects = ScopeTables.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class ScopeRow(models.Model):
    """What became of one row of a scope table: what it was understood to say, or why it was not taken over.

    Attributes
    ----------
    line
        The line of the file on which it starts.
    references
        The standards that were read out of it, in their canonical spelling.
    limits, unchecked
        Limits that became numbers, as people read them; ``[[piece, reason in Chinese, in English]]`` of the others.
    reason, mend
        Why a row was not taken over and how to mend it, ``[Chinese, English]``; empty of one that was.
    text
        The beginning of a row that was not taken over.
    """

    table = models.ForeignKey(ScopeTable, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    is_taken = models.BooleanField()
    object = models.TextField(blank=True)
    parameter = models.TextField(blank=True)
    standard = models.TextField(blank=True)
    limit = models.TextField(blank=True)
    references = models.JSONField(default=list)
    limits = models.JSONField(default=list)
    unchecked = models.JSONField(default=list)
    reason = models.JSONField(default=list)
    mend = models.JSONField(default=list)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("line", "id")
        indexes: ClassVar = [models.Index(fields=("table", "is_taken", "line"))]

    def __str__(self) -> str:
        return f"{self.table_id}:{self.line}"

    @property
    def why(self) -> Text:
        """Why it was not taken over, in both languages."""
        return Text(*self.reason)

    @property
    def how(self) -> Text:
        """How to mend it, in both languages."""
        return Text(*self.mend)

    @property
    def doubts(self) -> list[tuple[str, Text]]:
        """The limits that could not be read as numbers, and why."""
        return [(piece, Text(zh, en)) for piece, zh, en in self.unchecked]
