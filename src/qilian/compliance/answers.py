"""Which answers to a question make a difference: one value of each class that the conditions can tell apart.

In come a parameter and the comparisons that speak of it; out come representative values: :func:`typical_answers` to
weigh a question, :func:`all_answers` to prove something of a condition.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain, combinations, pairwise
from math import isfinite

from qilian.compliance.conditions import Comparison, Condition, comparisons
from qilian.product import Parameter, ParameterValue

_UNNAMED = "-"
"""A text that no condition names."""
_SOME_DAY = date(2026, 1, 1).toordinal()
_MOST_CLASSES = 10


def by_parameter(conditions: Iterable[Condition]) -> dict[str, list[Comparison]]:
    """Return the comparisons of all conditions by the parameter that they speak of."""
    found: dict[str, list[Comparison]] = {}
    for condition in conditions:
        for comparison in comparisons(condition):
            found.setdefault(comparison.parameter, []).append(comparison)
    return found


def typical_answers(parameter: Parameter, mentions: Sequence[Comparison]) -> tuple[ParameterValue, ...]:
    """Return the answers to weigh a question by.

    Both booleans; each choice; each text that is named and one that is not; of numbers and dates one from each
    interval that the thresholds cut (a product lies hardly ever on a threshold) and each value that is asked for
    exactly; of sets the empty one and each member that is named, alone.
    """
    match parameter.kind:
        case "boolean":
            return (True, False)
        case "choice":
            return parameter.choice_ids
        case "text":
            return (*_texts(mentions), _UNNAMED)
        case "set":
            return (frozenset(), *(frozenset({member}) for member in _texts(mentions)))
        case "number" | "date":
            exact = _ordinals(c for c in mentions if c.operator in ("is", "is_not", "in", "not_in"))
            return _spread(parameter, _ordinals(mentions), exact)


def all_answers(parameter: Parameter, mentions: Sequence[Comparison]) -> tuple[ParameterValue, ...]:
    """Return answers such that every possible one gives the same result as one of them in every comparison.

    Sets are complete up to ten classes of members that the comparisons tell apart; beyond that, the empty set, single
    classes, pairs and all of them together are returned.
    """
    match parameter.kind:
        case "choice":
            named = set(_texts(mentions))
            unnamed = [choice for choice in parameter.choice_ids if choice not in named]
            return (*(choice for choice in parameter.choice_ids if choice in named), *unnamed[:1])
        case "set":
            return _subsets(_member_classes(mentions))
        case "number" | "date":
            points = _ordinals(mentions)
            return _spread(parameter, points, points)
        case _:
            return typical_answers(parameter, mentions)


def _operands(mentions: Iterable[Comparison]) -> Iterable[ParameterValue]:
    for comparison in mentions:
        if comparison.operator == "known":
            continue
        operand = comparison.operand
        if isinstance(operand, tuple):
            yield from operand
        else:
            yield operand


def _texts(mentions: Iterable[Comparison]) -> list[str]:
    """Return the words that the comparisons name, each once, in their order."""
    words: dict[str, None] = {}
    for operand in _operands(mentions):
        if isinstance(operand, frozenset):
            words.update(dict.fromkeys(sorted(operand)))
        elif isinstance(operand, str):
            words[operand] = None
    return list(words)


def _ordinals(mentions: Iterable[Comparison]) -> set[float]:
    """Return the numbers, or the days as ordinals, that the comparisons name."""
    found: set[float] = set()
    for operand in _operands(mentions):
        if isinstance(operand, date):
            found.add(float(operand.toordinal()))
        elif isinstance(operand, int | float):
            found.add(float(operand))
    return found


def _spread(parameter: Parameter, points: set[float], exact: set[float]) -> tuple[ParameterValue, ...]:
    """Return one value of each interval between ``points``, and the points in ``exact``."""
    if parameter.kind == "date":
        days = {_SOME_DAY}
        if points:
            gaps = {(low + high) // 2 for low, high in pairwise(sorted(points)) if high - low >= 2}
            days = {round(day) for day in {min(points) - 1, max(points) + 1} | gaps | exact}
        return tuple(date.fromordinal(day) for day in sorted(days))
    lowest = float("-inf") if parameter.minimum is None else parameter.minimum
    highest = float("inf") if parameter.maximum is None else parameter.maximum
    if not points:
        return (min(max(1.0, lowest), highest),)
    # The bounds cut, too: between the minimum and the lowest threshold lies an interval of its own.
    cuts = sorted(points | {bound for bound in (lowest, highest) if isfinite(bound)})
    values = {cuts[0] - 1, cuts[-1] + 1} | {(low + high) / 2 for low, high in pairwise(cuts)} | exact
    return tuple(sorted(value for value in values if lowest <= value <= highest))


def _member_classes(mentions: Sequence[Comparison]) -> list[frozenset[str]]:
    """Group the named members of a set that stand in exactly the same comparisons."""
    classes: dict[tuple[int, ...], set[str]] = {}
    for member in _texts(mentions):
        signature = tuple(i for i, comparison in enumerate(mentions) if member in _texts([comparison]))
        classes.setdefault(signature, set()).add(member)
    return [frozenset(members) for members in classes.values()]


def _subsets(classes: list[frozenset[str]]) -> tuple[ParameterValue, ...]:
    sizes = range(len(classes) + 1) if len(classes) <= _MOST_CLASSES else (0, 1, 2, len(classes))
    chosen = chain.from_iterable(combinations(classes, size) for size in sizes)
    return tuple(frozenset().union(*some) for some in chosen)
