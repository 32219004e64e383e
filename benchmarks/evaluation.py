"""Measures rank intervals: how long they take, how the cost grows, and how much memory, against a plain loop of pymcdm.

Run ``python benchmarks/evaluation.py [--firms 100000]``; it prints Markdown tables and fails on wrong answers only.
Firms are made up from a seed. The peer does what most would write: for each draw, perturb the figures with NumPy,
score with ``pymcdm.methods.WSM``, rank with ``scipy.stats.rankdata``, keep all ranks, and take quantiles at the end. It
is run on few draws of the same firms and scaled up, which its memory, in full, might not allow.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np

from qilian.evaluation.intervals import Drawing, draw_weights, rank_range
from qilian.evaluation.points import ONE, Points, Ramp, Whole, scale_to_one
from qilian.evaluation.systems import Missing

PEER_DRAWS = 5
SPREAD = 0.03
COLUMNS = "| firms | indicators | draws | s | core-seconds | peak memory (MB) | ns a figure |"


def main() -> None:
    """Print the tables, each row measured in a process of its own."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--firms", type=int, default=100_000)
    arguments.add_argument("--one", help="used by this program itself")
    options = arguments.parse_args()
    if options.one:
        print(json.dumps(_measure(*json.loads(options.one))))
        return
    firms = options.firms
    _once(1000, 50, 64, "weighted_sum")  # compiles
    _once(1000, 50, 64, "topsis")
    off = _once(300, 12, 1000, "agree")["off"]
    print(f"ends of intervals against the plain loop, 300 firms: {off:.1f} ranks apart on average (two seeds)\n")
    print(f"{os.cpu_count()} cores; load before: {os.getloadavg()[0]:.1f}\n")
    whole = _once(firms, 50, 1000, "weighted_sum")
    peer = _once(firms, 50, PEER_DRAWS, "peer")
    scaled = 1000 / PEER_DRAWS
    print(f"{firms:,} firms × 50 indicators × 1,000 draws\n")
    print("| what | s | core-seconds | peak memory (MB) |\n|---|---:|---:|---:|")
    print(f"| rank_range | {whole['wall']:.1f} | {whole['core']:.1f} | {whole['memory']:,.0f} |")
    print(
        f"| NumPy + pymcdm.WSM + scipy.rankdata, {PEER_DRAWS} draws × {scaled:g} | {peer['wall'] * scaled:.0f} "
        f"| {peer['core'] * scaled:.0f} | {peer['memory']:,.0f} for {PEER_DRAWS} draws |"
    )
    print(f"\nratio rank_range / peer: {whole['wall'] / (peer['wall'] * scaled):.3f} by the clock, "
          f"{whole['core'] / (peer['core'] * scaled):.3f} by core-seconds\n")  # fmt: skip
    print(f"Growth\n\n{COLUMNS} method |\n|{'---:|' * 7}---|")
    sizes = [(firms // 100, 50, 1000), (firms // 10, 50, 1000), (firms, 10, 1000), (firms, 50, 250), (firms, 50, 1000)]
    for method, rows in (("weighted_sum", sizes), ("topsis", sizes[1:2])):
        for size in rows:
            found = whole if (method, size) == ("weighted_sum", sizes[-1]) else _once(*size, method)
            each = found["wall"] / (size[0] * size[1] * size[2]) * 1e9
            print(
                f"| {size[0]:,} | {size[1]} | {size[2]:,} | {found['wall']:.2f} | {found['core']:.2f} "
                f"| {found['memory']:,.0f} | {each:.2f} | {method} |"
            )


def _agree(firms: int, columns: int, draws: int) -> dict[str, float]:
    """Stop unless the intervals are those of the plain loop, as far as two seeds agree."""
    ids, points, weights = made_up(firms, columns)
    drawing = Drawing(draws=draws)
    found, (best, worst) = (
        rank_range(ids, points, weights, Missing.EXCLUDE, drawing),
        plain_loop(points, weights, drawing),
    )
    off = np.abs(np.concatenate([found.best - best, found.worst - worst])).mean()
    if off > 0.02 * len(ids):
        sys.exit(f"the ends of intervals lie {off:.1f} ranks from those of the plain loop")
    return {"off": float(off)}


def made_up(firms: int, columns: int) -> tuple[tuple[str, ...], Points, Whole]:
    """Return ids, points and weights of made-up firms."""
    chance = np.random.default_rng(1)
    place = chance.random((firms, columns))
    ramps = tuple((Ramp(place[:, column].copy(), np.full(firms, SPREAD)),) for column in range(columns))
    values = np.rint(place * ONE).astype(np.int64)
    return (
        tuple(f"f{number}" for number in range(firms)),
        Points(values, np.zeros(values.shape, bool), ramps),
        scale_to_one(chance.random(columns) + 0.5),
    )


def plain_loop(points: Points, weights: Whole, drawing: Drawing) -> np.ndarray:
    """Return the two ends of each firm's interval, as a plain loop over pymcdm would find them."""
    from pymcdm.methods import WSM
    from scipy.stats import rankdata

    chance = np.random.default_rng(drawing.seed)
    matrix = points.values / ONE
    types = np.ones(matrix.shape[1])
    method = WSM(normalization_function=_as_it_is)
    ranks = []
    for row in draw_weights(weights, drawing).astype(np.float64):
        moved = np.clip(matrix + chance.normal(0, SPREAD, matrix.shape), 0, 1)
        ranks.append(rankdata(-method(moved, row / row.sum(), types, validation=False), method="min"))
    tail = (1 - drawing.level) / 2
    return np.quantile(np.array(ranks), [tail, 1 - tail], axis=0)


def _as_it_is(column: np.ndarray, cost: bool = False) -> np.ndarray:
    assert not cost
    return column


def _once(firms: int, columns: int, draws: int, method: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", json.dumps([firms, columns, draws, method])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _measure(firms: int, columns: int, draws: int, method: str) -> dict[str, float]:
    if method == "agree":
        return _agree(firms, columns, draws)
    ids, points, weights = made_up(firms, columns)
    drawing = Drawing(draws=draws)
    small = Drawing(draws=2)
    if method == "peer":
        plain_loop(Points(points.values[:10], points.missing[:10], ()), weights, small)
    else:  # loads the compiled loops
        few = Points(points.values[:10], points.missing[:10], tuple(
            tuple(Ramp(side.place[:10], side.spread[:10]) for side in sides) for sides in points.ramps))  # fmt: skip
        rank_range(ids[:10], few, weights, Missing.EXCLUDE, small, topsis=method == "topsis")
    wall, core = time.perf_counter(), time.process_time()
    if method == "peer":
        plain_loop(points, weights, drawing)
    else:
        found = rank_range(ids, points, weights, Missing.EXCLUDE, drawing, topsis=method == "topsis")
        if not (found.best <= found.worst).all() or found.best.min() != 1 or found.worst.max() > firms:
            sys.exit("ranks out of range")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": time.perf_counter() - wall, "core": time.process_time() - core, "memory": memory}


if __name__ == "__main__":
    main()
