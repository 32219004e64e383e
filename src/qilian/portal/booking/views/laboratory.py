"""Pages of the laboratory: its benches over time, what waits for an answer, one appointment from sample to report."""

from django import forms
from django.contrib import messages
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.boards import Board
from qilian.portal.booking.commands import carrying_out, reporting
from qilian.portal.booking.models import Appointment
from qilian.portal.booking.showing import timeline, unit_title
from qilian.portal.booking.views.common import attempt, laboratories, laboratory_of, own_appointment, said, version_of
from qilian.portal.network.forms import BenchChoice
from qilian.portal.network.models import Bench
from qilian.portal.site.uploads import UploadField

_ACTS = {
    "accept": carrying_out.accept,
    "miss": carrying_out.miss,
    "start": carrying_out.start,
    "finish": carrying_out.finish,
}


class MomentInput(forms.DateTimeInput):
    """The browser's own input of a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MoveForm(forms.Form):
    """Puts an appointment on another bench or at another hour."""

    bench = BenchChoice(label=gettext_lazy("Bench"), queryset=Bench.objects.none(), empty_label=None)
    start = forms.DateTimeField(label=gettext_lazy("Begins"), widget=MomentInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, appointment: Appointment, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        field = self.fields["bench"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = carrying_out.benches_for(appointment)


class ReportForm(forms.Form):
    """What was found."""

    number = forms.CharField(label=gettext_lazy("Number of the report"), validators=[MaxLengthValidator(80)])
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=(("pass", gettext_lazy("pass")), ("fail", gettext_lazy("fail"))),
        widget=forms.RadioSelect,
    )
    requirement = forms.CharField(
        label=gettext_lazy("What was required"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("In the report's words, for example: contact force at most 140 N."),
    )
    file = UploadField(
        label=gettext_lazy("The report as a file"),
        required=False,
        kinds=("pdf",),
        max_bytes=reporting.MAX_FILE_BYTES,
        help_text=gettext_lazy("PDF, at most 20 MB; its digest stands in the signed credential."),
    )


@laboratories
@require_GET
def board(request: PortalRequest) -> HttpResponse:
    """Show the benches over some days, with what takes them."""
    laboratory = laboratory_of(request)
    shown = Board(laboratory, request.GET.get("from", ""), request.GET.get("days", ""))
    return render(request, "booking/board.html", {"board": shown, "laboratory": laboratory})


@laboratories
@require_GET
def requests(request: PortalRequest) -> HttpResponse:
    """List the appointments that wait for an answer, the most urgent first."""
    laboratory = laboratory_of(request)
    rows = Appointment.objects.at_laboratory_of(request.actor).filter(state="requested")
    rows = rows.select_related("path__organisation", "path__person", "bench").order_by("answer_by")
    return render(request, "booking/requests.html", {"rows": rows, "laboratory": laboratory})


@laboratories
@require_GET
def appointment(request: PortalRequest, number: int) -> HttpResponse:
    """Show one appointment and what can be done with it."""
    found = own_appointment(request, number)
    unit = found.path.units.filter(lot=found.lot, unit=found.unit).select_related("holder").first()
    context = {
        "appointment": found,
        "unit": unit,
        "unit_title": unit_title(unit) if unit else "",
        "move_form": MoveForm(
            appointment=found,
            initial={"bench": found.bench, "start": timezone.localtime(found.start), "version": found.version},
        )
        if found.may("move", request.actor)
        else None,
        "may": {
            event: found.may(event, request.actor)
            for event in ("accept", "decline", "start", "finish", "miss", "report")
        },
        "has_begun": found.start <= timezone.now(),
        "lines": timeline([found, *([unit] if unit else [])]),
    }
    return render(request, "booking/appointment.html", context)


@laboratories
@require_POST
def act(request: PortalRequest, number: int, event: str) -> HttpResponse:
    """Do one of the plain acts with an appointment."""
    found = own_appointment(request, number)
    version = version_of(request)
    if event == "decline":
        reason = said(request, "reason")
        decline = lambda: carrying_out.decline(request.actor, found, reason, version=version)  # noqa: E731
        back = ("booking:requests",) if reason else ("booking:appointment", number)
        return attempt(request, decline, _("Declined. The firm's path was planned again."), *back)
    if event not in _ACTS:
        raise Http404
    to = "booking:requests" if event == "accept" else "booking:appointment"
    where = () if event == "accept" else (number,)
    return attempt(request, lambda: _ACTS[event](request.actor, found, version=version), "", to, *where)


@laboratories
@require_POST
def move(request: PortalRequest, number: int) -> HttpResponse:
    """Move an appointment; the board sends it by dragging, the appointment's page by a form."""
    found = own_appointment(request, number)
    form = MoveForm(request.POST, appointment=found)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.error(request, f"{field}: {' '.join(map(str, errors))}")
    else:
        given = form.cleaned_data
        try:
            carrying_out.move(request.actor, found, given["bench"], given["start"], version=given["version"])
        except QilianError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Moved. The firm has been told."))
    if request.POST.get("back") == "board":
        return redirect("booking:board")
    return redirect("booking:appointment", number)


@laboratories
@require_http_methods(["GET", "POST"])
def report(request: PortalRequest, number: int) -> HttpResponse:
    """Issue the report of a test that has ended."""
    found = own_appointment(request, number)
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reporting.issue(
                request.actor,
                found,
                number=given["number"].strip(),
                outcome=given["outcome"],
                requirement=given["requirement"],
                upload=given["file"] or None,
                version=version_of(request),
            )
        except QilianError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Issued and signed. It stands among the firm's reports now."))
            return redirect("booking:appointment", number)
    return render(request, "booking/report.html", {"appointment": found, "form": form})
