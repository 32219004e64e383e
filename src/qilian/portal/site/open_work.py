"""What waits for a person, shown on the front page: apps say it by :func:`open_work`, in their ``ready``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qilian.portal.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Open:
    """A line of the list: what waits, where it is done, and how many of it."""

    label: str
    url: str
    icon: str
    count: int | None = None


Provider = Callable[["Actor"], Iterator[Open]]
_providers: list[Provider] = []


def open_work(provider: Provider) -> Provider:
    """Register what an app has to say; it is asked for one actor at a time and makes few, cheap queries."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def open_for(actor: "Actor") -> list[Open]:
    """Return all that waits for an actor who is logged in."""
    return [line for provider in _providers for line in provider(actor)]
