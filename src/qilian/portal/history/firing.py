"""Rows with a state, and the only way to change it: :func:`fire` checks the table, moves the row and records it.

A model becomes one by deriving from :class:`Stated` and naming its machine. ``begin`` makes the row's first move.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.errors import PortalError
from qilian.portal.history.models import Entry
from qilian.portal.history.recording import OnBehalf, record
from qilian.portal.history.table import SYSTEM, Machine, machines


class MoveRefused(PortalError):  # noqa: N818 - named for what happened
    """What was asked for cannot happen in this state, or not by this actor."""


class Stale(PortalError):  # noqa: N818 - named for what happened
    """The row has changed since it was read."""


class Stated(models.Model):
    """A row with a state.

    Attributes
    ----------
    machine
        Name of its machine in the table.
    state
        Written by :func:`begin` and :func:`fire` alone.
    version
        Counts the moves; an edit names the version that it saw.
    """

    machine: ClassVar[str]
    state = models.CharField(max_length=20, db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def moves(cls) -> Machine:
        """Return the model's machine."""
        return machines()[cls.machine]

    @property
    def is_final(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.state in self.moves().final

    def may(self, event: str, actor: Actor | None) -> bool:
        """Return whether an actor's role may do something now; whether the row is theirs is asked elsewhere."""
        return event in self.moves().events(self.state, role_of(actor))


def role_of(actor: Actor | None) -> str:
    """Return the role by which the table knows an actor; None is the portal itself."""
    return actor.kind if actor else SYSTEM


def begin(
    row: Stated,
    event: str,
    actor: Actor | None,
    *,
    data: Mapping[str, Any] | None = None,
    on_behalf: OnBehalf | None = None,
) -> Entry:
    """Save a new row by its first move, and record it; errors as in :func:`fire`."""
    if row.pk is not None or row.state:
        raise ValueError("the row is there already")
    to = _checked(row, event, actor)
    with transaction.atomic():
        row.state = to
        row.save()
        return record(actor, event, row, now=to, data=data, on_behalf=on_behalf)


def fire(
    row: Stated,
    event: str,
    actor: Actor | None,
    *,
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
    on_behalf: OnBehalf | None = None,
) -> Entry:
    """Move a row by an event, and record it; both or neither. Other fields of the row are not saved.

    Parameters
    ----------
    actor
        None: the portal itself. That the row is the actor's is the caller's matter.
    version
        The version that the actor saw, where it matters.

    Raises
    ------
    MoveRefused
        If the table has no such move for the state and the actor's role.
    Stale
        If the row has moved since it was read, or the actor saw another version.
    """
    if version is not None and version != row.version:
        raise _stale(row)
    was, to = row.state, _checked(row, event, actor)
    with transaction.atomic():
        here = type(row)._base_manager.filter(pk=row.pk, version=row.version, state=was)
        if not here.update(state=to, version=row.version + 1):
            raise _stale(row)
        entry = record(actor, event, row, was=was, now=to, data=data, on_behalf=on_behalf)
    row.state, row.version = to, row.version + 1
    return entry


def _checked(row: Stated, event: str, actor: Actor | None) -> str:
    move = row.moves().move(row.state, event)
    if move is None:
        raise MoveRefused(
            _("%(event)s cannot happen in the state %(state)s") % {"event": event, "state": row.state or "-"},
            where=f"{row.machine} {row.pk or ''}".strip(),
            mend=_("look at it again: it may have changed"),
        )
    if role_of(actor) not in move.roles:
        raise MoveRefused(
            _("%(event)s is not for this role (%(role)s)") % {"event": event, "role": role_of(actor)},
            where=f"{row.machine} {row.pk or ''}".strip(),
        )
    return move.to


def _stale(row: Stated) -> Stale:
    return Stale(
        _("it has changed since you saw it"),
        where=f"{row.machine} {row.pk}",
        mend=_("look at it again, then decide"),
    )
