"""Contests and boards as XLSX workbooks: a sheet for each table; no text of them may become a formula or a link."""

import io
from collections.abc import Iterable, Sequence

from qilian.evaluation import Contest, Standing, State
from qilian.portal.evaluation.courses import Line
from qilian.text import Language, Text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEETS = (Text("名次", "Ranking"), Text("数值", "Figures"), Text("权重", "Weights"))
_RANKING = (
    Text("名次", "Rank"),
    Text("区间始", "From"),
    Text("区间止", "To"),
    Text("得分", "Score"),
    Text("编号", "Id"),
    Text("单位", "Firm"),
    Text("缺数", "Missing"),
)
_BOARD = (
    Text("指标", "Indicator"),
    Text("单位", "Unit"),
    Text("数值", "Figure"),
    Text("进度线要求", "The line asks for"),
    Text("目标值", "Target"),
    Text("目标周期", "By"),
    Text("状态", "State"),
    Text("来源", "Source"),
)
_STATES = {
    State.REACHED: Text("已达成", "reached"),
    State.ON_COURSE: Text("正常", "on course"),
    State.UNSURE: Text("不确定", "not sure"),
    State.BEHIND: Text("落后", "behind"),
    State.UNKNOWN: Text("无法判断", "cannot be told"),
}


def workbook(contest: Contest, language: Language) -> bytes:
    """Return a contest: the ranking, the figures behind it, and the weights."""
    titles = {each.id: f"{each.title.say(language)} ({each.unit.say(language)})" for each in contest.system.indicators}
    figures = [
        [firm, name, *(None if value != value else value for value in row)]
        for firm, name, row in zip(
            contest.figures.ids, contest.figures.names, contest.figures.values.tolist(), strict=True
        )
    ]
    weights = [
        [title, weight / 1e9] for title, weight in zip(titles.values(), contest.weights.values.tolist(), strict=True)
    ]
    heads = (
        [each.say(language) for each in _RANKING],
        [_RANKING[4].say(language), _RANKING[5].say(language), *titles.values()],
        [Text("指标", "Indicator").say(language), _SHEETS[2].say(language)],
    )
    tables = (_ranking(contest.scores.ranked), figures, weights)
    return book([(name.say(language), head, rows) for name, head, rows in zip(_SHEETS, heads, tables, strict=True)])


def board(lines: Iterable[Line], standings: Iterable[Standing], language: Language) -> bytes:
    """Return a board: the figures with their targets, and the ranking of the firms."""
    rows: list[list[object]] = []
    for line in lines:
        course = line.course
        rows.append(
            [
                line.indicator.title.say(language),
                line.indicator.unit.say(language),
                line.figure.value if line.figure else None,
                course.steps[-1].expected if course and course.steps else None,
                course.target.value if course else None,
                course.target.period if course else None,
                _STATES[course.state].say(language) if course else None,
                line.figure.source if line.figure else None,
            ]
        )
    head = [each.say(language) for each in _BOARD]
    ranking_head = [each.say(language) for each in _RANKING]
    targets = Text("目标", "Targets").say(language)
    return book([(targets, head, rows), (_SHEETS[0].say(language), ranking_head, _ranking(standings))])


def _ranking(standings: Iterable[Standing]) -> list[list[object]]:
    return [
        [each.rank, each.best_rank, each.worst_rank, float(each.score), each.id, each.name, ", ".join(each.missing)]
        for each in standings
    ]


def book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> bytes:
    """Return a workbook of sheets: name, heads, rows."""
    import xlsxwriter

    stream = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, safe) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        for name, head, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, head, bold)
            for place, row in enumerate(rows, 1):
                sheet.write_row(place, 0, row)
    return stream.getvalue()
