"""The indicators that a project can aim at: those of the content pack's indicator systems."""

from functools import cache

from qilian.content import load_systems
from qilian.evaluation import Indicator
from qilian.portal import options
from qilian.portal.site.templatetags.portal import page_language


@cache
def _indicators() -> dict[tuple[str, str], Indicator]:
    systems = load_systems(options.PACK.text())
    return {(name, each.id): each for name, system in systems.items() for each in system.indicators}


def indicator(system: str, name: str) -> Indicator | None:
    """Return an indicator, None where the pack has none of it (any more)."""
    return _indicators().get((system, name))


def choices() -> list[tuple[str, str]]:
    """Return all for a list to choose from: ``system/indicator``, and title with unit."""
    language = page_language()
    return [
        (f"{system}/{name}", f"{each.title.say(language)} ({each.unit.say(language)}, {system})")
        for (system, name), each in _indicators().items()
    ]
