"""What happens to an order: opened, taken, handed over, escalated, waiting for the client, closed, withdrawn.

Every move goes through the table of states and is recorded, with client and mandate where the clerk has one.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.laboratories import working_days
from qilian.portal.accounts import regions
from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Kind, Organisation, User
from qilian.portal.errors import PortalError
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import OnBehalf, record, writing
from qilian.portal.notices.telling import tell
from qilian.portal.site.templatetags.portal import page_language
from qilian.portal.window.drafts import digest
from qilian.portal.window.forms import NewClientForm
from qilian.portal.window.models import Bundle, Order
from qilian.portal.window.services import Package, services
from qilian.text import Text


class OrderRefused(PortalError):  # noqa: N818 - named for what happened
    """A move that lacks something: a clerk to hand over to, a level above, words."""


def open_order(
    actor: Actor, client: Organisation, service: str, *, text: str = "", demand: Mapping[str, Any] | None = None,
    bundle: Bundle | None = None,
) -> Order:  # fmt: skip
    """Open an order in the queue of the actor's window."""
    assert actor.organisation is not None
    order = Order(
        window=actor.organisation,
        region=actor.organisation.region,
        client=client,
        service=service,
        bundle=bundle,
        due=working_days.after(timezone.localdate(), services()[service].days),
        text=text,
        demand=dict(demand or {}),
    )
    begin(order, "open", actor, data={"service": service, "due": order.due.isoformat()}, on_behalf=OnBehalf(client, ""))
    return order


def register(actor: Actor, form: NewClientForm) -> Organisation:
    """Make a client of a valid form, for whom the history begins with it."""
    with transaction.atomic():
        made = form.save()
        record(actor, "register", made, on_behalf=OnBehalf(made, ""))
    return made


def correct(order: Order, actor: Actor, *, seen: str, text: str, demand: Mapping[str, Any]) -> Order:
    """Keep the corrected demand of an order, unless somebody else corrected it meanwhile.

    Parameters
    ----------
    seen
        :func:`qilian.portal.window.drafts.digest` of the demand that the correction was made from.

    Raises
    ------
    OrderRefused
        If the order is finished, or its demand is another one now.
    """
    with writing():
        here = Order.objects.select_related("client").get(pk=order.pk)
        if here.is_final:
            raise OrderRefused(_("the order is finished"), where=here.reference)
        if digest(here.demand) != seen:
            raise OrderRefused(
                _("the demand was corrected meanwhile"),
                where=here.reference,
                mend=_("look at it as it is now, and correct that"),
            )
        here.text, here.demand = text, {**here.demand, **demand}
        here.save(update_fields=["text", "demand"])
        record(actor, "correct", here, on_behalf=OnBehalf(here.client, ""))
    return here


def open_package(actor: Actor, client: Organisation, package: Package) -> Bundle:
    """Open the orders of a package, all or none."""
    with transaction.atomic():
        bundle = Bundle.objects.create(package=package.id, client=client)
        for service in package.services:
            open_order(actor, client, service.id, bundle=bundle)
    return bundle


def above(region: str) -> str:
    """Return the division that an order is escalated to: district → city → province; empty above a province.

    A municipality (Beijing, Shanghai …) has no cities: its districts escalate to it.
    """
    match regions.level(region):
        case "district":
            city = f"{region[:4]}00"
            return city if region[:2] not in regions.MUNICIPALITIES else f"{region[:2]}0000"
        case "city":
            return f"{region[:2]}0000"
        case _:
            return ""


def window_above(region: str) -> str:
    """Return the nearest division above that has a window; empty where none has."""
    found = above(region)
    while found and not Organisation.objects.filter(kind=Kind.WINDOW, region=found).exists():
        found = above(found)
    return found


def clerks(order: Order) -> list[User]:
    """Return who may own an order: the members of windows that answer for its division."""
    windows = Organisation.objects.filter(kind=Kind.WINDOW, region=order.region)
    found = User.objects.filter(memberships__organisation__in=windows, is_active=True)
    return list(found.distinct().order_by("name", "pk"))


def clerk_of(order: Order, number: int | None) -> User | None:
    """Return the clerk of a number among those who may own an order; of anybody else nothing is said."""
    return next((each for each in clerks(order) if each.pk == number), None) if number else None


def move(
    order: Order, event: str, actor: Actor, *, words: str = "", to: User | None = None, version: int | None = None
) -> None:
    """Move an order.

    Parameters
    ----------
    words
        What the client got (``close``), or why (``escalate``, ``wait``, ``withdraw``).
    to
        The clerk to hand over to.

    Raises
    ------
    OrderRefused
        If something needed is missing.
    MoveRefused, Stale
        As :func:`qilian.portal.history.firing.fire`.
    """
    changes = _changes(order, event, actor, words.strip(), to) if order.may(event, actor) else {}
    said: dict[str, Any] = {"words": words.strip()} if words.strip() else {}
    if "region" in changes:
        said |= {"from": order.region, "to": changes["region"]}
    if "owner" in changes and to is not None:
        said["clerk"] = to.pk
    behalf = OnBehalf(order.client, _mandate_of(order, actor)) if actor.kind == "window" else None
    with transaction.atomic():
        fire(order, event, actor, version=version, data=said, on_behalf=behalf)
        if changes:
            for name, value in changes.items():
                setattr(order, name, value)
            order.save(update_fields=list(changes))
        _tell(order, event, actor)


def _mandate_of(order: Order, actor: Actor) -> str:
    """Return the mandate of an order, unless it is another window's or in force no more."""
    mandate = order.mandate
    mine = mandate is not None and mandate.window == actor.organisation and mandate.is_in_force
    return mandate.reference if mandate is not None and mine else ""


def _changes(order: Order, event: str, actor: Actor, words: str, to: User | None) -> dict[str, Any]:
    """Return the fields that a move changes beside the state; refuse what lacks something."""
    today = timezone.localdate()
    match event:
        case "take":
            return {"owner": actor.user}
        case "release":
            return {"owner": None}
        case "hand_over":
            if to is None or to not in clerks(order):
                raise OrderRefused(_("nobody to hand over to"), mend=_("choose a clerk of this window"))
            return {"owner": to}
        case "escalate":
            region = above(order.region)
            if not region:
                raise OrderRefused(_("there is no window above a province"))
            if not Organisation.objects.filter(kind=Kind.WINDOW, region=region).exists():
                raise OrderRefused(
                    _("%(region)s has no service window yet")
                    % {"region": regions.full_title(region).say(page_language())},
                    mend=_("ask the operator of this platform to make one"),
                )
            if not words:
                raise OrderRefused(_("no reason"), mend=_("say why it has to be answered above"))
            return {"region": region, "owner": None}
        case "wait":
            if not words:
                raise OrderRefused(_("no reason"), mend=_("say what the client has to bring"))
            return {"waiting_since": today}
        case "resume":
            waited = working_days.between(order.waiting_since or today, today)
            return {"waiting_since": None, "due": working_days.after(order.due, waited)}
        case "close":
            if not words:
                raise OrderRefused(_("no result"), mend=_("say what the client got"))
            return {"outcome": words}
        case _:
            return {}


_WORDS = {
    "take": Text("您的工单 {order} 已由窗口受理", "Your order {order} is being worked on"),
    "escalate": Text("您的工单 {order} 已转上级窗口办理", "Your order {order} was passed to the window above"),
    "wait": Text("您的工单 {order} 等您补充材料或样品", "Your order {order} waits for something from you"),
    "close": Text("您的工单 {order} 已办结", "Your order {order} is finished"),
    "withdraw": Text("工单 {order} 已撤回", "Order {order} was withdrawn"),
}


def _tell(order: Order, event: str, actor: Actor) -> None:
    """Tell the client's people what the window did, and the owner what the client did."""
    words = _WORDS.get(event)
    if words is None:
        return
    said = Text(words.zh.format(order=order.reference), words.en.format(order=order.reference))
    if actor.kind == "firm":
        people = [order.owner] if order.owner else []
    else:
        people = list(User.objects.filter(memberships__organisation=order.client, is_active=True))
    tell(people, said, reverse("window:order", args=[order.pk]))
