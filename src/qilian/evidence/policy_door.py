"""The written form of ``acceptance.yaml``, as pydantic models; imported only when the policies are read."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from qilian.product import Confidence
from qilian.product.door import AnyText, Form, FullText, IsoDate, Word
from qilian.standards import NotAReference, StandardRef
from qilian.text import Text

_NOTHING = Text("", "")


class SourcedForm(Form):
    """Something with a confidence: more than ``unverified`` needs a source."""

    sources: list[Word] = Field(default_factory=list)
    confidence: Confidence
    note: AnyText = _NOTHING

    @field_validator("confidence")
    @classmethod
    def _sourced(cls, confidence: Confidence, form: ValidationInfo) -> Confidence:
        if confidence != "unverified" and not form.data.get("sources"):
            raise ValueError(f"{confidence} without a source: name one in sources, or write unverified")
        return confidence


class ClauseForm(SourcedForm):
    id: Word
    title: FullText
    when: object
    otherwise: Literal["reject", "partial"]
    missing: AnyText = _NOTHING
    assumption: bool = False

    @model_validator(mode="after")
    def _complete(self) -> "ClauseForm":
        if self.otherwise == "partial" and not self.missing:
            raise ValueError("partial without missing: say what has to be added")
        if self.assumption and self.confidence != "unverified":
            raise ValueError("an assumption is unverified")
        return self


class RecognitionForm(SourcedForm):
    id: Word
    name: Word
    title: FullText


class TransitionForm(Form):
    edition: Word
    until: IsoDate | None = None
    source: str
    confidence: Confidence
    note: AnyText = _NOTHING

    @field_validator("edition")
    @classmethod
    def _reference(cls, edition: str) -> str:
        try:
            StandardRef.parse(edition)
        except NotAReference as error:
            raise ValueError(str(error)) from None
        return edition


class PolicyForm(SourcedForm):
    id: Word
    market: Word
    programme: FullText
    rules: list[Word] = Field(default_factory=list)
    clauses: list[Word] = Field(min_length=1)
    recognised: list[Word] = Field(default_factory=list)
    seen: IsoDate | None = None


class AcceptanceForm(Form):
    clauses: list[ClauseForm]
    recognitions: list[RecognitionForm] = Field(default_factory=list)
    transitions: list[TransitionForm] = Field(default_factory=list)
    policies: list[PolicyForm] = Field(min_length=1)
