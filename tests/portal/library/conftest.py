"""Fixtures of the library's tests: invented records in Relaton YAML, packed as a source."""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

Write = Callable[..., Path]


def record(
    identifier: str,
    published: str = "",
    stage: str = "60.60",
    obsoletes: tuple[str, ...] = (),
    edition: str = "1",
    title: str = "Widgets - Safety",
) -> str:
    """One record as the catalogues write it, with what the library keeps."""
    main, sub = stage.split(".")
    lines = [
        "---",
        "title:",
        f"- content: {title}",
        "  language: [en]",
        "  type: main",
        "docid:",
        f"- id: {identifier}",
        "  type: ISO",
        "  primary: true",
        *(["date:", "- type: published", f"  value: '{published}'"] if published else []),
        f"edition: {{content: '{edition}'}}",
        "docstatus:",
        f"  stage: {{value: '{main}'}}",
        f"  substage: {{value: '{sub}'}}",
        "ext:",
        "  doctype: {type: international-standard}",
        "  editorialgroup:",
        "    technical_committee:",
        "    - {name: Widgets, number: 999, type: TC, identifier: ISO/TC 999}",
        "  ics:",
        "  - {code: 25.040.30, text: Widgets}",
    ]
    if obsoletes:
        lines.append("relation:")
    for each in obsoletes:
        lines += ["- type: obsoletes", "  bibitem:", "    docid:", f"    - {{id: '{each}', type: ISO, primary: true}}"]
    return "\n".join(lines) + "\n"


@pytest.fixture
def widgets() -> dict[str, str]:
    """Three editions of one document, a draft of the fourth, an amendment, and another document."""
    return {
        "data/widget-1-2006.yaml": record("ISO 99990-1:2006", "2006-06", "95.99"),
        "data/widget-1-2011.yaml": record("ISO 99990-1:2011", "2011-07", "95.99", ("ISO 99990-1:2006",), "2"),
        "data/widget-1-2025.yaml": record("ISO 99990-1:2025", "2025-02", "60.60", ("ISO 99990-1:2011",), "3"),
        "data/widget-1-2011-amd.yaml": record("ISO 99990-1:2011/Amd 1:2013", "2013-05", "95.99"),
        "data/widget-dis.yaml": record("ISO/DIS 99990-2", "", "40.60", ("ISO 99990-2:2011",), "2"),
        "data/widget-2-2011.yaml": record("ISO 99990-2:2011", "2011-07-15", "90.93"),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Write members into a folder of one name, so that each call is a new state of one source."""

    def write(members: dict[str, str], name: str = "widgets") -> Path:
        root = tmp_path / name
        for path in sorted(root.rglob("*.yaml"), reverse=True):
            path.unlink()
        for member, text in members.items():
            path = root / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture
def archive(tmp_path: Path) -> Write:
    """Pack members as a .tar.zst; ``keep`` cuts the file to that part of its length."""

    def write(members: dict[str, str], name: str = "widgets", keep: float = 1.0) -> Path:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for member, text in members.items():
                data = text.encode()
                info = tarfile.TarInfo(member)
                info.size, info.mtime = len(data), 1_748_822_400  # 2025-06-02
                tar.addfile(info, io.BytesIO(data))
        whole = zstandard.ZstdCompressor(level=1).compress(packed.getvalue())
        path = tmp_path / f"{name}.tar.zst"
        path.write_bytes(whole[: int(len(whole) * keep)])
        return path

    return write


@pytest.fixture
def make_record() -> Callable[..., str]:
    """Give tests the function that writes a record."""
    return record
