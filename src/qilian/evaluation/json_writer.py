"""What this room finds as plain values for JSON; numbers that are exact are decimal strings."""

from collections.abc import Iterable
from decimal import Decimal

from qilian.evaluation.contest_file import plain, standings_to_data
from qilian.evaluation.courses import Course
from qilian.evaluation.differing import Difference
from qilian.evaluation.effects import Effect, Side
from qilian.evaluation.moves import Move
from qilian.evaluation.scoring import Scores, Standing
from qilian.evaluation.tools import Offers, Toolbox
from qilian.text import Text


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


def course_to_data(course: Course) -> dict[str, object]:
    """Return where an indicator stands on its way to a target."""
    return {
        "indicator": course.indicator.id,
        "level": course.target.level,
        "period": course.target.period,
        "target": course.target.value,
        "baseline": course.target.baseline,
        "state": course.state.value,
        "gap": course.gap,
        "ahead": course.ahead,
        "steps": [{"period": each.period, "figure": each.figure, "expected": each.expected} for each in course.steps],
        "reason": _text(course.reason),
    }


def effect_to_data(effect: Effect) -> dict[str, object]:
    """Return ``qilian-effect/1``: the verdict, the estimate with its interval, and why or how to read it."""
    return {
        "format": "qilian-effect/1",
        "verdict": effect.verdict.value,
        "estimate": effect.estimate,
        "interval": None if effect.low is None else [effect.low, effect.high],
        "level": effect.level,
        "p_value": effect.p_value,
        "drift_p_value": effect.drift_p_value,
        "took_part": _side(effect.took_part),
        "others": _side(effect.others),
        "reasons": [_text(each) for each in effect.reasons],
        "caveats": [_text(each) for each in effect.caveats],
    }


def offers_to_data(offers: Offers, box: Toolbox) -> dict[str, object]:
    """Return ``qilian-tools/1``: each tool with whether it fits and why, and the questions that are open."""
    return {
        "format": "qilian-tools/1",
        "tools": [
            {
                "id": each.tool.id,
                "kind": each.tool.kind,
                "title": _text(each.tool.title),
                "gives": _text(each.tool.gives),
                "outcome": each.verdict.truth.value,
                "in_force": each.in_force,
                "because": list(each.verdict.because),
                "missing": list(each.verdict.missing),
                "sample": each.tool.sample,
                "confidence": each.tool.confidence,
            }
            for each in offers.offers
        ],
        "questions": [{"fact": name, "text": _text(box.facts[name].question)} for name in offers.questions],
    }


def _side(side: Side | None) -> dict[str, object] | None:
    return None if side is None else {"firms": side.firms, "before": side.before, "after": side.after}


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
