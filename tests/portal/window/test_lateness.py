"""An order whose working-day deadline has passed goes to the level above by itself, once for each deadline."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

DISTRICT, CITY, PROVINCE = "330108", "330100", "330000"


@pytest.fixture
def windows(cast, clerk):
    """The windows of the district, its city and its province."""
    return {
        DISTRICT: clerk,
        CITY: cast.actor("window", "city", region=CITY),
        PROVINCE: cast.actor("window", "province", region=PROVINCE),
    }


def counted(start: date, days: int) -> date:
    """Count working days by the table of holidays itself, another way than the code does."""
    from chinese_calendar import is_workday

    found: list[date] = []
    day = start
    while len(found) < days:
        day += timedelta(days=1)
        found += [day] if is_workday(day) else []
    return found[-1]


def passed_up(today: date) -> int:
    from qilian.portal.window.lateness import escalate_late

    return escalate_late(today)


@pytest.fixture
def course(windows, open_order):
    """Return what opens an order with a deadline and lets days pass, each twice, as the worker's rounds do."""
    from qilian.portal.history.recording import about

    def run(due: date, days: int, state: str, service: str) -> list[tuple[date, str, date]]:
        order = open_order("盐雾", service)
        type(order).objects.filter(pk=order.pk).update(due=due, state=state)
        found = []
        for number in range(days):
            today = due + timedelta(days=number - 3)
            passed_up(today)
            assert passed_up(today) == 0, "a second round on the same day finds nothing"
            order.refresh_from_db()
            if not found or found[-1][1:] != (order.region, order.due):
                found.append((today, order.region, order.due))
        told = about([order]).filter(event="escalate")
        assert told.count() == len(found) - 1
        assert all(entry.person is None for entry in told)
        order.delete()
        return found

    return run


@settings(max_examples=40)
@given(
    due=st.dates(date(2025, 1, 20), date(2026, 10, 20)),
    state=st.sampled_from(["queued", "taken", "waiting", "closed", "withdrawn"]),
    service=st.sampled_from(["testing", "standards", "certification"]),
)
def climbs(course, due: date, state: str, service: str) -> None:
    """Over holidays and make-up days: one level for each deadline that passed, the new one in working days."""
    from qilian.portal.window.services import services

    due = counted(due, 1)
    found = course(due, 60, state, service)
    if state not in ("queued", "taken"):
        assert len(found) == 1, "what waits for the client, or is over, is not late"
        return
    days = (services()[service].days + 1) // 2
    expected = [(due - timedelta(days=3), DISTRICT, due)]
    for region in (CITY, PROVINCE):
        day = expected[-1][2] + timedelta(days=1)
        expected.append((day, region, counted(day, days)))
    assert found == expected, "district, city, province; nothing is above"


def test_a_late_order_climbs_one_level_for_each_deadline(course):
    climbs(course)


def test_both_windows_and_the_client_are_told_and_the_new_window_takes_it_up(cast, windows, open_order):
    from qilian.portal.history.recording import about
    from qilian.portal.notices.models import Notice
    from qilian.portal.window import handling

    order = open_order()
    handling.move(order, "take", windows[DISTRICT])
    late = order.due
    Notice.objects.all().delete()
    assert passed_up(late) == 0, "on its last day it is not late"
    assert passed_up(late + timedelta(days=1)) == 1
    told = {notice.user for notice in Notice.objects.all()}
    assert told == {windows[DISTRICT].user, windows[CITY].user, cast.actor("firm").user}
    order.refresh_from_db()
    assert (order.state, order.region, order.owner) == ("queued", CITY, None)
    entry = about([order]).latest("number")
    assert (entry.event, entry.data["from"], entry.data["to"]) == ("escalate", DISTRICT, CITY)
    assert (entry.data["late"], entry.data["due"]) == (late.isoformat(), order.due.isoformat())
    handling.move(order, "take", windows[CITY])
    page = cast.client("window").get(f"/window/{order.pk}/").content.decode()
    assert late.isoformat() in page, "the page says which deadline passed"


def test_a_level_without_a_window_is_passed_over(cast, clerk, open_order):
    """The city has none: the province answers. Where nobody is above, the order stays and stays late."""
    order = open_order()
    day = order.due + timedelta(days=1)
    assert passed_up(day) == 0
    cast.actor("window", "province", region=PROVINCE)
    assert passed_up(day) == 1
    order.refresh_from_db()
    assert order.region == PROVINCE
    assert passed_up(order.due + timedelta(days=1)) == 0


def test_the_worker_does_it_and_forgets_old_drafts(windows, open_order, client_firm):
    from django.utils import timezone

    from qilian.portal.booking.sweeping import sweep
    from qilian.portal.window.models import KeptDraft, Order

    order = open_order()
    Order.objects.filter(pk=order.pk).update(due=timezone.localdate() - timedelta(days=1))
    clerk = windows[DISTRICT]
    old, new = (
        KeptDraft.objects.create(clerk=clerk.user, window=clerk.organisation, client=client_firm) for _ in range(2)
    )
    KeptDraft.objects.filter(pk=old.pk).update(changed=timezone.now() - timedelta(days=31))
    sweep()
    order.refresh_from_db()
    assert order.region == CITY
    assert list(KeptDraft.objects.all()) == [new]
