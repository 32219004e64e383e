"""Free hours are the staffed ones without those that are taken, on the real days of the calendar."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st


def test_holidays_and_make_up_days_come_from_the_calendar(bench):
    from qilian.portal.network.calendars import calendars

    (national_day,) = calendars([bench], date(2026, 10, 1), 1)
    assert national_day.days[0].is_holiday
    assert national_day.days[0].opens == ()
    (before,) = calendars([bench], date(2026, 9, 20), 1)  # a Sunday on which people work for the National Day
    assert before.days[0].is_made_up
    assert before.days[0].open_hours == 9


def test_what_ends_and_begins_outside_of_the_days_counts_within_them(bench):
    from django.utils import timezone

    from qilian.portal.network.calendars import calendars
    from qilian.portal.network.models import Purpose, Slot

    start = timezone.make_aware(datetime(2026, 12, 1, 15, 30))  # noqa: DTZ001
    Slot.objects.create(bench=bench, start=start, end=start + timedelta(hours=20), purpose=Purpose.BLOCKED)
    (found,) = calendars([bench], date(2026, 12, 2), 1)
    assert found.days[0].taken == ((0, 12),)
    assert found.days[0].free == ((12, 17),)
    assert len(found.slots) == 1


def test_holidays_that_are_not_known_yet_are_said(portal: str):
    from qilian.portal.network.calendars import notice

    assert not notice(date(2026, 11, 1), 28)
    assert notice(date(2027, 1, 1), 28)


@settings(max_examples=60)
@given(
    opens=st.lists(st.integers(0, 24), min_size=2, max_size=6, unique=True),
    taken=st.lists(st.integers(0, 24), min_size=2, max_size=8, unique=True),
)
def test_free_is_open_without_taken(opens: list[int], taken: list[int], settings_of_tests: None):
    from qilian.portal.network.calendars import _without

    def spans(edges: list[int]) -> list[tuple[int, int]]:
        edges = sorted(edges)[: len(edges) // 2 * 2]
        return list(zip(edges[::2], edges[1::2], strict=True))

    def hours(found) -> set[int]:
        return {hour for start, end in found for hour in range(start, end)}

    free = _without(spans(opens), spans(taken))
    assert hours(free) == hours(spans(opens)) - hours(spans(taken))
    assert all(start < end for start, end in free)
    assert list(free) == sorted(free)
