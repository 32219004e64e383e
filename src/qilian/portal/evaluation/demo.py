"""Fills the demo with invented firms, their figures and those of divisions, and contests of two quarters; all say so.

The figures come from a fixed seed, so that every demo has the same ranking; run again it adds nothing.
"""

import random
from collections.abc import Iterator
from datetime import date

from qilian.evaluation import Appeal, Indicator, IndicatorSystem, period_end
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Membership, Organisation
from qilian.portal.evaluation import contests, keeping
from qilian.portal.evaluation.models import Contest, Figure, Origin
from qilian.portal.evaluation.subjects import Subject, of_firm, of_region

_FIRMS, _DIVISIONS = "602520", "consortium"
_PLACES = ("330110", "330109", "330203", "330205", "330302", "330402", "330602", "331002")
_EACH = 2
"""Invented firms in each place."""

_REGIONS = ("330000", "330100", "330200", "330400")
_QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")
_PROGRESS = 0.05
"""How far a firm comes in a quarter, as a share of the way from nothing to full marks."""

_GAPS = 0.03
"""The share of figures that are missing."""

_SOURCE = "示例（虚构）"


def fill() -> Iterator[str]:
    """Make what is missing; tell what is there. A pack without the systems gets none."""
    member = Membership.objects.filter(user__email__startswith="regulator@", organisation__is_demo=True).first()
    systems = contests.systems()
    if member is None or not {_FIRMS, _DIVISIONS} <= systems.keys():
        return
    if not Figure.objects.filter(is_sample=True).exists():
        actor = Actor(member.user, member)
        _figures(actor, [of_firm(each) for each in _firms()], systems[_FIRMS])
        _figures(actor, [of_region(each) for each in _REGIONS], systems[_DIVISIONS])
        _contests(actor, systems[_FIRMS])
    figures, count = Figure.objects.filter(is_sample=True).count(), Contest.objects.count()
    yield f"示例数值 {figures} 个、评比 {count} 个(虚构)/ {figures} sample figures, {count} contests (invented)"


def _firms() -> list[Organisation]:
    """Return the demo firm, its supplier, and invented firms."""
    known = list(Organisation.objects.filter(kind=Kind.FIRM, is_demo=True).order_by("pk"))
    made = [
        Organisation(
            kind=Kind.FIRM, name=f"示例企业{number + 1:02}（虚构）", region=_PLACES[number // _EACH], is_demo=True
        )
        for number in range(_EACH * len(_PLACES))
    ]
    return [*known, *Organisation.objects.bulk_create(made)]


def _figures(actor: Actor, subjects: list[Subject], system: IndicatorSystem) -> None:
    """Keep invented figures: a subject is good or less so at everything, and gets better."""
    chance = random.Random(f"{system.id} sample")  # noqa: S311 - nothing secret
    given = []
    for subject in subjects:
        skill = chance.uniform(0.25, 0.75)
        for indicator in system.indicators:
            missing, start = chance.random() < _GAPS, skill + chance.gauss(0, 0.12)
            for number, period in enumerate(_QUARTERS):
                place = min(max(start + chance.gauss(_PROGRESS * number, 0.03), 0.02), 1.0)
                value = _at(indicator, subject.level, place)
                if not missing:
                    end = period_end(period)
                    given.append(keeping.Given(subject, system, indicator, period, value, _SOURCE, end))
    keeping.keep(actor, given, Origin.IMPORTED, is_sample=True)


def _contests(actor: Actor, system: IndicatorSystem) -> None:
    for period, name, on in (
        ("2026-Q2", "2026 年二季度", date(2026, 7, 10)),
        ("2026-Q3", "2026 年三季度", date(2026, 10, 12)),
    ):
        row = contests.freeze_kept(actor, system, f"{name}四季比拼（示例，虚构）", period, on)
    frozen = contests.opened(row)
    place = next(number for number, value in enumerate(frozen.figures.values[:, 7]) if value == value)
    was = float(frozen.figures.values[place, 7])
    said = Appeal(
        id="A-1",
        firm=frozen.figures.ids[place],
        indicator=system.indicators[7].id,
        raised=date(2026, 10, 15),
        decided=date(2026, 10, 20),
        outcome="upheld",
        was=was,
        now=round(was * 0.6, 1),
        reason="样品在途天数被重复计入，已按物流单更正（示例）。",
    )
    contests.correct_by_appeal(actor, row, said, date(2026, 10, 20))


def _at(indicator: Indicator, level: str, place: float) -> float:
    """Return the figure that lies a share of the way, with as many digits as people would write.

    The way of a firm is its scale; that of a division, where scales of a whole programme say little, goes from the
    baseline of its target to a little beyond it.
    """
    target = next((each for each in indicator.targets if each.level == level), None)
    scale = indicator.scale
    assert scale is not None
    zero, full = (scale.low_zero, scale.low_full) if scale.low_zero is not None else (scale.high_zero, scale.high_full)
    if level != "firm" and target is not None and target.baseline is not None:
        zero, full = target.baseline, target.baseline + 1.1 * (target.value - target.baseline)
    assert zero is not None
    assert full is not None
    value = zero + (full - zero) * place
    return round(value, 0 if abs(full - zero) >= 100 else 1)
