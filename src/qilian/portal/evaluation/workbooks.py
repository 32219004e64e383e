"""A contest as an XLSX workbook: the ranking, the figures behind it, and the weights, a sheet each."""

import io

from qilian.evaluation import Contest
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


def workbook(contest: Contest, language: Language) -> bytes:
    """Return the workbook; no text of it may become a formula or a link."""
    import xlsxwriter

    titles = {each.id: f"{each.title.say(language)} ({each.unit.say(language)})" for each in contest.system.indicators}
    ranking = [
        [each.rank, each.best_rank, each.worst_rank, float(each.score), each.id, each.name, ", ".join(each.missing)]
        for each in contest.scores.ranked
    ]
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
    stream = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, safe) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        for name, head, rows in zip(_SHEETS, heads, (ranking, figures, weights), strict=True):
            sheet = book.add_worksheet(name.say(language))
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, head, bold)
            for place, row in enumerate(rows, 1):
                sheet.write_row(place, 0, row)
    return stream.getvalue()
