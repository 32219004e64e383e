"""What happens to a sample unit on its way, said by who has it or gets it; labels make it one scan."""

from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking import samples, telling
from qilian.portal.booking.commands.rights import refuse_stranger_to
from qilian.portal.booking.errors import BookingError
from qilian.portal.booking.models import SampleUnit
from qilian.portal.history.recording import OnBehalf, writing
from qilian.portal.network.models import Laboratory
from qilian.text import Text

EVENTS = ("ship", "receive", "forward", "return", "arrive", "destroy", "lose")
"""Those that a person says of a unit; the others follow from the tests."""


def possible(actor: Actor, unit: SampleUnit, on_behalf: OnBehalf | None = None) -> list[str]:
    """Return what an actor can say of a unit now; a window only on behalf of its owner."""
    mine = _laboratory(actor)
    holds = mine is not None and unit.holder_id == mine.pk
    events = [event for event in EVENTS if unit.may(event, actor)]
    if actor.kind == "window" and on_behalf is None:
        return []
    if mine is not None:
        awaits = unit.bound_id == mine.pk
        events = [event for event in events if holds or event == "receive" or (event == "lose" and awaits)]
    if "forward" in events:
        stop = samples.next_stop(unit)
        if stop is None or stop.bench.laboratory_id == unit.holder_id:
            events.remove("forward")
    return events


def do(actor: Actor, unit: SampleUnit, event: str, *, note: str = "", on_behalf: OnBehalf | None = None) -> None:
    """Say what happened to a unit.

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
    stop = samples.next_stop(unit)
    bound = stop.bench.laboratory if stop and event in ("ship", "forward") else None
    if event == "ship" and bound is None:
        raise BookingError(_("no appointment waits for this sample"), where=unit.code)
    holder = mine if event == "receive" else None
    with writing():
        samples.move(unit, event, actor, holder=holder, bound=bound, note=note, on_behalf=on_behalf)
    if bound is not None:
        words = Text(f"样品 {unit.code} 已寄往贵实验室。", f"sample {unit.code} is on its way to you.")
        telling.about_sample(unit, words, telling.staff(bound))
    if mine is not None:
        name = mine.title
        said = {
            "receive": Text(f"样品 {unit.code} 已由{name.zh}接收。", f"sample {unit.code} was received by {name.en}."),
            "return": Text(f"样品 {unit.code} 已寄回。", f"sample {unit.code} is on its way back."),
            "destroy": Text(f"样品 {unit.code} 已销毁。", f"sample {unit.code} was destroyed."),
            "lose": Text(f"样品 {unit.code} 丢失。", f"sample {unit.code} is lost."),
            "forward": Text(f"样品 {unit.code} 已送往下一站。", f"sample {unit.code} is on its way to the next stop."),
        }
        telling.about_sample(unit, said[event], telling.owners(unit.path))


def _laboratory(actor: Actor) -> Laboratory | None:
    if actor.kind != "laboratory" or actor.organisation is None:
        return None
    return Laboratory.objects.filter(code=actor.organisation.laboratory).first()
