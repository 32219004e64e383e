"""What a plan would be if something were otherwise: other settings, the plan for them, and what differs.

In come a kept plan and the changes that a page asks for; out goes an answer that can be kept as the next version.
"""

from dataclasses import dataclass, replace
from datetime import date

from qilian.laboratories.model import TIERS
from qilian.planning import CompliancePlan, plan_to_data, why_not
from qilian.portal.workbench.comparing import Comparison, compare
from qilian.portal.workbench.making import Settings, plan_for, with_itinerary
from qilian.portal.workbench.models import Plan, Product
from qilian.portal.workbench.showing import ShownPlan
from qilian.text import Text

WHY_NOT_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked to be otherwise; None and empty leave it as it is."""

    home: str | None = None
    on: date | None = None
    tiers: tuple[str, ...] | None = None
    without: tuple[str, ...] | None = None
    more_units: int = 0
    objective: str | None = None

    def applied(self, settings: Settings) -> Settings:
        """Return the settings with the changes."""
        return replace(
            settings,
            home=settings.home if self.home is None else self.home,
            on=self.on or settings.on,
            tiers=settings.tiers if self.tiers is None else tuple(each for each in TIERS if each in self.tiers),
            without=settings.without if self.without is None else self.without,
            specimens=max(1, settings.specimens + self.more_units),
            objective=self.objective or settings.objective,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The plan under the changes, and what differs from the plan at hand."""

    settings: Settings
    plan: CompliancePlan
    comparison: Comparison


def ask(product: Product, shown: ShownPlan, asked: Asked) -> Answer:
    """Make the plan under the changes.

    Raises
    ------
    QilianError
        If it cannot be made.
    """
    settings = asked.applied(shown.settings)
    found = plan_for(product, settings, own_hours_free=True)
    other = ShownPlan(Plan(product=product, settings=settings.written(), result=plan_to_data(found)), shown.pack)
    return Answer(settings, found, compare(shown, other))


def why_not_used(product: Product, shown: ShownPlan, laboratory: str) -> Text:
    """Say in words why a laboratory is not on a plan's itinerary.

    Raises
    ------
    QilianError
        If there is no such laboratory, or the plan does not fit the product or the network any more.
    """
    plan = plan_for(product, shown.settings, own_hours_free=True)
    itinerary = shown.itinerary()
    if itinerary is not None:
        plan = with_itinerary(plan, itinerary)
    return why_not(plan, laboratory, limit_seconds=WHY_NOT_SECONDS).words
