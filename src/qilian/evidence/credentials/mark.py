"""The mark on the printed report: a QR code and the same short link in letters, both bound to one signed text.

In comes a signed credential and the address of the portal, out go the link and an SVG that stands inside a page. The
link ends in a digest of the signed text, so that the paper can be compared with a copy of it, on line or off.
"""

import hashlib
import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from qilian.evidence.credentials.encoding import to_base64url
from qilian.evidence.credentials.errors import CredentialError

DIGEST_BYTES = 16
"""128 bits: short enough for paper, and nobody finds a second text for a given link."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is printed: ``link`` as text, ``svg`` as an element for the page, with a white quiet zone."""

    link: str
    svg: str


def mark_of(text: str, portal: str, *, module_mm: float = 0.5) -> Mark:
    """Return the mark of a signed credential.

    Parameters
    ----------
    portal
        ``https://portal.example``; the link is ``https://portal.example/r/…``.
    module_mm
        Side of one square of the code, in millimetres.

    Raises
    ------
    CredentialError
        If the address is not one of the web.
    """
    import segno

    parts = urlsplit(portal)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise CredentialError(f"{portal}: not the address of a portal", where="mark", mend="https://portal.example")
    link = f"{portal.rstrip('/')}/r/{short_digest(text)}"
    code = segno.make_qr(link, error="m")
    stream = io.BytesIO()
    code.save(
        stream,
        kind="svg",
        scale=module_mm,
        unit="mm",
        border=4,
        light="white",
        xmldecl=False,
        svgns=True,
        title=link,
        nl=False,
    )
    return Mark(link, stream.getvalue().decode("utf-8"))


def is_link_to(link: str, text: str) -> bool:
    """Return whether a printed link belongs to a signed text."""
    return urlsplit(link).path.rpartition("/")[2] == short_digest(text)


def short_digest(text: str) -> str:
    """Return the end of the link: 128 bits of SHA-256 over the signed text, in 22 letters."""
    return to_base64url(hashlib.sha256(text.encode("utf-8")).digest()[:DIGEST_BYTES])
