"""Who could look at a problem: experts by system, part of the chain and tests, with reasons; interests exclude."""

from collections.abc import Iterable
from dataclasses import dataclass

from qilian.portal.accounts.models import Organisation
from qilian.portal.chain.reading import chain, find
from qilian.portal.improvement.mapping import name_of_node, name_of_test, steps_between
from qilian.portal.improvement.models import Expert, Problem
from qilian.text import Text

SAME_NODE, NEXT_NODE, SAME_LINE, SAME_SYSTEM, SAME_TEST = 5, 3, 1, 2, 2


@dataclass(frozen=True, slots=True)
class Match:
    """An expert who could be asked, and why; the higher the score, the nearer."""

    expert: Expert
    score: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """An expert who has an interest, and which."""

    expert: Expert
    why: Text


def match(problem: Problem, experts: Iterable[Expert]) -> tuple[list[Match], list[Excluded]]:
    """Return who could be asked, the nearest first, and who would be but has an interest.

    Parameters
    ----------
    experts
        With ``interests`` and ``user__memberships__organisation`` at hand.
    """
    firms = {firm.pk: firm for firm in Organisation.objects.filter(demands__problem=problem).distinct()}
    found, out = [], []
    for expert in experts:
        score, reasons = _nearness(problem, expert)
        if not score:
            continue
        why = interest(expert, firms)
        if why is None:
            found.append(Match(expert, score, tuple(reasons)))
        else:
            out.append(Excluded(expert, why))
    return sorted(found, key=lambda each: (-each.score, each.expert.pk)), out


def interest(expert: Expert, firms: dict[int, Organisation]) -> Text | None:
    """Return which interest an expert has in any of some firms: by belonging to it, or as declared; None without."""
    for membership in expert.user.memberships.all():
        if membership.organisation_id in firms:
            return Text(f"属于{membership.organisation}", f"belongs to {membership.organisation}")
    if expert.organisation_id in firms:
        return Text(f"属于{firms[expert.organisation_id]}", f"belongs to {firms[expert.organisation_id]}")
    for firm in expert.interests.all():
        if firm.pk in firms:
            return Text(f"已声明与{firm}有利害关系", f"declared an interest in {firm}")
    return None


def _nearness(problem: Problem, expert: Expert) -> tuple[int, list[Text]]:
    score, reasons = 0, []
    place, held = find(problem.node), chain()
    if place is not None and held is not None:
        best = max(((_by_node(problem.node, each), each) for each in expert.nodes), default=(0, ""))
        if best[0]:
            name = name_of_node(best[1])
            score += best[0]
            reasons.append(Text(f"熟悉环节：{name.zh}", f"knows the part: {name.en}"))
        if place.system in expert.systems:
            name = held.systems[place.system]
            score += SAME_SYSTEM
            reasons.append(Text(f"熟悉系统：{name.zh}", f"knows the system: {name.en}"))
    for test in problem.tests:
        if test in expert.tests:
            name = name_of_test(test)
            score += SAME_TEST
            reasons.append(Text(f"熟悉检测：{name.zh}", f"knows the test: {name.en}"))
    return score, reasons


def _by_node(one: str, other: str) -> int:
    steps = steps_between(one, other)
    if steps is None:
        return 0
    return {0: SAME_NODE, 1: NEXT_NODE}.get(steps, SAME_LINE)
