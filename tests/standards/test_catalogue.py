"""A catalogue as of a date: what is current, what is unknown to the world, who adopts whom, what changes when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.standards import Catalogue, Degree, Edition, Milestone, Relation, RelationKind, StandardRef, Status, When
from qilian.text import Text

DATED = date(2024, 6, 30)


def ref(text: str) -> StandardRef:
    return StandardRef.parse_or_named(text)


def edition(
    text: str,
    published: str = "",
    status: Status = Status.CURRENT,
    *,
    edition: str = "",
    in_force_from: date | None = None,
    in_force_until: date | None = None,
    milestones: tuple[Milestone, ...] = (),
) -> Edition:
    when = When.parse(published) if published else None
    title = Text("", f"Title of {text}")
    return Edition(ref(text), title, status, when, in_force_from, in_force_until, edition, milestones=milestones)


def replaces(new: str, old: str) -> Relation:
    return Relation(RelationKind.REPLACES, ref(new), ref(old))


def adopts(adopter: str, adopted: str, degree: Degree = Degree.IDENTICAL) -> Relation:
    return Relation(RelationKind.ADOPTS, ref(adopter), ref(adopted), degree, "secondary")


def catalogue(*parts: Edition | Relation) -> Catalogue:
    editions = [each for each in parts if isinstance(each, Edition)]
    relations = [each for each in parts if isinstance(each, Relation)]
    return Catalogue(editions, relations, "test", DATED)


THREE = (
    edition("ISO 9:2000", "2000-03-01", Status.SUPERSEDED),
    edition("ISO 9:2010", "2010-05", Status.SUPERSEDED),
    edition("ISO 9:2020", "2020-07-15"),
    replaces("ISO 9:2010", "ISO 9:2000"),
    replaces("ISO 9:2020", "ISO 9:2010"),
)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2000, 2, 29), None),
        (date(2000, 3, 1), "ISO 9:2000"),
        (date(2010, 5, 30), "ISO 9:2000"),  # "2010-05" has surely passed only at its end
        (date(2010, 5, 31), "ISO 9:2010"),
        (date(2020, 7, 14), "ISO 9:2010"),
        (date(2020, 7, 15), "ISO 9:2020"),
        (date(2030, 1, 1), "ISO 9:2020"),
    ],
)
def test_an_undated_reference_means_the_edition_of_the_day(on: date, expected: str | None) -> None:
    """The current edition changes on the day on which its successor is published; there is none before the first."""
    found = catalogue(*THREE).resolve(ref("ISO 9"), on)
    assert (str(found.ref) if found else None) == expected


def test_an_edition_is_unknown_before_it_is_published() -> None:
    """On a date before publication the status is unknown, and no title, successor or date of the future shows."""
    answer = catalogue(*THREE)
    future = answer.show(ref("ISO 9:2020"), date(2015, 1, 1))
    assert (future.status, future.edition, future.published, bool(future.title)) == (Status.UNKNOWN, None, None, False)
    past = answer.show(ref("ISO 9:2010"), date(2015, 1, 1))
    assert (past.status, past.replaced_by) == (Status.CURRENT, ())
    assert all(change.date <= date(2015, 1, 1) for change in past.timeline)


def test_an_end_that_the_source_lacks_is_inferred_and_says_so() -> None:
    """The old edition ends with its successor's publication, as exactly as that is known, marked as inferred."""
    entry = catalogue(*THREE).show(ref("ISO 9:2000"), date(2022, 1, 1))
    assert entry.status is Status.SUPERSEDED
    assert entry.standing.en == "superseded since 2010-05 (inferred from the successor)"
    assert entry.replaced_by == (ref("ISO 9:2010"),)


def test_superseded_without_a_date_stays_honest() -> None:
    """Without a dated successor the source's word stands, and the entry says that no date is given."""
    entry = catalogue(edition("ISO 9:1990", "1990", Status.SUPERSEDED)).show(ref("ISO 9"), date(2001, 1, 1))
    assert entry.status is Status.SUPERSEDED
    assert "no date" in entry.standing.en


def test_a_later_edition_dates_the_end_even_when_unlinked() -> None:
    """A superseded edition whose heir is in the catalogue but not named ends with the heir."""
    answer = catalogue(edition("ISO 9:1990", "1990-01-01", Status.SUPERSEDED), edition("ISO 9:1995", "1995-01-01"))
    assert answer.show(ref("ISO 9:1990"), date(1992, 1, 1)).status is Status.CURRENT
    assert answer.show(ref("ISO 9:1990"), date(1995, 1, 1)).status is Status.SUPERSEDED


def test_the_catalogue_cannot_know_what_came_after_it() -> None:
    """A year without a day is passed at the latest on the catalogue's own date: it lists the edition as published."""
    answer = catalogue(edition("GB/T 7-2024", "2024"))
    assert answer.resolve(ref("GB/T 7"), DATED - timedelta(days=1)) is None
    assert answer.resolve(ref("GB/T 7"), DATED) is not None


LAW = (
    edition("2006/42/EC", "2006", in_force_until=date(2027, 1, 19)),
    edition(
        "Regulation (EU) 2023/1230",
        "2023-06-29",
        in_force_from=date(2027, 1, 20),
        milestones=(Milestone(date(2023, 7, 19), Text("生效", "enters into force")),),
    ),
    replaces("Regulation (EU) 2023/1230", "2006/42/EC"),
)


@pytest.mark.parametrize(
    ("on", "old", "old_in_force", "new", "new_in_force"),
    [
        (date(2023, 6, 28), Status.CURRENT, True, Status.UNKNOWN, False),
        (date(2023, 6, 29), Status.CURRENT, True, Status.CURRENT, False),
        (date(2027, 1, 19), Status.CURRENT, True, Status.CURRENT, False),
        (date(2027, 1, 20), Status.SUPERSEDED, False, Status.CURRENT, True),
    ],
)
def test_an_act_is_published_before_it_applies(
    on: date, old: Status, old_in_force: bool, new: Status, new_in_force: bool
) -> None:
    """Two acts hand over on the given day, without a gap and without a day on which both apply."""
    answer = catalogue(*LAW)
    first, second = answer.show(ref("2006/42/EC"), on), answer.show(ref("(EU) 2023/1230"), on)
    assert (first.status, first.in_force) == (old, old_in_force)
    assert (second.status, second.in_force) == (new, new_in_force)
    if new is Status.CURRENT and not new_in_force:
        assert second.standing.en == "published, not yet applicable: applies from 2027-01-20"


def test_an_announced_end_shows_only_after_the_announcement() -> None:
    """Before the successor was published nobody knew the last day."""
    answer = catalogue(*LAW)
    assert answer.show(ref("2006/42/EC"), date(2020, 1, 1)).standing.en == "current"
    assert answer.show(ref("2006/42/EC"), date(2024, 1, 1)).standing.en == "current until 2027-01-19"


def test_a_standard_stands_until_its_successor_applies() -> None:
    """Where an edition takes effect later than it is published, the old one is current until then."""
    answer = catalogue(
        edition("GB/T 7-2013", "2013-11-12", Status.SUPERSEDED),
        edition("GB/T 7-2020", "2020-02-28", in_force_from=date(2020, 9, 1)),
        replaces("GB/T 7-2020", "GB/T 7-2013"),
    )
    between = answer.resolve(ref("GB/T 7"), date(2020, 5, 1))
    assert between is not None
    assert str(between.ref) == "GB/T 7-2013"
    after = answer.resolve(ref("GB/T 7"), date(2020, 9, 1))
    assert after is not None
    assert str(after.ref) == "GB/T 7-2020"


def test_withdrawn_without_successor() -> None:
    """A last day without a successor is a withdrawal."""
    entry = catalogue(edition("ISO 9:2000", "2000-01-01", in_force_until=date(2019, 12, 31))).show(
        ref("ISO 9:2000"), date(2020, 1, 1)
    )
    assert entry.status is Status.WITHDRAWN


def test_drafts_are_no_current_editions() -> None:
    """A draft is shown as a draft when asked for, and never answers for the standard."""
    answer = catalogue(*THREE, edition("ISO/DIS 9", "2023-01-10", Status.DRAFT))
    assert answer.show(ref("ISO/DIS 9"), date(2024, 1, 1)).status is Status.DRAFT
    assert answer.show(ref("ISO/DIS 9"), date(2022, 1, 1)).status is Status.UNKNOWN
    found = answer.resolve(ref("ISO 9"), date(2024, 1, 1))
    assert found is not None
    assert str(found.ref) == "ISO 9:2020"
    only = catalogue(edition("ISO/NP 5", "2023-01-10", Status.DRAFT))
    assert only.resolve(ref("ISO 5"), date(2024, 1, 1)) is None
    assert only.show(ref("ISO 5"), date(2024, 1, 1)).status is Status.DRAFT


def test_other_ways_to_name_an_edition() -> None:
    """The number of an edition, a clause, and an amendment that is not listed lead to the edition."""
    answer = catalogue(edition("IEC 61000-4-2:2008", "2008-12-09", edition="2"))
    for text in ("IEC 61000-4-2 Ed.2", "IEC 61000-4-2:2008 8.3", "IEC 61000-4-2:2008+AMD1:2010 CSV"):
        found = answer.resolve(ref(text), date(2020, 1, 1))
        assert found is not None, text
        assert str(found.ref) == "IEC 61000-4-2:2008"
    assert answer.resolve(ref("IEC 61000-4-2:2001"), date(2020, 1, 1)) is None


def test_what_is_not_in_the_catalogue_is_unknown() -> None:
    """An unknown reference gives an answer that says so, with the catalogue's date."""
    entry = catalogue(*THREE).show(ref("ISO 77:2000"), date(2020, 1, 1))
    assert entry.status is Status.UNKNOWN
    assert DATED.isoformat() in entry.standing.en


ADOPTION = (
    *THREE,
    edition("GB/T 7-2002", "2002-01-01", Status.SUPERSEDED),
    edition("GB/T 7-2012", "2012-01-01"),
    replaces("GB/T 7-2012", "GB/T 7-2002"),
    adopts("GB/T 7-2002", "ISO 9:2000", Degree.EQUIVALENT),
    adopts("GB/T 7-2012", "ISO 9:2010"),
    edition("JIS B 7:2013", "2013-01-01"),
    adopts("JIS B 7:2013", "ISO 9:2010", Degree.MODIFIED),
)


def test_adoption_is_seen_from_both_sides() -> None:
    """The adopter names what it adopts, and the adopted one its adopters that stand on the date."""
    answer, on = catalogue(*ADOPTION), date(2015, 1, 1)
    up = answer.equivalents(ref("GB/T 7"), on)
    assert [(str(each.reference), each.degree) for each in up] == [
        ("ISO 9:2010", Degree.IDENTICAL),
        ("JIS B 7:2013", Degree.MODIFIED),  # over ISO 9:2010, with the weaker degree
    ]
    assert up[1].via == ref("ISO 9:2010")
    down = answer.equivalents(ref("ISO 9"), on)
    assert {str(each.reference) for each in down} == {"GB/T 7-2012", "JIS B 7:2013"}


def test_an_adoption_that_lags_says_by_how_much() -> None:
    """The lag counts the editions that followed the adopted one by the date, and names the current one."""
    answer = catalogue(*ADOPTION)
    (lagging, _) = answer.equivalents(ref("GB/T 7-2012"), date(2022, 1, 1))
    assert lagging.lag == 1
    assert "the current edition is ISO 9:2020" in lagging.remark.en
    (early,) = answer.equivalents(ref("GB/T 7-2002"), date(2022, 1, 1))
    assert early.lag == 2
    (fresh, *_) = answer.equivalents(ref("GB/T 7-2012"), date(2015, 1, 1))
    assert fresh.lag == 0


def test_a_lag_that_grew_after_the_date_is_told_with_the_day_of_the_catalogue() -> None:
    """In 2015 GB/T 9 was one edition behind; by the catalogue's day it is two."""
    made = catalogue(*THREE, edition("GB/T 9-2005", "2005-01-01"), adopts("GB/T 9-2005", "ISO 9:2000"))
    (found,) = made.equivalents(ref("ISO 9"), date(2015, 1, 1))
    assert (found.lag, found.lag_now) == (1, 2)
    assert "ISO 9:2010, 1 edition later (by 2024-06-30: ISO 9:2020, 2 editions later)" in found.remark.en
    assert "落后 1 版（2024-06-30 的目录：ISO 9:2020，落后 2 版）" in found.remark.zh
    (found,) = made.equivalents(ref("ISO 9"), date(2023, 1, 1))
    assert (found.lag, found.lag_now) == (2, 2)
    assert "by 2024-06-30" not in found.remark.en


def test_equivalents_of_the_future_do_not_show() -> None:
    """On a date before an adoption was published nobody knew it."""
    assert catalogue(*ADOPTION).equivalents(ref("ISO 9:2010"), date(2011, 1, 1)) == ()


@pytest.mark.parametrize(
    ("asked", "offered", "expected"),
    [
        ("ISO 9:2010", "ISO 9:2010", True),
        ("ISO 9:2010", "GB/T 7-2012", True),
        ("GB/T 7-2012", "ISO 9:2010", True),
        ("ISO 9:2000", "GB/T 7-2002", False),  # EQV is not identical
        ("ISO 9:2010", "JIS B 7:2013", False),  # MOD is not identical
        ("ISO 9:2020", "GB/T 7-2012", False),  # identical to an older edition
        ("ISO 9", "ISO 9:2020", True),
        ("ISO 9", "ISO 9:2010", False),
        ("ISO 9:2010 5.2", "GB/T 7-2012 5.2", True),
        ("ISO 9:2010 5.2", "GB/T 7-2012 5.3", False),
        ("ISO 9:2010 5.2", "GB/T 7-2012", True),  # the whole holds the clause
        ("ISO 9:2010", "GB/T 7-2012 5.2", False),  # a clause is not the whole
        ("ISO 9:2010+AMD1:2011", "ISO 9:2010", False),
        ("ISO 9:2010", "ISO 9:2010+AMD1:2011", True),
        ("ISO 55:1999", "ISO 55:1999", True),  # not in the catalogue, and the same all the same
        ("个人信息保护法", "个人信息保护法", True),
    ],
)
def test_which_method_serves_which(asked: str, offered: str, expected: bool) -> None:
    """A method serves another if it is the same edition or an identical adoption of it, clause and amendments kept."""
    match = catalogue(*ADOPTION).accepts(ref(asked), ref(offered), date(2022, 1, 1))
    assert bool(match) is expected
    assert match.because.zh
    assert match.because.en


def test_a_match_is_as_sure_as_the_adoption() -> None:
    """A match over an adoption has the adoption's confidence, never more."""
    match = catalogue(*ADOPTION).accepts(ref("ISO 9:2010"), ref("GB/T 7-2012"), date(2022, 1, 1))
    assert match.confidence == "secondary"


def test_adoption_with_a_corrigendum() -> None:
    """An adoption of an edition with its corrigendum is found from the edition, and serves it."""
    answer = catalogue(*THREE, edition("GB 8-2003", "2003-01-01"), adopts("GB 8-2003", "ISO 9:2000+Cor 1:2002"))
    on = date(2005, 1, 1)
    assert [str(each.reference) for each in answer.equivalents(ref("ISO 9:2000"), on)] == ["GB 8-2003"]
    assert answer.accepts(ref("ISO 9:2000"), ref("GB 8-2003"), on)
    assert not answer.accepts(ref("GB 8-2003"), ref("ISO 9:2000"), on)


def test_changes_within_a_window() -> None:
    """Starts and ends that fall after the first day and up to the last are told in order, each once."""
    answer = catalogue(*LAW)
    found = answer.changes([ref("2006/42/EC"), ref("(EU) 2023/1230")], date(2026, 12, 1), date(2028, 12, 1))
    assert [(str(each.reference), each.date) for each in found] == [
        ("2006/42/EC", date(2027, 1, 20)),
        ("Regulation (EU) 2023/1230", date(2027, 1, 20)),
    ]
    assert answer.changes([ref("2006/42/EC")], date(2027, 1, 20), date(2030, 1, 1)) == ()
    assert answer.changes([ref("2006/42/EC")], date(2020, 1, 1), date(2030, 1, 1), known_on=date(2020, 1, 1)) == ()


def test_changes_of_an_undated_reference_follow_its_editions() -> None:
    """New editions of a document are its changes, and so is the end of the old ones."""
    found = catalogue(*THREE).changes([ref("ISO 9")], date(2015, 1, 1), date(2021, 1, 1))
    assert [(str(each.reference), each.date) for each in found] == [
        ("ISO 9:2010", date(2020, 7, 15)),
        ("ISO 9:2020", date(2020, 7, 15)),
    ]
    assert [each.when.inferred for each in found] == [True, False]


NUMBERS = st.integers(2000, 2006)


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12),
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6),
    st.lists(NUMBERS, max_size=7, unique=True),
    st.dates(date(1999, 1, 1), date(2010, 1, 1)),
)
def test_no_shape_of_relations_does_harm(
    successions: list[tuple[int, int]], adoptions: list[tuple[int, int]], known: list[int], on: date
) -> None:
    """Cycles, self-references and missing editions never hang or fail, and the future never shows."""
    answer = catalogue(
        *(edition(f"ISO 9:{year}", f"{year}-06-01") for year in known),
        *(edition(f"GB/T 7-{year}", f"{year}-06-01") for year in known),
        *(replaces(f"ISO 9:{new}", f"ISO 9:{old}") for new, old in successions),
        *(adopts(f"GB/T 7-{one}", f"ISO 9:{other}") for one, other in adoptions),
        *(adopts(f"ISO 9:{other}", f"GB/T 7-{one}") for one, other in adoptions[:2]),
    )
    for text in ("ISO 9", "ISO 9:2003", "GB/T 7", "GB/T 7-2003"):
        entry = answer.show(ref(text), on)
        assert entry.as_json()["status"] == entry.status.value
        assert entry.edition is None or (entry.published is not None and entry.published.last <= on)
        shown = [*entry.replaced_by, *(each.reference for each in entry.equivalents)]
        assert all(each.year is None or each.year <= on.year for each in shown)
        answer.changes([ref(text)], date(2000, 1, 1), on)
        answer.accepts(ref("ISO 9"), ref(text), on)


@given(st.dates(date(1999, 1, 1), date(2025, 1, 1)))
def test_at_most_one_edition_is_current(on: date) -> None:
    """Of a chain of successors, one edition at most is current on any day."""
    answer = catalogue(*THREE)
    current = [each for each in answer.editions if answer.status(each, on) is Status.CURRENT]
    assert len(current) == (1 if on >= date(2000, 3, 1) else 0)
