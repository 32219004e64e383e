"""Words of states and events in the templates of improvement."""

from decimal import Decimal

from django import template

from qilian.portal.chain.reading import find
from qilian.portal.history.firing import Stated
from qilian.portal.history.models import Entry
from qilian.portal.improvement import words
from qilian.portal.improvement.forms.projects import target_said
from qilian.portal.improvement.mapping import name_of_node, name_of_test
from qilian.portal.improvement.models import Target, Urgency
from qilian.portal.site.templatetags.portal import told

register = template.Library()


@register.filter
def state_of(row: Stated) -> str:
    """Say a row's state."""
    return str(words.STATES.get(f"{row.machine} {row.state}", row.state))


@register.filter
def colour_of(row: Stated) -> str:
    """Return the colour of the badge of a row's state."""
    return words.COLOURS.get(f"{row.machine} {row.state}", "secondary")


@register.filter
def event_said(entry: Entry) -> str:
    """Say what happened, by an entry of the history."""
    machine = entry.kind.rpartition(".")[2]
    return str(words.EVENTS.get(f"{machine} {entry.event}") or words.EVENTS.get(entry.event, entry.event))


@register.filter
def action_said(event: str, row: Stated) -> str:
    """Say what can be done with a row."""
    return str(words.ACTIONS.get(f"{row.machine} {event}") or words.ACTIONS.get(event, event))


@register.filter
def urgency_said(urgency: int | None) -> str:
    """Say how hard something is."""
    return str(Urgency(urgency).label) if urgency else ""


@register.filter
def urgency_colour(urgency: int | None) -> str:
    """Return the colour of its badge."""
    return words.URGENCY_COLOURS.get(urgency or 0, "secondary")


@register.filter
def node_said(name: str) -> str:
    """Say the name of a node of the chain."""
    return told(name_of_node(name)) if name else ""


@register.filter
def is_on_map(name: str) -> bool:
    """Return whether the chain has a node of an id (still)."""
    return find(name) is not None


@register.filter
def test_said(name: str) -> str:
    """Say the name of a test."""
    return told(name_of_test(name))


@register.filter
def indicator_said(target: Target) -> str:
    """Say which indicator a target is of."""
    return target_said(target)


@register.filter
def figure(value: Decimal | None) -> str:
    """Write a figure without idle zeros; a dash where there is none."""
    return "–" if value is None else f"{value.normalize():f}"
