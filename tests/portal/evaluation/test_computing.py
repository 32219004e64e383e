"""Computed figures: counted by hand from a few rows, each open to its records; else it is said that none can be."""

from datetime import timedelta

import pytest

REPORTS = {"a": "accept", "b": "no_evidence", "c": "reject", "d": None}


def planned(organisation, tests: dict[str, str | None], calls: list[tuple[str, str, list[str]]]):
    """Return a plan with these tests (id: decision) and obligations (outcome, kind, tests)."""
    from django.utils import timezone

    from qilian.portal.workbench.models import Plan, Product

    product = Product.objects.create(
        organisation=organisation, pack="robots", identifier="x", name="AMR", on=timezone.localdate()
    )
    result = {
        "tests": [{"id": name, "decision": {"outcome": said} if said else None} for name, said in tests.items()],
        "obligations": [{"outcome": outcome, "kind": kind, "tests": asked} for outcome, kind, asked in calls],
    }
    return Plan.objects.create(
        product=product, number=1, settings={}, result=result, report_zh=b"", report_en=b"",
        applies=0, undecided=0, tests=0, answered=0,
    )  # fmt: skip


@pytest.fixture
def compute(firm, quarter, systems):
    """Compute an indicator of the firm, or of a division, for the quarter of today."""

    def do(name: str, subject=firm, system: str = "602520"):
        from qilian.portal.evaluation.computing import Scope
        from qilian.portal.evaluation.computing import compute as computed

        return computed(systems[system].indicator(name), Scope(subject, quarter))

    return do


def test_evidence_answers_a_mandatory_obligation_if_it_accepts_all_of_its_tests(cast, firm, compute):
    """Of three that apply and call for tests, one has all accepted; the others do not count."""
    calls = [
        ("applies", "mandatory", ["a"]),
        ("applies", "mandatory", ["a", "b"]),
        ("applies", "mandatory", ["c"]),
        ("applies", "mandatory", []),
        ("applies", "voluntary", ["a"]),
        ("undecided", "mandatory", ["a"]),
    ]
    plan = planned(firm.firm, REPORTS, calls)
    planned(cast.actor("firm", "other").organisation, REPORTS, [("applies", "mandatory", ["a"])])
    found = compute("evidence-share")
    assert found.value == 33.3
    assert [(each.kind, each.number, each.gave) for each in found.records] == [("plan", plan.pk, "1/3")]
    assert "3" in found.words.zh
    assert compute("accepted-share").value == 50.0  # a accepted, c rejected; nothing was held against b and d


def test_a_division_counts_the_plans_of_all_its_firms(cast, firm, compute):
    """Two firms in Hangzhou: two of four."""
    from qilian.portal.evaluation.subjects import of_region

    planned(firm.firm, REPORTS, [])
    planned(cast.actor("firm", "other").organisation, REPORTS, [])
    found = compute("accepted-reports", of_region("330100"), "consortium")
    assert (found.value, len(found.records)) == (50.0, 2)


def path_with_report(firm, quarter):
    """Return a path whose report was issued today; booked and sent are recorded as happening now."""
    from django.utils import timezone

    from qilian.portal.booking.models import Appointment, IssuedReport, Path, SampleUnit
    from qilian.portal.history.recording import record
    from qilian.portal.network.models import Bench, Laboratory

    now = timezone.now()
    laboratory = Laboratory.objects.create(code="l", name="L", tier="city", region="330100", city="hangzhou")
    bench = Bench.objects.create(laboratory=laboratory, code="b", name="B", opens="Mon-Fri 8-17")
    path = Path.objects.create(
        organisation=firm.firm, name="AMR", settings={}, origin=now, home="hangzhou", expires=now, state="done"
    )
    unit = SampleUnit.objects.create(path=path, lot="whole", unit=0, code="C", state="received")
    appointment = Appointment.objects.create(
        path=path, bench=bench, lot="whole", unit=0, test="T", test_name="T", step={}, start=now, end=now, price=0,
        state="reported",
    )  # fmt: skip
    record(None, "confirm", path)
    record(None, "ship", unit)
    report = IssuedReport.objects.create(
        appointment=appointment, laboratory=laboratory, number="1", outcome="pass", credential="x"
    )
    return path, report


def test_a_path_takes_the_days_from_sending_to_its_last_report(firm, compute, quarter, systems):
    """Zero on the day itself; the record is the path, a report of another quarter is not this one's."""
    from qilian.portal.booking.models import IssuedReport
    from qilian.portal.evaluation.computing import CannotTell

    path, report = path_with_report(firm, quarter)
    found = compute("test-days")
    assert (found.value, [(each.kind, each.number, each.gave) for each in found.records]) == (0, [("path", path.pk, "0")])  # fmt: skip # noqa: E501
    IssuedReport.objects.filter(pk=report.pk).update(issued=report.issued - timedelta(days=200))
    with pytest.raises(CannotTell):
        compute("test-days")


def order_of(cast, firm, due: int):
    """Return an order that is closed now and was due in so many days."""
    from django.utils import timezone

    from qilian.portal.history.recording import record
    from qilian.portal.window.models import Order

    window = cast.actor("window").organisation
    row = Order.objects.create(
        window=window, region=window.region, client=firm.firm, service="testing", state="closed",
        due=timezone.localdate() + timedelta(days=due),
    )  # fmt: skip
    record(None, "close", row)
    return row


def test_an_order_is_in_time_if_it_is_closed_by_the_day_it_was_due_and_never_went_up_late(cast, firm, compute):
    """One in time, one a day late, one that went up for being late and got another day."""
    from qilian.portal.evaluation.subjects import of_region
    from qilian.portal.history.recording import record

    good, late, passed_up = order_of(cast, firm, 1), order_of(cast, firm, -1), order_of(cast, firm, 5)
    record(None, "escalate", passed_up, data={"late": "2026-01-01"})
    found = compute("window-in-time", of_region("330100"), "consortium")
    assert found.value == 33.3
    signs = {each.number: each.gave[0] for each in found.records}
    assert signs == {good.pk: "✓", late.pk: "✗", passed_up.pk: "✗"}
    served = compute("firms-served", of_region("330100"), "consortium")
    assert (served.value, served.records[0].gave) == (1, "0 + 3")


def test_benches_are_those_that_take_appointments_today(firm, compute, quarter, systems):
    """A closed one is not; a period that is over cannot be told."""
    from qilian.portal.evaluation.computing import CannotTell, Scope
    from qilian.portal.evaluation.computing import compute as computed
    from qilian.portal.evaluation.subjects import of_region
    from qilian.portal.network.models import Bench, Laboratory

    laboratory = Laboratory.objects.create(code="l", name="L", tier="city", region="330106", city="hangzhou")
    for number in range(3):
        Bench.objects.create(laboratory=laboratory, code=f"b{number}", name="B", opens="Mon-Fri 8-17", is_open=number > 0)  # fmt: skip # noqa: E501
    city = of_region("330100")
    assert compute("benches-on-line", city, "consortium").value == 2
    assert compute("benches-on-line", of_region("330200"), "consortium").value == 0
    with pytest.raises(CannotTell):
        computed(systems["consortium"].indicator("benches-on-line"), Scope(city, "2020-Q1"))


def test_the_page_opens_to_the_records_for_who_may_see_them(cast, firm, quarter):
    """The firm and its regulator get links to the plan; computed again, nothing is new; what cannot be told is said."""
    from qilian.portal.evaluation.models import Figure

    plan = planned(firm.firm, REPORTS, [])
    client = cast.client("firm")
    client.cookies["language"] = "en"
    sheet = f"/evaluation/figures/{firm.key}/"
    sent = {"system": "602520", "period": quarter}
    told = client.post(f"{sheet}compute", sent, follow=True).content.decode()
    assert "1 figure is new" in told
    assert "no path came to its last report in the period" in told
    assert "0 figures are new" in client.post(f"{sheet}compute", sent, follow=True).content.decode()
    row = Figure.objects.get()
    assert (row.indicator, row.value, row.origin) == ("accepted-share", 50.0, "computed")
    page = f"{sheet}602520/accepted-share/{quarter}/"
    link = f"/products/{plan.product_id}/plans/1/"
    assert link in client.get(page).content.decode()
    assert link in cast.client("regulator").get(page).content.decode()
    assert link not in cast.client("operator").get(page).content.decode()
    assert "the same figure" in client.post(f"{page}compute", follow=True).content.decode()
    planned(firm.firm, {"a": "accept"}, [])
    client.post(f"{page}compute")
    assert [(row.value, row.is_current) for row in Figure.objects.order_by("pk")] == [(50.0, False), (66.7, True)]
