"""What the pages of the workbench share: who may come in, and how a product and a plan are found."""

from django.shortcuts import get_object_or_404

from qilian.portal.accounts.access import only
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Plan, Product
from qilian.portal.workbench.showing import ShownPlan

readers = only("person", "firm", "window", "regulator")
"""Declares that owners of products, and those who oversee them, may come in."""

makers = only("person", "firm")
"""Declares that owners of products may come in."""


def readable(request: PortalRequest, number: int) -> Product:
    """Return a product that the actor may read, or answer 404."""
    found = Product.objects.visible_to(request.actor).select_related("organisation", "person")
    return get_object_or_404(found, pk=number)


def editable(request: PortalRequest, number: int) -> Product:
    """Return a product that the actor may change, or answer 404."""
    return get_object_or_404(Product.objects.editable_by(request.actor), pk=number)


def may_edit(request: PortalRequest) -> bool:
    """Return whether the actor may change what they see here."""
    return request.actor.kind in ("person", "firm")


def readable_plan(request: PortalRequest, number: int, version: int) -> ShownPlan:
    """Return a kept plan that the actor may read, or answer 404."""
    plans = Plan.objects.visible_to(request.actor).defer("report_zh", "report_en").select_related("product")
    return ShownPlan(get_object_or_404(plans, product=number, number=version), pack())


def editable_plan(request: PortalRequest, number: int, version: int) -> ShownPlan:
    """Return a kept plan of a product that the actor may change, or answer 404."""
    plans = Plan.objects.filter(product__in=Product.objects.editable_by(request.actor))
    found = get_object_or_404(plans.select_related("product"), product=number, number=version)
    return ShownPlan(found, pack())
