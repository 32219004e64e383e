"""How much each indicator counts: given, equal, by entropy, by CRITIC, or by an analytic hierarchy process (AHP).

Entropy (Shannon 1948, as Hwang and Yoon 1981 use it), CRITIC (Diakoulaki et al. 1995) and AHP (Saaty 1980) are
computed by pymcdm, which is imported only where one of them is asked for. What comes out is rounded to billionths that
add up to one, so that a frozen contest can keep it.
"""

from dataclasses import dataclass, field

import numpy as np

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.points import ONE, Floats, Points, Whole, scale_to_one
from qilian.evaluation.systems import IndicatorSystem, Weighting

MOST_INCONSISTENT = 0.1
"""The consistency ratio above which judgements contradict each other too much; Saaty 1980."""

FEWEST_COMPLETE = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """What each indicator counts.

    Attributes
    ----------
    values
        In billionths, adding up to one, in the order of the indicators.
    consistency_ratio
        Of the judgements of an AHP; None for other weightings.
    complete
        How many firms, those with every figure, entropy or CRITIC were computed on; None for other weightings.
    """

    values: Whole = field(repr=False, compare=False)
    consistency_ratio: float | None = None
    complete: int | None = None


def weights_of(system: IndicatorSystem, points: Points) -> Weights:
    """Return the weights of a system's indicators for these points.

    Raises
    ------
    EvaluationError
        If an AHP's consistency ratio is above 0.1, or too few firms have every figure for entropy or CRITIC.
    """
    given = np.array([each.weight for each in system.indicators], dtype=np.float64)
    match system.weighting:
        case Weighting.GIVEN:
            return Weights(scale_to_one(given))
        case Weighting.EQUAL:
            return Weights(scale_to_one(np.ones_like(given)))
        case Weighting.AHP:
            shares, ratio = _by_judgement(system)
            return Weights(scale_to_one(_within_groups(system, shares, given)), consistency_ratio=ratio)
        case _:
            return _by_spread(system, points)


def check_judgements(system: IndicatorSystem) -> float | None:
    """Return the consistency ratio of a system's comparisons, None where it has none.

    Raises
    ------
    EvaluationError
        If it is above 0.1.
    """
    return _by_judgement(system)[1] if system.weighting is Weighting.AHP else None


def _by_judgement(system: IndicatorSystem) -> tuple[Floats, float]:
    from pymcdm.weights.subjective import AHP

    places = {group: place for place, group in enumerate(system.groups)}
    if len(places) == 1:
        return np.ones(1), 0.0
    matrix = np.ones((len(places), len(places)))
    for each in system.comparisons:
        matrix[places[each.first], places[each.second]] = each.times
        matrix[places[each.second], places[each.first]] = 1 / each.times
    judged = AHP(matrix=matrix)
    shares = np.asarray(judged(), dtype=np.float64)
    ratio = max(0.0, float(judged.get_cr()))
    if ratio > MOST_INCONSISTENT:
        what = f"{system.id}: the comparisons contradict each other (consistency ratio {ratio:.3f}, above 0.1)"
        raise EvaluationError(what, mend=_most_contradicting(system, shares))
    return shares, ratio


def _most_contradicting(system: IndicatorSystem, shares: Floats) -> str:
    """Say which judgement lies farthest from what all of them together say."""
    share = dict(zip(system.groups, shares.tolist(), strict=True))

    def off(times: float, fitting: float) -> float:
        return max(times / fitting, fitting / times)

    worst = max(system.comparisons, key=lambda each: off(each.times, share[each.first] / share[each.second]))
    fitting = share[worst.first] / share[worst.second]
    return f"look at {worst.first} against {worst.second} first: {worst.times}, where the others say {fitting:.2g}"


def _within_groups(system: IndicatorSystem, shares: Floats, given: Floats) -> Floats:
    """Divide each group's share among its indicators by their own weights."""
    share = dict(zip(system.groups, shares.tolist(), strict=True))
    total = dict.fromkeys(system.groups, 0.0)
    for indicator in system.indicators:
        total[indicator.group] += indicator.weight
    return np.array(
        [share[each.group] * weight / total[each.group] for each, weight in zip(system.indicators, given, strict=True)]
    )


def _by_spread(system: IndicatorSystem, points: Points) -> Weights:
    from pymcdm.weights import critic_weights, entropy_weights

    complete = ~points.missing.any(axis=1)
    count = int(complete.sum())
    if count < FEWEST_COMPLETE:
        what = f"{count} firms have every figure, too few to weigh by {system.weighting.value}"
        raise EvaluationError(what, mend="complete the figures, or give the weights")
    # Nothing becomes the smallest something: entropy takes 0·ln 0 as 0, where the library would take it as all order.
    matrix = np.maximum(points.values[complete], 1) / ONE
    varied = matrix.min(axis=0) < matrix.max(axis=0)
    if not varied.any():
        raise EvaluationError("all firms have the same figures", mend="give the weights")
    shares = np.zeros(len(system.indicators))  # what is the same for all tells nobody apart and weighs nothing
    if varied.sum() == 1:
        shares[varied] = 1.0
    else:
        weigh = entropy_weights if system.weighting is Weighting.ENTROPY else critic_weights
        shares[varied] = np.maximum(weigh(matrix[:, varied]), 0.0)
    return Weights(scale_to_one(shares), complete=count)
