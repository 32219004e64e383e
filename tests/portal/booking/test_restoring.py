"""A backup restored into an empty home holds all that was confirmed, and the history is still whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TELL = """
from qilian.portal.setup import setup; setup()
from qilian.portal.booking.models import Path, Appointment, SampleUnit, IssuedReport, Signer
from qilian.portal.network.models import Slot
from qilian.portal.history import auditing
print([(p.pk, p.state, p.version) for p in Path.objects.order_by("pk")])
print([(a.pk, a.state, str(a.start), a.slot and str(a.slot.start)) for a in Appointment.objects.order_by("pk")])
print([(u.code, u.state) for u in SampleUnit.objects.order_by("pk")], Slot.objects.count())
print(auditing.examine(auditing.stored()))
"""
REFUSED = """
from qilian.portal.setup import setup; setup()
from django.db import IntegrityError
from qilian.portal.history.models import Entry
from qilian.portal.network.models import Slot
slot = Slot.objects.first()
twice = {"bench": slot.bench, "start": slot.start, "end": slot.end, "purpose": "booked"}
for act in (lambda: Entry.objects.all().delete(), lambda: Slot.objects.create(**twice)):
    try: act()
    except IntegrityError as error: print("refused", str(error).split(":")[0].split()[0])
"""


@pytest.mark.slow
def test_a_restore_into_an_empty_home_loses_nothing_confirmed(tmp_path: Path):
    command = Path(sys.executable).with_name("qilian")

    def run(home: str, *arguments: str) -> str:
        (tmp_path / home).mkdir(exist_ok=True)
        environment = {**os.environ, "QILIAN_HOME": str(tmp_path / home)}
        environment.pop("DATABASE_URL", None)
        return subprocess.run(arguments, env=environment, check=True, capture_output=True, text=True).stdout

    assert "1 booked sample path" in run("first", str(command), "portal", "demo")
    before = run("first", sys.executable, "-c", TELL)
    assert "confirmed" in before
    file = str(tmp_path / "backup.zip")
    run("first", str(command), "portal", "backup", file)
    run("second", str(command), "portal", "restore", file)
    assert run("second", sys.executable, "-c", TELL) == before
    guards = run("second", sys.executable, "-c", REFUSED).splitlines()
    assert guards == ["refused history_is_append_only", "refused one_test_at_a_time"]
    assert "nothing changed" in run("second", str(command), "audit", "verify")
    run("second", str(command), "portal", "restore", file, "--replace")
    assert run("second", sys.executable, "-c", TELL) == before
