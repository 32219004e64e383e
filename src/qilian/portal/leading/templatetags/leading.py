"""Words of states, standings and effects in the templates of leading."""

from decimal import Decimal
from typing import Any

from django import template

from qilian.portal.chain.reading import chain
from qilian.portal.history.firing import Stated
from qilian.portal.history.models import Entry
from qilian.portal.improvement.indicators import indicator
from qilian.portal.improvement.mapping import name_of_node
from qilian.portal.leading import words
from qilian.portal.leading.judging import Standing, Verdict
from qilian.portal.leading.models import Basis, Help, Requirement
from qilian.portal.site.templatetags.portal import told

register = template.Library()


@register.filter
def state_of(row: Stated) -> str:
    """Say a row's state."""
    return str(words.STATES[f"{row.machine} {row.state}"])


@register.filter
def colour_of(row: Stated) -> str:
    """Return the colour of the badge of a row's state."""
    return words.COLOURS.get(f"{row.machine} {row.state}", "secondary")


@register.filter
def event_said(entry: Entry) -> str:
    """Say what happened, by an entry of the history."""
    return str(words.EVENTS.get(entry.event, entry.event))


@register.inclusion_tag("leading/badge.html")
def standing(found: Standing) -> dict[str, Any]:
    """Show how a figure stands."""
    said, colour = words.STANDINGS[found]
    return {"said": said, "colour": colour}


@register.inclusion_tag("leading/badge.html")
def verdict(found: Verdict) -> dict[str, Any]:
    """Show what help came to."""
    said, colour = words.VERDICTS[found]
    return {"said": said, "colour": colour}


@register.filter
def figure(value: Decimal | None) -> str:
    """Write a figure without idle zeros; a dash where there is none."""
    return "–" if value is None else f"{value.normalize():f}"


@register.filter
def limits_said(row: Requirement) -> str:
    """Say limits with their unit."""
    signs = (("≥", row.lower), ("≤", row.upper))
    said = ", ".join(f"{sign} {figure(value)}" for sign, value in signs if value is not None)
    return f"{said} {row.unit}".strip()


@register.filter
def node_said(name: str) -> str:
    """Say the name of a node of the chain."""
    return told(name_of_node(name))


@register.filter
def point_said(name: str) -> str:
    """Say a control point: its part of the chain and the characteristic; its id where the pack has lost it."""
    found = chain()
    each = next((each for each in found.points if each.id == name), None) if found else None
    return f"{told(name_of_node(each.node))}: {told(each.characteristic)}" if each else name


@register.filter
def about_said(row: Help) -> str:
    """Say what help was to improve."""
    if row.requirement is not None:
        return point_said(row.requirement.point)
    found = indicator(row.system, row.indicator)
    return told(found.title) if found else row.indicator


@register.filter
def unit_said(row: Help) -> str:
    """Say the unit of the figures of help."""
    if row.requirement is not None:
        return row.requirement.unit
    found = indicator(row.system, row.indicator)
    return told(found.unit) if found else ""


@register.filter
def basis_said(name: str) -> str:
    """Say where a figure comes from."""
    return str(Basis(name).label) if name else ""
