"""Computed from demands, problems and projects as the history has them at the end of a period."""

import statistics
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from qilian.laboratories import working_days
from qilian.portal.accounts import regions
from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation, share
from qilian.portal.history.models import Entry
from qilian.portal.improvement.models import Demand, Milestone, Problem, Project, Result
from qilian.portal.improvement.models.problems import PUBLIC
from qilian.portal.improvement.models.projects import PUBLISHED, Projects
from qilian.text import Text

_NO_PROJECT = Text("到期末没有立项的项目", "no project had begun by the end of the period")
_WAN = 10_000


@computation("demands.days")
def demand_days(scope: Scope) -> Found:
    """Median working days from sending to closing of the demands that were closed in the period."""
    rows = Demand.objects.filter(state="closed")
    rows = (
        rows.filter(firm=scope.subject.firm) if scope.subject.firm else rows.filter(region__startswith=_prefix(scope))
    )
    found: dict[int, dict[str, date]] = {row: {} for row in rows.values_list("pk", flat=True)}
    entries = Entry.objects.filter(kind="improvement.demand", event__in=("raise", "close"), at__lt=scope.ends)
    for subject, event, at in entries.order_by("number").values_list("subject", "event", "at"):
        if int(subject) in found and (event == "raise" or at >= scope.begins):
            found[int(subject)][event] = timezone.localtime(at).date()
    days = {row: working_days.between(when["raise"], when["close"]) for row, when in found.items() if len(when) == 2}
    if not days:
        raise CannotTell(Text("本周期内没有办结的诉求", "no demand was closed in the period"))
    return Found(
        float(statistics.median(days.values())),
        tuple(Record("demand", row, str(count)) for row, count in sorted(days.items())),
        Text(
            f"本周期办结的 {len(days)} 项诉求，从提交到办结的工作日中位数",
            f"median working days from sending to closing, over {len(days)} demands closed in the period",
        ),
    )


@computation("problems.solved_share")
def solved_share(scope: Scope) -> Found:
    """Problems that are solved at the end of the period, in percent.

    Of a division those on its public list by then; of a firm those of projects that it leads or shares and that end in
    the period.
    """
    states = _states("improvement.problem", scope)
    if scope.subject.firm:
        due = _projects(scope).filter(ends__gte=scope.begins.date(), ends__lt=scope.ends.date())
        numbers = set(due.values_list("problem_id", flat=True))
        none = Text("没有应于本周期结束的攻关项目", "no project of the firm ends in the period")
        of = Text("企业参与、应于本周期解决的问题", "problems of the firm's projects that end in the period")
    else:
        rows = Problem.objects.filter(region__startswith=_prefix(scope)).values_list("pk", flat=True)
        numbers = {row for row in rows if states.get(row) in PUBLIC}
        none = Text("到期末问题清单上没有问题", "no problem was on the list by the end of the period")
        of = Text("到期末在问题清单上的问题", "problems on the list by the end of the period")
    if not numbers:
        raise CannotTell(none)
    solved = {row for row in numbers if states.get(row) == "solved"}
    return Found(
        share(len(solved), len(numbers)),
        tuple(Record("problem", row, "✓" if row in solved else "✗") for row in sorted(numbers)),
        Text(
            f"{of.zh} {len(numbers)} 个，已解决 {len(solved)} 个", f"{len(numbers)} {of.en}; {len(solved)} are solved"
        ),
    )


@computation("projects.count")
def count(scope: Scope) -> Found:
    """Projects that had begun by the end of the period and were not stopped: none begins without lead and target."""
    rows = _at_work(scope)
    return Found(
        float(len(rows)),
        tuple(Record("project", row.pk, row.begins.isoformat() if row.begins else "") for row in rows),
        Text(f"到期末已启动、未中止的项目 {len(rows)} 个", f"{len(rows)} projects had begun by the end of the period"),
    )


@computation("projects.standards")
def standards(scope: Scope) -> Found:
    """Proposals of standards that came of projects by the end of the period."""
    found = Result.objects.filter(project__in=_at_work(scope), kind="standard", created__lt=scope.ends)
    counts = _counted(found.values_list("project_id", flat=True))
    total = sum(counts.values())
    return Found(
        float(total),
        tuple(Record("project", row, str(each)) for row, each in counts.items()),
        Text(
            f"到期末由项目提出的标准 {total} 项", f"{total} standards were proposed from projects by the period's end"
        ),
    )


@computation("projects.effects_verified")
def effects_verified(scope: Scope) -> Found:
    """Effects of projects that another person had verified by the end of the period."""
    found = Result.objects.filter(project__in=_at_work(scope), kind="effect", verified__lt=scope.ends)
    counts = _counted(found.values_list("project_id", flat=True))
    total = sum(counts.values())
    return Found(
        float(total),
        tuple(Record("project", row, str(each)) for row, each in counts.items()),
        Text(f"到期末经他人验证的成效 {total} 项", f"{total} effects were verified by the end of the period"),
    )


@computation("projects.on_time_share")
def on_time_share(scope: Scope) -> Found:
    """Milestones due in the period, up to today, that were done by their day, in percent."""
    rows = Milestone.objects.filter(
        project__in=_at_work(scope), due__gte=scope.begins.date(), due__lte=scope.last_day
    ).values_list("project_id", "due", "done")
    counts: dict[int, list[bool]] = {}
    for project, due, done in rows.order_by("project_id", "due"):
        counts.setdefault(project, []).append(done is not None and done <= due)
    if not counts:
        raise CannotTell(Text("本周期内没有到期的里程碑", "no milestone was due in the period"))
    total, in_time = sum(map(len, counts.values())), sum(map(sum, counts.values()))
    return Found(
        share(in_time, total),
        tuple(Record("project", row, f"{sum(each)}/{len(each)}") for row, each in counts.items()),
        Text(
            f"本周期到期的里程碑 {total} 个，按期完成 {in_time} 个",
            f"Of {total} milestones due in the period, {in_time} were done by their day",
        ),
    )


@computation("projects.money")
def money(scope: Scope) -> Found:
    """Budgets of the projects that had begun by the end of the period, in 10,000 yuan."""
    rows = _at_work(scope)
    if not rows:
        raise CannotTell(_NO_PROJECT)
    given = {row.pk: row.budget for row in rows if row.budget is not None}
    if not given:
        raise CannotTell(Text("这些项目都没有填预算", "none of the projects has a budget"))
    return Found(
        float(Decimal(sum(given.values())) / _WAN),
        tuple(Record("project", row, f"{Decimal(sum_) / _WAN:f}") for row, sum_ in given.items()),
        Text(
            f"到期末 {len(rows)} 个项目中 {len(given)} 个填有预算，合计",
            f"Sum over {len(given)} of {len(rows)} projects that had begun by the period's end and have a budget",
        ),
    )


def _prefix(scope: Scope) -> str:
    return regions.prefix(scope.subject.region)


def _projects(scope: Scope) -> Projects:
    """Return the projects that a firm leads or shares and that were begun, or those of a division's problems."""
    rows = Project.objects.exclude(state__in=("draft", "discarded"))
    if scope.subject.firm:
        return rows.filter(Q(lead=scope.subject.firm) | Q(partners=scope.subject.firm)).distinct()
    return rows.filter(problem__region__startswith=_prefix(scope))


def _at_work(scope: Scope) -> list[Project]:
    """Return those that ran, or were finished, at the end of the period."""
    states = _states("improvement.project", scope)
    return [row for row in _projects(scope).order_by("pk") if states.get(row.pk) in PUBLISHED]


def _states(kind: str, scope: Scope) -> dict[int, str]:
    """Return the state of each row of a kind at the end of the period, by the history."""
    entries = Entry.objects.filter(kind=kind, at__lt=scope.ends).exclude(now="").order_by("number")
    return {int(subject): now for subject, now in entries.values_list("subject", "now")}


def _counted(projects: Iterable[int]) -> dict[int, int]:
    return dict(sorted(Counter(projects).items()))
