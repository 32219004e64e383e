"""Measures one library, in a process of its own: imports, look-ups as of a date, and search.

The environment names the library (``QILIAN_HOME``, ``DATABASE_URL``); what is found goes to standard output as JSON.
"""

import json
import os
import random
import resource
import sys
import time
from datetime import date
from pathlib import Path

from library_parts.engines import ours
from library_parts.queries import QUERIES_A_FORM, drawn_rows, queries
from library_parts.tables import milliseconds, percentiles, timed
from qilian.content import load_table
from qilian.standards import Status

LOOK_UPS = 2_000


def main(arguments: list[str]) -> None:
    """Import the archives in the arguments (``--again`` before them: twice), look up, search; print what was found."""
    from qilian.portal.setup import setup

    setup()
    again = "--again" in arguments
    archives = [Path(each) for each in arguments if each != "--again"]
    found: dict[str, object] = {"first": import_all(archives)}
    if again:
        found["second"] = import_all(archives)
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    found["peak_mb"] = sum(usage) // 1024
    found["look_up"] = look_up()
    found["search"] = search()
    print(json.dumps(found))


def import_all(archives: list[Path]) -> dict[str, float]:
    """Import files; return seconds, seconds of processor of all processes, and the sums of the closing accounts."""
    from qilian.portal.library.importing import import_file

    start, before = time.perf_counter(), sum(os.times()[:4])
    accounts = [import_file(path) for path in archives]
    found = {"seconds": time.perf_counter() - start, "processor": sum(os.times()[:4]) - before}
    names = ("read", "new", "changed", "unchanged", "rejected")
    return found | {name: sum(getattr(each, name) for each in accounts) for name in names}


def look_up(seed: int = 5) -> dict[str, object]:
    """Return what an answer about a reference on a date costs; each is asked once, with a pack's table."""
    from qilian.portal.library.looking_up import show
    from qilian.portal.library.models import Document
    from qilian.portal.library.rows import unpack

    choose, table = random.Random(seed), load_table("robots")
    packed = list(Document.objects.exclude(publisher="").order_by("id").values_list("ref", flat=True))
    asked = []
    for ref in map(unpack, choose.sample(packed, LOOK_UPS)):
        on = date(choose.randint(1990, 2026), choose.randint(1, 12), 1)
        asked.append((ref if choose.random() < 0.5 else ref.undated, on))
    del packed
    unpack.cache_clear()
    show(asked[0][0], asked[0][1], table)  # what is loaded at the first question is not counted
    took, processor, known = [], [], 0
    for ref, on in asked:
        start, before = time.perf_counter(), time.process_time()
        entry = show(ref, on, table)
        took.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - before) * 1000)
        known += entry.status is not Status.UNKNOWN
    assert known > LOOK_UPS / 4
    return {"ms": percentiles(took), "processor_ms": percentiles(processor), "known": known / LOOK_UPS}


def search() -> dict[str, object]:
    """Build the search index; return what that and a search cost, without and with filters."""
    from qilian.portal.library.indexing import refresh

    table = load_table("robots")
    start = time.perf_counter()
    index = refresh(table)
    built = time.perf_counter() - start
    size = sum(path.stat().st_size for path in index.folder.rglob("*") if path.is_file())
    asked = [query for form in queries(drawn_rows(4 * QUERIES_A_FORM)).values() for query in form]
    milliseconds(ours(index), asked[:1], False)
    found = {
        name: percentiles(milliseconds(ours(index), asked, name == "filtered")[0]) for name in ("plain", "filtered")
    }
    return {"built_seconds": built, "ready_ms": timed(lambda: refresh(table)) * 1000, "mb": size / 1e6, **found}


if __name__ == "__main__":
    main(sys.argv[1:])
