"""What the pages of a path show: in come its rows, out come figures, pictures, moves and a timeline in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils import timezone

from qilian.laboratories import Geography
from qilian.portal.booking import words
from qilian.portal.booking.clock import aware, local
from qilian.portal.booking.models import AHEAD, BEGUN, LOST, STANDING, Appointment, Path, Proposal, SampleUnit
from qilian.portal.history.models import Entry
from qilian.portal.history.recording import about
from qilian.portal.network.models import Laboratory
from qilian.portal.rulebook.reading import pack
from qilian.text import Language, Text

_MACHINES = {model._meta.label_lower: model.machine for model in (Path, Appointment, Proposal, SampleUnit)}
_MANY = (Appointment._meta.label_lower,)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a timeline in words; ``who`` is empty for the portal itself."""

    at: datetime
    what: Text
    about: Text
    who: str
    client: str
    mandate: str
    detail: Text


@dataclass(frozen=True, slots=True)
class Change:
    """A test that a proposal puts elsewhere or at other hours: laboratory, begin and price before and after."""

    name: Text
    before: tuple[Text, datetime, int]
    after: tuple[Text, datetime, int]
    was_lost: bool


class ShownPath:
    """A path, ready to be shown."""

    def __init__(self, path: Path) -> None:
        self.path = path
        rows = path.appointments.select_related("bench__laboratory", "report")
        self.all = list(rows.defer("report__file", "report__credential"))
        self.units = list(path.units.select_related("holder", "bound"))
        lots = {each.lot: each.lot_name for each in self.all}
        self.samples = [(unit, unit_name(lots[unit.lot], unit.unit)) for unit in self.units]

    @cached_property
    def current(self) -> list[Appointment]:
        """The appointments that count: of a path that is over, as they were when it ended."""
        over = ("cancelled",) if self.path.state in ("cancelled", "lapsed") else ()
        states = (*STANDING, *BEGUN, *LOST, *over)
        replaced = {(each.lot, each.test) for each in self.all if each.state in STANDING + BEGUN}
        kept = (each for each in self.all if each.state in states)
        return [each for each in kept if each.state not in LOST or (each.lot, each.test) not in replaced]

    @cached_property
    def price(self) -> int:
        """Yuan for tests and moves."""
        return sum(each.price for each in self.current) + self.path.transfer_price

    @cached_property
    def start(self) -> datetime | None:
        """When the first test begins."""
        return min((each.start for each in self.current), default=None)

    @cached_property
    def end(self) -> datetime | None:
        """When the last test ends."""
        return max((each.end for each in self.current), default=None)

    @cached_property
    def laboratories(self) -> list[Laboratory]:
        """The laboratories, in order of their first test."""
        return list(dict.fromkeys(each.bench.laboratory for each in self.current))

    @cached_property
    def waiting(self) -> int:
        """How many appointments no laboratory has accepted yet."""
        return sum(each.state == "requested" for each in self.current)

    @cached_property
    def lost(self) -> int:
        """How many tests have no appointment any more."""
        return sum(each.state in LOST for each in self.current)

    @cached_property
    def ended(self) -> int:
        """How many tests are done."""
        return sum(each.state in ("tested", "reported") for each in self.current)

    @cached_property
    def proposal(self) -> Proposal | None:
        """The open proposal."""
        return self.path.proposals.filter(state="open").first()

    def changes(self) -> list[Change]:
        """Return what the open proposal changes."""
        if self.proposal is None:
            return []
        rows = {each.pk: each for each in self.all}
        return [
            Change(
                name=was.name,
                before=(was.bench.laboratory.title, was.start, was.price),
                after=(_text(step["laboratory_name"]), aware(step["start"]), round(step["price"])),
                was_lost=was.state in LOST,
            )
            for step in self.proposal.steps
            for was in [rows[step["replaces"]]]
        ]

    @cached_property
    def new_units(self) -> list[Text]:
        """What the samples are called that the open proposal needs and the path does not have."""
        if self.proposal is None:
            return []
        known = {(each.lot, each.unit) for each in self.units}
        lots, names = {each.pk: each.lot for each in self.all}, {each.lot: each.lot_name for each in self.all}
        needed = {(step["lot"], step["unit"]) for step in self.proposal.steps}
        needed |= {(lots[int(number)], unit) for number, unit in self.proposal.units.items()}
        return [unit_name(names[lot], unit) for lot, unit in sorted(needed - known)]

    def gantt(self, language: Language) -> dict[str, Any]:
        """Return the path as the workbench's picture wants it."""
        units = sorted({(each.lot, each.unit) for each in self.current})
        rows = {unit: number for number, unit in enumerate(units)}
        lots = {each.lot: each.lot_name.say(language) for each in self.current}
        places = [each.pk for each in self.laboratories]
        return {
            "rows": [f"{lots[lot]} {number + 1}" for lot, number in units],
            "laboratories": [each.title.say(language) for each in self.laboratories],
            "tests": [
                {
                    "row": rows[each.lot, each.unit],
                    "laboratory": places.index(each.bench.laboratory_id),
                    "start": local(each.start).isoformat(),
                    "end": local(each.end).isoformat(),
                    "words": each.name.say(language),
                }
                for each in self.current
            ],
            "moves": [
                {"row": rows[lot, unit], "start": begin, "end": end, "words": said}
                for lot, unit in units
                for begin, end, said in self._moves(lot, unit, language)
            ],
        }

    def _moves(self, lot: str, unit: int, language: Language) -> Iterable[tuple[str, str, str]]:
        geography: Geography = pack().network.geography
        place = geography.find(self.path.home)
        own = [each for each in self.current if (each.lot, each.unit) == (lot, unit)]
        for each in sorted(own, key=lambda each: each.start):
            city = geography.find(each.bench.laboratory.city)
            hours = geography.transfer_hours(place, city)
            if hours:
                arrives = local(each.start)
                said = f"{place.name.say(language)} → {city.name.say(language)}"
                yield (arrives - timedelta(hours=hours)).isoformat(), arrives.isoformat(), said
            place = city

    def timeline(self) -> list[Line]:
        """Return what happened, the newest first."""
        return timeline([self.path, *self.all, *self.path.proposals.all()], self.all)


def timeline(rows: Sequence[Model], appointments: Iterable[Appointment] = ()) -> list[Line]:
    """Return what the history says of some rows, the newest first; moves of many at once make one line."""
    names = {str(each.pk): each.name for each in appointments}
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in about(rows).order_by("-number"):
        minute = entry.at.replace(second=0, microsecond=0)
        alike = (entry.kind, entry.event, entry.person_id, minute, "" if entry.kind in _MANY else entry.pk)
        groups.setdefault(alike, []).append(entry)
    codes = {_place(entries[0]) for entries in groups.values()} - {""}
    places = {row.code: row.title for row in Laboratory.objects.filter(code__in=codes)}
    return [_line(entries, names, places) for entries in groups.values()]


def _place(entry: Entry) -> str:
    """Return the code of the laboratory that has a sample after an entry, or that it is bound for."""
    is_sample = _MACHINES.get(entry.kind) == SampleUnit.machine
    return str(entry.data.get("holder") or entry.data.get("bound") or "") if is_sample else ""


def _line(entries: list[Entry], names: dict[str, Text], places: dict[str, Text]) -> Line:
    """Return one line for entries of a minute that are alike but for their appointment."""
    entry, count = entries[0], len(entries)
    machine = _MACHINES.get(entry.kind, "")
    data = entry.data
    detail = Text(str(data.get("reason") or data.get("note") or ""), "")
    if _place(entry) in places:
        detail = places[_place(entry)]
    elif "from" in data and "to" in data:
        detail = Text(f"{data['from']} → {data['to']}", "")
    name = names.get(entry.subject, Text("", "")) if machine == "appointment" else Text("", "")
    return Line(
        at=entry.at,
        what=words.event(machine, entry.event),
        about=Text(f"{count} 个预约", f"{count} appointments") if count > 1 else name,
        who=f"{entry.person} · {entry.organisation}" if entry.organisation else str(entry.person or ""),
        client=str(entry.client or ""),
        mandate=entry.mandate,
        detail=Text("", "") if count > 1 else detail,
    )


def listed(units: Sequence[SampleUnit]) -> list[tuple[SampleUnit, Text, Appointment | None]]:
    """Return units with their names and next stops, by one question for all of them."""
    rows = Appointment.objects.filter(path__in={unit.path_id for unit in units}).select_related("bench__laboratory")
    names: dict[tuple[int, str], Text] = {}
    stops: dict[tuple[int, str, int], Appointment] = {}
    for each in rows.order_by("start", "pk"):
        names.setdefault((each.path_id, each.lot), each.lot_name)
        if each.state in AHEAD:
            stops.setdefault((each.path_id, each.lot, each.unit), each)
    return [
        (
            unit,
            unit_name(names.get((unit.path_id, unit.lot), Text(unit.lot, unit.lot)), unit.unit),
            stops.get((unit.path_id, unit.lot, unit.unit)),
        )
        for unit in units
    ]


def unit_title(unit: SampleUnit) -> Text:
    """Return what a unit is called: its kind of specimen and its number from 1."""
    first = unit.path.appointments.filter(lot=unit.lot).first()
    return unit_name(first.lot_name if first else Text(unit.lot, unit.lot), unit.unit)


def unit_name(lot: Text, unit: int) -> Text:
    """Return a unit's name by that of its kind of specimen: numbered from 1."""
    return Text(f"{lot.zh} {unit + 1}", f"{lot.en} {unit + 1}")


def seconds_left(path: Path) -> int:
    """Return how long a hold still lasts."""
    return max(0, int((path.expires - timezone.now()).total_seconds()))


def _text(data: dict[str, str]) -> Text:
    return Text(data["zh"], data["en"])
