"""A project has targets and milestones before it begins; effects are verified by another; the line can be walked."""

from decimal import Decimal

import pytest


@pytest.fixture
def problem(province, firm, send, ahead):
    """A listed problem with one demand."""
    from qilian.portal.improvement.commands import problems

    fields = {
        "title": "谐波减速器精度保持性",
        "words": "多家企业反映",
        "node": "harmonic-reducer",
        "tests": [],
        "severity": 3,
    }
    row = problems.pose(province, [send(firm, node="harmonic-reducer")], fields, "合并会诊", ahead)
    problems.move(row, "list", province)
    return row


@pytest.fixture
def draft(province, problem, firm, ahead):
    """A draft of a project whose pages are answered; without targets and milestones."""
    from datetime import timedelta

    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.parts import write

    row = projects.draft(province, problem, None)
    fields = {"kind": "solving", "title": "谐波减速器寿命攻关", "words": "改进热处理", "lead": firm.organisation}
    write(row, {**fields, "begins": ahead, "ends": ahead + timedelta(days=300), "budget": 500_000})
    return row


@pytest.fixture
def running(province, draft, ahead):
    """The same project at work, with one target and one milestone."""
    from qilian.portal.improvement.commands import projects

    projects.add_milestone(draft, province, "完成工艺验证", ahead)
    projects.add_target(draft, province, "602520", "first-pass-yield", Decimal(90), Decimal(98))
    projects.start(draft, province)
    return draft


def test_it_begins_when_nothing_is_missing_and_takes_the_problem_up(province, draft, ahead, firm):
    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.errors import ImprovementRefused

    with pytest.raises(ImprovementRefused, match="里程碑; 目标"):
        projects.start(draft, province)
    projects.add_milestone(draft, province, "完成工艺验证", ahead)
    with pytest.raises(ImprovementRefused):
        projects.add_target(draft, province, "602520", "no-such", Decimal(1), Decimal(2))
    with pytest.raises(ImprovementRefused):
        projects.add_target(draft, province, "602520", "first-pass-yield", Decimal(1), Decimal(1))
    projects.add_target(draft, province, "602520", "first-pass-yield", Decimal(90), Decimal(98))
    projects.start(draft, province)
    draft.problem.refresh_from_db()
    assert (draft.state, draft.problem.state) == ("running", "solving")
    assert firm.user.notices.filter(zh__contains="项目启动").count() == 1


def test_an_effect_needs_a_measured_target_and_another_persons_word(province, running, cast):
    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.errors import ImprovementRefused

    target = running.targets.get()
    effect = {"kind": "effect", "title": "合格率提高", "target": target, "basis": "before_after"}
    with pytest.raises(ImprovementRefused):
        projects.add_result(running, province, effect)
    projects.measure(target, province, Decimal("98.2"))
    assert target.is_met
    with pytest.raises(ImprovementRefused):
        projects.add_result(running, province, {**effect, "basis": ""})
    result = projects.add_result(running, province, effect)
    with pytest.raises(ImprovementRefused, match="本人"):
        projects.verify(result, province)
    with pytest.raises(ImprovementRefused, match="未核验"):
        projects.finish(running, province)
    colleague = cast.actor("regulator", "colleague")
    projects.verify(result, colleague)
    projects.measure(target, province, Decimal("91"))
    result.refresh_from_db()
    assert result.verified is None, "another figure has to be verified again"
    assert target.is_met is False
    projects.verify(result, colleague)
    projects.finish(running, province)
    assert running.state == "finished"
    with pytest.raises(ImprovementRefused):
        projects.add_result(running, province, {"kind": "patent", "title": "柔轮专利"})


def test_a_target_that_goes_down_is_met_below():
    from qilian.portal.improvement.models import Target

    target = Target(baseline=Decimal(5000), goal=Decimal(200), reached=Decimal(150))
    assert target.is_met
    target.reached = Decimal(300)
    assert target.is_met is False
    target.reached = None
    assert target.is_met is None


def test_a_stopped_project_puts_its_problem_back_on_the_list(province, running):
    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.errors import ImprovementRefused

    with pytest.raises(ImprovementRefused):
        projects.stop(running, province, " ")
    projects.stop(running, province, "经费未到位")
    running.problem.refresh_from_db()
    assert (running.state, running.problem.state) == ("stopped", "listed")


def test_it_is_made_on_pages(cast, province, problem, firm, ahead):
    from datetime import timedelta

    from qilian.portal.improvement.models import Project

    client = cast.client("regulator")
    client.post(f"/improvement/problems/{problem.pk}/project")
    row = Project.objects.get()
    base = f"/improvement/projects/{row.pk}/"
    client.post(f"{base}parts/kind/", {"kind": "standard", "title": "弯折试验方法标准", "words": "起草团体标准"})
    answer = client.post(f"{base}parts/lead/", {"lead": "没有的单位"})
    assert "没有的单位" in answer.content.decode(), "named, and not lost"
    client.post(f"{base}parts/lead/", {"lead": firm.organisation.name})
    days = {"begins": ahead.isoformat(), "ends": ahead.isoformat()}
    assert client.post(f"{base}parts/time/", days).status_code == 200, "it ends before it has begun"
    client.post(f"{base}parts/time/", {**days, "ends": (ahead + timedelta(days=90)).isoformat()})
    client.post(f"{base}add/milestone/", {"title": "征求意见稿", "due": ahead.isoformat()})
    client.post(f"{base}add/target/", {"indicator": "602520/first-pass-yield", "baseline": "90", "goal": "98"})
    client.post(f"{base}add/partners/", {"partners": firm.organisation.name})
    row.refresh_from_db()
    client.post(f"{base}start", {"version": row.version})
    row.refresh_from_db()
    assert (row.state, row.lead) == ("running", firm.organisation)
    client.post(f"{base}measure", {"line": row.targets.get().pk, "reached": "viel"})
    assert row.targets.get().reached is None
    client.post(
        f"{base}add/result/", {"kind": "standard", "title": "机器人柔性电缆弯折试验方法", "reference": "T/ZZB 0000"}
    )
    client.post(f"{base}done", {"line": row.milestones.get().pk})
    client.post(f"{base}finish", {})
    row.refresh_from_db()
    assert row.state == "finished"


def test_lead_and_partners_see_it_others_do_not(cast, province, ningbo, running, ningbo_firm, firm):
    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.models import Project

    page = f"/improvement/projects/{running.pk}/"
    assert cast.client("firm").get(page).status_code == 200
    assert cast.client("firm", "ningbo").get(page).status_code == 404
    assert cast.client("regulator", "ningbo").get(page).status_code == 404
    projects.set_partners(running, province, [ningbo_firm.organisation])
    assert cast.client("firm", "ningbo").get(page).status_code == 200
    assert not Project.objects.visible_to(cast.actor("expert")).exists()


def test_the_line_is_walked_both_ways_and_shows_a_visitor_what_is_public(cast, province, problem, running, firm):
    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.models import Demand

    projects.add_result(
        running, province, {"kind": "standard", "title": "减速器寿命试验方法", "reference": "T/ZZB 0000"}
    )
    demand = Demand.objects.get()
    line = f"/improvement/problems/{problem.pk}/line/"
    client = cast.client("regulator")
    down = [
        (f"/improvement/demands/{demand.pk}/", line),
        (line, f"/improvement/projects/{running.pk}/"),
    ]
    up = [
        (f"/improvement/projects/{running.pk}/", f"/improvement/problems/{problem.pk}/"),
        (f"/improvement/problems/{problem.pk}/", f"/improvement/demands/{demand.pk}/"),
        (line, f"/improvement/demands/{demand.pk}/"),
    ]
    for page, link in (*down, *up):
        assert f'href="{link}"' in client.get(page).content.decode(), (page, link)
    text = cast.client("anonymous").get(line).content.decode()
    assert "减速器寿命试验方法" in text
    assert running.title in text
    for secret in (demand.title, str(demand.firm), f"/improvement/projects/{running.pk}/", "500"):
        assert secret not in text
    text = cast.client("firm").get(line).content.decode()
    assert demand.title in text, "its own"
