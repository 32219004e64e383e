"""The content pack with what the portal keeps: its standards library and its laboratories. What plans are made by."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from qilian.planning import Pack
from qilian.portal.library import commands
from qilian.portal.network.storing import stored
from qilian.portal.rulebook import reading
from qilian.portal.workbench.models import Product

OwnSlots = Callable[[Product], Iterable[int]]
_own_slots: list[OwnSlots] = []
_PAST = timedelta(days=366)
"""Slots that ended longer ago do not matter to any plan."""


def pack() -> Pack:
    """Return the pack with the laboratories that are kept, without their slots; for showing."""
    knowledge = reading.pack()
    network = stored()
    return replace(knowledge, network=network) if network else knowledge


def own_slots(find: OwnSlots) -> OwnSlots:
    """Register what finds the slots that a product's own appointments take, in the ``ready`` of an app."""
    _own_slots.append(find)
    return find


def pack_with_library(planned: Product | None = None) -> Pack:
    """Return the pack with what library and laboratories hold today; for making plans.

    Parameters
    ----------
    planned
        The product that a plan is made for: hours that its own appointments take are free for it.
    """
    knowledge = reading.pack()
    own = frozenset(slot for find in _own_slots for slot in find(planned)) if planned else frozenset()
    network = stored(since=timezone.now() - _PAST, without=own) or knowledge.network
    return replace(knowledge, catalogue=commands.catalogue(knowledge.catalogue), network=network)
