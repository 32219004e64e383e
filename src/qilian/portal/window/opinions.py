"""What a client says of a finished order: one rating, and complaints, which the region's regulator sees."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, User
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import about, record, writing
from qilian.portal.notices.telling import tell
from qilian.portal.window.handling import OrderRefused
from qilian.portal.window.models import Complaint, Order, Rating
from qilian.text import Text

MOST_RATINGS = 10
"""How often the rating of an order is given or changed: whoever holds the link could fill the history otherwise."""
MOST_COMPLAINTS = 3
"""Complaints about one order, those that are over too."""


def rate(order: Order, actor: Actor | None, stars: int, words: str) -> Rating:
    """Keep a client's rating, in place of an earlier one.

    Parameters
    ----------
    actor
        The firm's; None for who holds the receipt.

    Raises
    ------
    OrderRefused
        If the order is not finished, or its rating was changed too often.
    """
    if order.state != "closed":
        raise OrderRefused(_("the order is not finished"))
    with writing():
        rating = Rating.objects.filter(order=order).first() or Rating(order=order)
        if rating.pk and about([rating]).count() >= MOST_RATINGS:
            raise OrderRefused(_("the rating was changed too often"), mend=_("it stays as it is"))
        if rating.pk and (rating.stars, rating.words) == (stars, words.strip()):
            return rating
        rating.stars, rating.words = stars, words.strip()
        rating.save()
        record(actor, "rate", rating, data={"order": order.reference, "stars": stars})
    return rating


def complain(order: Order, actor: Actor | None, words: str) -> Complaint:
    """Raise a complaint; tell the window and the regulators of the region; ``actor`` as in :func:`rate`.

    Raises
    ------
    OrderRefused
        If the order is not finished, a complaint of it is open, or there were too many.
    """
    if not order.is_final:
        raise OrderRefused(_("the order is not finished"))
    complaint = Complaint(order=order, words=words.strip())
    with writing():
        earlier = list(order.complaints.all())
        if any(not each.is_final for each in earlier):
            raise OrderRefused(_("a complaint about this order is open"))
        if len(earlier) >= MOST_COMPLAINTS:
            raise OrderRefused(_("no more complaints about this order"), mend=_("turn to the regulator of the region"))
        begin(complaint, "raise", actor, data={"order": order.reference})
        said = Text(f"工单 {order.reference} 收到投诉", f"A complaint about order {order.reference}")
        tell(_concerned(order), said, reverse("window:opinions"))
    return complaint


def may_complain(order: Order, earlier: Sequence[Complaint]) -> bool:
    """Return whether :func:`complain` would be heard."""
    return order.is_final and len(earlier) < MOST_COMPLAINTS and all(each.is_final for each in earlier)


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
