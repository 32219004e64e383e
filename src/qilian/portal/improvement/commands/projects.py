"""What happens to projects: drafted, begun, measured, finished or stopped; another person verifies the effects."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.evaluation import Effect
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import record
from qilian.portal.improvement import effects, parts
from qilian.portal.improvement.errors import ImprovementRefused
from qilian.portal.improvement.forms.projects import PARTS
from qilian.portal.improvement.indicators import indicator
from qilian.portal.improvement.models import Clinic, Milestone, Problem, Project, Result, ResultKind, Target
from qilian.portal.improvement.models.projects import Basis
from qilian.portal.notices.telling import tell
from qilian.portal.site.templatetags.portal import told
from qilian.text import Text

MOST_LINES = 30
"""Milestones, targets or results of a project."""


def draft(actor: Actor, problem: Problem, clinic: Clinic | None) -> Project:
    """Begin a project for a published problem, by a clinic's advice or without.

    Raises
    ------
    ImprovementRefused
        If the problem is not published, or solved.
    """
    assert actor.organisation is not None
    if problem.state not in ("listed", "solving"):
        raise ImprovementRefused(_("the problem is not on the public list"), mend=_("put it on the list first"))
    project = Project(problem=problem, clinic=clinic, organisation=actor.organisation)
    begin(project, "draft", actor, data={"problem": problem.pk})
    return project


def add_milestone(project: Project, actor: Actor, title: str, due: date) -> None:
    """Add a step; errors as :func:`add_target`."""
    _changeable(project, project.milestones.count())
    with transaction.atomic():
        Milestone.objects.create(project=project, title=title, due=due)
        record(actor, "add_milestone", project, data={"words": title, "due": due.isoformat()})


def add_target(project: Project, actor: Actor, system: str, name: str, baseline: Decimal, goal: Decimal) -> None:
    """Aim at a figure of an indicator.

    Raises
    ------
    ImprovementRefused
        If there are too many, the project is over, it aims at this indicator already, or the goal is the baseline.
    """
    _changeable(project, project.targets.count())
    if indicator(system, name) is None or project.targets.filter(system=system, indicator=name).exists():
        raise ImprovementRefused(_("the project aims at this indicator already"), where=f"{system}/{name}")
    if baseline == goal:
        raise ImprovementRefused(_("the goal is the figure of today"), mend=_("aim at another one"))
    with transaction.atomic():
        Target.objects.create(project=project, system=system, indicator=name, baseline=baseline, goal=goal)
        record(actor, "add_target", project, data={"words": f"{system}/{name}: {baseline} → {goal}"})


def set_partners(project: Project, actor: Actor, partners: Sequence[Organisation]) -> None:
    """Say who takes part besides the lead; errors as :func:`add_target`."""
    _changeable(project, 0)
    with transaction.atomic():
        project.partners.set([each for each in partners if each.pk != project.lead_id])
        record(actor, "set_partners", project, data={"words": "; ".join(each.name for each in partners)})


def start(project: Project, actor: Actor, version: int | None = None) -> None:
    """Begin the work; the problem is being solved from now on.

    Raises
    ------
    ImprovementRefused
        If something is missing: an answer, a milestone, a target.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if missing := lacking(project):
        raise ImprovementRefused(_("not complete: %(what)s") % {"what": "; ".join(missing)})
    with transaction.atomic():
        fire(project, "start", actor, version=version, data={"title": project.title})
        problem = Problem.objects.get(pk=project.problem_id)
        if problem.state == "listed":
            fire(problem, "take_up", actor, data={"project": project.pk})
        said = Text(f"项目启动：{project.title}", f"A project begins: {project.title}")
        organisations = [project.lead, *project.partners.all()]
        people = User.objects.filter(memberships__organisation__in=organisations, is_active=True).distinct()
        tell(people, said, reverse("improvement:project", args=[project.pk]))


def lacking(project: Project) -> list[str]:
    """Return what a project needs yet before it can begin."""
    found = parts.missing(project, PARTS)
    found += [] if project.milestones.exists() else [_("a milestone")]
    return found + ([] if project.targets.exists() else [_("a target")])


def finish_milestone(milestone: Milestone, actor: Actor) -> None:
    """Say that a step is done, today."""
    _running(milestone.project)
    with transaction.atomic():
        milestone.done = timezone.localdate()
        milestone.save(update_fields=["done"])
        record(actor, "finish_milestone", milestone.project, data={"words": milestone.title})


def measure(target: Target, actor: Actor, reached: Decimal) -> None:
    """Keep the figure that was measured; a later one takes its place, and an effect by it has to be verified again."""
    _running(target.project)
    with transaction.atomic():
        target.reached = reached
        target.save(update_fields=["reached"])
        target.effects.update(verified_by=None, verified=None)
        record(actor, "measure", target.project, data={"words": f"{target}: {reached}"})


def refuse_figure() -> None:
    """Say that what was sent is no figure.

    Raises
    ------
    ImprovementRefused
        Always.
    """
    raise ImprovementRefused(_("this is no figure"), mend=_("write a number such as 98.5"))


def add_result(project: Project, actor: Actor, fields: dict[str, Any]) -> Result:
    """Keep what came of a project.

    Raises
    ------
    ImprovementRefused
        If it does not run, an effect has no target that was measured, or it is said to rest on a comparison with other
        firms where that cannot be told.
    """
    _running(project)
    _changeable(project, project.results.count())
    target = fields.get("target")
    if fields["kind"] == ResultKind.EFFECT and (target is None or target.reached is None or not fields.get("basis")):
        raise ImprovementRefused(_("an effect needs a target that was measured, and what it rests on"))
    if fields["kind"] == ResultKind.EFFECT:
        _compared(target, fields["basis"])
    with transaction.atomic():
        result = Result.objects.create(project=project, entered_by=actor.user, **fields)
        record(actor, "add_result", project, data={"words": result.title, "kind": result.kind})
    return result


def verify(result: Result, actor: Actor) -> None:
    """Verify an effect: another person of the regulator than who entered it.

    Raises
    ------
    ImprovementRefused
        If it is no effect, the same person entered it, or the comparison that it rests on cannot be told.
    """
    _running(result.project)
    if result.kind != ResultKind.EFFECT or result.verified is not None:
        raise ImprovementRefused(_("there is nothing to verify"))
    if result.entered_by_id == (actor.user and actor.user.pk):
        raise ImprovementRefused(_("you entered it yourself"), mend=_("somebody else has to verify it"))
    found = _compared(result.target, result.basis)
    with transaction.atomic():
        result.verified_by, result.verified, result.compared = actor.user, timezone.now(), effects.said(found)
        result.save(update_fields=["verified_by", "verified", "compared"])
        verdict = found.verdict.value if found else ""
        record(actor, "verify", result.project, data={"words": result.title, "compared": verdict})


def finish(project: Project, actor: Actor, version: int | None = None) -> None:
    """End a project with its results.

    Raises
    ------
    ImprovementRefused
        If it has none, or an effect is not verified.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if not project.results.exists():
        raise ImprovementRefused(_("nothing has come of it yet"), mend=_("enter a result, or stop the project"))
    if project.results.filter(kind=ResultKind.EFFECT, verified=None).exists():
        raise ImprovementRefused(_("an effect is not verified"), mend=_("have another person verify it"))
    fire(project, "finish", actor, version=version, data={"results": project.results.count()})


def stop(project: Project, actor: Actor, words: str, version: int | None = None) -> None:
    """Stop a project; its problem is on the list again unless another one works on it. Errors as :func:`finish`."""
    if not words.strip():
        raise ImprovementRefused(_("no reason"), mend=_("say why"))
    with transaction.atomic():
        fire(project, "stop", actor, version=version, data={"words": words.strip()})
        problem = Problem.objects.get(pk=project.problem_id)
        if problem.state == "solving" and not problem.projects.published().exists():
            fire(problem, "give_up", actor, data={"project": project.pk})


def _compared(target: Target | None, basis: str) -> Effect | None:
    """Return the comparison with other firms; refuse where an effect is said to rest on it and it cannot be told."""
    found = effects.effect_on(target) if target else None
    if basis == Basis.COMPARED and not effects.can_be_told(found):
        reasons = "; ".join(told(each) for each in found.reasons) if found else ""
        raise ImprovementRefused(
            _("the comparison with other firms cannot be told: %(why)s") % {"why": reasons},
            mend=_("say that it rests on before and after alone, or have the firms' figures given first"),
        )
    return found


def _changeable(project: Project, count: int) -> None:
    if project.state not in ("draft", "running"):
        raise ImprovementRefused(_("the project is over"))
    if count >= MOST_LINES:
        raise ImprovementRefused(_("there are %(most)s already") % {"most": MOST_LINES})


def _running(project: Project) -> None:
    if project.state != "running":
        raise ImprovementRefused(_("the project does not run"))
