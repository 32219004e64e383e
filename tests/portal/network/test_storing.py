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


def test_a_second_network_is_refused(network):
    from qilian.portal.errors import PortalError
    from qilian.portal.network.storing import keep

    with pytest.raises(PortalError, match="kept already"):
        keep(network)


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
