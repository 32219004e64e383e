"""The written form of a chain's files, as pydantic models; imported only to read them."""

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from qilian.chain.model import Layer
from qilian.product import Confidence
from qilian.product.door import AnyText, Form, FullText, Word
from qilian.text import Text


def _yes(raw: object) -> bool:
    if raw in ("yes", "no"):
        return raw == "yes"
    raise ValueError("not an answer: write yes or no")


Rating = Annotated[int, Field(ge=1, le=10)]
NodeId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Region = Annotated[str, Field(pattern=r"^(\d{6}|[A-Z]{2})$")]
Answer = Annotated[bool, BeforeValidator(_yes, json_schema_input_type=str)]


class SystemForm(Form):
    id: Word
    name: FullText


class ChainForm(Form):
    """The head of a chain, ``chain.yaml``."""

    notice: FullText
    systems: list[SystemForm] = Field(min_length=1)


class Sourced(Form):
    """What says where it comes from."""

    source: Word
    confidence: Confidence


class NodeForm(Sourced):
    """A row of ``nodes.csv``."""

    id: NodeId
    name_zh: Word
    name_en: Word
    layer: Layer
    system: Word


class LinkForm(Form):
    """A row of ``links.csv``."""

    origin: NodeId
    target: NodeId
    note_zh: str = ""
    note_en: str = ""


class MakerForm(Sourced):
    """A row of ``makers.csv``."""

    node: NodeId
    name_zh: Word
    name_en: Word
    region: Region
    sample: Answer


class FailureForm(Form):
    mode: FullText
    effect: AnyText = Text("", "")
    severity: Rating
    occurrence: Rating
    detection: Rating


class PointForm(Sourced):
    """A control point of ``points/*.yaml``."""

    id: Word
    node: NodeId
    characteristic: FullText
    requirement: FullText
    failures: list[FailureForm] = Field(min_length=1)
    tests: list[Word] = Field(default_factory=list)
    references: list[Word] = Field(default_factory=list)

    @field_validator("tests", "references")
    @classmethod
    def _once(cls, names: list[str]) -> list[str]:
        if len(set(names)) != len(names):
            raise ValueError("the same twice: keep one of the two")
        return names
