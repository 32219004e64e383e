"""Moments that booking counts by: local hours of the engine, and ends of working days."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from qilian.laboratories import working_days

_HOUR = timedelta(hours=1)


def aware(moment: str | datetime) -> datetime:
    """Return a local moment of the engine as the database keeps it."""
    naive = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return timezone.make_aware(naive)


def local(moment: datetime) -> datetime:
    """Return a moment as the engine counts it: local, without time zone."""
    return timezone.make_naive(moment)


def end_of_working_day(moment: datetime, days: int) -> datetime:
    """Return the end of the n-th working day after a moment's own day."""
    day = working_days.after(local(moment).date(), days)
    return aware(datetime.combine(day + timedelta(days=1), time()))


def hours_between(origin: datetime, moment: datetime) -> int:
    """Return whole hours from one moment to a later one, rounded up."""
    return -((origin - moment) // _HOUR)
