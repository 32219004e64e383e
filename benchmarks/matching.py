"""How well, how fast and how large: laboratory matching on real scope lines, against bm25s and SQLite FTS5.

In comes ``../shared/data/labs``; out goes one table with every measure, its target and the figure. Larger sizes are the
same file with made-up laboratories. Each build and each set of queries runs in a process of its own, so that time and
memory are its own; queries run on one core. Run: ``python benchmarks/matching.py [--lines 30000000]``.
"""

import argparse
import csv
import gzip
import hashlib
import json
import os
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from qilian.content import load_pack
from qilian.laboratories.scopes import Bridge, Demand, Matcher, import_scopes, open_scopes
from qilian.standards import find_references

ROOT = Path(__file__).parents[1]
TABLE = ROOT.parent / "shared/data/labs/nabl_scopes_dev.csv.gz"
TOP = 20
SEED = 20261123
MADE_UP = "Made-up laboratory"
ON = date(2026, 12, 1)
PROVINCES = [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 61]

Line = tuple[str, str, str, str]  # laboratory, object, parameter, standard
Query = tuple[str, frozenset[str]]
_PART = re.compile(r"[ ,(-]*\b(?:part|pt|p)[ .:-]*0*(\d+)", re.IGNORECASE)
_YEAR = re.compile(r"[ :,–-]*\(?\b(?:19|20)\d\d\b\)?")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000, help="the largest size, in lines")
    parser.add_argument("--distinct", action="store_true", help="give every copy objects of its own: more concepts")
    parser.add_argument("--queries", type=int, default=400, help="queries of each form")
    parser.add_argument("--peer-queries", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="where to work; kept if given")
    parser.add_argument("--step", choices=("build", "ask", "peers"))
    parser.add_argument("--size", type=int, default=0)
    given = parser.parse_args()
    if not TABLE.exists():
        print(f"{TABLE}: not there, skipped")
        return
    if given.step:
        step: Callable[[argparse.Namespace], dict[str, object]] = {"build": _build, "ask": _ask, "peers": _peers}[
            given.step
        ]
        print(json.dumps(step(given)))
        return
    with tempfile.TemporaryDirectory(prefix="qilian-matching-") as scratch:
        given.folder = given.folder or Path(scratch)
        sizes = [0, *(size for size in (1_000_000, given.lines) if size <= given.lines)]
        results = {}
        for size in dict.fromkeys(sizes):
            results[size] = {
                step: _run(given, step, size) for step in (("build", "ask", "peers") if not size else ("build", "ask"))
            }
        _print(results)


def _run(given: argparse.Namespace, step: str, size: int) -> dict[str, object]:
    command = [sys.executable, __file__, "--step", step, "--size", str(size), "--folder", str(given.folder)]
    command += ["--queries", str(given.queries), "--peer-queries", str(given.peer_queries)]
    command += ["--distinct"] * given.distinct
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    print(f"{step} at {size or 'the file itself'}: {json.dumps(found)}", file=sys.stderr, flush=True)
    return found


# -- the lines ---------------------------------------------------------------------------------------------------------


def _lines() -> list[Line]:
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as stream:
        return [
            (row["lab_file"], row["material_or_product"], row["parameter_or_test"], row["test_method_standard"])
            for row in csv.DictReader(stream)
        ]


def _write_table(folder: Path, size: int, distinct: bool) -> tuple[Path, Path]:
    """Write the file, or the file again and again with made-up laboratories, and a made-up register."""
    lines = _lines()
    laboratories = list(dict.fromkeys(line[0] for line in lines))
    path, register = folder / f"scopes-{size}.csv", folder / f"register-{size}.csv"
    rng = random.Random(SEED)
    size = size or len(lines)
    names: dict[str, None] = {}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("laboratory", "object", "parameter", "standard"))
        written = copy = 0
        while written < size:
            called = {own: own if not copy else f"{MADE_UP} {copy}-{number}" for number, own in enumerate(laboratories)}
            own_name = f" series {copy}" if distinct and copy else ""
            part = [(who, f"{thing}{own_name}", *rest) for who, thing, *rest in lines[: size - written]]
            writer.writerows((called[own], *rest) for own, *rest in part)
            names.update(dict.fromkeys(called[own] for own, *_ in part))
            written, copy = written + len(part), copy + 1
    with register.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "name", "region", "tier", "scheme", "number", "valid_from", "valid_until"))
        for number, name in enumerate(names):
            begin = date(2021, 1, 1) + timedelta(days=rng.randrange(1500))
            region = f"{rng.choice(PROVINCES)}{rng.randrange(1, 20):02}{rng.randrange(0, 12):02}"
            tier = rng.choice(("province", "city", "district"))
            writer.writerow((name, name, region, tier, "CNAS", f"L{number:05}", begin, begin + timedelta(days=6 * 365)))
    return path, register


def _build(given: argparse.Namespace) -> dict[str, object]:
    folder = given.folder
    path, register = _write_table(folder, given.size, given.distinct)
    home = folder / f"home-{given.size}"
    shutil.rmtree(home, ignore_errors=True)
    start = time.perf_counter()
    report = import_scopes(path, home, register=register)
    seconds = time.perf_counter() - start
    path.unlink()
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    size = sum(each.stat().st_size for each in home.rglob("*") if each.is_file())
    index = open_scopes(home)
    return {
        "rows": report.rows,
        "read": report.read,
        "unread": report.unread,
        "listed": sum(1 for _ in report.unread_file.open(encoding="utf-8", newline="")) - 1,
        "seconds": round(seconds, 1),
        "resident_mb": memory // 1024,
        "disk_mb": size >> 20,
        "concepts": index.concepts,
        "laboratories": index.laboratory_count,
    }


# -- the queries -------------------------------------------------------------------------------------------------------


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _standard(cell: str, cache: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the documents that a cell cites, without year, by the references of the standards room alone."""
    if cell not in cache:
        found = find_references(_PART.sub(r"-\1", cell))
        cache[cell] = frozenset(str(each.undated) for each in found) or frozenset({_bare(_YEAR.sub("", cell))})
    return cache[cell]


def _half(laboratory: str) -> int:
    """Return 0 for the laboratories that were looked at while building, 1 for those kept aside."""
    return hashlib.md5(laboratory.encode(), usedforsecurity=False).digest()[0] & 1


def _queries(count: int) -> tuple[dict[str, list[Query]], dict[str, int]]:
    """Return queries of each form, drawn from lines of the laboratories kept aside, with those that are right."""
    lines = _lines()
    cache: dict[str, frozenset[str]] = {}
    same: dict[tuple[str, str], list[Line]] = defaultdict(list)
    by_standard: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        same[_bare(line[1]), _bare(line[2])].append(line)
    pool = [line for line in lines if _half(line[0]) and all(map(str.strip, line))]
    rng = random.Random(SEED)
    drawn = rng.sample(pool, count)

    def right(line: Line) -> frozenset[str]:
        mine = _standard(line[3], cache)
        return frozenset(one[0] for one in same[_bare(line[1]), _bare(line[2])] if _standard(one[3], cache) == mine)

    truths = [right(line) for line in drawn]
    whole = [" ".join(line[1:])[:1900] for line in drawn]
    forms = {
        "as written": list(zip(whole, truths, strict=True)),
        "without year": [(_YEAR.sub("", text), truth) for text, truth in zip(whole, truths, strict=True)],
        "damaged spacing": [(_damaged(text, rng), truth) for text, truth in zip(whole, truths, strict=True)],
        "reordered, a quarter dropped": [
            (_dropped(text, rng), truth) for text, truth in zip(whole, truths, strict=True)
        ],
        "two typos": [(_typos(text, rng), truth) for text, truth in zip(whole, truths, strict=True)],
    }
    for line in lines:
        for document in _standard(line[3], cache):
            by_standard[document].append(line)
    cited = [
        next(iter(_standard(line[3], cache)))
        for line in drawn
        if len(_standard(line[3], cache)) == 1 and find_references(line[3])
    ]
    forms["standard only"] = [(one, frozenset(line[0] for line in by_standard[one])) for one in dict.fromkeys(cited)]
    forms["Chinese through the vocabulary"] = _chinese(pool, right, rng, count)
    doubts = {
        "no object, parameter or standard": sum(not all(map(str.strip, line)) for line in lines),
        "no standard that can be read": sum(not find_references(line[3]) for line in lines),
        "several standards in the cell": sum(len(_standard(line[3], cache)) > 1 for line in lines),
        "queries with more than 20 right laboratories": sum(len(truth) > TOP for truth in truths),
    }
    return forms, doubts


def _damaged(text: str, rng: random.Random) -> str:
    """Lose three blanks in ten and put one after three letters in a hundred."""
    kept = "".join(sign for sign in text if sign != " " or rng.random() > 0.3)
    return "".join(f"{sign} " if sign.isalpha() and rng.random() < 0.03 else sign for sign in kept)


def _dropped(text: str, rng: random.Random) -> str:
    words = text.split()
    rng.shuffle(words)
    return " ".join(words[: max(1, round(len(words) * 0.75))])


def _typos(text: str, rng: random.Random) -> str:
    signs = list(text)
    letters = [place for place, sign in enumerate(signs) if sign.isalpha()]
    for place in rng.sample(letters, min(2, len(letters))):
        signs[place] = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(signs)


def _chinese(
    pool: Sequence[Line], right: Callable[[Line], frozenset[str]], rng: random.Random, count: int
) -> list[Query]:
    """Take lines whose parameter holds a term of the vocabulary; ask by the Chinese term and the line's standard."""
    terms = []
    for test in load_pack("robots").tests.values():
        english = re.sub(r"\(.*?\)", "", test.name.en)
        terms.append((_bare(english), re.sub(r"[（(].*?[)）]", "", test.name.zh)))
    found: list[tuple[Line, str]] = []
    for line in pool:
        bare = _bare(line[2])
        fitting = [(english, chinese) for english, chinese in terms if len(english) > 5 and english in bare]
        if fitting and find_references(line[3]):
            found.append((line, max(fitting)[1]))
    drawn = rng.sample(found, min(count, len(found)))
    return [(f"{chinese} {line[1]} {line[3]}"[:1900], right(line)) for line, chinese in drawn]


# -- asking ------------------------------------------------------------------------------------------------------------


def _ask(given: argparse.Namespace) -> dict[str, object]:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    index = open_scopes(given.folder / f"home-{given.size}")
    matcher = Matcher(index, bridge=Bridge([test.name for test in load_pack("robots").tests.values()]))
    forms, doubts = _queries(given.queries)
    lines = _lines()
    own, copies = list(dict.fromkeys(line[0] for line in lines)), max(1, given.size // len(lines))
    recall: dict[str, list[float]] = {}
    for form, queries in forms.items():
        found = [
            _hits(
                [one.laboratory.id for one in matcher.match(Demand.asked(text), TOP).laboratories], truth, own, copies
            )
            for text, truth in queries
        ]
        recall[form] = [round(sum(found) / max(1, len(found)), 4), len(queries)]
    rng = random.Random(SEED)
    texts = [
        text
        for form in ("as written", "without year", "damaged spacing", "reordered, a quarter dropped", "two typos")
        for text, _ in forms[form]
    ]
    wall, core, violations = [], [], 0
    for text in rng.sample(texts, len(texts)):
        filters = {"region": f"{rng.choice(PROVINCES)}", "on": ON, "tiers": ("province", "city")}
        demand = Demand.asked(text, **filters)
        start, used = time.perf_counter(), time.thread_time()
        answer = matcher.match(demand, TOP)
        wall.append((time.perf_counter() - start) * 1000)
        core.append((time.thread_time() - used) * 1000)
        violations += sum(
            not (
                one.laboratory.region.startswith(filters["region"])
                and one.laboratory.tier in filters["tiers"]
                and any(held.valid_from <= ON <= held.valid_until for held in one.laboratory.accreditations)
            )
            for one in answer.laboratories
        )
    return {
        "recall": recall, "doubts": doubts, "asked_with_filters": len(wall), "violations": violations,
        "wall_ms": _spread(wall), "core_ms": _spread(core),
        "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def _hits(found: Iterable[str], truth: frozenset[str], own: Sequence[str] = (), copies: int = 1) -> float:
    """Return the part of the right laboratories found, of at most TOP; made-up copies of a right one are right too."""
    right = sum((own[int(name.rpartition("-")[2])] if name.startswith(MADE_UP) else name) in truth for name in found)
    return min(1.0, right / min(TOP, len(truth) * copies))


def _spread(values: list[float]) -> list[float]:
    values = sorted(values)
    return [round(values[int(len(values) * part)], 2) for part in (0.5, 0.99)]


# -- the peers ---------------------------------------------------------------------------------------------------------


def _peers(given: argparse.Namespace) -> dict[str, object]:
    """Ask bm25s and FTS5 a sample of the same queries over all lines, and take their laboratories line by line."""
    import bm25s

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    lines = _lines()
    texts = [" ".join(line[1:]) for line in lines]
    forms, _ = _queries(given.queries)
    forms = {form: queries[: given.peer_queries] for form, queries in forms.items()}
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE line USING fts5(text)")
    database.executemany("INSERT INTO line(rowid, text) VALUES (?, ?)", enumerate(texts))

    def by_bm25s(text: str) -> Iterator[int]:
        tokens = bm25s.tokenize([text], stopwords="en", show_progress=False)
        ids, _ = retriever.retrieve(tokens, k=1000, show_progress=False)
        yield from map(int, ids[0])

    def by_fts5(text: str) -> Iterator[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text)))
        for (row,) in database.execute("SELECT rowid FROM line WHERE text MATCH ? ORDER BY rank LIMIT 1000", (words,)):
            yield int(row)

    def by_qilian(text: str) -> frozenset[str]:
        return frozenset(one.laboratory.id for one in matcher.match(Demand.asked(text), TOP).laboratories)

    def grouped(peer: Callable[[str], Iterator[int]]) -> Callable[[str], frozenset[str]]:
        def ask(text: str) -> frozenset[str]:
            found: dict[str, None] = {}
            for row in peer(text):
                found[lines[row][0]] = None
                if len(found) == TOP:
                    break
            return frozenset(found)

        return ask

    index = open_scopes(given.folder / f"home-{given.size}")
    matcher = Matcher(index, bridge=Bridge([test.name for test in load_pack("robots").tests.values()]))
    answer: dict[str, object] = {}
    for name, ask in (("qilian", by_qilian), ("bm25s", grouped(by_bm25s)), ("fts5", grouped(by_fts5))):
        recall, wall = {}, []
        for form, queries in forms.items():
            hits = []
            for text, truth in queries:
                start = time.perf_counter()
                found = ask(text)
                wall.append((time.perf_counter() - start) * 1000)
                hits.append(_hits(found, truth))
            recall[form] = round(sum(hits) / max(1, len(hits)), 4)
        answer[name] = {"recall": recall, "wall_ms": _spread(wall)}
    return answer


# -- the table ---------------------------------------------------------------------------------------------------------

_TARGETS = {"as written": 0.98, "without year": 0.97, "damaged spacing": 0.93, "reordered, a quarter dropped": 0.88}


def _print(results: dict[int, dict[str, dict[str, object]]]) -> None:
    """Print one row for each measure: what was measured, the target, the figure, and whether it is met."""
    rows: list[tuple[str, str, str, str]] = []

    def row(measure: str, figure: object, target: str = "", met: bool | None = None) -> None:
        rows.append((measure, target, str(figure), "" if met is None else "yes" if met else "NO"))

    for size, steps in results.items():
        build, ask = steps["build"], steps["ask"]
        name = f"{build['rows']:,} lines"
        row(
            f"{name}: rows read + unread and listed",
            f"{build['read']:,} + {build['unread']:,}",
            "100 %",
            build["read"] + build["listed"] == build["rows"],
        )
        row(f"{name}: concepts, laboratories", f"{build['concepts']:,}, {build['laboratories']:,}")
        large = size > 1_000_000
        row(
            f"{name}: import and build, minutes",
            round(build["seconds"] / 60, 1),
            "<= 30" if large else "",
            build["seconds"] <= 1800 if large else None,
        )
        row(
            f"{name}: resident while building, MB (largest process)",
            build["resident_mb"],
            "<= 2048" if large else "",
            build["resident_mb"] <= 2048 if large else None,
        )
        row(
            f"{name}: resident while asking, MB",
            ask["resident_mb"],
            "<= 2048" if large else "",
            ask["resident_mb"] <= 2048 if large else None,
        )
        row(f"{name}: on disk, MB", build["disk_mb"])
        for form, (recall, count) in ask["recall"].items():
            target = _TARGETS.get(form)
            row(
                f"{name}: recall@20 {form} ({count})",
                recall,
                f">= {target}" if target else "",
                recall >= target if target else None,
            )
        for name_of, key in (("wall", "wall_ms"), ("CPU", "core_ms")):
            middle, late = ask[key]
            limits = {0: None, 1_000_000: (4, 20)}.get(size, (None, 50))
            row(
                f"{name}: {name_of} p50, filters on, one core, ms",
                middle,
                f"<= {limits[0]}" if limits and limits[0] else "",
                middle <= limits[0] if limits and limits[0] else None,
            )
            row(
                f"{name}: {name_of} p99, filters on, one core, ms",
                late,
                f"<= {limits[1]}" if limits else "",
                late <= limits[1] if limits else None,
            )
        row(
            f"{name}: hard limits violated in {ask['asked_with_filters']} demands",
            ask["violations"],
            "0",
            ask["violations"] == 0,
        )
        if "peers" in steps:
            peers = steps["peers"]
            ours = peers["qilian"]
            for form, recall in ours["recall"].items():
                others = {peer: peers[peer]["recall"][form] for peer in ("bm25s", "fts5")}
                row(
                    f"{name}: recall@20 {form}: qilian / bm25s / fts5",
                    " / ".join(map(str, (recall, *others.values()))),
                    "better",
                    all(recall >= each for each in others.values()),
                )
            for place, part in enumerate(("p50", "p99")):
                speeds = [peers[peer]["wall_ms"][place] for peer in ("qilian", "bm25s", "fts5")]
                row(
                    f"{name}: wall {part}, ms: qilian / bm25s / fts5",
                    " / ".join(map(str, speeds)),
                    "10x fts5",
                    speeds[2] >= 10 * speeds[0],
                )
            for what, count in ask["doubts"].items():
                row(f"{name}: {what}", f"{count:,}")
    widths = [max(len(cells[column]) for cells in rows) for column in range(4)]
    for cells in (("measure", "target", "figure", "met"), *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    load = os.getloadavg()[0]
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} cores, load {load:.1f} at the end; seed {SEED}.")


if __name__ == "__main__":
    main()
