"""Figures become points, and weights become shares, both whole numbers of billionths, so that sums are exact.

A figure is turned into points by one subtraction, one division and one rounding, which every machine that follows
IEEE 754 does alike; from there on scores are sums of products of whole numbers, which no order of adding can change.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.figures import Figures
from qilian.evaluation.systems import Direction, Indicator, IndicatorSystem, Scale

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ONE = 10**9
"""Full marks of one indicator, and the sum of all weights."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Where figures stand on one side of a scale, not cut off at its ends, and their standard uncertainty there.

    Both are shares of full marks: 0 at the figure worth nothing, 1 at the figure worth full marks.
    """

    place: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class Points:
    """What each figure is worth.

    Attributes
    ----------
    values
        Firms × indicators, in billionths of full marks; 0 where the figure is missing.
    missing
        True where it is.
    ramps
        By indicator, one ramp, or two of a range; the points are the lower one, cut off at 0 and 1.
    """

    values: Whole = field(repr=False)
    missing: Flags = field(repr=False)
    ramps: tuple[tuple[Ramp, ...], ...] = field(repr=False)


def points_of(figures: Figures, system: IndicatorSystem) -> Points:
    """Return the points of all figures.

    Raises
    ------
    EvaluationError
        If the table's columns are not those of the system, or a scale set by the field has no figure at all.
    """
    if figures.indicators != system.ids:
        raise EvaluationError(f"the figures are not those of {system.id}", mend="read them with the same system")
    missing = np.isnan(figures.values)
    values = np.zeros(figures.values.shape, np.int64)
    ramps = []
    for column, indicator in enumerate(system.indicators):
        given = figures.values[:, column]
        scale = indicator.scale or _field_scale(indicator, given)
        sides = _ramps(indicator, given, scale)
        ramps.append(sides)
        worth = np.minimum.reduce([side.place for side in sides])
        values[:, column] = np.rint(np.clip(np.nan_to_num(worth), 0.0, 1.0) * ONE)
    return Points(values, missing, tuple(ramps))


def scale_to_one(shares: Floats) -> Whole:
    """Return shares as billionths that add up to exactly one: what rounding leaves goes to the largest remainders.

    Raises
    ------
    EvaluationError
        If they are not all finite and none is negative, with a sum above zero.
    """
    if not np.isfinite(shares).all() or (shares < 0).any() or not shares.sum() > 0:
        raise EvaluationError("weights without a sum", mend="give every indicator a weight of 0 or more")
    # One order of adding: Python's own, from left to right.
    total = 0.0
    for share in shares.tolist():
        total += share
    exact = shares / total * ONE
    whole = np.floor(exact).astype(np.int64)
    left = ONE - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    step = 1 if left >= 0 else -1
    for place in range(abs(left)):
        whole[order[place % len(order)]] += step
    return whole


def weights_without(weights: Whole, missing: Flags) -> Whole:
    """Return the weights of one firm whose missing indicators do not count: the others share one in proportion.

    Raises
    ------
    EvaluationError
        If nothing that counts is left.
    """
    left = np.where(missing, 0, weights)
    if not left.sum():
        raise EvaluationError("not one figure that counts", mend="give one or remove the row")
    return scale_to_one(left.astype(np.float64))


def _field_scale(indicator: Indicator, given: Floats) -> Scale:
    known = given[~np.isnan(given)]
    if not len(known):
        raise EvaluationError(f"{indicator.id}: no figure at all", mend="give figures, or a scale with zero and full")
    low, high = float(known.min()), float(known.max())
    return Scale(low, high) if indicator.direction is Direction.MORE else Scale(None, None, low, high)


def _ramps(indicator: Indicator, given: Floats, scale: Scale) -> tuple[Ramp, ...]:
    spread = np.sqrt(np.square(given * indicator.relative_uncertainty) + indicator.absolute_uncertainty**2)
    sides = []
    if scale.low_zero is not None and scale.low_full is not None:
        sides.append(_ramp(given, spread, scale.low_zero, scale.low_full))
    if scale.high_zero is not None and scale.high_full is not None:
        sides.append(_ramp(given, spread, scale.high_zero, scale.high_full))
    return tuple(sides)


def _ramp(given: Floats, spread: Floats, zero: float, full: float) -> Ramp:
    if zero == full:  # all those compared have the same figure: nobody is worse than the best
        return Ramp(np.ones_like(given), np.zeros_like(given))
    return Ramp((given - zero) / (full - zero), spread / abs(full - zero))
