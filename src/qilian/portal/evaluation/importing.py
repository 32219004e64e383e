"""Reads a table of figures, CSV or XLSX, a row for each figure; every row that is not taken over is told with its line.

Columns, by their English or Chinese names: subject, indicator, period, value, source, date. The subject is a firm's
credit code or name, or a division's code; empty: the actor's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from qilian.errors import QilianError
from qilian.evaluation import EvaluationError, IndicatorSystem, checked_period, period_start, read_figure
from qilian.laboratories.scopes.bounds import check_bounds
from qilian.laboratories.scopes.tables import Row, UnreadRow, read_table
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.evaluation.computing import is_computed
from qilian.portal.evaluation.keeping import Given, keep
from qilian.portal.evaluation.models import FigureTable, Origin
from qilian.portal.evaluation.subjects import Subject, answers_for, firms_in, of_firm, of_region, own
from qilian.portal.history.recording import writing
from qilian.portal.site.uploads import Upload
from qilian.text import Text

MAX_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "subject": ("subject", "firm", "单位", "企业"),
    "indicator": ("indicator", "指标"),
    "period": ("period", "周期"),
    "value": ("value", "数值"),
    "source": ("source", "来源"),
    "date": ("date", "日期"),
}
_LONG = re.compile(r"-?\d{1,15}\.\d{13,20}", re.ASCII)
_NEEDED = ("indicator", "period", "value")


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that was not taken over: its line, why, how to mend it, and its beginning."""

    line: int
    why: Text
    mend: Text
    text: str


class Refused(Exception):  # noqa: N818 - caught here
    """Why a row is not taken over."""

    def __init__(self, zh: str, en: str, mend_zh: str, mend_en: str) -> None:
        super().__init__(en)
        self.why, self.mend = Text(zh, en), Text(mend_zh, mend_en)


def import_table(actor: Actor, upload: Upload, system: IndicatorSystem) -> FigureTable:
    """Take the rows of a table over that can be, and keep an account of all others.

    Raises
    ------
    QilianError
        If the table's head is not understood, or it has too many rows; nothing is kept then.
    """
    assert actor.organisation is not None
    given, unread = read_figures(actor, upload, system)
    with writing():
        table = FigureTable.objects.create(
            organisation=actor.organisation,
            name=upload.name,
            sha256=upload.digest,
            unread=[[each.line, list(_both(each.why)), list(_both(each.mend)), each.text] for each in unread],
            imported_by=actor.user,
        )
        rows = keep(actor, given, Origin.IMPORTED, table=table)
        table.taken, table.same = len(rows), len(given) - len(rows)
        table.save(update_fields=["taken", "same"])
    return table


def read_figures(actor: Actor, upload: Upload, system: IndicatorSystem) -> tuple[list[Given], list[Unread]]:
    """Return what a table gives, and the rows that cannot be taken over; errors as in :func:`import_table`."""
    with TemporaryDirectory(prefix="qilian-") as folder:
        path = Path(folder) / f"figures.{upload.kind}"
        path.write_bytes(upload.content)
        check_bounds(path)
        head, rows = read_table(path)
        places = _places(head, upload.name)
        reader = _Reader(actor, system, upload.name)
        given: dict[tuple[str, str, str, str], Given] = {}
        unread: list[Unread] = []
        for number, row in enumerate(rows):
            if number >= MOST_ROWS:
                what = f"more than {MOST_ROWS} rows"
                raise EvaluationError(what, where=upload.name, mend="divide the table")
            if isinstance(row, UnreadRow):
                unread.append(Unread(row.line, row.why, row.mend, row.text))
                continue
            cells = {name: row.cells[place].strip() for name, place in places.items()}
            try:
                found = reader.figure(cells, row)
                if found.key in given:
                    line = given[found.key].line
                    raise Refused(
                        f"与第 {line} 行重复", f"the same figure as line {line}", "只留一行", "keep one of the two"
                    )
            except Refused as refusal:
                unread.append(Unread(row.line, refusal.why, refusal.mend, " | ".join(row.cells)[:200]))
            else:
                given[found.key] = found
    return list(given.values()), unread


def _places(head: list[str], name: str) -> dict[str, int]:
    lower = [each.lower() for each in head]
    places = {column: lower.index(each) for column, names in COLUMNS.items() for each in names if each in lower}
    absent = [column for column in _NEEDED if column not in places]
    if absent:
        what = f"no column {', '.join(absent)}"
        raise EvaluationError(what, where=f"{name} line 1", mend=f"write the columns {', '.join(COLUMNS)}")
    return places


class _Reader:
    """Reads rows; the firms that the actor sees are looked up once."""

    def __init__(self, actor: Actor, system: IndicatorSystem, name: str) -> None:
        self.actor, self.system, self.name = actor, system, name
        self.own = own(actor)
        self.firms: dict[str, list[Subject]] = {}
        for firm in firms_in(actor):
            for word in {firm.name, firm.credit_code or firm.name}:
                self.firms.setdefault(word, []).append(of_firm(firm))

    def figure(self, cells: dict[str, str], row: Row) -> Given:
        """Return what a row gives; raise :class:`Refused` where it gives nothing that can be kept."""
        subject = self._subject(cells.get("subject", ""))
        if not subject.fits(self.system):
            level = f"{self.system.id} · {subject.level}"
            raise Refused(f"该指标体系不适用于此类对象（{level}）", f"this system is not for such a subject ({level})",
                          "换一个指标体系", "choose another system")  # fmt: skip
        name = cells["indicator"]
        indicator = next((each for each in self.system.indicators if name in _names(each.id, each.title)), None)
        if indicator is None:
            raise Refused(f"没有这个指标：{name[:60]}", f"no such indicator: {name[:60]}",
                          "写指标编号或名称", "write the id or the title of one")  # fmt: skip
        if is_computed(indicator):
            raise Refused("该指标由平台计算", "the portal computes this one", "删去此行", "remove the row")
        period = self._period(cells["period"])
        try:
            value = read_figure(_as_shown(cells["value"]), "", "")
        except QilianError:
            raise Refused(f"不是数值：{cells['value'][:40]}", f"not a figure: {cells['value'][:40]}",
                          "写最多 15 位的数字，没有就留空", "at most 15 digits, or nothing") from None  # fmt: skip
        source = cells.get("source") or self.name
        return Given(subject, self.system, indicator, period, value, source[:200], _day(cells), row.line)

    def _subject(self, word: str) -> Subject:
        found = self.firms.get(word, [])
        if not word and self.own:
            found = [self.own]
        elif not found and regions.name(word):
            found = [of_region(word)]
        if len(found) > 1:
            raise Refused(f"有 {len(found)} 家同名企业：{word[:60]}", f"{len(found)} firms of that name: {word[:60]}",
                          "写统一社会信用代码", "write the unified social credit code")  # fmt: skip
        if not found or not answers_for(self.actor, found[0]):
            raise Refused(f"不是由您负责的对象：{word[:60]}", f"not a subject of yours: {word[:60]}",
                          "写本辖区企业的统一社会信用代码或名称，或本辖区代码",
                          "write the credit code or name of a firm of your division, or its own code")  # fmt: skip
        return found[0]

    def _period(self, text: str) -> str:
        try:
            begins = period_start(checked_period(text))
        except ValueError:
            raise Refused(f"不是周期：{text[:40]}", f"not a period: {text[:40]}",
                          "写 2026、2026-Q3 或 2026-09", "write 2026, 2026-Q3 or 2026-09") from None  # fmt: skip
        if begins > timezone.localdate():
            raise Refused("周期尚未开始", "the period has not begun", "核对周期", "check the period")
        return text


def _as_shown(text: str) -> str:
    """Return a number of a spreadsheet as the spreadsheet shows it: it keeps 0.3 as 0.30000000000000004."""
    return f"{float(text):.15g}" if _LONG.fullmatch(text) else text


def _names(name: str, title: Text) -> Iterator[str]:
    yield name
    yield from _both(title)


def _both(words: Text) -> Iterator[str]:
    yield words.zh
    yield words.en


def _day(cells: dict[str, str]) -> date:
    """Return the day of a row; today without one."""
    text = cells.get("date", "")
    if not text:
        return timezone.localdate()
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        day = date.max
    if day > timezone.localdate():
        raise Refused(f"不是日期，或晚于今天：{text[:40]}", f"not a day, or one that has not come: {text[:40]}",
                      "写 2026-09-30 这样的日期", "write a day such as 2026-09-30")  # fmt: skip
    return day
