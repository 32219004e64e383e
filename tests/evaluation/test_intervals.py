"""Rank intervals: chance does what it says, the kernels agree with plain NumPy, and order and threads do not matter."""

import os
import subprocess
import sys

import numpy as np
import pytest

from qilian.evaluation import Drawing, EvaluationError, Method, Missing, intervals, score
from qilian.evaluation.intervals import draw_weights, rank_range
from qilian.evaluation.kernels import keep_extremes, rank_draws, score_draws
from qilian.evaluation.points import ONE, Points, Ramp, scale_to_one
from qilian.evaluation.scoring import own_weights, totals_of


def points(place: np.ndarray, spread: float = 0.0, missing: np.ndarray | None = None) -> Points:
    """Return points with one ramp each."""
    gaps = np.zeros(place.shape, bool) if missing is None else missing
    worth = np.rint(np.clip(place, 0, 1) * ONE).astype(np.int64)
    worth[gaps] = 0
    ramps = tuple((Ramp(column.copy(), np.full(len(column), spread)),) for column in place.T)
    return Points(worth, gaps, ramps)


def test_drawn_weights_lie_around_the_given_ones_with_the_spread_asked_for():
    """Mean: the given weights. Standard deviation of a Dirichlet: √(w(1 − w)/(c + 1)). Sum: one. Within 5 %."""
    given = scale_to_one(np.array([0.1, 0.2, 0.3, 0.4]))
    drawing = Drawing(draws=20_000, weights_spread=0.25)
    drawn = draw_weights(given, drawing).astype(np.float64)
    concentration = 3 / 0.25**2 - 1
    share = given / ONE
    assert np.abs(drawn.sum(axis=1) - 1).max() < 1e-6
    assert np.abs(drawn.mean(axis=0) - share).max() < 0.002
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(share * (1 - share) / (concentration + 1)), rel=0.05)


def test_the_error_of_a_figure_has_the_standard_deviation_asked_for():
    """Full weight on one indicator in the middle of its scale: the score itself is the drawn figure."""
    firms, draws, spread = 2000, 50, 0.1
    scores = np.empty((draws, firms), np.float32)
    chance = np.random.default_rng(5)
    keys = chance.integers(0, 2**32, firms, np.uint32)
    columns = chance.integers(0, 2**32, (draws, 1), np.uint32)
    one = np.full((1, firms), 0.5, np.float32)
    none = np.full((1, firms), 9, np.float32)
    nowhere = np.zeros(firms + 1, np.int64)
    score_draws(
        one, np.full((1, firms), spread, np.float32), np.array([-1]), none, none, np.ones((draws, 1), np.float32),
        keys, columns, nowhere, np.zeros(0, np.int64), False, False, 0, firms, scores,
    )  # fmt: skip
    assert scores.mean() == pytest.approx(0.5, abs=0.002)
    assert scores.std() == pytest.approx(spread, rel=0.02)
    # No firm's error follows another's, and no draw's another draw's.
    assert np.abs(np.corrcoef(scores[:8])[np.triu_indices(8, 1)]).max() < 0.1


def test_ranks_of_a_draw_are_those_of_sorting():
    """One more than the number of higher scores, among scores that 24 bits tell apart."""
    chance = np.random.default_rng(2)
    scores = (chance.integers(0, 500, (3, 1000)) / 500).astype(np.float32)
    ranks = np.empty(scores.shape, np.int32)
    rank_draws(scores, 0, 3, ranks)
    assert ranks.tolist() == [[1 + int((row > each).sum()) for each in row] for row in scores]


@pytest.mark.parametrize("tail", [1, 3, 7])
def test_the_extremes_kept_are_the_kth_smallest_and_largest(tail):
    """Against sorting, in two batches."""
    ranks = np.random.default_rng(tail).integers(1, 99, (40, 25)).astype(np.int32)
    best = np.full((25, tail), 2**31 - 1, np.int32)
    worst = best.copy()
    keep_extremes(ranks[:15], 0, 25, best, worst)
    keep_extremes(ranks[15:], 0, 25, best, worst)
    ordered = np.sort(ranks, axis=0)
    assert best[:, 0].tolist() == ordered[tail - 1].tolist()
    assert (-worst[:, 0]).tolist() == ordered[-tail].tolist()


def test_without_any_doubt_the_interval_is_the_rank():
    """One indicator, exact figures: nothing can move."""
    place = np.linspace(0, 1, 50)[:, None]
    found = rank_range(tuple(map(str, range(50))), points(place), np.array([ONE]), Missing.EXCLUDE, Drawing(draws=100))
    assert found.best.tolist() == found.worst.tolist() == list(range(50, 0, -1))


def test_more_doubt_makes_wider_intervals():
    """In the figures, and in the weights."""
    place = np.random.default_rng(1).random((200, 6))
    weights = scale_to_one(np.ones(6))
    ids = tuple(map(str, range(200)))

    def width(spread: float, weights_spread: float) -> float:
        drawing = Drawing(draws=200, weights_spread=weights_spread)
        found = rank_range(ids, points(place, spread), weights, Missing.EXCLUDE, drawing)
        return float((found.worst - found.best).mean())

    assert width(0.0, 0.05) < width(0.05, 0.05) < width(0.2, 0.05)
    assert width(0.0, 0.05) < width(0.0, 0.2) < width(0.0, 0.6)


def test_an_interval_is_the_quantile_of_ranks_drawn_one_by_one():
    """Against a plain loop over the same weights, with exact figures."""
    place = np.random.default_rng(3).random((120, 5))
    weights = scale_to_one(np.arange(1.0, 6))
    drawing = Drawing(draws=100, level=0.9)
    ids = tuple(map(str, range(120)))
    found = rank_range(ids, points(place), weights, Missing.EXCLUDE, drawing)
    ranks = []
    for row in draw_weights(weights, drawing):
        total = np.zeros(120, np.float32)
        for column in range(5):
            total += row[column] * place[:, column].astype(np.float32)
        ranks.append([1 + int((total > each).sum()) for each in total])
    ordered = np.sort(np.array(ranks), axis=0)
    assert np.abs(found.best - ordered[4]).max() <= 1  # 24 bits can take two for equal
    assert np.abs(found.worst - ordered[-5]).max() <= 1


@pytest.mark.parametrize("missing", [Missing.EXCLUDE, Missing.WORST, Missing.BOUNDS])
def test_the_number_of_threads_changes_nothing(missing):
    """Nor does it matter where a firm stands in the table."""
    chance = np.random.default_rng(4)
    place = chance.random((3000, 4))
    table = points(place, 0.05, chance.random(place.shape) < 0.1)
    weights = scale_to_one(np.ones(4))
    ids = tuple(map(str, range(3000)))
    one, four = (rank_range(ids, table, weights, missing, Drawing(draws=70), workers=count) for count in (1, 4))
    assert one.best.tolist() == four.best.tolist()
    assert one.worst.tolist() == four.worst.tolist()


@pytest.mark.parametrize("topsis", [False, True])
@pytest.mark.parametrize("missing", [Missing.EXCLUDE, Missing.WORST])
def test_a_draw_without_chance_scores_as_the_exact_sum_does(missing, topsis):
    """Given weights, exact figures, ranges and gaps: single precision agrees with whole numbers to six digits."""
    chance = np.random.default_rng(8)
    firms, columns = 500, 6
    gaps = chance.random((firms, columns)) < 0.2
    gaps[:, 0] = False
    up, down = chance.normal(0.5, 0.7, (2, firms, columns))
    sides = [(Ramp(up[:, j].copy(), np.zeros(firms)),) for j in range(columns)]
    sides[2] = (*sides[2], Ramp(down[:, 2].copy(), np.zeros(firms)))
    sides[5] = (*sides[5], Ramp(down[:, 5].copy(), np.zeros(firms)))
    worth = np.column_stack([np.minimum.reduce([side.place for side in pair]) for pair in sides])
    values = np.where(gaps, 0, np.rint(np.clip(worth, 0, 1) * ONE).astype(np.int64))
    weights = scale_to_one(np.arange(1.0, 7))
    own = own_weights(weights, gaps, tuple(map(str, range(firms))), missing)
    exact = totals_of(values, own, Method.TOPSIS if topsis else Method.WEIGHTED_SUM) / ONE**2
    table = intervals._table(Points(values, gaps, tuple(sides)), missing)
    scores = np.empty((1, firms), np.float32)
    score_draws(
        table.place, table.spread, table.second, table.second_place, table.second_spread,
        (weights / ONE).astype(np.float32)[None, :], np.arange(firms, dtype=np.uint32),
        np.ones((1, columns), np.uint32),
        table.gap_from, table.gap_column, missing is Missing.EXCLUDE, topsis, 0, firms, scores,
    )  # fmt: skip
    assert np.abs(scores[0] - exact).max() < 1e-6


def test_draws_that_would_not_fit_in_memory_are_refused(monkeypatch):
    """Before any array is made."""
    monkeypatch.setattr(intervals, "MOST_KEPT", 10)
    with pytest.raises(EvaluationError, match="too much memory"):
        rank_range(("a", "b"), points(np.ones((2, 1))), np.array([ONE]), Missing.EXCLUDE, Drawing(draws=100))


@pytest.mark.parametrize("wrong", [{"draws": 0}, {"draws": 10**9}, {"level": 1.0}, {"level": 0.2}, {"seed": -1}])
def test_draws_that_make_no_sense_are_refused(wrong):
    """Before anything is computed."""
    with pytest.raises(EvaluationError):
        Drawing(**wrong)


def test_another_seed_draws_otherwise_and_the_same_seed_alike(make_system, make_figures):
    """On 30 firms that lie close together."""
    system = make_system()
    rows = np.random.default_rng(6).integers(40, 60, (30, 3)).tolist()
    table = make_figures(system, rows)
    first, again, other = (score(table, system, Drawing(draws=50, seed=seed)).standings for seed in (1, 1, 2))
    assert first == again != other


def test_another_seed_moves_figures_otherwise():
    """With one indicator there is no weight to draw: what differs is the figures' errors."""
    place = np.random.default_rng(7).random((60, 1))
    ids = tuple(map(str, range(60)))
    one, two = (
        rank_range(ids, points(place, 0.1), np.array([ONE]), Missing.EXCLUDE, Drawing(draws=20, seed=seed))
        for seed in (1, 2)
    )
    assert one.best.tolist() != two.best.tolist()


def test_uncompiled_kernels_fill_the_same_bits(tmp_path):
    """The kernels as plain Python, in a process of its own: what a machine without this compiler would compute."""
    program = """
import sys, warnings
warnings.simplefilter("ignore")  # whole numbers wrap around on purpose
import numpy as np
from hashlib import sha256
from qilian.evaluation.kernels import score_draws, rank_draws
chance = np.random.PCG64(9)
def hashes(*shape):
    return (chance.random_raw(int(np.prod(shape))) >> np.uint64(32)).astype(np.uint32).reshape(shape)
def singles(*shape):
    return (hashes(*shape) >> np.uint32(8)).astype(np.float32) / np.float32(2**24)
place, spread, second = singles(5, 40), singles(5, 40), singles(1, 40)
gap_from = np.arange(41) // 20
done = b""
for topsis in (False, True):
    scores = np.empty((6, 40), np.float32); ranks = np.empty((6, 40), np.int32)
    score_draws(place, spread, np.array([-1, 0, -1, -1, -1]), second, second, singles(6, 5), hashes(40), hashes(6, 5),
                gap_from, np.array([3, 4]), True, topsis, 0, 40, scores)
    rank_draws(scores, 0, 6, ranks)
    done += scores.tobytes() + ranks.tobytes()
print(sha256(done).hexdigest())
"""
    said = []
    for plain in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": plain}
        result = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, timeout=300
        )
        said.append(result.stdout)
    assert said[0] == said[1] != ""
