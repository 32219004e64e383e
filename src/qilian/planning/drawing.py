"""Where things lie in the two pictures of the report: the Gantt chart of the sample units and the map of their moves.

In comes an itinerary; out come frozen shapes in pixels. The HTML template only places them as inline SVG.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qilian.laboratories import City
from qilian.planning.model import Itinerary, Step
from qilian.planning.words import SPECIMENS, label
from qilian.text import Language

WIDTH = 960
ROW_HEIGHT = 42
BAR_INSET = 13
LABEL_WIDTH = 96
AXIS_HEIGHT = 26
MAP_HEIGHT = 520
MAP_MARGIN = 64


@dataclass(frozen=True, slots=True)
class Bar:
    """One test (``number`` is its place in the itinerary) or, with number 0, the move before it."""

    number: int
    left: float
    width: float
    top: float
    shade: int
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on the time axis."""

    left: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A sample unit's name and the upper edge of its bars."""

    text: str
    top: float


@dataclass(frozen=True, slots=True)
class Gantt:
    """The chart: one row for each sample unit."""

    width: int
    height: int
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    moves: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A city on the map: ``visits`` is 0 where no sample goes."""

    name: str
    x: float
    y: float
    visits: int
    home: bool
    shade: int


@dataclass(frozen=True, slots=True)
class Arc:
    """Moves between two cities, in one direction: a quadratic curve, thicker where more units take it."""

    path: str
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Map:
    """The map: equirectangular, north up, cities only; ``squeezed`` where far cities are drawn nearer."""

    width: int
    height: int
    squeezed: bool
    spots: tuple[Spot, ...]
    arcs: tuple[Arc, ...]


def shades(itinerary: Itinerary) -> dict[str, int]:
    """Give each city of the itinerary a colour number, the most visited first."""
    visits = Counter(step.city.id for step in itinerary.steps)
    return {city: number % 8 for number, (city, _) in enumerate(visits.most_common())}


def draw_gantt(itinerary: Itinerary, language: Language) -> Gantt:
    """Lay out the tests of each sample unit over the days."""
    start = itinerary.start
    span = max(itinerary.days, 1.0)
    scale = (WIDTH - LABEL_WIDTH) / span
    colour = shades(itinerary)
    tops = {unit: AXIS_HEIGHT + ROW_HEIGHT * row + BAR_INSET for row, unit in enumerate(itinerary.units)}

    def left(when: datetime) -> float:
        return LABEL_WIDTH + (when - start).total_seconds() / 86_400 * scale

    bars, moves = [], []
    for number, step in enumerate(itinerary.steps, 1):
        top = tops[step.lot, step.unit]
        shade = colour[step.city.id]
        width = max((step.end - step.start).total_seconds() / 86_400 * scale, 1.5)
        bars.append(Bar(number, left(step.start), width, top, shade, _bar_title(number, step, language)))
        departure = step.start - timedelta(hours=step.move.hours)
        moves.append(Bar(0, left(departure), left(step.start) - left(departure), top, shade, ""))
    return Gantt(
        width=WIDTH,
        height=AXIS_HEIGHT + ROW_HEIGHT * len(tops) + 6,
        rows=tuple(Row(f"{label(SPECIMENS, lot, language)} {unit + 1}", top) for (lot, unit), top in tops.items()),
        bars=tuple(bars),
        moves=tuple(moves),
        ticks=tuple(Tick(left(when), when.strftime("%m-%d")) for when in _tick_days(start, span)),
    )


def _bar_title(number: int, step: Step, language: Language) -> str:
    return (
        f"{number}. {step.demand.item.name.say(language)} · {step.laboratory.name.say(language)}"
        f" · {step.start:%m-%d %H:%M}–{step.end:%m-%d %H:%M}"
    )


def _tick_days(start: datetime, span_days: float) -> Iterable[datetime]:
    every = next(days for days in (1, 2, 7, 14, 28) if span_days / days <= 14 or days == 28)
    first = start if every < 7 else start + timedelta(days=-date.weekday(start.date()) % 7)
    count = int((start + timedelta(days=span_days) - first).total_seconds() // 86_400 // every) + 1
    return (first + timedelta(days=every * number) for number in range(max(count, 0)))


def draw_map(itinerary: Itinerary, home: City, cities: Sequence[City], language: Language) -> Map:
    """Lay out the moves between cities.

    Parameters
    ----------
    cities
        All cities that have a laboratory in the network; those that no sample visits are drawn faintly.
    """
    shown = {city.id: city for city in (*cities, home, *(step.city for step in itinerary.steps))}
    near = {city.id for city in cities}
    place, squeezed = _projection(list(shown.values()), near)
    colour = shades(itinerary)
    visits = Counter(step.city.id for step in itinerary.steps)
    trips = Counter(
        (step.move.origin.id, step.move.destination.id)
        for step in itinerary.steps
        if step.move.origin != step.move.destination
    )
    return Map(
        width=WIDTH,
        height=MAP_HEIGHT,
        squeezed=squeezed,
        spots=tuple(
            Spot(city.name.say(language), *place[key], visits[key], key == home.id, colour.get(key, 0))
            for key, city in shown.items()
        ),
        arcs=tuple(
            Arc(
                _curve(place[origin], place[destination]),
                1.5 + 0.8 * count,
                f"{shown[origin].name.say(language)} → {shown[destination].name.say(language)}: {count}",
            )
            for (origin, destination), count in trips.items()
        ),
    )


def _projection(cities: Sequence[City], near: Collection[str]) -> tuple[dict[str, tuple[float, float]], bool]:
    """Place cities in the picture; those far outside the network come nearer, or it would shrink to a dot."""
    core = [city for city in cities if city.id in near] or list(cities)
    middle = sum(city.latitude for city in core) / len(core), sum(city.longitude for city in core) / len(core)
    narrowing = math.cos(math.radians(middle[0]))
    flat = {city.id: ((city.longitude - middle[1]) * narrowing, middle[0] - city.latitude) for city in cities}
    reach = max((math.hypot(*flat[city.id]) for city in core), default=0.0) or 1.0
    squeezed = False
    for city, (x, y) in flat.items():
        distance = math.hypot(x, y)
        if distance > 1.5 * reach:
            squeezed = True
            factor = reach * (1.3 + 0.2 * math.log(distance / (1.5 * reach))) / distance
            flat[city] = (x * factor, y * factor)
    west, east = min(x for x, _ in flat.values()), max(x for x, _ in flat.values())
    north, south = min(y for _, y in flat.values()), max(y for _, y in flat.values())
    scale = min(
        (WIDTH - 2 * MAP_MARGIN) / max(east - west, 1e-6),
        (MAP_HEIGHT - 2 * MAP_MARGIN) / max(south - north, 1e-6),
        400.0,
    )
    left = (WIDTH - (east - west) * scale) / 2
    top = (MAP_HEIGHT - (south - north) * scale) / 2
    return {key: (left + (x - west) * scale, top + (y - north) * scale) for key, (x, y) in flat.items()}, squeezed


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Bend to the right of the way, so that there and back do not lie on each other; stop short of the city's dot."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    length = math.hypot(dx, dy) or 1.0
    bend = 0.18
    cx, cy = (x0 + x1) / 2 - dy * bend, (y0 + y1) / 2 + dx * bend
    tx, ty = x1 - cx, y1 - cy
    reach = math.hypot(tx, ty) or 1.0
    gap = min(12.0, length / 3)
    return f"M{x0:.1f} {y0:.1f} Q{cx:.1f} {cy:.1f} {x1 - tx / reach * gap:.1f} {y1 - ty / reach * gap:.1f}"
