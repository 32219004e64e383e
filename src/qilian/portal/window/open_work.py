"""What waits for a person at or with the window: orders in the queue, late ones, mandates asked for, complaints."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.site.open_work import Open
from qilian.portal.window.models import Complaint, Mandate, Order


def of(actor: Actor) -> Iterator[Open]:
    """Yield what waits."""
    orders = reverse("window:orders")
    if actor.kind == "window":
        handled = Order.objects.handled_by(actor)
        if queued := handled.filter(state="queued").count():
            yield Open(_("Orders in the queue"), f"{orders}?show=queue", "clipboard-list", queued)
        if late := handled.open().exclude(state="waiting").filter(due__lt=timezone.localdate()).count():
            yield Open(_("Orders that are late"), f"{orders}?show=late", "clock", late)
        if asked := Complaint.objects.visible_to(actor).filter(state="open").count():
            yield Open(_("Complaints to answer"), reverse("window:opinions"), "message", asked)
    elif actor.kind == "firm":
        if asked := Mandate.objects.visible_to(actor).filter(state="asked").count():
            yield Open(_("Mandates that a window asks you for"), reverse("window:mandates"), "certificate", asked)
        if waiting := Order.objects.visible_to(actor).filter(state="waiting").count():
            yield Open(_("Orders that wait for you"), orders, "clock", waiting)
    elif actor.kind == "regulator":
        complaints = Complaint.objects.visible_to(actor).filter(state__in=("open", "answered", "insisted"))
        if count := complaints.count():
            yield Open(_("Open complaints in your region"), reverse("window:opinions"), "message", count)
