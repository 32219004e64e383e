"""What ``qilian standards search`` does: parsed arguments in, JSON-ready data or printed lines out.

Starts Django itself, like its sisters in :mod:`qilian.portal.library.commands`.
"""

from datetime import date
from typing import TYPE_CHECKING

from qilian.portal.library.errors import LibraryError
from qilian.portal.setup import setup
from qilian.standards import Status
from qilian.text import Language, Text

if TYPE_CHECKING:
    from rich.console import Console

    from qilian.portal.library.searching import Hit
    from qilian.standards import Catalogue
    from qilian.standards.editions import Json

STATUSES = {
    Status.CURRENT: Text("现行", "current"),
    Status.SUPERSEDED: Text("被代替", "superseded"),
    Status.WITHDRAWN: Text("废止", "withdrawn"),
    Status.DRAFT: Text("草案", "draft"),
    Status.UNKNOWN: Text("未知", "unknown"),
}


def search(
    text: str,
    on: date,
    *,
    publisher: str = "",
    status: str = "",
    committee: str = "",
    ics: str = "",
    limit: int = 10,
    table: "Catalogue | None" = None,
) -> "tuple[Hit, ...]":
    """Find documents in the library and a pack's table; see :class:`~qilian.portal.library.searching.Filters`.

    Raises
    ------
    LibraryError
        For a status that is none, or a limit below 1.
    """
    if status and status not in {each.value for each in Status}:
        raise LibraryError(f"{status[:40]}: not a status", mend=f"one of {', '.join(Status)}")
    if limit < 1:
        raise LibraryError(f"{limit}: not a number of hits", mend="ask for 1 or more")
    setup()
    from qilian.portal.library.indexing import search_library
    from qilian.portal.library.searching import Filters

    filters = Filters(publisher, Status(status) if status else None, committee, ics)
    return search_library(text, on, filters, limit, table)


def search_json(text: str, on: date, hits: "tuple[Hit, ...]") -> "dict[str, Json]":
    """Return the answer of ``standards search --json``."""
    return {
        "query": text,
        "on": on.isoformat(),
        "hits": [
            {
                "reference": hit.reference,
                "status": hit.status.value,
                "titles": dict(hit.titles),
                "known_from": hit.known_from.isoformat() if hit.known_from else None,
                "ends": hit.ends.isoformat() if hit.ends else None,
                "committee": hit.committee or None,
                "ics": list(hit.ics),
            }
            for hit in hits
        ],
    }


def print_hits(hits: "tuple[Hit, ...]", console: "Console", language: Language = "zh") -> None:
    """Print one line a hit: reference, status, title in the language or in the first that there is."""
    for hit in hits:
        title = hit.titles.get(language) or hit.titles.get("en") or next(iter(hit.titles.values()), "")
        words = STATUSES[hit.status].say(language)
        console.print(f"{hit.reference}  {words}  {title}", highlight=False, soft_wrap=True, markup=False)
