"""Staffed hours follow the weekly hours, the statutory holidays and the make-up working days of China."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qilian.laboratories import LaboratoryError, OpeningHours, WorkingCalendar, booked_hours
from qilian.laboratories.calendars import day_kind

OFFICE = WorkingCalendar(OpeningHours.parse("Mon-Fri 8-17"))
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


days_of_opening = st.lists(st.integers(0, 24), max_size=6, unique=True).map(
    lambda hours: tuple(zip(sorted(hours)[::2], sorted(hours)[1::2], strict=False))
)
openings = st.lists(days_of_opening, min_size=7, max_size=7).map(lambda week: OpeningHours(tuple(week)))
origins = st.datetimes(at("2019-01-01"), at("2031-01-01")).map(
    lambda moment: datetime.combine(moment, time(moment.hour))
)


@given(openings, origins, st.integers(0, 24 * 40))
def test_staffed_hours_are_in_order_apart_and_inside_the_horizon(
    opens: OpeningHours, origin: datetime, horizon_hours: int
) -> None:
    """Intervals are not empty, do not touch, and lie in [0, horizon), in any year, inside the holiday table or not."""
    edge = -1
    for start, end in WorkingCalendar(opens).staffed(origin, horizon_hours):
        assert edge < start < end <= horizon_hours
        edge = end


@given(openings, origins, st.integers(1, 24 * 20))
def test_an_hour_is_staffed_if_and_only_if_its_day_says_so(
    opens: OpeningHours, origin: datetime, horizon_hours: int
) -> None:
    """Asked hour by hour, the intervals agree with the opening hours of each day and with the kind of the day."""
    calendar = WorkingCalendar(opens)
    staffed = {hour for start, end in calendar.staffed(origin, horizon_hours) for hour in range(start, end)}
    for hour in range(horizon_hours):
        moment = origin + timedelta(hours=hour)
        week = opens.week[moment.weekday()]
        if day_kind(moment.date()) == "holiday":
            week = ()
        elif day_kind(moment.date()) == "make-up":
            week = week or opens.week[0]
        assert (hour in staffed) == any(start <= moment.hour < end for start, end in week)


def test_spring_festival_of_2026_is_closed_and_its_make_up_days_are_open() -> None:
    """The State Council's notice for 2026: closed on 15-23 February, working on Saturdays 14 and 28 February."""
    assert all(not OFFICE.hours_of(date(2026, 2, day)) for day in range(15, 24))
    assert OFFICE.hours_of(date(2026, 2, 14)) == OFFICE.hours_of(date(2026, 2, 28)) == ((8, 17),)
    assert not OFFICE.hours_of(date(2026, 3, 7))


def test_the_first_week_of_december_2026() -> None:
    """From Tuesday 1 December at 00:00: four days from 8 to 17, a weekend, then Monday."""
    days = (0, 1, 2, 3, 6)
    assert OFFICE.staffed(at("2026-12-01"), 7 * 24) == tuple((24 * day + 8, 24 * day + 17) for day in days)


def test_hours_are_cut_at_an_origin_in_the_day() -> None:
    """From 10 o'clock on, seven hours are left of that day; the horizon cuts the next one."""
    assert OFFICE.staffed(at("2026-12-01T10:00"), 24) == ((0, 7), (22, 24))


def test_years_after_the_holiday_table_take_weekends_and_fixed_dates_and_say_so() -> None:
    """Beyond the table nothing fails: weekends and New Year are closed, and the notice names the first unknown year."""
    known_until = OFFICE.known_until
    year = known_until.year + 1
    new_year = date(year, 1, 1)
    assert not OFFICE.hours_of(new_year)
    following = [new_year + n * DAY for n in range(3, 10)]
    assert [bool(OFFICE.hours_of(day)) for day in following] == [day.weekday() < 5 for day in following]
    last = datetime.combine(known_until, time())
    assert not WorkingCalendar.notice(last - 10 * DAY, 24)
    notice = WorkingCalendar.notice(last, 48)
    assert str(year) in notice.zh
    assert str(year) in notice.en


def test_years_before_the_table_do_not_fail() -> None:
    """A day of 1999 is taken as a normal day."""
    assert OFFICE.hours_of(date(1999, 10, 4)) == ((8, 17),)


@pytest.mark.parametrize("origin", ["2026-12-01T08:30", "2026-12-01T08:00+08:00"])
def test_an_origin_must_be_a_whole_local_hour(origin: str) -> None:
    """Half hours and time zones would shift every interval silently."""
    with pytest.raises(LaboratoryError, match="whole hour"):
        OFFICE.staffed(at(origin), 24)


def test_opening_hours_are_read_with_their_days() -> None:
    """``Mon-Fri 8-12; Mon-Fri 13-17; Sat 9-12`` gives two stretches on weekdays, one on Saturday, none on Sunday."""
    week = OpeningHours.parse("Mon-Fri 8-12; Mon-Fri 13-17; Sat 9-12").week
    assert week == (*[((8, 12), (13, 17))] * 5, ((9, 12),), ())


@pytest.mark.parametrize(
    "text", ["", "Mon-Fri", "Mon-Fri 17-8", "Mo-Fr 8-17", "Mon 8-12; Mon 11-17", "Mon 8-25", "Fri-Mon 8-9 x"]
)
def test_what_is_not_opening_hours_is_refused(text: str) -> None:
    """Words in another form, reversed, overlapping or past midnight."""
    with pytest.raises(LaboratoryError, match="opening hours"):
        OpeningHours.parse(text)


@given(st.lists(st.tuples(st.integers(-90, 3000), st.integers(1, 400)), max_size=8))
def test_booked_slots_cover_each_started_hour_and_no_other(slots: list[tuple[int, int]]) -> None:
    """Slots in minutes around the origin, overlapping or not: an hour is booked if any minute of it is."""
    origin = at("2026-12-01")
    busy = [(origin + timedelta(minutes=a), origin + timedelta(minutes=a + b)) for a, b in slots]
    booked = {hour for start, end in booked_hours(busy, origin, 48) for hour in range(start, end)}
    expected = {hour for hour in range(48) if any(a < 60 * hour + 60 and a + b > 60 * hour for a, b in slots)}
    assert booked == expected


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("Mon-Fri 8-17", "Mon-Fri 8-17"),
        ("Mon-Fri 8-12; Mon-Fri 13-17; Sat 8-12", "Mon-Fri 8-12; Mon-Fri 13-17; Sat 8-12"),
        ("Sat 9-12; Mon 8-9; Tue 8-9", "Mon-Tue 8-9; Sat 9-12"),
    ],
)
def test_opening_hours_are_written_as_they_are_read(written: str, again: str):
    hours = OpeningHours.parse(written)
    assert str(hours) == again
    assert OpeningHours.parse(str(hours)) == hours


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("Mon-Fri 8-17", "周一至周五 8:00–17:00", "Mon–Fri 8:00–17:00"),
        ("Mon-Fri 8-17; Sat 8-12", "周一至周五 8:00–17:00；周六 8:00–12:00", "Mon–Fri 8:00–17:00; Sat 8:00–12:00"),
        ("Sat-Sun 0-24", "周六至周日 0:00–24:00", "Sat–Sun 0:00–24:00"),
    ],
)
def test_opening_hours_are_said_in_both_languages(text: str, zh: str, en: str):
    opens = OpeningHours.parse(text)
    assert (opens.words.zh, opens.words.en) == (zh, en)
    assert str(opens) == text
