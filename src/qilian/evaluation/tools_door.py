"""The written form of ``tools.yaml``, as pydantic models; imported only when it is read."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from qilian.product import Confidence
from qilian.product.door import AnyText, Form, FullText, IsoDate, ParameterForm, Word
from qilian.text import Text


class InForceForm(Form):
    from_: IsoDate | None = Field(alias="from", default=None)
    until: IsoDate | None = None


class ToolForm(Form):
    id: Word
    kind: Literal["grant", "loan", "service", "insurance", "award"]
    title: FullText
    gives: FullText
    level: Literal["nation", "province", "city", "district"]
    region: Word
    when: object
    in_force: InForceForm = InForceForm()
    sample: bool = False
    sources: list[Word] = Field(default_factory=list)
    confidence: Confidence
    note: AnyText = Text("", "")

    @field_validator("confidence")
    @classmethod
    def _sourced(cls, confidence: Confidence, form: ValidationInfo) -> Confidence:
        if confidence != "unverified" and (not form.data.get("sources") or form.data.get("sample")):
            raise ValueError(f"{confidence}: a sample or a tool without a source is unverified")
        return confidence


class ToolsForm(Form):
    facts: list[ParameterForm] = Field(min_length=1)
    tools: list[ToolForm]
