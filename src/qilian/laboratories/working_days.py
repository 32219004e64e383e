"""Deadlines in working days of China: without weekends and statutory holidays, with make-up working days."""

from datetime import date, timedelta

from qilian.laboratories.calendars import day_kind

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether offices work on a day."""
    kind = day_kind(day)
    return kind == "make-up" or (kind == "normal" and day.weekday() < _SATURDAY)


def after(start: date, days: int) -> date:
    """Return the day on which the given number of working days after ``start`` have passed."""
    day = start
    while days > 0:
        day += timedelta(1)
        days -= is_working_day(day)
    return day


def between(start: date, end: date) -> int:
    """Return how many working days lie after ``start``, up to and with ``end``; 0 if it is not later."""
    return sum(is_working_day(start + timedelta(number)) for number in range(1, (end - start).days + 1))
