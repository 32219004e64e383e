"""Tables of figures: a row for each firm (or district, or project), a column for each indicator.

In comes a CSV file; out go :class:`Figures`. What is missing stays missing (NaN), it is never read as zero. A figure
has at most 15 significant digits, so that it is the same number when it is written again.
"""

import csv
import difflib
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qilian.documents import read_bytes
from qilian.evaluation.errors import EvaluationError
from qilian.evaluation.systems import IndicatorSystem

MAX_BYTES = 200_000_000
BLANK = frozenset({"", "-", "—", "/", "n/a", "N/A"})
"""What people write where they have no figure."""

_FIGURE = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})\Z", re.ASCII)
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured.

    Attributes
    ----------
    ids, names
        Of those compared, in the order of the table.
    indicators
        Ids of the columns.
    values
        ``len(ids) × len(indicators)``, in the units of the indicators; NaN where missing.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    indicators: tuple[str, ...]
    values: npt.NDArray[np.float64] = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.ids), len(self.indicators)) or len(self.names) != len(self.ids):
            raise EvaluationError(f"{self.values.shape} figures for {len(self.ids)} × {len(self.indicators)}")
        if not self.ids:
            raise EvaluationError("nobody to compare", mend="add a row")
        if len(set(self.ids)) < len(self.ids):
            double = Counter(self.ids).most_common(1)[0][0]
            raise EvaluationError(f"{double}: two rows", mend="keep one of the two")
        if np.isinf(self.values).any():
            raise EvaluationError("an infinite figure", mend="leave it empty if it is unknown")


def read_figures(path: Path, system: IndicatorSystem) -> Figures:
    """Read a CSV file with the columns ``id``, ``name`` and every indicator of ``system``, in any order.

    Raises
    ------
    QilianError
        For the first row or cell that cannot be used, with file, line and column.
    """
    return figures_from(read_bytes(path, MAX_BYTES), path.name, system)


def figures_from(data: bytes, name: str, system: IndicatorSystem) -> Figures:
    """Read a table from the bytes of a file of that name; errors as in :func:`read_figures`."""
    rows = rows_from(data, name)
    head = rows[0][1]
    wanted = ("id", "name", *system.ids)
    for column in head:
        if column not in wanted:
            near = difflib.get_close_matches(column[:60], wanted, n=1)
            mend = f"did you mean {near[0]}?" if near else "remove it"
            raise EvaluationError(f"{column[:60]}: no indicator of {system.id}", where=f"{name} line 1", mend=mend)
    absent = [each for each in wanted if each not in head]
    if absent:
        what = f"no column {', '.join(absent)}"
        raise EvaluationError(what, where=f"{name} line 1", mend="add it; leave cells empty where unknown")
    places = [head.index(each) for each in system.ids]
    ids, names, values = [], [], []
    first_line: dict[str, int] = {}
    for line, row in rows[1:]:
        where = f"{name} line {line}"
        firm = row[head.index("id")]
        if not firm:
            raise EvaluationError("a row without id", where=where, mend="give it one")
        if firm in first_line:
            what = f"{firm[:60]}: written twice (line {first_line[firm]})"
            raise EvaluationError(what, where=where, mend="keep one of the two")
        first_line[firm] = line
        ids.append(firm)
        names.append(row[head.index("name")] or firm)
        values.append([read_figure(row[place], where, head[place]) for place in places])
    return Figures(tuple(ids), tuple(names), system.ids, np.array(values, dtype=np.float64).reshape(len(ids), -1))


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Read the rows of a CSV file; errors as in :func:`rows_from`."""
    return rows_from(read_bytes(path, MAX_BYTES), path.name)


def rows_from(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Read the rows of CSV with their lines, the head first; comment lines (``#``) and empty rows are left out.

    Raises
    ------
    QilianError
        If it is not CSV in UTF-8, has no rows, a doubled column, or a row of another length than the head.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvaluationError(f"not UTF-8 text (byte {error.start})", where=name, mend="save it as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise EvaluationError(f"not CSV ({error})", where=f"{name} line {reader.line_num}") from None
    if len(rows) < 2:
        raise EvaluationError("no rows", where=name, mend="write a head and a row for each firm")
    head = rows[0][1]
    for place, column in enumerate(head):
        if not column or column in head[:place]:
            what = f"{column[:60]}: twice" if column else "a column without name"
            raise EvaluationError(what, where=f"{name} line {rows[0][0]}", mend="name every column once")
    for line, cells in rows[1:]:
        if len(cells) != len(head):
            what = f"{len(cells)} cells where the head has {len(head)}"
            raise EvaluationError(what, where=f"{name} line {line}", mend="one cell for each column")
    return rows


def read_figure(text: str, where: str, column: str) -> float:
    """Return what a cell says, NaN where it says that there is no figure.

    Raises
    ------
    EvaluationError
        If it is not a plain decimal number of at most 15 digits.
    """
    if text in BLANK:
        return float("nan")
    digits = sum(sign.isdigit() for sign in text.lstrip("+-0."))
    if not _FIGURE.match(text) or digits > _MOST_DIGITS:
        what = f"{column}: {text[:40]}: not a figure"
        raise EvaluationError(
            what, where=where, mend="a plain number such as 12.5, at most 15 digits, or leave it empty"
        )
    return float(text)


def write_figure(value: float) -> str | None:
    """Return a figure in plain decimals, the shortest that reads as the same number; None where it is missing."""
    if value != value:
        return None
    text = np.format_float_positional(value, trim="-")
    return "0" if text == "-0" else text
