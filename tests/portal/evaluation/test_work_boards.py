"""Dashboards by chain and by project: each figure is counted by hand and leads to the rows behind it."""

import io
from datetime import date, timedelta

import pytest


@pytest.fixture
def work(cast):
    """Problems of Hangzhou, solved, open and of no part, with projects; a problem and its project of Ningbo."""
    from django.utils import timezone

    from qilian.portal.improvement.models import Milestone, Problem, Project, Result, Target

    regulator = cast.actor("regulator").organisation
    today = timezone.localdate()

    def problem(title: str, state: str, node: str = "harmonic-reducer", region: str = "330100") -> Problem:
        return Problem.objects.create(
            organisation=regulator, region=region, title=title, words="x", node=node, severity=2, state=state
        )

    def project(of: Problem, state: str = "running", budget: int | None = None) -> Project:
        return Project.objects.create(
            problem=of, organisation=regulator, kind="solving", title=f"攻关 {of.title}", state=state, budget=budget,
            begins=date(2026, 1, 5), ends=date(2027, 1, 5),
        )  # fmt: skip

    open_, solved = problem("甲", "solving"), problem("乙", "solved")
    problem("丙", "posed", node="")
    problem("丁", "merged")
    late, ended = project(open_, budget=1_000_000), project(solved, "finished")
    project(open_, "stopped", budget=5_000_000)
    project(open_, "draft")
    elsewhere = project(problem("戊", "solving", region="330200"))
    for due, done in ((today - timedelta(days=2), None), (today, today), (today + timedelta(days=9), None)):
        Milestone.objects.create(project=late, title="x", due=due, done=done)
    Target.objects.create(project=ended, system="602520", indicator="mtbf", baseline=1, goal=2, reached=2)
    Target.objects.create(project=ended, system="602520", indicator="first-pass-yield", baseline=1, goal=2)
    Result.objects.create(project=ended, kind="effect", title="x", verified=timezone.now())
    Result.objects.create(project=ended, kind="standard", title="x")
    Result.objects.create(project=late, kind="effect", title="x")
    return {"open": open_, "late": late, "ended": ended, "elsewhere": elsewhere}


def test_the_chain_is_counted_system_by_system(cast, work):
    """As the chain's own room counts the division's laboratories; problems and projects by the part they name."""
    from django.utils import timezone

    from qilian.chain import Where, coverage
    from qilian.portal.chain import reading
    from qilian.portal.evaluation import chain_boards
    from qilian.portal.evaluation.subjects import of_region

    rows = {row.id: row for row in chain_boards.systems_of(cast.actor("regulator"), of_region("330100"))}
    known = reading.chain()
    assert list(rows) == [*known.systems, ""]
    able = reading.asked(timezone.localdate(), Where(region="330100"))
    of = known.node("harmonic-reducer").system
    own = [each for each in coverage(known, able).nodes if each.node.system == of]
    assert (rows[of].points, rows[of].whole) == (sum(each.points for each in own), sum(each.whole for each in own))
    assert (rows[of].open, rows[of].solved, rows[of].running, rows[of].finished) == (1, 1, 1, 1)
    assert (rows[""].open, rows[""].points, rows[""].percent) == (1, 0, None)
    total = chain_boards.total(rows.values())
    assert (total.points, total.open) == (len(known.points), 2)
    assert total.urgent == sum(
        point.priority == "H" and not (point.tests and all(able.able[test] for test in point.tests))
        for point in known.points
    )


def test_each_figure_of_the_chain_leads_to_its_nodes_problems_and_projects(cast, work):
    from qilian.portal.chain import reading

    system = reading.find("harmonic-reducer").system
    client = cast.client("regulator")
    page = client.get("/evaluation/boards/330100/chain/").content.decode()
    assert f"/evaluation/boards/330100/chain/{system}/#problems" in page
    assert f"/evaluation/boards/330100/chain/{system}/#projects" in page
    behind = client.get(f"/evaluation/boards/330100/chain/{system}/").content.decode()
    for link in (
        "/chain/nodes/harmonic-reducer/?region=330100",
        f"/improvement/problems/{work['open'].pk}/",
        f"/improvement/projects/{work['late'].pk}/",
    ):
        assert link in behind
    assert f"/improvement/projects/{work['elsewhere'].pk}/" not in behind
    assert client.get("/evaluation/boards/330100/chain/none/").status_code == 200
    assert client.get("/evaluation/boards/330100/chain/no-such/").status_code == 404


def test_projects_are_counted_and_those_to_look_after_are_found(cast, work):
    """Of two milestones due one was in time; drafts and other cities do not count; the stopped one's money neither."""
    from qilian.portal.evaluation import project_boards
    from qilian.portal.evaluation.subjects import of_region

    rows = project_boards.rows_of(cast.actor("regulator"), of_region("330100"))
    late, ended = (next(row for row in rows if row.project == work[name]) for name in ("late", "ended"))
    assert len(rows) == 3
    assert (late.due, late.in_time, late.late, late.effects, late.verified) == (2, 1, 1, 1, 0)
    assert (ended.targets, ended.met, ended.effects, ended.verified, ended.standards) == (2, 1, 1, 1, 1)
    assert project_boards.budget(rows) == 1_000_000
    client = cast.client("regulator")
    address = "/evaluation/boards/330100/projects/"
    links = {name: f"/improvement/projects/{work[name].pk}/" for name in ("late", "ended", "elsewhere")}
    page = client.get(address).content.decode()
    assert [links[name] in page for name in links] == [True, True, False]
    for show, seen in (("late", [True, False]), ("unverified", [True, False]), ("finished", [False, True])):
        page = client.get(f"{address}?show={show}").content.decode()
        assert [links[name] in page for name in ("late", "ended")] == seen, show


def test_a_city_opens_its_own_boards_only(cast, work):
    city = cast.client("regulator", "ningbo", region="330200")
    for board in ("chain", "projects"):
        assert city.get(f"/evaluation/boards/330200/{board}/").status_code == 200
        assert city.get(f"/evaluation/boards/330100/{board}/").status_code == 404
        assert city.get(f"/evaluation/boards/330100/{board}.xlsx").status_code == 404


def test_both_are_taken_away_as_workbooks(cast, work):
    """What stands on the pages, as numbers."""
    import python_calamine

    client = cast.client("regulator")

    def sheet(board: str, place: int = 0) -> list[list[object]]:
        answer = client.get(f"/evaluation/boards/330100/{board}.xlsx")
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(place).to_python()  # fmt: skip # noqa: E501

    projects = {row[0]: row for row in sheet("projects")[1:]}
    assert len(projects) == 3
    assert projects[work["late"].reference][8:11] == [2, 1, 1]
    assert sum(row[5] or 0 for row in sheet("chain")[1:]) == 2
    assert any(row[1] == "谐波减速器" and row[6] == 1 for row in sheet("chain", 1))


def test_more_projects_ask_the_database_no_more(cast, work):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.improvement.models import Milestone, Project

    client = cast.client("regulator")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            for board in ("projects", "chain"):
                assert client.get(f"/evaluation/boards/330000/{board}/").status_code == 200
        return len(queries)

    asked()
    before = asked()
    for number in range(10):
        row = Project.objects.create(
            problem=work["open"], organisation=work["open"].organisation, title=f"x{number}", state="running"
        )
        Milestone.objects.create(project=row, title="x", due=date(2026, 1, 5))
    assert asked() == before
