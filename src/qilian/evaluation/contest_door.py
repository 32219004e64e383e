"""The written form of a frozen contest, as pydantic models; imported only when one is read."""

from typing import Annotated, Literal

from pydantic import Field

from qilian.evaluation.contest import Appeal
from qilian.evaluation.systems_door import Period, SystemForm
from qilian.product.door import Form, IsoDate, Word

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[str, Field(pattern=r"^-?\d{1,40}(\.\d{1,40})?$")]
Said = Annotated[str, Field(max_length=2000)]


def figure(text: str | None) -> float:
    """Return a figure that was written as a decimal, NaN where there is none."""
    return float("nan") if text is None else float(text)


class RowForm(Form):
    id: Word
    name: Word
    values: dict[str, Number | None]


class DrawingForm(Form):
    draws: int
    level: Number
    seed: int


class AppealForm(Form):
    id: Word
    firm: Word
    indicator: Word
    raised: IsoDate
    decided: IsoDate
    outcome: Literal["upheld", "rejected", "withdrawn"]
    was: Number | None
    now: Number | None
    reason: Said

    def appeal(self) -> Appeal:
        """Return the appeal as the room knows it."""
        was, now = figure(self.was), figure(self.now)
        return Appeal(
            self.id, self.firm, self.indicator, self.raised, self.decided, self.outcome, was, now, self.reason
        )


class ContestForm(Form):
    format: Literal["qilian-contest/1"]
    id: Word
    period: Period
    frozen: IsoDate
    corrects: Hash | None
    system: SystemForm
    weights: dict[str, Number]
    consistency_ratio: Number | None
    drawing: DrawingForm
    figures: list[RowForm] = Field(min_length=1)
    appeals: list[AppealForm]
    versions: dict[Word, Word]
    result: object
    sha256: Hash
