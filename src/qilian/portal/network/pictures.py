"""The values of the pictures, in one language: the map of the laboratories, and calendars of benches.

What a picture shows stands in a list or table beside it, too; static/qilian/charts-network.js draws them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from qilian.laboratories import Geography
from qilian.portal.network.calendars import BenchCalendar, Day
from qilian.text import Language, Text

_WEEKDAYS = tuple(map(Text, "一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")))


def network_map(cities: Iterable[str], geography: Geography, language: Language) -> dict[str, Any]:
    """Return the cities with how many of the laboratories lie in each; the geography's province around them."""
    counts = Counter(cities)
    provinces = {city.region[:2] for city in geography.cities if city.id in counts}
    shown = [city for city in geography.cities if city.id in counts or city.region[:2] in provinces]
    return {
        "cities": [
            {
                "id": city.id,
                "name": city.name.say(language),
                "at": [city.longitude, city.latitude],
                "count": counts[city.id],
            }
            for city in shown
        ]
    }


def benches(calendars: Sequence[BenchCalendar], language: Language) -> dict[str, Any]:
    """Return a grid of benches by days: how many staffed hours are free, of how many."""
    return {
        "days": [_day(day, language) for day in calendars[0].days] if calendars else [],
        "benches": [calendar.bench.title.say(language) for calendar in calendars],
        "cells": [
            [column, row, day.free_hours, day.open_hours]
            for row, calendar in enumerate(calendars)
            for column, day in enumerate(calendar.days)
        ],
        "words": {"free": _("free hours"), "closed": _("closed"), "of": _("of")},
    }


def bench(calendar: BenchCalendar, language: Language) -> dict[str, Any]:
    """Return the hours of each day of a bench: free and taken."""
    days = calendar.days
    edges = [edge for day in days for span in (*day.opens, *day.taken) for edge in span]
    return {
        "days": [_day(day, language) for day in days],
        "from": min(edges, default=8),
        "until": max(edges, default=18),
        "spans": [
            [column, start, end, state]
            for column, day in enumerate(days)
            for state, hours in (("free", day.free), ("taken", day.taken))
            for start, end in hours
        ],
        "words": {"free": _("free"), "taken": _("taken")},
    }


def _day(day: Day, language: Language) -> dict[str, Any]:
    return {
        "date": f"{day.day:%m-%d}",
        "weekday": _WEEKDAYS[day.day.weekday()].say(language),
        "off": not day.opens,
        "holiday": day.is_holiday,
    }
