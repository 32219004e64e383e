"""Contests in the portal: frozen from a table, appealed against, replayed; seen by the regulators of their division."""

import io
import json

import pytest


@pytest.fixture
def table(repository):
    """The invented table of the how-to page."""
    return (repository / "examples/evaluation/602520-2026-Q4.csv").read_bytes()


def freeze(client, content: bytes, **changes: str):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("figures.csv", content)
    sent = {"title": "Winter", "period": "2026-Q4", "system": "602520", "file": file, **changes}
    return client.post("/evaluation/freeze", sent)


@pytest.fixture
def frozen(cast, table):
    """A contest of the province."""
    from qilian.portal.evaluation.models import Contest

    assert freeze(cast.client("regulator"), table).status_code == 302
    return Contest.objects.get()


APPEAL = {
    "firm": "SAMPLE-07",
    "indicator": "test-days",
    "raised": "2026-11-01",
    "outcome": "upheld",
    "now": "38",
    "reason": "x",
}


def test_a_table_becomes_a_ranking_with_intervals_and_its_gaps(cast, frozen):
    """In both languages; the file is what the command line writes."""
    client = cast.client("regulator")
    for language, words in (("zh-hans", ("缺数", "90% 区间")), ("en", ("missing", "90 % interval"))):
        client.cookies["language"] = language
        page = client.get(f"/evaluation/{frozen.pk}/").content.decode()
        assert "SAMPLE-24" in page
        assert frozen.sha256 in page
        for word in words:
            assert word in page
    file = client.get(f"/evaluation/{frozen.pk}/contest.json")
    assert json.loads(file.content)["sha256"] == frozen.sha256
    assert file.content.decode() == frozen.content


def test_an_upheld_appeal_takes_the_contests_place_and_says_what_changed(cast, frozen):
    """One figure, the firm that moved; the first contest stays as it was and leads to the second."""
    from qilian.portal.evaluation.models import Contest

    client = cast.client("regulator")
    client.cookies["language"] = "en"
    before = frozen.content
    answer = client.post(f"/evaluation/{frozen.pk}/appeal", APPEAL)
    corrected = Contest.objects.get(corrects=frozen)
    assert answer["Location"] == f"/evaluation/{corrected.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "figures.SAMPLE-07.values.test-days" in page
    assert "51.1 → 38" in page
    assert "upheld" in page
    frozen.refresh_from_db()
    assert frozen.content == before
    assert "corrected" in client.get(f"/evaluation/{frozen.pk}/").content.decode()
    listed = client.get("/evaluation/").content.decode()
    assert f"/evaluation/{corrected.pk}/" in listed
    assert f'href="/evaluation/{frozen.pk}/"' not in listed


def test_a_contest_is_corrected_once_and_then_the_latest_is(cast, frozen):
    """Two corrections of one contest would leave two truths."""
    from qilian.portal.evaluation.models import Contest

    client = cast.client("regulator")
    client.post(f"/evaluation/{frozen.pk}/appeal", {**APPEAL, "outcome": "rejected", "now": ""})
    again = client.post(f"/evaluation/{frozen.pk}/appeal", APPEAL)
    assert again.status_code == 200
    assert Contest.objects.count() == 2
    latest = Contest.objects.get(corrects=frozen)
    client.post(f"/evaluation/{latest.pk}/appeal", APPEAL)
    last = Contest.objects.get(corrects=latest)
    assert [each["id"] for each in json.loads(last.content)["appeals"]] == ["A-1", "A-2"]


def test_a_replay_says_whether_the_same_bytes_came_out(cast, frozen):
    """And that of a row that somebody changed in the database does not."""
    client = cast.client("regulator")
    client.cookies["language"] = "en"
    assert "the same bytes" in client.post(f"/evaluation/{frozen.pk}/replay", follow=True).content.decode()
    frozen.content = frozen.content.replace('"test-days":"51.1"', '"test-days":"21.1"')
    frozen.save()
    assert "other bytes came out" in client.post(f"/evaluation/{frozen.pk}/replay", follow=True).content.decode()


def test_a_workbook_holds_the_ranking_the_figures_and_the_weights(cast, frozen):
    """Three sheets; sixty firms; a gap stays empty."""
    import python_calamine

    answer = cast.client("regulator").get(f"/evaluation/{frozen.pk}/contest.xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.sheet_names) == 3
    ranking, figures, weights = (book.get_sheet_by_index(place).to_python() for place in range(3))
    assert len(ranking) == len(figures) == 61
    assert ranking[1][4] == "SAMPLE-24"
    assert any(cell == "" for row in figures for cell in row)
    assert sum(row[1] for row in weights[1:]) == pytest.approx(1)
    assert cast.client("regulator").get(f"/evaluation/{frozen.pk}/contest.exe").status_code == 404


def test_contests_are_seen_in_their_division_and_above_only(cast, frozen, table):
    """A city below does not see the province's; the province sees the city's; another province nothing."""
    from qilian.portal.evaluation.models import Contest

    city = cast.client("regulator", "city", region="330100")
    assert freeze(city, table, title="Of the city").status_code == 302
    own = Contest.objects.get(title="Of the city")
    other = cast.client("regulator", "other", region="320000")
    for client, seen in ((cast.client("regulator"), {frozen, own}), (city, {own}), (other, set()), (cast.client("operator"), {frozen, own})):  # fmt: skip # noqa: E501
        for row in (frozen, own):
            status = 200 if row in seen else 404
            assert client.get(f"/evaluation/{row.pk}/").status_code == status
            assert client.get(f"/evaluation/{row.pk}/contest.json").status_code == status
            assert (row.title in client.get("/evaluation/").content.decode()) is (row in seen)
    assert other.post(f"/evaluation/{frozen.pk}/appeal", APPEAL).status_code == 404
    assert other.post(f"/evaluation/{frozen.pk}/replay").status_code == 404


@pytest.mark.parametrize(
    ("content", "changes", "words"),
    [
        (b"id,name\na,A\n", {}, "no column"),
        (b"\xff\xfe\x00", {}, "CSV"),
        (None, {"period": "soon"}, "Not a period"),
        (None, {"system": "none"}, "Select a valid choice"),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused_beside_the_field(cast, table, content, changes, words):
    """Nothing is kept."""
    from qilian.portal.evaluation.models import Contest

    client = cast.client("regulator")
    client.cookies["language"] = "en"
    answer = freeze(client, table if content is None else content, **changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Contest.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"firm": "x"},
        {"indicator": "x"},
        {"now": "many"},
        {"now": "51.1"},
        {"reason": ""},
        {"raised": "soon"},
        {"raised": "2999-01-01"},
    ],
)
def test_an_appeal_that_fits_nothing_is_refused(cast, frozen, changes):
    """Nor one that is upheld and changes nothing."""
    from qilian.portal.evaluation.models import Contest

    answer = cast.client("regulator").post(f"/evaluation/{frozen.pk}/appeal", {**APPEAL, **changes})
    assert answer.status_code == 200
    assert Contest.objects.count() == 1


def test_freezing_and_correcting_are_in_the_history(cast, frozen):
    """With the hash of what was kept."""
    from qilian.portal.history.recording import about

    cast.client("regulator").post(f"/evaluation/{frozen.pk}/appeal", APPEAL)
    assert [(each.event, each.data["sha256"]) for each in about([frozen])] == [("freeze", frozen.sha256)]
    assert [each.event for each in about([frozen.corrected_by])] == ["correct"]


def test_the_demo_has_figures_and_contests_that_say_that_they_are_invented(portal):
    """Two quarters and a correction, which moves what the appeal was about; filled again, no more of them."""
    from qilian.portal import demo
    from qilian.portal.evaluation import contests
    from qilian.portal.evaluation.models import Contest, Figure

    list(demo.fill())
    there = Figure.objects.count()
    list(demo.fill())
    assert Figure.objects.count() == there > 1000
    assert not Figure.objects.filter(is_sample=False).exists()
    rows = list(Contest.objects.order_by("pk"))
    assert [row.period for row in rows] == ["2026-Q2", "2026-Q3", "2026-Q3"]
    assert all("虚构" in row.title for row in rows)
    last = contests.opened(rows[-1])
    assert all("虚构" in name or "演示" in name for name in last.figures.names)
    changed = contests.what_changed(rows[-1], last)
    assert changed is not None
    assert [each.path.rpartition(".")[2] for each in changed.inputs] == ["test-days"]
    assert contests.replayed(rows[-1]).same
