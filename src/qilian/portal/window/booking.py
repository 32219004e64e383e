"""Books the client's plan on its behalf, under a mandate to book; the bookings are :mod:`qilian.portal.booking`."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.commands import changing, ending, holding
from qilian.portal.booking.errors import Taken
from qilian.portal.booking.models import Path, Proposal
from qilian.portal.booking.planning_again import again
from qilian.portal.history.recording import OnBehalf, record
from qilian.portal.window.handling import OrderRefused
from qilian.portal.window.mandates import acting
from qilian.portal.window.models import Order, Scope


def paths_of(order: Order) -> list[Path]:
    """Return the booked paths of an order's product, the newest first."""
    return list(Path.objects.filter(product=order.product).order_by("-pk")) if order.product else []


def hold(order: Order, actor: Actor, key: str = "") -> Path:
    """Hold all appointments of the client's newest plan, or none.

    Raises
    ------
    NoMandate
        If the window may not book for the client.
    OrderRefused
        If there is no plan; or hours were taken by others, and the plan was made again.
    BookingError
        As :func:`qilian.portal.booking.commands.holding.hold`.
    """
    _mandate, behalf = acting(actor, order.client, Scope.BOOK)
    plan = order.product.current if order.product else None
    if plan is None:
        raise OrderRefused(_("there is no plan to book"), mend=_("make the client's plan first"))
    try:
        return holding.hold(actor, plan, key=key, on_behalf=behalf)
    except Taken as refusal:
        fresh = again(plan, actor)
        record(actor, "plan", plan.product, data={"order": order.reference, "version": fresh.number}, on_behalf=behalf)
        raise OrderRefused(
            f"{refusal.what}: " + _("the plan was made again with today's hours, version %(n)s") % {"n": fresh.number},
            mend=_("look at it, and hold it"),
        ) from None


def act(order: Order, path: Path, event: str, actor: Actor, *, version: int | None = None, key: str = "") -> None:
    """Confirm or cancel a path, accept or dismiss what is proposed for it; errors as the commands of booking.

    Raises
    ------
    NoMandate
        If the window may not book for the client.
    OrderRefused
        If nothing is proposed.
    """
    _mandate, behalf = acting(actor, order.client, Scope.BOOK)
    _ACTS[event](actor, path, version, key, behalf)


def _confirm(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    holding.confirm(actor, path, version=version, key=key, on_behalf=behalf)


def _cancel(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    ending.cancel(actor, path, version=version, key=key, on_behalf=behalf)


def _accept(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    changing.accept(actor, _proposed(path), version=version, key=key, on_behalf=behalf)


def _dismiss(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    del version, key
    changing.dismiss(actor, _proposed(path), on_behalf=behalf)


def _proposed(path: Path) -> Proposal:
    found = path.proposals.filter(state="open").select_related("path__organisation", "path__person").first()
    if found is None:
        raise OrderRefused(_("nothing is proposed any more"))
    return found


_ACTS: dict[str, Callable[[Actor, Path, int | None, str, OnBehalf], None]] = {
    "confirm": _confirm,
    "cancel": _cancel,
    "accept": _accept,
    "dismiss": _dismiss,
}
EVENTS = tuple(_ACTS)
