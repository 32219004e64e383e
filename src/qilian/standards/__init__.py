"""Standards and acts: references, editions, and a catalogue that answers as of a date.

In comes a table of editions and relations (:func:`read_table`); out goes a :class:`Catalogue` that says what stood on
a date.
"""

from qilian.standards.catalogue import Catalogue
from qilian.standards.editions import (
    Change,
    Degree,
    Edition,
    Entry,
    Equivalent,
    MethodMatch,
    Milestone,
    Relation,
    RelationKind,
    Status,
    When,
)
from qilian.standards.errors import NotAReference, StandardsError
from qilian.standards.grammar import find_references, locate_references
from qilian.standards.reference import Amendment, StandardRef
from qilian.standards.table import read_table

__all__ = [
    "Amendment",
    "Catalogue",
    "Change",
    "Degree",
    "Edition",
    "Entry",
    "Equivalent",
    "MethodMatch",
    "Milestone",
    "NotAReference",
    "Relation",
    "RelationKind",
    "StandardRef",
    "StandardsError",
    "Status",
    "When",
    "find_references",
    "locate_references",
    "read_table",
]
