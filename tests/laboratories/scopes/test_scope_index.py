"""The index on disk: it mends itself, and is queried while it is renewed."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qilian.laboratories import LaboratoryError
from qilian.laboratories.scopes import Demand, Matcher, import_scopes, open_scopes, repair_scopes

DEMAND = "Pose accuracy ISO 9283"


def ids(folder: Path) -> list[str]:
    """Return the laboratories for one demand."""
    found = Matcher(open_scopes(folder)).match(Demand.asked(DEMAND))
    return [one.laboratory.id for one in found.laboratories]


def generation(folder: Path) -> Path:
    """Return the current generation."""
    return folder / (folder / "CURRENT").read_text(encoding="utf-8")


@pytest.fixture
def copied(home: Path, tmp_path: Path) -> Path:
    """A copy of the small home that a test may damage."""
    return Path(shutil.copytree(home, tmp_path / "home"))


FILES = ("words.json", "line_rows.npy", "wordings.txt", "standings.json", "manifest.json", "concepts/meta.json")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("how", ["removed", "cut", "one byte changed"])
def test_a_damaged_index_is_built_again(copied: Path, file: str, how: str) -> None:
    """Whichever file is damaged, the next opening gives the same answer as before, from a new generation."""
    before, damaged = ids(copied), generation(copied)
    path = damaged / file
    data = path.read_bytes()
    if how == "removed":
        path.unlink()
    else:
        middle = len(data) // 2
        path.write_bytes(
            data[:middle] if how == "cut" else data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        )
    assert ids(copied) == before
    assert how == "one byte changed" or generation(copied) != damaged


@pytest.mark.parametrize("pointer", [None, "", "generation-999999", "elsewhere"])
def test_a_lost_pointer_is_set_again(copied: Path, pointer: str | None) -> None:
    """Without a pointer, or with one to nowhere, the index is built again from the sources."""
    before = ids(copied)
    (copied / "CURRENT").unlink() if pointer is None else (copied / "CURRENT").write_text(pointer, encoding="utf-8")
    assert ids(copied) == before


def test_an_old_format_is_built_again(copied: Path) -> None:
    """An index of another format is not read but built anew."""
    old = generation(copied)
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    (old / "manifest.json").write_text(json.dumps(manifest | {"format": "qilian-scope-index/0"}), encoding="utf-8")
    assert ids(copied)
    assert generation(copied) != old


def test_an_import_that_broke_off_before_its_index_is_finished(copied: Path, tmp_path: Path) -> None:
    """Sources that the index does not hold yet are taken in when it is next opened."""
    from qilian.laboratories.scopes.journal import write_source

    table = tmp_path / "more.csv"
    table.write_text("laboratory,object,parameter,standard\ndelta,robots,Pose accuracy,ISO 9283\n", encoding="utf-8")
    write_source(table, copied / "sources")
    assert "delta" in ids(copied)


def test_a_query_does_not_wait_for_an_import(copied: Path, tmp_path: Path) -> None:
    """While an import holds the lock and its index is not ready, the lines before it are served."""
    from qilian.laboratories.scopes.journal import write_source
    from qilian.laboratories.scopes.locking import locked

    table = tmp_path / "more.csv"
    table.write_text("laboratory,object,parameter,standard\ndelta,robots,Pose accuracy,ISO 9283\n", encoding="utf-8")
    with locked(copied):
        write_source(table, copied / "sources")
        assert open_scopes(copied).line_count == 6
    assert open_scopes(copied).line_count == 7


def test_a_large_index_is_repaired_on_request(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the size that is checked at opening, a changed byte is found by the thorough check."""
    monkeypatch.setattr("qilian.laboratories.scopes.index.CHECKED_WHOLE_BYTES", 0)
    assert not repair_scopes(copied)
    path = generation(copied) / "line_rows.npy"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert repair_scopes(copied)
    assert not repair_scopes(copied)


def test_a_damaged_source_says_what_to_import_again(copied: Path) -> None:
    """The sources are the last copy here: damage to them is said, not hidden."""
    shutil.rmtree(generation(copied))
    lines = copied / "sources/small.csv/lines.bin"
    lines.write_bytes(lines.read_bytes()[:-4])
    with pytest.raises(LaboratoryError, match=r"small\.csv is damaged"):
        open_scopes(copied)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    """Nothing imported is an error with its mend, and makes no index."""
    with pytest.raises(LaboratoryError, match="import a table"):
        open_scopes(tmp_path)


def test_work_that_other_processes_cannot_do_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a helper process dies, as one killed for memory does, the import goes on alone."""
    from concurrent.futures.process import BrokenProcessPool

    from qilian.laboratories.scopes import concepts

    class Broken:
        def __init__(self, *_: object, **__: object) -> None:
            raise BrokenProcessPool("gone")

    monkeypatch.setattr(concepts, "MUCH_WORK", 0)
    monkeypatch.setattr(concepts, "ProcessPoolExecutor", Broken)
    table = tmp_path / "table.csv"
    table.write_text("laboratory,object,parameter,standard\nbeta,robots,Pose accuracy,ISO 9283\n", encoding="utf-8")
    import_scopes(table, tmp_path / "home", processes=2)
    assert ids(tmp_path / "home") == ["beta"]


READER = """
import sys
from pathlib import Path
from qilian.laboratories.scopes import Demand, Matcher, open_scopes
folder, stop, asked, sizes = Path(sys.argv[1]), Path(sys.argv[2]), 0, set()
while asked < 3 or not stop.exists():
    index = open_scopes(folder)
    found = {one.laboratory.id for one in Matcher(index).match(Demand.asked("Pose accuracy ISO 9283")).laboratories}
    assert {"alpha", "beta"} <= found, found
    sizes.add(index.line_count)
    asked += 1
print(asked, len(sizes))
"""


def test_two_processes_query_while_one_imports(copied: Path, tmp_path: Path) -> None:
    """Readers always get a whole answer, before, during and after an import, and see the imports go by."""
    stop = tmp_path / "stop"
    command = [sys.executable, "-W", "error", "-c", READER, str(copied), str(stop)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    table = tmp_path / "more.csv"
    for number in range(4):
        body = "".join(f"lab{number}-{line},thing {line},property {line},IEC 60068-2-1\n" for line in range(200))
        table.write_text(f"laboratory,object,parameter,standard\n{body}", encoding="utf-8")
        import_scopes(table, copied, name=f"more-{number}", processes=1)
        time.sleep(1)
    stop.touch()
    for reader in readers:
        said, fault = reader.communicate(timeout=120)
        assert reader.returncode == 0, fault
        asked, sizes = map(int, said.split())
        assert asked >= 3
        assert sizes >= 2
    assert open_scopes(copied).line_count == 6 + 800
