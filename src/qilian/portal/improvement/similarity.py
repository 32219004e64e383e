"""Which demands are likely one problem: by their words, the part of the chain, and the tests that they name.

In come demands as plain values and pairs that a person has held apart; out come groups, each with the reasons. Words
weigh by how few demands have them (TF-IDF over words and pairs of Chinese characters, sublinear, cosine; Salton and
Buckley 1988); the same part of the chain, one next to it, and shared tests add to that, parts far from each other take
away. Groups are joined by average likeness (UPGMA; Sokal and Michener 1958) while it is at least :data:`LIKE`, never
across a pair that is held apart, and what is one problem already stays together. A person decides, nothing here does.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from qilian.portal.library.search_terms import wanted_words
from qilian.portal.library.search_terms import words as words_of
from qilian.text import Text

LIKE = 0.25
"""Average likeness from which on demands are proposed as one."""
SAME_NODE, NEXT_NODE, OTHER_NODE, SHARED_TEST = 0.2, 0.1, -0.15, 0.1
TITLE_COUNTS = 2
"""How many times over the words of a title count."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Said:
    """A demand as far as it is compared.

    Attributes
    ----------
    problem
        The problem that it is part of, None while it is of none. No group has demands of two problems.
    """

    id: int
    title: str
    words: str
    node: str = ""
    tests: frozenset[str] = frozenset()
    problem: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Demands that are proposed as one problem.

    Attributes
    ----------
    ids
        In the order in which they came.
    likeness
        The average of all pairs; 1 and more is as like as can be.
    reasons
        What they have in common, in words.
    """

    ids: tuple[int, ...]
    likeness: float
    reasons: tuple[Text, ...]


def propose(
    demands: Sequence[Said],
    apart: Collection[tuple[int, int]] = (),
    steps: Callable[[str, str], int | None] = lambda one, other: None,  # noqa: ARG005
) -> list[Group]:
    """Return groups of at least two demands that are not one problem already, the most alike first.

    Parameters
    ----------
    apart
        Pairs of ids that are never in one group, in either order.
    steps
        How many links lie between two parts of the chain, None where neither goes into the other.
    """
    if len(demands) < 2:
        return []
    vectors, terms = _vectors(demands)
    like = _likeness(demands, vectors, steps)
    place = {demand.id: number for number, demand in enumerate(demands)}
    for one, other in apart:
        if one in place and other in place:
            like[place[one], place[other]] = like[place[other], place[one]] = -np.inf
    groups = [
        Group(
            tuple(demands[each].id for each in members),
            float(np.mean([like[one, other] for one in members for other in members if one < other])),
            _reasons([demands[each] for each in members], vectors[members], terms),
        )
        for members in _joined(like, [demand.problem for demand in demands])
        if len(members) > 1 and any(demands[each].problem is None for each in members)
    ]
    return sorted(groups, key=lambda group: (-group.likeness, group.ids))


def _vectors(demands: Sequence[Said]) -> tuple[Floats, list[str]]:
    """Return the weight of each term in each demand, rows of length one, and the terms."""
    counts = [Counter(words_of(demand.title) * TITLE_COUNTS) + Counter(words_of(demand.words)) for demand in demands]
    within = Counter(term for count in counts for term in count)
    terms = sorted(within)
    column = {term: number for number, term in enumerate(terms)}
    weights = np.zeros((len(demands), len(terms)))
    for row, count in enumerate(counts):
        for term, times in count.items():
            weights[row, column[term]] = (1 + log(times)) * log((1 + len(demands)) / (0.5 + within[term]))
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    return weights / np.where(lengths == 0, 1, lengths), terms


def _likeness(demands: Sequence[Said], vectors: Floats, steps: Callable[[str, str], int | None]) -> Floats:
    like: Floats = vectors @ vectors.T
    for one in range(len(demands)):
        for other in range(one):
            more = _by_node(demands[one].node, demands[other].node, steps)
            more += SHARED_TEST if demands[one].tests & demands[other].tests else 0
            like[one, other] += more
            like[other, one] += more
    return like


def _by_node(one: str, other: str, steps: Callable[[str, str], int | None]) -> float:
    if not one or not other:
        return 0
    if one == other:
        return SAME_NODE
    return NEXT_NODE if steps(one, other) == 1 else OTHER_NODE


def _joined(like: Floats, problems: Sequence[int | None]) -> list[list[int]]:
    """Return all places, those together whose average likeness is large enough; joined two by two, the likest first."""
    between = like.copy()
    for one, problem in enumerate(problems):
        for other, another in enumerate(problems):
            if problem is not None and another is not None:
                between[one, other] = np.inf if problem == another else -np.inf
    np.fill_diagonal(between, -np.inf)
    members = {place: [place] for place in range(len(like))}
    while True:
        one, other = divmod(int(between.argmax()), len(between))
        if between[one, other] < LIKE:
            return [sorted(each) for each in members.values()]
        many, few = len(members[one]), len(members[other])
        apart = np.isneginf(between[one]) | np.isneginf(between[other])
        with np.errstate(invalid="ignore"):  # what is infinitely like and infinitely apart is apart
            together = np.where(apart, -np.inf, (between[one] * many + between[other] * few) / (many + few))
        members[one] += members.pop(other)
        between[one, :] = between[:, one] = together
        between[other, :] = between[:, other] = -np.inf
        between[one, one] = -np.inf


def _reasons(demands: Sequence[Said], vectors: Floats, terms: Sequence[str]) -> tuple[Text, ...]:
    """Say what a group has in common: parts of the chain, tests, and the words that weigh most in all of it."""
    from qilian.portal.improvement.mapping import name_of_node, name_of_test

    found = []
    nodes = {demand.node for demand in demands if demand.node}
    if len(nodes) == 1:
        name = name_of_node(next(iter(nodes)))
        found.append(Text(f"同一环节：{name.zh}", f"the same part: {name.en}"))
    elif nodes:
        names = [name_of_node(each) for each in sorted(nodes)]
        zh, en = "、".join(each.zh for each in names), ", ".join(each.en for each in names)
        found.append(Text(f"环节：{zh}", f"parts: {en}"))
    for test in sorted(frozenset.intersection(*(demand.tests for demand in demands))):
        name = name_of_test(test)
        found.append(Text(f"同一检测：{name.zh}", f"the same test: {name.en}"))
    common = vectors.mean(axis=0) * ((vectors > 0).sum(axis=0) >= max(2, len(demands) / 2))
    whole = {word for demand in demands for word in wanted_words(f"{demand.title} {demand.words}") if len(word) > 1}
    order = np.argsort(-common, kind="stable")
    best = [terms[place] for place in order if common[place] > 0 and terms[place] in whole][:5]
    if best:
        found.append(Text(f"共同用词：{'、'.join(best)}", f"words in common: {', '.join(best)}"))
    return tuple(found)
