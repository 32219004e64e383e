"""Imports: what is written, what is not, what happens to broken files and to runs that are killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from qilian.errors import QilianError

DATED = date(2025, 6, 2)


def contents():
    """Everything that the library holds and readers see, without the times of day."""
    from qilian.portal.library.models import Document, Event, Import, Rejection, Relation, Source

    def rows(model, *left_out):
        columns = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
        return sorted(map(repr, model.objects.values_list(*columns)))

    return [rows(model) for model in (Document, Relation, Event, Rejection, Source)] + [
        rows(Import, "started", "finished")
    ]


def import_members(path: Path, **options):
    from qilian.portal.library.importing import import_file

    return import_file(path, **{"dated": DATED, **options})


def counts(account) -> tuple[int, int, int, int, int]:
    assert account.new + account.changed + account.unchanged + account.rejected == account.read
    return account.read, account.new, account.changed, account.unchanged, account.rejected


def test_first_import_stores_all_and_the_second_writes_nothing(library, folder, widgets):
    """The same file twice: every member is new, then every member is unchanged and no row differs."""
    path = folder({**widgets, "data/bad.yaml": "docid: [", "readme.txt": "hello"})
    assert counts(import_members(path)) == (8, 6, 0, 0, 2)
    before = contents()
    account = import_members(path)
    assert counts(account) == (8, 0, 0, 6, 2)
    assert {member for member, _ in account.rejections} == {"data/bad.yaml", "readme.txt"}
    assert all(reason and "\n" not in reason for _, reason in account.rejections)
    assert contents() == before


def test_only_what_changed_is_written(library, folder, widgets, make_record):
    """A changed member is written anew, a new one added, a missing one retired; the others keep their run."""
    from qilian.portal.library.models import Document, Event, Import

    import_members(folder(widgets))
    later = dict(widgets)
    later["data/widget-2-2011.yaml"] = make_record("ISO 99990-2:2011", "2011-07-15", "95.99")
    later["data/widget-2-2026.yaml"] = make_record("ISO 99990-2:2026", "2026-01", "60.60", ("ISO 99990-2:2011",))
    del later["data/widget-dis.yaml"]
    account = import_members(folder(later), dated=date(2026, 3, 1))
    assert counts(account) == (6, 1, 1, 4, 0)
    assert (account.gone, account.kept) == (1, 0)
    first, second = Import.objects.order_by("id")
    assert Document.objects.filter(last_import=first, gone_in=None).count() == 4
    assert Document.objects.get(gone_in=second).identifier == "ISO/DIS 99990-2"
    assert not Event.objects.filter(found_by=first).exists()
    found = {(each.kind, each.document.identifier) for each in second.events.select_related("document")}
    assert found == {
        ("withdrawn", "ISO 99990-2:2011"),
        ("new", "ISO 99990-2:2026"),
        ("replaced", "ISO 99990-2:2026"),
        ("gone", "ISO/DIS 99990-2"),
    }


def test_a_member_that_comes_back_is_live_again(library, folder, widgets):
    """Gone in one state of the source, there again in the next: it is answered from again, under its old row."""
    from qilian.portal.library.models import Document

    import_members(folder(widgets))
    less = {name: text for name, text in widgets.items() if name != "data/widget-dis.yaml"}
    import_members(folder(less), dated=date(2025, 7, 1))
    assert not Document.objects.live().filter(identifier="ISO/DIS 99990-2").exists()
    account = import_members(folder(widgets), dated=date(2025, 8, 1))
    assert counts(account) == (6, 0, 1, 5, 0)
    assert Document.objects.live().get(identifier="ISO/DIS 99990-2").first_import_id == 1


def test_a_small_part_of_a_source_is_an_addition(library, folder, widgets):
    """A file with less than half of the source's documents retires nothing, and says so."""
    import_members(folder(widgets))
    name = "data/widget-2-2011.yaml"
    account = import_members(folder({name: widgets[name]}), dated=date(2025, 7, 1))
    assert (account.unchanged, account.gone, account.kept) == (1, 0, 5)


def test_an_earlier_state_does_not_turn_the_library_back(library, folder, widgets):
    """An older file of a source is refused in one line, and nothing is written."""
    import_members(folder(widgets))
    before = contents()
    with pytest.raises(QilianError, match="holds widgets of 2025-06-02"):
        import_members(folder(widgets), dated=date(2024, 1, 1))
    assert contents() == before


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.99])
def test_a_truncated_archive_writes_nothing(library, archive, widgets, keep):
    """An archive that breaks off is refused as a whole; what the library held before stands."""
    import_members(archive({"data/a.yaml": widgets["data/widget-2-2011.yaml"]}))
    before = contents()
    with pytest.raises(QilianError) as error:
        import_members(archive(widgets, keep=keep))
    assert "\n" not in str(error.value)
    assert contents() == before


@pytest.mark.parametrize("member", ["../../etc/passwd.yaml", "/etc/x.yaml"])
def test_a_path_that_climbs_out_writes_nothing(library, archive, widgets, member):
    """One bad path refuses the archive, even after good members."""
    with pytest.raises(QilianError, match="path"):
        import_members(archive({**widgets, member: "x"}))
    assert not any(contents())


def test_what_no_database_takes_is_rejected(library, folder, widgets, make_record):
    """NUL and names beyond an index entry are reasons for a rejection, on SQLite too, where they would go through."""
    members = {
        **widgets,
        "data/nul.yaml": make_record("ISO 99991:2000", title='"a\\0b"'),
        "data/long.yaml": make_record("ISO 99992:2000", obsoletes=("标" * 900,)),
    }
    account = import_members(folder(members))
    assert account.rejected == 2
    assert account.new == 6


def test_doubled_member_is_accounted(library, tmp_path, widgets):
    """A tar may hold one name twice: the first counts, the second is rejected, and the sum is right."""
    import io
    import tarfile

    path = tmp_path / "widgets.tar"
    with tarfile.open(path, "w") as tar:
        for text in (widgets["data/widget-2-2011.yaml"], widgets["data/widget-dis.yaml"]):
            info = tarfile.TarInfo("data/same.yaml")
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    account = import_members(path)
    assert counts(account) == (2, 1, 0, 0, 1)


def test_a_file_without_records_is_refused(library, folder):
    """Nothing to import is a mistake of the caller."""
    with pytest.raises(QilianError, match="no records"):
        import_members(folder({"readme.txt": "hello"}, "empty"))


def test_workers_make_the_same_rows(library, folder, make_record):
    """Parsing in worker processes stores what parsing here stores, in the same order."""
    from qilian.portal.library import reading
    from qilian.portal.library.models import Document

    members = {f"data/{n:04}.yaml": make_record(f"ISO {90000 + n}:2001", "2001-01") for n in range(650)}
    assert len(members) > reading.WORTH_WORKERS_MEMBERS
    path = folder(members)
    import_members(path, workers=2)
    import_members(path, workers=1, source="again")
    columns = ("member", "identifier", "digest", "titles", "published", "stage")
    by_workers, by_one = (
        list(Document.objects.filter(source__name=name).order_by("id").values_list(*columns))
        for name in ("widgets", "again")
    )
    assert by_workers == by_one


def test_two_imports_at_once_are_refused(library, folder, widgets):
    """While one process imports, another is told to wait, in one line."""
    code = (
        "import sys; from qilian.portal.setup import setup; setup()\n"
        "from qilian.portal.locking import locked\n"
        "with locked('import', wait=False) as held:\n"
        "    print(held, flush=True); sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], env=_environment(library), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"True\n"
        with pytest.raises(QilianError, match="another import is running"):
            import_members(folder(widgets))
        assert other.stdin is not None
        other.stdin.close()
    assert counts(import_members(folder(widgets)))[1] == 6


KILLED = """
import sys
from datetime import date
from pathlib import Path

def main():
    from qilian.portal.setup import setup
    setup()
    from qilian.portal.library import importing
    importing.WRITE_BATCH_ROWS = 50
    importing.import_file(Path(sys.argv[1]), dated=date(2025, 6, 2), workers=int(sys.argv[2]),
                          report=lambda step: print(step.phase, step.done, flush=True))

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize(("workers", "stop_at"), [(1, 300), (2, 400), (1, 600)])
def test_a_killed_import_is_taken_up(library, empty, folder, make_record, tmp_path, workers, stop_at):
    """Killed (SIGKILL) after some batches and run again, an import ends as if it had never been stopped.

    While it is unfinished, a source that was never read to its end is in no answer; the account of the second run is
    that of the whole.
    """
    from qilian.portal.library.fetching import snapshots
    from qilian.portal.library.models import Document, Import

    members = {f"data/{n:04}.yaml": make_record(f"ISO {90000 + n}:2001", "2001-01") for n in range(700)}
    members["data/bad.yaml"] = "docid: ["
    path = folder(members)
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    _kill(script, path, workers, stop_at, library)
    stored = Document.objects.count()
    assert 0 < stored < 700
    assert stored % 50 == 0
    assert Import.objects.get().finished is None
    assert not Document.objects.live().exists()
    assert snapshots() == []
    account = import_members(path, workers=1)
    assert counts(account) == (701, 700, 0, 0, 1)
    resumed = contents()
    empty()
    assert counts(import_members(path, workers=1)) == (701, 700, 0, 0, 1)
    assert resumed == contents()


def test_a_killed_update_says_so_and_ends_the_same(library, empty, folder, make_record, tmp_path):
    """A stopped update of a source that answers: records are whole, answers say so, the next run completes it."""
    from qilian.portal.library.fetching import snapshots

    def state(stage: str) -> dict[str, str]:
        return {f"data/{n:04}.yaml": make_record(f"ISO {90000 + n}:2001", "2001-01", stage) for n in range(700)}

    script = tmp_path / "killed.py"
    script.write_text(KILLED.replace("2025, 6, 2", "2026, 6, 2"), encoding="utf-8")
    import_members(folder(state("60.60")))
    _kill(script, folder(state("95.99")), 1, 300, library)
    (snapshot,) = snapshots()
    assert (snapshot.dated, snapshot.updating_to) == (DATED, date(2026, 6, 2))
    assert "unfinished" in snapshot.words.en
    assert counts(import_members(folder(state("95.99")), dated=date(2026, 6, 2))) == (700, 0, 700, 0, 0)
    assert snapshots()[0].updating_to is None
    resumed = contents()
    empty()
    import_members(folder(state("60.60")))
    import_members(folder(state("95.99")), dated=date(2026, 6, 2))
    assert resumed == contents()


def test_national_table(library, tmp_path):
    """A national catalogue is read by its columns; a bad row is told with its line; the order of rows is nothing."""
    from qilian.standards.national import TEMPLATE

    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "national.csv"
    path.write_text("\n".join([*lines, "nonsense" + "," * lines[0].count(","), lines[1]]), encoding="utf-8")
    account = import_members(path)
    assert account.read == len(lines) + 1
    assert (account.new, account.rejected) == (len(lines) - 1, 2)
    before = contents()
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    assert import_members(path).unchanged == len(lines) - 1
    assert contents()[:3] == before[:3]


def _environment(database: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database}


def _kill(script: Path, path: Path, workers: int, stop_at: int, database: str) -> None:
    """Run an import in a process of its own and kill it after so many members; its workers must end with it."""
    command = [sys.executable, str(script), str(path), str(workers)]
    with subprocess.Popen(command, env=_environment(database), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            phase, done = line.split()
            if phase == "store" and int(done) >= stop_at:
                break
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert len(children) >= (workers if workers > 1 else 0)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def _children(pid: int) -> list[str]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return listed.read_text().split() if listed.exists() else []
