"""How good and how fast routing one product for time is: proven share, gaps and seconds per cell, beside others.

A cell is a number of tests and sample units with a limit and a target. Reads the frozen instances from
``../shared/data/routing`` (or ``--data``) when they are there, else makes instances of the same sizes. In the same run
come tuned CP-SAT, PyJobShop and list scheduling. Prints one table and never fails on time. It stops only if a plan
breaks a rule or contradicts a bound that another program has proven. With ``--processor`` seconds are those that the
processor gave to this search, which are those of the clock where nothing else runs.

    python benchmarks/routing.py [--cells 20 25 20x3] [--seeds 1 2 3 4] [--generated] [--no-peers] [--each]
"""

import argparse
import csv
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

if "--processor" in sys.argv:  # before any module of the searches takes the clock for its own
    time.perf_counter = time.process_time

from peers.routing import Answer, greedy, py_job_shop, tuned_cp_sat
from qilian.routing import Plan, Problem, generate, jit, read_problem, solve, verify, warm

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "routing"
USUAL_UNITS = 2
QUICK_TESTS = 20
"""So many tests are to be proven within a second."""
TARGETS = {
    "15": (0.95, 1.0),
    "20": (0.95, 1.0),
    "25": (0.9, 0.01),
    "40": (0.0, 0.03),
    "60": (0.0, 0.05),
    "20x1": (0.8, 1.0),
    "20x3": (0.8, 1.0),
    "20x4": (0.8, 1.0),
}
"""Tests, or tests x sample units: the least share that is to be proven, and the greatest gap."""
MOST_PY_JOB_SHOP_TESTS = 25
"""PyJobShop's transfers are one entry for each two tests and cities; more tests take longer to state than to solve."""


@dataclass(slots=True)
class Cell:
    """Tests and sample units of one product, and what was found on its instances."""

    name: str
    plans: list[Plan] = field(default_factory=list)
    others: dict[str, list[tuple[Answer, Plan]]] = field(default_factory=dict)

    @property
    def tests(self) -> int:
        """Tests of the product."""
        return int(self.name.partition("x")[0])

    @property
    def units(self) -> int:
        """Sample units of the product."""
        return int(self.name.partition("x")[2] or USUAL_UNITS)

    @property
    def limit(self) -> float:
        """Seconds that the target of the cell allows."""
        return 1.0 if self.units == USUAL_UNITS and self.tests <= QUICK_TESTS else 10.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", nargs="+", default=list(TARGETS), help="tests, or tests x sample units")
    parser.add_argument("--laboratories", type=int, nargs="+", default=[20, 60, 200])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--limit", type=float, help="seconds for each instance, in place of the cell's target")
    parser.add_argument("--generated", action="store_true", help="generate instances though frozen ones are there")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the frozen instances")
    parser.add_argument("--processor", action="store_true", help="count the processor's seconds, on a busy machine")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peer-limit", type=float, default=3.0, help="seconds for each peer and instance")
    parser.add_argument("--proof-limit", type=float, default=20.0, help="the same for CP-SAT at 20 tests, 2 units")
    parser.add_argument("--each", action="store_true", help="print a line for each instance")
    options = parser.parse_args()
    print(_machine())
    cached = jit.is_cached("time")
    print(
        f"compiled code {'on disk' if cached else 'not on disk'}: ready after {warm.load('time'):.1f} s\n", flush=True
    )
    print(
        f"{'tests x units':13} {'limit':>5} {'proven':>7} {'mean gap':>8} {'worst':>6} {'median s':>8} {'worst s':>7}"
        f" {'target':>19} {'':6}  others: proven; value / ours"
    )
    for name in options.cells:
        cell = Cell(name)
        for problem, label, reference, first in _instances(cell, options):
            plan = solve(problem, limit_seconds=options.limit or cell.limit)
            _check(label, problem, plan, reference)
            cell.plans.append(plan)
            if options.each:
                print(f"  {label:14} {plan.value:6g} >= {plan.lower_bound:6g} {plan.seconds:6.2f} s", flush=True)
            if first and not options.no_peers:
                _compare(cell, problem, plan, options.peer_limit, options.proof_limit)
        print(_row(cell, options.limit or cell.limit), flush=True)
        if cell.name == str(QUICK_TESTS) and not options.no_peers:
            print(_proof_ratio(cell))


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if lines:
            model = f"{len(lines)} x {lines[0].partition(':')[2].strip()}"
    versions = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "ortools", "pyjobshop"))
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{model}, Python {platform.python_version()}, {versions}{load}"


def _instances(cell: Cell, options: argparse.Namespace) -> Iterator[tuple[Problem, str, tuple[int, int] | None, bool]]:
    """Yield problem, name, known bounds on its completion hour, and whether the others get it, too."""
    known: dict[str, tuple[int, int]] = {}
    frozen = options.data.is_dir() and not options.generated
    if frozen and cell.units == USUAL_UNITS:
        with (options.data / "reference.csv").open(encoding="utf-8") as stream:
            known = {
                row["instance"]: (int(row["lower_bound"]), int(row["upper_bound"])) for row in csv.DictReader(stream)
            }
    for count in options.laboratories:
        for seed in options.seeds:
            name = f"n{cell.tests}-l{count}-s{seed}"
            path = options.data / f"{name}.json.gz"
            if frozen and path.exists():
                problem = read_problem(path)
                product = replace(problem.products[0], sample_units=cell.units)
                problem = replace(problem, products=(product,))
            else:
                problem = generate(cell.tests, count, seed, units=cell.units)
            yield problem, name, known.get(name), seed == options.seeds[0]


def _check(name: str, problem: Problem, plan: Plan, reference: tuple[int, int] | None) -> None:
    violations = verify(problem, plan)
    if violations:
        raise SystemExit(f"{name}: the plan breaks a rule: {violations[0]}")
    if reference and (plan.value < reference[0] or plan.lower_bound > reference[1]):
        raise SystemExit(f"{name}: {plan.lower_bound:g}..{plan.value:g} contradicts the reference {reference}")


def _compare(cell: Cell, problem: Problem, plan: Plan, limit: float, proof_limit: float) -> None:
    simple = greedy(problem)
    answers = {"greedy": simple}
    answers["CP-SAT"] = tuned_cp_sat(problem, proof_limit if cell.name == str(QUICK_TESTS) else limit)
    if cell.tests <= MOST_PY_JOB_SHOP_TESTS and simple.value is not None:
        answers["PyJobShop"] = py_job_shop(problem, limit, simple.value)
    for name, answer in answers.items():
        if (answer.value is not None and answer.value < plan.lower_bound) or answer.bound > plan.value:
            print(f"{name} contradicts {plan.lower_bound:g}..{plan.value:g}: {answer}", file=sys.stderr)
        cell.others.setdefault(name, []).append((answer, plan))


def _row(cell: Cell, limit: float) -> str:
    plans = cell.plans
    seconds = [plan.seconds for plan in plans]
    line = f"{cell.tests:6} x {cell.units:<4} {limit:5g} {sum(plan.proven for plan in plans):3} /{len(plans):2}"
    line += f" {statistics.mean(plan.gap for plan in plans):8.2%} {max(plan.gap for plan in plans):6.2%}"
    line += f" {statistics.median(seconds):8.2f} {max(seconds):7.2f} {_target(cell):>26}  "
    for name, answers in cell.others.items():
        ratios = [answer.value / plan.value for answer, plan in answers if answer.value is not None]
        share = f"{sum(answer.proven for answer, _ in answers)}/{len(answers)}"
        line += f" {name} {share}; {f'{statistics.mean(ratios):.2f}' if ratios else 'no plan'}  "
    return line.rstrip()


def _target(cell: Cell) -> str:
    if cell.name not in TARGETS:
        return ""
    share, gap = TARGETS[cell.name]
    proven = sum(plan.proven for plan in cell.plans) / len(cell.plans)
    met = proven >= share and max(plan.gap for plan in cell.plans) <= gap
    words = [f"proven {share:.0%}"] * (share > 0) + [f"gaps {gap:.0%}"] * (gap < 1)
    return f"{', '.join(words)} {'met' if met else 'missed'}"


def _proof_ratio(cell: Cell) -> str:
    """Say how much longer CP-SAT takes to a proof; where it had none at its limit, the ratio is at least so much."""
    pairs = [(answer, plan) for answer, plan in cell.others["CP-SAT"] if plan.proven]
    ratios = [answer.seconds / plan.seconds for answer, plan in pairs]
    unproven = sum(not answer.proven for answer, _ in pairs)
    if not ratios:
        return "  no proof to compare"
    least = ">= " if unproven else ""
    return (
        f"  time to proof, CP-SAT / ours: geometric mean {least}{statistics.geometric_mean(ratios):.0f}"
        f" ({unproven} of {len(pairs)} without a proof at CP-SAT's limit)"
    )


if __name__ == "__main__":
    main()
