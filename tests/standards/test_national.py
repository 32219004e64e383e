"""National catalogues as tables: Chinese or English headings, CSV or XLSX; each row is read or named.

All standards in these tables are invented.
"""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qilian.documents import DocumentError
from qilian.standards import Catalogue, Degree, StandardRef, StandardsError, Status, When
from qilian.standards.national import TEMPLATE, Unread, read_national
from qilian.standards.records import Link, Record, editions_and_relations

CHINESE = """\
序号,标准号,中文标准名称,发布日期,实施日期,标准状态,代替标准,采标,归口单位
1,GB/T 99999.1—2020,设备,2020-03-06,2020/10/1,现行,GB/T 99999.1-2008；GB 99996-1995,"ISO 99999-1:2018，IDT",会
2,GB 99998-95,示例,1995年5月,,废止,,,
3,没有编号,示例,,,现行,,,
4,GB 99997-2031,示例,2031-02-30,,现行,,,
5,GB 99996-2031,示例,2031-02-03,2031-01-01,即将实施,,,
6,GB 99995-2031,示例,2031-02-03,,有点旧,,,
7,GB 99994-2031,示例,2031-02-03,,现行,不是标准,,
,,,,,,,,
9,GB 99993-2031,示例,,,,,,
"""


@pytest.fixture
def read(tmp_path):
    """Read a table given as text or bytes."""

    def done(data, name="目录.csv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return list(read_national(path))

    return done


def workbook(rows, extra=b""):
    """Return an .xlsx with one sheet of rows: texts, numbers, and days as (number,) with the format of a date."""
    cells = []
    for line, row in enumerate(rows, 1):
        cells.append(f'<row r="{line}">')
        for column, value in zip("ABCDEFGHIJKLM", row, strict=False):
            if isinstance(value, tuple):
                cells.append(f'<c r="{column}{line}" s="1"><v>{value[0]}</v></c>')
            elif isinstance(value, str):
                cells.append(f'<c r="{column}{line}" t="inlineStr"><is><t>{value}</t></is></c>')
            else:
                cells.append(f'<c r="{column}{line}"><v>{value}</v></c>')
        cells.append("</row>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        f'"{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type='
        f'"{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type='
        f'"{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>',
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        if extra:
            archive.writestr("xl/media/extra.bin", extra)
    return stream.getvalue()


def test_the_template_reads_as_it_is_written():
    """Every column of the template is used in it and arrives in the record."""
    first, second = read_national(TEMPLATE)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.identifier == "GB/T 99999.1-2020"
    assert first.titles["en"] == "Sample equipment - Part 1: General requirements"
    assert (first.published, first.in_force_from) == (When(2020, 3, 6), date(2020, 10, 1))
    assert (first.status, first.stage, first.committee, first.ics) == (
        Status.CURRENT, "60.60", "SAC/TC 999", ("25.040.30",)
    )  # fmt: skip
    assert (second.status, second.stage, second.withdrawn) == (Status.WITHDRAWN, "95.99", date(2021, 7, 1))
    assert [(each.kind, each.identifier, each.degree) for each in second.relations] == [
        (Link.REPLACES, "GB 99998-1995", None),
        (Link.REPLACES, "GB 99997-1995", None),
        (Link.REPLACED_BY, "GB 99998-2020", None),
        (Link.ADOPTS, "ISO 99998:2005", Degree.MODIFIED),
    ]


def test_a_chinese_catalogue_is_read_with_every_fault_named(read):
    """Unknown columns are let alone, dates come in several forms, and each bad row is told with line and column."""
    found = read(CHINESE)
    records = [each for each in found if isinstance(each, Record)]
    faults = {each.line: each.reason for each in found if isinstance(each, Unread)}
    assert [each.identifier for each in records] == ["GB/T 99999.1—2020", "GB 99998-95"]
    assert records[0].in_force_from == date(2020, 10, 1)
    assert [(each.identifier, each.degree) for each in records[0].relations] == [
        ("GB/T 99999.1-2008", None),
        ("GB 99996-1995", None),
        ("ISO 99999-1:2018", Degree.IDENTICAL),
    ]
    assert records[1].published == When(1995, 5)
    assert records[1].ref.year == 1995
    assert set(faults) == {4, 5, 6, 7, 8, 10}
    for line, column in {
        4: "number",
        5: "published",
        6: "in_force_from",
        7: "status",
        8: "replaces",
        10: "status",
    }.items():
        assert faults[line].startswith(f"{column}: ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_of_spreadsheets_are_known(encoding, read):
    """UTF-8 with and without its mark, and GB 18030, which Chinese spreadsheets write."""
    found = read(CHINESE.encode(encoding))
    assert isinstance(found[0], Record)
    assert found[0].titles == {"zh": "设备"}


@pytest.mark.parametrize(
    "written", ["IDT ISO 9:2031", "ISO 9:2031 IDT", "ISO 9:2031(IDT)", "ISO 9:2031，IDT", "idt ISO 9:2031"]
)
def test_the_degree_of_an_adoption_may_stand_before_or_behind(written, read):
    """As catalogues write it; the reference is read without it."""
    (record,) = read(f'number,status,adopts\nGB 99999-2031,现行,"{written}"\n')
    (relation,) = record.relations
    assert (relation.ref, relation.degree) == (StandardRef.parse("ISO 9:2031"), Degree.IDENTICAL)


def test_an_adoption_without_degree_says_so(read):
    """What is not recorded is not guessed."""
    (record,) = read("number,status,adopts\nGB 99999-2031,现行,ISO 9:2031\n")
    assert record.relations[0].degree is Degree.UNSPECIFIED


def test_a_workbook_reads_like_its_table(read):
    """Cells that are dates or numbers in the sheet are what they would be in the CSV."""
    rows = [
        ("标准号", "标准名称", "发布日期", "实施日期", "标准状态", "ICS"),
        ("GB/T 99999-2031", "示例", (47_855,), (48_214.0,), "现行", 13.11),
        ("不是编号", "示例", "", "", "现行", ""),
    ]
    record, fault = read(workbook(rows), "目录.xlsx")
    assert isinstance(record, Record)
    assert (record.published, record.in_force_from) == (When(2031, 1, 7), date(2032, 1, 1))
    assert record.ics == ("13.11",)
    assert isinstance(fault, Unread)
    assert fault.line == 3


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.csv", "an empty table"),
        ("标准名称,标准状态\n示例,现行\n", "a.csv", "no column number"),
        ("标准号,标准名称\nGB 1-2031,示例\n", "a.csv", "no column status"),
        ("标准号,标准编号,状态\nGB 1-2031,GB 1-2031,现行\n", "a.csv", "two columns for number"),
        ('number,status\n"GB 1-2031,现行\n', "a.csv", "not CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv", "not a text file"),
        (b"\xff\xfe\xfd", "a.csv", "not a text file"),
        (b"", "a.xlsx", "not a whole zip"),
        (b"number,status\n", "a.xlsx", "not a whole zip"),
        (b"PK\x03\x04 broken", "a.xlsx", "not a whole zip"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(data, name, why, read):
    """With the file's name and a mend."""
    with pytest.raises(StandardsError) as told:
        read(data, name)
    assert why in str(told.value)
    assert name in str(told.value)
    assert "\n" not in str(told.value)


def test_an_absent_table_is_told(tmp_path):
    """In CSV and in XLSX."""
    with pytest.raises(DocumentError, match="no such file"):
        list(read_national(tmp_path / "absent.csv"))
    with pytest.raises(StandardsError, match="no such file"):
        list(read_national(tmp_path / "absent.xlsx"))


def test_a_workbook_that_unpacks_without_end_is_refused(read):
    """160 MB of zeros hide in 160 kB; the workbook is refused before the sheet is read."""
    with pytest.raises(StandardsError, match="larger than 150,000 kB"):
        read(workbook([("标准号", "状态")], bytes(160_000_000)), "a.xlsx")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=4, max_size=4), max_size=4))
def test_any_cells_are_records_or_named_rows(rows, read):
    """Whatever stands in the cells of known columns, each row that is not empty is accounted for, in order."""
    lines = [["number", "status", "published", "adopts"], *rows]
    text = "\r\n".join(",".join('"' + cell.replace('"', '""').replace("\0", "") + '"' for cell in row) for row in lines)
    try:
        found = read(text.encode(errors="replace"))
    except StandardsError:
        return  # a lone carriage return inside a cell is no CSV
    filled = [row for row in rows if any(cell.replace("\0", "").split() for cell in row)]
    assert len(found) == len(filled)


def test_national_records_answer_as_of_a_date(read):
    """Between publication and application the old standard stands; after that the new one, which lags its original."""
    records = read(
        "number,status,published,in_force_from,replaces,adopts\n"
        "GB 99999-2031,现行,2031-03-01,2032-01-01,GB 99999-2011,IDT ISO 99:2026\n"
        "GB 99999-2011,被代替,2011-03-01,2011-10-01,,\n"
    )
    editions, relations = editions_and_relations(records, "an invented catalogue", date(2033, 1, 1))
    catalogue = Catalogue(editions, relations, "an invented catalogue", date(2033, 1, 1))
    for day, year in ((date(2031, 12, 31), 2011), (date(2032, 1, 1), 2031)):
        edition = catalogue.resolve(StandardRef.parse("GB 99999"), day)
        assert edition is not None
        assert edition.ref.year == year
    (equivalent,) = catalogue.equivalents(StandardRef.parse("GB 99999"), date(2032, 1, 1))
    assert (str(equivalent.reference), equivalent.degree) == ("ISO 99:2026", Degree.IDENTICAL)
