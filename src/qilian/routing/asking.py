"""Changes and events as they are written on the command line, in hours.

In comes one line such as ``forbid lab=ID`` or ``closed bench=ID hours=100..200``; out comes a change or an event.
"""

from qilian.routing.changes import Change, FinishBy, Forbid, ForbidHours, Force, Only, Place, SampleUnits, not_before
from qilian.routing.errors import RoutingError
from qilian.routing.events import Closed, Event, Failed, UnitLost

CHANGE_GRAMMAR = (
    "forbid|force|only lab=ID[,ID] or city=ID or bench=ID; pin test=ID lab=ID; forbid hours=A..B [lab=ID]; "
    "not-before HOUR; finish-by HOUR; add-sample [product=ID]; remove-sample [product=ID]"
)
EVENT_GRAMMAR = (
    "closed bench=ID or lab=ID or city=ID [hours=A..B or hours=A..]; failed test=ID product=ID [hours=N]; "
    "lost unit=N product=ID"
)
_PLACES = ("lab", "city", "bench")


def read_change(text: str) -> Change:
    """Read a change of :data:`CHANGE_GRAMMAR`.

    Raises
    ------
    RoutingError
        If it is written otherwise.
    """
    verb, fields, values = _split(text)
    wrong = RoutingError(f"{text!r}: not a change", mend=f"write {CHANGE_GRAMMAR}")
    names = set(fields)
    place = _place(fields)
    if verb == "forbid" and "hours" in names and len(fields) == 1 + (place is not None) and not values:
        start, end = _span(fields["hours"], wrong)
        if end is None:
            raise wrong
        return ForbidHours(start, end, place)
    if verb in ("forbid", "force", "only") and place and len(fields) == 1 and not values:
        return Forbid(place) if verb == "forbid" else Force(place) if verb == "force" else Only(place)
    if verb == "pin" and place and "test" in names and names <= {"test", "product", *_PLACES} and not values:
        return Only(place, fields["test"], fields.get("product"))
    if verb in ("not-before", "finish-by") and len(values) == 1 and not fields:
        hour = _number(values[0], wrong)
        return not_before(hour) if verb == "not-before" else FinishBy(hour)
    if verb in ("add-sample", "remove-sample") and names <= {"product"} and not values:
        return SampleUnits(1 if verb == "add-sample" else -1, fields.get("product"))
    raise wrong


def read_event(text: str, at_hour: int) -> Event:
    """Read an event of :data:`EVENT_GRAMMAR`; a closure without hours begins at ``at_hour`` and is for good.

    Raises
    ------
    RoutingError
        If it is written otherwise.
    """
    verb, fields, values = _split(text)
    wrong = RoutingError(f"{text!r}: not an event", mend=f"write {EVENT_GRAMMAR}")
    names = set(fields)
    place = _place(fields)
    if values:
        raise wrong
    if verb == "closed" and place and names <= {"hours", *_PLACES} and len(names - {"hours"}) == 1:
        start, end = _span(fields["hours"], wrong) if "hours" in names else (at_hour, None)
        return Closed(place, start, end)
    if verb == "failed" and {"test", "product"} <= names <= {"test", "product", "hours"}:
        hours = _number(fields["hours"], wrong) if "hours" in names else None
        return Failed(fields["product"], fields["test"], hours)
    if verb == "lost" and names == {"unit", "product"}:
        return UnitLost(fields["product"], _number(fields["unit"], wrong))
    raise wrong


def _split(text: str) -> tuple[str, dict[str, str], list[str]]:
    verb, *rest = text.split() or [""]
    fields = dict(part.split("=", 1) for part in rest if "=" in part)
    return verb, fields, [part for part in rest if "=" not in part]


def _place(fields: dict[str, str]) -> Place | None:
    given = [name for name in _PLACES if name in fields]
    if len(given) != 1:
        return None
    ids = tuple(fields[given[0]].split(","))
    match given[0]:
        case "lab":
            return Place("laboratory", ids)
        case "city":
            return Place("city", ids)
        case _:
            return Place("bench", ids)


def _span(text: str, wrong: RoutingError) -> tuple[int, int | None]:
    first, dots, last = text.partition("..")
    if not dots:
        raise wrong
    return _number(first, wrong), _number(last, wrong) if last else None


def _number(text: str, wrong: RoutingError) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        raise wrong
    return int(text)
