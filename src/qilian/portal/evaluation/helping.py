"""Policy tools for a firm: what it has said, which tools fit it then, and each condition with whether it holds."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from qilian.compliance import Condition, Truth, evaluate
from qilian.compliance.conditions import All, comparisons
from qilian.content import load_tools
from qilian.documents import Document
from qilian.errors import QilianError
from qilian.evaluation import Offer, Offers, Tool, Toolbox, read_tool, tools_for
from qilian.planning.condition_words import Line, condition_words
from qilian.planning.words import value_text
from qilian.portal import options
from qilian.portal.accounts.models import Organisation
from qilian.portal.evaluation.models import FirmFacts, KeptTool
from qilian.product import Parameter, ParameterValue
from qilian.text import Language

UNKNOWN: dict[str, object] = {"unknown": True}


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """One of the conditions that a tool has, in words, and whether it holds."""

    line: Line
    truth: Truth


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """A tool, whether it fits, and all of its conditions."""

    offer: Offer
    conditions: tuple[ShownCondition, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A fact and what the firm said of it; ``said`` is empty where it does not know."""

    fact: Parameter
    said: str


@cache
def toolbox() -> Toolbox:
    """Return the policy tools of the portal's content pack, read once by each process."""
    return load_tools(options.PACK.text())


def toolbox_of(rows: Iterable[KeptTool]) -> Toolbox:
    """Return the tools that authorities gave; those of the pack only while none did."""
    facts, given = toolbox().facts, []
    for row in rows:
        # A fact of its condition may have gone from the pack since; it is not offered then.
        with suppress(QilianError):
            given.append(read_tool(Document(Path(row.code), row.entry, {}), (), row.entry, facts))
    return Toolbox(facts, tuple(given)) if given else toolbox()


def answers_of(firm: Organisation) -> dict[str, object]:
    """Return what a firm has said so far, of the facts that the toolbox still asks for."""
    row = FirmFacts.objects.filter(organisation=firm).first()
    return {name: given for name, given in (row.answers if row else {}).items() if name in toolbox().facts.parameters}


def answer(firm: Organisation, fact: str, written: object) -> None:
    """Keep an answer."""
    row, _made = FirmFacts.objects.get_or_create(organisation=firm)
    row.answers = {**row.answers, fact: written}
    row.save()


def values(answers: Mapping[str, object]) -> dict[str, ParameterValue]:
    """Return the answers as values; what the firm does not know is left out."""
    facts = toolbox().facts
    return {name: facts.convert(facts[name], given, name) for name, given in answers.items() if given != UNKNOWN}


def offers(answers: Mapping[str, object], on: date, box: Toolbox) -> Offers:
    """Return which tools of a box fit on a day, by what was answered."""
    return tools_for(values(answers), box, on)


def next_fact(found: Offers, answers: Mapping[str, object]) -> str | None:
    """Return the fact that most undecided tools wait for and that was not asked yet."""
    return next((name for name in found.questions if name not in answers), None)


def facts_of(tool: Tool) -> set[str]:
    """Return the facts that a tool's condition asks for."""
    return {each.parameter for each in comparisons(tool.when)}


def shown(found: Offers, answers: Mapping[str, object], language: Language) -> list[ShownOffer]:
    """Return each tool with its conditions in words, those of an ``all`` one by one."""
    known, facts = values(answers), toolbox().facts

    def conditions(whole: Condition) -> tuple[ShownCondition, ...]:
        parts = whole.children if isinstance(whole, All) else (whole,)
        return tuple(
            ShownCondition(condition_words(part, facts, language), evaluate(part, known).truth) for part in parts
        )

    return [ShownOffer(each, conditions(each.tool.when)) for each in found.offers]


def said(answers: Mapping[str, object], language: Language) -> list[Answer]:
    """Return the answers as people read them, in the toolbox's order."""
    known, facts = values(answers), toolbox().facts
    return [
        Answer(fact, value_text(fact, known[name], language) if name in known else "")
        for name, fact in facts.parameters.items()
        if name in answers
    ]
