"""Making a product by answers, for programs: what can be asked, what is open, what an answer would decide."""

from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Field, Router, Schema
from pydantic import model_validator

from qilian.portal.accounts.access import ANYONE
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api.guards import LOGGED_IN, allow, once
from qilian.portal.api.problems import ANSWERS
from qilian.portal.api.products import MAKERS, READERS
from qilian.portal.api.shapes import Given, Id, Key, Words, words
from qilian.portal.workbench import questions
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Product
from qilian.portal.workbench.views.common import editable, readable
from qilian.product import Parameter

content = Router(tags=["questions"])
router = Router(tags=["questions"], auth=LOGGED_IN)
Text = Annotated[str, Field(max_length=400)]
Texts = Annotated[list[Text], Field(max_length=100)]


class ChoiceOut(Schema):
    """One of the words that an answer can be."""

    id: str
    label: Words
    note: Words


class ParameterOut(Schema):
    """What can be known of a product."""

    id: str
    label: Words
    question: Words
    kind: Literal["number", "boolean", "choice", "set", "text", "date"]
    unit: str | None
    minimum: float | None
    maximum: float | None
    choices: list[ChoiceOut]
    aliases: list[str]
    idta: str | None = Field(description="Semantic id of the Industrial Digital Twin Association.")


class Counts(Schema):
    """How many obligations apply, do not apply, are undecided, are decided; and all of them."""

    applies: int
    excluded: int
    undecided: int
    decided: int
    all: int


class Line(Schema):
    """A parameter and where it stands."""

    parameter: str
    state: questions.State
    value: Any = Field(description="As it was given; null where nothing was.")
    source: str
    decides: int = Field(description="Rules that an answer can decide.")


class Standing(Schema):
    """What is known of a product, and what to ask next."""

    counts: Counts
    next: str | None = Field(description="The most deciding open question, null if none is open.")
    conflicts: list[Words]
    lines: list[Line]


class Answer(Given):
    """An answer: ``value`` as a product file writes it, or ``unknown``, or ``later``; one of the three."""

    value: bool | float | Text | Texts | None = Field(None, description='``"16 kg"``, ``true``, ``["industrial"]``')
    source: str = Field("", max_length=200, description="Where the value is from, e.g. a data sheet.")
    unknown: bool = Field(default=False, description="Looked for and not found.")
    later: bool = Field(default=False, description="Put behind all other questions.")

    @model_validator(mode="after")
    def one_of_three(self) -> "Answer":
        """Refuse two answers in one."""
        if (self.value is not None) + self.unknown + self.later != 1:
            raise ValueError("give one of value, unknown and later")
        return self


class Preview(Schema):
    """The counts as they are and as they would be."""

    before: Counts
    after: Counts


@content.get("/parameters", response={200: list[ParameterOut], **ANSWERS}, summary="List the parameters of products")
@allow(ANYONE)
def parameters(request: PortalRequest) -> list[dict[str, Any]]:
    """List all parameters of the content pack, in its order."""
    del request
    return [_shown(each) for each in pack().vocabulary.parameters.values()]


@router.get("/{number}/answers", response={200: Standing, **ANSWERS}, summary="Read answers and open questions")
@allow(READERS)
def standing(request: PortalRequest, number: Id) -> dict[str, Any]:
    """Return how many obligations are still undecided, the next question, and where every parameter stands."""
    return _standing(readable(request, number))


@router.put("/{number}/answers/{parameter}", response={200: Standing, **ANSWERS}, summary="Answer a question")
@allow(MAKERS)
@once
def answer(request: PortalRequest, number: Id, parameter: Key, given: Answer) -> tuple[int, dict[str, Any]]:
    """Keep an answer, and say what is open now."""
    product, asked = editable(request, number), _parameter(parameter)
    written = product.parameters.get(asked.id) if given.later else _written(asked, given)
    questions.answered(product, asked.id, written).save()
    return 200, _standing(product)


@router.post("/{number}/answers/{parameter}/preview", response={200: Preview, **ANSWERS}, summary="Try an answer")
@allow(MAKERS)
@once
def preview(request: PortalRequest, number: Id, parameter: Key, given: Answer) -> tuple[int, dict[str, Any]]:
    """Say what an answer would decide; nothing is kept."""
    product, asked = editable(request, number), _parameter(parameter)
    before = questions.standing(product, pack()).counts
    if not given.later:
        questions.answered(product, asked.id, _written(asked, given))
    return 200, {"before": before, "after": questions.standing(product, pack()).counts}


def _parameter(name: str) -> Parameter:
    found = pack().vocabulary.find(name)
    if found is None:
        raise Http404
    return found


def _written(asked: Parameter, given: Answer) -> object:
    """Return an answer as a product file has it; refused in words where the vocabulary refuses it."""
    if given.unknown:
        return questions.UNKNOWN
    pack().vocabulary.convert(asked, given.value, asked.id)
    return {"value": given.value, "source": given.source} if given.source else given.value


def _standing(product: Product) -> dict[str, Any]:
    now = questions.standing(product, pack())
    return {
        "counts": now.counts,
        "next": questions.next_question(product, now),
        "conflicts": [words(each) for each in now.assessment.conflicts],
        "lines": [
            {
                "parameter": line.parameter.id,
                "state": line.state,
                "value": _value(product, line.parameter.id),
                "source": line.source,
                "decides": line.decides,
            }
            for topic in questions.topics(product, pack(), now, "en")
            for line in topic.lines
        ],
    }


def _value(product: Product, name: str) -> object:
    written = product.parameters.get(name)
    return None if questions.is_unknown(written) else questions.plain(written)


def _shown(parameter: Parameter) -> dict[str, Any]:
    names = ("id", "kind", "unit", "minimum", "maximum", "idta")
    return {
        **{name: getattr(parameter, name) for name in names},
        "label": words(parameter.label),
        "question": words(parameter.question),
        "choices": [
            {"id": each.id, "label": words(each.label), "note": words(each.note)} for each in parameter.choices
        ],
        "aliases": list(parameter.aliases),
    }
