"""The QR code of a sample's label, as a picture within the page: the address of the sample's page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def picture(address: str) -> SafeString:
    """Return a QR code as SVG (error correction M, quiet zone of four modules)."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn by us: nothing of the address stands in it as text
