"""A laboratory's board: its benches over some days, as bars whose places are percent of the width.

The page draws it as SVG, which needs neither script nor inline style; the script only adds the dragging.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from qilian.portal.booking.clock import local
from qilian.portal.booking.models import Appointment
from qilian.portal.network.calendars import Day, calendars
from qilian.portal.network.models import Bench, Laboratory, Purpose, Slot
from qilian.text import Text

DAYS = (7, 14, 28)
_MOVABLE = ("requested", "taken")
_UNSEEN = ("appointment__step", "appointment__path__settings", "appointment__path__precedence")
"""What is large and not drawn."""


@dataclass(frozen=True)
class Bar:
    """Hours on a bench; ``left`` and ``width`` in percent of the board.

    Attributes
    ----------
    look
        The purpose of a slot, or the state of an appointment.
    """

    left: float
    width: float
    look: str
    label: Text
    start: datetime
    end: datetime
    slot: Slot
    appointment: Appointment | None = None

    @cached_property
    def begins(self) -> str:
        """Month, day and time of its start."""
        return f"{local(self.start):%m-%d %H:%M}"

    @cached_property
    def ends(self) -> str:
        """Month, day and time of its end."""
        return f"{local(self.end):%m-%d %H:%M}"

    @cached_property
    def address(self) -> str:
        """The page of its appointment."""
        return reverse("booking:appointment", args=(self.appointment.pk,)) if self.appointment else ""

    @property
    def is_movable(self) -> bool:
        """Whether the laboratory may move it."""
        return self.appointment is not None and self.appointment.state in _MOVABLE


@dataclass(frozen=True, slots=True)
class Ground:
    """The hours at which benches are closed, ``(left, width)`` in percent; drawn once for all that open alike."""

    number: int
    closed: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Row:
    """A bench with its ground, and what takes it."""

    bench: Bench
    ground: Ground
    bars: list[Bar]


class Board:
    """The benches of a laboratory from a day on."""

    def __init__(self, laboratory: Laboratory, start: str, days: str) -> None:
        self.laboratory = laboratory
        self.days = int(days) if days.isdecimal() and len(days) < 3 and int(days) in DAYS else DAYS[0]
        self.start = _day(start) or self._first_busy() or timezone.localdate()
        self._from = datetime.combine(self.start, time())
        self._hours = 24 * self.days
        slots = Slot.objects.select_related("appointment__path").defer(*_UNSEEN)
        found = calendars(list(laboratory.benches.all()), self.start, self.days, slots)
        opening = {each.bench.opens: each.days for each in found}
        self._grounds = {opens: Ground(n, self._closed(days)) for n, (opens, days) in enumerate(opening.items())}
        self.rows = [
            Row(each.bench, self._grounds[each.bench.opens], [self._bar(slot) for slot in each.slots]) for each in found
        ]

    @property
    def end(self) -> date:
        """The last day shown."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def before(self) -> date:
        """Where the board before this one begins."""
        return self.start - timedelta(days=self.days)

    @property
    def after(self) -> date:
        """Where the board after this one begins."""
        return self.start + timedelta(days=self.days)

    @property
    def choices(self) -> tuple[int, ...]:
        """How many days can be shown."""
        return DAYS

    @property
    def columns(self) -> list[tuple[float, date]]:
        """Each day with its left edge in percent."""
        return [(round(100 * n / self.days, 3), self.start + timedelta(days=n)) for n in range(self.days)]

    @property
    def grounds(self) -> list[Ground]:
        """The grounds that the rows are drawn on."""
        return list(self._grounds.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is taken in these days."""
        return not any(row.bars for row in self.rows)

    @property
    def listed(self) -> list[tuple[Bench, Bar]]:
        """Everything that takes a bench, the first to begin first."""
        found = [(row.bench, bar) for row in self.rows for bar in row.bars]
        return sorted(found, key=lambda each: (each[1].start, each[0].code))

    def _first_busy(self) -> date | None:
        """Return the day of the next appointment, so that the board opens where there is something to see."""
        ahead = Slot.objects.filter(bench__laboratory=self.laboratory, end__gt=timezone.now()).order_by("start").first()
        return max(local(ahead.start).date(), timezone.localdate()) if ahead else None

    def _closed(self, days: Sequence[Day]) -> list[tuple[float, float]]:
        staffed = [(24 * n + start, 24 * n + end) for n, day in enumerate(days) for start, end in day.opens]
        found, reached = [], 0
        for start, end in (*staffed, (self._hours, self._hours)):
            if start > reached:
                found.append(self._placed(reached, start))
            reached = end
        return found

    def _bar(self, slot: Slot) -> Bar:
        start = (local(slot.start) - self._from) / timedelta(hours=1)
        end = (local(slot.end) - self._from) / timedelta(hours=1)
        appointment = getattr(slot, "appointment", None)
        if appointment is not None and appointment.path.state == "held":
            appointment, look, label = None, "held", Text("暂留", "held")
        elif appointment is not None:
            look, label = appointment.state, appointment.name
        else:
            purpose = Purpose(slot.purpose)
            look, label = purpose.value, _purpose(purpose, slot.note)
        left, width = self._placed(max(0.0, start), min(float(self._hours), end))
        return Bar(left, width, look, label, slot.start, slot.end, slot, appointment)

    def _placed(self, start: float, end: float) -> tuple[float, float]:
        return round(100 * start / self._hours, 3), round(100 * (end - start) / self._hours, 3)


def _purpose(purpose: Purpose, note: str) -> Text:
    words = {
        Purpose.BOOKED: Text("已预约", "booked"),
        Purpose.ELSEWHERE: Text("已另行预约", "booked elsewhere"),
        Purpose.BLOCKED: Text("停用", "blocked"),
        Purpose.MAINTENANCE: Text("维护", "maintenance"),
        Purpose.FAILURE: Text("故障", "out of order"),
    }[purpose]
    return Text(f"{words.zh}:{note}", f"{words.en}: {note}") if note else words


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
