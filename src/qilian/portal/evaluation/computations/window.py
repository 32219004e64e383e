"""Computed from the orders of the service windows: which were done in time, and which firms were served."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from qilian.portal.accounts import regions
from qilian.portal.booking.models import Appointment
from qilian.portal.evaluation.computing import CannotTell, Found, Record, Scope, computation, share
from qilian.portal.history.models import Entry
from qilian.portal.window.models import Order
from qilian.text import Text


@computation("window.in_time_share")
def in_time_share(scope: Scope) -> Found:
    """Orders closed in the period by the day they were due, in percent; one that went up for being late is not."""
    closed = list(_closed(scope))
    if not closed:
        raise CannotTell(Text("本周期内没有办结的工单", "no order was closed in the period"))
    numbers = [str(order.pk) for order, _ in closed]
    ups = Entry.objects.filter(kind="window.order", event="escalate", subject__in=numbers)
    late = {entry.subject for entry in ups if "late" in entry.data}
    records = []
    for order, at in closed:
        day = timezone.localtime(at).date()
        in_time = str(order.pk) not in late and day <= order.due
        records.append(
            Record("order", order.pk, f"{'✓' if in_time else '✗'} {day.isoformat()} / {order.due.isoformat()}")
        )
    done = sum(each.gave.startswith("✓") for each in records)
    return Found(
        share(done, len(closed)),
        tuple(records),
        Text(
            f"本周期办结的 {len(closed)} 个工单中，{done} 个在期限内办结（逾期后转上级的不计为按期）",
            f"Of {len(closed)} orders closed in the period, {done} were closed by the day they were due "
            "(one that went up for being late was not)",
        ),
    )


@computation("portal.firms_served")
def firms_served(scope: Scope) -> Found:
    """Firms with at least one test reported, or one order closed, in the period."""
    tests = Appointment.objects.filter(
        path__organisation__in=scope.firms, report__issued__gte=scope.begins, report__issued__lt=scope.ends
    )
    by_firm: dict[int, list[int]] = {}
    for firm in tests.values_list("path__organisation_id", flat=True):
        by_firm.setdefault(firm, [0, 0])[0] += 1
    firms = set(scope.firms.values_list("pk", flat=True))
    for order, _ in _closed(scope):
        if order.client_id in firms:
            by_firm.setdefault(order.client_id, [0, 0])[1] += 1
    return Found(
        float(len(by_firm)),
        tuple(Record("firm", firm, f"{done} + {orders}") for firm, (done, orders) in sorted(by_firm.items())),
        Text(
            f"{len(by_firm)} 家企业在本周期内至少有一项检测出具报告或一个工单办结（检测数 + 工单数）",
            f"{len(by_firm)} firms had at least one test reported or one order closed in the period (tests + orders)",
        ),
    )


def _closed(scope: Scope) -> Iterator[tuple[Order, datetime]]:
    """Yield the orders that were closed in the period, and when: a firm's own, or those taken in the division."""
    entries = Entry.objects.filter(
        kind="window.order", event="close", at__gte=scope.begins, at__lt=scope.ends
    ).values_list("subject", "at")
    when = {int(subject): at for subject, at in entries}
    rows = Order.objects.filter(state="closed", pk__in=when)
    if scope.subject.firm:
        rows = rows.filter(client=scope.subject.firm)
    else:
        rows = rows.filter(window__region__startswith=regions.prefix(scope.subject.region))
    for order in rows.order_by("pk"):
        yield order, when[order.pk]
