"""Holding a plan's appointments together for a quarter of an hour, and making them firm."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from qilian.planning.journey import precedence
from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import keys, samples, taking, telling
from qilian.portal.booking.clock import aware
from qilian.portal.booking.commands.rights import refuse_stranger, refuse_stranger_to
from qilian.portal.booking.errors import BookingError, Expired
from qilian.portal.booking.models import Appointment, Path
from qilian.portal.history.firing import begin, fire
from qilian.portal.history.recording import OnBehalf, writing
from qilian.portal.rulebook.reading import pack
from qilian.portal.workbench.models import Plan, Product

HOLD = timedelta(minutes=15)
MOST_HOLDS = 10
"""So many paths an owner may hold at once: benches that nobody decides about are kept from all others."""
MOST_TRIES, TRIES_WITHIN = 3, timedelta(hours=24)
"""So often an owner may hold the same hours of a bench in that time without booking them, with whatever products."""


def hold(
    actor: Actor,
    plan: Plan,
    *,
    objective: str = "",
    key: str = "",
    on_behalf: OnBehalf | None = None,
) -> Path:
    """Hold all appointments of a plan's itinerary for a quarter of an hour, or none.

    Parameters
    ----------
    objective
        Which of the plan's itineraries; the chosen one if empty.
    key
        Idempotency key: a retry returns the path of the first call.
    on_behalf
        Client and mandate, of a clerk.

    Raises
    ------
    Taken
        If hours were taken by others meanwhile; ``planning.again`` then makes the plan anew.
    BookingError
        If the plan is another's, has no itinerary, or has begun; if its product is held already, or too much is; if
        its owner held some of its hours again and again and did not book them.
    """
    product = plan.product
    refuse_stranger(actor, product.organisation, product.person, on_behalf)
    itinerary = _itinerary(plan, objective)
    steps: Sequence[Mapping[str, Any]] = itinerary["steps"]
    release_expired({step["bench"] for step in steps})
    try:
        with writing():
            request, first = keys.claim(actor, key, ["hold", plan.pk, itinerary["objective"]])
            if first is not None:
                return first
            _refuse_more_holds(product)
            _refuse_more_tries(product, steps)
            slots = taking.take(steps, taking.benches_of(steps))
            path = Path(
                organisation=product.organisation,
                person=product.person,
                product=product,
                plan=plan,
                name=product.name,
                name_en=product.name_en,
                settings={**plan.settings, "objective": itinerary["objective"]},
                origin=aware(itinerary["start"]),
                home=plan.result["home"],
                transfer_price=round(itinerary["transfer_price"]),
                precedence=_precedence(plan),
                expires=timezone.now() + HOLD,
                made_by=actor.user,
                is_sample=product.is_sample,
            )
            begin(path, "hold", actor, data={"plan": plan.pk, "appointments": len(steps)}, on_behalf=on_behalf)
            names = {each["id"]: (each["name"]["zh"], each["name"]["en"]) for each in plan.result["tests"]}
            taking.appoint(path, actor, steps, slots, names, on_behalf)
            keys.answer(request, path)
    except IntegrityError as error:
        raise taking.as_taken(error, steps) from None
    return path


def confirm(
    actor: Actor, path: Path, *, version: int | None = None, key: str = "", on_behalf: OnBehalf | None = None
) -> Path:
    """Make a held path firm; laboratories that want to answer first are asked.

    Parameters
    ----------
    version
        The path's version that the actor saw.

    Raises
    ------
    Expired
        If the hold's time is over; the path has then lapsed.
    MoveRefused, Stale
        If it is not held, or has changed.
    """
    refuse_stranger_to(path, actor, on_behalf)
    try:
        with writing():
            request, first = keys.claim(actor, key, ["confirm", path.pk])
            if first is not None:
                return first
            here = Path.objects.get(pk=path.pk)
            _refuse_expired(here)
            appointments = list(here.appointments.select_related("bench__laboratory"))
            taking.settle(appointments, actor, on_behalf)
            samples.register(here, appointments, actor, on_behalf)
            fire(here, "confirm", actor, version=version, on_behalf=on_behalf)
            telling.confirmed(here, appointments)
            keys.answer(request, here)
    except Expired:  # which keeps nothing, not even the key
        lapse(path)
        raise
    return here


def lapse(path: Path) -> bool:
    """Give up a hold whose time is over; return whether this call did it."""
    with writing():
        here = Path.objects.filter(pk=path.pk).first()
        if here is None or not here.has_expired():
            return False
        drop(here)
    return True


def drop(path: Path) -> None:
    """Give up a hold, within the caller's transaction whose turn it is."""
    taking.give_up(list(path.appointments.all()), "lapse", None)
    fire(path, "lapse", None)


def release_expired(benches: set[str] | None = None) -> int:
    """Give up all holds whose time is over, or those on some benches; return how many."""
    expired = Path.objects.filter(state="held", expires__lte=timezone.now())
    if benches is not None:
        on_them = Appointment.objects.filter(bench__code__in=benches, state="held").values("path")
        expired = expired.filter(pk__in=on_them)
    return sum(lapse(path) for path in expired.order_by("pk"))


def _refuse_expired(path: Path) -> None:
    """Refuse a hold whose time is over, whether or not anybody has released it yet."""
    if path.state == "lapsed" or path.has_expired():
        raise Expired(
            _("the hold ended at %(time)s; its hours are free again")
            % {"time": f"{timezone.localtime(path.expires):%H:%M}"},
            mend=_("hold the path again"),
        )


def _refuse_more_holds(product: Product) -> None:
    """Refuse a second hold of a product, and more holds of an owner than anybody can decide about meanwhile."""
    held = Path.objects.filter(state="held", expires__gt=timezone.now())
    first = held.filter(product=product).first()
    if first is not None:
        raise BookingError(
            _("this product is held already, until %(time)s") % {"time": f"{timezone.localtime(first.expires):%H:%M}"},
            where=str(first),
            mend=_("confirm or cancel that hold first"),
        )
    if held.filter(organisation=product.organisation, person=product.person).count() >= MOST_HOLDS:
        raise BookingError(
            _("%(count)s paths are held at once, more cannot be") % {"count": MOST_HOLDS},
            mend=_("confirm or cancel some of them, or wait until they lapse"),
        )


def _refuse_more_tries(product: Product, steps: Sequence[Mapping[str, Any]]) -> None:
    """Refuse hours that the owner held and let go too often: else holds renewed in time would keep a bench for ever."""
    of_the_owner = Path.objects.filter(organisation=product.organisation, person=product.person)
    let_go = of_the_owner.let_go().filter(made__gt=timezone.now() - TRIES_WITHIN)
    rows = Appointment.objects.filter(path__in=let_go, bench__code__in={step["bench"] for step in steps})
    tries = list(rows.values_list("bench__code", "start", "end", "path", "path__made"))
    too_often: list[tuple[datetime, str]] = []
    for step in steps:
        here, start, end = step["bench"], aware(step["start"]), aware(step["end"])
        same = {path: made for code, begun, over, path, made in tries if code == here and begun < end and over > start}
        if len(same) >= MOST_TRIES:
            too_often.append((sorted(same.values())[-MOST_TRIES] + TRIES_WITHIN, here))
    if too_often:
        until, bench = max(too_often)
        raise BookingError(
            _("the hours on bench %(bench)s were held %(count)s times within a day and not booked")
            % {"bench": bench, "count": MOST_TRIES},
            mend=_("make a plan with other hours, or hold these again after %(time)s")
            % {"time": f"{timezone.localtime(until):%m-%d %H:%M}"},
        )


def _itinerary(plan: Plan, objective: str) -> Mapping[str, Any]:
    offered = [each for each in (plan.result["itinerary"], *plan.result["alternatives"]) if each]
    found: Mapping[str, Any] | None = next(
        (each for each in offered if not objective or each["objective"] == objective), None
    )
    if found is None or not found["steps"]:
        raise BookingError(_("this plan has no such itinerary"), mend=_("make a new plan"))
    return found


def _precedence(plan: Plan) -> list[list[str]]:
    """Return the pairs of the plan's tests that must follow each other."""
    carriers = {test: each["id"] for each in plan.result["tests"] for test in (each["id"], *each["merged_from"])}
    return [list(pair) for pair in precedence(carriers, pack().orders)]
