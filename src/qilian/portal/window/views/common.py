"""What the pages of the window share: who may come in, and how an order is found."""

from collections.abc import Callable

from django.contrib import messages
from django.shortcuts import get_object_or_404

from qilian.errors import QilianError
from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.history.recording import about
from qilian.portal.window.models import Order

readers = only("window", "firm", "regulator")
"""Declares that windows, clients, and those who oversee them, may come in."""

clerks = only("window")
"""Declares that people of a service window may come in."""


def readable(request: PortalRequest, number: int) -> Order:
    """Return an order that the actor may read, or answer 404."""
    orders = Order.objects.visible_to(request.actor)
    orders = orders.select_related("window", "client", "owner", "product__current", "mandate", "bundle")
    orders = orders.defer(*(f"product__current__{name}" for name in ("front", "report_zh", "report_en")))
    return get_object_or_404(orders, pk=number)


def handled(request: PortalRequest, number: int) -> Order:
    """Return an order that the actor's window has to answer, or answer 404."""
    orders = Order.objects.visible_to(request.actor).handled_by(request.actor)
    return get_object_or_404(orders.select_related("window", "client", "owner", "product", "mandate"), pk=number)


def missing_of(order: Order) -> str:
    """Return what the client still has to bring, empty where nothing is waited for."""
    if order.state != "waiting":
        return ""
    waits = about([order]).filter(event="wait").order_by("-number").first()
    return str(waits.data.get("words", "")) if waits else ""


def say(request: PortalRequest, error: QilianError) -> None:
    """Show why something did not happen."""
    messages.error(request, str(error))


def attempt(request: PortalRequest, act: Callable[[], object], done: str = "") -> None:
    """Do something, and say that it is done or why not."""
    try:
        act()
    except QilianError as error:
        say(request, error)
    else:
        if done:
            messages.success(request, done)
