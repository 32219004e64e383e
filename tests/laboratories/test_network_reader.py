"""Network files are read row by row, and every row that cannot be read is told with file and line."""

import shutil
from pathlib import Path

import pytest

from qilian.errors import QilianError
from qilian.laboratories import NetworkFileError, read_network


@pytest.fixture
def folder(tmp_path: Path, robots: Path) -> Path:
    """A copy of the sample network to spoil."""
    shutil.copytree(robots / "network", tmp_path / "network")
    return tmp_path / "network"


def spoil(path: Path, line: int, old: str, new: str) -> None:
    """Replace ``old`` by ``new`` in the 1-based ``line``, which has to contain it."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("".join(lines), "utf-8")


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "said"),
    [
        ("scope.csv", 3, "payload 0..", "payload ", "not a limit"),
        ("scope.csv", 3, "payload", "payloat", "unknown limit"),
        ("scope.csv", 3, " kg", " lb", "kg"),
        ("scope.csv", 3, ",yes", ",ja", "accredited"),
        ("scope.csv", 3, ",yes", "", "13 cells under 14 columns"),
        ("scope.csv", 4, "zj-robot-b01", "zj-emc-b01", "zj-emc-b01"),
        ("benches.csv", 3, "Mon-Fri", "Weekdays", "opening hours"),
        ("benches.csv", 4, "zj-robot-b02", "zj-robot-b01", "twice"),
        ("busy.csv", 3, "T", " at ", "not times"),
        ("busy.csv", 3, "-b", "-x", "does not exist"),
        ("laboratories.yaml", 19, "province", "county", "tier"),
    ],
)
def test_an_unreadable_row_is_told_with_file_and_line(
    folder: Path, file: str, line: int, old: str, new: str, said: str
) -> None:
    """The error is one line that names the fault, the file and the line."""
    spoil(folder / file, line, old, new)
    with pytest.raises(NetworkFileError) as caught:
        read_network(folder)
    told = str(caught.value.faults[0])
    assert said in told
    assert f"{file} line {line}" in told
    assert "\n" not in str(caught.value)


def test_all_unreadable_rows_are_told(folder: Path) -> None:
    """Three spoilt rows in two files give three faults, and the message counts the two that it does not print."""
    for line in (3, 5):
        spoil(folder / "scope.csv", line, ",yes", ",perhaps")
    spoil(folder / "busy.csv", 3, "T", " at ")
    with pytest.raises(NetworkFileError) as caught:
        read_network(folder)
    assert len(caught.value.faults) == 3
    assert "2 more" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"#\n", b"a,b\n1,2\n", b'row,"laboratory\n', b"#" * 100])
def test_a_file_that_is_no_table_is_refused_in_one_line(folder: Path, content: bytes) -> None:
    """Empty, not UTF-8, other columns, an open quote: one error, no traceback of another kind."""
    (folder / "scope.csv").write_bytes(content)
    with pytest.raises(QilianError) as caught:
        read_network(folder)
    assert "scope.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_told_and_bookings_may_be_absent(folder: Path) -> None:
    """Without busy.csv no bench is booked; without scope.csv there is no network."""
    (folder / "busy.csv").unlink()
    assert not any(bench.busy for laboratory in read_network(folder).laboratories for bench in laboratory.benches)
    (folder / "scope.csv").unlink()
    with pytest.raises(QilianError, match=r"scope\.csv"):
        read_network(folder)


def test_a_limit_may_have_one_end(folder: Path) -> None:
    """``payload 0..`` has no upper end and ``payload ..300`` no lower one."""
    first = (folder / "scope.csv").read_text("utf-8").splitlines()[2]
    limit = first.split(",")[10].split(";")[0]
    for text, ends in (("payload 5.. kg", (5, None)), ("payload ..7.5 kg", (None, 7.5))):
        spoil(folder / "scope.csv", 3, limit, text)
        read = read_network(folder).laboratories[0].lines[0].limit("payload")
        assert read is not None
        assert (read.low, read.high) == ends
        limit = text


def test_a_sample_network_must_say_so(folder: Path) -> None:
    """An invented network without a notice is refused: nobody must take it for a real one."""
    path = folder / "laboratories.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("notice:"), text.index("limits:")
    path.write_text(text[:start] + text[end:], "utf-8")
    with pytest.raises(QilianError, match="notice"):
        read_network(folder)
