"""Words of states, terms and matches in the templates of technology and scenario."""

from typing import Any

from django import template

from qilian.compliance import Truth
from qilian.errors import QilianError
from qilian.portal.history.firing import Stated
from qilian.portal.history.models import Entry
from qilian.portal.improvement.mapping import name_of_node
from qilian.portal.scenarios import words
from qilian.portal.scenarios.reading import known
from qilian.portal.site.templatetags.portal import told
from qilian.scenarios import (
    Judgement,
    Match,
    judgement_words,
    match_words,
    read_statement,
    read_wanted,
    statement_words,
    wanted_words,
)

register = template.Library()


@register.filter
def state_of(row: Stated) -> str:
    """Say a row's state."""
    return str(words.STATES.get(f"{row.machine} {row.state}", row.state))


@register.filter
def step_said(step: str) -> str:
    """Say a state of trials."""
    return str(words.STATES.get(f"trial {step}", step))


@register.filter
def colour_of(row: Stated) -> str:
    """Return the colour of the badge of a row's state."""
    return words.COLOURS.get(f"{row.machine} {row.state}", "secondary")


@register.filter
def event_said(entry: Entry) -> str:
    """Say what happened, by an entry of the history."""
    return str(words.EVENTS.get(entry.event, entry.event))


@register.filter
def advance_said(step: str) -> str:
    """Say what going on from a step means."""
    return str(words.ADVANCES.get(step, step))


@register.filter
def part_of_chain(name: str) -> str:
    """Say the name of a node of the chain."""
    return told(name_of_node(name)) if name else ""


@register.filter
def outcome_said(truth: Truth) -> str:
    """Say whether it fits."""
    return str(words.OUTCOMES[truth.value])


@register.filter
def outcome_colour(truth: Truth) -> str:
    """Return the colour of its badge."""
    return words.OUTCOME_COLOURS[truth.value]


@register.filter
def match_said(match: Match) -> str:
    """Say in a line why an offer fits, or not."""
    return told(match_words(match))


@register.filter
def condition_said(judgement: Judgement) -> str:
    """Say the condition that was judged."""
    return told(wanted_words(judgement.wanted))


@register.filter
def judgement_said(judgement: Judgement) -> str:
    """Say whether it is met, and by how much it is not."""
    return told(judgement_words(judgement))


@register.filter
def term_said(term: dict[str, Any]) -> str:
    """Say a statement or a condition in the written form; one that the pack does not know any more as it is."""
    try:
        if {"value", "from"} & set(term):
            statement = read_statement(term, known())
            return f"{told(statement.parameter.label)}: {told(statement_words(statement))}"
        return told(wanted_words(read_wanted(term, known())))
    except QilianError as error:
        return str(error)
