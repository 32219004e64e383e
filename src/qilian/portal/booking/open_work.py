"""What waits for a person: appointments to answer, holds that run out, proposals to accept."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from qilian.portal.accounts.actor import Actor
from qilian.portal.booking.models import Appointment, Path, Proposal
from qilian.portal.site.open_work import Open
from qilian.portal.site.templatetags.portal import page_language


def of(actor: Actor) -> Iterator[Open]:
    """Yield what waits for an actor."""
    if actor.kind == "laboratory":
        waiting = Appointment.objects.at_laboratory_of(actor).filter(state="requested").count()
        if waiting:
            yield Open(_("Appointments wait for your answer"), reverse("booking:requests"), "calendar-event", waiting)
        return
    if actor.kind not in ("firm", "person"):
        return
    for path in Path.objects.editable_by(actor).filter(state="held")[:3]:
        label = _("Held, not yet booked: %(name)s") % {"name": path.title.say(page_language())}
        yield Open(label, reverse("booking:path", args=[path.pk]), "clock")
    open_ones = Proposal.objects.filter(path__in=Path.objects.editable_by(actor), state="open")
    for proposal in open_ones.select_related("path")[:3]:
        label = _("A booked path has to change: %(name)s") % {"name": proposal.path.title.say(page_language())}
        yield Open(label, reverse("booking:path", args=[proposal.path_id]), "alert-triangle")
