"""Makes plans: in come a product's row, settings and evidence; out comes a compliance plan, which :func:`keep` stores.

The rooms do the work; this file only brings rows to them and what they find back into a row.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from qilian import routing
from qilian.compliance import assess, merge_tests
from qilian.documents import Document
from qilian.evidence import Applied, Register, Report, apply_evidence, identity_of
from qilian.laboratories import Network
from qilian.laboratories.model import TIERS
from qilian.planning import (
    OBJECTIVES,
    CompliancePlan,
    Pack,
    PlanningError,
    make_plan,
    plan_to_data,
    write_html,
)
from qilian.planning.journey import ROUTING_OBJECTIVE, itinerary_of
from qilian.portal.accounts.actor import Actor
from qilian.portal.workbench.knowledge import pack_with_library
from qilian.portal.workbench.models import Plan, Product
from qilian.portal.workbench.reading import reports_of
from qilian.product import Product as MadeProduct
from qilian.product import product_of

LIMIT_SECONDS = 0.6
"""Wall time of the search for each of the three itineraries."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a plan is made for.

    Attributes
    ----------
    home
        City id; empty: the city with the most laboratories.
    specimens
        Whole units of the product.
    tiers
        Tiers of the laboratories that may take part.
    without
        Ids of laboratories that may not.
    evidence
        Numbers of the evidence files that were used.
    """

    markets: tuple[str, ...]
    on: date
    home: str = ""
    objective: str = OBJECTIVES[0]
    specimens: int = 2
    tiers: tuple[str, ...] = TIERS
    without: tuple[str, ...] = ()
    evidence: tuple[int, ...] = ()

    @classmethod
    def of_product(cls, product: Product) -> "Settings":
        """Return what a product's next plan is made for: its own wishes, all laboratories, all its evidence."""
        evidence = tuple(product.evidence.order_by("id").values_list("id", flat=True))
        return cls(tuple(product.markets), product.on, product.home, specimens=product.specimens, evidence=evidence)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Settings":
        """Return the settings that a plan's row keeps."""
        return cls(
            markets=tuple(data["markets"]),
            on=date.fromisoformat(data["on"]),
            home=data["home"],
            objective=data["objective"],
            specimens=data["specimens"],
            tiers=tuple(data["tiers"]),
            without=tuple(data["without"]),
            evidence=tuple(data["evidence"]),
        )

    def written(self) -> dict[str, object]:
        """Return the settings as JSON."""
        return {
            "markets": list(self.markets),
            "on": self.on.isoformat(),
            "home": self.home,
            "objective": self.objective,
            "specimens": self.specimens,
            "tiers": list(self.tiers),
            "without": list(self.without),
            "evidence": list(self.evidence),
        }


def made_product(product: Product, pack: Pack) -> MadeProduct:
    """Return the product of a row as the rooms know it.

    Raises
    ------
    QilianError
        If a parameter no longer fits the pack's vocabulary.
    """
    data: dict[str, Any] = {
        "id": product.identifier,
        "name": {"zh": product.name, "en": product.name_en or product.name},
        "maker": {"zh": product.maker, "en": product.maker_en or product.maker},
        "parameters": product.parameters,
    }
    return product_of(Document(Path(product.identifier), data, {}), pack.vocabulary)


def plan_for(product: Product, settings: Settings, *, own_hours_free: bool = False) -> CompliancePlan:
    """Walk the road for a product.

    Parameters
    ----------
    own_hours_free
        Whether hours that the product's own appointments take count as free: for what is asked of a booked plan.

    Raises
    ------
    QilianError
        For an unknown market or city, or parameters that cannot be used.
    """
    pack = pack_with_library(product if own_hours_free else None)
    return make_plan(
        made_product(product, pack),
        pack,
        settings.markets,
        settings.on,
        home=settings.home or None,
        objective=settings.objective,
        network=narrowed(pack.network, settings),
        evidence=reports_of(product.evidence.filter(pk__in=settings.evidence)),
        sample_units=settings.specimens,
        limit_seconds=LIMIT_SECONDS,
    )


def with_itinerary(plan: CompliancePlan, kept: Mapping[str, Any]) -> CompliancePlan:
    """Return the plan with an itinerary that was kept as JSON, checked anew.

    Raises
    ------
    PlanningError
        If it does not fit the plan any more: product, network or evidence have changed since.
    """
    journey = plan.journey
    start = datetime.fromisoformat(kept["start"])

    def hour(when: str) -> int:
        return int((datetime.fromisoformat(when) - start).total_seconds()) // 3600

    found = routing.Plan(
        objective=ROUTING_OBJECTIVE[kept["objective"]],
        value=kept["value"],
        lower_bound=kept["lower_bound"],
        proven=kept["proven"],
        seconds=kept["seconds"],
        assignments=tuple(
            routing.Assignment(
                step["lot"], step["test"], step["bench"], step["unit"], hour(step["start"]), hour(step["end"])
            )
            for step in kept["steps"]
        ),
    )
    if journey is None or journey.problem is None or routing.verify(journey.problem, found):
        raise PlanningError("the product or the network has changed since this plan", mend="make a new plan first")
    others = [each for each in (plan.itinerary, *plan.alternatives) if each and each.objective != kept["objective"]]
    return replace(plan, itinerary=itinerary_of(journey, kept["objective"], found), alternatives=tuple(others))


def narrowed(network: Network, settings: Settings) -> Network:
    """Return the network without the laboratories that may not take part."""
    kept = tuple(
        laboratory
        for laboratory in network.laboratories
        if laboratory.tier in settings.tiers and laboratory.id not in settings.without
    )
    return network if len(kept) == len(network.laboratories) else replace(network, laboratories=kept)


def keep(product: Product, actor: Actor, settings: Settings, plan: CompliancePlan, note: str = "") -> Plan:
    """Store a plan as the product's newest version."""
    itinerary = plan.itinerary
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        last = product.plans.aggregate(last=Max("number"))["last"] or 0
        row = Plan.objects.create(
            product=product,
            number=last + 1,
            made_by=actor.user,
            note=note[:200],
            settings=settings.written(),
            result=plan_to_data(plan),
            report_zh=zlib.compress(write_html(plan, "zh").encode()),
            report_en=zlib.compress(write_html(plan, "en").encode()),
            applies=len(plan.assessment.applying),
            undecided=len(plan.assessment.undecided),
            tests=len(plan.tests.demands),
            answered=len(plan.evidence.applied.answered) if plan.evidence else 0,
            days=round(itinerary.days, 3) if itinerary else None,
            price=itinerary.price if itinerary else None,
            kilometres=round(itinerary.kilometres, 1) if itinerary else None,
            is_proven=itinerary.proven if itinerary else False,
        )
        product.current = row
        product.save(update_fields=["current", "changed"])
    return row


def make(product: Product, actor: Actor, settings: Settings | None = None, note: str = "") -> Plan:
    """Make a plan and keep it; errors as in :func:`plan_for`."""
    chosen = settings or Settings.of_product(product)
    return keep(product, actor, chosen, plan_for(product, chosen), note)


def decided(product: Product, reports: Sequence[Report]) -> Applied:
    """Decide reports for the tests that a product needs, without routing; errors as in :func:`plan_for`."""
    pack = pack_with_library()
    made = made_product(product, pack)
    markets, on = tuple(product.markets), product.on
    assessment = assess(made.values, pack.rules, pack.implications, pack.vocabulary, markets, on)
    return apply_evidence(
        reports,
        merge_tests(assessment, pack.tests, pack.catalogue, on).demands,
        pack.policies,
        on,
        catalogue=pack.catalogue,
        product=identity_of(made),
        rules={rule.id: rule for rule in pack.rules},
        markets=markets,
        register=Register.of(pack.network),
    )
