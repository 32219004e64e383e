"""The example on the front page: a real product's plan in figures, and its test path as a picture.

``example.json`` is what the planner answers for ``examples/products/unitree-g1.yaml`` on one day, cut down by
:func:`cut`; a test plans it again and compares all that does not hang on which of the equally quick paths was found.
Nothing here is computed for a visitor.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from qilian.text import Text

WIDTH, ROW, GAP, LEFT, TOP = 760, 22, 8, 84, 24
"""The picture's measures; a unit of it is about a pixel on a wide screen."""


@dataclass(frozen=True, slots=True)
class Box:
    """A test or a move on the picture; ``shade`` numbers the laboratory, a move has none."""

    x: float
    y: float
    width: float
    height: float
    shade: int | None
    words: Text


@dataclass(frozen=True, slots=True)
class Example:
    """Figures of the plan, and its picture."""

    figures: dict[str, Any]
    product: Text
    price: str
    rows: tuple[tuple[float, Text], ...]
    days: tuple[tuple[float, str], ...]
    boxes: tuple[Box, ...]
    width: int
    height: int
    left: int
    top: int


def cut(plan: dict[str, Any]) -> dict[str, Any]:
    """Return of a plan's JSON (``qilian plan --json``) what the front page shows."""
    itinerary = plan["itinerary"]
    names = {test["id"]: test["name"] for test in plan["tests"]}
    outcomes = [obligation["outcome"] for obligation in plan["obligations"]]
    return {
        "product": plan["product"]["name"],
        "on": plan["on"],
        "applies": outcomes.count("applies"),
        "undecided": outcomes.count("undecided"),
        "tests": len(plan["tests"]),
        "laboratories": itinerary["laboratories"],
        "days": itinerary["days"],
        "price": itinerary["price"],
        "proven": itinerary["proven"],
        "steps": [
            {
                "unit": [step["lot"], step["unit"]],
                "lot": step["lot_name"],
                "test": names[step["test"]],
                "laboratory": step["laboratory_name"],
                "city": step["city_name"],
                "start": step["start"],
                "end": step["end"],
                "move_hours": step["transfer"]["hours"],
            }
            for step in itinerary["steps"]
        ],
    }


@cache
def example() -> Example:
    """Lay the picture out: a row for each unit, time from left to right."""
    data = json.loads((resources.files(__package__) / "example.json").read_text(encoding="utf-8"))
    steps = data["steps"]
    first = datetime.fromisoformat(steps[0]["start"]).replace(hour=0)
    last = max(datetime.fromisoformat(step["end"]) for step in steps)
    scale = (WIDTH - LEFT) / ((last - first) / timedelta(hours=1))
    units = sorted({tuple(step["unit"]) for step in steps})
    shades = {name: number for number, name in enumerate(sorted({step["laboratory"]["zh"] for step in steps}))}

    def along(moment: datetime) -> float:
        return round(LEFT + (moment - first) / timedelta(hours=1) * scale, 1)

    boxes, rows = [], {}
    for step in steps:
        start, end = (datetime.fromisoformat(step[key]) for key in ("start", "end"))
        y = TOP + units.index(tuple(step["unit"])) * (ROW + GAP)
        rows[y] = Text(f"{step['lot']['zh']} {step['unit'][1] + 1}", f"{step['lot']['en']} {step['unit'][1] + 1}")
        if step["move_hours"]:
            left = along(start - timedelta(hours=step["move_hours"]))
            city = Text(**step["city"])
            boxes.append(Box(left, y + ROW / 2 - 2, round(along(start) - left, 1), 4, None, city))
        words = Text(*(f"{step['test'][code]} · {step['laboratory'][code]}" for code in ("zh", "en")))
        width = max(3, round(along(end) - along(start), 1))
        boxes.append(Box(along(start), y, width, ROW, shades[step["laboratory"]["zh"]], words))
    days = (first + timedelta(days=number) for number in range(0, (last - first).days + 1, 2))
    return Example(
        figures={key: value for key, value in data.items() if key != "steps"},
        product=Text(**data["product"]),
        price=f"{data['price']:,}",
        rows=tuple((y + ROW / 2 + 4, words) for y, words in sorted(rows.items())),
        days=tuple((along(moment), f"{moment:%m-%d}") for moment in days),
        boxes=tuple(boxes),
        width=WIDTH,
        height=TOP + len(units) * (ROW + GAP),
        left=LEFT,
        top=TOP,
    )
