"""What the pages of improvement share: who may come in, and how a refusal is shown."""

from collections.abc import Callable

from django.contrib import messages

from qilian.errors import QilianError
from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest

PAGE = 25

sides = only("firm", "window", "regulator")
"""Declares that firms, and those who answer them, may come in."""

askers = only("window", "regulator")
"""Declares that those who make surveys and answer demands may come in."""

tellers = only("firm", "window")
"""Declares that those who write demands down may come in."""


def attempt(request: PortalRequest, act: Callable[[], object], done: str) -> bool:
    """Do something; say that it is done, or why not."""
    try:
        act()
    except QilianError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True


def version_of(request: PortalRequest) -> int | None:
    """Return the version of the row that a form was made for, None if it names none."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None
