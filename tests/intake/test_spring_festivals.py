"""The first days of the Chinese year that the reader knows, held against the moon and the statutory holidays."""

from datetime import UTC, date, datetime, timedelta, timezone
from math import radians, sin

import pytest

from qilian.intake.dates import _SPRING_FESTIVALS

BEIJING = timezone(timedelta(hours=8))
DAYS = [date.fromisoformat(each) for each in _SPRING_FESTIVALS]


def new_moon(number: int) -> datetime:
    """Return the moment of a new moon, counted from that of 2000-01-06, to some minutes.

    Meeus, Astronomical Algorithms, 2nd edition, chapter 49, with the terms above 0.003 days; dynamical time is about
    70 s ahead of what clocks show, which the day of no new moon here depends on.
    """
    centuries = number / 1236.85
    day = 2451550.09766 + 29.530588861 * number + 0.00015437 * centuries**2
    eccentricity = 1 - 0.002516 * centuries
    sun = radians(2.5534 + 29.10535670 * number)
    moon = radians(201.5643 + 385.81693528 * number)
    latitude = radians(160.7108 + 390.67050284 * number)
    day += (
        -0.40720 * sin(moon)
        + 0.17241 * eccentricity * sin(sun)
        + 0.01608 * sin(2 * moon)
        + 0.01039 * sin(2 * latitude)
        + 0.00739 * eccentricity * sin(moon - sun)
        - 0.00514 * eccentricity * sin(moon + sun)
    )
    return datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=day - 2451545)


def test_new_moons_are_computed_right():
    """Against total eclipses of the sun, which are new moons: 1999-08-11 11:08 and 2009-07-22 02:33 UT."""
    known = {-5: datetime(1999, 8, 11, 11, 8, tzinfo=UTC), 118: datetime(2009, 7, 22, 2, 33, tzinfo=UTC)}
    for number, moment in known.items():
        assert abs(new_moon(number) - moment) < timedelta(minutes=20)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_year_begins_on_the_day_of_the_new_moon_before_the_rain_water(day: date):
    """The first month holds 雨水 (about 19 February): its new moon is, in Beijing, from 21 January to 20 February."""
    moons = [new_moon(number).astimezone(BEIJING).date() for number in range(300, 460)]
    (first,) = [moon for moon in moons if date(day.year, 1, 21) <= moon <= date(day.year, 2, 20)]
    assert first == day


def test_no_year_between_the_first_and_the_last_is_left_out():
    assert [day.year for day in DAYS] == list(range(DAYS[0].year, DAYS[-1].year + 1))


def test_the_statutory_holidays_know_the_same_day_as_far_as_they_go():
    import chinese_calendar

    known = [day for day in DAYS if day.year <= max(chinese_calendar.constants.holidays).year]
    assert known
    for day in known:
        off, name = chinese_calendar.get_holiday_detail(day)
        assert (off, name) == (True, "Spring Festival")
