"""The content pack together with the standards library: what plans are made by."""

from dataclasses import replace

from qilian.planning import Pack
from qilian.portal.library import commands
from qilian.portal.rulebook.reading import pack


def pack_with_library() -> Pack:
    """Return the pack with what the library holds today; for making plans, not for showing them."""
    knowledge = pack()
    return replace(knowledge, catalogue=commands.catalogue(knowledge.catalogue))


__all__ = ["pack", "pack_with_library"]
