"""Changes that a laboratory makes to what is its own; pages and API make them here, under the same checks.

A change names the version that it was made from, so that of two people at once the second is told, not obeyed. Hours
that a laboratory takes of its benches are a matter of bookings.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.errors import PortalError
from qilian.portal.network.models import Bench, Laboratory, Line

Row = Laboratory | Bench | Line


class StaleError(PortalError):
    """A change that was made from a version that somebody has changed since."""


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
