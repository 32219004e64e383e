"""How good and how fast routing is: value, bound and seconds per instance, beside plain CP-SAT in the same run.

Reads the frozen instances from ``../shared/data/routing`` when they are there, else makes instances of the same sizes.
Prints one table and never fails on time. It stops only if a plan lies below a bound that another program has proven.

    python benchmarks/routing.py [--limit SECONDS] [--tests 10 15 20 25] [--objective time] [--no-peer]
"""

import argparse
import csv
import platform
import statistics
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from qilian.routing import Objective, Problem, generate, read_problem, solve, verify
from qilian.routing.openings import start_windows

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "routing"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds for each solver and instance")
    parser.add_argument("--tests", type=int, nargs="+", default=[10, 15, 20, 25])
    parser.add_argument("--laboratories", type=int, nargs="+", default=[20, 60, 200])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--objective", choices=["time", "price", "distance"], default="time")
    parser.add_argument("--no-peer", action="store_true", help="leave plain CP-SAT out")
    options = parser.parse_args()
    objective: Objective = options.objective
    print(f"routing, objective {objective}, limit {options.limit:g} s for each solver and instance")
    print(f"{_machine()}; ortools {version('ortools')}, numpy {version('numpy')}\n")
    head = f"{'instance':14} {'value':>8} {'bound':>8} {'gap':>6} {'proven':>6} {'seconds':>7}"
    print(f"{head} {'reference':>13} {'CP-SAT':>8} {'ratio':>6}")
    gaps: dict[int, list[float]] = {}
    proven: dict[int, list[bool]] = {}
    ratios: dict[int, list[float]] = {}
    warm_up = generate(3, 3, 1)
    solve(warm_up, objective, work_limit=10)
    for size, name, problem, reference in _instances(options.tests, options.laboratories, options.seeds):
        plan = solve(problem, objective, limit_seconds=options.limit)
        assert not verify(problem, plan)
        known = f"{reference[0]}..{reference[1]}" if reference and objective == "time" else ""
        if reference and known and (plan.value < reference[0] or plan.lower_bound > reference[1]):
            raise SystemExit(f"{name}: {plan.lower_bound}..{plan.value} contradicts the reference {known}")
        gaps.setdefault(size, []).append(plan.gap)
        proven.setdefault(size, []).append(plan.proven)
        line = f"{name:14} {plan.value:8g} {plan.lower_bound:8g} {plan.gap:6.1%} {'yes' if plan.proven else 'no':>6}"
        line += f" {plan.seconds:7.2f} {known:>13}"
        if not options.no_peer and objective == "time":
            peer = plain_cp_sat(problem, options.limit)
            line += f" {peer if peer else 'none':>8}"
            if peer:
                ratios.setdefault(size, []).append(peer / plan.value)
                line += f" {peer / plan.value:6.2f}"
        print(line, flush=True)
    print()
    for size, found in gaps.items():
        line = f"{size} tests: proven {sum(proven[size])} of {len(found)}, mean gap {statistics.mean(found):.2%}"
        if objective == "time" and not options.no_peer:
            line += f"; plain CP-SAT found a plan for {len(ratios.get(size, []))}"
            line += f", on average {statistics.mean(ratios[size]):.2f} x our value" if ratios.get(size) else ""
        print(line)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if lines:
            model = f"{len(lines)} x {lines[0].partition(':')[2].strip()}"
    return f"{model}, Python {platform.python_version()}"


def _instances(
    tests: list[int], laboratories: list[int], seeds: list[int]
) -> Iterator[tuple[int, str, Problem, tuple[int, int] | None]]:
    """Yield size, name, problem and known bounds on its completion hour."""
    known: dict[str, tuple[int, int]] = {}
    if SHARED.is_dir():
        with (SHARED / "reference.csv").open(encoding="utf-8") as stream:
            known = {
                row["instance"]: (int(row["lower_bound"]), int(row["upper_bound"])) for row in csv.DictReader(stream)
            }
    else:
        print(f"{SHARED} is not there: instances are generated\n")
    for size in tests:
        for count in laboratories:
            for seed in seeds:
                name = f"n{size}-l{count}-s{seed}"
                path = SHARED / f"{name}.json.gz"
                problem = read_problem(path) if path.exists() else generate(size, count, seed)
                yield size, name, problem, known.get(name)


def plain_cp_sat(problem: Problem, limit_seconds: float) -> int | None:
    """Solve a problem of one product for time with the interval model that one would write down first.

    Optional intervals on benches and units, pairwise order on a unit with the transfer looked up by the two cities,
    and a start domain for each option. Returns the completion hour, or None if no plan was found.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    product = problem.products[0]
    benches = {bench.id: bench for bench in problem.benches}
    place = {city: index for index, city in enumerate(problem.cities)}
    size, horizon = len(problem.cities), problem.horizon
    moves = [hours for row in problem.transfer_hours for hours in row]
    start, end, city, unit = {}, {}, {}, {}
    on_bench: dict[str, list[cp_model.IntervalVar]] = {}
    on_unit: list[list[cp_model.IntervalVar]] = [[] for _ in range(product.sample_units)]
    for test in product.tests:
        start[test.id] = model.new_int_var(0, horizon, "")
        end[test.id] = model.new_int_var(0, horizon, "")
        city[test.id] = model.new_int_var(0, size - 1, "")
        length = model.new_int_var(0, horizon, "")
        chosen = []
        for option in test.options:
            bench = benches[option.bench]
            firsts, lasts = start_windows(bench.staffed, bench.busy, option.hours, test.attended, horizon)
            here = model.new_bool_var("")
            chosen.append(here)
            windows = cp_model.Domain.from_intervals([list(pair) for pair in zip(firsts, lasts, strict=True)])
            model.add_linear_expression_in_domain(start[test.id], windows).only_enforce_if(here)
            model.add(length == option.hours).only_enforce_if(here)
            model.add(city[test.id] == place[bench.city]).only_enforce_if(here)
            interval = model.new_optional_fixed_size_interval_var(start[test.id], option.hours, here, "")
            on_bench.setdefault(option.bench, []).append(interval)
        model.add_exactly_one(chosen)
        model.add(end[test.id] == start[test.id] + length)
        unit[test.id] = [model.new_bool_var("") for _ in range(product.sample_units)]
        model.add_exactly_one(unit[test.id])
        for intervals, mine in zip(on_unit, unit[test.id], strict=True):
            intervals.append(model.new_optional_interval_var(start[test.id], length, end[test.id], mine, ""))
        first_move = model.new_int_var(0, max(moves), "")
        home = problem.transfer_hours[place[product.home]]
        model.add_element(city[test.id], list(home), first_move)
        model.add(start[test.id] >= first_move)
    for intervals in [*on_bench.values(), *on_unit]:
        model.add_no_overlap(intervals)
    names = [test.id for test in product.tests]
    destructive = {test.id for test in product.tests if test.destructive}
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            together = model.new_bool_var("")
            for mine, yours in zip(unit[one], unit[other], strict=True):
                model.add_bool_or([mine.negated(), yours.negated(), together])
            first, second = model.new_bool_var(""), model.new_bool_var("")
            model.add_bool_or([together.negated(), first, second])
            for before, then, literal in ((one, other, first), (other, one, second)):
                move = model.new_int_var(0, max(moves), "")
                model.add_element(city[before] * size + city[then], moves, move)
                model.add(start[then] >= end[before] + move).only_enforce_if(literal)
                if before in destructive:
                    model.add_bool_or([together.negated(), literal.negated()])
    for before, then in product.precedence:
        model.add(start[then] >= end[before])
    last = model.new_int_var(0, horizon, "")
    model.add_max_equality(last, list(end.values()))
    model.minimize(last)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    return round(solver.objective_value) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


if __name__ == "__main__":
    main()
