"""The file of a frozen contest: canonical JSON out, checked JSON in, and the replay that must give the same bytes.

Canonical means: keys sorted, no spaces, UTF-8 as it is, no number but whole ones and the scales of the system as
Python writes them, one line feed at the end. ``sha256`` is that of the same text without that field.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import numpy as np

from qilian.documents import Document, Value, read_bytes, shaped
from qilian.evaluation.contest import Appeal, Contest, weights_from
from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.figures import Figures, write_figure
from qilian.evaluation.intervals import Drawing
from qilian.evaluation.scoring import Scores, score
from qilian.evaluation.system_data import system_to_data
from qilian.evaluation.systems import read_system

MAX_BYTES = 400_000_000


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of computing a contest again from its own file.

    Attributes
    ----------
    intact
        Whether the SHA-256 in the file is that of its text.
    same
        Whether the file that results is the same, byte for byte.
    text
        The file that results.
    """

    contest: Contest
    intact: bool
    same: bool
    text: str


def contest_text(contest: Contest) -> str:
    """Return the file of a contest."""
    data = contest_to_data(contest)
    return canonical({**data, "sha256": _hash(data)}) + "\n"


def contest_hash(contest: Contest) -> str:
    """Return the SHA-256 that the file of a contest carries."""
    return _hash(contest_to_data(contest))


def read_contest(path: Path) -> Contest:
    """Read the file of a contest; its result is computed anew.

    Raises
    ------
    QilianError
        If it is no such file, or was changed after it was frozen.
    """
    replayed = replay(path)
    if not replayed.intact:
        what = "changed after it was frozen: its SHA-256 is another"
        raise EvaluationError(what, where=path.name, mend="restore the file, or correct it by an appeal")
    return replayed.contest


def replay(path: Path) -> Replay:
    """Compute a contest again from its file alone.

    Raises
    ------
    QilianError
        If it is not the file of a contest.
    """
    return replay_bytes(read_bytes(path, MAX_BYTES), path)


def replay_bytes(data: bytes, path: Path) -> Replay:
    """Compute a contest again from the bytes of its file, which has that path; errors as in :func:`replay`."""
    value = _json(data, path)
    document = Document(path, value, {})
    contest = _contest(document)
    stated = value.pop("sha256") if isinstance(value, dict) else None
    text = contest_text(contest)
    return Replay(contest, stated == _hash(value), text.encode() == data, text)


def contest_to_data(contest: Contest) -> dict[str, object]:
    """Return a contest as plain values, without its SHA-256."""
    ratio = contest.weights.consistency_ratio
    return {
        "format": "qilian-contest/1",
        "id": contest.id,
        "period": contest.period,
        "frozen": contest.frozen.isoformat(),
        "corrects": contest.corrects,
        "system": system_to_data(contest.system),
        "weights": {
            name: plain(Decimal(weight).scaleb(-9))
            for name, weight in zip(contest.system.ids, contest.weights.values.tolist(), strict=True)
        },
        "consistency_ratio": None if ratio is None else f"{ratio:.6f}",
        "drawing": {
            "draws": contest.drawing.draws,
            "level": write_figure(contest.drawing.level),
            "seed": contest.drawing.seed,
        },
        "figures": [
            {
                "id": firm,
                "name": name,
                "values": dict(zip(contest.figures.indicators, map(write_figure, row), strict=True)),
            }
            for firm, name, row in zip(
                contest.figures.ids, contest.figures.names, contest.figures.values.tolist(), strict=True
            )
        ],
        "appeals": [_appeal_to_data(each) for each in contest.appeals],
        "versions": dict(contest.versions),
        "result": standings_to_data(contest.scores),
    }


def standings_to_data(scores: Scores) -> list[dict[str, object]]:
    """Return the standings, best first, scores as exact decimals."""
    return [
        {
            "id": each.id,
            "name": each.name,
            "rank": each.rank,
            "interval": [each.best_rank, each.worst_rank],
            "score": plain(each.score),
            "score_at_best": plain(each.score_at_best),
            "missing": list(each.missing),
        }
        for each in scores.ranked
    ]


def canonical(data: object) -> str:
    """Return plain values as canonical JSON."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def plain(number: Decimal) -> str:
    """Return a number in plain decimals without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _appeal_to_data(appeal: Appeal) -> dict[str, object]:
    return {
        "id": appeal.id,
        "firm": appeal.firm,
        "indicator": appeal.indicator,
        "raised": appeal.raised.isoformat(),
        "decided": appeal.decided.isoformat(),
        "outcome": appeal.outcome,
        "was": write_figure(appeal.was),
        "now": write_figure(appeal.now),
        "reason": appeal.reason,
    }


def _hash(data: object) -> str:
    return sha256(canonical(data).encode()).hexdigest()


def _json(data: bytes, path: Path) -> Value:
    def refuse(word: str) -> float:
        raise ValueError(f"{word} is not a number")

    try:
        value: Value = json.loads(data, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"not JSON ({error})", where=path.name, mend="name a frozen contest") from None
    return value


def _contest(document: Document) -> Contest:
    from qilian.evaluation.contest_door import ContestForm, figure

    if not isinstance(document.value, dict) or "format" not in document.value:
        raise EvaluationError("not a frozen contest", where=document.path.name, mend="name a qilian-contest/1 file")
    form = shaped(document, document.value, ContestForm)
    system = read_system(Document(document.path, document.value["system"], {}))
    for row in form.figures:
        if set(row.values) != set(system.ids):
            what = f"{row.id[:60]}: its figures are not those of the indicators"
            raise EvaluationError(what, where=document.path.name, mend="restore the file")
    values = [[figure(row.values[name]) for name in system.ids] for row in form.figures]
    figures = Figures(
        tuple(row.id for row in form.figures), tuple(row.name for row in form.figures), system.ids, np.array(values)
    )
    weights = weights_from(form.weights, form.consistency_ratio, system)
    drawing = Drawing(form.drawing.draws, float(form.drawing.level), form.drawing.seed, system.weights_spread)
    appeals = tuple(each.appeal() for each in form.appeals)
    scores = score(figures, system, drawing, weights=weights)
    versions = tuple(form.versions.items())
    return Contest(
        form.id, form.period, form.frozen, form.corrects, system, figures, weights, drawing, appeals, versions, scores
    )
