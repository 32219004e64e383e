"""How long `qilian plan` and `qilian --help` take as whole processes, warm caches, and how much memory they need.

The peer is a Python process that only imports OR-Tools' cp_model, the solver that a plan would need at the least.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

RUNS = 5
ENVIRONMENT = {**os.environ, "QILIAN_HOME": tempfile.mkdtemp()}  # nobody's library
REPOSITORY = Path(__file__).parents[1]
PLAN = ("--market", "CN", "--market", "EU", "--on", "2026-12-01", "--home", "杭州", "--json")


def measure(command: list[str]) -> tuple[float, float]:
    """Return the median wall time in seconds and the peak memory in MB of ``command``, after one run to warm caches."""
    seconds, memory = [], 0.0
    for run in range(RUNS + 1):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{command}: failed with status {status}")
        if run:
            seconds.append(time.perf_counter() - start)
            memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(seconds), memory


def most_demanding() -> tuple[Path, int]:
    """Return the example product with the most tests, and their number."""
    from datetime import date

    from qilian.compliance import assess, merge_tests
    from qilian.content import load_pack
    from qilian.product import read_product

    pack = load_pack("robots")
    on = date(2026, 12, 1)
    counts = {}
    for path in sorted((REPOSITORY / "examples/products").glob("*.yaml")):
        product = read_product(path, pack.vocabulary)
        assessment = assess(product.values, pack.rules, pack.implications, pack.vocabulary, ["CN", "EU"], on)
        counts[path] = len(merge_tests(assessment, pack.tests, pack.catalogue, on).demands)
    path = max(counts, key=counts.__getitem__)
    return path, counts[path]


def main() -> None:
    """Print the table."""
    qilian = [sys.executable, "-c", "from qilian.cli import main; main()"]
    demanding, tests = most_demanding()
    rows = [
        ("import ortools.sat.python.cp_model (peer)", [sys.executable, "-c", "import ortools.sat.python.cp_model"]),
        ("qilian --help", [*qilian, "--help"]),
        ("qilian plan unitree-g1", [*qilian, "plan", str(REPOSITORY / "examples/products/unitree-g1.yaml"), *PLAN]),
        (f"qilian plan {demanding.stem}, {tests} tests", [*qilian, "plan", str(demanding), *PLAN]),
    ]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"ortools {version('ortools')}, pydantic {version('pydantic')}; median of {RUNS} warm runs")
    print(f"{'process':<44} {'seconds':>8} {'of peer':>8} {'MB':>6}")
    peer = 0.0
    for name, command in rows:
        seconds, memory = measure(command)
        peer = peer or seconds
        print(f"{name:<44} {seconds:>8.2f} {seconds / peer:>7.2f}x {memory:>6.0f}")


if __name__ == "__main__":
    main()
