"""Whom a change of edition hits among what the portal keeps: laboratories' lines, and the plans that an actor may read.

The room :mod:`qilian.planning.impact` finds rules, tests, the lines of the network that is kept here and the uploaded
scope tables; products are judged by their newest plans, as these were made: what binds them, and what they have tested.
"""

from dataclasses import dataclass

from qilian.planning.impact import AffectedLine, Impact, impact
from qilian.planning.impact_json import impact_to_data
from qilian.portal.accounts.actor import Actor
from qilian.portal.network.matching import scopes_matcher
from qilian.portal.workbench.knowledge import pack_with_library
from qilian.portal.workbench.models import Product
from qilian.standards import StandardRef
from qilian.text import Text

MOST_PRODUCTS = 200
"""Plans that are read for one answer, those of the products changed last."""
_BINDING = ("applies", "undecided")


@dataclass(frozen=True, slots=True)
class HitProduct:
    """A product whose newest plan stands on the old edition.

    Attributes
    ----------
    rules, undecided
        Ids of the affected rules that the plan says apply, and of those that it leaves open.
    tests
        Ids of the affected tests in the plan.
    """

    product: Product
    rules: tuple[str, ...]
    undecided: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def todo(self) -> Text:
        """What is to be done."""
        if self.tests:
            return Text(
                f"重新生成方案，并核对这 {len(self.tests)} 项检测已有报告的标准版本",
                f"make the plan anew, and check which edition the reports of these {len(self.tests)} tests name",
            )
        return Text("重新生成方案", "make the plan anew")


@dataclass(frozen=True, slots=True)
class Hit:
    """An impact, with an actor's own lines first and the products that they may read.

    Attributes
    ----------
    own
        Scope lines of the actor's own laboratory.
    others
        Those of the other laboratories, which everybody may read.
    looked_at, left_out
        How many plans were read, and how many were not.
    """

    impact: Impact
    own: tuple[AffectedLine, ...]
    others: tuple[AffectedLine, ...]
    products: tuple[HitProduct, ...]
    looked_at: int
    left_out: int


def hit(actor: Actor, old: StandardRef, new: StandardRef) -> Hit:
    """Find whom the step from one edition to another hits, as far as the actor may see.

    Raises
    ------
    PlanningError
        If both are one edition.
    """
    knowledge = pack_with_library()
    found = impact(knowledge, knowledge.catalogue, old, new, scopes=scopes_matcher())
    mine = actor.organisation.laboratory if actor.organisation else ""
    own = tuple(each for each in found.lines if mine and each.laboratory.id == mine)
    others = tuple(each for each in found.lines if not mine or each.laboratory.id != mine)
    planned = Product.objects.visible_to(actor).filter(current__isnull=False)
    read = planned.select_related("organisation", "current").defer(
        "current__front", "current__report_zh", "current__report_en"
    )[:MOST_PRODUCTS]
    products = tuple(one for each in read if (one := _hit(each, found)))
    looked_at = len(read)
    left_out = planned.count() - looked_at if looked_at == MOST_PRODUCTS else 0
    return Hit(found, own, others, products, looked_at, left_out)


def as_data(found: Hit) -> dict[str, object]:
    """Return it as ``qilian standards impact --json`` prints it; a product's ``number`` is the portal's."""
    products = [
        {
            "number": each.product.pk,
            "id": each.product.identifier,
            "name": {"zh": each.product.title.zh, "en": each.product.title.en},
            "rules": list(each.rules),
            "undecided": list(each.undecided),
            "tests": list(each.tests),
            "todo": {"zh": each.todo.zh, "en": each.todo.en},
        }
        for each in found.products
    ]
    return {
        **impact_to_data(found.impact),
        "products": products,
        "plans_read": found.looked_at,
        "plans_left_out": found.left_out,
    }


def _hit(product: Product, found: Impact) -> HitProduct | None:
    assert product.current is not None
    plan = product.current.result
    rules, tests = {each.rule.id for each in found.rules}, {each.item.id for each in found.tests}
    outcomes = {
        outcome: tuple(
            each["rule"] for each in plan["obligations"] if each["outcome"] == outcome and each["rule"] in rules
        )
        for outcome in _BINDING
    }
    called = tuple(each["id"] for each in plan["tests"] if each["id"] in tests)
    if not (outcomes["applies"] or outcomes["undecided"] or called):
        return None
    return HitProduct(product, outcomes["applies"], outcomes["undecided"], called)
