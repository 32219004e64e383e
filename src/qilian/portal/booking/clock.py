"""Moments that booking counts by: local hours of the engine, and working days that skip weekends and holidays."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from qilian.laboratories import OpeningHours, WorkingCalendar

_OFFICE = WorkingCalendar(OpeningHours.parse("Mon-Fri 8-17"))
_HOUR = timedelta(hours=1)


def aware(moment: str | datetime) -> datetime:
    """Return a local moment of the engine as the database keeps it."""
    naive = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return timezone.make_aware(naive)


def local(moment: datetime) -> datetime:
    """Return a moment as the engine counts it: local, without time zone."""
    return timezone.make_naive(moment)


def after_working_days(moment: datetime, days: int) -> datetime:
    """Return the end of the n-th working day after a moment's own day."""
    day = local(moment).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= bool(_OFFICE.hours_of(day))
    return aware(datetime.combine(day + timedelta(days=1), time()))


def hours_between(origin: datetime, moment: datetime) -> int:
    """Return whole hours from one moment to a later one, rounded up."""
    return -((origin - moment) // _HOUR)
