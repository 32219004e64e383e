"""The search index and the database together: in step after imports, of the engine's word, and mended by itself."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from qilian.standards import Catalogue, Edition, Relation, RelationKind, StandardRef, Status, When
from qilian.text import Text

FIRST, SECOND = date(2025, 6, 2), date(2026, 3, 1)
ON = date(2026, 12, 1)


@pytest.fixture
def indexing(library, tmp_path, monkeypatch):
    """The module under test, with an index folder of the test's own."""
    from qilian.portal.library import indexing

    monkeypatch.setattr(indexing, "index_folder", lambda: tmp_path / "search")
    return indexing


def import_members(path: Path, dated: date = FIRST, **options) -> None:
    from qilian.portal.library.importing import import_file

    import_file(path, dated=dated, **options)


def found(indexing, text, table=None, **more):
    return [hit.reference for hit in indexing.search_library(text, ON, table=table, **more)]


def test_every_hit_has_the_status_that_the_look_up_gives_on_every_date(indexing, folder, widgets):
    """The index never has a word of its own: each document, on the days before, at and after each change."""
    from qilian.portal.library.looking_up import show

    import_members(folder(widgets))
    days = [date(2005, 1, 1), date(2006, 6, 29), date(2006, 6, 30), date(2011, 7, 15), date(2011, 7, 30)]
    days += [date(2011, 7, 31), date(2013, 5, 31), date(2025, 2, 27), date(2025, 2, 28), FIRST, ON]
    seen = set()
    for on in days:
        hits = indexing.search_library("widgets safety", on, limit=50)
        assert {hit.reference for hit in hits} >= {"ISO 99990-1:2006", "ISO/DIS 99990-2", "ISO 99990-1:2011/Amd 1:2013"}
        for hit in hits:
            entry = show(StandardRef.parse(hit.reference), on)
            assert hit.status is entry.status, (hit.reference, on)
            seen.add(hit.status)
    assert seen >= {Status.UNKNOWN, Status.CURRENT, Status.SUPERSEDED, Status.DRAFT}


def test_a_change_of_the_source_reaches_the_index_with_its_neighbours(indexing, folder, widgets, make_record):
    """A new edition ends its predecessor, whose own record did not change; what is gone is gone."""
    import_members(folder(widgets))
    before = {hit.reference: hit for hit in indexing.search_library("99990-2", ON)}
    assert before["ISO 99990-2:2011"].status is Status.CURRENT
    later = dict(widgets)
    later["data/widget-2-2026.yaml"] = make_record("ISO 99990-2:2026", "2026-01", "60.60", ("ISO 99990-2:2011",), "2")
    del later["data/widget-dis.yaml"]
    import_members(folder(later), SECOND)
    after = {hit.reference: hit for hit in indexing.search_library("99990-2", ON)}
    assert after.keys() == {"ISO 99990-2:2011", "ISO 99990-2:2026"}
    assert after["ISO 99990-2:2011"].status is Status.SUPERSEDED
    assert after["ISO 99990-2:2011"].ends == date(2026, 1, 31)


def test_an_index_that_was_brought_up_step_by_step_is_the_same_as_one_built_at_once(
    indexing, folder, widgets, make_record
):
    """Updates leave nothing behind and nothing out."""
    import_members(folder(widgets))
    indexing.refresh()
    later = {name: text for name, text in widgets.items() if "2006" not in name}
    later["data/new.yaml"] = make_record("ISO 99991:2026", "2026-02", title="Gadgets")
    import_members(folder(later), SECOND)
    import_members(folder({"data/a.yaml": make_record("IEC 99992:2020", "2020-02", title="Gizmos")}, "other"))
    stepwise = indexing.refresh()
    answers = [stepwise.search(text, ON, limit=50) for text in ("", "widgets", "gadgets", "gizmos", "ISO 99990-1")]
    shutil.rmtree(indexing.index_folder())
    whole = indexing.refresh()
    assert whole.stamp == stepwise.stamp

    def facts(hits):
        return sorted((hit.key, hit.status, hit.known_from or date.min, str(hit.ends)) for hit in hits)

    again = [whole.search(text, ON, limit=50) for text in ("", "widgets", "gadgets", "gizmos", "ISO 99990-1")]
    assert [facts(hits) for hits in answers] == [facts(hits) for hits in again]
    assert all(answers)


def test_nothing_is_written_when_nothing_changed(indexing, folder, widgets, monkeypatch):
    """A second refresh, and one after an import that changed nothing, ask for no rows."""
    import_members(folder(widgets))
    stamp = indexing.refresh().stamp
    import_members(folder(widgets))
    monkeypatch.setattr(indexing, "_rows_of", lambda *_: pytest.fail("rows were asked for"))
    assert indexing.refresh().stamp == stamp


def test_a_packs_table_and_the_library_are_one(indexing, folder, widgets):
    """The table's Chinese title leads to the library's record; what only the table has is found too, once each."""
    ours = Edition(StandardRef.parse("ISO 99990-1:2025"), Text("小工具安全", "Widgets"), Status.CURRENT, When(2025))
    national = Edition(StandardRef.parse("GB/T 99990.1-2026"), Text("小工具 国家标准", ""), Status.CURRENT, When(2026))
    adopts = Relation(RelationKind.ADOPTS, national.ref, ours.ref)
    table = Catalogue([ours, national], [adopts], "table", FIRST)
    import_members(folder(widgets))
    assert found(indexing, "小工具安全", table)[0] == "ISO 99990-1:2025"
    assert found(indexing, "国家标准", table) == ["GB/T 99990.1-2026"]
    assert found(indexing, "99990-1:2025", table).count("ISO 99990-1:2025") == 1
    hit = indexing.search_library("ISO 99990-1:2025", ON, table=table)[0]
    assert (hit.titles["zh"], hit.committee) == ("小工具安全", "ISO/TC 999")
    assert found(indexing, "国家标准") == []  # without the table the index is another one


def test_a_damaged_index_is_mended_by_the_search(indexing, folder, widgets):
    """Files cut while nobody looked: the answer is right, and nobody is asked to do anything."""
    import_members(folder(widgets))
    expected = found(indexing, "widgets")
    assert expected
    for suffix in ("*.term", "*.store", "meta.json"):
        (path,) = indexing.index_folder().rglob(suffix)
        cut = path.read_bytes()[:40]
        path.unlink()  # not shortened in place: a reader may have it mapped
        path.write_bytes(cut)
        assert found(indexing, "widgets") == expected


def test_an_index_of_another_database_is_not_taken_for_this_one(indexing, folder, widgets, make_record):
    """Two databases count their imports alike; the content of the imports tells them apart."""
    from qilian.portal.library.models import Import

    import_members(folder(widgets))
    indexing.refresh()
    Import.objects.update(file_digest="0" * 32)
    assert indexing.changed_since(indexing.SearchIndex(indexing.index_folder()).stamp, None) is None


def test_an_empty_library_finds_nothing(indexing):
    """Before the first import a search is answered, by nothing."""
    assert found(indexing, "ISO 9001") == []


def test_the_command_prints_lines_or_json_and_refuses_a_status_that_is_none(indexing, folder, widgets):
    """What the command line prints of a search; a wrong status is one clear line."""
    from io import StringIO

    from rich.console import Console

    from qilian.errors import QilianError
    from qilian.portal.library.search_commands import print_hits, search, search_json

    import_members(folder(widgets))
    hits = search("widgets", ON, publisher="ISO", status="current", committee="TC 999", ics="25.040", limit=5)
    assert {hit.reference for hit in hits} == {"ISO 99990-1:2025", "ISO 99990-2:2011"}
    answer = json.loads(json.dumps(search_json("widgets", ON, hits)))
    assert answer["hits"][0]["titles"] == {"en": "Widgets - Safety"}
    assert (answer["on"], answer["hits"][0]["status"]) == ("2026-12-01", "current")
    page = StringIO()
    print_hits(hits, Console(file=page, width=200), "zh")
    assert "ISO 99990-1:2025  现行  Widgets - Safety" in page.getvalue()
    with pytest.raises(QilianError, match="geltend: not a status"):
        search("widgets", ON, status="geltend")
    with pytest.raises(QilianError, match="not a number of hits"):
        search("widgets", ON, limit=0)


def test_the_shell_of_a_published_project_is_no_hit(indexing, library, folder, widgets, make_record):
    """ISO leaves the undated project behind when its edition is out; a project that is under way is found."""
    from qilian.portal.library.importing import import_file

    shells = {
        "data/shell-1.yaml": make_record("ISO 99990-1", "", "60.00", edition="3"),
        "data/shell-2.yaml": make_record("ISO 99990-3", "", "60.00"),
    }
    import_file(folder({**widgets, **shells}), dated=date(2025, 6, 2))
    found = {hit.reference for hit in indexing.search_library("", date(2026, 1, 1), limit=100)}
    assert {"ISO 99990-1:2025", "ISO 99990-3"} <= found
    assert "ISO 99990-1" not in found
