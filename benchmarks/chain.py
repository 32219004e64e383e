"""Measures tracing on a generated chain: walks, shares of ways and ranked suspects, cold and warm, against two peers.

Run ``python benchmarks/chain.py [--nodes 1000000]``; it prints Markdown tables and fails on wrong answers only. Each
row is a process of its own, which makes its chain from a seed: five layers, most parts going into few products of the
next layers, some (screws, chips) into very many. *Cold* is the first question in a process whose compiled walks lie on
disk; *warm* the median and the worst of 40 questions, half of them up and half down, from nodes drawn at random, the
last and the first. Milliseconds are of the processor, of which each question uses one core, so that others on the
machine count little; the worst is given by the clock, too. The peers are asked the same questions in the same run:
``scipy.sparse.csgraph.breadth_first_order`` on a ready matrix, which gives the order but neither distances nor shares,
and a recursive query of SQLite with indexes.
"""

import argparse
import json
import os
import platform
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from qilian.chain import Chain, ControlPoint, FailureMode, Link, Node, suspects
from qilian.chain.graph import Graph
from qilian.text import Text

LINKS_A_NODE = 3
QUESTIONS = 40
NAMES = (
    "trace",
    "trace and shares",
    "ranked suspects, first 30",
    "scipy breadth_first_order",
    "SQLite recursive query",
)


def main() -> None:
    """Print the machine, the comparison and the growth."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nodes", type=int, default=1_000_000)
    arguments.add_argument("--one", help="used by this program itself")
    options = arguments.parse_args()
    if options.one:
        print(json.dumps(_measure(*json.loads(options.one))))
        return
    for name in NAMES[:3]:
        _once(name, 50_000)  # compiles, into the cache on disk
    print(f"{_machine()}\n")
    nodes = options.nodes
    found = {name: _once(name, nodes) for name in NAMES}
    print(f"{nodes:,} nodes, {found['trace']['links']:,} links, {QUESTIONS} questions that reach "
          f"{found['trace']['reached']:,} nodes at the median and {found['trace']['most']:,} at most\n")  # fmt: skip
    print("| what | ready after (s) | cold | warm median | warm worst | worst by the clock | peak memory (MB) |")
    print(f"|---|{'---:|' * 6}")
    for name, each in found.items():
        print(f"| {name} | {each['ready']:.1f} | {_times(each)} | {each['memory']:,.0f} |")
    for name in NAMES[3:]:
        ratio = found["trace"]["median"] / found[name]["median"]
        print(
            f"\nratio trace / {name}, median: {ratio:.3f}; worst: {found['trace']['worst'] / found[name]['worst']:.3f}"
        )
    print("\nGrowth\n\n| nodes | links | trace, worst (ms) | trace and shares, worst (ms) | ns a node and link |")
    print("|---:|---:|---:|---:|---:|")
    for size in (nodes // 100, nodes // 10, nodes, nodes * 4):
        walk, shares = (_once(name, size) for name in NAMES[:2])
        each = shares["worst"] * 1e6 / (size + shares["links"])
        print(f"| {size:,} | {walk['links']:,} | {walk['worst']:.1f} | {shares['worst']:.1f} | {each:.1f} |")


def made_up(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return origins and targets of the links: each node but the raw materials is made of three earlier ones."""
    chance = np.random.default_rng(1)
    raw = nodes // 5
    targets = np.repeat(np.arange(raw, nodes, dtype=np.int64), LINKS_A_NODE)
    layer = nodes // 5
    near = targets - 1 - chance.integers(0, layer, len(targets))  # mostly of the layer before
    common = (chance.random(len(targets)) ** 4 * targets).astype(np.int64)  # some parts go into very many
    origins = np.maximum(np.where(chance.random(len(targets)) < 0.8, near, common), 0)
    pairs = np.unique(np.stack([origins, targets], axis=1), axis=0)
    return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32)


def _questions(nodes: int) -> list[tuple[int, bool]]:
    """Return where to start and whether upstream: the last and first nodes reach most, the others are drawn."""
    chance = np.random.default_rng(2)
    starts = chance.integers(0, nodes, QUESTIONS).tolist()
    starts[0], starts[1] = nodes - 1, 0
    return [(start, number % 2 == 0) for number, start in enumerate(starts)]


def _measure(name: str, nodes: int) -> dict[str, float]:
    origins, targets = made_up(nodes)
    made = time.process_time()
    ask = {NAMES[0]: _trace, NAMES[1]: _shares, NAMES[2]: _suspects, NAMES[3]: _scipy, NAMES[4]: _sqlite}[name](
        nodes, origins, targets
    )
    ready = time.process_time()
    cold = time.process_time()
    counts = [ask(*_questions(nodes)[0])]
    cold = (time.process_time() - cold) * 1000
    counts += [ask(*each) for each in _questions(nodes)[1:]]
    warm, clock = [], []
    for (start, upstream), count in zip(_questions(nodes), counts, strict=True):
        asked, worked = time.perf_counter(), time.process_time()
        if ask(start, upstream) != count:
            sys.exit(f"{name}: another answer the second time")
        warm.append((time.process_time() - worked) * 1000)
        clock.append((time.perf_counter() - asked) * 1000)
    if nodes <= 50_000 and counts != [_plainly(origins, targets, *each) for each in _questions(nodes)]:
        sys.exit(f"{name}: not what plain walking finds")
    return {
        "links": len(origins), "ready": ready - made, "cold": cold, "clock": max(clock),
        "median": statistics.median(warm),
        "worst": max(warm), "reached": statistics.median_high(counts), "most": max(counts),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


Ask = Callable[[int, bool], int]


def _trace(nodes: int, origins: np.ndarray, targets: np.ndarray) -> Ask:
    graph = Graph.of(nodes, origins, targets)
    return lambda start, upstream: len(graph.trace(start, upstream=upstream)[0])


def _shares(nodes: int, origins: np.ndarray, targets: np.ndarray) -> Ask:
    graph = Graph.of(nodes, origins, targets)

    def ask(start: int, upstream: bool) -> int:
        found, _distance = graph.trace(start, upstream=upstream)
        shares = graph.shares_into(start, found) if upstream else graph.shares_from(start, found)
        if not (shares > 0).all():
            sys.exit("a node is reached without a share")
        return len(found)

    return ask


def _suspects(nodes: int, origins: np.ndarray, targets: np.ndarray) -> Ask:
    """Ask the public function of a whole chain in words, where one node in ten has a control point."""
    words = Text("部件", "part")
    names = [f"n{number}" for number in range(nodes)]
    failure = [FailureMode(words, words, severity, 4, 5) for severity in range(1, 11)]
    chain = Chain(
        notice=words,
        systems={"all": words},
        nodes=tuple(Node(name, words, "part", "all", "made up", "unverified") for name in names),
        links=tuple(Link(names[a], names[b], words) for a, b in zip(origins.tolist(), targets.tolist(), strict=True)),
        makers=(),
        points=tuple(
            ControlPoint(f"{names[at]}.1", names[at], words, words, (failure[at // 10 % 10],), (), (), "", "unverified")
            for at in range(0, nodes, 10)
        ),
    )
    assert chain.graph.size == len(chain.urgency)

    def ask(start: int, upstream: bool) -> int:
        if not upstream:
            return len(chain.graph.trace(start, upstream=False)[0])
        found = suspects(chain, names[start])
        assert len(found[:30]) == min(30, len(found))
        return len(found) + 1

    return ask


def _scipy(nodes: int, origins: np.ndarray, targets: np.ndarray) -> Ask:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    ones = np.ones(len(origins), np.int8)
    down = csr_matrix((ones, (origins, targets)), shape=(nodes, nodes))
    up = csr_matrix((ones, (targets, origins)), shape=(nodes, nodes))

    def ask(start: int, upstream: bool) -> int:
        matrix = up if upstream else down
        return len(breadth_first_order(matrix, start, directed=True, return_predecessors=False))

    return ask


def _sqlite(_nodes: int, origins: np.ndarray, targets: np.ndarray) -> Ask:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE link (origin INTEGER, target INTEGER, PRIMARY KEY (origin, target)) WITHOUT ROWID")
    base.executemany("INSERT INTO link VALUES (?, ?)", zip(origins.tolist(), targets.tolist(), strict=True))
    base.execute("CREATE UNIQUE INDEX back ON link (target, origin)")

    def ask(start: int, upstream: bool) -> int:
        here, there = ("target", "origin") if upstream else ("origin", "target")
        query = (
            f"WITH RECURSIVE reach(n) AS (VALUES(?) UNION SELECT {there} FROM link JOIN reach ON {here} = n) "
            "SELECT count(*) FROM reach"
        )
        return int(base.execute(query, (start,)).fetchone()[0])

    return ask


def _plainly(origins: np.ndarray, targets: np.ndarray, start: int, upstream: bool) -> int:
    onward: dict[int, list[int]] = {}
    for a, b in zip(origins.tolist(), targets.tolist(), strict=True):
        onward.setdefault(b if upstream else a, []).append(a if upstream else b)
    seen, waiting = {start}, [start]
    while waiting:
        for node in onward.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return len(seen)


def _once(name: str, nodes: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", json.dumps([name, nodes])]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _times(each: dict[str, float]) -> str:
    return f"{each['cold']:.0f} | {each['median']:.1f} | {each['worst']:.1f} | {each['clock']:.0f}"


def _machine() -> str:
    import numba
    import scipy

    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (
        f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, numba {numba.__version__}, "
        f"SciPy {scipy.__version__}, SQLite {sqlite3.sqlite_version}"
    )


if __name__ == "__main__":
    main()
