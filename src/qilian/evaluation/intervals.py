"""How sure a rank is: weights are drawn around the given ones, figures within their uncertainty, and firms ranked anew.

The interval holds the middle share of a firm's ranks over all draws (90 % by default) and always the rank itself, as
the given weights and figures are one possible course among the others. Memory grows with firms × draws × the share
outside the interval, not with firms × draws; see docs/explanation/ranks-and-intervals.md.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.points import ONE, Points, Whole
from qilian.evaluation.systems import Missing

MOST_DRAWS = 100_000
BLOCK = 64
"""Draws that are in memory at once."""

MOST_KEPT = 500_000_000
"""Ranks that are kept at once, of four bytes each: those beyond the ends of all intervals."""

Single = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

_UNBIASED = 2**53
_FAR = 1e6


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the draws are made.

    Attributes
    ----------
    draws
        How many.
    level
        The share of draws that an interval holds.
    seed
        The same seed makes the same draws, on every machine.
    weights_spread
        Standard deviation of an average weight, as a share of it.
    """

    draws: int = 1000
    level: float = 0.9
    seed: int = 1
    weights_spread: float = 0.25

    def __post_init__(self) -> None:
        if not 1 <= self.draws <= MOST_DRAWS:
            raise EvaluationError(f"{self.draws} draws", mend=f"between 1 and {MOST_DRAWS}")
        if not 0.5 <= self.level < 1:
            raise EvaluationError(f"an interval at {self.level:g}", mend="between 0.5 and 1, e.g. 0.9")
        if not 0 <= self.seed < 2**63:
            raise EvaluationError(f"{self.seed}: not a seed", mend="a whole number of 0 or more")

    @property
    def tail(self) -> int:
        """The draws that may lie beyond each end of an interval, with the one at the end."""
        return max(1, round(self.draws * (1 - self.level) / 2))


@dataclass(frozen=True, slots=True)
class RankRange:
    """The first and the last rank of each firm's interval, before the rank itself is let in."""

    best: Whole = field(repr=False)
    worst: Whole = field(repr=False)


def draw_weights(weights: Whole, drawing: Drawing) -> Single:
    """Return draws × indicators: weights around the given ones, their mean exactly, that add up to one.

    The weights of a draw are the gaps between sorted even numbers, joined in turns of as many as each weight is worth:
    a Dirichlet distribution whose parameters are whole numbers that add up to the concentration, and on average the
    weights times it. Only whole numbers are used, so every machine draws the same.
    """
    count = len(weights)
    if count == 1:
        return np.ones((drawing.draws, 1), np.float32)
    concentration = max(2, round((count - 1) / drawing.weights_spread**2) - 1)
    chance = np.random.PCG64(np.random.SeedSequence([drawing.seed, 1]))
    edges = np.concatenate(([0], np.cumsum(weights)))
    made = np.empty((drawing.draws, count), np.float32)
    for draw in range(drawing.draws):
        raw = chance.random_raw(concentration) >> np.uint64(11)
        shift = int(raw[0]) * ONE // _UNBIASED
        points = np.zeros(concentration + 1, np.int64)
        points[1:-1] = np.sort(raw[1:].astype(np.int64))
        points[-1] = _UNBIASED
        turns = (edges * concentration + shift) // ONE
        made[draw] = np.diff(points[turns]) / _UNBIASED
    return made


def rank_range(
    ids: tuple[str, ...],
    points: Points,
    weights: Whole,
    missing: Missing,
    drawing: Drawing,
    *,
    topsis: bool = False,
    workers: int | None = None,
) -> RankRange:
    """Return each firm's interval of ranks.

    Parameters
    ----------
    ids
        Of the firms; chance is tied to them, so that the order of rows does not matter.
    workers
        Threads; their number does not change the answer.

    Raises
    ------
    EvaluationError
        If more ranks would have to be kept than fit in memory.
    """
    if 2 * drawing.tail * len(ids) > MOST_KEPT:
        what = f"{drawing.draws} draws of {len(ids)} firms at a level of {drawing.level:g} take too much memory"
        raise EvaluationError(what, mend="take fewer draws, or a level nearer to 1")
    from qilian.evaluation import kernels  # late: numba takes half a second

    firms, columns = points.values.shape
    table = _table(points, missing)
    firm_keys = np.array([int.from_bytes(sha256(each.encode()).digest()[:4], "big") for each in ids], np.uint32)
    weights_drawn = draw_weights(weights, drawing)
    chance = np.random.PCG64(np.random.SeedSequence([drawing.seed, 2]))
    column_keys = (chance.random_raw(drawing.draws * columns) >> np.uint64(32)).astype(np.uint32)
    column_keys = column_keys.reshape(drawing.draws, columns)
    best = np.full((firms, drawing.tail), np.iinfo(np.int32).max, np.int32)
    worst = best.copy()
    block = min(BLOCK, drawing.draws)
    scores = np.empty((block, firms), np.float32)
    ranks = np.empty((block, firms), np.int32)
    shared = missing is Missing.EXCLUDE

    def score(first: int, last: int) -> None:
        kernels.score_draws(
            table.place,
            table.spread,
            table.second,
            table.second_place,
            table.second_spread,
            weights_drawn[start : start + size],
            firm_keys,
            column_keys[start : start + size],
            table.gap_from,
            table.gap_column,
            shared,
            topsis,
            first,
            last,
            scores,
        )

    def rank(first: int, last: int) -> None:
        kernels.rank_draws(scores, first, last, ranks)

    def keep(first: int, last: int) -> None:
        kernels.keep_extremes(ranks[:size], first, last, best, worst)

    threads = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, drawing.draws, block):
            size = min(block, drawing.draws - start)
            _all(pool, threads, firms, kernels.TILE, score)
            _all(pool, threads, size, 1, rank)
            _all(pool, threads, firms, kernels.TILE, keep)
    return RankRange(best[:, 0].astype(np.int64), -worst[:, 0].astype(np.int64))


@dataclass(frozen=True, slots=True)
class _Table:
    """Points as the kernels want them: a row for each indicator, in single precision."""

    place: Single
    spread: Single
    second: Places
    second_place: Single
    second_spread: Single
    gap_from: Places
    gap_column: Places


def _table(points: Points, missing: Missing) -> _Table:
    firms, columns = points.values.shape
    place = np.empty((columns, firms), np.float32)
    spread = np.empty((columns, firms), np.float32)
    second = np.full(columns, -1, np.int64)
    others = [column for column, sides in enumerate(points.ramps) if len(sides) > 1]
    second_place = np.empty((max(1, len(others)), firms), np.float32)
    second_spread = np.empty_like(second_place)
    # Anywhere between worst and best: a triangle over the whole scale. Elsewhere what is missing is worth nothing.
    unknown, unsure = (0.5, 0.5 / 6**0.5) if missing is Missing.BOUNDS else (-1.0, 0.0)
    for column, sides in enumerate(points.ramps):
        gaps = points.missing[:, column]
        place[column] = np.where(gaps, unknown, np.clip(sides[0].place, -_FAR, _FAR))
        spread[column] = np.where(gaps, unsure, np.minimum(sides[0].spread, _FAR))
        if len(sides) > 1:
            row = second[column] = others.index(column)
            second_place[row] = np.where(gaps, _FAR, np.clip(sides[1].place, -_FAR, _FAR))
            second_spread[row] = np.where(gaps, 0.0, np.minimum(sides[1].spread, _FAR))
    gap_from = np.concatenate(([0], np.cumsum(points.missing.sum(axis=1)))).astype(np.int64)
    gap_column = np.nonzero(points.missing)[1].astype(np.int64)
    return _Table(place, spread, second, second_place, second_spread, gap_from, gap_column)


def _all(pool: ThreadPoolExecutor, threads: int, count: int, step: int, work: Callable[[int, int], None]) -> None:
    """Do ``work(first, last)`` on all of ``range(count)``, a part for each thread, cut at multiples of ``step``."""
    part = -(-count // (threads * step)) * step
    for done in [pool.submit(work, first, min(first + part, count)) for first in range(0, count, part)]:
        done.result()
