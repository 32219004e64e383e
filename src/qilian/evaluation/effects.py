"""Whether a programme had an effect: firms that took part against firms that did not, before and after.

In comes a panel of figures; out comes the difference in differences with its interval, or that it cannot be told, and
why. Each firm counts once, by its mean before and its mean after, so that figures of one firm that follow each other
prove nothing (Bertrand, Duflo and Mullainathan 2004). The interval holds all effects that a permutation test of the
studentised difference does not refuse (Fisher 1935; Chung and Romano 2013): no normal distribution is assumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from qilian.evaluation.errors import EvaluationError
from qilian.text import Text

FEWEST = 5
"""Firms on each side: with fewer, too few ways to share out the programme exist for any doubt to be small."""

PERMUTATIONS = 2000
_HALVINGS = 40
_DRIFT = 0.1

Floats = npt.NDArray[np.float64]


class Verdict(StrEnum):
    """What can be said."""

    EFFECT = "effect"
    """The interval leaves nothing out."""
    NONE_SHOWN = "none_shown"
    """The interval holds nothing, too: an effect may be there, but it is not shown."""
    UNKNOWN = "cannot_be_told"


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one firm at the end of one period."""

    firm: str
    period: str
    treated: bool
    value: float


@dataclass(frozen=True, slots=True)
class Side:
    """Firms that took part, or did not: how many, and the means of their means."""

    firms: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a programme changed.

    Attributes
    ----------
    estimate, low, high
        Change of those who took part less the change of the others, and its interval; None where it cannot be told.
    p_value
        How often chance alone would look like this or more so.
    drift_p_value
        The same of the difference in slopes before; None where one period before is all there is.
    reasons
        Why it cannot be told; empty where it can.
    caveats
        What to know when reading it.
    """

    verdict: Verdict
    level: float
    took_part: Side | None = None
    others: Side | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    drift_p_value: float | None = None
    reasons: tuple[Text, ...] = ()
    caveats: tuple[Text, ...] = ()


def effect(observations: Sequence[Observation], start: str, *, level: float = 0.9, seed: int = 1) -> Effect:
    """Compare firms that took part from ``start`` on with firms that did not.

    Parameters
    ----------
    start
        The first period with the programme; periods are compared as they are written, all of one kind.
    level
        Of the interval.

    Raises
    ------
    EvaluationError
        If a firm is on both sides or has two figures for a period, or the start is a period of another kind.
    """
    if not 0.5 <= level < 1:
        raise EvaluationError(f"an interval at {level:g}", mend="between 0.5 and 1, e.g. 0.9")
    if any(len(each.period) != len(start) for each in observations):
        raise EvaluationError(f"{start}: a period of another kind than those of the figures", mend="write it like them")
    panel = _panel(observations)
    before = {firm: [value for period, value in figures.items() if period < start] for firm, figures in panel.items()}
    after = {firm: [value for period, value in figures.items() if period >= start] for firm, figures in panel.items()}
    sides = {each.firm: each.treated for each in observations}
    whole = sorted(firm for firm in panel if before[firm] and after[firm])
    reasons = _reasons(sides, whole, before, after)
    if reasons:
        return Effect(Verdict.UNKNOWN, level, reasons=reasons)
    treated = np.array([sides[firm] for firm in whole])
    first = np.array([np.mean(before[firm]) for firm in whole])
    second = np.array([np.mean(after[firm]) for firm in whole])
    took_part, others = (
        Side(int(on.sum()), float(first[on].mean()), float(second[on].mean())) for on in (treated, ~treated)
    )
    labels = _labels(treated, seed)
    drift = _drift(panel, whole, treated, start, labels)
    if drift is not None and drift < _DRIFT:
        said = Text(
            f"实施前两组走势已不同（p = {drift:.3f}）", f"the two moved differently before it began (p = {drift:.3f})"
        )
        return Effect(Verdict.UNKNOWN, level, took_part, others, drift_p_value=drift, reasons=(said,))
    change = second - first
    estimate = float(change[treated].mean() - change[~treated].mean())
    low, high = _interval(change, treated, labels, estimate, level)
    verdict = Verdict.NONE_SHOWN if low <= 0 <= high else Verdict.EFFECT
    caveats = _caveats(panel, whole, drift)
    p_value = _p_value(change, treated, labels, 0.0)
    return Effect(verdict, level, took_part, others, estimate, low, high, p_value, drift, (), caveats)


def _side(on: npt.NDArray[np.bool_], first: Floats, second: Floats) -> Side:
    return Side(int(on.sum()), float(first[on].mean()), float(second[on].mean()))


def _panel(observations: Sequence[Observation]) -> dict[str, dict[str, float]]:
    panel: dict[str, dict[str, float]] = {}
    sides: dict[str, bool] = {}
    for each in observations:
        if sides.setdefault(each.firm, each.treated) != each.treated:
            what = f"{each.firm}: took part and did not"
            raise EvaluationError(what, mend="treated says whether a firm ever took part: the same in all its rows")
        figures = panel.setdefault(each.firm, {})
        if each.period in figures:
            raise EvaluationError(f"{each.firm}: two figures for {each.period}", mend="keep one of the two")
        figures[each.period] = each.value
    # Figures that are missing are left out only now: two rows for a period are a fault, whatever they hold.
    return {
        firm: {period: value for period, value in sorted(row.items()) if value == value} for firm, row in panel.items()
    }


def _reasons(
    sides: dict[str, bool], whole: list[str], before: dict[str, list[float]], after: dict[str, list[float]]
) -> tuple[Text, ...]:
    found: list[Text] = []
    if not any(before.values()):
        found.append(Text("没有实施前的数值", "no figure from before it began"))
    if not any(after.values()):
        found.append(Text("没有实施后的数值", "no figure from after it began"))
    for on, zh, en in ((True, "参与", "took part"), (False, "未参与（对照）", "did not take part, to compare with")):
        firms = sum(sides[firm] is on for firm in whole)
        if not any(side is on for side in sides.values()):
            found.append(Text(f"没有{zh}的企业", f"no firm that {en}"))
        elif firms < FEWEST:
            found.append(
                Text(
                    f"{zh}且前后都有数值的企业只有 {firms} 家，至少要 {FEWEST} 家",
                    f"{firms} firms that {en} have figures before and after; at least {FEWEST} are needed",
                )
            )
    return tuple(found)


def _caveats(panel: dict[str, dict[str, float]], whole: list[str], drift: float | None) -> tuple[Text, ...]:
    found = []
    if drift is None:
        found.append(
            Text(
                "实施前可比的期数不足，无法检验两组此前走势是否一致",
                "too little from before to check whether the two moved alike then",
            )
        )
    else:
        found.append(
            Text(
                "此前走势未见差异，并不证明没有差异",
                "that no other course was seen before is no proof of the same course",
            )
        )
    dropped = len(panel) - len(whole)
    if dropped:
        found.append(
            Text(
                f"{dropped} 家缺前期或后期数值，未计入",
                f"{dropped} firms lack figures before or after and do not count",
            )
        )
    found.append(
        Text(
            "对照企业若也受其影响，效果会被低估",
            "if it also helped the firms compared with, the effect is underestimated",
        )
    )
    return tuple(found)


def _labels(treated: npt.NDArray[np.bool_], seed: int) -> Floats:
    """Return ways to share out the programme, a row each, the real one first: each one as likely as any other."""
    chance = np.random.default_rng(seed)
    rows = [treated, *(chance.permutation(treated) for _ in range(PERMUTATIONS - 1))]
    return np.array(rows, dtype=np.float64)


def _statistics(values: Floats, labels: Floats) -> Floats:
    """Return the difference of means over its standard error (unequal variances), for each way to share out."""
    count = labels.sum(axis=1)
    rest = len(values) - count
    one, all_one = labels @ values, values.sum()
    two, all_two = labels @ np.square(values), np.square(values).sum()
    mean, other = one / count, (all_one - one) / rest
    spread = np.maximum(two / count - mean**2, 0) / (count - 1)
    spread += np.maximum((all_two - two) / rest - other**2, 0) / (rest - 1)
    # All values alike on both sides: the difference is either nothing or beyond all doubt.
    difference = mean - other
    sure = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    return np.asarray(np.divide(difference, np.sqrt(spread), out=sure, where=spread > 1e-18 * (1 + all_two)))


def _p_value(change: Floats, treated: npt.NDArray[np.bool_], labels: Floats, supposed: float) -> float:
    """Return how often the difference would be as large if the effect were the supposed one."""
    found = np.abs(_statistics(change - supposed * treated, labels))
    return float((found >= found[0] * (1 - 1e-9)).mean())


def _interval(
    change: Floats, treated: npt.NDArray[np.bool_], labels: Floats, estimate: float, level: float
) -> tuple[float, float]:
    """Return the effects on both sides of the estimate from which on they are refused."""
    refused = 1 - level
    width = float(np.ptp(change)) + abs(estimate) + 1e-12
    ends = []
    for side in (-1.0, 1.0):
        inside, outside = 0.0, width
        while _p_value(change, treated, labels, estimate + side * outside) > refused and outside < width * 1e6:
            outside *= 2
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            if _p_value(change, treated, labels, estimate + side * middle) > refused:
                inside = middle
            else:
                outside = middle
        ends.append(estimate + side * outside)
    return ends[0], ends[1]


def _drift(
    panel: dict[str, dict[str, float]], whole: list[str], treated: npt.NDArray[np.bool_], start: str, labels: Floats
) -> float | None:
    """Test whether the two sides moved differently before: each firm's slope over the periods before the start."""
    periods = sorted({period for firm in whole for period in panel[firm] if period < start})
    if len(periods) < 2:
        return None
    slopes, have = [], []
    for firm in whole:
        points = [(place, panel[firm][period]) for place, period in enumerate(periods) if period in panel[firm]]
        have.append(len(points) > 1)
        if have[-1]:
            places, values = np.array(points, dtype=np.float64).T
            slopes.append(float(np.polyfit(places, values, 1)[0]))
    on = treated[have]
    if min(on.sum(), (~on).sum()) < FEWEST:
        return None
    return _p_value(np.array(slopes), on, labels if all(have) else _labels(on, 1), 0.0)
