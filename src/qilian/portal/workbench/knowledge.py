"""The content pack with what the portal keeps: its standards library and its laboratories. What plans are made by."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from qilian.planning import Pack
from qilian.portal.library import commands
from qilian.portal.network.storing import stored
from qilian.portal.rulebook import reading

_PAST = timedelta(days=366)
"""Slots that ended longer ago do not matter to any plan."""


def pack() -> Pack:
    """Return the pack with the laboratories that are kept, without their slots; for showing."""
    knowledge = reading.pack()
    network = stored()
    return replace(knowledge, network=network) if network else knowledge


def pack_with_library() -> Pack:
    """Return the pack with what library and laboratories hold today; for making plans."""
    knowledge = reading.pack()
    network = stored(since=timezone.now() - _PAST) or knowledge.network
    return replace(knowledge, catalogue=commands.catalogue(knowledge.catalogue), network=network)
