"""Fills the demo with contests of two quarters and a corrected one: invented figures of invented firms, which say so.

The figures come from a fixed seed, so that every demo has the same ranking; run again it adds nothing.
"""

import random
from collections.abc import Iterator
from datetime import date

import numpy as np

from qilian.evaluation import Appeal, Figures, Indicator, IndicatorSystem
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Membership
from qilian.portal.evaluation import contests
from qilian.portal.evaluation.models import Contest

_SYSTEM = "602520"
_FIRMS = 24
_QUARTERS = (("2026-Q2", "2026 年二季度", date(2026, 7, 10)), ("2026-Q3", "2026 年三季度", date(2026, 10, 12)))
_PROGRESS = 0.05
"""How far a firm comes in a quarter, as a share of the way from nothing to full marks."""

_GAPS = 0.03
"""The share of figures that are missing."""


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the system gets none."""
    member = Membership.objects.filter(user__email__startswith="regulator@", organisation__is_demo=True).first()
    system = contests.systems().get(_SYSTEM)
    if member is None or system is None:
        return
    if not Contest.objects.filter(organisation=member.organisation).exists():
        _fill(Actor(member.user, member), system)
    count = Contest.objects.filter(organisation=member.organisation).count()
    yield f"示例评比 {count} 个(企业与数值均为虚构)/ {count} sample contests (firms and figures are invented)"


def _fill(actor: Actor, system: IndicatorSystem) -> None:
    rows = [
        contests.freeze_figures(actor, invented(system, place), system, f"{name}四季比拼（示例，虚构）", period, on)
        for place, (period, name, on) in enumerate(_QUARTERS)
    ]
    last = contests.opened(rows[-1])
    firm, indicator = last.figures.ids[6], system.indicators[7]
    was = float(last.figures.values[6, 7])
    said = Appeal(
        id="A-1",
        firm=firm,
        indicator=indicator.id,
        raised=date(2026, 10, 15),
        decided=date(2026, 10, 20),
        outcome="upheld",
        was=was,
        now=round(was * 0.7, 1),
        reason="样品在途天数被重复计入，已按物流单更正（示例）。",
    )
    contests.correct_by_appeal(actor, rows[-1], said, date(2026, 10, 20))


def invented(system: IndicatorSystem, quarter: int) -> Figures:
    """Return invented figures of invented firms; a firm is good or less so at everything, and gets better."""
    chance = random.Random(f"{system.id} sample")  # noqa: S311 - nothing secret
    values = []
    for _ in range(_FIRMS):
        skill = chance.uniform(0.25, 0.8)
        row = []
        for indicator in system.indicators:
            steps = [chance.gauss(_PROGRESS * number, 0.04) for number in range(len(_QUARTERS))]
            missing, noise = chance.random() < _GAPS, chance.gauss(0, 0.12)
            place = min(max(skill + noise + steps[quarter], 0.02), 1.0)
            row.append(float("nan") if missing else _at(indicator, place))
        values.append(row)
    numbers = [f"{number:02}" for number in range(1, _FIRMS + 1)]
    return Figures(
        tuple(f"SAMPLE-{each}" for each in numbers),
        tuple(f"示例企业{each}（虚构）" for each in numbers),
        system.ids,
        np.array(values),
    )


def _at(indicator: Indicator, place: float) -> float:
    """Return the figure that is worth a share of full marks, with as many digits as people would write."""
    scale = indicator.scale
    assert scale is not None
    zero, full = (scale.low_zero, scale.low_full) if scale.low_zero is not None else (scale.high_zero, scale.high_full)
    assert zero is not None
    assert full is not None
    value = zero + (full - zero) * place
    return round(value, 0 if abs(full - zero) >= 100 else 1)
