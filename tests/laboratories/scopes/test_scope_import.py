"""The import of scope tables: every row is read or listed, whatever the file does."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qilian.laboratories import LaboratoryError
from qilian.laboratories.scopes import ImportReport, import_scopes, open_scopes
from qilian.laboratories.scopes.journal import write_source
from qilian.laboratories.scopes.tables import read_table

HEADER = "laboratory,object,parameter,standard,limit\r\n"


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> ImportReport:
    """Import a file with that content into the journal."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return write_source(path, folder / "sources")


def listed(report: ImportReport) -> list[tuple[int, str]]:
    """Return line and reason of the rows that were not taken over."""
    with report.unread_file.open(encoding="utf-8", newline="") as stream:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(stream)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.text(alphabet="ab,\"' \n\r;é试", max_size=8), min_size=1, max_size=7).map(",".join),
        max_size=12,
    )
)
def test_read_and_unread_rows_add_up(tmp_path: Path, lines: list[str]) -> None:
    """Whatever stands in a file, rows = read + unread, and every unread row is listed with its line."""
    report = written(tmp_path, HEADER + "\r\n".join(lines) + "\r\nlab,object,parameter,IEC 1,\r\n")
    assert report.rows == report.read + report.unread
    assert len(listed(report)) == report.unread
    assert report.rows >= 1


def test_rows_that_say_too_little_are_listed_with_their_line(tmp_path: Path) -> None:
    """A row needs a laboratory, two of object, parameter and standard, and as many cells as the header."""
    report = written(
        tmp_path, HEADER + "a,o,p,IEC 60068-2-1,\r\n,o,p,IEC 60068-2-1,\r\na,,p,,\r\na,o,p\r\na,,p,IEC 60068-2-1,\r\n"
    )
    assert (report.rows, report.read, report.unread) == (5, 2, 3)
    assert [line for line, _ in listed(report)] == [3, 4, 5]


def test_an_open_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    """The rows after a quote that is never closed are read all the same."""
    report = written(tmp_path, HEADER + 'a,"o,p,IEC 60068-2-1,\r\n' + "a,o,p,IEC 60068-2-2,\r\n" * 500)
    assert (report.read, report.unread) == (500, 1)
    assert listed(report) == [(2, "a quote that is not closed")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_the_field_are_read(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without mark, UTF-16 and GB 18030 give the same text."""
    report = written(tmp_path, (HEADER + "实验室,机器人,位姿准确度,GB/T 12642-2013,\r\n").encode(encoding))
    assert report.read == 1
    assert "位姿准确度" in (tmp_path / "sources/table.csv/wordings.jsonl").read_text(encoding="utf-8")


def test_a_line_of_another_encoding_does_not_spoil_the_file(tmp_path: Path) -> None:
    """Tables are pasted together: each line is decoded by itself."""
    body = "实验室,机器人,位姿准确度,GB/T 12642-2013,\r\n"
    report = written(tmp_path, HEADER.encode() + body.encode() + body.encode("gb18030"))
    assert report.read == 2
    assert report.wordings == 1


def test_packed_and_cnas_like_tables_are_read(tmp_path: Path) -> None:
    """The ready map for CNAS-like columns joins Chinese and English; .gz is unpacked on the way."""
    text = "objCh,objEn,paramCh,stdCh,stdEn,limitCh\r\n机器人,Robots,位姿准确度,GB/T 12642-2013,,≤50 kg\r\n"
    path = tmp_path / "cnas.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(LaboratoryError, match="laboratory"):
        write_source(path, tmp_path / "sources")
    report = write_source(path, tmp_path / "sources", laboratory="L0001")
    assert (report.columns, report.read) == ("cnas", 1)
    assert "机器人 / Robots" in (tmp_path / "sources/cnas.csv.gz/wordings.jsonl").read_text(encoding="utf-8")


def test_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """XLSX gives the rows of its first sheet with their line."""
    path = tmp_path / "table.xlsx"
    path.write_bytes(_spreadsheet([HEADER.strip().split(","), ["lab", "robot", "pose", "ISO 9283", "≤ 5 kg"]]))
    header, rows = read_table(path)
    assert header == HEADER.strip().split(",")
    assert [(row.line, list(getattr(row, "cells", ()))) for row in rows] == [
        (2, ["lab", "robot", "pose", "ISO 9283", "≤ 5 kg"])
    ]


def test_a_map_of_ones_own_names_columns(tmp_path: Path) -> None:
    """Any table can be read by naming its columns; a column that is not there is said."""
    path = tmp_path / "own.csv"
    path.write_text("who,thing,what,how\nlab,robot,pose,ISO 9283\n", encoding="utf-8")
    columns = {"laboratory": "who", "object": "thing", "parameter": "what", "standard": "how"}
    assert write_source(path, tmp_path / "sources", columns=columns).read == 1
    with pytest.raises(LaboratoryError, match="absent"):
        write_source(path, tmp_path / "sources", columns={**columns, "standard": "absent"})


def test_a_later_import_of_the_same_name_replaces_the_earlier(tmp_path: Path) -> None:
    """A laboratory's new scope takes the place of its old one; other sources stay."""
    for name, body in (("a.csv", "x,o,p,IEC 1,\r\n" * 3), ("b.csv", "y,o,p,IEC 1,\r\n"), ("a.csv", "x,o,p,IEC 1,\r\n")):
        path = tmp_path / name
        path.write_text(HEADER + body, encoding="utf-8")
        import_scopes(path, tmp_path / "home")
    assert open_scopes(tmp_path / "home").line_count == 2


def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path) -> None:
    """Missing, empty, unknown columns, a broken spreadsheet: one error that names the file or the columns."""
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "other.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    (tmp_path / "broken.xlsx").write_bytes(b"PK not a spreadsheet")
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(HEADER.encode() * 1000)[:40])
    for name in ("none.csv", "empty.csv", "other.csv", "broken.xlsx", "broken.csv.gz"):
        with pytest.raises(LaboratoryError) as caught:
            write_source(tmp_path / name, tmp_path / "sources", laboratory="x")
        assert "\n" not in str(caught.value)


def _spreadsheet(rows: list[list[str]]) -> bytes:
    """Make the smallest XLSX file that holds the rows."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}relationships"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="one" sheetId="1" '
        f'r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}relationships"><Relationship Id="b" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()
