"""How good and how fast batches are: mean completion, bound and cost for 100, 1,000 and 10,000 tests.

Reads the frozen batches from ``../shared/data/routing`` (or ``--data``) when they are there, else makes batches of the
same sizes; ``--seed`` makes others. Two greedy plans are given beside ours: every test at its earliest finish, with
the products one after another as given, or (for small batches; it is slow) in turns. Prints one table and never fails
on time.

    python benchmarks/routing_batch.py [--tests 100 1000 10000] [--limit SECONDS] [--workers 2] [--backend processes]
"""

import argparse
import platform
import resource
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from qilian.routing import Problem, generate, read_problem, solve, verify
from qilian.routing.batch_data import BatchData
from qilian.routing.bounds import time_bounds
from qilian.routing.construct import first_plans
from qilian.routing.kernels_batch import construct
from qilian.routing.schedule import cost
from qilian.routing.timetable import Timetable

TARGETS = {1000: (1.1, 0.0), 10_000: (1.5, 0.3)}
"""By tests: the greatest mean completion as a multiple of the bound, and the least part saved against greedy."""
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "routing"
MAX_TURNS_TESTS = 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each batch")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--backend", choices=["processes", "ray"], default="processes")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the frozen batches")
    parser.add_argument("--seed", type=int, help="make batches with this seed instead of reading the frozen ones")
    parser.add_argument("--turns", action="store_true", help="the greedy in turns for large batches too")
    options = parser.parse_args()
    print(f"batches, mean completion, {options.limit:g} s each, {options.workers} workers ({options.backend})")
    print(f"{_machine()}; numba {version('numba')}, joblib {version('joblib')}\n")
    solve(generate(4, 4, 1, products=12), work_limit=1)  # load the compiled code
    print(f"{'batch':18} {'greedy':>8} {'turns':>8} {'ours':>8} {'bound':>8} {'ratio':>6} {'saved':>6} ", end="")
    print(f"{'read s':>7} {'seconds':>7} {'ms/test':>7} {'verify s':>8} {'MB':>6}  target")
    for size in options.tests:
        begin = perf_counter()
        name, problem = _batch(size, options.seed, options.data)
        read = perf_counter() - begin
        greedy = _greedy(problem)
        turns = _in_turns(problem) if options.turns or size <= MAX_TURNS_TESTS else None
        plan = solve(problem, limit_seconds=options.limit, workers=options.workers, backend=options.backend, seed=1)
        begin = perf_counter()
        assert not verify(problem, plan)
        verified = perf_counter() - begin
        line = f"{name:18} {greedy:8.1f} {turns if turns is None else round(turns, 1)!s:>8} {plan.value:8.1f} "
        line += f"{plan.lower_bound:8.1f} {plan.value / plan.lower_bound:6.3f} {1 - plan.value / greedy:6.1%} "
        line += f"{read:7.1f} {plan.seconds:7.1f} {1000 * plan.seconds / size:7.2f} {verified:8.2f} {_megabytes():6.0f}"
        if size in TARGETS:
            ratio, saved = TARGETS[size]
            met = plan.value <= ratio * plan.lower_bound and 1 - plan.value / greedy >= saved
            line += f"  ratio {ratio:g}{f', saved {saved:.0%}' if saved else ''}: {'met' if met else 'missed'}"
        print(line, flush=True)


def _batch(size: int, seed: int | None, folder: Path) -> tuple[str, Problem]:
    path = folder / f"batch-l200-t{size}.json.gz"
    if seed is None and path.exists():
        return path.name.removesuffix(".json.gz"), read_problem(path)
    return f"made-t{size}-s{seed or 1}", generate(20, 200, seed or 1, products=max(2, size // 20))


def _greedy(problem: Problem) -> float:
    """Return the mean of list scheduling, the products one after another as given."""
    data = BatchData(problem)
    booked, solution = data.bookings(), data.empty_solution()
    for product in range(len(data.alone)):
        assert construct(data.network, data.kinds, data.tests, booked, solution, product, 0.0) >= 0
    return float(solution.completion.mean())


def _in_turns(problem: Problem) -> float | None:
    """Return the mean of list scheduling where the product that is least far places its next test."""
    timetable = Timetable(problem)
    for placements in first_plans(timetable, time_bounds(timetable), 0, 1):
        return cost(timetable, placements, "time") / len(problem.products)
    return None


def _megabytes() -> float:
    """Return the most memory that this process and its largest worker have used."""
    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    ) / 1024


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if lines:
            model = f"{len(lines)} x {lines[0].partition(':')[2].strip()}"
    return f"{model}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
