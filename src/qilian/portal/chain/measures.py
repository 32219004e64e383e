"""What a node is coloured by: coverage, how much hangs on it, makers, laboratories.

Each is a figure with a level from 0, the worst, to 4, the best.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qilian.chain import PRIORITIES, Capacity, Chain, Node, coverage, criticality

NONE = "none"
"""The level of a node that a measure says nothing of."""


@dataclass(frozen=True, slots=True)
class Row:
    """A node with its figures.

    Attributes
    ----------
    share
        Of all ways from material to machine, the part that passes it.
    makers, invented
        Known makers, and how many of them are samples.
    laboratories, figure, points, whole
        Laboratories that can do a test of one of its control points; coverage; its points, and how many can be tested
        whole. The first two are None where it has no points.
    urgent
        Its points of high, medium and low action priority.
    """

    node: Node
    share: float
    makers: int
    invented: int
    laboratories: int | None
    figure: float | None
    points: int
    whole: int
    urgent: tuple[int, int, int]


def rows(known: Chain, able: Capacity) -> list[Row]:
    """Return all nodes with their figures, in the chain's order."""
    hanging = {each.node.id: each for each in criticality(known, able)}
    made = []
    for covered in coverage(known, able).nodes:
        critical = hanging[covered.node.id]
        priorities = [point.priority for point in known.points_of(covered.node.id)]
        high, medium, low = (priorities.count(priority) for priority in PRIORITIES)
        made.append(
            Row(
                covered.node,
                critical.share,
                critical.makers,
                critical.invented,
                critical.laboratories,
                covered.figure,
                covered.points,
                covered.whole,
                (high, medium, low),
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Measure:
    """A way to colour.

    Attributes
    ----------
    figure
        The figure of a row; None where there is none.
    levels
        Levels with their least figure and their words, the smallest figure first.
    falls
        Whether a larger figure is the worse one.
    without
        The words of a row without a figure; empty where every row has one.
    """

    label: str | Promise
    figure: Callable[[Row], float | None]
    levels: tuple[tuple[int, float, str], ...]
    is_share: bool
    falls: bool = False
    without: str | Promise = ""

    def level(self, row: Row) -> str:
        """Return ``0`` to ``4``, or ``none``."""
        figure = self.figure(row)
        if figure is None:
            return NONE
        return str(next(level for level, least, _words in reversed(self.levels) if figure >= least))

    def said(self, row: Row) -> str:
        """Return the figure as it is shown."""
        figure = self.figure(row)
        if figure is None:
            return "–"
        if not self.is_share:
            return f"{figure:g}"
        return f"{figure:.1%}" if 0 < figure < 0.01 else f"{figure:.0%}"

    def worst_first(self, row: Row) -> tuple[bool, float]:
        """Return what rows are sorted by; who has no figure comes last."""
        figure = self.figure(row)
        return figure is None, 0.0 if figure is None else -figure if self.falls else figure


_WITHOUT = _("no control point")
MEASURES: Mapping[str, Measure] = {
    "share": Measure(
        _("How much hangs on it"),
        lambda row: row.share,
        ((4, 0.0, "< 1 %"), (3, 0.01, "1–5 %"), (2, 0.05, "5–10 %"), (1, 0.1, "10–20 %"), (0, 0.2, "≥ 20 %")),
        is_share=True,
        falls=True,
    ),
    "coverage": Measure(
        _("Coverage by laboratories"),
        lambda row: row.figure,
        ((0, 0.0, "0 %"), (1, 1e-9, "< 50 %"), (2, 0.5, "50–99 %"), (4, 1.0, "100 %")),
        is_share=True,
        without=_WITHOUT,
    ),
    "makers": Measure(
        _("Known makers"),
        lambda row: row.makers,
        ((0, 0, "0"), (1, 1, "1"), (2, 2, "2"), (4, 3, "≥ 3")),
        is_share=False,
    ),
    "laboratories": Measure(
        _("Laboratories that can test it"),
        lambda row: row.laboratories,
        ((0, 0, "0"), (1, 1, "1–2"), (2, 3, "3–9"), (4, 10, "≥ 10")),
        is_share=False,
        without=_WITHOUT,
    ),
}


def legend(measure: Measure) -> list[tuple[str, str | Promise]]:
    """Return the levels of a measure with their words, the worst first."""
    named: list[tuple[str, str | Promise]] = [(str(level), words) for level, _least, words in measure.levels]
    if measure.falls:
        named.reverse()
    return [*named, (NONE, measure.without)] if measure.without else named
