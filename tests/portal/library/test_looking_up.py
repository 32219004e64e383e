"""Answers as of a date: the right edition, its story, the sources behind it, and a pack's table beside the library."""

import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.portal.library.errors import LibraryError
from qilian.standards import Catalogue, Degree, Edition, Relation, RelationKind, StandardRef, Status, When
from qilian.text import Text

SEEN = date(2025, 6, 2)
REF = StandardRef.parse


@pytest.fixture
def filled(library, folder, widgets):
    """A library with the widgets of 2025-06-02."""
    from qilian.portal.library.importing import import_file

    import_file(folder(widgets), dated=SEEN)
    return library


@pytest.fixture
def table() -> Catalogue:
    """A pack's table: a national adoption that lags, and what the library cannot know."""
    adopting, adopted = REF("GB/T 99990.1-2008"), REF("ISO 99990-1:2006")
    return Catalogue(
        [
            Edition(adopting, Text("装置安全", "Widget safety"), Status.CURRENT, When.parse("2008-05-01")),
            Edition(
                REF("ISO 99990-1:2025"),
                Text("装置", "Widgets"),
                Status.CURRENT,
                When.parse("2025-02-13"),
                domain="machinery",
                source_seen=date(2026, 11, 1),
                confidence="verified",
            ),
            Edition(REF("ISO 99990-1:2026"), Text("", "Widgets"), Status.DRAFT, When.parse("2026-10"), source="pack"),
        ],
        [Relation(RelationKind.ADOPTS, adopting, adopted, Degree.IDENTICAL, "verified")],
        "sample table",
        date(2026, 11, 1),
    )


@pytest.mark.parametrize(
    ("on", "edition", "status"),
    [
        ("2006-01-01", None, "unknown"),
        ("2010-01-01", "ISO 99990-1:2006", "current"),
        ("2015-06-01", "ISO 99990-1:2011", "current"),
        ("2026-01-01", "ISO 99990-1:2025", "current"),
    ],
)
def test_undated_reference_is_the_edition_of_the_day(filled, on, edition, status):
    """An undated reference means the edition that stood on the date; before the first one there is none."""
    from qilian.portal.library.looking_up import look_up

    answer = look_up(REF("ISO 99990-1"), date.fromisoformat(on)).as_json()
    assert (answer["edition"], answer["status"]) == (edition, status)


def test_everything_of_an_edition(filled):
    """Stage, committee, ICS, amendments, predecessors, successors, the line of time; what is inferred is marked."""
    from qilian.portal.library.looking_up import look_up

    answer = look_up(REF("ISO 99990-1:2011"), date(2026, 1, 1)).as_json("en")
    assert answer["status"] == "superseded"
    assert answer["replaces"] == ["ISO 99990-1:2006"]
    assert answer["replaced_by"] == ["ISO 99990-1:2025"]
    assert answer["amended_by"] == ["ISO 99990-1:2011/Amd 1:2013"]
    assert (answer["stage"], answer["stage_words"]) == ("95.99", "withdrawn")
    assert answer["stage_seen"] == "2025-06-02"
    assert (answer["committee"], answer["ics"]) == ("ISO/TC 999", ["25.040.30"])
    assert {"date": "2025-02", "inferred": True}.items() <= {
        key: value
        for each in answer["timeline"]
        if each["reference"] == "ISO 99990-1:2011" and "replaced by" in each["what"]
        for key, value in each.items()
    }.items()
    assert answer["snapshots"] == [{"source": "widgets", "dated": "2025-06-02", "documents": 6, "updating_to": None}]
    json.dumps(answer)


def test_draft_under_way_is_listed(filled):
    """A draft that will replace the standing edition is told, and is no edition in force."""
    from qilian.portal.library.looking_up import look_up

    answer = look_up(REF("ISO 99990-2"), date(2025, 6, 2)).as_json()
    assert answer["edition"] == "ISO 99990-2:2011"
    assert answer["under_revision_by"] == ["ISO/DIS 99990-2"]


def test_table_and_library_answer_together(filled, table):
    """Adoptions come from the table, their lag from the library; the library's edition is completed, not replaced."""
    from qilian.portal.library.looking_up import catalogue_for, look_up

    on = date(2026, 1, 1)
    (equivalent,) = look_up(REF("GB/T 99990.1-2008"), on, table).entry.equivalents
    assert (str(equivalent.reference), equivalent.lag, equivalent.degree) == ("ISO 99990-1:2006", 2, Degree.IDENTICAL)
    entry = look_up(REF("ISO 99990-1"), on, table).entry
    assert [str(each.reference) for each in entry.equivalents] == ["GB/T 99990.1-2008"]
    edition = entry.edition
    assert edition is not None
    assert (edition.source, edition.domain, str(edition.published)) == ("widgets 2025-06-02", "machinery", "2025-02-13")
    assert edition.title == Text("装置", "Widgets - Safety")
    whole = catalogue_for(table)
    assert whole.source == "widgets 2025-06-02; sample table"
    assert whole.show(REF("ISO 99990-1"), date(2015, 6, 1)).edition == whole.resolve(REF("ISO 99990-1:2011"), on)
    assert whole.resolve(REF("ISO 99990-1:2026"), date(2026, 12, 1)) is not None


def test_an_empty_library_leaves_the_table_as_it_is(library, table):
    """With nothing imported, a plan judges by the pack's own table."""
    from qilian.portal.library.looking_up import catalogue_for, look_up

    assert catalogue_for(table) is table
    assert look_up(REF("ISO 1"), SEEN).entry.status is Status.UNKNOWN


def test_the_newest_source_counts(library, folder, make_record):
    """Two sources with one document: the statement of the later state is the answer."""
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.looking_up import look_up

    for name, stage, dated in (
        ("old", "60.60", SEEN),
        ("new", "95.99", date(2026, 1, 1)),
        ("older", "60.60", date(2024, 1, 1)),
    ):
        import_file(folder({"a.yaml": make_record("ISO 99990:2001", "2001-01", stage)}, name), dated=dated)
    answer = look_up(REF("ISO 99990"), date(2026, 2, 1))
    assert answer.entry.status is Status.WITHDRAWN
    assert [each.source for each in answer.snapshots] == ["new", "old", "older"]


def test_one_sources_draft_is_the_others_edition(library, folder, make_record):
    """Sources of one document are read together: a draft in one ends with the edition that only the other has.

    The edition keeps its own source and day, and the relation that only the older source states is not lost.
    """
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.looking_up import look_up

    drafting = {
        "draft.yaml": make_record("ISO/DIS 99990", "", "40.60", (), "2"),
        "first.yaml": make_record("ISO 99990:2001", "2001-01", "95.99"),
        "second.yaml": make_record("ISO 99990:2025", "2025-09-05", "60.60", ("ISO 99990:2001",), "2"),
    }
    published = {"second.yaml": make_record("ISO 99990:2025", "2025-09-05", "60.60", (), "2")}
    import_file(folder(drafting, "old"), dated=SEEN)
    import_file(folder(published, "new"), dated=date(2026, 1, 1))
    on = date(2026, 2, 1)
    draft = look_up(REF("ISO/DIS 99990"), on).entry
    assert (draft.status, draft.replaced_by) == (Status.SUPERSEDED, (REF("ISO 99990:2025"),))
    assert draft.edition is not None
    assert (draft.edition.source, draft.edition.source_seen) == ("old 2025-06-02", SEEN)
    entry = look_up(REF("ISO 99990"), on).entry
    assert entry.edition is not None
    assert (entry.edition.source, REF("ISO 99990:2001") in entry.replaces) == ("new 2026-01-01", True)


def test_an_import_is_seen_by_the_next_look_up(filled, folder, widgets, make_record):
    """A look-up after an import answers from it, also in the process that asked before."""
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.looking_up import look_up

    on = date(2026, 6, 1)
    assert look_up(REF("ISO 99990-2"), on).entry.status is Status.CURRENT
    assert look_up(REF("ISO 99990-2"), on).entry.status is Status.CURRENT
    later = {**widgets, "data/widget-2-2011.yaml": make_record("ISO 99990-2:2011", "2011-07-15", "95.99")}
    import_file(folder(later), dated=date(2026, 5, 1))
    assert look_up(REF("ISO 99990-2"), on).entry.status is Status.WITHDRAWN


def test_harmful_relations_do_no_harm(library, folder, make_record):
    """Self-references, cycles and missing targets are stored and answered around."""
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.looking_up import look_up

    members = {
        "a.yaml": make_record("ISO 99990:2001", "2001-01", "60.60", ("ISO 99990:2001", "ISO 99990:2005")),
        "b.yaml": make_record("ISO 99990:2005", "2005-01", "60.60", ("ISO 99990:2001", "ISO 11111:1990")),
    }
    import_file(folder(members), dated=SEEN)
    entry = look_up(REF("ISO 99990"), date(2010, 1, 1)).entry
    assert entry.edition is not None
    assert "ISO 11111:1990" in map(str, look_up(REF("ISO 99990:2005"), date(2010, 1, 1)).entry.replaces)


@given(
    st.lists(
        st.sampled_from(
            [
                "ISO 10218-1:2025", "IEC 60335-1:2010+AMD1:2013+AMD2:2016 CSV", "ISO/DIS 8838.2", "EN ISO 10218-1:2025",
                "GB/T 19001-2016/ISO 9001:2015", "MIL-STD-810H", "(EU) 2023/1230", "ISO/IEC 14496-4:2004/Amd 27:2008",
                "ETSI EN 301 489-1 V2.2.3 (2019-11)", "T/ZZB 1234—2019", "ISO/TS 15066:2016 5.5.5",
                "IEC 61000-4-2 Ed.2",
            ]
        ),
        min_size=1,
    )
)  # fmt: skip
def test_a_packed_reference_comes_back(texts):
    """What the library stores of a reference is the whole of it."""
    from qilian.portal.library.rows import pack, unpack

    for text in texts:
        assert unpack(pack(REF(text))) == REF(text)
    named = StandardRef.named("Handbook of widgets")
    assert unpack(pack(named)) == named


def test_stored_records_come_back(filled, folder, widgets):
    """A record read from the database is the record read from the file."""
    from qilian.portal.library.fetching import fetch_records
    from qilian.portal.library.rows import base_of
    from qilian.standards.relaton import read_record

    for member, text in widgets.items():
        read = read_record(text.encode(), member)
        stored = [each.record for each in fetch_records([base_of(read.ref)]) if each.record.member == member]
        assert len(stored) == 1
        assert {**_fields(stored[0]), "digest": ""} == {**_fields(read), "digest": ""}


def _fields(record) -> dict[str, object]:
    """A record's fields; relations without the source's spelling, which is stored in the canonical one."""
    fields = {name: getattr(record, name) for name in record.__slots__}
    return {**fields, "relations": tuple((each.kind, each.ref, each.degree) for each in record.relations)}


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_of_two_members_the_fresher_counts(library, folder, make_record, order):
    """One identifier in two members of a source: the record that the engine holds for fresher, whatever the order."""
    from qilian.portal.library.fetching import fetch_records
    from qilian.portal.library.importing import import_file
    from qilian.standards.records import fresher
    from qilian.standards.relaton import read_record

    texts = {
        "old": "schema-version: v1.2.9\n" + make_record("ISO 99990:2001", "2001-01", "60.60").removeprefix("---\n"),
        "new": "schema-version: v1.4.1\n" + make_record("ISO 99990:2001", "2001-01", "40.60").removeprefix("---\n"),
    }
    members = {f"{place}-{name}.yaml": texts[name] for place, name in enumerate(order)}
    import_file(folder(members), dated=SEEN)
    (found,) = fetch_records(["ISO||99990|"])
    first, second = (read_record(text.encode(), member) for member, text in members.items())
    assert found.record.member == fresher(first, second).member
    assert found.record.stage == "40.60"


def test_changes_between_days(filled):
    """Publications and replacements of a window, the inferred ones marked, each within the window."""
    from qilian.portal.library.comparing import changes

    found = changes(date(2011, 1, 1), date(2013, 12, 31))
    assert all(date(2011, 1, 1) < each.date <= date(2013, 12, 31) for each in found)
    told = {(str(each.when), str(each.reference), each.what.en, each.when.inferred) for each in found}
    assert ("2011-07", "ISO 99990-1:2011", "published", False) in told
    assert ("2011-07", "ISO 99990-1:2006", "no longer current: replaced by ISO 99990-1:2011", True) in told
    assert ("2011-07-15", "ISO 99990-2:2011", "published", False) in told
    assert ("2013-05", "ISO 99990-1:2011/Amd 1:2013", "published", False) in told


def test_changes_of_a_pack_are_of_its_documents(filled, table):
    """With a table only its documents are told, and their other editions in the library too."""
    from qilian.portal.library.comparing import changes

    found = {str(each.reference) for each in changes(date(2005, 1, 1), date(2025, 12, 31), table)}
    assert {"ISO 99990-1:2006", "ISO 99990-1:2025", "GB/T 99990.1-2008"} <= found
    assert not [each for each in found if "99990-2" in each]


def test_moves_between_imports(filled, folder, widgets, make_record):
    """A stage that moved is found by the import, told in words, and dated by it in the changes."""
    from qilian.portal.library.comparing import changes, imports, moves
    from qilian.portal.library.importing import import_file

    later = {**widgets, "data/widget-dis.yaml": make_record("ISO/DIS 99990-2", "", "40.99", ("ISO 99990-2:2011",), "2")}
    import_file(folder(later), dated=date(2025, 9, 1))
    first, second = imports()
    (move,) = moves(first.id)
    assert (move.kind, move.before, move.after, str(move.reference)) == ("stage", "40.60", "40.99", "ISO/DIS 99990-2")
    assert "40.60" in move.what.zh
    assert moves(second.id) == ()
    assert moves(0, first.id) == ()
    assert moves(0) == moves(first.id, second.id) == (move,)
    about = Catalogue([Edition(REF("ISO/DIS 99990-2"), Text("", ""), Status.DRAFT)], [], "table", SEEN)
    assert moves(first.id, table=about) == (move,)
    assert moves(first.id, table=Catalogue([], [], "table", SEEN)) == ()
    for numbers in ((77,), (first.id, 77), (second.id, first.id)):
        with pytest.raises(LibraryError):
            moves(*numbers)
    assert [each for each in changes(date(2025, 8, 1), date(2025, 9, 1)) if each.what == move.what]
    assert not changes(date(2025, 9, 1), date(2025, 10, 1))


def test_doctor_lists_what_is_odd(library, folder, make_record):
    """Every kind of oddity is found once, and a sound library has none."""
    from qilian.portal.library.doctor import examine
    from qilian.portal.library.importing import import_file

    sound = {"sound.yaml": make_record("ISO 99980:2001", "2001-01")}
    import_file(folder(sound), dated=SEEN)
    assert list(examine()) == []
    odd = {
        **sound,
        "self.yaml": make_record("ISO 99981:2001", "2001-01", obsoletes=("ISO 99981:2001",)),
        "a.yaml": make_record("ISO 99982:2001", "2001-01", obsoletes=("ISO 99983:2001",)),
        "b.yaml": make_record("ISO 99983:2001", "2001-01", obsoletes=("ISO 99984:2001",)),
        "c.yaml": make_record("ISO 99984:2001", "2001-01", obsoletes=("ISO 99982:2001",)),
        "missing.yaml": make_record("ISO 99985:2001", "2001-01", obsoletes=("ISO 99986:1990",)),
        "double.yaml": make_record("ISO 99980:2001", "2001-01"),
        "bad.yaml": "[",
    }
    import_file(folder(odd), dated=SEEN)
    found = {(each.kind, each.subject) for each in examine()}
    assert found == {
        ("self-reference", "ISO 99981:2001"),
        ("cycle", "ISO 99982:2001"),
        ("missing target", "ISO 99985:2001"),
        ("double identifier", "ISO 99980:2001"),
        ("rejected", "bad.yaml"),
    }


def test_commands_print_the_account_and_the_answers(library, folder, widgets):
    """The plain functions behind the command line: an account whose sum is right, JSON that json can write."""
    from rich.console import Console

    from qilian.portal.library import commands

    out = io.StringIO()
    console = Console(file=out, width=200)
    (account,) = commands.import_files([folder({**widgets, "x.txt": ""})], console, dated=SEEN, language="en")
    assert "read 7  new 6  changed 0  unchanged 0  rejected 1" in out.getvalue()
    assert commands.account_json(account)["rejections"] == [{"member": "x.txt", "reason": account.rejections[0][1]}]
    answer = commands.show(REF("ISO 99990-1"), date(2015, 6, 1))
    assert answer.as_json()["edition"] == "ISO 99990-1:2011"
    commands.print_answer(answer, console, "en")
    changed = commands.changes(date(2011, 1, 1), date(2012, 1, 1))
    json.dumps(commands.changes_json(changed))
    commands.print_changes(changed, console, "zh")
    for words in (
        "ISO 99990-1:2011/Amd 1:2013",
        "stage on 2025-06-02: 95.99 withdrawn",
        "catalogue: widgets 2025-06-02",
        "（推定）",
    ):
        assert words in out.getvalue()
    assert commands.doctor(console, language="en") == 1


@pytest.mark.slow
def test_both_catalogues(library, repository):
    """All of ISO and IEC: every member accounted for, a second import that writes nothing, answers in milliseconds."""
    folder = repository.parent / "shared/data/standards"
    if not folder.is_dir():
        pytest.skip("../shared/data/standards is absent: the catalogues are not part of the repository")
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.looking_up import look_up
    from qilian.portal.library.models import Document, Event, Import

    paths = [folder / f"relaton-{name}.tar.zst" for name in ("iec", "iso")]
    first = [import_file(path) for path in paths]
    assert [each.dated for each in first] == [date(2026, 3, 15), date(2025, 6, 2)]
    for account in first:
        assert account.new + account.rejected == account.read
        assert account.rejected < account.read / 1000
    again = [import_file(path) for path in paths]
    assert [(each.read, each.unchanged) for each in again] == [(each.read, each.new) for each in first]
    assert (Import.objects.count(), Event.objects.count()) == (2, 0)
    assert Document.objects.live().count() == sum(each.new for each in first)
    answer = look_up(REF("ISO 10218-1"), date(2015, 6, 1))
    assert str(answer.entry.edition.ref if answer.entry.edition else "") == "ISO 10218-1:2011"
    assert answer.record is not None
    assert answer.record.committee.startswith("ISO/TC")
