"""What happens to a sample unit on its way, said by who has it or gets it; labels make it one scan."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import samples, taking, telling
from qilian.portal.booking.commands.changing import propose
from qilian.portal.booking.commands.rights import refuse_stranger_to
from qilian.portal.booking.errors import BookingError
from qilian.portal.booking.models import Appointment, SampleUnit
from qilian.portal.history.recording import OnBehalf, writing
from qilian.portal.network.models import Laboratory
from qilian.text import Text

EVENTS = ("ship", "receive", "forward", "return", "arrive", "destroy", "lose")
"""Those that a person says of a unit; the others follow from the tests."""
ENDS = ("destroy", "lose")
"""Those after which nothing can be tested with it."""
AT_THE_FIRM = ("home", "returned")


def possible(actor: Actor, unit: SampleUnit, on_behalf: OnBehalf | None = None) -> list[str]:
    """Return what an actor can say of a unit now; a window only on behalf of its owner."""
    return possible_of_all(actor, [unit], on_behalf)[0][1]


def possible_of_all(
    actor: Actor, units: Sequence[SampleUnit], on_behalf: OnBehalf | None = None
) -> list[tuple[SampleUnit, list[str]]]:
    """Return units with what an actor can say of each, by as many questions for many as for one."""
    mine, stops = _laboratory(actor), samples.next_stops(units)
    return [(unit, _possible(actor, mine, unit, stops.get(unit.pk), on_behalf)) for unit in units]


def _possible(
    actor: Actor, mine: Laboratory | None, unit: SampleUnit, stop: Appointment | None, on_behalf: OnBehalf | None
) -> list[str]:
    holds = mine is not None and unit.holder_id == mine.pk
    events = {event for event in EVENTS if unit.may(event, actor)}
    if actor.kind == "window" and on_behalf is None:
        return []
    if mine is not None:
        awaits = unit.bound_id == mine.pk
        events = {event for event in events if holds or event == "receive" or (event == "lose" and awaits)}
    if stop is None or stop.bench.laboratory_id == unit.holder_id:
        events -= {"ship", "forward"}
    if unit.state in AT_THE_FIRM and unit.path.state != "confirmed":
        events -= {"lose"}
    return [event for event in EVENTS if event in events]


def do(actor: Actor, unit: SampleUnit, event: str, *, note: str = "", on_behalf: OnBehalf | None = None) -> None:
    """Say what happened to a unit; if nothing can be tested with it any more, its tests are planned again.

    Raises
    ------
    BookingError
        If it is not for the actor to say, or cannot be now.
    MoveRefused
        If the unit's state does not allow it.
    """
    mine = _laboratory(actor)
    if mine is None:
        refuse_stranger_to(unit.path, actor, on_behalf)
    if event not in possible(actor, unit, on_behalf):
        raise BookingError(_("this cannot be said of the sample now"), where=unit.code)
    if event in ENDS:
        _end(actor, unit, event, note, on_behalf)
    else:
        _pass_on(actor, unit, event, note, on_behalf)


def _pass_on(actor: Actor, unit: SampleUnit, event: str, note: str, on_behalf: OnBehalf | None) -> None:
    """Let a unit change hands, and tell who waits for it."""
    mine, stop = _laboratory(actor), samples.next_stop(unit)
    bound = stop.bench.laboratory if stop and event in ("ship", "forward") else None
    with writing():
        holder = mine if event == "receive" else None
        samples.move(unit, event, actor, holder=holder, bound=bound, note=note, on_behalf=on_behalf)
    if bound is not None:
        words = Text(f"样品 {unit.code} 已寄往贵实验室。", f"sample {unit.code} is on its way to you.")
        telling.about_sample(unit, words, telling.staff(bound))
    if mine is not None:
        name = mine.title
        said = {
            "receive": Text(f"样品 {unit.code} 已由{name.zh}接收。", f"sample {unit.code} was received by {name.en}."),
            "return": Text(f"样品 {unit.code} 已寄回。", f"sample {unit.code} is on its way back."),
            "forward": Text(f"样品 {unit.code} 已送往下一站。", f"sample {unit.code} is on its way to the next stop."),
        }
        telling.about_sample(unit, said[event], telling.owners(unit.path))


def _end(actor: Actor, unit: SampleUnit, event: str, note: str, on_behalf: OnBehalf | None) -> None:
    """Give up what was to be tested with a unit, tell both sides, and plan it again with another one."""
    cause = {
        "lose": Text(f"样品 {unit.code} 丢失或损坏", f"sample {unit.code} is lost or damaged"),
        "destroy": Text(f"样品 {unit.code} 已销毁", f"sample {unit.code} was destroyed"),
    }[event]
    with writing():
        hit = samples.undone(unit, event)
        samples.move(unit, event, actor, holder=None, note=note, on_behalf=on_behalf)
        taking.give_up(hit, "lose", actor, note, on_behalf=on_behalf)
        telling.laboratories(hit, Text(f"{cause.zh}，时段已释放。", f"{cause.en}; their hours are free again."))
        open_ones = unit.path.proposals.filter(state="open")
        needed = bool(hit) or any(each.needs(unit.lot, unit.unit) for each in open_ones)
    proposal = propose(unit.path, actor, cause, on_behalf=on_behalf) if needed else None
    if proposal is None and _laboratory(actor) is not None:
        telling.about_sample(unit, Text(f"{cause.zh}。", f"{cause.en}."), telling.owners(unit.path))


def _laboratory(actor: Actor) -> Laboratory | None:
    if actor.kind != "laboratory" or actor.organisation is None:
        return None
    return Laboratory.objects.filter(code=actor.organisation.laboratory).first()
