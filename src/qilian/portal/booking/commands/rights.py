"""Whose a path, an appointment or a bench is: asked by every command before it changes anything."""

from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.accounts.models import Organisation, User
from qilian.portal.booking.errors import BookingError
from qilian.portal.booking.models import Appointment, Path
from qilian.portal.history.recording import OnBehalf
from qilian.portal.network.models import Laboratory


def refuse_stranger(
    actor: Actor, organisation: Organisation | None, person: User | None, on_behalf: OnBehalf | None
) -> None:
    """Refuse whoever is not the owner, and acts for the owner by no mandate.

    Raises
    ------
    BookingError
        If so.
    """
    if actor.kind == "window":
        mine = on_behalf is not None and organisation is not None and on_behalf.client == organisation
    elif actor.kind == "firm":
        mine = organisation is not None and actor.organisation == organisation
    else:
        mine = actor.kind == "person" and person is not None and actor.user == person
    if not mine or (on_behalf is not None and actor.kind != "window"):
        raise BookingError(_("this is not yours, and no mandate lets you act here"))


def refuse_stranger_to(path: Path, actor: Actor, on_behalf: OnBehalf | None) -> None:
    """Refuse whoever may not act on a path; errors as in :func:`refuse_stranger`."""
    refuse_stranger(actor, path.organisation, path.person, on_behalf)


def refuse_other_laboratory(laboratory: Laboratory, actor: Actor) -> None:
    """Refuse whoever does not run a laboratory.

    Raises
    ------
    BookingError
        If so.
    """
    organisation = actor.organisation
    if actor.kind != "laboratory" or organisation is None or organisation.laboratory != laboratory.code:
        raise BookingError(_("this is the matter of another laboratory"))


def refuse_other_laboratory_of(appointment: Appointment, actor: Actor) -> None:
    """Refuse whoever does not run the appointment's laboratory; errors as in :func:`refuse_other_laboratory`."""
    refuse_other_laboratory(appointment.bench.laboratory, actor)
