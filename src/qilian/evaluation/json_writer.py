"""Scores, differences and moves as plain values for JSON; numbers that are exact are decimal strings."""

from collections.abc import Iterable
from decimal import Decimal

from qilian.evaluation.contest_file import plain, standings_to_data
from qilian.evaluation.differing import Difference
from qilian.evaluation.moves import Move
from qilian.evaluation.scoring import Scores, Standing


def scores_to_data(scores: Scores) -> dict[str, object]:
    """Return ``qilian-scores/1``: standings best first, weights, draws, and what was missing with what was done."""
    ratio = scores.weights.consistency_ratio
    return {
        "format": "qilian-scores/1",
        "system": scores.system.id,
        "version": scores.system.version,
        "sample": scores.system.sample,
        "method": scores.system.method.value,
        "weighting": scores.system.weighting.value,
        "consistency_ratio": None if ratio is None else round(ratio, 6),
        "weighed_on": scores.weights.complete,
        "weights": {
            name: plain(Decimal(weight).scaleb(-9))
            for name, weight in zip(scores.system.ids, scores.weights.values.tolist(), strict=True)
        },
        "interval": {"draws": scores.drawing.draws, "level": scores.drawing.level, "seed": scores.drawing.seed},
        "missing": {"done": scores.system.missing.value, "figures": scores.missing},
        "standings": standings_to_data(scores),
    }


def difference_to_data(difference: Difference) -> dict[str, object]:
    """Return ``qilian-contest-difference/1``: changed inputs by their place in the file, firms that moved, appeals."""
    return {
        "format": "qilian-contest-difference/1",
        "inputs": [{"path": each.path, "before": each.before, "after": each.after} for each in difference.inputs],
        "appeals": list(difference.appeals),
        "moved": [
            {"id": each.id, "before": _standing(each.before), "after": _standing(each.after)}
            for each in difference.moved
        ],
    }


def moves_to_data(moves: Iterable[Move]) -> list[dict[str, object]]:
    """Return what moved each score; ``by_figure`` and ``by_weight`` of all parts add up to the change exactly."""
    return [
        {
            "id": move.id,
            "before": plain(move.before),
            "after": plain(move.after),
            "change": plain(move.after - move.before),
            "parts": [
                {
                    "indicator": part.indicator,
                    "by_figure": plain(part.by_figure),
                    "by_weight": plain(part.by_weight),
                    "missing": part.missing or None,
                }
                for part in move.parts
                if part.total or part.by_figure or part.missing
            ],
        }
        for move in moves
    ]


def _standing(standing: Standing | None) -> dict[str, object] | None:
    if standing is None:
        return None
    return {
        "rank": standing.rank,
        "interval": [standing.best_rank, standing.worst_rank],
        "score": plain(standing.score),
        "missing": list(standing.missing),
    }
