"""What happens to problems: proposed by likeness, posed by a person, listed, merged, split, dropped, solved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.history.firing import begin, fire, refuse_older
from qilian.portal.history.recording import record, writing
from qilian.portal.improvement import similarity
from qilian.portal.improvement.commands import demands as telling
from qilian.portal.improvement.errors import ImprovementRefused
from qilian.portal.improvement.mapping import steps_between
from qilian.portal.improvement.models import Apart, Demand, Problem

MOST_COMPARED = 400
"""Demands that are compared at once, the latest of all that wait; older ones come up when these are decided."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Demands that may be one problem, and why.

    Attributes
    ----------
    problem
        The one that some of them are part of already; the others would be put to it.
    """

    demands: tuple[Demand, ...]
    problem: Problem | None
    reasons: tuple[Any, ...]
    likeness: float

    @property
    def loose(self) -> tuple[Demand, ...]:
        """The demands to be decided about."""
        return tuple(each for each in self.demands if each.problem_id is None)


def proposals(actor: Actor) -> tuple[list[Proposal], list[Demand]]:
    """Return what may be one problem, the most alike first, and the demands that are like no other."""
    seen = Demand.objects.visible_to(actor).select_related("firm", "problem")
    loose = list(seen.loose().order_by("-pk")[:MOST_COMPARED])
    open_problems = Problem.objects.handled_by(actor).open()
    placed = list(seen.open().filter(problem__in=open_problems).order_by("-pk")[:MOST_COMPARED])
    rows = {each.pk: each for each in sorted([*loose, *placed], key=lambda row: row.pk)}
    compared = [
        similarity.Said(row.pk, row.title, row.words, row.node, frozenset(row.tests), row.problem_id)
        for row in rows.values()
    ]
    apart = list(Apart.objects.filter(one__in=rows, other__in=rows).values_list("one", "other"))
    found = [
        Proposal(members, next((each.problem for each in members if each.problem), None), group.reasons, group.likeness)
        for group in similarity.propose(compared, apart, steps_between)
        for members in [tuple(rows[each] for each in group.ids)]
    ]
    grouped = {demand.pk for proposal in found for demand in proposal.demands}
    return found, [row for row in rows.values() if row.problem_id is None and row.pk not in grouped]


def pose(
    actor: Actor, chosen: Sequence[Demand], fields: dict[str, Any], measure: str, due: date,
    left_out: Iterable[Demand] = (),
) -> Problem:  # fmt: skip
    """Make demands one problem; each gets the actor as its owner, the measure and the deadline.

    Parameters
    ----------
    fields
        Of the problem: title, words, node, tests, severity.
    left_out
        Demands that were proposed with the others and are not the same.

    Raises
    ------
    ImprovementRefused
        If there is no demand, or one has become part of a problem meanwhile.
    """
    assert actor.organisation is not None
    if not chosen:
        raise ImprovementRefused(_("no demand was chosen"), mend=_("tick those that are one problem"))
    with writing():
        _still_loose(chosen)
        problem = Problem(organisation=actor.organisation, region=actor.organisation.region, **fields)
        begin(problem, "pose", actor, data={"title": problem.title, "demands": [each.pk for each in chosen]})
        _put(problem, chosen, actor, measure, due)
        _hold_apart(actor, [(one, other) for one in chosen for other in left_out])
    return problem


def put(problem: Problem, chosen: Sequence[Demand], actor: Actor, measure: str, due: date) -> None:
    """Put more demands to a problem; errors as in :func:`pose`, and if the problem is not open any more."""
    if not chosen:
        raise ImprovementRefused(_("no demand was chosen"), mend=_("tick those that are one problem"))
    if problem.state not in ("posed", "listed", "solving"):
        raise ImprovementRefused(_("this problem is not open any more"))
    with writing():
        _still_loose(chosen)
        _put(problem, chosen, actor, measure, due)
        record(actor, "put", problem, data={"demands": [each.pk for each in chosen]})


def hold_apart(actor: Actor, demands: Sequence[Demand]) -> None:
    """Say that no two of some demands are the same problem."""
    with writing():
        _hold_apart(actor, combinations(demands, 2))


def take_out(problem: Problem, demand: Demand, actor: Actor) -> None:
    """Split a demand off a problem: it waits again, and is not proposed with the others of it any more.

    Raises
    ------
    ImprovementRefused
        If it is the only one, or the problem is over.
    """
    others = list(problem.demands.exclude(pk=demand.pk))
    if demand.problem_id != problem.pk or problem.is_final or problem.state == "solved":
        raise ImprovementRefused(_("this problem is not open any more"))
    if not others:
        raise ImprovementRefused(_("it is the only demand of this problem"), mend=_("drop the problem instead"))
    with writing():
        demand.problem = None
        demand.save(update_fields=["problem"])
        _hold_apart(actor, [(demand, other) for other in others])
        record(actor, "take_out", problem, data={"demand": demand.pk})


def merge(problem: Problem, into: Problem, actor: Actor) -> None:
    """Make a problem part of another one, with all its demands.

    Raises
    ------
    ImprovementRefused
        If both are one, or the other one is not open.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    if problem.pk == into.pk or into.state not in ("posed", "listed", "solving"):
        raise ImprovementRefused(_("it cannot become part of that problem"), mend=_("choose another open one"))
    with transaction.atomic():
        fire(problem, "merge", actor, data={"into": into.pk})
        problem.merged_into = into
        problem.save(update_fields=["merged_into"])
        problem.demands.update(problem=into)
        record(actor, "put", into, data={"problem": problem.pk})


def edit(problem: Problem, actor: Actor, fields: dict[str, Any], version: int | None) -> None:
    """Change words, part of the chain or severity of a problem that is not over; errors as in :func:`take_out`."""
    refuse_older(problem, version)
    if problem.is_final:
        raise ImprovementRefused(_("this problem is not open any more"))
    with writing():
        for name, value in fields.items():
            setattr(problem, name, value)
        problem.version += 1
        problem.save(update_fields=[*fields, "version"])
        record(actor, "edit", problem, data={"title": problem.title})


_NEED_WORDS = ("drop", "solve", "give_up", "reopen")


def move(problem: Problem, event: str, actor: Actor, words: str = "", version: int | None = None) -> None:
    """List, drop, solve, give up or open a problem again; solving closes its demands, dropping frees them.

    Raises
    ------
    ImprovementRefused
        If words are needed and there are none.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    words = words.strip()
    if event in _NEED_WORDS and not words and problem.may(event, actor):
        raise ImprovementRefused(_("no words"), mend=_("say what solved it, or why"))
    with transaction.atomic():
        fire(problem, event, actor, version=version, data={"words": words} if words else {})
        if event in ("drop", "solve"):
            problem.outcome = words
            problem.save(update_fields=["outcome"])
        if event == "solve":
            for demand in problem.demands.filter(state="assigned"):
                telling.move(demand, "close", actor, words)
        elif event == "drop":
            problem.demands.update(problem=None)


def _still_loose(chosen: Sequence[Demand]) -> None:
    """Refuse demands that became part of a problem, or ended, since they were read."""
    if Demand.objects.loose().filter(pk__in=[each.pk for each in chosen]).count() != len(chosen):
        raise ImprovementRefused(_("a demand has changed since you saw it"), mend=_("look at them again, then decide"))


def _put(problem: Problem, chosen: Sequence[Demand], actor: Actor, measure: str, due: date) -> None:
    assert actor.user is not None
    for demand in chosen:
        demand.problem = problem
        demand.save(update_fields=["problem"])
        telling.assign(demand, actor, actor.user, measure, due)


def _hold_apart(actor: Actor, pairs: Iterable[tuple[Demand, Demand]]) -> None:
    for pair in pairs:
        one, other = sorted(pair, key=lambda each: each.pk)
        _row, made = Apart.objects.get_or_create(one=one, other=other, defaults={"said_by": actor.user})
        if made:
            record(actor, "hold_apart", one, data={"other": other.pk})
