"""A project's effect: its firms against firms that did not take part; where that cannot be told, why not."""

from datetime import date
from decimal import Decimal

import pytest

SYSTEM, INDICATOR = "602520", "first-pass-yield"
BEFORE, AFTER = ("2025-Q3", "2025-Q4", "2026-Q1"), ("2026-Q3",)


@pytest.fixture
def project(province, cast, firm, send, ahead):
    """A project of six firms that began within a quarter, on 20 May 2026, and measured its target."""
    from qilian.portal.improvement.models import Milestone, Problem, Project, Target

    problem = Problem.objects.create(
        organisation=province.organisation, region="330000", title="减速器", words="x", severity=2, state="solving"
    )
    row = Project.objects.create(
        problem=problem, organisation=province.organisation, kind="solving", title="攻关", state="running",
        lead=firm.organisation, begins=date(2026, 5, 20), ends=date(2027, 5, 20),
    )  # fmt: skip
    row.partners.set([cast.actor("firm", f"partner{number}").organisation for number in range(5)])
    Milestone.objects.create(project=row, title="x", due=ahead)
    Target.objects.create(
        project=row, system=SYSTEM, indicator=INDICATOR, baseline=Decimal(90), goal=Decimal(95), reached=Decimal(95)
    )
    return row


def figures(firms, before: float, after: float, during: float = 50.0):
    """Keep figures of firms: steady before, another level after; those of the quarter of the beginning are odd."""
    from qilian.portal.evaluation.models import Figure

    for place, firm in enumerate(firms):
        for period in (*BEFORE, "2026-Q2", *AFTER):
            base = during if period == "2026-Q2" else after if period in AFTER else before
            Figure.objects.create(
                subject=f"firm:{firm.pk}", region=firm.region, organisation=firm, system=SYSTEM, indicator=INDICATOR,
                period=period, value=base + place / 10, origin="typed", on=date(2026, 10, 1),
            )  # fmt: skip


@pytest.fixture
def compared(project, cast):
    """Firms of the project rise by five, eight others by one."""
    figures([project.lead, *project.partners.all()], 90.0, 95.0)
    others = [cast.actor("firm", f"other{number}", region="330203").organisation for number in range(8)]
    figures(others, 88.0, 89.0)
    return others


def test_it_is_the_change_of_its_firms_less_that_of_the_others(project, compared):
    """5 - 1 = 4; the quarter in which it began is neither before nor after."""
    from qilian.portal.improvement.effects import effect_on

    found = effect_on(project.targets.get())
    assert found.verdict == "effect"
    assert found.estimate == pytest.approx(4)
    assert found.low == pytest.approx(4)
    assert found.high == pytest.approx(4)
    assert (found.took_part.firms, found.others.firms) == (6, 8)


def test_firms_of_another_project_with_the_same_target_are_not_compared_with(project, compared, province):
    """Four of the eight are left, one fewer than it takes: it cannot be told, and that is the reason."""
    from qilian.portal.improvement.effects import effect_on
    from qilian.portal.improvement.models import Project, Target

    rival = Project.objects.create(
        problem=project.problem, organisation=province.organisation, title="x", state="running", lead=compared[0]
    )
    rival.partners.set(compared[1:4])
    Target.objects.create(project=rival, system=SYSTEM, indicator=INDICATOR, baseline=1, goal=2)
    found = effect_on(project.targets.get())
    assert found.verdict == "cannot_be_told"
    assert [each.en for each in found.reasons] == [
        "4 firms that did not take part, to compare with have figures before and after; at least 5 are needed"
    ]


def test_its_page_says_what_can_be_told_or_why_nothing_can(cast, project, request):
    """To the regulator and to a partner alike; of the others no name."""
    client = cast.client("regulator")
    client.cookies["language"] = "en"
    page = client.get(f"/improvement/projects/{project.pk}/").content.decode()
    assert "cannot be told" in page
    assert "no figure from before it began" in page
    request.getfixturevalue("compared")
    page = client.get(f"/improvement/projects/{project.pk}/").content.decode()
    assert "difference in differences +4, 90 % interval" in page
    partner = cast.client("firm", "partner0").get(f"/improvement/projects/{project.pk}/").content.decode()
    assert "双重差分 +4" in partner
    assert "other0" not in partner


def test_no_effect_rests_on_a_comparison_that_cannot_be_told(project, province, request, cast):
    """Refused with the reasons; with figures it is taken, and the verification keeps what was said."""
    from qilian.portal.improvement.commands import projects
    from qilian.portal.improvement.errors import ImprovementRefused

    target = project.targets.get()
    fields = {"kind": "effect", "title": "合格率提高", "target": target, "basis": "compared"}
    with pytest.raises(ImprovementRefused, match="没有实施前的数值"):
        projects.add_result(project, province, fields)
    request.getfixturevalue("compared")
    result = projects.add_result(project, province, fields)
    from qilian.portal.evaluation.models import Figure

    colleague = cast.actor("regulator", "colleague")
    kept = list(Figure.objects.all())
    Figure.objects.all().delete()
    with pytest.raises(ImprovementRefused, match="没有实施前的数值"):
        projects.verify(result, colleague)
    Figure.objects.bulk_create(kept)
    projects.verify(result, colleague)
    result.refresh_from_db()
    assert result.compared[0] == ["有效果", "an effect"]
    assert "difference in differences +4" in result.comparison[1].en


def test_before_and_after_alone_is_verified_with_what_the_comparison_said(project, province, cast):
    """That it cannot be told is kept beside it."""
    from qilian.portal.improvement.commands import projects

    fields = {"kind": "effect", "title": "x", "target": project.targets.get(), "basis": "before_after"}
    result = projects.add_result(project, province, fields)
    projects.verify(result, cast.actor("regulator", "colleague"))
    result.refresh_from_db()
    assert result.compared[0][1] == "cannot be told"
