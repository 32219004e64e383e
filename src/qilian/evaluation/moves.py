"""What moved a score between two periods: in come both scorings, out comes what each indicator added, exactly.

A weighted sum changes by Δ(w·v) for each indicator; it is split evenly between the two orders in which weight and
value can have changed (Shapley 1953), w̄·Δv for the figure and v̄·Δw for the weight, w̄ and v̄ the means of both
periods. The parts add up to the change, to the last digit.
"""

from dataclasses import dataclass
from decimal import Decimal

from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.scoring import Scores, as_score
from qilian.evaluation.systems import Method

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator added to a score, in points of 100.

    Attributes
    ----------
    by_figure, by_weight
        Because the figure is worth more or less; because the indicator counts more or less for this firm.
    missing
        ``before``, ``after``, ``both`` or nothing: when its figure is missing.
    """

    indicator: str
    by_figure: Decimal
    by_weight: Decimal
    missing: str = ""

    @property
    def total(self) -> Decimal:
        """What it added in all."""
        return self.by_figure + self.by_weight


@dataclass(frozen=True, slots=True)
class Move:
    """How a firm's score changed, and by what; ``parts`` add up to ``after - before``."""

    id: str
    name: str
    before: Decimal
    after: Decimal
    parts: tuple[Part, ...]


def moves(before: Scores, after: Scores) -> tuple[Move, ...]:
    """Return what moved the score of every firm that both scorings have, in the order of the second.

    Raises
    ------
    EvaluationError
        If the score is no sum, the indicators are others, or a scale is set by the field: then a score moves with
        other firms' figures, and no part of it is the indicator's own.
    """
    for scores in (before, after):
        if scores.system.method is not Method.WEIGHTED_SUM:
            raise EvaluationError(f"{scores.system.id}: {scores.system.method.value} is no sum of parts",
                                  mend="take a system with method: weighted_sum")  # fmt: skip
        for indicator in scores.system.indicators:
            if indicator.scale is None:
                what = f"{indicator.id}: its scale is set by the field, so others move it, too"
                raise EvaluationError(what, mend="give the scale figures for zero and full")
    if before.system.ids != after.system.ids:
        raise EvaluationError("the two have other indicators", mend="compare within one system")
    rows = {each.id: row for row, each in enumerate(before.standings)}
    return tuple(
        _move(before, rows[each.id], after, row) for row, each in enumerate(after.standings) if each.id in rows
    )


def _move(before: Scores, then: int, after: Scores, now: int) -> Move:
    old, new = before.standings[then], after.standings[now]
    parts = []
    for column, indicator in enumerate(after.system.ids):
        value, weight = int(before.points.values[then, column]), int(before.own_weights[then, column])
        value_now, weight_now = int(after.points.values[now, column]), int(after.own_weights[now, column])
        gone = (bool(before.points.missing[then, column]), bool(after.points.missing[now, column]))
        parts.append(
            Part(
                indicator,
                as_score((weight + weight_now) * (value_now - value)) * _HALF,
                as_score((value + value_now) * (weight_now - weight)) * _HALF,
                {(True, True): "both", (True, False): "before", (False, True): "after"}.get(gone, ""),
            )
        )
    return Move(new.id, new.name, old.score, new.score, tuple(parts))
