"""Damaged and hostile files: each importer answers with a report or one clear line, quickly and in little memory."""

import io
import json
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qilian.evidence import NotEvidence, Report
from qilian.evidence.importers import read_evidence_bytes

MOST_SECONDS = 20.0
MOST_BYTES = 150_000_000
quick = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.binary(max_size=6)), min_size=1, max_size=6)


def _answer(data: bytes, name: str) -> None:
    """Read the file; anything but reports or a refusal of one line is a failure."""
    begun = time.process_time()
    try:
        reports = read_evidence_bytes(data, name)
    except NotEvidence as error:
        line = str(error)
        assert line
        assert "\n" not in line
        assert len(line) < 1500
    else:
        assert reports
        assert all(isinstance(report, Report) and report.tests for report in reports)
    assert time.process_time() - begun < MOST_SECONDS


def _edited(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """Replace, insert, delete or cut at places of the file."""
    for place, kind, patch in edits:
        at = int(place * len(data))
        if kind == 0:
            data = data[:at] + patch + data[at + len(patch) :]
        elif kind == 1:
            data = data[:at] + patch + data[at:]
        elif kind == 2:
            data = data[:at] + data[at + 7 :]
        else:
            data = data[:at] + data[at : at + 40] * 2 + data[at + 40 :]
    return data


def _swapped(value: object, place: list[int], other: object) -> object:
    """Put ``other`` in the place of one value of a JSON document, found by walking down."""
    if not place:
        return other
    step, *rest = place
    if isinstance(value, dict) and value:
        key = sorted(value)[step % len(value)]
        return {**value, key: _swapped(value[key], rest, other)}
    if isinstance(value, list) and value:
        at = step % len(value)
        return [*value[:at], _swapped(value[at], rest, other), *value[at + 1 :]]
    return other


@pytest.fixture(scope="module")
def seeds(repository: Path) -> dict[str, bytes]:
    """One good file of each form."""
    import importlib.util

    spec = importlib.util.spec_from_file_location(
        "importer_seeds", Path(__file__).with_name("test_evidence_importers.py")
    )
    assert spec is not None
    assert spec.loader is not None
    good = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(good)
    return {
        "own.json": (repository / "examples/evidence/01-performance.json").read_bytes(),
        "own.csv": "\n".join(good.CSV_ROWS).encode(),
        "untp.json": json.dumps(good.UNTP).encode(),
        "idta.json": json.dumps(good.quality_document()).encode(),
        "idta.aasx": good.package(),
        "ptb.xml": good.dcc(),
    }


@pytest.mark.parametrize("name", ["own.json", "own.csv", "untp.json", "idta.json", "idta.aasx", "ptb.xml"])
def test_damaged_bytes(seeds: dict[str, bytes], name: str) -> None:
    """A file with bytes changed, put in, left out or doubled is read or refused; nothing else happens."""

    @quick
    @given(edits=_EDITS)
    def damaged(edits: list[tuple[float, int, bytes]]) -> None:
        _answer(_edited(seeds[name], edits), name)

    damaged()


@pytest.mark.parametrize("name", ["own.json", "untp.json", "idta.json"])
def test_strange_values(seeds: dict[str, bytes], name: str) -> None:
    """Any JSON value in the place of any other is read or refused."""
    document = json.loads(seeds[name])

    @quick
    @given(place=st.lists(st.integers(0, 40), max_size=9), other=_JSON)
    def strange(place: list[int], other: object) -> None:
        _answer(json.dumps(_swapped(document, place, other)).encode(), name)

    strange()


@quick
@given(
    data=st.binary(max_size=300), start=st.sampled_from([b"", b"{", b"<", b"PK\x03\x04", b"report,", b"\xef\xbb\xbf{"])
)
def test_any_bytes(data: bytes, start: bytes) -> None:
    """No bytes bring the door to anything but a report or a refusal."""
    for name in ("x.json", "x.csv"):
        _answer(start + data, name)


def test_a_damaged_part_of_a_package(seeds: dict[str, bytes]) -> None:
    """A package whose parts were changed inside, with right checksums, is read or refused."""
    with zipfile.ZipFile(io.BytesIO(seeds["idta.aasx"])) as good:
        parts = {part: good.read(part) for part in good.namelist()}

    @settings(quick, max_examples=80)
    @given(part=st.sampled_from(sorted(parts)), edits=_EDITS)
    def damaged(part: str, edits: list[tuple[float, int, bytes]]) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as made:
            for name, content in parts.items():
                made.writestr(name, _edited(content, edits) if name == part else content)
        _answer(stream.getvalue(), "x.aasx")

    damaged()


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(20):
            made.writestr(f"part{number}.xml", b" " * 10_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deep.json", b'{"format": ' + b"[" * 1_000_000),
        ("long.json", b'{"format": "' + b"a" * 3_900_000 + b'"}'),
        ("wide.json", b'{"submodels": [' + b"{}," * 1_000_000 + b"{}]}"),
        ("keys.json", b"{" + b",".join(b'"k%d": 1' % n for n in range(250_000)) + b"}"),
        ("deep.xml", b"<a>" * 900_000),
        ("laughs.xml", b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1_000_000 + b'">]><a>' + b"&b;" * 900_000 + b"</a>"),
        ("wide.csv", b"report,laboratory,model,name,method\n" + b"r,l,m,n,ISO 9283\n" * 120_000),
        ("cell.csv", b'report,laboratory,model,name,method\n"' + b"x" * 3_000_000),
        ("bomb.aasx", _bomb()),
    ],
)
def test_memory_is_bounded(name: str, data: bytes) -> None:
    """Files made to grow are refused within bounds of memory and time."""
    tracemalloc.start()
    try:
        with pytest.raises(NotEvidence):
            read_evidence_bytes(data, name)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
