"""What every page's template is given."""

from functools import cache
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qilian.portal.site.menu import entries, groups

THEMES = ("light", "dark")


@cache
def _version() -> str:
    return version("qilian")


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the actor, the menu, the theme and the version."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    actor = getattr(request, "actor", None)
    menu = entries(request, actor)
    return {
        "actor": actor,
        "menu": menu,
        "menu_groups": groups(menu),
        "theme": theme if theme in THEMES else "",
        "version": _version(),
    }
