"""Pages by which a laboratory takes benches out of use, and back into use."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.commands import blocking
from qilian.portal.booking.errors import BookingError, Taken
from qilian.portal.booking.views.common import attempt, laboratories, laboratory_of
from qilian.portal.network.forms import BenchChoices, HourInput
from qilian.portal.network.models import OWN_PURPOSES, Bench, Laboratory, Purpose, Slot


class BlockForm(forms.Form):
    """Hours for which benches are taken by the laboratory itself."""

    benches = BenchChoices(
        label=_("Benches"), queryset=Bench.objects.none(), to_field_name="code", widget=forms.CheckboxSelectMultiple
    )
    start = forms.DateTimeField(label=_("Start"), widget=HourInput)
    end = forms.DateTimeField(label=_("End"), widget=HourInput)
    purpose = forms.ChoiceField(
        label=_("Why"),
        choices=[(each.value, each.label) for each in OWN_PURPOSES],
        widget=forms.RadioSelect,
        help_text=_("Out of order gives up the appointments in these hours; their firms get a new plan."),
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Your laboratory reads it; if a bench is out of order, the firms concerned read it, too."),
        max_length=200,
        required=False,
    )

    def __init__(self, data: Any, *, laboratory: Laboratory, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["benches"].queryset = laboratory.benches.filter(is_open=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse hours that make no sense."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("start") and cleaned.get("end"):
            try:
                blocking.check_hours(cleaned["start"], cleaned["end"])
            except BookingError as error:
                self.add_error("end", error.what)
        return cleaned


@laboratories
@require_http_methods(["GET", "POST"])
def block(request: PortalRequest) -> HttpResponse:
    """Take hours of benches; where that gives up appointments, go on to the job that plans their paths again."""
    laboratory = laboratory_of(request)
    start = timezone.localtime().replace(minute=0, second=0, microsecond=0, hour=8) + timedelta(days=1)
    initial: dict[str, Any] = {"start": start, "end": start + timedelta(hours=9), "purpose": Purpose.MAINTENANCE}
    initial["benches"] = [code for code in [request.GET.get("bench")] if code]
    form = BlockForm(request.POST or None, laboratory=laboratory, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        benches = list(said["benches"].select_related("laboratory"))
        purpose = Purpose(said["purpose"])
        try:
            done = blocking.block(request.actor, benches, said["start"], said["end"], purpose, said["note"])
        except QilianError as error:
            form.add_error("start" if isinstance(error, Taken) else None, str(error))
        else:
            return _done(request, done)
    return render(request, "booking/block.html", {"laboratory": laboratory, "form": form})


@laboratories
@require_POST
def unblock(request: PortalRequest, slot: int) -> HttpResponse:
    """Take a bench back into use."""
    found = get_object_or_404(Slot.objects.filter(bench__laboratory=laboratory_of(request)), pk=slot)
    to = "network:desk" if request.POST.get("back") == "desk" else "booking:board"
    return attempt(request, lambda: blocking.unblock(request.actor, found), gettext("Free again."), to)


def _done(request: PortalRequest, done: blocking.Blocked) -> HttpResponse:
    if done.job is None:
        messages.success(request, _("The hours are taken."))
        return redirect("booking:board")
    said = ngettext(
        "The hours are taken. %(lost)s appointments of %(count)s path were given up; it is being planned again.",
        "The hours are taken. %(lost)s appointments of %(count)s paths were given up; they are being planned again.",
        done.paths,
    )
    messages.success(request, said % {"lost": len(done.lost), "count": done.paths})
    return redirect("jobs:job", done.job.pk)
