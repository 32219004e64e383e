"""Every form that takes a file refuses bombs, files of two kinds, path tricks and giants, and keeps nothing of them.

The doors are found by walking through the demo's pages, so that a new one is tested without a line here.
"""

import io
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_database

MB = 1024 * 1024
ENTITIES = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
ALIASES = b"a: &a [x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 8)) for n in range(9)
)


def archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


HOSTILE = {
    "bomb.aasx": archive({"[Content_Types].xml": b"x", "_rels/.rels": b"x", "aasx/a.json": b"0" * 300 * MB}),
    "bomb.xlsx": archive({"[Content_Types].xml": b"x", "xl/workbook.xml": b"0" * 300 * MB}),
    "tricks.aasx": archive({"[Content_Types].xml": b"x", "../../../tmp/qilian-escaped": b"x", "aasx/x": b"x"}),
    "both.pdf": b"%PDF-1.7\n%%EOF\n" + archive({"a": b"x"}),
    "both.png": b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>IEND\xaeB`\x82",
    "entities.xml": ENTITIES + b"]><a>&j;</a>",
    "outside.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "aliases.yaml": ALIASES,
    "python.yaml": b"!!python/object/apply:os.system ['touch /tmp/qilian-escaped']\n",
    "deep.json": b"[" * 200_000,
    "program.exe": b"MZ\x90\x00" + b"\x00" * 2000,
    "page.csv": b"<!DOCTYPE html><script>alert(1)</script>",
    "../../../../tmp/qilian-escaped.yaml": b"\x00\x01\x02",
    "null\x00.yaml": b"\xff\xfe\x00",
    "empty.json": b"",
}
"""What no door may take, whatever it is for."""


@pytest.fixture
def doors(demo_client, page_of, walk) -> dict[str, tuple[str, str, dict[str, str]]]:
    """Every form with a file: by its address the account that comes to it, the file's field, the other fields."""
    found: dict[str, tuple[str, str, dict[str, str]]] = {}
    for role in ("firm", "laboratory", "operator", "window", "expert", "regulator"):

        def note(method: str, target: str, fields: dict[str, tuple[str, str]], role: str = role) -> None:
            files = [name for name, (kind, _) in fields.items() if kind == "file"]
            if files and method == "post" and target not in found:
                others = {name: value for name, (kind, value) in fields.items() if kind != "file"}
                found[target] = (role, files[0], others)

        def check(answer, _: str):
            text = "text/html" in answer.headers.get("Content-Type", "") and not answer.streaming
            return page_of(answer.content.decode()) if text else None

        walk(demo_client(role), check, note)
    return found


def rows() -> dict[str, int]:
    """Count the rows of all tables but those that every visit changes."""
    from django.apps import apps

    return {
        model._meta.label: model.objects.count()
        for model in apps.get_models()
        if model._meta.label != "accounts.OpenSession" and model._meta.managed
    }


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("test.sqlite3")}


def sent(demo_client, door: tuple[str, str, dict[str, str]], target: str, name: str, content: bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile

    role, field, others = door
    file = SimpleUploadedFile("named.bin", content)
    file.name = None
    file._name = name  # as a sender may: Django would clean it here already
    return demo_client(role).post(target, {**others, field: file}, follow=True)


@pytest.mark.slow
def test_the_doors_are_found_and_take_what_they_are_for(demo_client, doors, repository: Path):
    """Without this the refusals below could come from a field that is missing."""
    product = repository / "examples" / "products" / "mir250.yaml"
    report = repository / "examples" / "evidence" / "02-electrical.json"
    for target, file in (("/products/new/file", product), ("/products/{}/evidence/add", report)):
        address = next(each for each in doors if each == target or (each.endswith("evidence/add") and "{}" in target))
        before = rows()
        assert sent(demo_client, doors[address], address, file.name, file.read_bytes()).status_code == 200
        assert rows() != before, address


@pytest.mark.slow
def test_no_door_takes_what_is_hostile(demo_client, doors, home: Path):
    assert len(doors) >= 2
    kept, before = files_below(home), rows()
    for name, content in HOSTILE.items():
        for target, door in doors.items():
            answer = sent(demo_client, door, target, name, content)
            assert answer.status_code in (200, 400, 413), (name, target, answer.status_code)
            if answer.status_code == 200:
                words = answer.content.decode()
                assert "error-summary" in words, (name, target)
                assert "alert(1)" not in words, (name, target)
                assert "root:" not in words, (name, target)
            assert rows() == before, (name, target)
    assert files_below(home) == kept
    assert not list(Path("/tmp").glob("qilian-escaped*"))


@pytest.mark.slow
def test_a_gigabyte_is_refused_at_every_door_before_a_byte_is_read(doors, demo_client):
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    for target, (role, _field, _others) in doors.items():
        client = demo_client(role)
        asked = {
            "CONTENT_LENGTH": str(1024 * MB),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "wsgi.input": Unread(),
        }
        answer = client.generic("POST", target, **asked)
        assert answer.status_code == 413, target
