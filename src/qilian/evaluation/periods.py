"""Periods as people write them: a year ``2026``, a quarter ``2026-Q3``, a month ``2026-09``."""

import re
from datetime import date, timedelta

_PERIOD = re.compile(r"(?P<year>[12]\d{3})(-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?\Z", re.ASCII)


def checked_period(text: str) -> str:
    """Return a period as it was written.

    Raises
    ------
    ValueError
        If it is none.
    """
    period_end(text)
    return text


def period_end(text: str) -> date:
    """Return the last day of a period.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = _PERIOD.match(text)
    if found is None:
        raise ValueError(f"{text[:40]}: not a period: write 2026, 2026-Q3 or 2026-09")
    year = int(found["year"])
    month = int(found["month"]) if found["month"] else 3 * int(found["quarter"]) if found["quarter"] else 12
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def period_start(text: str) -> date:
    """Return the first day of a period; errors as in :func:`period_end`."""
    end = period_end(text)
    months = 12 if len(text) == 4 else 3 if "Q" in text else 1
    return date(end.year, end.month - months + 1, 1)


def periods_before(text: str, count: int) -> tuple[str, ...]:
    """Return a period and those of its kind before it, the earliest first; errors as in :func:`period_end`."""
    found = [text]
    while len(found) < count:
        day = period_start(found[-1]) - timedelta(days=1)
        found.append(
            f"{day.year}"
            if len(text) == 4
            else f"{day.year}-Q{(day.month + 2) // 3}"
            if "Q" in text
            else f"{day.year}-{day.month:02}"
        )
    return tuple(reversed(found))
