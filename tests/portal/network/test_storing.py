"""What is kept of a network comes back the same, with what has changed since."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

LONG_AGO = "2020-01-01T00:00+08:00"


def test_a_kept_network_comes_back_as_it_was(network):
    from qilian.portal.network.storing import stored

    kept = stored(since=datetime.fromisoformat(LONG_AGO))
    assert kept is not None
    assert kept.sample
    assert kept.notice == network.notice
    for ours, theirs in zip(kept.laboratories, sorted(network.laboratories, key=lambda each: each.id), strict=True):
        bare = [replace(bench, busy=()) for bench in sorted(theirs.benches, key=lambda each: each.id)]
        assert [replace(bench, busy=()) for bench in ours.benches] == bare
        assert replace(ours, benches=()) == replace(theirs, benches=())
        for bench in theirs.benches:  # slots of the file that overlap are joined: the same hours are taken
            assert hours(ours.bench(bench.id).busy) == hours(bench.busy), bench.id


def hours(busy) -> set[datetime]:
    hour = timedelta(hours=1)
    return {start + number * hour for start, end in busy for number in range(int((end - start) / hour))}


def test_without_a_network_plans_use_the_packs_own(portal: str):
    from qilian.portal.rulebook import reading
    from qilian.portal.workbench.knowledge import pack, pack_with_library

    assert pack().network is reading.pack().network
    assert pack_with_library().network is reading.pack().network


def test_a_laboratory_that_is_kept_already_stays_as_it_was_changed_here(network):
    from qilian.portal.network.models import Laboratory
    from qilian.portal.network.storing import keep

    first = network.laboratories[0].id
    Laboratory.objects.filter(code=first).update(answer_days=7)
    Laboratory.objects.filter(code=network.laboratories[1].id).delete()
    assert keep(network) == 1
    assert Laboratory.objects.count() == len(network.laboratories)
    assert Laboratory.objects.get(code=first).answer_days == 7


def test_sample_laboratories_and_real_ones_do_not_mix(network):
    from qilian.portal.errors import PortalError
    from qilian.portal.network.storing import keep

    with pytest.raises(PortalError, match="do not mix"):
        keep(replace(network, sample=False))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": "a b"}, "not an id"),
        ({"id": "new"}, "is kept already, of another"),
        ({"id": "new", "benches": (), "lines": (), "city": "atlantis"}, "no city atlantis"),
    ],
)
def test_what_could_not_be_planned_with_is_refused_before_anything_is_kept(network, fields: dict, said: str):
    from qilian.portal.errors import PortalError
    from qilian.portal.network.models import Laboratory
    from qilian.portal.network.storing import keep

    before = Laboratory.objects.count()
    strange = replace(network.laboratories[0], **fields)
    geography = network.geography
    if fields.get("city"):
        geography = replace(geography, cities=(*geography.cities, replace(geography.cities[0], id="atlantis")))
    with pytest.raises(PortalError, match=said):
        keep(replace(network, laboratories=(strange,), geography=geography))
    assert Laboratory.objects.count() == before


def test_a_bench_that_is_closed_takes_its_lines_with_it(network):
    from qilian.portal.network.models import Bench
    from qilian.portal.network.storing import stored

    laboratory = network.laboratories[0]
    for bench in Bench.objects.filter(laboratory__code=laboratory.id):
        bench.is_open = False
        bench.save()
    kept = stored()
    assert kept is not None
    assert kept.laboratory(laboratory.id).benches == ()
    assert kept.laboratory(laboratory.id).lines == ()


def test_a_taken_slot_is_busy_for_the_next_plan(network):
    from django.utils import timezone

    from qilian.portal.network.models import Bench, Purpose, Slot
    from qilian.portal.workbench.knowledge import pack_with_library

    bench = Bench.objects.filter(slots__isnull=True).first()
    start = timezone.make_aware(datetime(2027, 3, 1, 9))  # noqa: DTZ001
    Slot.objects.create(bench=bench, start=start, end=start + timedelta(hours=4), purpose=Purpose.BOOKED)
    busy = pack_with_library().network.laboratory(bench.laboratory.code).bench(bench.code).busy
    assert busy == ((datetime(2027, 3, 1, 9), datetime(2027, 3, 1, 13)),)  # noqa: DTZ001
