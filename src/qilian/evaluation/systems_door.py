"""The written form of an indicator system, as pydantic models; imported only when one is read."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from qilian.evaluation.periods import checked_period, period_end
from qilian.evaluation.systems import Scale
from qilian.product import Confidence
from qilian.product.door import AnyText, Form, FullText, Word
from qilian.text import Text

Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Pair = Annotated[tuple[Finite, Finite], Field(strict=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1e6)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
_NOTHING = Text("", "")


def _words(raw: object) -> object:
    """Take a year that stands as a bare number."""
    return str(raw) if type(raw) is int else raw


Period = Annotated[
    str,
    BeforeValidator(_words),
    AfterValidator(checked_period),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
]


class BaselineForm(Form):
    period: Period
    value: Finite


class TargetForm(Form):
    level: Literal["firm", "district", "city", "province"]
    period: Period
    value: Finite
    baseline: BaselineForm | None = None

    @model_validator(mode="after")
    def _onward(self) -> "TargetForm":
        if self.baseline and period_end(self.baseline.period) >= period_end(self.period):
            raise ValueError("the baseline lies at or after the target: name an earlier period")
        return self


class ScaleForm(Form):
    """``zero`` and ``full`` are figures; of a range both are pairs."""

    zero: Finite | Pair
    full: Finite | Pair


class FigureSourceForm(Form):
    kind: Literal["typed", "imported", "computed"]
    computation: str = Field("", pattern=r"^([a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+)?$", max_length=80)

    @model_validator(mode="after")
    def _named(self) -> "FigureSourceForm":
        if (self.kind == "computed") != bool(self.computation):
            raise ValueError("a computed source names its computation, and no other does")
        return self


class UncertaintyForm(Form):
    relative: Share = 0.0
    absolute: Annotated[float, Field(ge=0, le=1e15)] = 0.0


class IndicatorForm(Form):
    id: Id
    group: Id
    title: FullText
    definition: FullText
    unit: FullText
    direction: Literal["more", "less", "range"]
    scale: Literal["field"] | ScaleForm
    frequency: Literal["month", "quarter", "half_year", "year"]
    source: FigureSourceForm
    uncertainty: UncertaintyForm = UncertaintyForm()
    weight: Positive = 1.0
    targets: list[TargetForm] = Field(default_factory=list)
    sources: list[Word] = Field(default_factory=list)
    confidence: Confidence
    note: AnyText = _NOTHING

    @field_validator("confidence")
    @classmethod
    def _sourced(cls, confidence: Confidence, form: ValidationInfo) -> Confidence:
        if confidence != "unverified" and not form.data.get("sources"):
            raise ValueError(f"{confidence} without a source: name one in sources, or write unverified")
        return confidence

    @field_validator("targets")
    @classmethod
    def _one_target_each(cls, targets: list[TargetForm]) -> list[TargetForm]:
        if len({(each.level, each.period) for each in targets}) < len(targets):
            raise ValueError("two targets for the same level and period: keep one")
        return targets

    @model_validator(mode="after")
    def _sloping(self) -> "IndicatorForm":
        self.scale_of()
        return self

    def scale_of(self) -> Scale | None:
        """Return the scale, which has to rise the way that the direction says."""
        if self.scale == "field":
            if self.direction == "range":
                raise ValueError("scale: a range needs figures, e.g. {zero: [0, 20], full: [5, 10]}")
            return None
        zero, full = self.scale.zero, self.scale.full
        if isinstance(zero, tuple) and isinstance(full, tuple) and self.direction == "range":
            if not zero[0] < full[0] <= full[1] < zero[1]:
                raise ValueError("scale: full marks of a range lie between the two zeros")
            return Scale(zero[0], full[0], full[1], zero[1])
        if isinstance(zero, tuple) or isinstance(full, tuple) or self.direction == "range":
            raise ValueError("scale: a range has two figures each for zero and full, the others have one each")
        if self.direction == "more":
            if zero >= full:
                raise ValueError("scale: more is better, so zero lies below full")
            return Scale(low_zero=zero, low_full=full)
        if zero <= full:
            raise ValueError("scale: less is better, so zero lies above full")
        return Scale(high_full=full, high_zero=zero)


class WeightsForm(Form):
    method: Literal["given", "equal", "entropy", "critic", "ahp"] = "given"
    spread: Annotated[float, Field(ge=0.01, le=1)] = 0.25
    comparisons: list[Annotated[tuple[Id, Id, Annotated[int, Field(ge=1, le=9)]], Field(strict=False)]] = Field(
        default_factory=list
    )


class GroupForm(Form):
    id: Id
    title: FullText


class SystemForm(Form):
    id: Id
    version: Word
    title: FullText
    method: Literal["weighted_sum", "topsis"] = "weighted_sum"
    missing: Literal["exclude", "worst", "bounds", "refuse"] = "exclude"
    weights: WeightsForm = WeightsForm()
    groups: list[GroupForm] = Field(min_length=1, max_length=60)
    indicators: list[IndicatorForm] = Field(min_length=1, max_length=200)
    sample: bool = False
    note: AnyText = _NOTHING
