"""Words for places and limits in the laboratories' templates."""

from collections.abc import Iterable

from django import template

from qilian.laboratories import Limit
from qilian.laboratories.scopes.limits import QUANTITIES
from qilian.portal.accounts import regions
from qilian.portal.rulebook.reading import pack
from qilian.portal.site.templatetags.portal import page_language

register = template.Library()


@register.filter
def division(code: str) -> str:
    """Return the names of an administrative division in the reader's language."""
    return regions.full_title(code).say(page_language())


@register.filter
def in_words(limits: Iterable[Limit]) -> list[str]:
    """Return limits as people read them, in the reader's language: ``payload 0..50 kg``."""
    return [f"{_label(limit.name)} {limit}" for limit in limits]


def _label(name: str) -> str:
    label = pack().network.limit_labels.get(name)
    quantity = QUANTITIES.get(name)
    words = label or (quantity.label if quantity else None)
    return words.say(page_language()) if words else name
