"""A firm with a plan in the sample network, and a laboratory on its path."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

KNOWN = {
    "product.kind": "amr",
    "payload.rated": "250 kg",
    "machine.mass": "97 kg",
    "motion.max_speed": "2 m/s",
    "battery.present": True,
    "battery.energy": "1.63 kWh",
    "radio.present": True,
    "use.environment": ["industrial"],
}


@pytest.fixture(autouse=True)
def quick(settings_of_tests: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search shortly: these tests ask what is done with a plan, not how good it is."""
    from qilian.portal.workbench import making

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.1)


@pytest.fixture
def network(portal: str):
    """Keep the sample network."""
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)


@pytest.fixture
def plan(network, cast):
    """Return a plan of the firm's, for the week after next, so that the tests never run out of future."""
    from django.utils import timezone

    from qilian.portal.workbench import making
    from qilian.portal.workbench.models import Product

    firm = cast.actor("firm")
    on: date = timezone.localdate() + timedelta(days=10)
    product = Product.objects.create(
        organisation=firm.organisation,
        pack="robots",
        identifier="amr-250",
        name="AMR 250",
        parameters=KNOWN,
        asked=list(KNOWN),
        markets=["CN", "EU"],
        home="hangzhou",
        on=on,
    )
    return making.make(product, firm)


@pytest.fixture
def held(plan, cast):
    """Return the plan's path, held."""
    from qilian.portal.booking.commands.holding import hold

    return hold(cast.actor("firm"), plan)


@pytest.fixture
def booked(held, cast):
    """Return the plan's path, confirmed."""
    from qilian.portal.booking.commands.holding import confirm

    return confirm(cast.actor("firm"), held)


@pytest.fixture
def laboratory_of(cast):
    """Return what makes an actor of the laboratory that an appointment is at."""

    def make(appointment):
        code = appointment.bench.laboratory.code
        return cast.actor("laboratory", code, laboratory=code)

    return make


@pytest.fixture
def destructive(portal, monkeypatch):
    """Return what makes a test one that ends the use of its specimen."""
    from qilian.portal.rulebook.reading import pack

    def make(test: str) -> None:
        monkeypatch.setitem(pack().tests, test, replace(pack().tests[test], destructive=True))

    return make
