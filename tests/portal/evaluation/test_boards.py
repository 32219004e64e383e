"""Boards: targets with alerts, ranks with intervals, what moved them; each opens to its records."""

import io
from datetime import date

import pytest


@pytest.fixture
def quarters(cast, systems):
    """Two firms in two cities with figures of two quarters, frozen by the province; a province that misses a target."""
    from qilian.portal.evaluation import contests, keeping
    from qilian.portal.evaluation.models import Origin
    from qilian.portal.evaluation.subjects import of_firm, of_region

    regulator = cast.actor("regulator")
    firms = [of_firm(cast.actor("firm", name, region=code).organisation) for name, code in (("a", "330108"), ("b", "330203"))]  # fmt: skip # noqa: E501
    system = systems["602520"]
    given = [
        keeping.Given(firm, system, system.indicator("mtbf"), period, value, "x", date(2026, 9, 30))
        for firm, values in zip(firms, ((30000.0, 50000.0), (40000.0, 40000.0)), strict=True)
        for period, value in zip(("2026-Q2", "2026-Q3"), values, strict=True)
    ]
    province, of_it = of_region("330000"), systems["consortium"]
    given.append(
        keeping.Given(province, of_it, of_it.indicator("field-failures"), "2026-Q3", 12.0, "x", date(2026, 9, 30))
    )
    keeping.keep(regulator, given, Origin.TYPED)
    rows = [
        contests.freeze_kept(regulator, system, "x", period, date(2026, 10, 1)) for period in ("2026-Q2", "2026-Q3")
    ]
    return firms, rows


def test_a_board_shows_alerts_ranks_and_what_moved_them_each_with_its_page(cast, quarters):
    """The first firm rose: all of it by the one indicator that it has."""
    firms, (_before, row) = quarters
    client = cast.client("regulator")
    client.cookies["language"] = "en"
    page = client.get("/evaluation/boards/330000/").content.decode()
    assert "/evaluation/figures/region:330000/consortium/field-failures/2026-Q3/" in page
    assert "behind the line by" in page
    assert f"/evaluation/{row.pk}/firms/{firms[0].key}/" in page
    assert "Mean time between failures +" in page
    assert client.get("/evaluation/boards/")["Location"] == "/evaluation/boards/330000/"


def test_a_city_sees_its_own_board_with_its_own_contests_only(cast, quarters):
    """The province's contest is not the city's to see; the province sees the city's firm alone on the city's board."""
    firms, (_before, row) = quarters
    page = cast.client("regulator").get("/evaluation/boards/330100/").content.decode()
    assert f"/evaluation/{row.pk}/firms/{firms[0].key}/" in page
    assert f"/evaluation/{row.pk}/firms/{firms[1].key}/" not in page
    city = cast.client("regulator", "city", region="330100")
    assert f"/evaluation/{row.pk}/" not in city.get("/evaluation/boards/330100/").content.decode()
    assert city.get("/evaluation/boards/330000/").status_code == 404
    assert city.get("/evaluation/boards/330200/").status_code == 404
    assert cast.client("operator").get("/evaluation/boards/000000/").status_code == 200


def test_a_firms_score_is_taken_apart_and_its_parts_add_up(cast, quarters):
    """One figure, so it carries all of the weight; each indicator leads to the figure's page."""
    firms, (_before, row) = quarters
    client = cast.client("regulator")
    client.cookies["language"] = "en"
    page = client.get(f"/evaluation/{row.pk}/firms/{firms[0].key}/").content.decode()
    assert f"/evaluation/figures/{firms[0].key}/602520/mtbf/2026-Q3/" in page
    assert "moved since 2026-Q2" in page
    gave = (50000 - 5000) / (70000 - 5000) * 100
    assert page.count(f"{gave:.2f}") >= 2  # the score, and what the one indicator gave
    assert client.get(f"/evaluation/{row.pk}/firms/firm:0/").status_code == 404


def test_a_board_is_taken_away_as_a_workbook(cast, quarters):
    """Targets and ranking, a sheet each."""
    import python_calamine

    answer = cast.client("regulator").get("/evaluation/boards/330000/board.xlsx?period=2026-Q3")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    targets, ranking = (book.get_sheet_by_index(place).to_python() for place in range(2))
    assert [row[2] for row in targets[1:] if row[2] != ""] == [12.0]
    assert [row[0] for row in ranking[1:]] == [1, 2]


def test_the_interface_lists_contests_figures_and_replays(cast, quarters):
    """As the pages do, with the same rights."""
    firms, (_before, row) = quarters
    client = cast.client("regulator")
    found = client.get("/api/v1/evaluation/contests/").json()
    assert [each["number"] for each in found["items"]] == [row.pk, _before.pk]
    ranks = client.get(f"/api/v1/evaluation/contests/{row.pk}/standings").json()["items"]
    assert [(each["rank"], each["id"]) for each in ranks] == [(1, firms[0].key), (2, firms[1].key)]
    answer = client.post(f"/api/v1/evaluation/contests/{row.pk}/replay")
    assert answer.json() == {"same": True, "sha256": row.sha256}
    own = cast.client("firm", "a")
    sent = {"subject": firms[0].key, "system": "602520", "indicator": "mtbf", "period": "2026-Q3", "value": 51000.5, "source": "x"}  # fmt: skip # noqa: E501
    assert own.post("/api/v1/evaluation/figures/", sent, content_type="application/json").json()["value"] == 51000.5
    listed = own.get("/api/v1/evaluation/figures/?period=2026-Q3").json()
    assert [(each["subject"], each["value"]) for each in listed["items"]] == [(firms[0].key, 51000.5)]
    for wrong in ({"subject": firms[1].key}, {"indicator": "test-days"}, {"period": "soon"}, {"system": "none"}):
        refused = own.post("/api/v1/evaluation/figures/", {**sent, **wrong}, content_type="application/json")
        assert refused.status_code == 422, refused.content
