"""From records to a catalogue: what stood on a date, by records that are invented, and by those of ISO and IEC."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qilian.standards import Catalogue, RelationKind, StandardRef, Status, When
from qilian.standards.archives import members
from qilian.standards.records import (
    Link,
    Record,
    RecordRelation,
    amended_edition,
    editions_and_relations,
    fresher,
    names_draft,
)
from qilian.standards.relaton import read_record

SHARED = Path(__file__).parents[3] / "shared/data/standards"
SEEN = date(2040, 1, 1)


def record(number, *relations, status=Status.CURRENT, stage="60.60", published=None, **fields):
    """Return an invented record; relations are pairs of a link and a number."""
    links = tuple(RecordRelation(link, other, StandardRef.parse(other)) for link, other in relations)
    when = When.parse(published) if published else None
    return Record(
        number, StandardRef.parse(number), {"en": number}, status, when, stage=stage, relations=links, **fields
    )


def catalogue(*records):
    """Return the catalogue that invented records make."""
    return Catalogue(*editions_and_relations(records, "invented", SEEN), "invented", SEEN)


def show(made, number, on):
    """Return what a catalogue says of a number on a day."""
    return made.show(StandardRef.parse(number), date.fromisoformat(on))


def names(refs):
    """Return references as texts."""
    return [str(ref) for ref in refs]


def test_editions_follow_each_other_by_what_their_records_say():
    """The end of an edition comes from its successor and is marked as inferred."""
    made = catalogue(
        record(
            "ISO 99:2011",
            (Link.REPLACED_BY, "ISO 99:2025"),
            status=Status.WITHDRAWN,
            stage="95.99",
            published="2011-07",
        ),
        record("ISO 99:2025", (Link.REPLACES, "ISO 99:2011"), published="2025-02"),
    )
    entry = show(made, "ISO 99", "2015-06-01")
    assert (str(entry.edition.ref), entry.status, entry.replaced_by) == ("ISO 99:2011", Status.CURRENT, ())
    entry = show(made, "ISO 99:2011", "2026-01-01")
    assert (entry.status, names(entry.replaced_by)) == (Status.SUPERSEDED, ["ISO 99:2025"])
    assert "inferred" in entry.standing.en
    assert str(show(made, "ISO 99", "2026-01-01").edition.ref) == "ISO 99:2025"


def test_a_day_of_withdrawal_is_the_first_day_without_the_document():
    """IEC gives the day: on the day before it the document stands, and nothing is inferred."""
    made = catalogue(
        record(
            "IEC 99:2011", status=Status.WITHDRAWN, stage="95.99", published="2011-07-01", withdrawn=date(2020, 5, 6)
        )
    )
    assert show(made, "IEC 99", "2020-05-05").status is Status.CURRENT
    entry = show(made, "IEC 99:2011", "2020-05-06")
    assert entry.status is Status.WITHDRAWN
    assert "inferred" not in entry.standing.en


def test_a_superseded_edition_without_named_heir_gets_the_next_one():
    """IEC names no heirs; the conclusion is marked as unverified, and a merely withdrawn document gets none."""
    made = catalogue(
        record(
            "IEC 99:2001", status=Status.SUPERSEDED, stage="95.99", published="2001-01-01", withdrawn=date(2011, 7, 1)
        ),
        record(
            "IEC 99:2011", status=Status.WITHDRAWN, stage="95.99", published="2011-07-01", withdrawn=date(2015, 1, 1)
        ),
        record("IEC 99:2021", published="2021-01-01"),
    )
    (relation,) = [each for each in made.relations if each.kind is RelationKind.REPLACES]
    assert names((relation.subject, relation.object)) == ["IEC 99:2011", "IEC 99:2001"]
    assert relation.confidence == "unverified"


def test_amendments_and_consolidated_versions_end_with_their_edition():
    """An amendment goes with its edition; a consolidated version gives way to the next one, the last to the edition."""
    old = {"status": Status.SUPERSEDED, "stage": "95.99"}
    made = catalogue(
        record("IEC 99:2001", published="2001-01-01", withdrawn=date(2011, 7, 1), **old),
        record("IEC 99:2001/AMD1:2003", published="2003-01-01", withdrawn=date(2011, 7, 1), **old),
        record("IEC 99:2001+AMD1:2003 CSV", published="2003-01-02", withdrawn=date(2006, 1, 1), **old),
        record("IEC 99:2001+AMD1:2003+AMD2:2006 CSV", published="2006-01-01", withdrawn=date(2011, 7, 1), **old),
        record("IEC 99:2011", published="2011-07-01"),
    )
    heirs = {str(each.object): str(each.subject) for each in made.relations if each.kind is RelationKind.REPLACES}
    assert heirs == {
        "IEC 99:2001": "IEC 99:2011",
        "IEC 99:2001/AMD1:2003": "IEC 99:2011",
        "IEC 99:2001+AMD1:2003 CSV": "IEC 99:2001+AMD1:2003+AMD2:2006 CSV",
        "IEC 99:2001+AMD1:2003+AMD2:2006 CSV": "IEC 99:2011",
    }
    assert show(made, "IEC 99:2001/AMD1:2003", "2020-01-01").status is Status.SUPERSEDED


def test_a_draft_is_under_way_until_its_edition_is_out():
    """A draft revises from its year on, and gives way to the edition with its number."""
    made = catalogue(
        record("ISO 99:2011", published="2011-07", edition="2"),
        record(
            "ISO/FDIS 99", (Link.REVISES, "ISO 99:2011"), status=Status.DRAFT, stage="50.20", edition="3", year=2024
        ),
        record("ISO 99:2025", (Link.REPLACES, "ISO 99:2011"), published="2025-02", edition="3"),
    )
    assert show(made, "ISO 99", "2015-06-01").under_revision_by == ()
    assert names(show(made, "ISO 99", "2024-12-31").under_revision_by) == ["ISO/FDIS 99"]
    assert show(made, "ISO/FDIS 99", "2024-12-31").status is Status.DRAFT
    entry = show(made, "ISO/FDIS 99", "2025-06-01")
    assert (entry.status, names(entry.replaced_by)) == (Status.SUPERSEDED, ["ISO 99:2025"])


def test_a_draft_that_only_an_edition_names_is_under_way_from_the_day_of_the_source():
    """What the catalogue does not hold has no dates: nobody can say that it was under way years before."""
    made = catalogue(record("ISO 99:2011", (Link.REVISED_BY, "ISO/AWI 99"), published="2011-07", stage="90.92"))
    assert show(made, "ISO 99", "2015-06-01").under_revision_by == ()
    assert names(show(made, "ISO 99", SEEN.isoformat()).under_revision_by) == ["ISO/AWI 99"]


def test_a_draft_of_the_year_of_the_source_is_known_when_the_source_was_seen():
    """A draft of 2025 in a catalogue of June 2025 had reached its stage by that day, not only by the end of 2025."""
    draft = record("ISO/DIS 99", (Link.REVISES, "ISO 99:2011"), status=Status.DRAFT, stage="40.60", year=SEEN.year)
    editions, relations = editions_and_relations([record("ISO 99:2011", published="2011-07"), draft], "a", SEEN)
    made = Catalogue(editions, relations, "a; b", SEEN.replace(year=SEEN.year + 1))  # beside a later source
    assert show(made, "ISO/DIS 99", SEEN.isoformat()).status is Status.DRAFT
    assert names(show(made, "ISO 99", SEEN.isoformat()).under_revision_by) == ["ISO/DIS 99"]


def test_the_line_of_time_has_predecessors_of_every_edition_and_amendments():
    """From the first document that led here to the last amendment, each with its day."""
    made = catalogue(
        record("ISO 9:1992", status=Status.SUPERSEDED, stage="95.99", published="1992-01"),
        record("ISO 99-1:2006", (Link.REPLACES, "ISO 9:1992"), status=Status.SUPERSEDED, published="2006-06"),
        record("ISO 99-1:2011", (Link.REPLACES, "ISO 99-1:2006"), published="2011-07"),
        record("ISO 99-1:2011/Amd 1:2013", published="2013-05"),
    )
    told = [str(each.reference) for each in show(made, "ISO 99-1", "2020-01-01").timeline if "publi" in each.what.en]
    assert told == ["ISO 9:1992", "ISO 99-1:2006", "ISO 99-1:2011", "ISO 99-1:2011/Amd 1:2013"]


def test_an_abandoned_draft_revises_nothing():
    """A project deleted at any stage was never under way in the end."""
    made = catalogue(
        record("ISO 99:2011", published="2011-07"),
        record("ISO/CD 99", (Link.REVISES, "ISO 99:2011"), status=Status.WITHDRAWN, stage="30.98", year=2014),
    )
    assert show(made, "ISO 99", "2020-01-01").under_revision_by == ()
    assert show(made, "ISO/CD 99", "2020-01-01").status is Status.WITHDRAWN


def test_a_draft_is_not_finished_by_an_edition_of_years_before():
    """Sources number editions each by itself: "edition 1" of a draft of 2023 is not the edition 1 of 1993."""
    made = catalogue(
        record("IEC 99:1993", status=Status.SUPERSEDED, stage="95.99", published="1993-09-30", edition="1"),
        record("IEC 99:2011", published="2011-02-25", edition="3"),
        record("IEC CD 99", status=Status.DRAFT, stage="30.99", edition="1", year=2023),
    )
    assert show(made, "IEC CD 99", "2026-01-01").status is Status.DRAFT
    assert names(show(made, "IEC 99", "2026-01-01").under_revision_by) == ["IEC CD 99"]


def test_a_draft_that_names_no_edition_is_to_replace_the_latest():
    """IEC names none; the conclusion is marked as unverified. A draft that names one is believed."""
    named = (Link.REVISES, "ISO 99:2001")
    made = catalogue(
        record("ISO 99:2001", published="2001-01"),
        record("ISO 99:2011", published="2011-01"),
        record("ISO/CD 99", named, status=Status.DRAFT, stage="30.60", edition="3", year=2024),
        record("ISO/DIS 99", status=Status.DRAFT, stage="40.60", edition="3", year=2025),
    )
    assert names(show(made, "ISO 99:2011", "2026-01-01").under_revision_by) == ["ISO/DIS 99"]
    assert names(show(made, "ISO 99:2001", "2026-01-01").under_revision_by) == ["ISO/CD 99"]
    confidences = {each.confidence for each in made.relations if str(each.object) == "ISO/DIS 99"}
    assert confidences == {"unverified"}


def test_of_one_project_only_the_furthest_draft_is_under_way():
    """A committee draft beside the enquiry draft that came of it says nothing; each amendment is a project."""
    draft = {"status": Status.DRAFT, "stage": "40.60", "year": 2024}
    made = catalogue(
        record("ISO 99:2011", published="2011-07", edition="2"),
        record("ISO/DIS 99", edition="3", **draft),
        record("ISO/CD 99", edition="3", **draft),
        record("ISO/DIS 99.2", edition="3", **draft),
        record("ISO 99:2011/CD Amd 1", **draft),
        record("ISO 99:2011/DAM 1", **draft),
        record("ISO 99:2011/CD Amd 2", **draft),
    )
    under_way = names(show(made, "ISO 99", "2041-01-01").under_revision_by)  # drafts of amendments are not dated
    assert sorted(under_way) == ["ISO 99:2011/CD Amd 2", "ISO 99:2011/DAM 1", "ISO/DIS 99.2"]


def test_an_edition_replaces_editions_and_not_the_drafts_that_led_to_it():
    """Finished drafts are neither predecessors nor under way, and not in the edition's line of time."""
    made = catalogue(
        record("ISO 99:2011", (Link.REPLACED_BY, "ISO 99:2025"), status=Status.WITHDRAWN, published="2011-07"),
        record("ISO/DIS 99", (Link.REVISES, "ISO 99:2011"), status=Status.DRAFT, edition="3", year=2023),
        record("ISO/FDIS 99", (Link.REPLACES, "ISO/DIS 99"), status=Status.DRAFT, edition="3", year=2024),
        record("ISO 99:2025", (Link.REPLACES, "ISO 99:2011"), published="2025-02", edition="3"),
    )
    entry = show(made, "ISO 99", "2026-01-01")
    assert (names(entry.replaces), entry.under_revision_by) == (["ISO 99:2011"], ())
    assert {str(change.reference) for change in entry.timeline} == {"ISO 99:2011", "ISO 99:2025"}
    assert show(made, "ISO 99:2011", "2026-01-01").under_revision_by == ()
    assert names(show(made, "ISO/FDIS 99", "2024-12-31").replaces) == ["ISO/DIS 99"]


def test_what_iec_calls_replaced_is_superseded_though_no_heir_is_known():
    """The day of withdrawal is given, the heir is not: the source's word still tells it from a mere withdrawal."""
    made = catalogue(
        record(
            "IEC 99:2001", status=Status.SUPERSEDED, stage="95.99", published="2001-01-01", withdrawn=date(2011, 7, 1)
        )
    )
    entry = show(made, "IEC 99:2001", "2012-01-01")
    assert (entry.status, entry.replaced_by) == (Status.SUPERSEDED, ())
    assert show(made, "IEC 99", "2011-06-30").status is Status.CURRENT


def test_an_abandoned_project_replaces_nothing():
    """What it was to replace still stands."""
    made = catalogue(
        record("ISO 99:2011", published="2011-07"),
        record("ISO/CD 99", (Link.REPLACES, "ISO 99:2011"), status=Status.WITHDRAWN, stage="30.98", year=2015),
    )
    entry = show(made, "ISO 99", "2020-01-01")
    assert (str(entry.edition.ref), entry.status) == ("ISO 99:2011", Status.CURRENT)


def test_the_shell_of_a_published_project_disappears():
    """ISO's data keep ``ISO 99`` at 60.00 beside ``ISO 99:2025``; without the edition it is a draft under way."""
    shell = record("ISO 99", (Link.REVISES, "ISO 99:2011"), status=Status.DRAFT, stage="60.00", edition="3", year=2025)
    older = record("ISO 99:2011", published="2011-07", edition="2")
    newer = record("ISO 99:2025", (Link.REPLACES, "ISO 99:2011"), published="2025-02", edition="3")
    assert names(each.ref for each in catalogue(shell, older, newer).editions) == ["ISO 99:2011", "ISO 99:2025"]
    assert names(show(catalogue(shell, older), "ISO 99", "2026-06-01").under_revision_by) == ["ISO 99"]
    assert str(show(catalogue(shell, older), "ISO 99", "2026-06-01").edition.ref) == "ISO 99:2011"


def test_an_amendment_amends_what_its_number_says():
    """From its own publication on; its draft is under way, until the amendment with its number is out."""
    made = catalogue(
        record("ISO 99:2011", published="2011-07"),
        record("ISO 99:2011/DAM 1", status=Status.DRAFT, stage="40.60"),
        record("ISO 99:2011/Amd 1:2014", published="2014-03"),
        record("ISO 99:2011/Amd 1:2014/Cor 1:2015", published="2015-03"),
    )
    assert show(made, "ISO 99", "2014-01-01").amended_by == ()
    assert names(show(made, "ISO 99", "2016-01-01").amended_by) == ["ISO 99:2011/Amd 1:2014"]
    assert names(show(made, "ISO 99:2011/Amd 1:2014", "2016-01-01").amended_by) == ["ISO 99:2011/Amd 1:2014/Cor 1:2015"]
    draft = show(made, "ISO 99:2011/DAM 1", "2040-06-01")
    assert (draft.status, names(draft.replaced_by)) == (Status.SUPERSEDED, ["ISO 99:2011/Amd 1:2014"])


def test_what_sells_other_documents_is_no_edition():
    """A series of 2026 does not become the current edition of its first part; a consolidated version stays."""
    made = catalogue(
        record("IEC 99-1:2005", published="2005-12-15"),
        record("IEC 99-1:2005+AMD1:2012 CSV", published="2012-07-01"),
        record("IEC 99-1:2026 SER", published="2026-01-01"),
        record("IEC 99-1:2005 RLV", published="2005-12-16"),
    )
    assert str(show(made, "IEC 99-1", "2030-01-01").edition.ref) == "IEC 99-1:2005"
    assert len(made.editions) == 2


def test_of_two_records_of_one_document_the_newer_counts():
    """By the freshness of the file, in whichever order the two are read."""
    older = record("ISO 99:2011", stage="90.93", freshness="0001.0002.0007 2024-01-16", member="z.yaml")
    newer = record("ISO 99:2011", stage="90.20", freshness="0001.0002.0009 ", member="a.yaml")
    assert fresher(older, newer) is fresher(newer, older) is newer
    assert len(catalogue(older, newer).editions) == 1


def test_cycles_and_relations_to_oneself_do_no_harm():
    """Every question gets an answer, and self-references vanish."""
    made = catalogue(
        record("ISO 1:2001", (Link.REPLACES, "ISO 2:2001"), (Link.REPLACES, "ISO 1:2001"), published="2001-01"),
        record("ISO 2:2001", (Link.REPLACES, "ISO 1:2001"), (Link.AMENDED_BY, "ISO 2:2001"), published="2001-01"),
        record("ISO 3:2001", (Link.REPLACES, "ISO 404:1999"), (Link.ADOPTS, "ISO 1:2001"), published="2001-01"),
    )
    assert all(each.subject != each.object for each in made.relations)
    for number in ("ISO 1", "ISO 2", "ISO 3", "ISO 404:1999"):
        assert show(made, number, "2030-01-01").reference == StandardRef.parse(number)


@pytest.mark.parametrize(
    ("number", "base"),
    [
        ("ISO 99:2011", None),
        ("IEC 99:2011+AMD1:2014 CSV", None),
        ("ISO 99:2011/Amd 1:2014", "ISO 99:2011"),
        ("ISO 99:2011/Amd 1:2014/Cor 1:2015", "ISO 99:2011/Amd 1:2014"),
    ],
)
def test_an_amendment_is_told_from_a_consolidated_version(number, base):
    """The slash amends, the plus includes."""
    assert amended_edition(StandardRef.parse(number)) == (StandardRef.parse(base) if base else None)


@pytest.mark.parametrize(
    ("number", "draft"),
    [
        ("ISO/DIS 99", True),
        ("ISO 99", True),
        ("ISO 99:2011/DAM 1", True),
        ("ISO 99:2011/CD Amd 1", True),
        ("ISO 99:2011/Amd 1", True),
        ("ISO 99:2011/Amd 1:2014", False),
        ("ISO 99:2011", False),
    ],
)
def test_a_draft_is_known_by_its_number(number, draft):
    """By its stage, or for want of a year."""
    assert names_draft(StandardRef.parse(number)) is draft


NUMBERS = [
    f"ISO {number}{year}{more}" for number in (1, 2) for year in (":2001", ":2011", "") for more in ("", "/Amd 1:2012")
]
NUMBERS += ["ISO/DIS 1", "ISO/CD 2"]
RECORDS = st.builds(
    lambda number, links, status, stage, year: record(
        number, *links, status=status, stage=stage, published=year and str(year), year=year, edition=str(year or 1)
    ),
    st.sampled_from(NUMBERS),
    st.lists(st.tuples(st.sampled_from(Link), st.sampled_from(NUMBERS)), max_size=4),
    st.sampled_from(Status),
    st.sampled_from(["", "30.98", "40.60", "60.60", "95.99"]),
    st.none() | st.integers(1995, 2020),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(RECORDS, max_size=8), st.integers(1990, 2025))
def test_any_records_make_a_catalogue_that_answers(records, year):
    """However absurd the records are: one edition a reference at most, and an answer to every question."""
    made = catalogue(*records)
    refs = [each.ref for each in made.editions]
    assert len(refs) == len(set(refs)) <= len(records)
    assert all(each.subject != each.object for each in made.relations)
    for number in NUMBERS:
        entry = show(made, number, f"{year}-06-01")
        assert entry.edition is None or entry.edition.ref in refs


# -- the catalogues of ISO and IEC -------------------------------------------------------------------------------------

DOCUMENTS = ("10218", "12100", "60601-1", "27001", "9001")


@pytest.fixture(scope="module")
def real():
    """Catalogues of some documents, from the real records: ISO's and IEC's apart."""
    made = {}
    for name in ("relaton-iso", "relaton-iec"):
        path = SHARED / f"{name}.tar.zst"
        if not path.is_file():
            pytest.skip("the catalogues of ISO and IEC (../shared/data/standards) are not beside this checkout")
        found = [
            read_record(each.data, each.name)
            for each in members(path)
            if any(number in each.name for number in DOCUMENTS)
        ]
        by_base = defaultdict(list)
        for each in found:
            by_base[each.ref.base_key].append(each)
        kept = [each for group in by_base.values() for each in group]
        dated = date(2026, 3, 15)
        made[name] = Catalogue(*editions_and_relations(kept, name, dated), name, dated)
    return made


def test_iso_10218_1_stood_in_its_edition_of_2011_in_2015(real):
    """The case of the issue: the edition, its predecessor, and nothing that the world did not know in 2015."""
    entry = show(real["relaton-iso"], "ISO 10218-1", "2015-06-01")
    assert (str(entry.edition.ref), entry.status) == ("ISO 10218-1:2011", Status.CURRENT)
    assert names(entry.replaces) == ["ISO 10218-1:2006/Cor 1:2007", "ISO 10218-1:2006"]
    assert entry.replaced_by == entry.under_revision_by == ()
    assert all(change.date <= date(2015, 6, 1) for change in entry.timeline)
    later = show(real["relaton-iso"], "ISO 10218-1:2011", "2025-06-01")
    assert (later.status, names(later.replaced_by)) == (Status.SUPERSEDED, ["ISO 10218-1:2025"])
    assert "inferred" in later.standing.en


def test_iec_60601_1_has_its_amendments_of_the_day(real):
    """In 2013 the edition of 2005 stood with its first amendment, not with that of 2020; its series is no edition."""
    entry = show(real["relaton-iec"], "IEC 60601-1", "2013-06-01")
    assert str(entry.edition.ref) == "IEC 60601-1:2005"
    assert "IEC 60601-1:2005/AMD1:2012" in names(entry.amended_by)
    assert "IEC 60601-1:2005/AMD2:2020" not in names(entry.amended_by)
    assert "IEC 60601-1:2005/AMD2:2020" in names(show(real["relaton-iec"], "IEC 60601-1", "2026-02-01").amended_by)
    assert {"IEC 60601-1:1988", "IEC 60601-1:1988/AMD2:1995"} <= set(names(entry.replaces))


def test_iso_9001_has_its_amendment_and_no_shell(real):
    """The amendment of 2024 amends; the undated shell of its project is gone."""
    entry = show(real["relaton-iso"], "ISO 9001", "2025-04-01")
    assert str(entry.edition.ref) == "ISO 9001:2015"
    assert names(entry.amended_by) == ["ISO 9001:2015/Amd 1:2024"]
    assert "ISO 9001:2015/Amd 1" not in names(entry.under_revision_by)


def test_an_edition_is_not_ended_by_its_corrigendum(real):
    """ISO says that the corrigendum of 1994 "obsoletes" the edition of 1992, which stood until 2006."""
    entry = show(real["relaton-iso"], "ISO 10218:1992", "2000-01-01")
    assert entry.status is Status.CURRENT
    assert "ISO 10218:1992/Cor 1:1994" in names(entry.amended_by)


def test_an_iec_edition_ends_on_the_day_that_iec_gives(real):
    """ISO/IEC 27001:2005 is in both catalogues; IEC's has the day of its withdrawal."""
    made = real["relaton-iec"]
    assert show(made, "ISO/IEC 27001:2005", "2013-09-24").status is Status.CURRENT
    assert show(made, "ISO/IEC 27001:2005", "2013-09-25").status is Status.SUPERSEDED
