"""The action priority of a failure mode: high, medium or low, by the table of the AIAG-VDA handbook.

The table is data: ``action_priority.csv``, which is unverified, as :data:`PRIORITY_NOTICE` says. In come severity,
occurrence and detection, each from 1 to 10, 10 being the worst; out goes ``H`` (must be acted on), ``M`` (should) or
``L`` (could).
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

from qilian.chain.errors import ChainError
from qilian.text import Text

Priority: TypeAlias = Literal["H", "M", "L"]
PRIORITIES: tuple[Priority, ...] = ("H", "M", "L")
PRIORITY_WORDS = {"H": Text("高", "high"), "M": Text("中", "medium"), "L": Text("低", "low"), None: Text("无", "none")}

PRIORITY_NOTICE = Text(
    "措施优先级表按对 AIAG-VDA 手册的一般了解整理，未与印刷版核对。",
    "The table of action priorities was written from general knowledge of the AIAG-VDA handbook and is unverified.",
)


def action_priority(severity: int, occurrence: int, detection: int) -> Priority:
    """Return the action priority.

    Raises
    ------
    ChainError
        For a rating outside 1 to 10.
    """
    found = _table().get((severity, occurrence, detection))
    if found is None:
        raise ChainError(f"ratings {severity}, {occurrence}, {detection}", mend="write whole numbers from 1 to 10")
    return found


def rank(priority: Priority | None) -> int:
    """Return the place of a priority, the most urgent first; None, where no failure mode is known, is last."""
    return len(PRIORITIES) if priority is None else PRIORITIES.index(priority)


@cache
def _table() -> dict[tuple[int, int, int], Priority]:
    """Return the priority of each of the thousand ratings."""
    text = (files("qilian.chain") / "action_priority.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    table: dict[tuple[int, int, int], Priority] = {}
    for row in csv.DictReader(lines):
        priority = next(each for each in PRIORITIES if each == row["priority"])
        for severity in _span(row["severity"]):
            for occurrence in _span(row["occurrence"]):
                table.update(((severity, occurrence, detection), priority) for detection in _span(row["detection"]))
    return table


def _span(text: str) -> Iterator[int]:
    first, _, last = text.partition("-")
    yield from range(int(first), int(last) + 1)
