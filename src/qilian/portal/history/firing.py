"""Rows with a state, and the only way to change it: :func:`fire` checks the table, moves the row and records it.

A model becomes one by deriving from :class:`Stated` and naming its machine. ``begin`` makes the row's first move.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.errors import PortalError
from qilian.portal.history.models import Entry
from qilian.portal.history.recording import Happened, OnBehalf, record_all, writing
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
    return begin_all([row], event, actor, data=[data or {}], on_behalf=on_behalf)[0]


def begin_all(
    rows: Sequence[Stated],
    event: str,
    actor: Actor | None,
    *,
    data: Sequence[Mapping[str, Any]],
    on_behalf: OnBehalf | None = None,
) -> list[Entry]:
    """Save new rows of one model by their first move, and record them; errors as in :func:`fire`."""
    if any(row.pk is not None or row.state for row in rows):
        raise ValueError("a row is there already")
    for row in rows:
        row.state = _checked(row, event, actor)
    with writing():
        if rows:
            type(rows[0])._base_manager.bulk_create(rows)
        happened = [Happened(row, "", row.state, kept) for row, kept in zip(rows, data, strict=True)]
        return record_all(actor, event, happened, on_behalf=on_behalf)


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
    refuse_older(row, version)
    return fire_all([row], event, actor, data=data, on_behalf=on_behalf)[0]


def fire_all(
    rows: Sequence[Stated],
    event: str,
    actor: Actor | None,
    *,
    data: Mapping[str, Any] | None = None,
    on_behalf: OnBehalf | None = None,
) -> list[Entry]:
    """Move rows of one model by an event, all or none, and record each; errors as in :func:`fire`."""
    if not rows:
        return []
    moves = [(row, row.state, _checked(row, event, actor)) for row in rows]
    manager = type(rows[0])._base_manager
    with writing():
        seen = dict(manager.filter(pk__in=[row.pk for row in rows]).values_list("pk", "version"))
        for row in rows:
            if seen.get(row.pk) != row.version:
                raise _stale(row)
        for was, to in {(was, to) for _, was, to in moves}:
            keys = [row.pk for row, before, after in moves if (before, after) == (was, to)]
            here = manager.filter(pk__in=keys, state=was)
            if here.update(state=to, version=F("version") + 1) != len(keys):
                raise _stale(rows[0])
        happened = [Happened(row, was, to, data) for row, was, to in moves]
        entries = record_all(actor, event, happened, on_behalf=on_behalf)
    for row, _was, to in moves:
        row.state, row.version = to, row.version + 1
    return entries


def refuse_older(row: Stated, version: int | None) -> None:
    """Refuse an edit of another version than the row's; None is an edit that names none.

    Raises
    ------
    Stale
        If it is another one.
    """
    if version is not None and version != row.version:
        raise _stale(row)


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
