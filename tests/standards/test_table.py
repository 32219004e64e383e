"""The table of editions: what is read from a file, and how bad files are refused; the pack's own table."""

import csv
from datetime import date
from pathlib import Path

import pytest

from qilian.errors import QilianError
from qilian.standards import Catalogue, RelationKind, StandardRef, StandardsError, Status, read_table

TABLE = Path(__file__).parents[2] / "src/qilian/content/robots/standards.csv"
FACTS = Path(__file__).parents[3] / "shared/facts/robots/standards.csv"
HEADER = "reference,title_en,title_zh,status,published,replaces,adopts,adopts_confidence,source_seen,confidence\n"
GOOD = "GB/T 7-2012,Seven,七,current,2012-01-05,GB/T 7-2002,IDT ISO 9:2010,secondary,2024-06-30,secondary\n"


def ref(text: str) -> StandardRef:
    return StandardRef.parse_or_named(text)


@pytest.fixture(scope="module")
def table() -> Catalogue:
    return read_table(TABLE)


def _write(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_becomes_an_edition_and_its_relations(tmp_path: Path) -> None:
    """All columns of a row arrive, and the catalogue takes its date from the rows."""
    catalogue = read_table(_write(tmp_path, HEADER + GOOD), source="mine")
    (edition,) = catalogue.editions
    assert (str(edition.ref), edition.title.zh, str(edition.published)) == ("GB/T 7-2012", "七", "2012-01-05")
    assert (catalogue.source, catalogue.dated) == ("mine", date(2024, 6, 30))
    assert [(each.kind, str(each.object)) for each in catalogue.relations] == [
        (RelationKind.REPLACES, "GB/T 7-2002"),
        (RelationKind.ADOPTS, "ISO 9:2010"),
    ]


def test_all_bad_rows_are_told_with_their_lines(tmp_path: Path) -> None:
    """One error names every row that cannot be read, by line, and what is wrong in it."""
    bad = [
        "GB/T 8-2012,,,curent,,,,,2024-06-30,secondary",
        "GB/T 9-2012,,,current,12 May,,,,2024-06-30,secondary",
        ",,,current,,,,,2024-06-30,secondary",
        "GB/T 10-2012,,,current,,,SAME ISO 9:2010,,2024-06-30,secondary",
        "GB/T 7—2012,,,current,,,,,2024-06-30,secondary",
        "GB/T 11-2012,,,current,,,,,2024-06-30,sure",
    ]
    with pytest.raises(StandardsError) as refusal:
        read_table(_write(tmp_path, HEADER + GOOD + "\n".join(bad) + "\n"))
    message = str(refusal.value)
    assert "\n" not in message
    for words in (
        "6 rows", "line 3: status: 'curent'", "line 4: published: '12 May'", "line 5: reference is empty",
        "line 6: adopts: SAME", "line 7: GB/T 7-2012 is already in line 2", "line 8: confidence: 'sure'",
    ):  # fmt: skip
        assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column reference"),
        (HEADER, "without rows"),
        ("reference,status,colour\nISO 9,current,red\n", "unknown column colour"),
        (HEADER + "ISO 9:2010,current\n", "2 cells under 10 columns"),
        (HEADER + '"ISO 9', "not CSV"),
        ("reference,status\nISO 9:2010,current\n", "no date"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, text: str, words: str) -> None:
    """A file without the columns, rows or date of a table is refused in one line."""
    with pytest.raises(StandardsError, match=words) as refusal:
        read_table(_write(tmp_path, text))
    assert "\n" not in str(refusal.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a directory and a file that is not UTF-8 are refused by name."""
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"reference,status\n\xff\xfe,current\n")
    for path in (tmp_path / "none.csv", tmp_path, binary):
        with pytest.raises(QilianError, match=path.name):
            read_table(path)


def test_the_pack_lists_every_fact(table: Catalogue) -> None:
    """No edition of the researched facts is lost on the way into the pack, and none is surer than its source."""
    if not FACTS.exists():
        pytest.skip("the researched facts (../shared/facts) are not beside this repository")
    with FACTS.open(encoding="utf-8", newline="") as stream:
        facts = list(csv.DictReader(stream))
    listed = {edition.ref: edition for edition in table.editions}
    assert len(facts) == 389
    for fact in facts:
        edition = listed[ref(fact["id"])]
        assert edition.confidence in (("secondary", "unverified") if fact["confidence"] == "seen" else ("unverified",))
        assert edition.source


def test_the_pack_is_written_canonically() -> None:
    """Every reference in the pack's table is written in its one canonical spelling."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            lists = [row[name] for name in ("replaces", "replaced_by", "amended_by", "under_revision_by")]
            adopted = [each.strip().split(" ", 1)[1] for each in row["adopts"].split(";") if each]
            texts = [row["reference"], *adopted, *(each.strip() for text in lists for each in text.split(";") if each)]
            assert [str(ref(text)) for text in texts] == texts


def test_every_edition_answers_on_every_kind_of_date(table: Catalogue) -> None:
    """Each document of the pack shows, dated and undated, before, between and after its dates."""
    for on in (date(1980, 1, 1), date(2012, 6, 1), date(2026, 12, 1), date(2030, 1, 1)):
        for edition in table.editions:
            assert table.show(edition.ref, on).as_json("zh")["on"] == on.isoformat()
            assert table.show(edition.ref.undated, on).status in Status


def test_what_the_source_calls_current_is_current(table: Catalogue) -> None:
    """On the catalogue's own date the computed status is the one that the source gives."""
    for edition in table.editions:
        assert table.status(edition, table.dated) is edition.status, edition.ref


def test_editions_of_one_standard(table: Catalogue) -> None:
    """On 2026-12-01 the 2025 edition is current, the 2011 one superseded; on 2020-01-01 only the latter was known."""
    now, then = date(2026, 12, 1), date(2020, 1, 1)
    assert table.show(ref("ISO 10218-1"), now).edition == table.resolve(ref("ISO 10218-1:2025"), now)
    assert table.show(ref("ISO 10218-1:2025"), now).status is Status.CURRENT
    assert table.show(ref("ISO 10218-1:2011"), now).status is Status.SUPERSEDED
    assert table.show(ref("ISO 10218-1:2011"), then).status is Status.CURRENT
    assert table.show(ref("ISO 10218-1:2025"), then).status is Status.UNKNOWN
    current = table.resolve(ref("ISO 10218-1"), then)
    assert current is not None
    assert str(current.ref) == "ISO 10218-1:2011"


def test_adoption_with_a_lag_of_two_editions(table: Catalogue) -> None:
    """GB 11291.1-2011 is identical to ISO 10218-1:2006, which has moved on by two editions."""
    (parent,) = table.equivalents(ref("GB 11291.1-2011"), date(2026, 12, 1))
    assert (str(parent.reference.undated), parent.reference.year, parent.degree) == ("ISO 10218-1", 2006, "IDT")
    assert parent.lag == 2
    assert "ISO 10218-1:2025" in parent.remark.en
    adopters = {str(each.reference): each.lag for each in table.equivalents(ref("ISO 10218-1"), date(2026, 12, 1))}
    assert adopters["GB 11291.1-2011"] == 2
    assert adopters["EN ISO 10218-1:2025"] == 0


def test_one_method_under_two_numbers(table: Catalogue) -> None:
    """GB/T 12642-2013 and ISO 9283:1998 are one method, in both directions."""
    on = date(2026, 12, 1)
    assert "ISO 9283:1998" in [str(each.reference) for each in table.equivalents(ref("GB/T 12642"), on)]
    assert "GB/T 12642-2013" in [str(each.reference) for each in table.equivalents(ref("ISO 9283"), on)]
    assert table.same_method(ref("ISO 9283:1998"), ref("GB/T 12642-2013"), on)
    assert table.same_method(ref("GB/T 12642"), ref("ISO 9283"), on)


def test_the_machinery_acts_hand_over(table: Catalogue) -> None:
    """2006/42/EC applies through 2027-01-19 and Regulation (EU) 2023/1230 from 2027-01-20, known since 2023-06-29."""
    old, new = ref("2006/42/EC"), ref("Regulation (EU) 2023/1230")
    for on, old_applies, new_applies in (
        (date(2026, 12, 1), True, False),
        (date(2027, 1, 19), True, False),
        (date(2027, 1, 20), False, True),
    ):
        assert (table.show(old, on).in_force, table.show(new, on).in_force) == (old_applies, new_applies)
    assert table.show(new, date(2023, 6, 28)).status is Status.UNKNOWN
    coming = table.changes([old, new], date(2026, 12, 1), date(2028, 12, 1))
    assert [(str(change.reference), change.date) for change in coming] == [
        ("2006/42/EC", date(2027, 1, 20)),
        ("Regulation (EU) 2023/1230", date(2027, 1, 20)),
    ]
