"""Figures: given by who answers for them, never changed but replaced, seen by the firm and the regulators above it."""

import pytest

SHEET = "602520/mtbf/2026-Q3/"
GIVEN = {"value": "41200", "source": "service records", "on": "2026-09-30"}


@pytest.fixture
def page(firm) -> str:
    """The address of the firm's figure."""
    return f"/evaluation/figures/{firm.key}/{SHEET}"


def test_a_figure_is_given_with_source_and_day_and_a_later_one_takes_its_place(cast, page):
    """The earlier one stays below it; the same once more is not another."""
    from qilian.portal.evaluation.models import Figure

    client = cast.client("firm")
    client.cookies["language"] = "en"
    assert client.post(f"{page}give", GIVEN)["Location"] == page
    client.post(f"{page}give", {**GIVEN, "value": "43000", "source": "mended"})
    client.post(f"{page}give", {**GIVEN, "value": "43000", "source": "mended"})
    assert [(row.value, row.is_current) for row in Figure.objects.order_by("pk")] == [(41200, False), (43000, True)]
    shown = client.get(page).content.decode()
    assert shown.index("43000") < shown.index("41200")
    assert "mended" in shown
    assert "service records" in shown
    assert "43000" in client.get(f"{page.partition('602520')[0]}?system=602520&period=2026-Q3").content.decode()


def test_a_figure_can_be_taken_back_and_is_missing_then(cast, page):
    """Missing is not zero."""
    from qilian.portal.evaluation.models import Figure

    client = cast.client("firm")
    client.post(f"{page}give", GIVEN)
    client.post(f"{page}give", {**GIVEN, "value": "", "source": "counted wrongly"})
    assert Figure.objects.current().get().value is None


def test_every_figure_given_is_in_the_history(cast, page):
    """With what stood there before."""
    from qilian.portal.evaluation.models import Figure
    from qilian.portal.history.recording import about

    client = cast.client("firm")
    client.post(f"{page}give", GIVEN)
    client.post(f"{page}give", {**GIVEN, "value": "0.1"})
    entries = about(Figure.objects.all())
    assert [(each.event, each.data["was"], each.data["value"]) for each in entries] == [
        ("give", None, "41200"),
        ("give", "41200", "0.1"),
    ]


@pytest.mark.parametrize("changes", [{"value": "many"}, {"source": ""}, {"on": "2999-01-01"}, {"on": "soon"}])
def test_a_figure_that_cannot_be_kept_is_refused_beside_the_field(cast, page, changes):
    """Nothing is kept."""
    from qilian.portal.evaluation.models import Figure

    assert cast.client("firm").post(f"{page}give", {**GIVEN, **changes}).status_code == 200
    assert not Figure.objects.exists()


def test_figures_are_seen_by_the_firm_and_the_regulators_above_it_only(cast, firm, page):
    """And given by the firm, or by a regulator that oversees it; the operator reads."""
    cast.client("firm").post(f"{page}give", GIVEN)
    city = cast.client("regulator", "city", region="330100")
    elsewhere = cast.client("regulator", "elsewhere", region="330200")
    other = cast.client("firm", "other")
    for client, status in (
        (cast.client("regulator"), 200),
        (city, 200),
        (cast.client("operator"), 200),
        (elsewhere, 404),
        (other, 404),
    ):
        assert client.get(page).status_code == status
        assert client.get(f"/evaluation/figures/{firm.key}/").status_code == status
    assert city.get(f"{page}give").status_code == 200
    assert elsewhere.post(f"{page}give", GIVEN).status_code == 404
    assert cast.client("operator").post(f"{page}give", GIVEN).status_code == 403


def test_a_division_gives_its_own_figures_and_the_one_above_reads_them(cast):
    """A city's field failures: the city types them, the province does not."""
    page = "/evaluation/figures/region:330100/consortium/field-failures/2026-Q3/"
    city, province = cast.client("regulator", "city", region="330100"), cast.client("regulator")
    assert city.post(f"{page}give", {**GIVEN, "value": "5.4"}).status_code == 302
    assert "5.4" in province.get(page).content.decode()
    assert province.post(f"{page}give", GIVEN).status_code == 404
    assert city.get("/evaluation/figures/region:330000/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "firm:0/",
        "firm:x/",
        "region:000001/",
        "region:330100x/",
        "x/",
        "{firm}/602520/none/2026-Q3/",
        "{firm}/none/mtbf/2026-Q3/",
        "{firm}/602520/mtbf/soon/",
        "{firm}/consortium/field-failures/2026-Q3/",
    ],
)
def test_what_is_no_figure_of_anybody_is_not_there(cast, firm, address):
    """Not even an error of ours."""
    assert cast.client("regulator").get(f"/evaluation/figures/{address.format(firm=firm.key)}").status_code == 404


def test_what_the_portal_computes_is_not_typed(cast, firm):
    """Nor is what it does not compute, computed."""
    client = cast.client("firm")
    computed = f"/evaluation/figures/{firm.key}/602520/test-days/2026-Q3/"
    typed = f"/evaluation/figures/{firm.key}/{SHEET}"
    assert client.get(f"{computed}give").status_code == 404
    assert client.post(f"{typed}compute").status_code == 404


def test_a_target_that_is_missed_raises_an_alert(cast, firm):
    """From 16 days after the first quarter to 10 after the last: 30 after the third are behind, 11 are not."""
    client = cast.client("firm")
    client.cookies["language"] = "en"
    page = f"/evaluation/figures/{firm.key}/602520/complaint-days/2026-Q3/"
    client.post(f"{page}give", {**GIVEN, "value": "30"})
    assert "behind the line by" in client.get(page).content.decode()
    client.post(f"{page}give", {**GIVEN, "value": "11"})
    assert "on course" in client.get(page).content.decode()


def test_a_quarter_is_frozen_from_the_figures_that_are_kept(cast, firm):
    """Of the firms that the regulator oversees; the ranking leads to their figures."""
    from qilian.portal.evaluation.models import Contest

    cast.client("firm").post(f"/evaluation/figures/{firm.key}/{SHEET}give", GIVEN)
    sent = {"title": "Autumn", "period": "2026-Q3", "system": "602520"}
    client = cast.client("regulator")
    assert client.post("/evaluation/freeze", sent).status_code == 302
    contest = f"/evaluation/{Contest.objects.get().pk}/"
    assert f"{contest}firms/{firm.key}/" in client.get(contest).content.decode()
    page = client.get(f"{contest}firms/{firm.key}/").content.decode()
    assert f"/evaluation/figures/{firm.key}/?system=602520&amp;period=2026-Q3" in page
    elsewhere = cast.client("regulator", "elsewhere", region="330200")
    assert elsewhere.post("/evaluation/freeze", sent).status_code == 200
    assert Contest.objects.count() == 1
