"""A kept plan as a file: HTML report, JSON, XLSX workbook, iCalendar; each from the stored result alone."""

import io
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from qilian.planning.words import WORDS
from qilian.portal.workbench.showing import OUTCOMES, ShownPlan
from qilian.text import Language, Text

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_ZONE = ZoneInfo("Asia/Shanghai")
_SHEETS = {
    "obligations": Text("要求", "Obligations"),
    "tests": Text("检测项目", "Tests"),
    "itinerary": Text("检测行程", "Itinerary"),
}
_OUTCOME = Text("结论", "Outcome")
_TITLE = Text("名称", "Title")


def html(plan: ShownPlan, language: Language) -> bytes:
    """Return the report that was written when the plan was made."""
    row = plan.plan
    return zlib.decompress(bytes(row.report_zh if language == "zh" else row.report_en))


def as_json(plan: ShownPlan, language: Language) -> bytes:  # noqa: ARG001 - both languages are in it
    """Return the result as ``qilian plan --json`` prints it."""
    return json.dumps(plan.result, ensure_ascii=False, indent=2).encode()


def xlsx(plan: ShownPlan, language: Language) -> bytes:
    """Return a workbook with the obligations, the tests and the itinerary, a sheet each."""
    import xlsxwriter

    stream = io.BytesIO()
    # No text of a plan may become a formula or a link in somebody's workbook.
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, safe) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, table in (("obligations", _obligations), ("tests", _tests), ("itinerary", _steps)):
            sheet = book.add_worksheet(_SHEETS[name].say(language))
            columns, widths, rows = table(plan, language)
            _fill(sheet, columns, widths, rows, head, body)
    return stream.getvalue()


def icalendar(plan: ShownPlan, language: Language) -> bytes:
    """Return the itinerary as calendar events in China's time, one for each test; empty without an itinerary."""
    import icalendar as ics

    calendar = ics.Calendar()
    calendar.add("prodid", "-//Qilian//workbench//ZH")
    calendar.add("version", "2.0")
    row = plan.plan
    itinerary = plan.itinerary()
    for number, step in enumerate(plan.steps(itinerary) if itinerary else ()):
        event = ics.Event()
        event.add("uid", f"plan-{row.product_id}-{row.number}-{number}@qilian")
        event.add("dtstamp", row.made.astimezone(UTC))
        event.add("dtstart", _moment(step["start"]))
        event.add("dtend", _moment(step["end"]))
        event.add("summary", f"{_say(step['name'], language)} · {row.product.title.say(language)}")
        event.add("location", f"{_say(step['laboratory'], language)}, {_say(step['city'], language)}")
        lines = [f"{_say(step['lot'], language)} {step['unit']}", f"{WORDS['price'].say(language)}: {step['price']:g}"]
        if plan.result["network"]["sample"]:
            lines.append(_say(Text(**plan.result["network"]["notice"]), language))
        event.add("description", "\n".join(lines))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


Writer = Callable[[ShownPlan, Language], bytes]
FORMS: dict[str, tuple[Writer, str]] = {
    "html": (html, "text/html; charset=utf-8"),
    "json": (as_json, "application/json"),
    "xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ics": (icalendar, "text/calendar; charset=utf-8"),
}
"""By the ending of the file: what writes it, and its media type."""

_Table = tuple[Sequence[str], Sequence[int], Iterable[Sequence[object]]]


def _obligations(plan: ShownPlan, language: Language) -> _Table:
    columns = ("rule", "market", _TITLE, _OUTCOME, "why", "route", "references", "confidence", "source", "in_force")
    widths = (18, 10, 48, 10, 40, 36, 40, 12, 40, 24)
    rows = [
        (
            shown.data["rule"],
            market.say(language),
            shown.title.say(language),
            shown.outcome.say(language),
            "; ".join(f"{each.label.say(language)} = {each.value.say(language)}" for each in shown.because)
            or ", ".join(label.say(language) for _, label in shown.missing),
            shown.route.say(language),
            "; ".join(shown.data["references"]),
            shown.confidence.say(language),
            " ".join(shown.sources) or WORDS["no_source"].say(language),
            " – ".join(shown.data["in_force"][side] or "" for side in ("from", "to")),
        )
        for outcome in OUTCOMES
        for market, found in plan.obligations(outcome)
        for shown in found
    ]
    return _heads(columns, language), widths, rows


def _tests(plan: ShownPlan, language: Language) -> _Table:
    columns = ("test", _TITLE, "method", "serves", "laboratories", "decision", "clauses")
    rows = [
        (
            shown.data["id"],
            shown.name.say(language),
            "; ".join(shown.data["references"]),
            ", ".join(shown.data["serves"]),
            shown.laboratories,
            shown.label.say(language),
            ", ".join(dict.fromkeys(clause for each in shown.decisions for clause, _, _ in each.failing)),
        )
        for shown in plan.tests
    ]
    return _heads(columns, language), (18, 36, 40, 30, 12, 12, 30), rows


def _steps(plan: ShownPlan, language: Language) -> _Table:
    columns = ("start", "end", "test", "laboratory", "city", "bench", "unit", "price")
    itinerary = plan.itinerary()
    rows = [
        (
            step["start"],
            step["end"],
            _say(step["name"], language),
            _say(step["laboratory"], language),
            _say(step["city"], language),
            step["bench"],
            f"{_say(step['lot'], language)} {step['unit']}",
            step["price"],
        )
        for step in (plan.steps(itinerary) if itinerary else ())
    ]
    return _heads(columns, language), (18, 18, 36, 36, 12, 20, 14, 12), rows


def _heads(columns: Iterable[str | Text], language: Language) -> list[str]:
    return [(WORDS[each] if isinstance(each, str) else each).say(language) for each in columns]


def _fill(
    sheet: Any,
    columns: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[object]],
    head: "Format",
    body: "Format",
) -> None:
    sheet.write_row(0, 0, columns, head)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, body)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(last, column, value, body)
            else:
                sheet.write_string(last, column, _cell(value), body)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _say(words: object, language: Language) -> str:
    return words.say(language) if isinstance(words, Text) else str(words)


def _moment(when: object) -> datetime:
    assert isinstance(when, datetime)
    return when.replace(tzinfo=_ZONE) if when.tzinfo is None else when


def file_name(plan: ShownPlan, form: str) -> str:
    """Return a name for the file, without signs that a file system or a header minds."""
    kept = "".join(each if each.isalnum() or each in "-_." else "-" for each in plan.plan.product.name).strip("-.")
    return f"{kept or 'plan'}-v{plan.plan.number}.{form}"
