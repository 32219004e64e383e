"""Books the client's plan, changes what is booked and follows the samples, under a mandate to book.

The bookings are :mod:`qilian.portal.booking`; here is only in whose name they are made.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.commands import changing, ending, holding, sampling
from qilian.portal.booking.errors import Taken
from qilian.portal.booking.models import Appointment, Path, Proposal, SampleUnit
from qilian.portal.booking.planning_again import again
from qilian.portal.history.recording import OnBehalf, record
from qilian.portal.window.acting import on_behalf
from qilian.portal.window.handling import OrderRefused
from qilian.portal.window.models import Order, Scope
from qilian.text import Text


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
        If the order is finished, or there is no plan; or hours were taken by others, and the plan was made again.
    BookingError
        As :func:`qilian.portal.booking.commands.holding.hold`.
    """
    behalf = on_behalf(order, actor, Scope.BOOK)
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
    """Confirm or cancel a path, plan it again, accept or dismiss what is proposed; errors as the commands of booking.

    Raises
    ------
    NoMandate
        If the window may not book for the client.
    OrderRefused
        If the order is finished, or nothing is proposed.
    """
    _ACTS[event](actor, path, version, key, on_behalf(order, actor, Scope.BOOK))


def move_one(
    order: Order, appointment: Appointment, actor: Actor, *, elsewhere: bool, not_before: datetime | None
) -> None:
    """Propose the path with one appointment at other hours or elsewhere; errors as :func:`act`."""
    behalf = on_behalf(order, actor, Scope.BOOK)
    changing.ask_to_move(actor, appointment, elsewhere=elsewhere, not_before=not_before, on_behalf=behalf)


def cancel_one(order: Order, appointment: Appointment, actor: Actor, *, version: int | None = None) -> None:
    """Cancel one appointment, the others stay; errors as :func:`act`."""
    behalf = on_behalf(order, actor, Scope.BOOK)
    ending.cancel_one(actor, appointment, version=version, on_behalf=behalf)


def say_of_sample(order: Order, unit: SampleUnit, event: str, actor: Actor, note: str = "") -> None:
    """Say that a client's sample is on its way, is back, or is lost; errors as :func:`act`."""
    behalf = on_behalf(order, actor, Scope.BOOK)
    sampling.do(actor, unit, event, note=note, on_behalf=behalf)


def _confirm(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    holding.confirm(actor, path, version=version, key=key, on_behalf=behalf)


def _cancel(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    ending.cancel(actor, path, version=version, key=key, on_behalf=behalf)


def _again(actor: Actor, path: Path, version: int | None, key: str, behalf: OnBehalf) -> None:
    del version, key
    cause = Text("按今天的台位重新安排", "planned again with today's benches")
    changing.propose_or_refuse(path, actor, cause, on_behalf=behalf)


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
    "again": _again,
    "accept": _accept,
    "dismiss": _dismiss,
}
EVENTS = tuple(_ACTS)
