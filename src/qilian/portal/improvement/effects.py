"""What the evaluation says of a project's targets: its firms against firms that did not take part."""

from collections.abc import Iterable

from qilian.evaluation import Effect, Verdict
from qilian.evaluation.report_writer import effect_lines
from qilian.portal.accounts.models import Kind, Organisation
from qilian.portal.evaluation.effects import against_others
from qilian.portal.improvement.models import Target
from qilian.portal.improvement.models.projects import PUBLISHED

Lines = list[list[str]]
"""What is said, line by line, in Chinese and in English; the first is the verdict."""


def firms_of(projects: Iterable[int]) -> set[int]:
    """Return the firms that lead or share projects."""
    numbers = list(projects)
    rows = Organisation.objects.filter(kind=Kind.FIRM)
    led = rows.filter(projects_led__in=numbers).values_list("pk", flat=True)
    return {*led, *rows.filter(projects_shared__in=numbers).values_list("pk", flat=True)}


def effect_on(target: Target) -> Effect | None:
    """Return what the project changed of the figure that it aims at; None before a project has its days."""
    project = target.project
    if project.begins is None:
        return None
    same = Target.objects.filter(system=target.system, indicator=target.indicator, project__state__in=PUBLISHED)
    rivals = same.exclude(project=project).values_list("project_id", flat=True)
    return against_others(
        target.system,
        target.indicator,
        project.problem.region,
        project.begins,
        took_part=firms_of([project.pk]),
        neither=firms_of(rivals),
    )


def can_be_told(found: Effect | None) -> bool:
    """Return whether a comparison says anything."""
    return found is not None and found.verdict is not Verdict.UNKNOWN


def said(found: Effect | None) -> Lines:
    """Return a comparison in words of both languages, to be kept or shown."""
    if found is None:
        return []
    return [list(pair) for pair in zip(effect_lines(found, "zh"), effect_lines(found, "en"), strict=True)]
