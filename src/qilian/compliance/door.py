"""The written form of rules, implications, tests and their order, as pydantic models; imported only to read a file."""

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from qilian.compliance.rules import ObligationKind
from qilian.product import Confidence
from qilian.product.door import AnyText, Form, FullText, IsoDate, Word
from qilian.text import Text

Source = Annotated[str, Field(min_length=1)]


def _kind(raw: object) -> ObligationKind:
    if isinstance(raw, str) and raw in set(ObligationKind):
        return ObligationKind(raw)
    raise ValueError(f"not an obligation kind: write one of {', '.join(ObligationKind)}")


class InForceForm(Form):
    from_: IsoDate | None = Field(default=None, alias="from")
    until: IsoDate | None = None


class ExamplesForm(Form):
    applies: dict[str, object] = Field(min_length=1)
    does_not_apply: dict[str, object] = Field(min_length=1)


class RuleForm(Form):
    id: Word
    title: FullText
    market: Word
    kind: Annotated[ObligationKind, BeforeValidator(_kind)]
    route: AnyText = Text("", "")
    when: object
    in_force: InForceForm = InForceForm()
    references: list[Word] = Field(default_factory=list)
    tests: list[Word] = Field(default_factory=list)
    documents: list[FullText] = Field(default_factory=list)
    replaces: list[Word] = Field(default_factory=list)
    sources: list[Source] = Field(default_factory=list)
    seen: IsoDate
    confidence: Confidence
    note: AnyText = Text("", "")
    examples: ExamplesForm

    @field_validator("confidence")
    @classmethod
    def _sourced(cls, confidence: Confidence, form: ValidationInfo) -> Confidence:
        if confidence != "unverified" and not form.data.get("sources"):
            raise ValueError(f"{confidence} without a source: name one in sources, or write unverified")
        return confidence


class ImplicationForm(Form):
    id: Word
    when: object
    then: dict[str, object] = Field(min_length=1)
    reason: FullText


class MethodForm(Form):
    reference: Word
    clause: str = ""


class RequirementForm(Form):
    limit: Word
    parameter: Word


class TestForm(Form):
    id: Word
    name: FullText
    domain: Word
    methods: list[MethodForm] = Field(min_length=1)
    specimen: Word
    destructive: bool
    attended: bool
    requires: list[RequirementForm] = Field(default_factory=list)
    source: str = ""
    seen: IsoDate
    confidence: Confidence
    note: AnyText = Text("", "")


class OrderForm(Form):
    before: list[Word] = Field(min_length=1)
    after: list[Word] = Field(min_length=1)
    reason: FullText
    confidence: Confidence
