"""Whether a project changed a figure: its firms against firms that did not take part, by the figures that are kept.

The evaluation room does the comparing and says why where it cannot be told; here its figures are chosen.
"""

import random
from collections import Counter
from collections.abc import Collection
from datetime import date

from qilian.evaluation import Effect, Observation, effect, period_start
from qilian.portal.accounts import regions
from qilian.portal.evaluation.models import Figure

MOST = 500
"""Firms that are compared with; of more, as many are drawn, always the same."""


def against_others(
    system: str, indicator: str, region: str, begins: date, *, took_part: Collection[int], neither: Collection[int]
) -> Effect:
    """Compare the firms that took part with others of a division, before and after a day.

    Parameters
    ----------
    took_part
        Firms of the project.
    neither
        Firms that are not to be compared with, since another project aims at the same figure with them.
    """
    rows = (
        Figure.objects.current()
        .filter(system=system, indicator=indicator, region__startswith=regions.prefix(region))
        .exclude(organisation=None)
        .exclude(organisation__in=set(neither) - set(took_part))
    )
    kept = [
        (firm, period, value)
        for firm, period, value in rows.order_by("pk").values_list("organisation_id", "period", "value")
        if value is not None
    ]
    kinds = Counter(_kind(period) for _firm, period, _value in kept)
    kind = kinds.most_common(1)[0][0] if kinds else "quarter"
    start = _holding(begins, kind)
    # A period that the project began in the middle of is neither before nor after.
    whole = period_start(start) == begins
    usable = [row for row in kept if _kind(row[1]) == kind and (whole or row[1] != start)]
    others = sorted({firm for firm, _period, _value in usable} - set(took_part))
    if len(others) > MOST:
        others = random.Random(f"{system} {indicator}").sample(others, MOST)  # noqa: S311 - nothing secret
    compared = {*others, *took_part}
    observations = [
        Observation(str(firm), period, firm in took_part, value) for firm, period, value in usable if firm in compared
    ]
    return effect(observations, start)


def _kind(period: str) -> str:
    return "year" if len(period) == len("2026") else "quarter" if "Q" in period else "month"


def _holding(day: date, kind: str) -> str:
    """Return the period of a kind that holds a day."""
    return {"year": f"{day:%Y}", "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}"}[kind]
