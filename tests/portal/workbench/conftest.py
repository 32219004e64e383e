"""Products to look at: an autonomous mobile robot that answers were given for, and one that nothing is known of."""

from datetime import date

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
def quick_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search shortly: these tests ask what is done with a plan, not how good it is."""
    from qilian.portal.workbench import making

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.1)


@pytest.fixture
def make_product(cast):
    """Return what makes a product of a firm's or a person's."""

    def make(kind: str = "firm", which: str = "", *, parameters: dict | None = None, **fields: object):
        from qilian.portal.workbench.models import Product

        actor = cast.actor(kind, which)
        owner = {"organisation": actor.organisation} if actor.organisation else {"person": actor.user}
        known = KNOWN if parameters is None else parameters
        given = {"name": "AMR 250", "identifier": "amr-250", "home": "hangzhou", "markets": ["CN", "EU"], **fields}
        on = given.pop("on", date(2026, 12, 1))
        return Product.objects.create(pack="robots", on=on, parameters=known, asked=list(known), **owner, **given)

    return make


@pytest.fixture
def planned(make_product, cast):
    """Return a product of the firm's with one plan."""
    from qilian.portal.workbench import making

    product = make_product()
    making.make(product, cast.actor("firm"))
    product.refresh_from_db()
    return product


@pytest.fixture
def short_front(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search the trade of time against price shortly."""
    from qilian.portal.workbench import fronts

    monkeypatch.setattr(fronts, "SECONDS", 1.0)
    monkeypatch.setattr(fronts, "POINTS", 3)
