"""Imported tables: what can be read is kept, every other row is told with its line."""

import io

import pytest

HEAD = "subject,indicator,period,value,source,date\n"


def send(client, content: bytes, name: str = "figures.csv", system: str = "602520"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post("/evaluation/figures/import/", {"system": system, "file": SimpleUploadedFile(name, content)})


def test_good_rows_are_kept_and_bad_ones_told_with_line_reason_and_mend(cast, firm):
    """A row for each way to be wrong."""
    from qilian.portal.evaluation.models import Figure, FigureTable

    rows = [
        f"{firm.name},mtbf,2026-Q3,41200,service records,2026-09-30",
        f"{firm.name},平均无故障工作时间,2026-Q2,40000,,",
        f"{firm.name},mtbf,2026-Q3,41300,,",
        f"{firm.name},none,2026-Q3,1,,",
        f"{firm.name},mtbf,soon,1,,",
        f"{firm.name},mtbf,2999-Q1,1,,",
        f"{firm.name},capable-processes,2026-Q3,many,,",
        f"{firm.name},quality-costs,2026-Q3,3,,2999-01-01",
        f"{firm.name},test-days,2026-Q3,30,,",
        "nobody,mtbf,2026-Q3,1,,",
        f"{firm.name},mtbf,2026-Q3",
        "330000,mtbf,2026-Q3,1,,",
    ]
    answer = send(cast.client("regulator"), (HEAD + "\n".join(rows)).encode())
    table = FigureTable.objects.get()
    assert answer["Location"] == f"/evaluation/figures/import/{table.pk}/"
    assert (table.taken, table.same) == (2, 0)
    assert [line for line, *_ in table.unread] == list(range(4, 14))
    kept = Figure.objects.order_by("line")
    assert [(row.period, row.value, row.line, row.source) for row in kept] == [
        ("2026-Q3", 41200, 2, "service records"),
        ("2026-Q2", 40000, 3, "figures.csv"),
    ]
    page = cast.client("regulator").get(answer["Location"]).content.decode()
    for _, (why, _en), (mend, _mend_en), _ in table.unread:
        assert why
        assert mend
        assert why.partition("：")[0] in page


def test_a_table_that_is_imported_again_changes_nothing(cast, firm):
    """What is there already stays as it is."""
    from qilian.portal.evaluation.models import Figure, FigureTable

    content = f"{HEAD}{firm.name},mtbf,2026-Q3,41200,service records,2026-09-30\n".encode()
    for _ in range(2):
        send(cast.client("regulator"), content)
    assert Figure.objects.count() == 1
    assert [(row.taken, row.same) for row in FigureTable.objects.order_by("pk")] == [(1, 0), (0, 1)]


def test_a_spreadsheet_with_chinese_heads_is_read_as_it_is_shown(cast, firm):
    """A spreadsheet keeps 0.1 + 0.2 with seventeen digits; days and years come as they are formatted."""
    import xlsxwriter

    from qilian.portal.evaluation.models import Figure

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["指标", "周期", "数值", "来源"])
        sheet.write_row(1, 0, ["quality-costs", 2025, 0.1 + 0.2, "账目"])
    assert send(cast.client("firm"), stream.getvalue(), "figures.xlsx").status_code == 302
    row = Figure.objects.get()
    assert (row.subject, row.period, row.value, row.source) == (firm.key, "2025", 0.3, "账目")


@pytest.mark.parametrize("content", [b"indicator,period\nmtbf,2026-Q3\n", b"a,b\n", b"\n"])
def test_a_table_whose_head_is_not_understood_is_refused_as_a_whole(cast, content):
    """Beside the field; nothing is kept."""
    from qilian.portal.evaluation.models import FigureTable

    assert send(cast.client("firm"), content).status_code == 200
    assert not FigureTable.objects.exists()


def test_a_firm_imports_its_own_figures_only_and_others_do_not_see_the_table(cast, firm):
    """Its own table; another firm's name is refused like one that does not exist."""
    from qilian.portal.evaluation.models import FigureTable

    other = cast.actor("firm", "other").organisation
    content = f"{HEAD}{other.name},mtbf,2026-Q3,1,,\n,mtbf,2026-Q3,2,,\n".encode()
    send(cast.client("firm"), content)
    table = FigureTable.objects.get()
    assert (table.taken, [line for line, *_ in table.unread]) == (1, [2])
    assert cast.client("firm", "other").get(f"/evaluation/figures/import/{table.pk}/").status_code == 404
