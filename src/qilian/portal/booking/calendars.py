"""The calendar of an account's appointments, for programs that subscribe to a secret address.

Only a digest of the secret is kept. A firm's calendar holds its paths, a laboratory's what is to be done by it.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from icalendar import Calendar as ICalendar
from icalendar import Event

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.models import Appointment, Feed
from qilian.text import Language

_SECRET_BYTES = 24
_PAST = timedelta(days=60)
_SHOWN = ("requested", "taken", "running", "tested", "reported")


def make(actor: Actor) -> str:
    """Make the actor's calendar address, in place of an older one; return its secret, which is not kept."""
    if actor.user is None:
        raise PermissionError("nobody is logged in")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    Feed.objects.update_or_create(
        person=actor.user, organisation=actor.organisation, defaults={"digest": _digest(secret)}
    )
    return secret


def opened(secret: str) -> Actor | None:
    """Return whose calendar a secret opens; None if nobody's, or if they left the organisation since."""
    feed = Feed.objects.select_related("person", "organisation").filter(digest=_digest(secret)).first()
    if feed is None or not feed.person.is_active:
        return None
    if feed.organisation is None:
        return Actor(feed.person)
    membership = feed.person.memberships.select_related("organisation").filter(organisation=feed.organisation).first()
    return Actor(feed.person, membership) if membership else None


def written(actor: Actor, language: Language) -> bytes:
    """Return the actor's appointments as iCalendar (RFC 5545)."""
    calendar = ICalendar()
    calendar.add("prodid", "-//Qilian//bookings//")
    calendar.add("version", "2.0")
    calendar.add("name", "Qilian 质链")
    calendar.add("refresh-interval;value=duration", "PT1H")
    rows = Appointment.objects.visible_to(actor).filter(
        path__state__in=("confirmed", "done"), state__in=_SHOWN, end__gt=timezone.now() - _PAST
    )
    for each in rows.select_related("bench__laboratory", "path__organisation", "path__person"):
        event = Event()
        event.add("uid", f"appointment-{each.pk}@qilian")
        event.add("dtstamp", datetime.now(UTC))
        event.add("dtstart", each.start.astimezone(UTC))
        event.add("dtend", each.end.astimezone(UTC))
        event.add("sequence", each.version)
        event.add("status", "TENTATIVE" if each.state == "requested" else "CONFIRMED")
        event.add("summary", f"{each.name.say(language)} · {each.path.title.say(language)}")
        event.add("location", f"{each.bench.laboratory.title.say(language)}, {each.bench.title.say(language)}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
