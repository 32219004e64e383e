"""What the server itself does with requests that no browser sends: giants, bodies without a length, doubled borders."""

import socket
from urllib.parse import urlsplit

import pytest


def answer_to(served: str, request: bytes, timeout: float = 20) -> bytes:
    """Send bytes as they are; return what comes back until the answer's headers are whole, or the connection ends."""
    host = urlsplit(served)
    with socket.create_connection((host.hostname, host.port), timeout=timeout) as connection:
        connection.sendall(request)
        said = b""
        while b"\r\n\r\n" not in said:
            if not (part := connection.recv(65536)):
                break
            said += part
        return said


def test_a_gigabyte_is_answered_before_it_is_sent(served: str):
    """The header says 1 GB, a thousand bytes come: the refusal is there, and nobody waits for the rest."""
    head = (
        b"POST /products/new/file HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        b"Content-Length: 1073741824\r\n\r\n"
    )
    assert answer_to(served, head + b"x" * 1000).startswith(b"HTTP/1.1 413")


def test_a_body_without_a_length_is_not_read(served: str):
    head = b"POST /theme HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"".join(b"fff0\r\n" + b"x" * 0xFFF0 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"
    assert answer_to(served, head + body)[9:12] in (b"400", b"403", b"411", b"413")


@pytest.mark.parametrize(
    "borders",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ],
)
def test_unclear_borders_of_a_message_are_refused(served: str, borders: bytes):
    head = b"POST /theme HTTP/1.1\r\nHost: localhost\r\n" + borders + b"\r\nhello"
    assert answer_to(served, head)[9:12] == b"400"
