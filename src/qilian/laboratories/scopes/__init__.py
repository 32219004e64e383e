"""National scopes: millions of scope lines from many laboratories, and the matching of a demand to them.

In come scope tables (:func:`import_scopes`) and a :class:`Demand`; out go :class:`ScopeMatches`: laboratories, each
with the lines that prove it, and near misses with the limit that failed.
"""

from qilian.laboratories.scopes.answers import matches_json, matches_schema
from qilian.laboratories.scopes.bridge import Bridge
from qilian.laboratories.scopes.demand import Demand
from qilian.laboratories.scopes.index import ScopeIndex, import_scopes, open_scopes, repair_scopes
from qilian.laboratories.scopes.journal import ImportReport
from qilian.laboratories.scopes.limits import Limits, Need, read_limits
from qilian.laboratories.scopes.retrieval import (
    FailedLaboratory,
    MatchedLaboratory,
    Matcher,
    ProvingLine,
    ScopeMatches,
)
from qilian.laboratories.scopes.store import ScopeStore

__all__ = [
    "Bridge",
    "Demand",
    "FailedLaboratory",
    "ImportReport",
    "Limits",
    "MatchedLaboratory",
    "Matcher",
    "Need",
    "ProvingLine",
    "ScopeIndex",
    "ScopeMatches",
    "ScopeStore",
    "import_scopes",
    "matches_json",
    "matches_schema",
    "open_scopes",
    "read_limits",
    "repair_scopes",
]
