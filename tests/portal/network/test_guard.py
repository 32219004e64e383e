"""The database refuses what would take a bench twice, whoever writes it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def bench(network):
    from qilian.portal.network.models import Bench

    return Bench.objects.filter(slots__isnull=True).first()


@pytest.fixture
def take(bench):
    """Return what takes the bench from an hour to an hour."""
    from django.utils import timezone

    from qilian.portal.network.models import Purpose, Slot

    origin = timezone.now().replace(minute=0, second=0, microsecond=0)

    def made(start: int, end: int, on=None):
        return Slot.objects.create(
            bench=on or bench,
            start=origin + timedelta(hours=start),
            end=origin + timedelta(hours=end),
            purpose=Purpose.BOOKED,
        )

    return made


@pytest.mark.parametrize(("start", "end"), [(2, 4), (0, 3), (3, 6), (1, 5), (0, 9)])
def test_an_overlapping_slot_is_refused(take, start: int, end: int):
    from django.db import IntegrityError, transaction

    take(1, 5)
    with pytest.raises(IntegrityError, match="one_test_at_a_time"), transaction.atomic():
        take(start, end)


def test_slots_that_touch_or_lie_on_another_bench_are_taken(take, bench):
    from qilian.portal.network.models import Bench

    take(1, 5)
    take(5, 6)
    take(0, 1)
    take(1, 5, Bench.objects.filter(slots__isnull=True).exclude(pk=bench.pk).first())


def test_a_slot_may_move_but_not_onto_another_one(take):
    from django.db import IntegrityError, transaction

    take(1, 5)
    moved = take(7, 9)
    moved.end += timedelta(hours=2)
    moved.save()
    moved.start -= timedelta(hours=3)
    with pytest.raises(IntegrityError, match="one_test_at_a_time"), transaction.atomic():
        moved.save()


def test_a_slot_that_ends_before_it_starts_is_refused(take):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="slot_ends_after_start"), transaction.atomic():
        take(5, 5)


@settings(max_examples=25, deadline=None, suppress_health_check=["function_scoped_fixture"])
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=12))
def test_what_is_taken_never_overlaps_and_nothing_else_is_refused(take, bench, wishes):
    from django.db import IntegrityError, transaction

    bench.slots.all().delete()
    taken: set[int] = set()
    for start, hours in wishes:
        wanted = set(range(start, start + hours))
        try:
            with transaction.atomic():
                take(start, start + hours)
        except IntegrityError:
            assert wanted & taken
        else:
            assert not wanted & taken
            taken |= wanted


def test_the_guard_comes_back_after_a_migration_made_the_table_anew(take, database: str):
    from django.db import IntegrityError, connection, transaction

    from qilian.portal.network import guard

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for event in ("insert", "update"):
                cursor.execute(f"DROP TRIGGER {guard.NAME}_{event}")
    guard.install()
    take(1, 5)
    with pytest.raises(IntegrityError, match="one_test_at_a_time"), transaction.atomic():
        take(2, 3)
