"""A division's dashboard of projects: milestones, targets, effects and money of each, and those to look after."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.evaluation.subjects import Subject
from qilian.portal.improvement.models import Project, ResultKind


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with what is counted of it.

    Attributes
    ----------
    due, in_time
        Milestones whose day has come, and those of them that were done by it.
    late
        Milestones whose day has passed and that are not done.
    targets, met
        Targets, and those whose goal was reached.
    effects, verified
        Effects that were entered, and those that another person verified.
    standards
        Standards that were proposed from it.
    """

    project: Project
    due: int
    in_time: int
    late: int
    targets: int
    met: int
    effects: int
    verified: int
    standards: int


SHOWN: Mapping[str, Callable[[ProjectRow], bool]] = {
    "all": lambda _row: True,
    "running": lambda row: row.project.state == "running",
    "finished": lambda row: row.project.state == "finished",
    "stopped": lambda row: row.project.state == "stopped",
    "late": lambda row: row.project.state == "running" and row.late > 0,
    "unverified": lambda row: row.effects > row.verified,
}
"""Which rows a page shows, by the word in its address."""


def rows_of(actor: Actor, about: Subject) -> list[ProjectRow]:
    """Return the projects of a division's problems that were begun, the latest first."""
    found = (
        Project.objects.visible_to(actor)
        .filter(problem__region__startswith=regions.prefix(about.region))
        .exclude(state__in=("draft", "discarded"))
    )
    related = found.select_related("problem", "lead").prefetch_related("milestones", "targets", "results")
    return [_row(project) for project in related]


def budget(rows: Iterable[ProjectRow]) -> int:
    """Return the sum of budgets in yuan of those that were not stopped."""
    return sum(row.project.budget or 0 for row in rows if row.project.state != "stopped")


def _row(project: Project) -> ProjectRow:
    today = timezone.localdate()
    milestones = [each for each in project.milestones.all() if each.due <= today]
    targets, results = list(project.targets.all()), list(project.results.all())
    effects = [each for each in results if each.kind == ResultKind.EFFECT]
    return ProjectRow(
        project=project,
        due=len(milestones),
        in_time=sum(each.done is not None and each.done <= each.due for each in milestones),
        late=sum(each.is_late for each in milestones),
        targets=len(targets),
        met=sum(bool(each.is_met) for each in targets),
        effects=len(effects),
        verified=sum(each.verified is not None for each in effects),
        standards=sum(each.kind == ResultKind.STANDARD for each in results),
    )
