"""How well, how fast and how large: laboratory matching on real scope lines, against bm25s and SQLite FTS5.

In comes ``../shared/data/labs`` (or ``--table``); out goes one table with every measure, its target and the figure.
Larger sizes are the same file with made-up laboratories. Each build and each set of queries runs in a process of its
own, so that time and memory are its own; queries run on one core. It never fails on time.

Run: ``python benchmarks/matching.py`` (the file itself and 1 M lines), ``--lines 30000000`` (also that size),
``--peers-at 1000000`` (the peers on that size, slow), ``--distinct`` (every copy with objects of its own).
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from matching_parts.lines import MADE_UP, PROVINCES, SEED, TABLE, Line, copies_of, read_lines, write_table
from matching_parts.queries import TOP, Query, make_queries
from qilian.content import load_pack
from qilian.laboratories.scopes import Bridge, Demand, Matcher, import_scopes, open_scopes

ON = date(2026, 12, 1)
WITH_FILTERS = ("as written", "without year", "damaged spacing", "reordered, a quarter dropped", "two typos")
TARGETS = {"as written": 0.98, "without year": 0.97, "damaged spacing": 0.93, "reordered, a quarter dropped": 0.88}
MEGABYTE = 1 << 20
LARGE = 1_000_000


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--table", type=Path, default=TABLE, help="a scope table with the columns of NABL")
    parser.add_argument("--lines", type=int, default=LARGE, help="the largest size, in lines")
    parser.add_argument("--distinct", action="store_true", help="give every copy objects of its own: more concepts")
    parser.add_argument("--queries", type=int, default=400, help="queries of each form")
    parser.add_argument("--peer-queries", type=int, default=8, help="queries of each form that the peers get")
    parser.add_argument("--peers-at", type=int, default=0, help="size on which the peers are asked; 0 is the file")
    parser.add_argument("--folder", type=Path, help="where to work; kept if given")
    parser.add_argument("--step", choices=("build", "ask", "peers"))
    parser.add_argument("--size", type=int, default=0)
    given = parser.parse_args()
    if not given.table.exists():
        print(f"{given.table}: not there, skipped")
        return
    if given.step:
        steps: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {
            "build": _build,
            "ask": _ask,
            "peers": _peers,
        }
        print(json.dumps(steps[given.step](given)))
        return
    began, load = time.perf_counter(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="qilian-matching-") as scratch:
        given.folder = given.folder or Path(scratch)
        given.folder.mkdir(parents=True, exist_ok=True)
        (given.folder / "queries.json").unlink(missing_ok=True)
        sizes = dict.fromkeys((0, *(size for size in (LARGE, given.lines) if size <= given.lines)))
        results = {}
        for size in sizes:
            steps_here = ("build", "ask", "peers") if size == given.peers_at else ("build", "ask")
            results[size] = {step: _run(given, step, size) for step in steps_here}
        rows = [row for size, found in results.items() for row in _rows(size, found)]
    rows += [(f"the file: {what}", "", f"{count:,}", "") for what, count in results[0]["ask"]["doubts"].items()]
    _print(rows)
    print(
        f"\nPython {sys.version.split()[0]}, {os.cpu_count()} cores, load {load:.1f} at the start and "
        f"{os.getloadavg()[0]:.1f} at the end, {(time.perf_counter() - began) / 60:.1f} minutes; seed {SEED}."
    )


def _run(given: argparse.Namespace, step: str, size: int) -> dict[str, object]:
    command = [sys.executable, __file__, "--step", step, "--size", str(size), "--folder", str(given.folder)]
    command += ["--queries", str(given.queries), "--peer-queries", str(given.peer_queries)]
    command += ["--table", str(given.table), *["--distinct"] * given.distinct]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    print(f"{step} at {size or 'the file itself'}: {json.dumps(found)}", file=sys.stderr, flush=True)
    return found


def _build(given: argparse.Namespace) -> dict[str, object]:
    folder = given.folder
    path, register = write_table(given.table, folder, given.size, given.distinct)
    home = folder / f"home-{given.size}"
    shutil.rmtree(home, ignore_errors=True)
    start, used = time.perf_counter(), _processor_seconds()
    report = import_scopes(path, home, register=register)
    seconds, core_seconds = time.perf_counter() - start, _processor_seconds() - used
    path.unlink()
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    index = open_scopes(home)
    return {
        "rows": report.rows,
        "read": report.read,
        "unread": report.unread,
        "listed": sum(1 for _ in report.unread_file.open(encoding="utf-8", newline="")) - 1,
        "seconds": round(seconds, 1),
        "core_seconds": round(core_seconds, 1),
        "resident_mb": memory // 1024,
        "source_mb": _size(home / "sources"),
        "index_mb": _size(home) - _size(home / "sources"),
        "concepts": index.concepts,
        "laboratories": index.laboratory_count,
    }


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) // MEGABYTE


def _queries(given: argparse.Namespace) -> tuple[dict[str, list[Query]], dict[str, int], list[str]]:
    """Return queries, doubts and the file's laboratories; made once for all steps."""
    kept = given.folder / "queries.json"
    if not kept.exists():
        lines = read_lines(given.table)
        forms, doubts = make_queries(lines, given.queries)
        own = list(dict.fromkeys(line[0] for line in lines))
        said = {form: [[text, sorted(truth)] for text, truth in queries] for form, queries in forms.items()}
        kept.write_text(json.dumps([said, doubts, own]), encoding="utf-8")
    said, doubts, own = json.loads(kept.read_text(encoding="utf-8"))
    forms = {form: [(text, frozenset(truth)) for text, truth in queries] for form, queries in said.items()}
    return forms, doubts, own


def _matcher(given: argparse.Namespace) -> Matcher:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    index = open_scopes(given.folder / f"home-{given.size}")
    return Matcher(index, bridge=Bridge([test.name for test in load_pack("robots").tests.values()]))


def _ask(given: argparse.Namespace) -> dict[str, object]:
    forms, doubts, own = _queries(given)
    matcher = _matcher(given)
    copies = max(1, given.size // doubts["lines in the file"])
    recall = {}
    for form, queries in forms.items():
        shares = [_share(_found(matcher, text), truth, own, copies) for text, truth in queries]
        recall[form] = [round(sum(shares) / max(1, len(shares)), 4), len(queries)]
    rng = random.Random(SEED)
    texts = [text for form in WITH_FILTERS for text, _ in forms[form]]
    wall, core, violations = [], [], 0
    for text in rng.sample(texts, len(texts)):
        region, tiers = f"{rng.choice(PROVINCES)}", ("province", "city")
        demand = Demand.asked(text, region=region, on=ON, tiers=tiers)
        start, used = time.perf_counter(), time.thread_time()
        answer = matcher.match(demand, TOP)
        wall.append((time.perf_counter() - start) * 1000)
        core.append((time.thread_time() - used) * 1000)
        violations += sum(
            not one.laboratory.region.startswith(region)
            or one.laboratory.tier not in tiers
            or not any(held.valid_from <= ON <= held.valid_until for held in one.laboratory.accreditations)
            for one in answer.laboratories
        )
    return {
        "recall": recall,
        "doubts": doubts,
        "asked_with_filters": len(wall),
        "violations": violations,
        "wall_ms": _percentiles(wall),
        "core_ms": _percentiles(core),
        "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _peers(given: argparse.Namespace) -> dict[str, object]:
    """Ask the peers and ourselves a sample of the queries, over all lines, one after the other."""
    from matching_parts.peers import Ask, bm25s_peer, fts5_peer

    forms, doubts, own = _queries(given)
    forms = {form: queries[: given.peer_queries] for form, queries in forms.items()}
    matcher = _matcher(given)
    file = read_lines(given.table)
    lines: list[Line] = list(islice(copies_of(file, given.distinct), given.size or len(file)))
    copies = max(1, given.size // doubts["lines in the file"])
    answer: dict[str, object] = {"asked": sum(map(len, forms.values()))}
    makers: dict[str, Callable[[], Ask]] = {
        "qilian": lambda: lambda text, _: _found(matcher, text),
        "bm25s": lambda: bm25s_peer(lines),
        "fts5": lambda: fts5_peer(lines),
    }
    for name, make in makers.items():
        start = time.process_time()
        ask = make()
        built = time.process_time() - start
        for queries in forms.values():
            ask(queries[0][0], TOP)  # what is loaded at the first question, or the first in Chinese, is not counted
        recall, core = {}, []
        for form, queries in forms.items():
            shares = []
            for text, truth in queries:
                used = time.thread_time()
                found = ask(text, TOP)
                core.append((time.thread_time() - used) * 1000)
                shares.append(_share(found, truth, own, copies))
            recall[form] = round(sum(shares) / max(1, len(shares)), 4)
        answer[name] = {"recall": recall, "core_ms": _percentiles(core), "built_seconds": round(built, 1)}
        del ask  # its index, before the next one is made
    return answer


def _found(matcher: Matcher, text: str) -> frozenset[str]:
    return frozenset(one.laboratory.id for one in matcher.match(Demand.asked(text), TOP).laboratories)


def _share(found: Iterable[str], truth: frozenset[str], own: Sequence[str], copies: int) -> float:
    """Return the part of the right laboratories found, of at most TOP; made-up copies of a right one are right too."""
    right = sum((own[int(name.rpartition("-")[2])] if name.startswith(MADE_UP) else name) in truth for name in found)
    return min(1.0, right / min(TOP, len(truth) * copies))


def _percentiles(values: list[float]) -> list[float]:
    values = sorted(values)
    return [round(values[min(len(values) - 1, int(len(values) * part))], 2) for part in (0.5, 0.99)]


# -- the table ---------------------------------------------------------------------------------------------------------

Row = tuple[str, str, str, str]


def _row(measure: str, figure: object, target: str = "", met: bool | None = None) -> Row:
    return measure, target, str(figure), "" if met is None or not target else "yes" if met else "NO"


def _rows(size: int, steps: dict[str, dict[str, object]]) -> list[Row]:
    """Return one row for each measure: what was measured, the target, the figure, and whether it is met."""
    build, ask = steps["build"], steps["ask"]
    name = f"{build['rows']:,} lines"
    large = size > LARGE
    middle_target, late_target = {0: (None, None), LARGE: (4, 20)}.get(size, (None, 50))
    in_time, in_memory = ("<= 30", "<= 2048") if large else ("", "")
    minutes = build["seconds"] / 60
    taken = f"{build['read']:,} + {build['unread']:,}"
    rows = [
        _row(
            f"{name}: rows read + unread and listed", taken, "100 %", build["read"] + build["listed"] == build["rows"]
        ),
        _row(f"{name}: concepts, laboratories", f"{build['concepts']:,}, {build['laboratories']:,}"),
        _row(f"{name}: import and build, wall minutes", f"{minutes:.1f}", in_time, minutes <= 30),
        _row(f"{name}: import and build, CPU minutes of all processes", f"{build['core_seconds'] / 60:.1f}"),
        _row(
            f"{name}: resident while building, MB (largest process)",
            build["resident_mb"],
            in_memory,
            build["resident_mb"] <= 2048,
        ),
        _row(f"{name}: resident while asking, MB", ask["resident_mb"], in_memory, ask["resident_mb"] <= 2048),
        _row(f"{name}: on disk, MB: index + sources", f"{build['index_mb']} + {build['source_mb']}"),
    ]
    for form, (recall, count) in ask["recall"].items():
        target = TARGETS.get(form)
        rows.append(
            _row(
                f"{name}: recall@20 {form} ({count})", recall, f">= {target}" if target else "", recall >= (target or 0)
            )
        )
    for kind in ("wall", "core"):
        middle, late = ask[f"{kind}_ms"]
        for part, figure, target in (("p50", middle, middle_target), ("p99", late, late_target)):
            label = f"{name}: {'CPU' if kind == 'core' else kind} {part}, filters on, one core, ms"
            rows.append(_row(label, figure, f"<= {target}" if target else "", figure <= (target or 0)))
    asked = f"{name}: hard limits violated in {ask['asked_with_filters']:,} demands"
    rows.append(_row(asked, ask["violations"], "0", ask["violations"] == 0))
    return rows + (_peer_rows(name, steps["peers"]) if "peers" in steps else [])


def _peer_rows(name: str, peers: dict[str, object]) -> list[Row]:
    names = ("qilian", "bm25s", "fts5")
    rows = []
    for form in peers["qilian"]["recall"]:
        ours, *others = (peers[peer]["recall"][form] for peer in names)
        figure = " / ".join(map(str, (ours, *others)))
        rows.append(_row(f"{name}: recall@20 {form}: qilian / bm25s / fts5", figure, ">= both", ours >= max(others)))
    means = [sum(peers[peer]["recall"].values()) / len(peers[peer]["recall"]) for peer in names]
    figure = " / ".join(f"{mean:.4f}" for mean in means)
    rows.append(
        _row(
            f"{name}: recall@20, mean of all forms: qilian / bm25s / fts5", figure, "better", means[0] > max(means[1:])
        )
    )
    speeds = {part: [peers[peer]["core_ms"][place] for peer in names] for place, part in enumerate(("p50", "p99"))}
    for part, each in speeds.items():
        label = f"{name}: CPU {part}, ms, {peers['asked']} queries: qilian / bm25s / fts5"
        rows.append(_row(label, " / ".join(map(str, each)), "fts5 >= 10x", each[2] >= 10 * each[0]))
    built = " / ".join(str(peers[peer]["built_seconds"]) for peer in names[1:])
    return [*rows, _row(f"{name}: index, CPU seconds: bm25s / fts5", built)]


def _print(rows: Sequence[Row]) -> None:
    widths = [max(len(cells[column]) for cells in rows) for column in range(4)]
    for cells in (("measure", "target", "figure", "met"), *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
