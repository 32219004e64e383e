"""Plans: made and kept, shown from the kept result, compared, exported, and asked what-ifs."""

import io
import json
import zipfile
from datetime import date

import pytest
from jsonschema import Draft202012Validator

ASKED = {
    "home": "hangzhou",
    "on": "2026-12-01",
    "objective": "time",
    "tiers": ["province", "city", "district"],
    "specimens": "2",
}


def address(product, part: str = "") -> str:
    return f"/products/{product.pk}/plans/1/{part}"


def test_a_plan_is_made_and_kept_as_the_command_line_gives_it(cast, make_product, repository):
    product = make_product()
    answer = cast.client("firm").post(f"/products/{product.pk}/plans/make")
    assert answer["Location"] == f"/products/{product.pk}/plans/1/"
    product.refresh_from_db()
    plan = product.current
    schema = repository / "src" / "qilian" / "planning" / "schemas" / "plan.schema.json"
    Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(plan.result)
    outcomes = [each["outcome"] for each in plan.result["obligations"]]
    assert (plan.applies, plan.undecided) == (outcomes.count("applies"), outcomes.count("undecided"))
    assert plan.tests == len(plan.result["tests"]) > 0
    assert plan.days == pytest.approx(plan.result["itinerary"]["days"])


def test_a_page_is_made_from_the_kept_result_alone(cast, planned, monkeypatch: pytest.MonkeyPatch):
    from qilian.portal.workbench import making

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a plan was made again")

    monkeypatch.setattr(making, "make_plan", refuse)
    for part in ("", "obligations", "tests", "itinerary", "versions", "share"):
        assert cast.client("firm").get(address(planned, part)).status_code == 200
    assert cast.client("firm").get(address(planned, "no-such-part")).status_code == 404


def test_the_pages_of_a_plan_ask_the_database_little(cast, planned):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("firm")
    for part in ("", "obligations", "tests", "itinerary", "versions", "share"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(planned, part))
        assert len(queries) <= 8, (part, [query["sql"] for query in queries])


def test_an_obligation_says_why_and_from_where_and_an_unverified_one_says_so(cast, planned):
    page = cast.client("firm").get(address(planned, "obligations"), headers={"Accept-Language": "en"})
    shown = [each for _, found in page.context["obligations"] for each in found]
    assert {each.data["outcome"] for each in shown} == {"applies"}
    unsure = [each for each in shown if each.data["confidence"] == "unverified"]
    assert unsure
    assert page.content.decode().count("alert-triangle") == len(unsure)
    reasons = {(each.label.en, each.en) for shown_one in shown for each in shown_one.because}
    assert any("amr" in value.casefold() or "autonomous" in value.casefold() for _, value in reasons)
    undecided = cast.client("firm").get(address(planned, "obligations?outcome=undecided"))
    assert all(each.missing for _, found in undecided.context["obligations"] for each in found)


def test_the_three_objectives_stand_side_by_side(cast, planned):
    page = cast.client("firm").get(address(planned, "itinerary?objective=cost"))
    by_name = {each["objective"]: each for each in page.context["shown"].alternatives()}
    assert set(by_name) == {"time", "cost", "distance"}
    assert by_name["time"]["days"] <= by_name["cost"]["days"]
    assert by_name["cost"]["price"] <= by_name["time"]["price"]
    assert page.context["itinerary"]["objective"] == "cost"


def test_gantt_and_map_show_every_step(cast, planned):
    page = cast.client("firm").get(address(planned, "itinerary"))
    steps = page.context["itinerary"]["steps"]
    assert len(page.context["gantt"]["tests"]) == len(steps)
    assert sum(city["tests"] for city in page.context["map"]["cities"]) == len(steps)
    moves = sum(move["count"] for move in page.context["map"]["moves"])
    assert moves == sum(step["transfer"]["from"] != step["transfer"]["to"] for step in steps)


def test_exports_hold_what_the_plan_holds(cast, planned):
    import icalendar

    client = cast.client("firm")
    plan = planned.current
    assert client.get(address(planned, "export/json")).json() == plan.result
    html = client.get(address(planned, "export/html")).content.decode()
    assert planned.name in html
    assert "<script" not in html
    calendar = icalendar.Calendar.from_ical(client.get(address(planned, "export/ics")).content)
    events = calendar.walk("VEVENT")
    assert len(events) == len(plan.result["itinerary"]["steps"])
    first = min(event.decoded("dtstart") for event in events)
    assert first.isoformat() == min(step["start"] for step in plan.result["itinerary"]["steps"]) + "+08:00"
    assert client.get(address(planned, "export/exe")).status_code == 404


def test_the_workbook_has_a_sheet_for_each_and_no_formula(cast, make_product):
    from qilian.portal.workbench import making

    product = make_product(name="=1+1")
    making.make(product, cast.actor("firm"))
    content = cast.client("firm").get(address(product, "export/xlsx")).content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        texts = [book.read(name).decode() for name in sheets]
    assert len(sheets) == 3
    assert not any("<f>" in text for text in texts)
    plan = product.plans.get()
    rows = [text.count("<row ") for text in texts]
    assert rows == [
        len(plan.result["obligations"]) + 1,
        len(plan.result["tests"]) + 1,
        len(plan.result["itinerary"]["steps"]) + 1,
    ]


def test_versions_say_what_changed(cast, planned):
    from qilian.portal.workbench import making

    planned.markets, planned.parameters = ["CN"], {**planned.parameters, "radio.present": False}
    planned.save()
    making.make(planned, cast.actor("firm"))
    page = cast.client("firm").get(f"/products/{planned.pk}/plans/2/changes/1")
    comparison = page.context["comparison"]
    assert comparison.tests_gone
    assert comparison.obligations
    figures = {figure.name: figure.difference for figure in comparison.figures}
    assert figures["tests"] == len(comparison.tests_new) - len(comparison.tests_gone) < 0
    same = cast.client("firm").get(f"/products/{planned.pk}/plans/2/changes/2").context["comparison"]
    assert same.is_empty
    assert [row.number for row in cast.client("firm").get(address(planned, "versions")).context["versions"]] == [2, 1]


def test_a_what_if_answers_in_place_and_keeps_nothing(cast, planned):
    client = cast.client("firm")
    part = client.post(address(planned, "what-if"), {**ASKED, "home": "wenzhou"}, headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    figures = {figure.name: figure for figure in part.context["answer"].comparison.figures}
    assert figures["tests"].difference == 0
    assert figures["kilometres"].before != figures["kilometres"].after
    assert planned.plans.count() == 1
    assert b"<html" in client.post(address(planned, "what-if"), ASKED).content, "without htmx it is a page"


def test_a_what_if_can_be_kept_as_the_next_version(cast, planned):
    laboratory = planned.current.result["itinerary"]["steps"][0]["laboratory"]
    answer = cast.client("firm").post(address(planned, "what-if"), {**ASKED, "without": [laboratory], "do": "keep"})
    assert answer["Location"] == f"/products/{planned.pk}/plans/2/itinerary"
    planned.refresh_from_db()
    assert planned.current.number == 2
    assert planned.current.settings["without"] == [laboratory]
    assert laboratory in planned.plans.get(number=1).result["itinerary"]["steps"][0]["laboratory"]
    used = {step["laboratory"] for step in planned.current.result["itinerary"]["steps"]}
    assert laboratory not in used
    assert planned.current.note


def test_a_what_if_that_leaves_tests_without_a_laboratory_says_so(cast, planned):
    part = cast.client("firm").post(
        address(planned, "what-if"), {**ASKED, "tiers": ["district"]}, headers={"HX-Request": "true"}
    )
    comparison = part.context["answer"].comparison
    assert comparison.homeless
    assert comparison.homeless[0].zh in part.content.decode()


def test_a_what_if_that_cannot_be_read_says_where(cast, planned):
    client = cast.client("firm")
    for wrong in ({"specimens": "0"}, {"on": "yesterday"}, {"home": "atlantis"}, {"tiers": []}, {"without": ["x"]}):
        part = client.post(address(planned, "what-if"), {**ASKED, **wrong}, headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert set(part.context["form"].errors) == set(wrong)


def test_another_date_judges_by_the_rules_of_that_day(cast, planned):
    """Regulation (EU) 2023/1230 takes the place of Directive 2006/42/EC on 2027-01-20."""
    part = cast.client("firm").post(
        address(planned, "what-if"), {**ASKED, "on": "2027-02-01"}, headers={"HX-Request": "true"}
    )
    assert part.context["answer"].settings.on == date(2027, 2, 1)
    assert part.context["answer"].comparison.obligations


def front_of(cast, product) -> list[dict]:
    """Run the job that finds the points of time against price; return them."""
    from qilian.portal.jobs.models import Job
    from qilian.portal.jobs.running import run

    answer = cast.client("firm").post(address(product, "front"))
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    run.func(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.problem
    assert job.result["url"].startswith(address(product, "itinerary"))
    return product.plans.get().front["points"]


def appointments(itinerary: dict) -> set[tuple[str, str, str]]:
    return {(step["test"], step["bench"], step["start"]) for step in itinerary["steps"]}


def test_time_is_traded_against_price_in_points_of_which_none_is_worse_in_both(cast, planned, short_front):
    points = front_of(cast, planned)
    assert len(points) >= 2
    days, prices = [point["days"] for point in points], [point["price"] for point in points]
    assert days == sorted(set(days))
    assert prices == sorted(set(prices), reverse=True)
    page = cast.client("firm").get(address(planned, "itinerary?point=1"))
    assert page.context["itinerary"] == points[1]["itinerary"]
    assert cast.client("firm").get(address(planned, "itinerary?point=99")).context["picked"] is None


def test_a_picked_point_is_kept_as_the_next_version(cast, planned, short_front):
    points = front_of(cast, planned)
    answer = cast.client("firm").post(address(planned, "front/1/keep"))
    assert answer["Location"] == f"/products/{planned.pk}/plans/2/itinerary"
    kept = planned.plans.get(number=2)
    assert (kept.price, kept.days) == (points[1]["price"], points[1]["days"])
    assert appointments(kept.result["itinerary"]) == appointments(points[1]["itinerary"])
    assert cast.client("firm").post(address(planned, "front/99/keep")).status_code == 404


def test_a_point_of_a_product_that_has_changed_since_is_not_kept(cast, planned, short_front):
    front_of(cast, planned)
    planned.parameters = {**planned.parameters, "product.kind": "industrial_arm"}
    planned.save()
    cast.client("firm").post(address(planned, "front/0/keep"))
    assert planned.plans.count() == 1


def test_why_a_laboratory_is_not_used_is_said_in_words(cast, planned):
    from qilian.portal.rulebook.reading import pack

    used = {step["laboratory"] for step in planned.current.result["itinerary"]["steps"]}
    other = next(each for each in pack().network.laboratories if each.id not in used)
    client = cast.client("firm")
    part = client.get(address(planned, "why"), {"laboratory": other.id}, headers={"HX-Request": "true"})
    assert other.name.zh in part.content.decode()
    assert part.context["words"].zh
    assert part.context["words"].en
    unknown = client.get(address(planned, "why"), {"laboratory": "no-such"})
    assert "no-such" in unknown.context["problem"]
