"""Laboratories for everybody: the list and its filters, the map, a page for each, lines and calendars."""

import html
import json
import re

import pytest


@pytest.fixture
def english(network, cast):
    """A visitor's client that reads English."""
    client = cast.client("anonymous")
    client.cookies["language"] = "en"
    return client


def listed(client, **filters: str) -> set[str]:
    """Return the codes of all laboratories that a list shows, on all of its pages."""
    found: set[str] = set()
    for page in range(1, 9):
        shown = client.get("/laboratories/", {**filters, "page": page}, headers={"HX-Request": "true"}).content.decode()
        found |= set(re.findall(r'href="/laboratories/([-\w]+)/"', shown))
    return found


def chart(page: str, kind: str) -> dict:
    """Return the values of a picture on a page."""
    return json.loads(html.unescape(re.search(rf'data-chart="{kind}" data-values="([^"]*)"', page)[1]))


def test_the_list_holds_every_laboratory_and_says_that_they_are_samples(english, network):
    assert listed(english) == {each.id for each in network.laboratories}
    page = english.get("/laboratories/").content.decode()
    assert html.escape(network.notice.en) in page
    assert "51 laboratories" in page


@pytest.mark.parametrize("filters", [{"tier": "province"}, {"city": "ningbo"}, {"region": "330200"}])
def test_filters_leave_what_lies_in_them(english, network, filters: dict):
    expected = {
        each.id
        for each in network.laboratories
        if each.tier == filters.get("tier", each.tier)
        and each.city == filters.get("city", each.city)
        and each.region.startswith(filters.get("region", "")[:4])
    }
    assert 0 < len(expected) < len(network.laboratories)
    assert listed(english, **filters) == expected


def test_words_have_to_stand_in_one_line(english, network):
    def holds(line, *words):
        texts = " ".join(
            (line.object.zh, line.object.en, line.parameter.zh, line.parameter.en, str(line.reference), line.test or "")
        )
        return all(word.lower() in texts.lower() for word in words)

    expected = {
        each.id for each in network.laboratories if any(holds(x, "pose", "accuracy", "9283") for x in each.lines)
    }
    assert expected
    assert expected == listed(english, text="pose accuracy 9283")
    assert listed(english, text="no such test anywhere") == set()


def test_accreditation_is_asked_for_on_the_day(english, network):
    from datetime import date

    day = date(2026, 11, 25)
    expected = {each.id for each in network.laboratories if each.accredited(day)}
    assert len(expected) < len(network.laboratories)
    assert listed(english, on=day.isoformat()) == expected


@pytest.mark.parametrize("filters", [{"on": "2026-02-31"}, {"tier": "moon"}, {"region": "x"}, {"page": "x"}])
def test_filters_that_make_no_sense_are_passed_over_or_told(english, filters: dict):
    assert english.get("/laboratories/", filters).status_code == 200


def test_the_map_counts_the_laboratories_of_each_city(english, network):
    cities = chart(english.get("/laboratories/").content.decode(), "laboratories")["cities"]
    assert sum(city["count"] for city in cities) == len(network.laboratories)
    ningbo = next(city for city in cities if city["id"] == "ningbo")
    assert ningbo["count"] == sum(each.city == "ningbo" for each in network.laboratories)
    assert ningbo["at"] == [121.55, 29.87]


def test_without_a_network_the_page_says_how_to_get_one(cast):
    page = cast.client("anonymous").get("/laboratories/").content.decode()
    assert "qilian portal network FOLDER" in page


def test_a_laboratory_shows_accreditations_benches_and_lines(english, network):
    own = network.laboratory("zj-robot")
    page = english.get("/laboratories/zj-robot/").content.decode()
    for text in (*(held.number for held in own.accreditations), *(bench.name.en for bench in own.benches)):
        assert html.escape(text) in page
    assert "payload 0..300 kg" in page
    assert f"of {len(own.lines)}" in page
    assert english.get("/laboratories/nowhere/").status_code == 404


def test_lines_are_searched_and_paged(english, network):
    own = network.laboratory("zj-robot")
    part = english.get("/laboratories/zj-robot/lines", {"text": "repeatability"}).content.decode()
    expected = [line for line in own.lines if "repeatability" in line.parameter.en.lower()]
    assert part.count("<tr><td><strong>") == len(expected)
    second = english.get("/laboratories/zj-robot/lines", {"page": "2"}).content.decode()
    assert "26–50" in second


def test_the_calendar_shows_free_and_taken_hours(english, bench):
    from datetime import datetime, timedelta

    from django.utils import timezone

    from qilian.portal.network.models import Purpose, Slot

    start = timezone.make_aware(datetime(2026, 12, 1, 10))  # noqa: DTZ001
    Slot.objects.create(
        bench=bench, start=start, end=start + timedelta(hours=3), purpose=Purpose.MAINTENANCE, note="secret"
    )
    page = english.get("/laboratories/zj-robot/calendar", {"bench": bench.code, "from": "2026-12-01"}).content.decode()
    spans = chart(page, "bench")["spans"]
    assert [span for span in spans if span[0] == 1] == [[1, 8, 10, "free"], [1, 13, 17, "free"], [1, 10, 13, "taken"]]
    assert "secret" not in page
    grid = chart(english.get("/laboratories/zj-robot/calendar", {"from": "2026-12-01"}).content.decode(), "benches")
    row = grid["benches"].index(bench.title.en)
    assert [1, row, 6, 9] in grid["cells"]


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-31"])
def test_a_calendar_of_any_day_is_drawn(english, day: str):
    assert english.get("/laboratories/zj-robot/calendar", {"from": day}).status_code == 200


def test_only_the_operator_says_who_runs_a_laboratory(network, cast):
    from qilian.portal.accounts.models import Organisation

    own = cast.actor("laboratory").organisation
    firm = cast.actor("firm").organisation
    operator = cast.client("operator")
    for organisation in (firm, own):
        operator.post("/laboratories/zj-robot/assign", {"organisation": organisation.pk})
    assert list(Organisation.objects.filter(laboratory="zj-robot")) == [own]
    operator.post("/laboratories/zj-robot/assign", {"organisation": ""})
    assert not Organisation.objects.filter(laboratory="zj-robot").exists()


def test_pages_ask_the_database_a_bounded_number_of_times(english):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for path, most in (("/laboratories/", 9), ("/laboratories/?text=pose", 9), ("/laboratories/zj-robot/", 10)):
        english.get(path)
        with CaptureQueriesContext(connection) as queries:
            english.get(path)
        assert len(queries) <= most, json.dumps([query["sql"][:90] for query in queries], indent=1)
