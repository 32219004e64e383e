"""A day is the day that it is here: a moment of the early morning belongs to no day before."""

from datetime import UTC, date, datetime

import pytest


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime(2026, 11, 25, 17, 30, tzinfo=UTC), "2026-11-26"),
        (datetime(2026, 11, 25, 15, 59, tzinfo=UTC), "2026-11-25"),
        (date(2026, 11, 25), "2026-11-25"),
        (None, ""),
    ],
)
def test_a_moment_is_shown_by_the_day_of_the_portal_s_own_time(portal: str, value: object, said: str):
    from django.template import engines

    assert engines["django"].from_string("{{ value|day }}").render({"value": value}) == said
