"""The record in the database: linear, refused to whoever would change it, found out if somebody does all the same."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest


@pytest.fixture
def recorded(cast):
    """Five entries about a firm."""
    from qilian.portal.history.recording import OnBehalf, record

    clerk, firm = cast.actor("window"), cast.actor("firm").organisation
    return [
        record(clerk, f"event{n}", firm, was="a", now="b", data={"n": n, "何": ["一"]}, on_behalf=OnBehalf(firm, "M-1"))
        for n in range(5)
    ]


def test_an_entry_says_who_did_what_for_whom(recorded, cast):
    from qilian.portal.history.recording import about

    entry = about([cast.actor("firm").organisation]).first()
    assert entry.person == cast.actor("window").user
    assert entry.organisation == cast.actor("window").organisation
    assert (entry.client, entry.mandate) == (cast.actor("firm").organisation, "M-1")
    assert (entry.kind, entry.event, entry.was, entry.now) == ("accounts.organisation", "event0", "a", "b")
    assert entry.data == {"n": 0, "何": ["一"]}


def test_the_chain_is_whole_when_read_back_from_the_database(recorded):
    from qilian.portal.history import auditing

    count, findings = auditing.examine(auditing.stored(), head=recorded[2].hash)
    assert (count, findings) == (5, [])


@pytest.mark.parametrize("statement", ["UPDATE history_entry SET event = 'other'", "DELETE FROM history_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(recorded, statement: str):
    from django.db import IntegrityError, connection, transaction

    with (
        pytest.raises(IntegrityError, match="history_is_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{statement} WHERE number = 3")


def test_an_entry_that_is_saved_again_is_refused(recorded):
    from django.db import IntegrityError, transaction

    recorded[2].event = "other"
    with pytest.raises(IntegrityError, match="history_is_append_only"), transaction.atomic():
        recorded[2].save()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE history_entry SET event = 'other' WHERE number = 3", {(3, "changed")}),
        ("DELETE FROM history_entry WHERE number = 3", {(3, "removed"), (3, "cut off")}),
        ("UPDATE history_entry SET number = 9 WHERE number = 3", {(3, "removed"), (9, "changed")}),
        ("DELETE FROM history_entry WHERE number = 5", {(5, "cut off")}),
    ],
)
def test_who_lifts_the_guard_is_found_out(recorded, tmp_path: Path, statement: str, found: set):
    from django.db import connection

    from qilian.portal.history import auditing, guard

    file = tmp_path / "history.jsonl"
    assert auditing.export(file) == (5, recorded[-1].hash)
    with guard.lifted(), connection.cursor() as cursor:
        cursor.execute(statement)
    _, findings = auditing.examine(auditing.stored(), against=file)
    assert found <= {(finding.number, finding.what) for finding in findings}


def test_a_head_that_is_not_there_is_a_cut_off_tail(recorded):
    from qilian.portal.history import auditing

    _, findings = auditing.examine(auditing.stored(), head="f" * 64)
    assert [finding.what for finding in findings] == ["cut off"]


def test_the_command_says_what_is_wrong_in_an_export_and_leaves_with_1(recorded, tmp_path: Path):
    from qilian.portal.history import auditing

    file = tmp_path / "history.jsonl"
    auditing.export(file)

    def verify() -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).with_name("qilian"), "audit", "verify", file]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    whole = verify()
    assert (whole.returncode, whole.stdout) == (0, "5 entries, nothing changed, removed or moved\n")
    file.write_text(file.read_text(encoding="utf-8").replace("event2", "event7"), encoding="utf-8")
    forged = verify()
    assert forged.returncode == 1
    assert "entry 3 was changed" in forged.stdout
    file.write_text("nonsense\n", encoding="utf-8")
    assert verify().returncode == 2


def test_many_who_record_at_once_make_one_chain(database: str):
    """Not rolled back: threads have connections of their own."""
    from django.db import connection, transaction

    from qilian.portal.accounts.models import Organisation
    from qilian.portal.history import auditing, guard
    from qilian.portal.history.models import Entry
    from qilian.portal.history.recording import record

    firm = Organisation.objects.create(kind="firm", name="many", region="330100")
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    record(None, "a", firm, data={"n": number})
                    record(None, "b", firm)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    try:
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert not failed
        count, findings = auditing.examine(auditing.stored())
        assert (count, findings) == (160, [])
    finally:
        with transaction.atomic(), guard.lifted():
            Entry.objects.all().delete()
        firm.delete()
