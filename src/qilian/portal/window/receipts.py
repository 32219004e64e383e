"""The printed receipt: a link that shows the order's state to whoever holds it, and the link as a QR code.

The link carries the order's number and a signature, so nothing is stored; it shows the state and takes what the client
says of a finished order, nothing of the demand.
"""

import io

from django.core.signing import BadSignature, Signer
from django.utils.safestring import SafeString, mark_safe

from qilian.portal.window.models import Order

_SIGNER = Signer(salt="qilian.portal.window.receipt")


def token_of(order: Order) -> str:
    """Return what the link of an order's receipt ends with."""
    return _SIGNER.sign(str(order.pk))


def order_of(token: str) -> Order | None:
    """Return the order of a receipt, None if the link is not one of ours."""
    try:
        number = _SIGNER.unsign(token)
    except BadSignature:
        return None
    return Order.objects.select_related("window", "client").filter(pk=number).first()


def qr_code(address: str) -> SafeString:
    """Draw an address as an SVG, dark on white in both themes, so that cameras read it."""
    import segno

    stream = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(stream, kind="svg", scale=4, border=4, light="white", xmldecl=False, svgns=True, nl=False, title=address)
    return mark_safe(stream.getvalue().decode())  # noqa: S308 - segno escapes the title
