"""A contest frozen into one file: everything that a ranking was made of, and the ranking, under one SHA-256.

In come figures and an indicator system, or the file; out comes a :class:`Contest`, and its canonical JSON. Replaying
reads nothing but the file. Figures and weights are decimal strings, scores are exact whole numbers, and chance comes
from whole numbers, so that another machine writes the same bytes; see docs/explanation/ranks-and-intervals.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from importlib.metadata import version

import numpy as np

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.figures import Figures, write_figure
from qilian.evaluation.intervals import Drawing
from qilian.evaluation.points import ONE, points_of
from qilian.evaluation.scoring import Scores, score
from qilian.evaluation.systems import IndicatorSystem, Weighting
from qilian.evaluation.weighting import Weights, weights_of

COMPUTATION = "1"
"""The edition of the way to compute; it changes when the same inputs would give other bytes."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """A firm's objection to one figure, and what came of it.

    Attributes
    ----------
    outcome
        ``upheld``, ``rejected`` or ``withdrawn``; only the first changes the figure.
    was, now
        The figure before and after; NaN where it is missing.
    """

    id: str
    firm: str
    indicator: str
    raised: date
    decided: date
    outcome: str
    was: float
    now: float
    reason: str


@dataclass(frozen=True, slots=True)
class Contest:
    """A ranking with all that it was made of.

    Attributes
    ----------
    corrects
        SHA-256 of the contest that this one takes the place of after appeals; None for a first one.
    versions
        Of the software that froze it; kept, not compared.
    """

    id: str
    period: str
    frozen: date
    corrects: str | None
    system: IndicatorSystem
    figures: Figures
    weights: Weights
    drawing: Drawing
    appeals: tuple[Appeal, ...]
    versions: tuple[tuple[str, str], ...]
    scores: Scores = field(repr=False)


def freeze(
    contest_id: str, period: str, on: date, figures: Figures, system: IndicatorSystem, drawing: Drawing
) -> Contest:
    """Score a table of figures and keep everything that the scores depend on.

    Parameters
    ----------
    drawing
        Its spread of the weights is set to the system's.

    Raises
    ------
    EvaluationError
        As :func:`~qilian.evaluation.scoring.score` does.
    """
    drawing = replace(drawing, weights_spread=system.weights_spread)
    weights = weights_of(system, points_of(figures, system))
    used: tuple[str, ...] = ("qilian", "numpy", "numba")
    if system.weighting in (Weighting.ENTROPY, Weighting.CRITIC, Weighting.AHP):
        used = (*used, "pymcdm")
    versions = (("computation", COMPUTATION), *((name, version(name)) for name in used))
    scores = score(figures, system, drawing, weights=weights)
    return Contest(contest_id, period, on, None, system, figures, weights, drawing, (), versions, scores)


def correct(contest: Contest, corrects: str, appeals: Iterable[Appeal], on: date) -> Contest:
    """Return the contest that takes the place of another after appeals; the weights stay as they were frozen.

    Parameters
    ----------
    corrects
        SHA-256 of the contest that is appealed against.

    Raises
    ------
    EvaluationError
        If an appeal names no firm or indicator of the contest, or a figure that is not the one it was.
    """
    decided = tuple(appeals)
    values = contest.figures.values.copy()
    ids = [each.id for each in contest.appeals]
    for appeal in decided:
        if appeal.id in ids:
            raise EvaluationError(f"appeal {appeal.id}: decided twice", mend="give it another id")
        ids.append(appeal.id)
        row, column = _place(contest.figures, appeal)
        if write_figure(float(values[row, column])) != write_figure(appeal.was):
            stands = write_figure(float(values[row, column])) or "no figure"
            raise EvaluationError(f"appeal {appeal.id}: the figure was {stands}", mend="mend what it says it was")
        if appeal.outcome == "upheld":
            values[row, column] = appeal.now
    figures = replace(contest.figures, values=values)
    scores = score(figures, contest.system, contest.drawing, weights=contest.weights)
    return replace(
        contest, frozen=on, corrects=corrects, figures=figures, appeals=(*contest.appeals, *decided), scores=scores
    )


def weights_from(written: dict[str, str], ratio: str | None, system: IndicatorSystem) -> Weights:
    """Return the weights that a contest was frozen with.

    Raises
    ------
    EvaluationError
        If they are not one for each indicator, in whole billionths of 0 or more that add up to one.
    """
    if set(written) != set(system.ids):
        raise EvaluationError("the weights are not those of the indicators", mend="restore the file")
    exact = [Decimal(written[name]) * ONE for name in system.ids]
    if any(each != int(each) or each < 0 for each in exact) or sum(exact) != ONE:
        raise EvaluationError("the weights do not add up to one in whole billionths", mend="restore the file")
    return Weights(np.array([int(each) for each in exact], np.int64), float(ratio) if ratio else None)


def _place(figures: Figures, appeal: Appeal) -> tuple[int, int]:
    for name, known in ((appeal.firm, figures.ids), (appeal.indicator, figures.indicators)):
        if name not in known:
            raise EvaluationError(f"appeal {appeal.id}: {name[:60]} is not in the contest", mend="mend the name")
    return figures.ids.index(appeal.firm), figures.indicators.index(appeal.indicator)
