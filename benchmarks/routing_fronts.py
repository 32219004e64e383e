"""Price at 20 tests, and fronts of time and price: how many plans and points are proven, and in how many seconds.

Reads the frozen instances from ``../shared/data/routing`` (or ``--data``) when they are there, else makes instances of
the same sizes. The target is a front of five points or more, all proven, in 20 seconds. Prints one table and never
fails on time. With ``--processor`` seconds are those that the processor gave to all threads of this search: on an idle
machine with two cores less time goes by.

    python benchmarks/routing_fronts.py [--tests 20] [--laboratories 20 60 200] [--seeds 1 2 3 4] [--generated]
"""

import argparse
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

if "--processor" in sys.argv:  # before any module of the searches takes the clock for its own
    time.perf_counter = time.process_time

from qilian.routing import Problem, generate, read_problem, solve, verify, warm
from qilian.routing.pareto import pareto

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "routing"
TARGET_POINTS = 5


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, default=20)
    parser.add_argument("--laboratories", type=int, nargs="+", default=[20, 60, 200])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each front")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the frozen instances")
    parser.add_argument("--generated", action="store_true", help="generate instances though frozen ones are there")
    parser.add_argument("--processor", action="store_true", help="count the processor's seconds, on a busy machine")
    options = parser.parse_args()
    loaded = warm.load("time", "price")
    print(f"fronts of time and price, {options.tests} tests, 2 units, {options.limit:g} s each; {_machine()}")
    print(f"compiled code ready after {loaded:.1f} s\n")
    heads = f"{'instance':14} {'least price':>11} {'s':>6} {'points':>8} {'proven':>6} {'worst gap':>9} {'seconds':>7}"
    print(f"{heads}  points")
    met = everything = 0
    for count in options.laboratories:
        for seed in options.seeds:
            name, problem = _instance(options, count, seed)
            cheapest = solve(problem, "price", limit_seconds=10)
            front = pareto(problem, points=TARGET_POINTS, limit_seconds=options.limit)
            for plan in (cheapest, *(point.plan for point in front.points)):
                assert verify(problem, plan) == []
            proven = sum(point.proven for point in front.points)
            whole = front.complete or len(front.points) >= TARGET_POINTS
            met, everything = met + (front.proven and whole), everything + 1
            line = f"{name:14} {cheapest.value:9g} {'=' if cheapest.proven else '?'} {cheapest.seconds:6.2f}   "
            line += f"{len(front.points):6} {proven:6} {max(point.gap for point in front.points):9.1%} "
            line += f"{front.seconds:7.1f}  "
            line += ", ".join(f"{point.hours} h {point.cost:g}{'' if point.proven else '?'}" for point in front.points)
            print(line, flush=True)
    print(f"\nfive points or the whole front, all proven: {met} of {everything}; target: all")


def _instance(options: argparse.Namespace, count: int, seed: int) -> tuple[str, Problem]:
    name = f"n{options.tests}-l{count}-s{seed}"
    path = options.data / f"{name}.json.gz"
    if path.exists() and not options.generated:
        return name, read_problem(path)
    return f"{name} made", generate(options.tests, count, seed)


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, numba {version('numba')}{load} at the start"


if __name__ == "__main__":
    main()
