"""Appends to the record: :func:`record`, within the transaction of what it records.

Only one transaction appends at a time, from its first entry until it ends. Who locks other rows too begins by
:func:`writing`, which takes the history's lock first: then no two can wait for each other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation
from qilian.portal.history.chain import Link, check_data
from qilian.portal.history.models import Entry

_LOCK = int.from_bytes(blake2b(b"history", digest_size=8).digest(), signed=True)


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For whom a clerk acts, and the reference of the mandate that allows it (代办); who calls has checked it."""

    client: Organisation
    mandate: str


@contextmanager
def writing(*, savepoint: bool = True) -> Iterator[None]:
    """Open a transaction whose turn it is to append, and no other's until it ends; keep searches out of it.

    Parameters
    ----------
    savepoint
        Within another transaction: whether a refusal leaves that one usable.
    """
    with transaction.atomic(savepoint=savepoint):
        if connection.vendor == "postgresql":  # SQLite's transactions take their only lock when they begin
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a row that is saved: its state before and after, and what else is worth keeping."""

    subject: models.Model
    was: str = ""
    now: str = ""
    data: Mapping[str, Any] | None = None


def record(
    actor: Actor | None,
    event: str,
    subject: models.Model,
    *,
    data: Mapping[str, Any] | None = None,
    was: str = "",
    now: str = "",
    on_behalf: OnBehalf | None = None,
) -> Entry:
    """Append an entry; see :func:`record_all`."""
    return record_all(actor, event, [Happened(subject, was, now, data)], on_behalf=on_behalf)[0]


def record_all(
    actor: Actor | None, event: str, happened: Sequence[Happened], *, on_behalf: OnBehalf | None = None
) -> list[Entry]:
    """Append an entry for each row that an event happened to, in their order.

    Parameters
    ----------
    actor
        None: the portal itself.

    Raises
    ------
    HistoryError
        If the data holds what cannot be kept, such as fractions.
    """
    for each in happened:
        check_data(each.data or {})
    with writing(savepoint=False):
        last = Entry.objects.order_by("-number").values_list("number", "hash").first()
        first, previous = last or (0, "")
        at = timezone.now()
        entries = []
        for number, each in enumerate(happened, first + 1):
            link = Link(
                number=number,
                at=at,
                person=actor.user.pk if actor and actor.user else None,
                organisation=actor.organisation.pk if actor and actor.organisation else None,
                client=on_behalf.client.pk if on_behalf else None,
                mandate=on_behalf.mandate if on_behalf else "",
                kind=each.subject._meta.label_lower,
                subject=str(each.subject.pk),
                event=event,
                was=each.was,
                now=each.now,
                data=dict(each.data or {}),
                previous=previous,
            )
            previous = link.digest
            entries.append(_entry(replace(link, hash=previous)))
        return Entry.objects.bulk_create(entries)


def about(subjects: Iterable[models.Model]) -> models.QuerySet[Entry]:
    """Return the entries about rows, in order."""
    keys: dict[str, list[str]] = {}
    for each in subjects:
        keys.setdefault(each._meta.label_lower, []).append(str(each.pk))
    wanted = models.Q(pk__in=())
    for kind, numbers in keys.items():
        wanted |= models.Q(kind=kind, subject__in=numbers)
    return Entry.objects.filter(wanted).select_related("person", "organisation", "client")


def _entry(link: Link) -> Entry:
    return Entry(
        number=link.number,
        at=link.at,
        person_id=link.person,
        organisation_id=link.organisation,
        client_id=link.client,
        mandate=link.mandate,
        kind=link.kind,
        subject=link.subject,
        event=link.event,
        was=link.was,
        now=link.now,
        data=link.data,
        previous=link.previous,
        hash=link.hash,
    )
