"""Which question to ask next, and what is known so far: counts of obligations, and all parameters by topic.

In come a product's row and the pack; nothing is kept here but answers and the order in which they were asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qilian.compliance import Assessment, Question, Truth, assess, rank_questions
from qilian.planning import Pack
from qilian.planning.words import value_text
from qilian.portal.workbench.making import made_product
from qilian.portal.workbench.models import Product
from qilian.product import Parameter
from qilian.text import Language

UNKNOWN: dict[str, object] = {"unknown": True}
"""How a product file says that somebody looked for a value and did not find it."""

TOPICS: Mapping[str, "str | Promise"] = {
    "product": _("What it is"),
    "use": _("What it is for"),
    "maker": _("Who makes it"),
    "machine": _("The machine"),
    "motion": _("Motion"),
    "payload": _("Load"),
    "supply": _("Power supply"),
    "battery": _("Battery"),
    "radio": _("Radio"),
    "software": _("Software and data"),
    "ai": _("Artificial intelligence"),
    "safety": _("Safety functions"),
    "environment": _("Surroundings"),
    "ip": _("Protection by the housing"),
}
"""Titles of the topics: the first part of a parameter's id. A pack's other topics go by that part itself."""

State: TypeAlias = Literal["answered", "follows", "unknown", "later", "open", "idle"]
"""Answered; follows by definition; looked for and not found; put off; open and it decides; decides nothing so far."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a product so far.

    Attributes
    ----------
    questions
        The most deciding first, also those that nobody could answer.
    """

    assessment: Assessment
    questions: tuple[Question, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many obligations apply, do not apply, are undecided, are decided; and all of them."""
        outcomes = [each.outcome for each in self.assessment.obligations]
        return {
            "applies": outcomes.count(Truth.TRUE),
            "excluded": outcomes.count(Truth.FALSE),
            "undecided": outcomes.count(Truth.UNDECIDED),
            "decided": len(outcomes) - outcomes.count(Truth.UNDECIDED),
            "all": len(outcomes),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter, what is said of it, and where it stands; ``decides`` counts the rules that an answer can decide."""

    parameter: Parameter
    state: State
    answer: str
    source: str
    decides: int


@dataclass(frozen=True, slots=True)
class Topic:
    """Parameters that belong together."""

    id: str
    title: "str | Promise"
    lines: tuple[Line, ...]

    @property
    def open(self) -> int:
        """How many questions of it are open and decide something."""
        return sum(line.state in ("open", "later") for line in self.lines)

    @property
    def known(self) -> int:
        """How many parameters are answered."""
        return sum(line.state == "answered" for line in self.lines)

    @property
    def idle(self) -> list[Line]:
        """The parameters that decide nothing so far."""
        return [line for line in self.lines if line.state == "idle"]

    @property
    def first_open(self) -> str:
        """The most deciding open question, empty where none is open."""
        waiting = [line for line in self.lines if line.state in ("open", "later")]
        return max(waiting, key=lambda line: line.decides).parameter.id if waiting else ""


def standing(product: Product, pack: Pack) -> Standing:
    """Judge a product by what is known so far.

    Raises
    ------
    QilianError
        For an unknown market, or a parameter that no longer fits the vocabulary.
    """
    values = made_product(product, pack).values
    assessment = assess(values, pack.rules, pack.implications, pack.vocabulary, product.markets, product.on)
    return Standing(assessment, rank_questions(assessment))


def next_question(product: Product, now: Standing) -> str | None:
    """Return the most deciding open question: those never asked first, then those put off; None if none is open."""
    waiting = [each.parameter for each in now.questions if each.parameter not in product.parameters]
    fresh = [name for name in waiting if name not in product.asked]
    return next(iter(fresh or waiting), None)


def question_before(product: Product, name: str) -> str | None:
    """Return the question that was asked before this one."""
    asked = list(product.asked)
    place = asked.index(name) if name in asked else len(asked)
    return asked[place - 1] if place else None


def answered(product: Product, name: str, written: object) -> Product:
    """Put an answer into the row, which the caller saves; None puts the question off."""
    if name not in product.asked:
        product.asked = [*product.asked, name]
    parameters = dict(product.parameters)
    if written is None:
        parameters.pop(name, None)
    else:
        parameters[name] = written
    product.parameters = parameters
    return product


def topics(product: Product, pack: Pack, now: Standing, language: Language) -> tuple[Topic, ...]:
    """Return all parameters of the vocabulary by topic, in the pack's order."""
    decides = {question.parameter: len(question.decides) for question in now.questions}
    by_topic: dict[str, list[Line]] = {}
    for parameter in pack.vocabulary.parameters.values():
        topic = parameter.id.partition(".")[0]
        by_topic.setdefault(topic, []).append(_line(product, parameter, now, decides.get(parameter.id, 0), language))
    return tuple(Topic(topic, TOPICS.get(topic, topic), tuple(lines)) for topic, lines in by_topic.items())


def _line(product: Product, parameter: Parameter, now: Standing, decides: int, language: Language) -> Line:
    name = parameter.id
    if name in product.parameters:
        written = product.parameters[name]
        source = str(written.get("source") or "") if isinstance(written, dict) else ""
        if is_unknown(written):
            return Line(parameter, "unknown", "", source, decides)
        return Line(parameter, "answered", said(parameter, written, language), source, decides)
    if name in now.assessment.implied:
        value = now.assessment.implied[name].value
        return Line(parameter, "follows", value_text(parameter, value, language), "", decides)
    if decides:
        return Line(parameter, "later" if name in product.asked else "open", "", "", decides)
    return Line(parameter, "idle", "", "", 0)


def is_unknown(written: object) -> bool:
    """Return whether a product file says that this is not known."""
    return isinstance(written, dict) and bool(written.get("unknown"))


def plain(written: object) -> object:
    """Return the value of a parameter as it was written, without source and confidence."""
    return written.get("value") if isinstance(written, dict) else written


def said(parameter: Parameter, written: object, language: Language) -> str:
    """Write an answer as people read it: numbers as they were given, choices by their labels."""
    value = plain(written)
    if isinstance(value, list):
        chosen = sorted({str(each) for each in value})
        labels = {choice.id: choice.label.say(language) for choice in parameter.choices}
        return ("、" if language == "zh" else ", ").join(labels.get(each, each) for each in chosen) or "—"
    if parameter.kind == "number" or not isinstance(value, bool | str):
        return str(value)
    return value_text(parameter, value, language)
