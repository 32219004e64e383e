"""Policy tools: grants, loans and services with conditions on the firm; which fit it, and why.

In come ``tools.yaml`` of a pack and what is known of a firm; out comes an offer for each tool: it fits, it does not,
or it is undecided until a question is answered. Conditions are those of the compliance room, three-valued.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from qilian.compliance import Condition, Truth, Verdict, evaluate, read_condition
from qilian.documents import Document, Trail, shaped
from qilian.evaluation.errors import EvaluationError
from qilian.product import Confidence, ParameterValue, Vocabulary, read_vocabulary
from qilian.text import Text

if TYPE_CHECKING:
    from qilian.evaluation.tools_door import ToolForm


@dataclass(frozen=True, slots=True)
class Tool:
    """One grant, loan, service, insurance or award.

    Attributes
    ----------
    gives
        What the firm gets.
    level, region
        Who offers it, and where.
    in_force_from, in_force_until
        First and last day on which it can be asked for; None where it has no such day.
    sample
        True where it is invented.
    """

    id: str
    kind: str
    title: Text
    gives: Text
    level: str
    region: str
    when: Condition
    in_force_from: date | None
    in_force_until: date | None
    sample: bool
    sources: tuple[str, ...]
    confidence: Confidence
    note: Text

    def in_force(self, on: date) -> bool:
        """Return whether it can be asked for on this day."""
        started = self.in_force_from is None or self.in_force_from <= on
        return started and (self.in_force_until is None or on <= self.in_force_until)


@dataclass(frozen=True, slots=True)
class Toolbox:
    """All tools, and the vocabulary of what their conditions can ask of a firm."""

    facts: Vocabulary
    tools: tuple[Tool, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a tool fits a firm.

    Attributes
    ----------
    verdict
        With the facts that decided it, or those that are missing.
    in_force
        Whether it can be asked for on the day.
    """

    tool: Tool
    verdict: Verdict
    in_force: bool

    @property
    def fits(self) -> bool:
        """Whether the firm can ask for it today."""
        return self.in_force and self.verdict.truth is Truth.TRUE

    @property
    def undecided(self) -> bool:
        """Whether an answer could still make it fit."""
        return self.in_force and self.verdict.truth is Truth.UNDECIDED


@dataclass(frozen=True, slots=True)
class Offers:
    """An offer for each tool, those that fit first, then the undecided.

    Attributes
    ----------
    questions
        Facts that undecided tools wait for, those that most of them wait for first.
    """

    offers: tuple[Offer, ...]
    questions: tuple[str, ...] = field(default=())


def tools_for(facts: Mapping[str, ParameterValue], box: Toolbox, on: date) -> Offers:
    """Return which tools fit a firm on a day, and why."""
    offers = [Offer(tool, evaluate(tool.when, facts), tool.in_force(on)) for tool in box.tools]
    waiting = Counter(name for each in offers if each.undecided for name in each.verdict.missing)
    order = sorted(waiting, key=lambda name: (-waiting[name], list(box.facts.parameters).index(name)))
    offers.sort(key=lambda each: (not each.fits, not each.undecided))
    return Offers(tuple(offers), tuple(order))


def read_tools(document: Document) -> Toolbox:
    """Read the tools of a pack.

    Raises
    ------
    QilianError
        For the first entry that is not well formed, or asks for a fact that is not listed, with file and line.
    """
    from qilian.evaluation.tools_door import ToolsForm

    form = shaped(document, document.value, ToolsForm)
    assert isinstance(document.value, dict)
    below = {trail[1:]: line for trail, line in document.lines.items() if trail[:1] == ("facts",)}
    facts = read_vocabulary(Document(document.path, document.value["facts"], below))
    ids = [each.id for each in form.tools]

    for index, each in enumerate(form.tools):
        if each.id in ids[:index]:
            raise EvaluationError(f"{each.id}: defined twice", where=document.where(("tools", index, "id")))
    tools = (_tool(document, ("tools", index), each, facts) for index, each in enumerate(form.tools))
    return Toolbox(facts, tuple(tools))


def read_tool(document: Document, trail: Trail, value: object, facts: Vocabulary) -> Tool:
    """Read one tool as it is written below a trail of a document.

    Raises
    ------
    QilianError
        If it is not well formed, or asks for a fact that is not listed, with file and line.
    """
    from qilian.evaluation.tools_door import ToolForm

    return _tool(document, trail, shaped(document, value, ToolForm, trail), facts)


def _tool(document: Document, trail: Trail, form: "ToolForm", facts: Vocabulary) -> Tool:
    return Tool(
        id=form.id,
        kind=form.kind,
        title=form.title,
        gives=form.gives,
        level=form.level,
        region=form.region,
        when=read_condition(form.when, facts, lambda below: document.where((*trail, "when", *below))),
        in_force_from=form.in_force.from_,
        in_force_until=form.in_force.until,
        sample=form.sample,
        sources=tuple(form.sources),
        confidence=form.confidence,
        note=form.note,
    )


def read_facts(written: Sequence[str], box: Toolbox) -> dict[str, ParameterValue]:
    """Read what is known of a firm, each as ``fact=value``; values of a set are divided by commas.

    Raises
    ------
    QilianError
        For the first that is no fact of the box, or no value of its kind.
    """
    facts: dict[str, ParameterValue] = {}
    for each in written:
        name, sign, text = each.partition("=")
        if not sign:
            raise EvaluationError(f"{each[:60]}: not a fact", where="--fact", mend="write fact=value")
        parameter = box.facts.require(name.strip(), "--fact")
        raw: object = text.strip()
        if parameter.kind == "boolean":
            raw = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}.get(str(raw), raw)
        elif parameter.kind == "set":
            raw = [part.strip() for part in str(raw).split(",") if part.strip()]
        facts[parameter.id] = box.facts.convert(parameter, raw, "--fact")
    return facts
