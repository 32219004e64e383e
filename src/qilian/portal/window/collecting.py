"""Reports that a client brings to the counter: kept as evidence for its product, under a mandate to collect reports."""

from django.db import transaction
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.history.recording import record
from qilian.portal.window.acting import on_behalf
from qilian.portal.window.handling import OrderRefused
from qilian.portal.window.models import Order, Scope
from qilian.portal.workbench import keeping
from qilian.portal.workbench.models import Evidence


def add(order: Order, actor: Actor, content: bytes, sent_name: str) -> Evidence:
    """Keep a report among the evidence of the client's product.

    Raises
    ------
    NoMandate
        If the window may not collect reports for the client.
    OrderRefused
        If the order is finished, or no product of the client is described yet.
    NotEvidence
        If the file holds no evidence, is here already, or is one too many.
    """
    behalf = on_behalf(order, actor, Scope.REPORTS)
    if order.product is None:
        raise OrderRefused(_("no product that reports could be about"), mend=_("make the client's plan first"))
    with transaction.atomic():
        kept = keeping.add_evidence(order.product, actor, content, sent_name)
        data = {"order": order.reference, "file": kept.name, "sha256": kept.sha256}
        record(actor, "add_report", order.product, data=data, on_behalf=behalf)
    return kept


def take_away(order: Order, actor: Actor, report: Evidence) -> None:
    """Take away a report that this window added, as one of another product.

    Raises
    ------
    NoMandate, OrderRefused
        As :func:`add`; also if it is not one that somebody of this window added.
    """
    behalf = on_behalf(order, actor, Scope.REPORTS)
    if not added_here(actor, report):
        raise OrderRefused(_("the report was not added by this window"), where=report.name)
    with transaction.atomic():
        data = {"order": order.reference, "file": report.name, "sha256": report.sha256}
        record(actor, "remove_report", report.product, data=data, on_behalf=behalf)
        report.delete()


def added_here(actor: Actor, report: Evidence) -> bool:
    """Whether somebody of the actor's window added a report."""
    window, person = actor.organisation, report.uploaded_by
    return window is not None and person is not None and window.memberships.filter(user=person).exists()
