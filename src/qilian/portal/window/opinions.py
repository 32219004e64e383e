"""What a client says of a finished order: a rating once, and complaints, which the region's regulator sees."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import record
from qilian.portal.notices.telling import tell
from qilian.portal.window.handling import OrderRefused
from qilian.portal.window.models import Complaint, Order, Rating
from qilian.text import Text


def rate(order: Order, actor: Actor | None, stars: int, words: str) -> Rating:
    """Keep a client's rating.

    Parameters
    ----------
    actor
        The firm's; None for who holds the receipt.

    Raises
    ------
    OrderRefused
        If the order is not finished, or was rated.
    """
    if order.state != "closed":
        raise OrderRefused(_("the order is not finished"))
    with transaction.atomic():
        rating, made = Rating.objects.get_or_create(order=order, defaults={"stars": stars, "words": words.strip()})
        if not made:
            raise OrderRefused(_("the order was rated before"))
        record(actor, "rate", rating, data={"order": order.reference, "stars": stars})
    return rating


def complain(order: Order, actor: Actor | None, words: str) -> Complaint:
    """Raise a complaint; tell the window and the regulators of the region; ``actor`` as in :func:`rate`.

    Raises
    ------
    OrderRefused
        If the order is not finished, or a complaint of it is open.
    """
    if not order.is_final:
        raise OrderRefused(_("the order is not finished"))
    if any(not each.is_final for each in order.complaints.all()):
        raise OrderRefused(_("a complaint about this order is open"))
    complaint = Complaint(order=order, words=words.strip())
    with transaction.atomic():
        begin(complaint, "raise", actor, data={"order": order.reference})
        said = Text(f"工单 {order.reference} 收到投诉", f"A complaint about order {order.reference}")
        tell(_concerned(order), said, reverse("window:opinions"))
    return complaint


def move_complaint(complaint: Complaint, event: str, actor: Actor | None, words: str = "") -> None:
    """Answer, accept, insist, drop or settle a complaint.

    Raises
    ------
    OrderRefused
        If an answer or a decision has no words.
    MoveRefused
        If it cannot happen now, or not by this actor.
    """
    fields = {"answer": "answer", "settle": "decision"}
    if event in fields and not words.strip():
        raise OrderRefused(_("no words"), mend=_("say what is answered or decided"))
    with transaction.atomic():
        fire(complaint, event, actor, data={"words": words.strip()} if words.strip() else {})
        if event in fields:
            setattr(complaint, fields[event], words.strip())
            complaint.save(update_fields=[fields[event]])


def _concerned(order: Order) -> list[User]:
    """Return the window's people and those of the regulators whose region it lies in."""
    prefixes = {regions.COUNTRY, f"{order.window.region[:2]}0000", f"{order.window.region[:4]}00", order.window.region}
    regulators = User.objects.filter(
        memberships__organisation__kind=Kind.REGULATOR, memberships__organisation__region__in=prefixes
    )
    window = User.objects.filter(memberships__organisation=order.window)
    return list((regulators | window).filter(is_active=True).distinct())
