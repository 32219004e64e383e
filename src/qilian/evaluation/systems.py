"""Indicator systems as content: what is measured, which way is better, what is aimed at, and how much it counts.

In comes one YAML document of a pack's ``indicators`` folder; out goes a frozen :class:`IndicatorSystem`. The scale of
an indicator says which figure is worth nothing and which is worth full marks, so that a score does not move because
somebody else's figures did; ``scale: field`` takes the worst and best of those compared instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from qilian.documents import Document, shaped
from qilian.evaluation.errors import EvaluationError
from qilian.product import Confidence
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.evaluation.systems_door import IndicatorForm, SystemForm

MOST_COMPARED = 15
"""The size up to which random indices of consistency are published; see Tummala and Ling 1998."""


class Direction(StrEnum):
    """Which figures are better."""

    MORE = "more"
    LESS = "less"
    RANGE = "range"


class Method(StrEnum):
    """How points become a score."""

    WEIGHTED_SUM = "weighted_sum"
    TOPSIS = "topsis"


class Missing(StrEnum):
    """What is done where a figure is missing; each is told with the score."""

    EXCLUDE = "exclude"
    """The indicator does not count for that firm; the others share its weight."""
    WORST = "worst"
    """It counts as the worst figure."""
    BOUNDS = "bounds"
    """It counts as the worst figure, and the interval reaches to what the best would give."""
    REFUSE = "refuse"
    """Nothing is scored until it is there."""


class Weighting(StrEnum):
    """Where weights come from."""

    GIVEN = "given"
    EQUAL = "equal"
    ENTROPY = "entropy"
    CRITIC = "critic"
    AHP = "ahp"


@dataclass(frozen=True, slots=True)
class Scale:
    """Which figures are worth nothing and which are worth full marks, in the unit of the indicator.

    Attributes
    ----------
    low_zero, low_full
        The ramp on the way up: nothing at ``low_zero``, full marks from ``low_full`` on; None where there is none.
    high_full, high_zero
        The ramp on the way down: full marks up to ``high_full``, nothing from ``high_zero`` on; None likewise.
    """

    low_zero: float | None = None
    low_full: float | None = None
    high_full: float | None = None
    high_zero: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at: at a level (``firm``, ``district``, ``city``, ``province``), by the end of a period.

    Attributes
    ----------
    baseline_period, baseline
        Where the way to the target starts: the figure at the end of an earlier period; None where nobody knows it.
    """

    level: str
    period: str
    value: float
    baseline_period: str | None = None
    baseline: float | None = None


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Where the figures come from: ``typed``, ``imported`` or ``computed`` by the portal's computation of that name."""

    kind: str
    computation: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is measured.

    Attributes
    ----------
    scale
        None where the worst and the best of those compared set it.
    relative_uncertainty, absolute_uncertainty
        Standard uncertainty of a figure, as a share of it and in its unit; both add in square.
    weight
        Relative to its group's others (by AHP) or to all (given).
    """

    id: str
    group: str
    title: Text
    definition: Text
    unit: Text
    direction: Direction
    scale: Scale | None
    frequency: str
    source: FigureSource
    relative_uncertainty: float
    absolute_uncertainty: float
    weight: float
    targets: tuple[Target, ...]
    sources: tuple[str, ...]
    confidence: Confidence
    note: Text

    def target(self, level: str, period: str) -> Target | None:
        """Return what is aimed at on a level by the end of a period, or None."""
        return next((each for each in self.targets if (each.level, each.period) == (level, period)), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A judgement on Saaty's scale from 1 to 9: ``first`` counts ``times`` as much as ``second``."""

    first: str
    second: str
    times: int


@dataclass(frozen=True, slots=True)
class IndicatorSystem:
    """Indicators that make one score.

    Attributes
    ----------
    weights_spread
        How unsure the weights are: the standard deviation of an average weight, as a share of it.
    sample
        True where figures or targets are invented.
    """

    id: str
    version: str
    title: Text
    method: Method
    missing: Missing
    weighting: Weighting
    weights_spread: float
    comparisons: tuple[Comparison, ...]
    groups: Mapping[str, Text] = field(hash=False)
    indicators: tuple[Indicator, ...]
    sample: bool
    note: Text

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the indicators, in order."""
        return tuple(each.id for each in self.indicators)

    def indicator(self, indicator_id: str) -> Indicator:
        """Return the indicator with that id.

        Raises
        ------
        EvaluationError
            If there is none.
        """
        for each in self.indicators:
            if each.id == indicator_id:
                return each
        raise EvaluationError(f"{indicator_id[:60]}: no indicator of {self.id}", mend=f"one of {', '.join(self.ids)}")


def read_system(document: Document) -> IndicatorSystem:
    """Read one indicator system.

    Raises
    ------
    QilianError
        For the first entry that is not well formed or names what does not exist, with file and line.
    """
    from qilian.evaluation.systems_door import SystemForm

    form = shaped(document, document.value, SystemForm)
    groups = {each.id: each.title for each in form.groups}
    _refuse_doubles(document, "groups", [each.id for each in form.groups])
    _refuse_doubles(document, "indicators", [each.id for each in form.indicators])
    for index, indicator in enumerate(form.indicators):
        if indicator.group not in groups:
            where = document.where(("indicators", index, "group"))
            raise EvaluationError(f"{indicator.group}: no such group", where=where, mend=f"one of {', '.join(groups)}")
    for group in groups:
        if not any(each.group == group for each in form.indicators):
            raise EvaluationError(f"{group}: a group without indicators", where=document.where(("groups",)))
    return IndicatorSystem(
        id=form.id,
        version=form.version,
        title=form.title,
        method=Method(form.method),
        missing=Missing(form.missing),
        weighting=Weighting(form.weights.method),
        weights_spread=form.weights.spread,
        comparisons=_comparisons(form, document),
        groups=groups,
        indicators=tuple(_indicator(each) for each in form.indicators),
        sample=form.sample,
        note=form.note,
    )


def _indicator(form: "IndicatorForm") -> Indicator:
    return Indicator(
        id=form.id,
        group=form.group,
        title=form.title,
        definition=form.definition,
        unit=form.unit,
        direction=Direction(form.direction),
        scale=form.scale_of(),
        frequency=form.frequency,
        source=FigureSource(form.source.kind, form.source.computation),
        relative_uncertainty=form.uncertainty.relative,
        absolute_uncertainty=form.uncertainty.absolute,
        weight=form.weight,
        targets=tuple(
            Target(
                each.level,
                each.period,
                each.value,
                each.baseline.period if each.baseline else None,
                each.baseline.value if each.baseline else None,
            )
            for each in form.targets
        ),
        sources=tuple(form.sources),
        confidence=form.confidence,
        note=form.note,
    )


def _comparisons(form: "SystemForm", document: Document) -> tuple[Comparison, ...]:
    """Read the judgements of an AHP, of which each pair of groups needs exactly one."""
    groups = [each.id for each in form.groups]
    trail = ("weights", "comparisons")
    if Weighting(form.weights.method) is not Weighting.AHP:
        if form.weights.comparisons:
            where = document.where(trail)
            raise EvaluationError("comparisons without ahp", where=where, mend="write method: ahp or remove them")
        return ()
    if len(groups) > MOST_COMPARED:
        what = f"{len(groups)} groups to compare in pairs"
        raise EvaluationError(what, where=document.where(("groups",)), mend=f"at most {MOST_COMPARED}")
    seen: set[frozenset[str]] = set()
    for index, (first, second, _) in enumerate(form.weights.comparisons):
        where = document.where((*trail, index))
        for name in (first, second):
            if name not in groups:
                raise EvaluationError(f"{name}: no such group", where=where, mend=f"one of {', '.join(groups)}")
        if first == second or frozenset((first, second)) in seen:
            raise EvaluationError(f"{first} and {second}: compared twice or with itself", where=where)
        seen.add(frozenset((first, second)))
    for place, first in enumerate(groups):
        for second in groups[place + 1 :]:
            if frozenset((first, second)) not in seen:
                what = f"{first} and {second} are not compared"
                raise EvaluationError(what, where=document.where(trail), mend=f"add [{first}, {second}, TIMES]")
    return tuple(Comparison(*each) for each in form.weights.comparisons)


def _refuse_doubles(document: Document, name: str, ids: list[str]) -> None:
    for place, each in enumerate(ids):
        if each in ids[:place]:
            where = document.where((name, place, "id"))
            raise EvaluationError(f"{each}: defined twice", where=where, mend="rename one")
