"""Figures computed from demands, problems, projects and the map: counted by hand, each open to its records."""

from datetime import date, timedelta

import pytest


@pytest.fixture
def compute(quarter, systems):
    """Compute an indicator of a subject for a quarter; value, and what each record gave."""

    def do(name: str, subject, period: str = quarter):
        from qilian.portal.evaluation.computing import Scope
        from qilian.portal.evaluation.computing import compute as computed

        system = systems["602520" if subject.firm else "consortium"]
        found = computed(system.indicator(name), Scope(subject, period))
        return found.value, {each.number: each.gave for each in found.records}

    return do


@pytest.fixture
def hangzhou(portal):
    """The city as a subject."""
    from qilian.portal.evaluation.subjects import of_region

    return of_region("330100")


def posed(cast, title: str, *events: str, region: str = "330100"):
    """Return a problem of a division, and say in the history what happened to it now."""
    from qilian.portal.history.recording import record
    from qilian.portal.improvement.models import Problem

    regulator = cast.actor("regulator")
    row = Problem.objects.create(
        organisation=regulator.organisation, region=region, title=title, words="x", severity=2, state="posed"
    )
    for event in events:
        was, row.state = row.state, {"list": "listed", "take_up": "solving", "solve": "solved"}[event]
        record(regulator, event, row, was=was, now=row.state)
    row.save()
    return row


def begun(cast, problem, lead=None, ends: date | None = None, event: str = "start", **fields):
    """Return a project that began now."""
    from qilian.portal.history.recording import record
    from qilian.portal.improvement.models import Project

    regulator = cast.actor("regulator")
    now = {"start": "running", "stop": "stopped"}[event]
    row = Project.objects.create(
        problem=problem, organisation=regulator.organisation, kind="solving", title=problem.title, lead=lead,
        begins=date(2026, 1, 5), ends=ends, state=now, **fields,
    )  # fmt: skip
    record(regulator, "start", row, was="draft", now="running")
    if event != "start":
        record(regulator, event, row, was="running", now=now)
    return row


def test_a_division_counts_its_list_as_it_stood_at_the_end_of_the_period(cast, compute, hangzhou):
    """Listed, being solved and solved are on the list; posed is not, nor is another city's; before, nothing was."""
    from qilian.portal.evaluation.computing import CannotTell

    listed, solving, solved = (
        posed(cast, title, *events)
        for title, events in (("a", ["list"]), ("b", ["list", "take_up"]), ("c", ["list", "take_up", "solve"]))
    )
    posed(cast, "d")
    posed(cast, "e", "list", "take_up", "solve", region="330200")
    assert compute("problems-closed", hangzhou) == (33.3, {listed.pk: "✗", solving.pk: "✗", solved.pk: "✓"})
    with pytest.raises(CannotTell):
        compute("problems-closed", hangzhou, "2020-Q1")


def test_a_firm_counts_the_problems_of_its_projects_that_end_in_the_period(cast, compute, firm):
    """One led and solved, one shared and not; one that ends later, and another firm's, do not count."""
    from django.utils import timezone

    today = timezone.localdate()
    solved, open_ = posed(cast, "a", "list", "take_up", "solve"), posed(cast, "b", "list", "take_up")
    begun(cast, solved, firm.firm, today)
    begun(cast, open_, None, today).partners.add(firm.firm)
    begun(cast, posed(cast, "c", "list", "take_up"), firm.firm, today + timedelta(days=200))
    begun(cast, posed(cast, "d", "list", "take_up"), cast.actor("firm", "other").organisation, today)
    assert compute("problems-solved", firm) == (50.0, {solved.pk: "✓", open_.pk: "✗"})


def test_projects_are_counted_with_their_money_milestones_effects_and_standards(cast, compute, hangzhou):
    """Two run, one was stopped; of three milestones due one was in time, one late, one is not done."""
    from django.utils import timezone

    from qilian.portal.improvement.models import Milestone, Result

    today = timezone.localdate()
    one = begun(cast, posed(cast, "a", "list", "take_up"), budget=1_250_000)
    other = begun(cast, posed(cast, "b", "list", "take_up"))
    stopped = begun(cast, posed(cast, "c", "list"), event="stop", budget=9_000_000)
    for project, due, done in (
        (one, today, today), (one, today, None), (other, today, today + timedelta(days=1)), (stopped, today, None),
        (other, today + timedelta(days=1), None),
    ):  # fmt: skip
        Milestone.objects.create(project=project, title="x", due=due, done=done)
    for project, kind, verified in (
        (one, "effect", timezone.now()), (one, "effect", None), (one, "standard", None), (other, "standard", None),
        (stopped, "standard", None), (other, "patent", None),
    ):  # fmt: skip
        Result.objects.create(project=project, kind=kind, title="x", verified=verified)
    assert compute("problem-projects", hangzhou) == (2, {one.pk: "2026-01-05", other.pk: "2026-01-05"})
    assert compute("project-money", hangzhou) == (125, {one.pk: "125"})
    assert compute("milestones-in-time", hangzhou) == (33.3, {one.pk: "1/2", other.pk: "0/1"})
    assert compute("effects-verified", hangzhou) == (1, {one.pk: "1"})
    assert compute("standards-projects", hangzhou) == (2, {one.pk: "1", other.pk: "1"})


def test_a_demand_takes_the_working_days_from_sending_to_closing(cast, compute, firm):
    """Sent and closed today: none. One that was only sent, and another firm's, do not count."""
    from qilian.portal.evaluation.computing import CannotTell
    from qilian.portal.history.recording import record
    from qilian.portal.improvement.models import Demand

    other = cast.actor("firm", "other").organisation
    made = [
        Demand.objects.create(firm=of, maker=of, region=of.region, title="x", state=state)
        for of, state in ((firm.firm, "closed"), (firm.firm, "assigned"), (other, "closed"))
    ]
    for row in made:
        record(None, "raise", row, was="draft", now="new")
    with pytest.raises(CannotTell):
        compute("demand-days", firm)
    for row in made:
        if row.state == "closed":
            record(None, "close", row, was="assigned", now="closed")
    assert compute("demand-days", firm) == (0, {made[0].pk: "0"})


def test_the_map_says_how_many_points_can_be_tested_in_reach_of_a_city(compute, hangzhou, quarter):
    """As the room of the chain counts them from Hangzhou; a province is the mean of its cities; now only."""
    from django.utils import timezone

    from qilian.chain import Where, coverage
    from qilian.portal.chain import reading
    from qilian.portal.evaluation.computing import CannotTell
    from qilian.portal.evaluation.subjects import of_region

    known, today = reading.chain(), timezone.localdate()
    network = reading.asked(today, Where()).network
    near = reading.asked(today, Where(place=network.geography.find("hangzhou"), within_km=200))
    nodes = {each.node.id: each for each in coverage(known, near).nodes if each.points}
    value, records = compute("points-covered", hangzhou)
    assert value == round(100 * sum(each.whole for each in nodes.values()) / len(known.points), 1)
    assert records == {name: f"{each.whole}/{each.points}" for name, each in nodes.items()}
    _mean, cities = compute("points-covered", of_region("330000"))
    assert cities["330100"] == f"{sum(each.whole for each in nodes.values())}/{len(known.points)}"
    assert len(cities) == sum(city.region.startswith("33") for city in network.geography.cities)
    with pytest.raises(CannotTell):
        compute("points-covered", hangzhou, "2020-Q1")


def test_a_firm_tested_those_points_of_what_it_makes_whose_tests_were_all_reported(cast, compute, firm, monkeypatch):
    """Two points of a rotary joint: one test of the first was reported, and one of the two of the second."""
    from dataclasses import replace

    from django.utils import timezone

    from qilian.chain import Maker
    from qilian.portal.booking.models import Appointment, IssuedReport, Path
    from qilian.portal.chain import reading
    from qilian.portal.evaluation.computing import CannotTell
    from qilian.portal.network.models import Bench, Laboratory
    from qilian.text import Text

    with pytest.raises(CannotTell):
        compute("control-points", firm)
    known = reading.chain()
    maker = Maker("rotary-joint", Text(firm.name, firm.name), "330100", True, "x", "unverified")
    monkeypatch.setattr(reading, "chain", lambda: replace(known, makers=(*known.makers, maker)))
    asked = [point for point in known.points_of("rotary-joint") if point.tests]
    assert compute("control-points", firm) == (0, {firm.firm.pk: f"0/{len(asked)}"})
    now = timezone.now()
    laboratory = Laboratory.objects.create(code="l", name="L", tier="city", region="330100", city="hangzhou")
    bench = Bench.objects.create(laboratory=laboratory, code="b", name="B", opens="Mon-Fri 8-17")
    path = Path.objects.create(
        organisation=firm.firm, name="x", settings={}, origin=now, home="hangzhou", expires=now, state="done"
    )
    for number, test in enumerate(("T-CR-JOINT", "T-STO")):
        appointment = Appointment.objects.create(
            path=path, bench=bench, lot="whole", unit=0, test=test, test_name=test, step={}, price=0, state="reported",
            start=now + timedelta(hours=number), end=now + timedelta(hours=number + 1),
        )  # fmt: skip
        IssuedReport.objects.create(
            appointment=appointment, laboratory=laboratory, number=test, outcome="pass", credential="x"
        )
    whole = sum(set(point.tests) <= {"T-CR-JOINT", "T-STO"} for point in asked)
    assert whole == 1
    assert compute("control-points", firm) == (round(100 / len(asked), 1), {firm.firm.pk: f"1/{len(asked)}"})


def test_the_figures_of_a_division_open_to_problems_projects_and_nodes(cast, hangzhou, quarter):
    """Each with its link, for the regulator who may open it."""
    problem = posed(cast, "减速器", "list", "take_up")
    project = begun(cast, problem, budget=10_000)
    client = cast.client("regulator", "city", region="330100")
    client.post(f"/evaluation/figures/{hangzhou.key}/compute", {"system": "consortium", "period": quarter})
    for indicator, link in (
        ("problems-closed", f"/improvement/problems/{problem.pk}/"),
        ("project-money", f"/improvement/projects/{project.pk}/"),
        ("points-covered", "/chain/nodes/harmonic-reducer/"),
    ):
        page = client.get(f"/evaluation/figures/{hangzhou.key}/consortium/{indicator}/{quarter}/").content.decode()
        assert link in page, indicator


def test_a_leader_counts_the_suppliers_that_its_help_improved(cast, compute, firm):
    """Two acts that helped one supplier count it once; what waits, did not help, or is of last year does not count."""
    from decimal import Decimal

    from django.utils import timezone

    from qilian.portal.evaluation.computing import CannotTell
    from qilian.portal.leading.models import Bond, Help

    with pytest.raises(CannotTell):
        compute("suppliers-helped", firm)
    now = timezone.now()
    bonds = [
        Bond.objects.create(leader=leader, supplier=cast.actor("firm", supplier).organisation, state="active")
        for leader, supplier in ((firm.firm, "a"), (firm.firm, "b"), (cast.actor("firm", "c").organisation, "a"))
    ]
    for bond, title, after, state, confirmed in (
        (bonds[0], "one", 98, "confirmed", now),
        (bonds[0], "two", 99, "confirmed", now),
        (bonds[1], "worse", 80, "confirmed", now),
        (bonds[1], "waits", 99, "entered", None),
        (bonds[1], "old", 99, "confirmed", now - timedelta(days=500)),
        (bonds[2], "of another leader", 99, "confirmed", now),
    ):
        Help.objects.create(
            bond=bond, kind="training", title=title, on=timezone.localdate(), state=state, confirmed=confirmed,
            system="602520", indicator="first-pass-yield", before=Decimal(90), after=Decimal(after),
        )  # fmt: skip
    assert compute("suppliers-helped", firm) == (1, {bonds[0].pk: "one; two"})
