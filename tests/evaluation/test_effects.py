"""Effects: found where there is one, not where there is none, and not told where the data do not allow it."""

import numpy as np
import pytest

from qilian.evaluation import EvaluationError, Observation, Verdict, effect, read_panel

BEFORE = ("2025-Q1", "2025-Q2", "2025-Q3")
AFTER = ("2026-Q1", "2026-Q2")
START = "2026-Q1"


def panel(seed=0, took_part=12, others=15, shift=0.0, noise=1.0, drift=0.0, before=BEFORE, after=AFTER):
    """Return a made-up panel: a common trend, firms of their own level, and a shift of those who took part."""
    chance = np.random.default_rng(seed)
    rows = []
    for number in range(took_part + others):
        treated = number < took_part
        level = chance.normal(50, 10)
        for place, period in enumerate((*before, *after)):
            value = level + 2 * place + chance.normal(0, noise) + treated * drift * place
            rows.append(Observation(f"f{number}", period, treated, value + shift * (treated and period >= START)))
    return rows


def test_the_estimate_is_the_difference_of_the_differences():
    """By hand: those who took part rose by 7, the others by 2."""
    rows = []
    for number in range(10):
        treated = number < 5
        rows += [Observation(f"f{number}", "2025-Q4", treated, 10.0 + number)]
        rows += [Observation(f"f{number}", "2026-Q1", treated, 10.0 + number + (7 if treated else 2))]
    found = effect(rows, START)
    assert found.estimate == pytest.approx(5)
    assert found.low == pytest.approx(found.high) == pytest.approx(5, abs=1e-3)
    assert found.verdict is Verdict.EFFECT
    assert (found.took_part.before, found.took_part.after) == (12, 19)
    assert found.drift_p_value is None
    assert any("too little from before" in each.en for each in found.caveats)


def test_an_effect_is_found_where_there_is_one_whatever_its_sign():
    """Three standard deviations of the noise, either way."""
    for shift in (3.0, -3.0):
        found = effect(panel(shift=shift), START)
        assert found.verdict is Verdict.EFFECT
        assert found.low < found.estimate < found.high
        assert found.low <= shift <= found.high
        assert found.p_value < 0.01


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """80 %: over 120 panels between 70 % and 90 %, and nothing is shown in about as many where there is nothing."""
    covered = told = 0
    for seed in range(120):
        found = effect(panel(seed, 8, 10, shift=0.0, before=BEFORE[:1]), START, level=0.8, seed=seed)
        told += 1
        covered += found.low <= 0 <= found.high
        assert (found.verdict is Verdict.NONE_SHOWN) == (found.low <= 0 <= found.high)
    assert 0.7 <= covered / told <= 0.9


def test_the_interval_agrees_with_the_test():
    """It leaves out nothing exactly where the p-value is at most what is left."""
    for seed in range(20):
        found = effect(panel(seed, shift=0.7, before=BEFORE[:1]), START, level=0.9)
        assert (found.p_value <= 0.1) == (not found.low <= 0 <= found.high)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (panel(others=0), "no firm that did not take part"),
        (panel(took_part=0), "no firm that took part"),
        (panel(others=3), "3 firms that did not take part"),
        (panel(took_part=4), "4 firms that took part"),
        (panel(before=()), "no figure from before"),
        (panel(after=()), "no figure from after"),
        (panel(drift=2.0), "moved differently before"),
    ],
)
def test_where_data_do_not_allow_it_cannot_be_told_and_says_why(rows, words):
    """No number is given that nobody should read."""
    found = effect(rows, START)
    assert found.verdict is Verdict.UNKNOWN
    assert found.estimate is found.low is found.high is found.p_value is None
    assert any(words in each.en for each in found.reasons)
    assert all(each.zh for each in found.reasons)


def test_firms_without_a_before_or_an_after_do_not_count_and_are_counted():
    """Two lose their figures afterwards."""
    rows = [each for each in panel(shift=3) if not (each.firm in ("f0", "f20") and each.period >= START)]
    found = effect(rows, START)
    assert (found.took_part.firms, found.others.firms) == (11, 14)
    assert any(each.en.startswith("2 firms lack figures") for each in found.caveats)


def test_the_order_of_rows_changes_nothing():
    """The same firms, the other way round."""
    rows = panel(shift=1)
    assert effect(rows, START) == effect(rows[::-1], START)


@pytest.mark.parametrize(
    ("rows", "start", "words"),
    [
        ([*panel(), Observation("f0", "2026-Q2", True, 1.0)], START, "two figures for 2026-Q2"),
        ([*panel(), Observation("f0", "2026-Q3", False, 1.0)], START, "took part and did not"),
        (panel(), "2026", "another kind"),
    ],
)
def test_a_panel_that_contradicts_itself_is_refused(rows, start, words):
    """One line."""
    with pytest.raises(EvaluationError, match=words):
        effect(rows, start)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,period,treated\na,2026,yes\n", "write id,period,treated,value"),
        ("id,period,treated,value\na,2026,maybe,1\n", "neither yes nor no"),
        ("id,period,treated,value\na,26,yes,1\n", "not a period"),
        ("id,period,treated,value\na,2026,yes,x\n", "not a figure"),
        ("id,period,treated,value\n,2026,yes,1\n", "without id"),
        ("id,period,treated,value\na,2026,yes,1\na,2026-Q1,yes,1\n", "several kinds"),
    ],
)
def test_a_fault_in_a_panel_is_one_line(tmp_path, text, words):
    """With the file's name."""
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError) as fault:
        read_panel(path)
    assert words in str(fault.value)
    assert "p.csv" in str(fault.value)
