"""Fills the demo's windows: a city window above the district's, a mandate, orders in several states; all invented."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Membership, Organisation
from qilian.portal.rulebook.reading import pack
from qilian.portal.window import handling, reading
from qilian.portal.window.drafts import lines_of
from qilian.portal.window.mandates import begin_mandate
from qilian.portal.window.models import Order, Scope
from qilian.portal.window.services import packages

_CITY_WINDOW = "杭州市质量服务窗口（演示）"
_JOINT = "一体化关节模组，额定电压48V，想做振动、噪声和寿命试验，国内销售，两个月内"
_AMR = "AMR, own weight 150 kg, max speed 1.5 m/s, Li-ion 48 V 30 Ah; EMC and UN 38.3, for the EU"
_COMPARE = "想知道ISO 10218-1:2025和GB 11291.1有什么不同"
_DEMANDS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("testing", _JOINT, ()),
    ("testing", _AMR, (("take", ""), ("wait", "样机的使用说明书"))),
    ("standards", _COMPARE, (("take", ""), ("close", "已说明两项标准的差异，并给出过渡期的要点。"))),
)


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the samples' words gets none."""
    clerk = Membership.objects.filter(user__email__startswith="window@", organisation__is_demo=True).first()
    firm = Membership.objects.filter(user__email__startswith="firm@", organisation__is_demo=True).first()
    if clerk is None or firm is None or pack().id != "robots":
        return
    if not Order.objects.filter(is_sample=True).exists():
        with transaction.atomic():
            _fill(Actor(clerk.user, clerk), firm.organisation)
    yield f"示例工单 {Order.objects.filter(is_sample=True).count()} 个(虚构)/ sample orders (invented)"


def _fill(actor: Actor, client: Organisation) -> None:
    assert actor.organisation is not None
    city = f"{actor.organisation.region[:4]}00"
    Organisation.objects.get_or_create(
        name=_CITY_WINDOW, defaults={"kind": Kind.WINDOW, "region": city, "is_demo": True}
    )
    begin_mandate(
        "record",
        actor,
        client=client,
        window=actor.organisation,
        scope=Scope.values,
        expires=timezone.localdate() + timedelta(days=180),
        paper="演示-001",
    )
    for service, text, moves in _DEMANDS:
        lines = [line.written() for line in lines_of(reading.read(text, timezone.localdate()))]
        demand = {"on": timezone.localdate().isoformat(), "name": "", "lines": lines}
        order = handling.open_order(actor, client, service, text=text, demand=demand)
        for event, words in moves:
            handling.move(order, event, actor, words=words)
    handling.open_package(actor, client, packages()["factory"])
    Order.objects.filter(client=client).update(is_sample=True)
