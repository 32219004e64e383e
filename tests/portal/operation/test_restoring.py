"""A restore from backup into an empty machine loses nothing: every row of every table, every file, and the guards.

The demo is filled and worked on first, so that each table of bookings, the window, notices and the history holds
something. Which tables are not kept is listed here by name: one that is added is kept, or is asked about.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOT_KEPT = {
    "accounts.opensession",
    "sessions.session",
    "accounts.user_groups",
    "accounts.user_user_permissions",
    "auth.group",
    "auth.group_permissions",
    "auth.permission",
    "contenttypes.contenttype",
    "operation.heartbeat",
}
"""Keys to come in by, which nobody may find in a backup; what migrating makes, and what is of the moment."""
FILLED = {
    *(f"booking.{name}" for name in ("path", "appointment", "proposal", "sampleunit", "issuedreport", "signer")),
    *(f"booking.{name}" for name in ("request", "feed")),
    *(f"window.{name}" for name in ("order", "mandate", "keptdraft", "rating", "complaint")),
    *("network.slot", "workbench.evidence", "workbench.plan", "notices.notice", "history.entry"),
    *("accounts.user", "accounts.organisation", "accounts.membership"),
}
"""What a confirmed booking hangs on: none of these tables is empty when the backup is made."""

WORK = """
from qilian.portal.setup import setup; setup()
from pathlib import Path as File
from django.conf import settings
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Membership, Organisation, User
from qilian.portal.booking import calendars
from qilian.portal.booking.commands import carrying_out, changing, reporting, sampling
from qilian.portal.booking.models import Path
from qilian.portal.booking.samples import next_stop
from qilian.portal.site.uploads import Upload
from qilian.portal.booking import keys
from qilian.portal.history.recording import writing
from qilian.portal.window import opinions
from qilian.portal.window.models import KeptDraft, Order

def acting(login):
    membership = Membership.objects.select_related("user", "organisation").get(user__email=f"{login}@demo.example")
    return Actor(membership.user, membership)

def of(laboratory):
    row, _ = Organisation.objects.get_or_create(
        laboratory=laboratory.code, defaults={"kind": Kind.LABORATORY, "name": laboratory.name}
    )
    user, _ = User.objects.get_or_create(email=f"{laboratory.code}@demo.example")
    membership, _ = Membership.objects.get_or_create(user=user, organisation=row)
    return Actor(user, membership)

firm, clerk = acting("firm"), acting("window")
path = Path.objects.get()
unit = path.units.first()
stop = next_stop(unit)
here = of(stop.bench.laboratory)
sampling.do(firm, unit, "ship")
sampling.do(here, unit, "receive")
if stop.state == "requested":
    carrying_out.accept(here, stop)
carrying_out.start(here, path.appointments.get(pk=stop.pk))
carrying_out.finish(here, path.appointments.get(pk=stop.pk))
ended = path.appointments.select_related("path__product", "path__plan", "bench__laboratory").get(pk=stop.pk)
reporting.issue(here, ended, number="R-1", outcome="pass",
    upload=Upload("R-1.pdf", "pdf", b"%PDF-1.4 " + bytes(range(256))))
left = path.appointments.filter(state__in=("requested", "taken")).select_related("path", "bench__laboratory").last()
changing.ask_to_move(firm, left, elsewhere=True, not_before=None)
calendars.make(firm)
with writing():
    request, _ = keys.claim(firm, "一", ["confirm", path.pk])
    keys.answer(request, path)
closed = Order.objects.filter(state="closed").first()
opinions.rate(closed, firm, 4, "好 \u2028 。")
opinions.complain(closed, firm, "等了太久")
KeptDraft.objects.create(clerk=clerk.user, window=clerk.organisation, client=firm.organisation)
files = File(settings.MEDIA_ROOT) / "reports"
files.mkdir(parents=True, exist_ok=True)
(files / "报告.pdf").write_bytes(bytes(range(256)) * 100)
"""
TELL = """
from qilian.portal.setup import setup; setup()
import hashlib, json
from pathlib import Path
from django.apps import apps
from django.conf import settings
from qilian.portal.booking.models import IssuedReport
from qilian.portal.workbench.reading import read_uploaded_evidence

def plain(value):
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)

tables = {}
for model in apps.get_models(include_auto_created=True):
    if model._meta.managed and not model._meta.proxy:
        rows = model._base_manager.order_by("pk").values()
        tables[model._meta.label_lower] = [json.dumps(row, default=plain, sort_keys=True) for row in rows]
root = Path(settings.MEDIA_ROOT)
files = {str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
    for file in sorted(root.rglob("*")) if file.is_file()}
reports = {each.number: repr(read_uploaded_evidence(each.credential.encode(), "report.jwt"))
    for each in IssuedReport.objects.all()}
print(json.dumps({"tables": tables, "files": files, "reports": reports}))
"""
REFUSED = """
from qilian.portal.setup import setup; setup()
from django.db import IntegrityError
from qilian.portal.history.guard import NAME as HISTORY
from qilian.portal.history.models import Entry
from qilian.portal.network.guard import NAME as BENCHES
from qilian.portal.network.models import Slot
slot = Slot.objects.first()
twice = {"bench": slot.bench, "start": slot.start, "end": slot.end, "purpose": "booked"}
for act in (lambda: Entry.objects.all().delete(), lambda: Slot.objects.create(**twice)):
    try: act()
    except IntegrityError as error: print(*(name for name in (HISTORY, BENCHES) if name in str(error)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [("sqlite", "sqlite"), ("postgresql", "postgresql")])
def test_a_restore_into_an_empty_machine_loses_nothing(installation, tmp_path: Path, before: str, after: str):
    first, second = installation(before, f"{before}_first"), installation(after, f"{after}_second")
    command = "from qilian.cli import main; main()"

    def run(environment: dict[str, str], code: str, *arguments: str) -> str:
        words = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def told(environment: dict[str, str]) -> dict[str, dict[str, object]]:
        return json.loads(run(environment, TELL))

    assert "1 booked sample path" in run(first, command, "portal", "demo")
    run(first, WORK)
    was = told(first)
    assert {name for name, rows in was["tables"].items() if rows} >= FILLED
    assert len(was["files"]) == 1
    file = str(tmp_path / "backup.zip")
    run(first, command, "portal", "backup", file)
    for words in ([], ["--replace"]):
        run(second, command, "portal", "restore", file, *words)
        now = told(second)
        assert now["tables"].keys() >= NOT_KEPT
        lost = [
            name for name, rows in was["tables"].items() if name not in NOT_KEPT and now["tables"].get(name) != rows
        ]
        assert lost == []
        assert (now["files"], now["reports"]) == (was["files"], was["reports"])
        assert "nothing changed" in run(second, command, "audit", "verify")
        assert run(second, REFUSED).split() == ["history_is_append_only", "one_test_at_a_time"]
