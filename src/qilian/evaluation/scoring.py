"""Scores and ranks: in come figures and an indicator system, out comes a standing for each firm, with its interval.

A weighted sum is exact: whole points times whole weights. TOPSIS (Hwang and Yoon 1981) measures the distance to full
marks against the distance to none, on the scale of the system, so that a firm more or less changes no other's score.
Whatever was missing is named in the standing, with what was done about it.
"""

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.figures import Figures
from qilian.evaluation.intervals import Drawing, rank_range
from qilian.evaluation.points import ONE, Flags, Points, Whole, points_of, weights_without
from qilian.evaluation.systems import IndicatorSystem, Method, Missing
from qilian.evaluation.weighting import Weights, weights_of

_DIGITS = 16
"""A score is a whole number of 10⁻¹⁸ of full marks; full marks read as 100."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a firm stands.

    Attributes
    ----------
    score
        Of 100.
    score_at_best
        What it would be if every missing figure were the best; the score itself unless missing figures are bounds.
    rank, best_rank, worst_rank
        One more than the firms with a higher score, and the interval of it.
    missing
        Ids of the indicators whose figures are missing.
    """

    id: str
    name: str
    score: Decimal
    score_at_best: Decimal
    rank: int
    best_rank: int
    worst_rank: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """All standings, in the order of the table, and what they were made of.

    Attributes
    ----------
    points
        What each figure is worth.
    own_weights
        Firms × indicators, in billionths: the weights that count for each firm.
    """

    system: IndicatorSystem
    weights: Weights
    drawing: Drawing
    standings: tuple[Standing, ...]
    points: Points = field(repr=False, compare=False)
    own_weights: Whole = field(repr=False, compare=False)

    @property
    def ranked(self) -> tuple[Standing, ...]:
        """The standings, best first; equal ones by id."""
        return tuple(sorted(self.standings, key=lambda each: (each.rank, each.id)))

    @property
    def missing(self) -> dict[str, int]:
        """How many figures of each indicator are missing, of those where any is."""
        counts = self.points.missing.sum(axis=0).tolist()
        return {name: count for name, count in zip(self.system.ids, counts, strict=True) if count}


def score(figures: Figures, system: IndicatorSystem, drawing: Drawing, *, weights: Weights | None = None) -> Scores:
    """Score and rank all rows of a table.

    Parameters
    ----------
    weights
        Those of a frozen contest; computed by the system's own weighting if they are not given.

    Raises
    ------
    EvaluationError
        If the table does not fit the system, its weights cannot be found, or a figure is missing that must not be.
    """
    points = points_of(figures, system)
    if system.missing is Missing.REFUSE and points.missing.any():
        firm, column = (int(each[0]) for each in np.nonzero(points.missing))
        what = f"{figures.ids[firm]}: no figure for {system.ids[column]}"
        raise EvaluationError(what, mend=f"{system.id} takes no missing figures: give it")
    weights = weights or weights_of(system, points)
    own = own_weights(weights.values, points.missing, figures.ids, system.missing)
    totals = totals_of(points.values, own, system.method)
    bounded = system.missing is Missing.BOUNDS and bool(points.missing.any())
    best = totals_of(np.where(points.missing, ONE, points.values), own, system.method) if bounded else totals
    ranks = ranks_of(totals)
    topsis = system.method is Method.TOPSIS
    found = rank_range(figures.ids, points, weights.values, system.missing, drawing, topsis=topsis)
    # Missing figures as bounds: at its best with all others at their worst, and the other way round.
    at_best, at_worst = ranks_of(totals, best), ranks_of(best, totals) - (best > totals)
    best_ranks = np.minimum(np.minimum(found.best, at_best), ranks)
    worst_ranks = np.maximum(np.maximum(found.worst, at_worst), ranks)
    gaps = _gaps(points.missing, system.ids)
    columns = (each.tolist() for each in (totals, best, ranks, best_ranks, worst_ranks))
    standings = tuple(
        Standing(firm, name, as_score(total), as_score(reach), rank, high, low, gaps.get(row, ()))
        for row, (firm, name, total, reach, rank, high, low) in enumerate(
            zip(figures.ids, figures.names, *columns, strict=True)
        )
    )
    return Scores(system, weights, drawing, standings, points, own)


def as_score(total: int) -> Decimal:
    """Return a score of 100, exactly."""
    return Decimal(total).scaleb(-_DIGITS)


def own_weights(weights: Whole, missing: Flags, ids: tuple[str, ...], done: Missing) -> Whole:
    """Return firms × indicators: what counts for each firm, the missing left out where they are to be excluded."""
    own = np.broadcast_to(weights, missing.shape)
    if done is not Missing.EXCLUDE or not missing.any():
        return own
    own = own.copy()
    found: dict[bytes, Whole] = {}
    for row in np.nonzero(missing.any(axis=1))[0].tolist():
        pattern = missing[row].tobytes()
        if pattern not in found:
            try:
                found[pattern] = weights_without(weights, missing[row])
            except EvaluationError as error:
                raise EvaluationError(f"{ids[row]}: {error.what}", mend=error.mend) from None
        own[row] = found[pattern]
    return own


def totals_of(points: Whole, own: Whole, method: Method) -> Whole:
    """Return each firm's score, in 10⁻¹⁸ of full marks."""
    if method is Method.WEIGHTED_SUM:
        return np.asarray((points * own).sum(axis=1), np.int64)
    # Column after column: a fixed order of adding, element by element, is the same on every machine.
    near, far = np.zeros(len(points)), np.zeros(len(points))
    for column in range(points.shape[1]):
        weight = own[:, column] / ONE
        good = points[:, column] / ONE * weight
        bad = (ONE - points[:, column]) / ONE * weight
        near += good * good
        far += bad * bad
    near, far = np.sqrt(near), np.sqrt(far)
    return np.rint(near / (near + far) * ONE).astype(np.int64) * ONE


def ranks_of(totals: Whole, asked: Whole | None = None) -> Whole:
    """Return for each score of ``asked`` (all, if not given) one more than how many of ``totals`` are higher."""
    ordered = np.sort(totals)
    places = np.searchsorted(ordered, totals if asked is None else asked, side="right")
    return np.asarray(len(totals) - places + 1, np.int64)


def _gaps(missing: Flags, ids: tuple[str, ...]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for row, column in zip(*(each.tolist() for each in np.nonzero(missing)), strict=True):
        found.setdefault(row, []).append(ids[column])
    return {row: tuple(names) for row, names in found.items()}
