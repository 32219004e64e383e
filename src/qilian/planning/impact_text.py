"""Prints an impact for people: which rules, tests, scope lines and products stand on an edition, and what to do."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qilian.planning.impact import Impact
from qilian.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console

LINES_SHOWN = 20
"""Scope lines are many; JSON has all."""

_PARTS = {
    "rules": Text("规则", "Rules"),
    "tests": Text("检测项目", "Tests"),
    "lines": Text("实验室能力范围行", "Scope lines"),
    "products": Text("产品", "Products"),
}
_HOLDERS = Text("能力表中按旧版开展检测的实验室", "Laboratories of imported scope tables by the old edition")
_STARTS = Text("自 {day} 起", "from {day} on")


def write_impact(impact: Impact, console: "Console", language: Language) -> None:
    """Print the impact on ``console``."""
    for line in _lines(impact, language):
        console.print(line, highlight=False, markup=False)


def _lines(impact: Impact, language: Language) -> Iterator[str]:
    when = f" ({_STARTS.say(language).format(day=impact.starts)})" if impact.starts else ""
    yield f"{impact.old} → {impact.new}{when}"
    parts = {
        "rules": [
            f"{each.rule.id} {each.rule.title.say(language)}: {each.todo.say(language)}" for each in impact.rules
        ],
        "tests": [f"{each.item.id} {each.item.name.say(language)}: {each.todo.say(language)}" for each in impact.tests],
        "lines": [
            f"{each.laboratory.name.say(language)} {each.line.row}: {each.todo.say(language)}" for each in impact.lines
        ],
        "products": [f"{each.product.name.say(language)}: {each.todo.say(language)}" for each in impact.products],
    }
    for key, lines in parts.items():
        yield f"{_PARTS[key].say(language)}: {len(lines)}"
        yield from (f"  {line}" for line in lines[:LINES_SHOWN])
        if len(lines) > LINES_SHOWN:
            yield f"  … +{len(lines) - LINES_SHOWN}"
    if impact.holders is not None:
        more = "" if impact.holders.complete else "+"
        yield f"{_HOLDERS.say(language)}: {impact.holders.count}{more}"
        for each in impact.holders.laboratories[:LINES_SHOWN]:
            yield f"  {each.laboratory.name}: " + "; ".join(f"{line.standard} ({line.row})" for line in each.lines)
    yield from (f"• {notice.say(language)}" for notice in impact.notices)
