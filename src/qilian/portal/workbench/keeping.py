"""Keeps what somebody gives: a product of theirs, its name and wishes, its answers from a file, reports held for it.

Pages and the interface for programs both come through here.
"""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qilian.evidence import NotEvidence
from qilian.portal.accounts.actor import Actor
from qilian.portal.workbench import reading
from qilian.portal.workbench.knowledge import pack
from qilian.portal.workbench.models import Evidence, Product
from qilian.product import Product as MadeProduct

MOST_FILES = 100
"""Evidence files that a product may have."""


def new_product(actor: Actor) -> Product:
    """Return a product of the actor's, not yet saved."""
    owner = {"organisation": actor.organisation} if actor.kind == "firm" else {"person": actor.user}
    return Product(pack=pack().id, maker=actor.organisation.name if actor.organisation else "", **owner)


def change(product: Product, given: Mapping[str, Any]) -> Product:
    """Put names and wishes into a row, which the caller saves; what is not given stays."""
    for name in ("name", "name_en", "maker", "maker_en"):
        if name in given:
            setattr(product, name, given[name][:160])
    for name in ("markets", "on", "home", "specimens"):
        if name in given:
            setattr(product, name, given[name])
    product.identifier = product.identifier or product.name
    return product


def take_file(product: Product, made: MadeProduct, written: dict[str, object]) -> Product:
    """Put what a product file says into a row, which the caller saves."""
    product.name, product.name_en = made.name.zh[:160], made.name.en[:160]
    product.maker, product.maker_en = (made.maker.zh or product.maker)[:160], made.maker.en[:160]
    product.identifier, product.parameters, product.asked = made.id, written, list(written)
    return product


def add_evidence(product: Product, actor: Actor, content: bytes, sent_name: str) -> Evidence:
    """Read a report file and keep it.

    Raises
    ------
    NotEvidence
        If it holds no evidence, is here already, or is one too many.
    """
    name = reading.shown(sent_name)
    if product.evidence.count() >= MOST_FILES:
        raise NotEvidence(_("There are %(count)s files already.") % {"count": MOST_FILES})
    reports = reading.read_uploaded_evidence(content, name)
    try:
        with transaction.atomic():
            return Evidence.objects.create(
                product=product,
                name=name,
                content=content,
                size=len(content),
                sha256=reading.digest(content),
                reports=reading.in_short(reports),
                uploaded_by=actor.user,
            )
    except IntegrityError:
        raise NotEvidence(_("This file is here already.")) from None
