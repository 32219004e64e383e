"""The search index on plain rows: numbers in any spelling, words in any language, filters, updates, and damage."""

import csv
import itertools
import json
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qilian.portal.library.searching import (
    Changed,
    Filters,
    IndexBusyError,
    SearchError,
    SearchIndex,
    SearchRow,
    ready_index,
)
from qilian.standards import NotAReference, StandardRef, Status

ON = date(2026, 12, 1)


def row(number, titles, known_from=None, ends=None, stands=Status.CURRENT, committee="", ics=(), ended_as=None):
    """A row whose key is its number; dates as text."""
    return SearchRow(
        number,
        StandardRef.parse(number),
        titles,
        date.fromisoformat(known_from) if known_from else None,
        stands,
        date.fromisoformat(ends) if ends else None,
        ended_as or Status.SUPERSEDED,
        committee,
        tuple(ics),
    )


ARM_2011 = {
    "en": "Robots and robotic devices - Safety requirements for industrial robots - Part 1: Robots",
    "fr": "Robots et dispositifs robotiques - Exigences de sécurité pour les robots industriels - Partie 1: Robots",
}
ARM_2025 = {
    "en": "Robotics - Safety requirements - Part 1: Industrial robots",
    "fr": "Robotique - Exigences de sécurité - Partie 1: Robots industriels",
}
ROBOTS = {"committee": "ISO/TC 299", "ics": ["25.040.30"]}
ROWS = (
    row("ISO 10218-1:2006", {"en": "Robots for industrial environments"}, "2006-06-01", "2011-07-01", **ROBOTS),
    row("ISO 10218-1:2006/Cor 1:2007", {"en": "Robots for industrial environments"}, "2007-04-01", **ROBOTS),
    row("ISO 10218-1:2011", ARM_2011, "2011-07-01", "2025-02-01", **ROBOTS),
    row("ISO 10218-1:2025", ARM_2025, "2025-02-01", **ROBOTS),
    row("ISO 10218-2:2025", {"en": "Robotics - Safety requirements - Part 2: Robot cells"}, "2025-02-01", **ROBOTS),
    row("ISO/DIS 12100", {"en": "Safety of machinery"}, "2024-05-01", stands=Status.DRAFT, committee="ISO/TC 199"),
    row("ISO 12100:2010", {"en": "Safety of machinery - Risk assessment"}, "2010-11-01", committee="ISO/TC 199"),
    row("ISO/IEC 17025:2017", {"en": "Competence of testing and calibration laboratories"}, "2017-11-01"),
    row("ISO/TS 15066:2016", {"en": "Robots and robotic devices - Collaborative robots"}, "2016-02-01", **ROBOTS),
    row("GB/T 36008-2018", {"zh": "机器人与机器人装备 协作机器人"}, "2018-03-15", committee="SAC/TC 591"),
    row("GB 11291.1-2011", {"zh": "工业环境用机器人 安全要求 第1部分：机器人"}, "2011-05-12"),
    row("GB/T 12642-2013", {"zh": "工业机器人 性能规范及其试验方法"}, "2013-12-31"),
    row("IEC 61000-4-2:2025", {"en": "Electrostatic discharge immunity test"}, "2025-01-01", ics=["33.100.20"]),
    row("IEC 61000-4-3:2020", {"en": "Radiated field immunity test"}, "2020-09-01", ics=["33.100.20"]),
    row("IEC 60204-1:2016", {"en": "Electrical equipment of machines"}, "2016-10-01", committee="IEC/TC 44"),
    row("JJF(浙)1001-2010", {"zh": "电子计价秤检定规范"}, "2010-01-01"),
    row(
        "ISO 9000-3:1991",
        {"en": "Guidelines for software"},
        "1991-06-01",
        "1997-12-01",
        ended_as=Status.WITHDRAWN,
        committee="ISO/TC 176/SC 2",
        ics=["03.120.10", "35.080"],
    ),
)


def build(folder, rows=ROWS):
    index = SearchIndex(folder)
    index.rebuild(rows, "first")
    return index


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build(tmp_path_factory.mktemp("search"))


def found(index, text, filters=None, on=ON, limit=10):
    return [hit.reference for hit in index.search(text, on, filters, limit)]


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ISO 10218-1:2011", "ISO 10218-1:2011"),
        ("iso10218-1:2011", "ISO 10218-1:2011"),
        ("ＩＳＯ　１０２１８－１：２０１１", "ISO 10218-1:2011"),
        ("ISO 10218—1 —2011", "ISO 10218-1:2011"),
        ("iso1021812011", "ISO 10218-1:2011"),
        ("ISO 10218-1:2011 5.10.2", "ISO 10218-1:2011"),
        ("ISO 10218-1", "ISO 10218-1:2025"),
        ("10218-1", "ISO 10218-1:2025"),
        ("10218 1", "ISO 10218-1:2025"),
        ("ISO 17025", "ISO/IEC 17025:2017"),
        ("17025", "ISO/IEC 17025:2017"),
        ("ISO 15066", "ISO/TS 15066:2016"),
        ("GB 12642", "GB/T 12642-2013"),
        ("GB / T 12642 - 2013", "GB/T 12642-2013"),
        ("GBT126422013", "GB/T 12642-2013"),
        ("JJF（浙）1001—2010", "JJF(浙) 1001-2010"),
        ("标准 GB/T12642", "GB/T 12642-2013"),
        ("ISO 10218-1 robots", "ISO 10218-1:2025"),
        ("ISO 10218-1:2006/Cor 1:2007", "ISO 10218-1:2006/Cor 1:2007"),
        ("ISO/DIS 12100", "ISO/DIS 12100"),
    ],
)
def test_a_number_is_found_however_it_is_written(index, text, first):
    """The edition that was written stands first; without a year, the one that is current on the date."""
    assert found(index, text)[0] == first


def test_every_spelling_of_the_table_finds_its_document(tmp_path, repository):
    """The hand-written spellings of the standards room, one row a document: each finds its document in first place."""
    with (repository / "tests/standards/spellings.csv").open(encoding="utf-8", newline="") as stream:
        pairs = [(line["text"], line["canonical"]) for line in csv.DictReader(stream)]
    refs = {}
    for text, _ in pairs:
        try:
            ref = StandardRef.parse(text).without_clause
        except NotAReference:
            continue
        refs[str(ref)] = ref
    assert len(refs) > 150
    index = build(tmp_path, [SearchRow(key, ref, {}) for key, ref in refs.items()])
    missed = []
    for text, _ in pairs:
        try:
            wanted = str(StandardRef.parse(text).without_clause)
        except NotAReference:
            continue
        if found(index, text)[:1] != [wanted]:
            missed.append((text, wanted, found(index, text)[:3]))
    assert not missed


def test_an_undated_number_lists_the_edition_of_the_date_first_and_the_others_after_it(index):
    """In 2015 the 2011 edition was current, and the one of 2025 unknown to the world."""
    hits = index.search("ISO 10218-1", date(2015, 6, 1))
    assert hits[0].reference == "ISO 10218-1:2011"
    statuses = {hit.reference: hit.status for hit in hits}
    assert statuses["ISO 10218-1:2025"] is Status.UNKNOWN
    assert statuses["ISO 10218-1:2006"] is Status.SUPERSEDED
    assert found(index, "ISO 10218-1")[0] == "ISO 10218-1:2025"


def test_of_one_document_the_current_edition_comes_before_amendments_old_editions_and_series(tmp_path):
    """A short old title, which repeats the number, and a series that sells all parts do not come first."""
    index = SearchIndex(tmp_path)
    rows = [
        row("IEC 60601-1:1977", {"en": "IEC 60601-1"}, "1977-01-01", "1988-12-30"),
        row("IEC 60601-1:2005", {"en": "Medical electrical equipment - Part 1: General requirements"}, "2005-12-15"),
        row("IEC 60601-1:2005/AMD1:2012", {"en": "Amendment 1 - IEC 60601-1"}, "2012-07-13"),
        row("IEC 60601-1:2025 SER", {"en": "IEC 60601-1 - ALL PARTS"}, "2025-01-01"),
    ]
    index.rebuild(rows, "all")
    assert found(index, "IEC 60601-1")[0] == "IEC 60601-1:2005"
    assert found(index, "IEC 60601-1")[-1] == "IEC 60601-1:1977"


@pytest.mark.parametrize("text", ["ISO/TC 299", "iso tc299", "TC 299"])
def test_a_committee_is_not_taken_for_a_number(index, text):
    """What it made is found, and not the document that has its number."""
    assert set(found(index, text)) == {each.key for each in ROWS if each.committee == "ISO/TC 299"}
    assert found(index, f"{text} collaborative") == ["ISO/TS 15066:2016"]


def test_a_number_without_a_part_lists_the_parts(index):
    """People ask for a family by its main number."""
    assert set(found(index, "IEC 61000")) == {"IEC 61000-4-2:2025", "IEC 61000-4-3:2020"}


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("collaborative robot", "ISO/TS 15066:2016"),
        ("COLLABORATIVE ROBOTS", "ISO/TS 15066:2016"),
        ("colaborative robts", "ISO/TS 15066:2016"),
        ("exigences de securite robots industriels partie", "ISO 10218-1:2025"),
        ("electrostatic immunity", "IEC 61000-4-2:2025"),
        ("calibration laboratories testing", "ISO/IEC 17025:2017"),
        ("协作机器人", "GB/T 36008-2018"),
        ("机器人性能试验", "GB/T 12642-2013"),
        ("工业环境机器人安全", "GB 11291.1-2011"),
        ("工业环竟用机器人", "GB 11291.1-2011"),
        ("electrical equipment of big machines", "IEC 60204-1:2016"),
    ],
)
def test_words_in_any_language_are_found(index, text, expected):
    """Endings, accents, capitals, a letter or a character wrong, a word too many: the document is among the first."""
    assert expected in found(index, text)[:2]


def test_where_nothing_has_all_words_what_has_most_is_found(index):
    """Every word, as long as one document has them all; else most of them, and those with more first."""
    assert found(index, "robot cells") == ["ISO 10218-2:2025"]
    assert found(index, "robot cells xylophone")[0] == "ISO 10218-2:2025"
    both = {"IEC 61000-4-3:2020", "ISO/IEC 17025:2017"}
    assert set(found(index, "radiated field laboratories calibration")) == both


def test_words_that_no_document_has_find_nothing(index):
    """Nothing is better than anything."""
    assert found(index, "xylophone") == []
    assert found(index, "zzzz qqqq wwww") == []
    assert found(index, "???") == []


# -- filters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(publisher="GB"), {"GB/T 36008-2018", "GB 11291.1-2011", "GB/T 12642-2013"}),
        (Filters(publisher="gb/t"), {"GB/T 36008-2018", "GB/T 12642-2013"}),
        (Filters(committee="TC 591"), {"GB/T 36008-2018"}),
        (Filters(committee="ISO/TC 176"), {"ISO 9000-3:1991"}),
        (Filters(committee="iso/tc176/sc2"), {"ISO 9000-3:1991"}),
        (Filters(ics="33.100"), {"IEC 61000-4-2:2025", "IEC 61000-4-3:2020"}),
        (Filters(ics="35.080"), {"ISO 9000-3:1991"}),
        (Filters(ics="33.10"), set()),
        (Filters(status=Status.DRAFT), {"ISO/DIS 12100"}),
        (Filters(status=Status.WITHDRAWN), {"ISO 9000-3:1991"}),
        (Filters(status=Status.SUPERSEDED), {"ISO 10218-1:2006", "ISO 10218-1:2011"}),
        (Filters(publisher="ISO", committee="ISO/TC 199", status=Status.CURRENT), {"ISO 12100:2010"}),
    ],
)
def test_filters_alone_list_what_they_leave(index, filters, expected):
    """An empty text with filters is a list."""
    assert set(found(index, "", filters, limit=50)) == expected


def test_a_joint_document_is_found_under_each_of_its_publishers(index):
    """ISO/IEC is of ISO and of IEC."""
    for publisher in ("ISO", "IEC", "ISO/IEC"):
        assert found(index, "17025", Filters(publisher=publisher)) == ["ISO/IEC 17025:2017"]
    assert found(index, "17025", Filters(publisher="GB")) == []


def test_a_list_starts_with_the_newest_and_leaves_out_what_was_not_yet_known(index):
    """On a date in 2015 nothing of 2016 is listed."""
    references = [hit.reference for hit in index.search("", date(2015, 6, 1), limit=50)]
    assert references[0] == "GB/T 12642-2013"
    assert "ISO/TS 15066:2016" not in references


DAYS = st.dates(date(2000, 1, 1), date(2003, 12, 31))
STANDING = st.sampled_from([Status.CURRENT, Status.DRAFT, Status.SUPERSEDED, Status.UNKNOWN])
LIVES = st.tuples(st.none() | DAYS, STANDING, st.none() | DAYS, st.sampled_from([Status.SUPERSEDED, Status.WITHDRAWN]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.lists(LIVES, min_size=1, max_size=12), on=DAYS, status=st.sampled_from(Status))
def test_the_status_filter_agrees_with_the_status_of_each_hit(tmp_path, lives, on, status):
    """Whatever the lives of the documents: the filter keeps those, and only those, that have the status on the date."""
    folder = tmp_path / "lives"
    shutil.rmtree(folder, ignore_errors=True)
    rows = [
        SearchRow(str(number), StandardRef.parse(f"ISO {number}"), {"en": "life"}, known, stands, ends, ended)
        for number, (known, stands, ends, ended) in enumerate(lives, 1000)
        if not (known and ends and ends <= known)
    ]
    index = build(folder, rows)
    everything = index.search("life", on, limit=50)
    assert len(everything) == len(rows)
    kept = {hit.key for hit in index.search("life", on, Filters(status=status), limit=50)}
    assert kept == {hit.key for hit in everything if hit.status is status}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.from_regex(r"(ISO|GB/T|机器人|[-/:. 0-9a-z]){1,8}", fullmatch=True))
def test_any_text_is_answered(index, text):
    """No text makes the search fail, and each hit stands once."""
    references = found(index, text, limit=5)
    assert len(references) == len(set(references)) <= 5


def test_a_very_long_text_is_cut(index):
    """A page pasted into the search box is answered from its beginning."""
    assert found(index, "ISO 10218-1:2011 " + "robots " * 10_000)


# -- writing -----------------------------------------------------------------------------------------------------------


def test_an_update_writes_what_changed_and_takes_out_what_is_gone(tmp_path):
    """New, changed and gone rows show together; the others stay as they are."""
    index = build(tmp_path)
    new = row("ISO 25785-1:2027", {"en": "Dynamically stable robots"}, "2027-01-01")
    changed = replace(ROWS[3], titles={"en": "Retitled"})
    assert index.update([new, changed], "second", ["IEC 60204-1:2016"]) == 2
    assert index.stamp == "second"
    assert found(index, "dynamically stable") == ["ISO 25785-1:2027"]
    assert found(index, "retitled") == ["ISO 10218-1:2025"]
    assert "ISO 10218-1:2025" not in found(index, "robotique partie")
    assert found(index, "electrical equipment of machines") == []
    assert found(index, "17025") == ["ISO/IEC 17025:2017"]


def test_readers_answer_from_the_last_state_while_an_update_or_a_rebuild_is_under_way(tmp_path):
    """Another reader searches between the rows of a writer, and sees the new state only when it is finished."""
    build(tmp_path)
    reader = SearchIndex(tmp_path)
    seen = []

    def rows():
        for each in (replace(ROWS[0], titles={"en": "halfway"}), replace(ROWS[1], titles={"en": "halfway"})):
            yield each
            seen.append((reader.stamp, found(reader, "halfway"), found(SearchIndex(tmp_path), "17025")))

    SearchIndex(tmp_path).update(rows(), "second")
    SearchIndex(tmp_path).rebuild(rows(), "third")
    old = ["ISO/IEC 17025:2017"]
    assert seen[:2] == [("first", [], old)] * 2
    assert [stamp for stamp, _, _ in seen[2:]] == ["second"] * 2
    assert (reader.stamp, len(found(reader, "halfway"))) == ("third", 2)


def test_a_writer_that_fails_changes_nothing(tmp_path):
    """All or nothing, for an update and for a rebuild."""
    index = build(tmp_path)

    def rows():
        yield replace(ROWS[0], titles={"en": "halfway"})
        raise RuntimeError("the database went away")

    for write in (index.update, index.rebuild):
        with pytest.raises(RuntimeError, match="went away"):
            write(rows(), "second")
        assert index.stamp == "first"
        assert found(SearchIndex(tmp_path), "halfway") == []
    index.update([replace(ROWS[0], titles={"en": "whole"})], "second")  # and the lock is free again
    assert found(index, "whole") == ["ISO 10218-1:2006"]


def test_two_writers_at_once_are_one_too_many(tmp_path):
    """The second is told so in one line, and disturbs nothing."""
    index = build(tmp_path)

    def rows():
        with pytest.raises(IndexBusyError, match="another process is writing"):
            SearchIndex(tmp_path).update([], "other")
        assert ready_index(tmp_path, "other", lambda: ROWS, lambda _: Changed([])).stamp == "first"
        yield replace(ROWS[0], titles={"en": "whole"})

    index.update(rows(), "second")
    assert index.stamp == "second"


def test_a_rebuild_leaves_no_old_files_behind(tmp_path):
    """Ten rebuilds take the room of one."""
    index = build(tmp_path)
    for number in range(10):
        index.rebuild(ROWS, str(number))
    assert len(list(tmp_path.glob("index-*"))) == 1


# -- readiness and damage ----------------------------------------------------------------------------------------------


def ready(folder, stamp="now", since=None):
    """Bring an index up and say what was asked of the library."""
    asked = []

    def every():
        asked.append("every row")
        return ROWS

    def changed(held):
        asked.append(f"since {held}")
        return since

    return ready_index(folder, stamp, every, changed), asked


def test_an_index_is_built_when_missing_updated_when_behind_and_left_when_current(tmp_path):
    """Only what is needed is asked of the library."""
    index, asked = ready(tmp_path / "new")
    assert (asked, index.stamp) == (["every row"], "now")
    assert ready(tmp_path / "new")[1] == []
    index, asked = ready(tmp_path / "new", "later", Changed([], [ROWS[0].key]))
    assert (asked, index.stamp) == (["since now"], "later")
    assert "ISO 10218-1:2006" not in found(index, "ISO 10218-1")
    assert ready(tmp_path / "new", "other")[1] == ["since later", "every row"]


def test_an_index_of_another_format_is_built_anew(tmp_path):
    """What an earlier version wrote is not read."""
    build(tmp_path)
    pointer = json.loads((tmp_path / "current.json").read_text())
    (tmp_path / "current.json").write_text(json.dumps(pointer | {"format": "0"}))
    with pytest.raises(SearchError, match="another format"):
        SearchIndex(tmp_path).search("robots", ON)
    index, asked = ready(tmp_path)
    assert asked == ["every row"]
    assert found(index, "17025") == ["ISO/IEC 17025:2017"]


def test_every_cut_file_is_noticed_and_mended(tmp_path):
    """Each file of the index gone, empty or cut in half: told in one line, no traceback; the next start builds anew."""
    build(tmp_path / "whole")
    files = [path for path in (tmp_path / "whole").rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) >= 6
    for number, (path, keep) in enumerate(itertools.product(files, (None, 0.0, 0.5))):
        folder = tmp_path / str(number)
        shutil.copytree(tmp_path / "whole", folder)
        victim = folder / path.relative_to(tmp_path / "whole")
        data = victim.read_bytes()
        victim.unlink()
        if keep is not None:
            victim.write_bytes(data[: int(len(data) * keep)])
        with suppress(SearchError):  # any other error fails the test
            assert found(SearchIndex(folder), "robots safety")
        index, asked = ready(folder, "first")
        try:
            answer = found(index, "17025")
        except SearchError:  # a part that is read by some questions only: noticed by the first of them
            index.rebuild(ROWS, "first")
            answer = found(index, "17025")
        assert answer == ["ISO/IEC 17025:2017"], (path, keep, asked)


def test_an_index_that_cannot_be_written_says_so(tmp_path):
    """A file where the folder should be: one clear line."""
    (tmp_path / "search").write_text("")
    with pytest.raises(SearchError, match="cannot be written"):
        SearchIndex(tmp_path / "search").rebuild(ROWS, "first")


def test_the_titles_and_codes_come_back_as_they_were_given(index):
    """A hit can be shown without the database."""
    hit = index.search("ISO 10218-1:2011", ON)[0]
    assert (hit.titles, hit.committee, hit.ics) == (ARM_2011, "ISO/TC 299", ("25.040.30",))
    assert hit.known_from == date(2011, 7, 1)
    assert hit.ends == hit.known_from + timedelta(days=(date(2025, 2, 1) - date(2011, 7, 1)).days)


def test_the_shared_catalogue_of_a_pack_can_be_searched_by_chinese_words(tmp_path, pack):
    """The robot pack's own table: its Chinese titles lead to their documents."""
    rows = [
        SearchRow(str(edition.ref), edition.ref, {"zh": edition.title.zh, "en": edition.title.en})
        for edition in pack.catalogue.editions
    ]
    index = build(tmp_path, rows)
    titled = [edition for edition in pack.catalogue.editions if len(edition.title.zh) > 8]
    assert len(titled) > 80
    same = {edition.title.zh: set() for edition in titled}
    for edition in titled:
        same[edition.title.zh].add(str(edition.ref))
    hit = sum(bool(same[each.title.zh] & set(found(index, each.title.zh))) for each in titled)
    assert hit >= 0.99 * len(titled)


def test_a_search_needs_no_database():
    """The index room imports no Django, so that a reader starts quickly."""
    source = Path(SearchIndex.__init__.__code__.co_filename).parent
    for name in ("searching.py", "search_terms.py", "search_questions.py"):
        assert "django" not in (source / name).read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("text", ["gadget", "gadget assembly", ""])
@pytest.mark.parametrize("size", [10, 30, 100])
def test_pages_are_the_whole_list_cut(tmp_path, text, size):
    """Page after page gives every hit once, in one order; each page says how many there are in all."""
    rows = [
        row(f"ISO {1000 + n}:2001", {"en": f"Gadget {'assembly ' * (n % 3)}{n}"}, f"2001-{n % 12 + 1:02}-01")
        for n in range(250)
    ]
    index = SearchIndex(tmp_path / "index")
    index.rebuild(rows, "1")
    whole = index.page(text, ON, None, 0, 1000)
    assert whole.total == len(whole.hits) == len({hit.key for hit in whole.hits})
    pages = [index.page(text, ON, None, start, size) for start in range(0, whole.total, size)]
    assert {page.total for page in pages} == {whole.total}
    assert [hit.key for page in pages for hit in page.hits] == [hit.key for hit in whole.hits]
    assert index.page(text, ON, None, whole.total + 5, size).hits == ()
    scores = [hit.score for hit in whole.hits]
    assert all(better > worse - 0.001 for better, worse in itertools.pairwise(scores))


def test_a_page_keeps_to_the_filters(tmp_path):
    """The total counts what the filters leave."""
    index = SearchIndex(tmp_path / "index")
    index.rebuild(ROWS, "1")
    for filters in (Filters(publisher="ISO"), Filters(status=Status.CURRENT), Filters(ics="25.040")):
        page = index.page("", ON, filters, 0, 100)
        assert page.total == len(page.hits) == len(index.search("", ON, filters, 100))
    assert index.page("nothing of the kind", ON, Filters(publisher="XYZ"), 0, 10).total == 0
