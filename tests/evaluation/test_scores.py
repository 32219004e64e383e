"""Scores, ranks and weights: what must hold of them, by hand, by property and against pymcdm."""

import warnings
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm.methods import TOPSIS
from pymcdm.normalizations import minmax_normalization
from pymcdm.weights import critic_weights, entropy_weights

from qilian.evaluation import Drawing, EvaluationError, Method, Missing, score
from qilian.evaluation.points import ONE, points_of, scale_to_one
from qilian.evaluation.systems import Comparison, Scale, Weighting
from qilian.evaluation.weighting import weights_of

FEW = Drawing(draws=20)
FIGURES = st.lists(
    st.lists(st.floats(0, 100).map(lambda each: round(each, 3)), min_size=3, max_size=3), min_size=2, max_size=8
)
GAPPY = st.lists(
    st.lists(st.none() | st.floats(0, 100).map(lambda each: round(each, 3)), min_size=3, max_size=3),
    min_size=2,
    max_size=8,
).filter(lambda rows: all(any(each is not None for each in row) for row in rows))


def test_a_weighted_sum_by_hand(make_system, make_figures, with_indicator):
    """Weights 2:1:1, points 0.5, 1 and 0: 100 × (0.5·0.5 + 0.25·1) is 50, exactly."""
    system = with_indicator(make_system(), 0, weight=2.0)
    found = score(make_figures(system, [[50, 120, -3], [0, 0, 0]]), system, FEW)
    assert [each.score for each in found.standings] == [Decimal(50), Decimal(0)]
    assert [each.rank for each in found.standings] == [1, 2]


def test_each_direction_has_its_ramp(make_system, make_figures, with_indicator):
    """More: 25 of 0..100 is a quarter. Less: 25 of 100..0 is three quarters. Range: full inside, none outside."""
    system = with_indicator(make_system(), 1, scale=Scale(high_full=0.0, high_zero=100.0))
    system = with_indicator(system, 2, scale=Scale(0.0, 20.0, 40.0, 80.0))
    rows = [[25, 25, 10], [25, 25, 30], [25, 25, 60], [25, 25, 90]]
    points = points_of(make_figures(system, rows), system).values / ONE
    assert points[:, :2].tolist() == [[0.25, 0.75]] * 4
    assert points[:, 2].tolist() == [0.5, 1.0, 0.5, 0.0]


def test_equal_scores_share_a_rank(make_system, make_figures):
    """Ranks 1, 2, 2, 4."""
    system = make_system(1)
    found = score(make_figures(system, [[9], [5], [5], [1]]), system, FEW)
    assert [each.rank for each in found.standings] == [1, 2, 2, 4]


@given(rows=FIGURES, better=st.floats(0.001, 50), data=st.data())
def test_a_better_figure_never_lowers_a_weighted_sum(make_system, make_figures, rows, better, data):
    """Whatever the others are."""
    system = make_system()
    place = data.draw(st.integers(0, 2))
    before = score(make_figures(system, rows), system, Drawing(draws=1)).standings[0]
    rows[0][place] += better
    after = score(make_figures(system, rows), system, Drawing(draws=1)).standings[0]
    assert after.score >= before.score
    assert after.rank <= before.rank


@given(rows=GAPPY, seed=st.integers(0, 5), order=st.randoms(), method=st.sampled_from(Method))
def test_the_order_of_rows_changes_nothing(make_system, make_figures, with_indicator, rows, seed, order, method):
    """Scores, ranks, intervals and gaps belong to the firm, not to its row."""
    system = replace(with_indicator(make_system(), 0, relative_uncertainty=0.2), method=method)
    ids = [f"f{number}" for number in range(len(rows))]
    shuffled = list(zip(ids, rows, strict=True))
    order.shuffle(shuffled)
    drawing = Drawing(draws=30, seed=seed)
    first = score(make_figures(system, rows, ids), system, drawing)
    second = score(make_figures(system, [row for _, row in shuffled], [name for name, _ in shuffled]), system, drawing)
    assert {each.id: each for each in first.standings} == {each.id: each for each in second.standings}


@given(
    rows=GAPPY,
    missing=st.sampled_from([Missing.EXCLUDE, Missing.WORST, Missing.BOUNDS]),
    method=st.sampled_from(Method),
)
def test_the_interval_holds_the_rank_and_lies_within_the_field(make_system, make_figures, rows, missing, method):
    """Best rank, rank, worst rank are in order, from 1 to the number of firms."""
    system = replace(make_system(), missing=missing, method=method)
    for each in score(make_figures(system, rows), system, FEW).standings:
        assert 1 <= each.best_rank <= each.rank <= each.worst_rank <= len(rows)


@given(rows=FIGURES, data=st.data(), missing=st.sampled_from(Missing))
def test_a_missing_figure_never_goes_unnoticed(make_system, make_figures, rows, data, missing):
    """It is named in the firm's standing and counted in the whole, or refused by name."""
    system = replace(make_system(), missing=missing)
    firm, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 2))
    whole = score(make_figures(system, rows), system, FEW)
    assert not whole.missing
    assert all(not each.missing for each in whole.standings)
    rows[firm][column] = None
    if missing is Missing.REFUSE:
        with pytest.raises(EvaluationError, match=f"f{firm}: no figure for i{column}"):
            score(make_figures(system, rows), system, FEW)
        return
    found = score(make_figures(system, rows), system, FEW)
    assert found.standings[firm].missing == (f"i{column}",)
    assert found.missing == {f"i{column}": 1}


def test_what_is_done_with_a_missing_figure_by_hand(make_system, make_figures):
    """Equal thirds, 60 and 90 known: excluded 75; worst 50; bounds from 50 to 83.33, and a rank that may be first."""
    rows = [[60, 90, None], [70, 70, 70]]
    scores = {}
    for missing in (Missing.EXCLUDE, Missing.WORST, Missing.BOUNDS):
        system = replace(make_system(), missing=missing)
        scores[missing] = score(make_figures(system, rows), system, FEW).standings[0]
    assert round(scores[Missing.EXCLUDE].score, 4) == 75
    assert round(scores[Missing.WORST].score, 4) == 50
    bounds = scores[Missing.BOUNDS]
    assert (round(bounds.score, 4), round(bounds.score_at_best, 2)) == (50, Decimal("83.33"))
    assert (bounds.rank, bounds.best_rank, bounds.worst_rank) == (2, 1, 2)


def test_a_firm_without_any_figure_is_refused_by_name(make_system, make_figures):
    """There is nothing that could share the weight."""
    system = make_system()
    with pytest.raises(EvaluationError, match="f1: not one figure that counts"):
        score(make_figures(system, [[1, 2, 3], [None, None, None]]), system, FEW)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60).filter(lambda shares: sum(shares) > 0))
def test_weights_add_up_to_one_exactly(shares):
    """In billionths; each within one billionth of its share, or of what rounding has to put somewhere."""
    whole = scale_to_one(np.array(shares))
    assert whole.sum() == ONE
    assert (whole >= 0).all()
    assert np.abs(whole / ONE - np.array(shares) / sum(shares)).max() <= 2e-9


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_topsis_is_that_of_pymcdm(make_system, make_figures, seed):
    """With full marks and none among the firms, as pymcdm takes the best and worst that it sees."""
    rows = np.random.default_rng(seed).integers(0, 101, (7, 4)).astype(float)
    rows[0], rows[1] = 100, 0
    system = replace(make_system(4), method=Method.TOPSIS)
    found = score(make_figures(system, rows.tolist()), system, FEW)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that one firm is the best in everything, which is meant
        peer = TOPSIS(minmax_normalization)(rows / 100, np.full(4, 0.25), np.ones(4))
    assert np.abs(np.array([float(each.score) for each in found.standings]) / 100 - peer).max() < 2e-9


@pytest.mark.parametrize(
    ("weighting", "peer"), [(Weighting.ENTROPY, entropy_weights), (Weighting.CRITIC, critic_weights)]
)
def test_weights_by_spread_are_those_of_pymcdm_on_complete_firms(make_system, make_figures, weighting, peer):
    """A firm with a gap takes no part in the weighting, and the answer says how many did."""
    rows = [[10, 20, 30], [40, 10, 35], [90, 50, 31], [20, None, 99], [60, 80, 33]]
    system = replace(make_system(), weighting=weighting)
    found = weights_of(system, points_of(make_figures(system, rows), system))
    complete = np.array([row for row in rows if None not in row]) / 100
    assert found.complete == 4
    assert np.abs(found.values / ONE - peer(complete)).max() < 1e-6


def test_a_figure_worth_nothing_has_no_entropy_of_its_own(make_system, make_figures):
    """0·ln 0 is 0: by hand, with columns 0, 50, 100 and 10, 50, 90 and 1, 1, 98."""
    rows = [[0, 10, 1], [50, 50, 1], [100, 90, 98]]
    system = replace(make_system(), weighting=Weighting.ENTROPY)
    found = weights_of(system, points_of(make_figures(system, rows), system))
    shares = np.array(rows) / np.sum(rows, axis=0)
    order = 1 + np.sum(np.where(shares > 0, shares * np.log(np.where(shares > 0, shares, 1)), 0), axis=0) / np.log(3)
    assert found.values / ONE == pytest.approx(order / order.sum(), abs=1e-6)


def test_an_indicator_that_is_the_same_for_all_weighs_nothing_by_spread(make_system, make_figures):
    """It tells nobody apart."""
    system = replace(make_system(), weighting=Weighting.CRITIC)
    found = weights_of(system, points_of(make_figures(system, [[1, 50, 9], [5, 50, 3], [7, 50, 8]]), system))
    assert found.values[1] == 0
    assert found.values.sum() == ONE


def test_too_few_complete_firms_cannot_be_weighed_by_spread(make_system, make_figures):
    """One clear line instead of weights out of two firms."""
    system = replace(make_system(), weighting=Weighting.ENTROPY)
    with pytest.raises(EvaluationError, match="2 firms have every figure"):
        weights_of(system, points_of(make_figures(system, [[1, 2, 3], [3, 2, 1], [1, None, 3]]), system))


def test_a_consistent_judgement_gives_its_own_weights(make_system, make_figures):
    """4 : 2 : 1 compared without contradiction gives 4/7, 2/7, 1/7 and a ratio of nothing."""
    groups = dict.fromkeys("abc")
    system = make_system()
    indicators = tuple(replace(each, group=name) for each, name in zip(system.indicators, groups, strict=True))
    judged = (Comparison("a", "b", 2), Comparison("a", "c", 4), Comparison("b", "c", 2))
    system = replace(system, groups=groups, indicators=indicators, comparisons=judged, weighting=Weighting.AHP)
    found = weights_of(system, points_of(make_figures(system, [[1, 2, 3]]), system))
    assert np.abs(found.values / ONE - np.array([4, 2, 1]) / 7).max() < 1e-8
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    # a over b, b over c, c over a: a circle.
    judged = (Comparison("a", "b", 9), Comparison("b", "c", 9), Comparison("c", "a", 9))
    with pytest.raises(EvaluationError, match=r"contradict each other \(consistency ratio") as fault:
        weights_of(replace(system, comparisons=judged), points_of(make_figures(system, [[1, 2, 3]]), system))
    assert "\n" not in str(fault.value)
