"""When benches are open, taken and free, hour by hour: the one place where pages, API and boards learn it.

In come benches and some days; out goes a :class:`BenchCalendar` for each, its opening hours without statutory holidays
and with make-up working days (:class:`qilian.laboratories.WorkingCalendar`). One query for the slots, however many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from qilian.laboratories import OpeningHours, WorkingCalendar, booked_hours
from qilian.laboratories.calendars import DayKind, day_kind
from qilian.laboratories.model import Hours
from qilian.portal.network.models import Bench, Slot
from qilian.text import Text

MOST_DAYS = 92
"""So many days are shown at once."""

_DAY = 24


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of a bench on one day, as ``[start, end)`` hours of that day, in order.

    Attributes
    ----------
    opens, taken, free
        When it is staffed; when a slot takes it, also outside of these; when it is staffed and not taken.
    """

    day: date
    kind: DayKind
    opens: tuple[Hours, ...]
    taken: tuple[Hours, ...]
    free: tuple[Hours, ...]

    @property
    def open_hours(self) -> int:
        """How many hours it is staffed."""
        return _length(self.opens)

    @property
    def free_hours(self) -> int:
        """How many staffed hours are not taken."""
        return _length(self.free)

    @property
    def is_holiday(self) -> bool:
        """Whether it is a statutory holiday."""
        return self.kind == "holiday"

    @property
    def is_made_up(self) -> bool:
        """Whether it is a weekend day on which people work for a holiday."""
        return self.kind == "make-up"


@dataclass(frozen=True, slots=True)
class BenchCalendar:
    """A bench on some days, with the slots that take it then."""

    bench: Bench
    days: tuple[Day, ...]
    slots: tuple[Slot, ...]


def calendars(
    benches: Sequence[Bench], first: date, days: int, rows: QuerySet[Slot] | None = None
) -> list[BenchCalendar]:
    """Return the calendar of each bench from a day on, in the benches' order.

    Parameters
    ----------
    rows
        Where the slots are read from, with whatever else the caller wants of them; all of them if None.
    """
    origin = datetime.combine(first, time())
    begin, end = timezone.make_aware(origin), timezone.make_aware(origin + timedelta(days=days))
    slots: dict[int, list[Slot]] = {bench.pk: [] for bench in benches}
    found = Slot.objects.all() if rows is None else rows
    for slot in found.filter(bench__in=slots, start__lt=end, end__gt=begin).order_by("start"):
        slots[slot.bench_id].append(slot)
    return [_calendar(bench, slots[bench.pk], origin, days) for bench in benches]


def notice(first: date, days: int) -> Text:
    """Return what a reader must know of holidays that are not known yet; empty while they are."""
    return WorkingCalendar.notice(datetime.combine(first, time()), days * _DAY)


def _calendar(bench: Bench, slots: list[Slot], origin: datetime, days: int) -> BenchCalendar:
    working = WorkingCalendar(OpeningHours.parse(bench.opens))
    busy = [(timezone.make_naive(slot.start), timezone.make_naive(slot.end)) for slot in slots]
    taken = booked_hours(busy, origin, days * _DAY)
    shown = []
    for number in range(days):
        day = origin.date() + timedelta(days=number)
        opens, here = working.hours_of(day), _cut(taken, number * _DAY)
        shown.append(Day(day, day_kind(day), opens, here, _without(opens, here)))
    return BenchCalendar(bench, tuple(shown), tuple(slots))


def _cut(hours: Iterable[Hours], offset: int) -> tuple[Hours, ...]:
    """Return what of hours lies in the day that begins at ``offset``, as hours of that day."""
    return tuple(
        (max(start - offset, 0), min(end - offset, _DAY))
        for start, end in hours
        if start < offset + _DAY and end > offset
    )


def _without(opens: Iterable[Hours], taken: Iterable[Hours]) -> tuple[Hours, ...]:
    """Return the parts of ``opens`` that ``taken`` leaves; both in order."""
    left: list[Hours] = []
    for begin, finish in opens:
        for start, end in taken:
            if start >= finish or end <= begin:
                continue
            if begin < start:
                left.append((begin, start))
            begin = end
        if begin < finish:
            left.append((begin, finish))
    return tuple(left)


def _length(hours: Iterable[Hours]) -> int:
    return sum(end - start for start, end in hours)
