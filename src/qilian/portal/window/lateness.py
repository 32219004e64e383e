"""Orders that are late go to the level above by themselves (三级服务), once for each deadline; the worker sees to it.

What waits for the client is not late. The level above has half the service's working days, from the day it gets the
order; where nobody is above, the order stays and is shown as late.
"""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from qilian.laboratories import working_days
from qilian.portal.accounts import regions
from qilian.portal.accounts.models import Kind, User
from qilian.portal.history.firing import fire
from qilian.portal.history.recording import writing
from qilian.portal.notices.telling import tell
from qilian.portal.window.handling import window_above
from qilian.portal.window.models import KeptDraft, Order
from qilian.text import Text

DRAFTS_KEPT_FOR = timedelta(days=30)
_LATE_STATES = ("queued", "taken")


def sweep() -> None:
    """Do it once: pass late orders up, forget drafts that nobody went on with."""
    escalate_late(timezone.localdate())
    KeptDraft.objects.filter(changed__lt=timezone.now() - DRAFTS_KEPT_FOR).delete()


def escalate_late(today: date) -> int:
    """Pass each order whose deadline lies before ``today`` to the nearest window above; return how many went."""
    late = Order.objects.filter(state__in=_LATE_STATES, due__lt=today)
    divisions = late.order_by().values_list("region", flat=True).distinct()
    late = late.filter(region__in=[each for each in divisions if window_above(each)])  # the top keeps what it has
    return sum(_passed_up(number, today) for number in late.values_list("pk", flat=True))


def _passed_up(number: int, today: date) -> bool:
    with writing():
        order = Order.objects.select_related("window", "client").get(pk=number)
        region = window_above(order.region)
        if not region or order.state not in _LATE_STATES or order.due >= today:  # meanwhile somebody else moved it
            return False
        below, late = order.region, order.due
        due = working_days.after(today, (order.offered.days + 1) // 2)
        data = {"from": below, "to": region, "late": late.isoformat(), "due": due.isoformat()}
        fire(order, "escalate", None, data=data)
        order.region, order.owner, order.due = region, None, due
        order.save(update_fields=["region", "owner", "due"])
        _tell(order, below)
    return True


def _tell(order: Order, below: str) -> None:
    """Tell both windows, and the client."""
    page = reverse("window:order", args=[order.pk])
    windows = User.objects.filter(memberships__organisation__kind=Kind.WINDOW, is_active=True)
    name, due = regions.full_title(order.region), order.due.isoformat()
    there = Text(
        f"工单 {order.reference} 已逾期，自动转到本级窗口，请于 {due} 前答复",
        f"Order {order.reference} is late and was passed to your window; answer it by {due}",
    )
    here = Text(
        f"工单 {order.reference} 已逾期，自动转到上级窗口（{name.zh}）",
        f"Order {order.reference} is late and was passed to the window above ({name.en})",
    )
    client = Text(
        f"您的工单 {order.reference} 已转上级窗口办理，答复期限 {due}",
        f"Your order {order.reference} was passed to the window above; you have an answer by {due}",
    )
    tell(windows.filter(memberships__organisation__region=order.region).distinct(), there, page)
    tell(windows.filter(memberships__organisation__region=below).distinct(), here, page)
    tell(User.objects.filter(memberships__organisation=order.client, is_active=True), client, page)
