"""Changes that a laboratory makes to what is its own; pages and API make them here, under the same checks.

A change names the version that it was made from, so that of two people at once the second is told, not obeyed. Whether
a bench is free is the database's matter: its refusal becomes a :class:`TakenError` that says what stands there.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.errors import PortalError
from qilian.portal.network import guard
from qilian.portal.network.models import Bench, Laboratory, Line, Purpose, Slot

OWN_PURPOSES = (Purpose.BLOCKED, Purpose.MAINTENANCE, Purpose.FAILURE, Purpose.ELSEWHERE)
"""What a laboratory takes its benches for by itself; an appointment is another matter."""

LONGEST = timedelta(days=366)

Row = Laboratory | Bench | Line


class StaleError(PortalError):
    """A change that was made from a version that somebody has changed since."""


class TakenError(PortalError):
    """Hours of a bench that something else takes."""


def version(row: Row) -> str:
    """Return what a form carries, so that a change can name what it was made from."""
    return row.changed.isoformat()


def change(row: Row, made_from: str, **values: object) -> None:
    """Change a row, if it is still of the version that the change was made from.

    Raises
    ------
    StaleError
        If somebody changed it meanwhile; nothing is changed then.
    """
    model: type[Model] = type(row)
    try:
        moment = datetime.fromisoformat(made_from)
    except ValueError:
        moment = None
    same = model._default_manager.filter(pk=row.pk, changed=moment) if moment and timezone.is_aware(moment) else None
    if same is None or not same.update(**values, changed=timezone.now()):
        raise StaleError(
            _("Somebody else changed this meanwhile."),
            mend=_("Open it again, look at what is there now, and change that."),
        )
    row.refresh_from_db()


@transaction.atomic
def add_bench(laboratory: Laboratory, *, name: str, name_en: str, opens: str, like: Bench | None = None) -> Bench:
    """Add a bench to a laboratory; its code follows from the laboratory's.

    Parameters
    ----------
    like
        A bench whose tests it does, too.
    """
    known = set(Bench.objects.filter(laboratory=laboratory).values_list("code", flat=True))
    numbers = (f"{laboratory.code[:56]}-b{number:02d}" for number in range(1, 10_000))
    code = next(each for each in numbers if each not in known and not Bench.objects.filter(code=each).exists())
    made = Bench.objects.create(laboratory=laboratory, code=code, name=name, name_en=name_en, opens=opens)
    if like is not None:
        changed = [line for line in laboratory.lines.all() if like.code in line.benches]
        for line in changed:
            line.benches = [*line.benches, code]
            line.changed = timezone.now()
        Line.objects.bulk_update(changed, ["benches", "changed"], batch_size=500)
    return made


def take(benches: Collection[Bench], start: datetime, end: datetime, purpose: Purpose, note: str = "") -> list[Slot]:
    """Take hours of benches: of all of them or of none.

    Raises
    ------
    TakenError
        If something takes one of them then; it says what and when.
    PortalError
        As :func:`check_hours`.
    """
    check_hours(start, end)
    try:
        with transaction.atomic():
            return [
                Slot.objects.create(bench=bench, start=start, end=end, purpose=purpose, note=note) for bench in benches
            ]
    except IntegrityError as error:
        if guard.NAME not in str(error):
            raise
    raise TakenError(_what_stands_there(benches, start, end), mend=_("Choose other hours, or another bench."))


def check_hours(start: datetime, end: datetime) -> None:
    """Refuse hours that end before they begin, lie in the past, or last longer than a year.

    Raises
    ------
    PortalError
        With what is wrong.
    """
    if end <= start:
        raise PortalError(_("It has to end after it begins."))
    if end <= timezone.now():
        raise PortalError(_("This is over already."))
    if end - start > LONGEST:
        raise PortalError(_("Longer than a year; close the bench instead."))


def _what_stands_there(benches: Collection[Bench], start: datetime, end: datetime) -> str:
    slots = Slot.objects.filter(bench__in=benches, start__lt=end, end__gt=start).select_related("bench")
    told = [
        f"{slot.bench.name} {_clock(slot.start)} – {_clock(slot.end)}, {slot.get_purpose_display()}"
        for slot in slots.order_by("start")[:3]
    ]
    return _("The bench is taken then: %(slots)s.") % {"slots": "; ".join(told)}


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
