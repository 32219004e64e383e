"""The line of a problem, from demands to standards, as far as a reader may see it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from qilian.portal.accounts.actor import Actor
from qilian.portal.improvement.models import Clinic, Demand, Problem, Project


@dataclass(frozen=True, slots=True)
class Line:
    """What hangs on a problem.

    Attributes
    ----------
    handles
        Whether the reader answers for the problem.
    count
        How many demands there are, seen or not.
    projects
        Each with whether the reader may open it.
    """

    handles: bool
    count: int
    demands: QuerySet[Demand]
    clinics: QuerySet[Clinic]
    projects: list[tuple[Project, bool]]

    @property
    def has_results(self) -> bool:
        """Whether anything came of it yet."""
        return any(project.results.all() for project, _seen in self.projects)


def line_of(problem: Problem, actor: Actor) -> Line:
    """Return what an actor may see of a problem's line."""
    handles = Problem.objects.handled_by(actor).filter(pk=problem.pk).exists()
    projects = problem.projects.exclude(state="discarded") if handles else problem.projects.published()
    seen = set(Project.objects.visible_to(actor).filter(problem=problem).values_list("pk", flat=True))
    return Line(
        handles,
        problem.demands.count(),
        Demand.objects.visible_to(actor).filter(problem=problem).select_related("firm"),
        Clinic.objects.visible_to(actor).filter(problem=problem).prefetch_related("seats__expert__user"),
        [
            (each, each.pk in seen)
            for each in projects.select_related("clinic", "lead").prefetch_related("results__target", "targets")
        ],
    )
