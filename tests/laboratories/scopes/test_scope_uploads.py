"""A laboratory's upload: every row accounted for, nobody else's scope touched, no file too large to read."""

import gzip
import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from qilian.laboratories import Accreditation, LaboratoryError
from qilian.laboratories.scopes import (
    Bounds,
    Demand,
    Matcher,
    RowAccount,
    ScopeLaboratory,
    import_upload,
    keep_upload,
    open_scopes,
    read_upload,
)
from qilian.laboratories.scopes.uploads import upload_name

HEADER = "laboratory,object,parameter,standard,limit\n"
GOOD = "somebody else,机器人,位姿准确度,ISO 9283:1998,≤ 50 kg\n"


def uploaded(folder: Path, text: str, name: str = "upload.csv") -> Path:
    """Write an upload."""
    path = folder / name
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def spreadsheet(path: Path, rows: list[list[str]], at: tuple[int, int] = (0, 0)) -> Path:
    """Write a real XLSX file, its rows beginning at a place."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(at[0] + number, at[1], row)
    return path


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    """Taken with what was understood, or unread with its line and the reason in both languages."""
    path = uploaded(tmp_path, GOOD + ",机器人,,,\n" + "x,机器人,噪声,GB/T 1,3 次\n" + "x,y\n")
    account = read_upload(path, "L1")
    assert [(row.line, row.reason is None) for row in account.rows] == [(2, True), (3, False), (4, True), (5, False)]
    assert (account.taken, account.unread, account.columns) == (2, 2, "plain")
    first, second, third, fourth = account.rows
    assert first.references == ("ISO 9283:1998",)
    assert [(limit.name, limit.high) for limit in first.limits] == [("mass", 50)]
    assert second.reason is not None
    assert second.reason.zh != second.reason.en
    assert second.mend is not None
    assert "at least two" in second.mend.en
    assert [fault.text for fault in third.unchecked] == ["3 次"]
    assert fourth.text == "x | y"


def test_an_upload_is_its_laboratorys_own_and_replaces_its_earlier_one(tmp_path: Path) -> None:
    """The column that names another laboratory does not count; two ids that look alike keep apart."""
    home = tmp_path / "home"
    for laboratory in ("L/1", "L_1"):
        import_upload(uploaded(tmp_path, GOOD * 3), home, laboratory)
    import_upload(uploaded(tmp_path, GOOD), home, "L/1")
    index = open_scopes(home)
    found = Matcher(index).match(Demand.asked("位姿准确度"))
    assert {one.laboratory.id for one in found.laboratories} == {"L/1", "L_1"}
    assert index.line_count == 4
    assert upload_name("L/1") != upload_name("L_1")


def test_the_laboratorys_standing_comes_with_its_upload(tmp_path: Path) -> None:
    """Its region and accreditation are judged, and those of others stay as they were."""
    table = uploaded(tmp_path, GOOD)
    accreditation = Accreditation("CNAS", "L1", date(2024, 1, 1), date(2027, 12, 31))
    standing = ScopeLaboratory("L1", "One", "330100", "city", (accreditation,))
    keep_upload(table, tmp_path / "home", "L1", standing=standing)
    keep_upload(table, tmp_path / "home", "L2")
    matcher = Matcher(open_scopes(tmp_path / "home"))
    found = matcher.match(Demand.asked("位姿准确度", region="3301", on=date(2026, 12, 1)))
    assert [(one.laboratory.id, one.laboratory.name) for one in found.laboratories] == [("L1", "One")]
    assert [one.laboratory.id for one in found.near_misses] == ["L2"]


def test_whoever_watches_a_reading_may_end_it(tmp_path: Path) -> None:
    """The one who watches hears of each row; what they raise comes through, and nothing is kept."""

    def stop(row: RowAccount) -> None:
        if row.line == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_upload(uploaded(tmp_path, GOOD * 3), "L1", heard=stop)


def test_an_upload_without_a_readable_row_changes_nothing(tmp_path: Path) -> None:
    """The scope from before stays."""
    home = tmp_path / "home"
    import_upload(uploaded(tmp_path, GOOD), home, "L1")
    assert import_upload(uploaded(tmp_path, "x,机器人,,,\n"), home, "L1").taken == 0
    assert open_scopes(home).line_count == 1


def test_a_spreadsheet_is_accounted_for_too(tmp_path: Path) -> None:
    """A CNAS-like sheet, as a user's own program writes it, with a row that says too little."""
    header = ["objCh", "paramCh", "stdCh", "stdEn", "limitCh"]
    rows = [
        header,
        ["机器人", "位姿准确度", "GB/T 12642-2013", "ISO 9283:1998", "-70 ℃ ~ 180 ℃"],
        ["机器人", "", "", "", ""],
    ]
    account = read_upload(spreadsheet(tmp_path / "scope.xlsx", rows), "L1")
    assert account.columns == "cnas"
    assert [row.line for row in account.rows] == [2, 3]
    assert account.rows[0].references == ("GB/T 12642-2013", "ISO 9283:1998")
    assert account.rows[0].limits[0].low == -70
    assert account.unread == 1


def test_what_is_too_large_is_refused_in_one_line(tmp_path: Path) -> None:
    """Too many bytes, rows, unpacked bytes, a far-out cell: each names the file and stops before the table is read."""
    small = Bounds(packed_bytes=50_000, unpacked_bytes=200_000, rows=10, columns=20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"x" * 1_000_000))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<a>" + " " * 5_000_000 + "</a>")
    (tmp_path / "bomb.xlsx").write_bytes(bomb.getvalue())
    cases = {
        "bytes": uploaded(tmp_path, GOOD * 2000, "bytes.csv"),
        "rows": uploaded(tmp_path, GOOD * 11, "rows.csv"),
        "unpacked": tmp_path / "bomb.csv.gz",
        "bytes unpacked": tmp_path / "bomb.xlsx",
        "cell in row": spreadsheet(tmp_path / "far.xlsx", [["a"]], at=(500_000, 0)),
        "cell in column": spreadsheet(tmp_path / "wide.xlsx", [["a"]], at=(0, 9_000)),
    }
    for said, path in cases.items():
        with pytest.raises(LaboratoryError, match=said) as caught:
            read_upload(path, "L1", bounds=small)
        assert "\n" not in str(caught.value)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The size in the archive's directory is not believed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<a>" + " " * 5_000_000 + "</a>")
        size = archive.infolist()[0].file_size
    lied = packed.getvalue().replace(struct.pack("<I", size), struct.pack("<I", 100))
    (tmp_path / "lie.xlsx").write_bytes(lied)
    with pytest.raises(LaboratoryError, match="bytes unpacked"):
        read_upload(tmp_path / "lie.xlsx", "L1", bounds=Bounds(unpacked_bytes=1_000_000))


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'),
        ("xl/workbook.xml", "<a>never closed"),
        (
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="urn:x"><Relationship Target="media/sheet.png"/></Relationships>',
        ),
    ],
)
def test_a_strange_workbook_is_refused(tmp_path: Path, part: str, text: str) -> None:
    """Declared entities, broken XML, and a sheet that hides under another ending."""
    with zipfile.ZipFile(tmp_path / "strange.xlsx", "w") as archive:
        archive.writestr(part, text)
    with pytest.raises(LaboratoryError, match="not readable"):
        read_upload(tmp_path / "strange.xlsx", "L1")


@pytest.mark.parametrize("name", ["scope.pdf", "scope", "scope.xls", "none.csv"])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    """Other endings, and a file that is not there."""
    if name != "none.csv":
        (tmp_path / name).write_bytes(b"%PDF")
    with pytest.raises(LaboratoryError):
        read_upload(tmp_path / name, "L1")
    with pytest.raises(LaboratoryError, match="no laboratory"):
        read_upload(tmp_path / name, " ")
