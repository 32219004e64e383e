"""Fills the demo with a leader and its supplier: requirements, figures, help; all invented, and marked as samples."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Membership
from qilian.portal.chain.reading import find
from qilian.portal.leading import commands
from qilian.portal.leading.models import Basis, Bond, HelpKind

_NODE = "harmonic-reducer"


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the sample's part of the chain gets none."""
    leader, supplier = _actor("firm"), _actor("supplier")
    if leader is None or supplier is None or find(_NODE) is None:
        return
    if not Bond.objects.filter(is_sample=True).exists():
        with transaction.atomic():
            _fill(leader, supplier)
    count = Bond.objects.filter(is_sample=True).count()
    yield f"示例链主带动关系 {count} 个（虚构）/ {count} sample bonds of a chain leader (invented)"


def _actor(login: str) -> Actor | None:
    found = Membership.objects.filter(user__email__startswith=f"{login}@", organisation__is_demo=True).first()
    return Actor(found.user, found) if found else None


def _fill(leader: Actor, supplier: Actor) -> None:
    assert supplier.organisation is not None
    bond = commands.invite(leader, supplier.organisation, [_NODE], "共享检测设备和工艺培训。示例数据：均为虚构。")
    Bond.objects.filter(pk=bond.pk).update(is_sample=True)
    commands.move(bond, "accept", supplier)
    today = timezone.localdate()
    first, second = commands.points_of(bond)[:2]
    test = next(iter(first.tests), "")
    begun = {"starts": today - timedelta(days=200), "test": test, "words": "示例要求（虚构）"}
    required = commands.require(bond, leader, first.id, {**begun, "upper": Decimal(1), "unit": "arcmin"})
    stricter = {**begun, "starts": today + timedelta(days=90), "upper": Decimal("0.8"), "unit": "arcmin"}
    commands.require(bond, leader, first.id, stricter)
    commands.require(bond, leader, second.id, {**begun, "test": "", "lower": Decimal(8000), "unit": "h"})
    for days, value in ((150, "1.6"), (10, "0.9")):
        fields = {"value": Decimal(value), "uncertainty": Decimal("0.05"), "unit": "arcmin"}
        commands.measured(bond, supplier, first.id, {**fields, "on": today - timedelta(days=days)})
    figures = {"before": Decimal("1.6"), "before_basis": Basis.TYPED, "before_source": "示例"}
    after = {"after": Decimal("0.9"), "after_basis": Basis.TYPED, "after_source": "示例"}
    what = {"kind": HelpKind.TEST, "title": "共享传动精度检测台（示例）", "on": today - timedelta(days=90)}
    done = commands.enter(bond, leader, {**what, "requirement": required, **figures, **after})
    commands.move_help(done, "confirm", supplier)
    lesson = {"kind": HelpKind.TRAINING, "title": "热处理工艺培训（示例）", "on": today - timedelta(days=30)}
    aim = {"system": "602520", "indicator": "first-pass-yield", "before": Decimal(92), "before_basis": Basis.TYPED}
    commands.enter(bond, leader, {**lesson, **aim, "before_source": "示例"})
