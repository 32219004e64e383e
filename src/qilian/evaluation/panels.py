"""Figures over time as CSV: panels (``id,period,treated,value``) and histories (``indicator,period,value``)."""

from pathlib import Path

from qilian.evaluation.effects import Observation
from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.figures import read_figure, read_rows
from qilian.evaluation.periods import checked_period
from qilian.evaluation.systems import IndicatorSystem

_TREATED = {"yes": True, "1": True, "是": True, "no": False, "0": False, "否": False}


def read_panel(path: Path) -> tuple[Observation, ...]:
    """Read a panel; ``treated`` is yes or no (是, 否) and says whether the firm ever took part.

    Raises
    ------
    QilianError
        For the first row that cannot be used, with file and line.
    """
    found = []
    for where, (firm, period, treated, value) in _cells(path, ("id", "period", "treated", "value")):
        if treated.lower() not in _TREATED:
            raise EvaluationError(f"treated: {treated[:40]}: neither yes nor no", where=where, mend="write yes or no")
        if not firm:
            raise EvaluationError("a row without id", where=where, mend="give it one")
        figure = read_figure(value, where, "value")
        found.append(Observation(firm, _period(period, where), _TREATED[treated.lower()], figure))
    kinds = {len(each.period) for each in found}
    if len(kinds) > 1:
        raise EvaluationError("periods of several kinds", where=path.name, mend="write all as quarters, say")
    return tuple(found)


def read_history(path: Path, system: IndicatorSystem) -> dict[str, dict[str, float]]:
    """Read figures by indicator and period; errors as in :func:`read_panel`."""
    found: dict[str, dict[str, float]] = {}
    for where, (name, period, value) in _cells(path, ("indicator", "period", "value")):
        if name not in system.ids:
            what = f"{name[:60]}: no indicator of {system.id}"
            raise EvaluationError(what, where=where, mend=f"one of {', '.join(system.ids)}")
        figures = found.setdefault(name, {})
        if period in figures:
            raise EvaluationError(f"{name}: two figures for {period}", where=where, mend="keep one of the two")
        figures[_period(period, where)] = read_figure(value, where, "value")
    return found


def _cells(path: Path, wanted: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    rows = read_rows(path)
    head = rows[0][1]
    if sorted(head) != sorted(wanted):
        what = f"columns {', '.join(head)[:100]}"
        raise EvaluationError(what, where=f"{path.name} line {rows[0][0]}", mend=f"write {','.join(wanted)}")
    places = [head.index(name) for name in wanted]
    return [(f"{path.name} line {line}", [row[place] for place in places]) for line, row in rows[1:]]


def _period(text: str, where: str) -> str:
    try:
        return checked_period(text)
    except ValueError as error:
        raise EvaluationError(str(error), where=where) from None
