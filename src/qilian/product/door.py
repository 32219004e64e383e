"""The written form of vocabularies and product files, as pydantic models; imported only when a file is read."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, WithJsonSchema

from qilian.product.vocabulary import Confidence, Kind
from qilian.text import Text


def _text(raw: object) -> Text:
    """Take ``{zh: …, en: …}``, or one text that serves in both languages."""
    if isinstance(raw, str):
        return Text(raw.strip(), raw.strip())
    if isinstance(raw, dict) and set(raw) <= {"zh", "en"} and all(isinstance(side, str) for side in raw.values()):
        return Text(raw.get("zh", "").strip(), raw.get("en", "").strip())
    raise ValueError("not a text: write {zh: …, en: …}")


def _date(raw: object) -> date:
    if isinstance(raw, str) and len(raw) == 10:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise ValueError("not a date: write year-month-day, e.g. 2026-12-01")


def _full_text(raw: object) -> Text:
    text = _text(raw)
    if not text:
        raise ValueError("empty: write {zh: …, en: …}")
    return text


_TEXT_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}
AnyText = Annotated[InstanceOf[Text], BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)]
FullText = Annotated[InstanceOf[Text], BeforeValidator(_full_text), WithJsonSchema(_TEXT_SCHEMA)]
IsoDate = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Dotted = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=80)]


class Form(BaseModel):
    """The base of all written forms: no unknown field, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ChoiceForm(Form):
    id: Word
    label: FullText
    note: AnyText = Text("", "")


class ParameterForm(Form):
    id: Dotted
    label: FullText
    question: FullText
    kind: Kind
    unit: Word | None = None
    quantity: AnyText | None = None
    choices: list[ChoiceForm] = []
    aliases: list[Word] = []
    idta: Word | None = None
    minimum: float | None = None
    maximum: float | None = None


class GivenForm(Form):
    value: object = None
    unknown: bool = False
    source: str | None = None
    confidence: Confidence | None = None
    note: AnyText = Text("", "")


class ProductForm(Form):
    id: Word
    name: FullText
    maker: AnyText = Text("", "")
    note: AnyText = Text("", "")
    parameters: dict[str, object] = {}
