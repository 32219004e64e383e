"""A district window with a client, as most tests of the window need them."""

from datetime import timedelta

import pytest

SENTENCE = "我们有一台协作机器人,额定负载10kg,想做碰撞力和EMC,下个月要出口欧盟"


@pytest.fixture
def clerk(cast):
    """A clerk of the window of Binjiang district, Hangzhou."""
    return cast.actor("window", region="330108")


@pytest.fixture
def client_firm(cast):
    """A firm of that district."""
    return cast.actor("firm", region="330108").organisation


@pytest.fixture
def mandate(clerk, client_firm):
    """What the firm signed at the counter: everything, for half a year."""
    from django.utils import timezone

    from qilian.portal.window.mandates import begin_mandate
    from qilian.portal.window.models import Scope

    expires = timezone.localdate() + timedelta(days=180)
    return begin_mandate(
        "record", clerk, client=client_firm, window=clerk.organisation, scope=Scope.values, expires=expires, paper="7"
    )


@pytest.fixture
def open_order(clerk, client_firm):
    """Open an order with the demand of a text, all of it confirmed."""
    from django.utils import timezone

    from qilian.portal.window import handling, reading
    from qilian.portal.window.drafts import lines_of

    def make(text: str = SENTENCE, service: str = "testing", actor=None):
        lines = [line.written() for line in lines_of(reading.read(text, timezone.localdate()))]
        demand = {"on": timezone.localdate().isoformat(), "name": "试验机", "lines": lines}
        return handling.open_order(actor or clerk, client_firm, service, text=text, demand=demand)

    return make


@pytest.fixture
def planned(portal: str, clerk, mandate, open_order, monkeypatch: pytest.MonkeyPatch):
    """An order with the client's plan, in the sample network."""
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack
    from qilian.portal.window import acting, handling
    from qilian.portal.workbench import making

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.1)
    keep(pack().network)
    order = open_order()
    handling.move(order, "take", clerk)
    acting.make_plan(order, clerk)
    return order
