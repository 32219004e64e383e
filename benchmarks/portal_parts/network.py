"""Fills the network and the bookings for measuring: the pack's sample laboratories, and paths that take their benches.

Paths are made in bulk by lot, one test after the other on each bench: the pages read rows, not how they came about.
"""

import random
from datetime import datetime, time, timedelta
from typing import Any

PATHS, STEPS = 2_000, 5
SEED = 7
_HOURS = 4
_LABORATORY = "zj-robot"


def fill(firms: list[Any], laboratory: Any) -> dict[str, int]:
    """Keep the network, give one laboratory to an organisation, book paths; return how many rows there are."""
    from qilian.portal.booking.models import Appointment
    from qilian.portal.network.models import Laboratory, Line
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)
    laboratory.laboratory = _LABORATORY
    laboratory.save(update_fields=["laboratory"])
    _paths(firms)
    counted = {"laboratories": Laboratory, "lines that can be booked": Line, "appointments": Appointment}
    return {name: model.objects.count() for name, model in counted.items()}


def _paths(firms: list[Any]) -> None:
    from django.utils import timezone

    from qilian.portal.booking.models import Appointment, Path
    from qilian.portal.network.models import Bench, Purpose, Slot
    from qilian.portal.workbench.models import Product

    choose, now = random.Random(SEED), timezone.now()
    benches = list(Bench.objects.order_by("code"))
    Slot.objects.filter(bench__in=benches).delete()
    free = dict.fromkeys(range(len(benches)), 0)
    products = {firm.pk: list(Product.objects.filter(organisation=firm)[:20]) for firm in firms}
    paths = []
    for number in range(PATHS):
        firm = firms[number % len(firms)]
        product = choose.choice(products[firm.pk])
        named = {"name": product.name, "product": product, "plan_id": product.current_id}
        fixed = {"state": "confirmed", "settings": {}, "home": "hangzhou", "origin": now, "expires": now}
        paths.append(Path(organisation=firm, **named, **fixed))
    Path.objects.bulk_create(paths, batch_size=500)
    day = timezone.make_aware(datetime.combine(timezone.localdate(), time(8)))
    words = {"lot_name": {"zh": "样机", "en": "sample"}, "city_name": {"zh": "杭州", "en": "Hangzhou"}}
    slots, appointments = [], []
    for path in paths:
        for step in range(STEPS):
            which = choose.randrange(len(benches))
            start = day + timedelta(days=free[which] // 2, hours=_HOURS * (free[which] % 2))
            free[which] += 1
            hours = {"bench": benches[which], "start": start, "end": start + timedelta(hours=_HOURS)}
            slots.append(Slot(purpose=Purpose.BOOKED, **hours))
            named = {"test": f"measured-{step}", "test_name": f"测试 {step}", "step": words}
            appointments.append(Appointment(path=path, state="taken", lot="a", unit=1, price=800, **named, **hours))
    Slot.objects.bulk_create(slots, batch_size=500)
    for appointment, slot in zip(appointments, slots, strict=True):
        appointment.slot = slot
    Appointment.objects.bulk_create(appointments, batch_size=500)
