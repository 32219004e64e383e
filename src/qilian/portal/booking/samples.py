"""The sample units of a path: registered when it is confirmed, then moved by who has them; each with a label's code.

A unit's timeline is what the history says of it, so that it cannot be told otherwise afterwards.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.models import AHEAD, UNUSABLE, Appointment, Path, SampleUnit
from qilian.portal.history.firing import begin_all, fire
from qilian.portal.history.recording import OnBehalf
from qilian.portal.network.models import Laboratory
from qilian.portal.rulebook.reading import pack

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTERS = 10


def register(
    path: Path, appointments: Sequence[Appointment], actor: Actor, on_behalf: OnBehalf | None
) -> list[SampleUnit]:
    """Make the units that the appointments need and the path does not have yet."""
    known = set(path.units.values_list("lot", "unit"))
    wanted = sorted({(each.lot, each.unit) for each in appointments} - known)
    made = [SampleUnit(path=path, lot=lot, unit=unit, code=_code()) for lot, unit in wanted]
    data = [{"path": path.pk, "code": each.code} for each in made]
    begin_all(made, "register", actor, data=data, on_behalf=on_behalf)
    return made


def move(
    unit: SampleUnit,
    event: str,
    actor: Actor,
    *,
    holder: Laboratory | None,
    bound: Laboratory | None = None,
    note: str = "",
    on_behalf: OnBehalf | None = None,
    **fired: Any,
) -> None:
    """Fire an event of a unit, and keep who has it then and where it is bound for."""
    data = {
        "holder": holder.code if holder else "",
        "bound": bound.code if bound else "",
        **({"note": note} if note else {}),
    }
    fire(unit, event, actor, data=data, on_behalf=on_behalf, **fired)
    unit.holder, unit.bound = holder, bound
    unit.save(update_fields=["holder", "bound"])


def unusable(path: Path) -> set[tuple[str, int]]:
    """Return lot and number of the units that nothing can be tested with any more; no other one gets their numbers."""
    return set(path.units.filter(state__in=UNUSABLE).values_list("lot", "unit"))


def undone(unit: SampleUnit, event: str) -> list[Appointment]:
    """Return the appointments that cannot be done once a unit is lost or destroyed.

    A running test that destroys its sample is none of them, if it does: that is how it ends.
    """
    rows = unit.path.appointments.filter(lot=unit.lot, unit=unit.unit, state__in=("requested", "taken", "running"))
    found = rows.select_related("path", "slot", "bench__laboratory").order_by("start")
    return [each for each in found if each.state != "running" or event != "destroy" or not is_destructive(each.test)]


def is_destructive(test: str) -> bool:
    """Return whether a test ends the use of its sample."""
    items = pack().tests
    return test in items and items[test].destructive


def next_stop(unit: SampleUnit) -> Appointment | None:
    """Return the next appointment that a unit has to travel to."""
    return next_stops([unit]).get(unit.pk)


def next_stops(units: Sequence[SampleUnit]) -> dict[int, Appointment]:
    """Return the next stops of units by the units' numbers, by one question for all of them."""
    ahead = Appointment.objects.filter(path__in={unit.path_id for unit in units}, state__in=AHEAD)
    first: dict[tuple[int, str, int], Appointment] = {}
    for each in ahead.select_related("bench__laboratory").order_by("start"):
        first.setdefault((each.path_id, each.lot, each.unit), each)
    keys = {unit.pk: (unit.path_id, unit.lot, unit.unit) for unit in units}
    return {number: first[key] for number, key in keys.items() if key in first}


def _code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
