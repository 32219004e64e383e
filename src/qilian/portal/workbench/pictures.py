"""The values of a plan's pictures, in one language: coming changes in time, Gantt chart, map of the moves.

What a picture shows stands in a table beside it, too; static/qilian/charts-workbench.js draws them.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from qilian.laboratories.errors import LaboratoryError
from qilian.planning.words import WORDS
from qilian.portal.workbench.showing import Data, ShownPlan, laboratories_of, text
from qilian.text import Language, Text

_LONGEST_WORDS = 60


def changes(plan: ShownPlan, language: Language) -> dict[str, Any]:
    """Return the coming changes as points in time, from the plan's date on."""
    return {
        "from": plan.on.isoformat(),
        "changes": [
            {
                "date": str(change["date"]),
                "what": _short(change["what"], language),
                "certain": change["certain"],
            }
            for change in plan.changes
        ],
    }


def gantt(plan: ShownPlan, itinerary: Data, language: Language) -> dict[str, Any]:
    """Return rows (sample units), tests and moves; times are local, the laboratories are numbered for their colours."""
    steps = itinerary["steps"]
    laboratories = laboratories_of(steps)
    names = {step["laboratory"]: text(step["laboratory_name"]).say(language) for step in steps}
    units = sorted({(step["lot"], step["unit"]) for step in steps})
    lots = {step["lot"]: text(step["lot_name"]).say(language) for step in steps}
    rows = {unit: number for number, unit in enumerate(units)}
    moves = []
    for step in steps:
        start = datetime.fromisoformat(step["start"])
        hours = step["transfer"]["hours"]
        if hours:
            moves.append(
                {
                    "row": rows[step["lot"], step["unit"]],
                    "start": (start - timedelta(hours=hours)).isoformat(),
                    "end": step["start"],
                    "words": f"{plan.city_name(step['transfer']['from']).say(language)} → "
                    f"{text(step['city_name']).say(language)}",
                }
            )
    return {
        "rows": [f"{lots[lot]} {number + 1}" for lot, number in units],
        "laboratories": [names[each] for each in laboratories],
        "tests": [
            {
                "row": rows[step["lot"], step["unit"]],
                "laboratory": laboratories.index(step["laboratory"]),
                "start": step["start"],
                "end": step["end"],
                "words": _short(plan.test_names.get(step["test"], Text(step["test"], step["test"])), language),
            }
            for step in steps
        ],
        "moves": moves,
    }


def route_map(plan: ShownPlan, itinerary: Data, language: Language) -> dict[str, Any]:
    """Return the cities with their tests, the moves between them, and the network's other cities."""
    network = plan.pack.network
    tests = Counter(step["city"] for step in itinerary["steps"])
    moves = Counter(
        (step["transfer"]["from"], step["transfer"]["to"])
        for step in itinerary["steps"]
        if step["transfer"]["from"] != step["transfer"]["to"]
    )
    home = plan.result["home"]
    used = {home, *tests, *(city for move in moves for city in move)} - {None}
    others = {laboratory.city for laboratory in network.laboratories} - used
    return {
        "cities": [
            {**place, "tests": tests[city], "home": city == home}
            for city in sorted(used)
            if (place := _place(plan, city, language))
        ],
        "others": [place for city in sorted(others) if (place := _place(plan, city, language))],
        "moves": [
            {"from": start, "to": end, "count": count}
            for (a, b), count in moves.items()
            if (start := _place(plan, a, language)) and (end := _place(plan, b, language))
        ],
    }


def front(plan: ShownPlan, picked: int | None, language: Language) -> dict[str, Any]:
    """Return the points of time against price, and the itineraries of the three objectives beside them."""
    points = (plan.plan.front or {}).get("points", [])
    return {
        "axes": [WORDS["days"].say(language), WORDS["price"].say(language)],
        "points": [
            {"at": [point["days"], point["price"]], "proven": point["proven"], "picked": number == picked}
            for number, point in enumerate(points)
        ],
        "objectives": [
            {"at": [each["days"], each["price"]], "name": WORDS[each["objective"]].say(language)}
            for each in plan.itineraries
        ],
    }


def _place(plan: ShownPlan, city: str, language: Language) -> dict[str, Any] | None:
    try:
        found = plan.pack.network.geography.find(city)
    except LaboratoryError:
        return None
    return {"name": found.name.say(language), "at": [found.longitude, found.latitude]}


def _short(words: object, language: Language) -> str:
    said = words.say(language) if isinstance(words, Text) else str(words)
    return said if len(said) <= _LONGEST_WORDS else f"{said[:_LONGEST_WORDS]}…"
