"""When a bench is staffed: weekly opening hours, minus China's statutory holidays, plus make-up working days.

In come opening hours, a moment of origin and a horizon; out go ``[start, end)`` hours relative to the origin, as a
routing problem wants them. The holidays come from ``chinesecalendar``; where its table ends, only weekends and the
holidays with a fixed date are taken, and :meth:`WorkingCalendar.notice` says so.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from qilian.laboratories.errors import LaboratoryError
from qilian.laboratories.model import Busy, Hours, OpeningHours
from qilian.text import Text

DayKind = Literal["normal", "holiday", "make-up"]

_HOUR = timedelta(hours=1)
_SATURDAY = 5
# New Year, Labour Day, National Day: the State Council's regulation on holidays (全国年节及纪念日放假办法) ties them
# to a date of the solar calendar, so they hold in any year.
_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Opening hours on the real days of the Chinese calendar."""

    opens: OpeningHours

    @property
    def known_until(self) -> date:
        """The last day whose holidays the table holds."""
        return holidays_known_until()

    @staticmethod
    def notice(origin: datetime, horizon_hours: int) -> Text:
        """Return what a reader must know of the staffed hours of a horizon; empty while its holidays are known."""
        known_until = holidays_known_until()
        if (origin + horizon_hours * _HOUR).date() <= known_until:
            return Text("", "")
        year = known_until.year
        return Text(
            f"{year} 年以后的放假安排尚未收录：{year + 1} 年起只扣除周末和日期固定的法定节假日"
            "（元旦、劳动节、国庆节），未计春节等农历节日与调休。",
            f"The holiday table ends with {year}: from {year + 1} on only weekends and holidays with a fixed date "
            "(1 January, 1-2 May, 1-3 October) are taken off; Spring Festival, the other lunar holidays and make-up "
            "working days are not known yet.",
        )

    def staffed(self, origin: datetime, horizon_hours: int) -> tuple[Hours, ...]:
        """Return the staffed ``[start, end)`` hours from ``origin`` on, within ``[0, horizon_hours)``.

        Intervals are in order and do not touch. A make-up working day on a weekend keeps Monday's hours unless the
        laboratory opens on that weekday anyway.

        Parameters
        ----------
        origin
            A whole hour in local time, without time zone.

        Raises
        ------
        LaboratoryError
            If the origin is not a whole local hour, or the horizon is negative.
        """
        _check_origin(origin)
        if horizon_hours < 0:
            raise LaboratoryError(f"a horizon of {horizon_hours} hours", mend="give 0 or more")
        return _staffed(self, origin, horizon_hours)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Return the staffed ``(start, end)`` hours of one day."""
        kind = day_kind(day)
        if kind == "holiday":
            return ()
        own = self.opens.week[day.weekday()]
        return own or self.opens.week[0] if kind == "make-up" else own


@lru_cache(maxsize=1024)  # many benches share their hours
def _staffed(calendar: WorkingCalendar, origin: datetime, horizon_hours: int) -> tuple[Hours, ...]:
    found: list[Hours] = []
    days = (origin.hour + horizon_hours + 23) // 24
    for number in range(days):
        offset = number * 24 - origin.hour
        for start, end in calendar.hours_of(origin.date() + timedelta(days=number)):
            first, last = max(0, start + offset), min(horizon_hours, end + offset)
            if first >= last:
                continue
            if found and found[-1][1] == first:
                first = found.pop()[0]
            found.append((first, last))
    return tuple(found)


def booked_hours(busy: Iterable[Busy], origin: datetime, horizon_hours: int) -> tuple[Hours, ...]:
    """Return booked slots as ``[start, end)`` hours relative to ``origin``, rounded outwards, clipped and merged."""
    _check_origin(origin)
    found: list[Hours] = []
    for begin, finish in sorted(busy):
        start = max(0, math.floor((begin - origin) / _HOUR))
        end = min(horizon_hours, math.ceil((finish - origin) / _HOUR))
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(end, found.pop()[1])
        found.append((start, end))
    return tuple(found)


@lru_cache(maxsize=4096)
def day_kind(day: date) -> DayKind:
    """Return whether ``day`` is a statutory holiday, a weekend day to work on, or neither (weekends are normal)."""
    import chinese_calendar

    if day > holidays_known_until():
        return "holiday" if (day.month, day.day) in _FIXED else "normal"
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # before the table starts
        return "normal"
    if off:
        return "holiday" if name else "normal"
    return "make-up" if day.weekday() >= _SATURDAY else "normal"


@lru_cache(maxsize=1)
def holidays_known_until() -> date:
    """Return the last day of the last year in the holiday table (31 December 2026 in chinesecalendar 1.11)."""
    from chinese_calendar.constants import holidays

    return date(max(holidays).year, 12, 31)


def _check_origin(origin: datetime) -> None:
    if origin.tzinfo is not None or origin.time() != time(origin.hour):
        raise LaboratoryError(f"origin {origin.isoformat()}", mend="give a whole hour in local time, without zone")
