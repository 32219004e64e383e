"""Content packs: the knowledge of one industrial chain as data, found by the entry point ``qilian.content``.

A pack is a Python package that holds files and no code: another chain is another package,
and nothing in the engine changes.
"""

from qilian.content.checking import check_pack
from qilian.content.errors import ContentError
from qilian.content.loading import load_chain, load_pack, load_systems, load_table, load_tools, read_pack, read_systems
from qilian.content.schemas import KINDS, schema

__all__ = [
    "KINDS",
    "ContentError",
    "check_pack",
    "load_chain",
    "load_pack",
    "load_systems",
    "load_table",
    "load_tools",
    "read_pack",
    "read_systems",
    "schema",
]
