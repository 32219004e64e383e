"""National scopes: millions of scope lines from many laboratories, and the matching of a demand to them.

In come scope tables (:func:`import_scopes`) and a :class:`Demand`; out go :class:`ScopeMatches`: laboratories, each
with the lines that prove it, and near misses with the limit that failed.
"""

from qilian.laboratories.scopes.answers import holders_json, matches_json, matches_schema
from qilian.laboratories.scopes.bounds import UPLOAD, Bounds
from qilian.laboratories.scopes.bridge import Bridge
from qilian.laboratories.scopes.demand import Demand
from qilian.laboratories.scopes.index import ScopeIndex, has_scopes, import_scopes, open_scopes, repair_scopes
from qilian.laboratories.scopes.journal import ImportReport
from qilian.laboratories.scopes.limits import Limits, Need, read_limits
from qilian.laboratories.scopes.register import ScopeLaboratory
from qilian.laboratories.scopes.retrieval import (
    FailedLaboratory,
    MatchedLaboratory,
    Matcher,
    ProvingLine,
    ScopeMatches,
)
from qilian.laboratories.scopes.store import ScopeStore
from qilian.laboratories.scopes.uploads import RowAccount, UploadAccount, import_upload, keep_upload, read_upload

__all__ = [
    "UPLOAD",
    "Bounds",
    "Bridge",
    "Demand",
    "FailedLaboratory",
    "ImportReport",
    "Limits",
    "MatchedLaboratory",
    "Matcher",
    "Need",
    "ProvingLine",
    "RowAccount",
    "ScopeIndex",
    "ScopeLaboratory",
    "ScopeMatches",
    "ScopeStore",
    "UploadAccount",
    "has_scopes",
    "holders_json",
    "import_scopes",
    "import_upload",
    "keep_upload",
    "matches_json",
    "matches_schema",
    "open_scopes",
    "read_limits",
    "read_upload",
    "repair_scopes",
]
