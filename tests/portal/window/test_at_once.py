"""Two who ask at once, as a hasty clerk who clicks twice does: one product, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest

CLICKS = 4


@pytest.fixture
def order(library: str, settings_of_tests: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """An order that a clerk works on, under a mandate, in rows that every connection sees; deleted with all others."""
    from datetime import timedelta

    from django.core.management import call_command
    from django.utils import timezone

    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership, Organisation, User
    from qilian.portal.history.guard import lifted
    from qilian.portal.window import handling, reading
    from qilian.portal.window.drafts import lines_of
    from qilian.portal.window.mandates import begin_mandate
    from qilian.portal.window.models import Scope
    from qilian.portal.workbench import making

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.05)
    firm = Organisation.objects.create(kind="firm", name="企业", region="330108")
    window = Organisation.objects.create(kind="window", name="窗口", region="330108")
    person = User.objects.create_person("clerk@example.com", "correct horse battery")
    clerk = Actor(person, Membership.objects.create(user=person, organisation=window))
    today = timezone.localdate()
    begin_mandate(
        "record", clerk, client=firm, window=window, scope=Scope.values, expires=today + timedelta(9), paper="1"
    )
    text = "协作机器人,额定负载10kg,出口欧盟"
    lines = [line.written() for line in lines_of(reading.read(text, today))]
    made = handling.open_order(clerk, firm, "testing", text=text, demand={"name": "x", "lines": lines})
    handling.move(made, "take", clerk)
    yield SimpleNamespace(pk=made.pk, clerk=clerk)
    with lifted():
        call_command("flush", interactive=False, verbosity=0)


def test_clicks_at_once_make_one_product_and_one_plan_after_the_other(order):
    from django.db import connections

    from qilian.portal.window import acting
    from qilian.portal.window.models import Order
    from qilian.portal.workbench.models import Plan, Product

    together = Barrier(CLICKS)

    def click(_number: int) -> int:
        found = Order.objects.select_related("client", "window", "product").get(pk=order.pk)
        together.wait()
        try:
            return acting.make_plan(found, order.clerk).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLICKS) as pool:
        numbers = sorted(pool.map(click, range(CLICKS)))
    assert Product.objects.count() == 1
    assert Order.objects.get(pk=order.pk).product == Product.objects.get()
    assert numbers == sorted(Plan.objects.values_list("number", flat=True))
