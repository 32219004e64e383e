"""Tables of figures beside their targets, and the percentiles in them."""

import statistics
import time
from collections.abc import Callable, Sequence

from library_parts.engines import Engine
from library_parts.queries import Query

Row = tuple[str, str, str, str]


def measured(measure: str, figure: object, target: str = "", met: bool | None = None) -> Row:
    """Return one row of the table: what was measured, its target, the figure, and whether the target is met."""
    return measure, target, str(figure), "" if met is None or not target else "yes" if met else "NO"


def print_rows(rows: Sequence[Row]) -> None:
    """Print rows under their headings."""
    table = (("measure", "target", "figure", "met"), *rows)
    widths = [max(len(cells[column]) for cells in table) for column in range(4)]
    for cells in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip(), flush=True)


def milliseconds(engine: Engine, asked: Sequence[Query], filtered: bool) -> tuple[list[float], float]:
    """Return the latency of each query and the share whose first ten hold a right row."""
    took: list[float] = []
    right = 0
    for query in asked:
        filters = query.filters if filtered else None
        start = time.perf_counter()
        keys = engine(query.text, filters)
        took.append((time.perf_counter() - start) * 1000)
        right += not query.right.isdisjoint(keys)
    return took, right / max(1, len(asked))


def percentiles(took: Sequence[float]) -> tuple[float, float]:
    """Return p50 and p99 of some latencies, in milliseconds."""
    cuts = statistics.quantiles(took, n=100, method="inclusive") if len(took) > 1 else [0.0] * 99
    return round(cuts[49], 2), round(cuts[98], 2)


def timed(action: Callable[[], object]) -> float:
    """Return how many seconds an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
