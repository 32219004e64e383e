"""A virus scanner that is set sees every upload; a small one that speaks clamd's INSTREAM answers beside the test."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

BAD = b"a,b\nthis,is infected\n"


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        self.wfile.write(b"stream: Test-Signature FOUND\0" if b"infected" in content else b"stream: OK\0")


@pytest.fixture(params=["tcp", "unix"])
def scanner(request: pytest.FixtureRequest, portal: str, tmp_path: Path) -> Iterator[list[bytes]]:
    """A scanner that runs; what it was shown."""
    from django.test import override_settings

    if request.param == "tcp":
        server: socketserver.BaseServer = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        address = f"127.0.0.1:{server.server_address[1]}"
    else:
        address = str(tmp_path / "clamd.sock")
        server = socketserver.ThreadingUnixStreamServer(address, Handler)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with override_settings(CLAMD=address):
        yield server.seen  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def read(content: bytes):
    from qilian.portal.site.uploads import read_upload

    return read_upload(SimpleUploadedFile("table.csv", content), 1_000_000, ("csv",))


def test_every_upload_is_seen_whole_and_an_infected_one_is_refused(scanner: list[bytes]):
    from django.core.exceptions import ValidationError

    large = b"a,b\n" * 100_000  # more than one chunk
    assert read(large).content == large
    with pytest.raises(ValidationError) as refusal:
        read(BAD)
    assert refusal.value.code == "infected"
    assert scanner == [large, BAD]


def test_no_upload_passes_while_the_scanner_gives_no_verdict(portal: str, tmp_path: Path):
    from django.core.exceptions import ValidationError
    from django.test import override_settings

    for address in (str(tmp_path / "nobody.sock"), "127.0.0.1:1"):
        with override_settings(CLAMD=address), pytest.raises(ValidationError) as refusal:
            read(b"a,b\n")
        assert refusal.value.code == "unscanned"


def test_refused_uploads_and_fields_are_logged_without_names(cast, caplog: pytest.LogCaptureFixture):
    """An upload that is not what it says, and a field that is not the sender's to set, of whoever sent it."""
    from django.core.exceptions import ValidationError

    from qilian.portal.site.uploads import read_upload

    with caplog.at_level("WARNING", logger="qilian.security"):
        with pytest.raises(ValidationError):
            read_upload(SimpleUploadedFile("secret name.csv", b"<html>"), 1_000, ("csv",))
        cast.client("firm").patch("/api/v1/me", {"is_superuser": True}, content_type="application/json")
    upload, field = (record for record in caplog.records if record.name == "qilian.security")
    assert (upload.event, upload.reason, upload.bytes) == ("upload refused", "content", 6)
    assert (field.event, field.person, field.path) == ("field refused", cast.actor("firm").user.pk, "/api/v1/me")
    assert "secret name" not in str([record.__dict__ for record in caplog.records])
