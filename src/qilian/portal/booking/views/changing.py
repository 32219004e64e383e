"""Pages by which a firm changes a booked path: ask for other hours, let it be planned again, accept or dismiss."""

import uuid
from datetime import datetime, time

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qilian.errors import QilianError
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.booking.clock import aware
from qilian.portal.booking.commands import changing, ending
from qilian.portal.booking.models import Path, Proposal
from qilian.portal.booking.views.common import attempt, own_path, owners, said, version_of
from qilian.portal.workbench.forms import DayInput
from qilian.text import Text


class MoveForm(forms.Form):
    """What an appointment shall be instead."""

    where = forms.ChoiceField(
        label=gettext_lazy("Where?"),
        choices=(
            ("any", gettext_lazy("wherever it fits best")),
            ("elsewhere", gettext_lazy("at another laboratory")),
        ),
        widget=forms.RadioSelect,
        initial="any",
    )
    not_before = forms.DateField(
        label=gettext_lazy("Not before"),
        required=False,
        help_text=gettext_lazy("Leave it empty if any other time is good."),
        widget=DayInput,
    )


@owners
@require_http_methods(["GET", "POST"])
def move(request: PortalRequest, number: int, appointment: int) -> HttpResponse:
    """Ask for other hours or another laboratory for one appointment; what that means is proposed."""
    path = own_path(request, number)
    found = get_object_or_404(path.appointments.select_related("bench__laboratory", "path"), pk=appointment)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["not_before"]
        return attempt(
            request,
            lambda: changing.ask_to_move(
                request.actor,
                found,
                elsewhere=form.cleaned_data["where"] == "elsewhere",
                not_before=aware(datetime.combine(day, time())) if day else None,
            ),
            "",
            "booking:path",
            number,
        )
    return render(request, "booking/move.html", {"path": path, "appointment": found, "form": form})


@owners
@require_http_methods(["GET", "POST"])
def cancel_one(request: PortalRequest, number: int, appointment: int) -> HttpResponse:
    """Ask whether one appointment is to be cancelled, and do it; the others stay."""
    path = own_path(request, number)
    found = get_object_or_404(path.appointments.select_related("bench__laboratory", "path"), pk=appointment)
    if request.method == "GET":
        return render(request, "booking/cancel_one.html", {"path": path, "appointment": found})
    return attempt(
        request,
        lambda: ending.cancel_one(request.actor, found, version=version_of(request)),
        _("Cancelled. The laboratory has been told."),
        "booking:path",
        number,
    )


@owners
@require_POST
def again(request: PortalRequest, number: int) -> HttpResponse:
    """Plan what is lost again, from now."""
    path = own_path(request, number)
    return attempt(request, lambda: _again(path, request), "", "booking:path", number)


@owners
@require_POST
def accept(request: PortalRequest, number: int, proposal: int) -> HttpResponse:
    """Book a proposal."""
    found = _proposal(request, number, proposal)
    key = said(request, "key", 80) or uuid.uuid4().hex
    try:
        changing.accept(request.actor, found, version=version_of(request), key=key)
    except QilianError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Booked as proposed. The laboratories have been told."))
    return redirect("booking:path", number)


@owners
@require_POST
def dismiss(request: PortalRequest, number: int, proposal: int) -> HttpResponse:
    """Leave the path as it is."""
    found = _proposal(request, number, proposal)
    return attempt(request, lambda: changing.dismiss(request.actor, found), "", "booking:path", number)


def _proposal(request: PortalRequest, number: int, proposal: int) -> Proposal:
    path = own_path(request, number)
    return get_object_or_404(path.proposals.select_related("path__organisation", "path__person"), pk=proposal)


def _again(path: Path, request: PortalRequest) -> None:
    changing.propose_or_refuse(path, request.actor, Text("按今天的台位重新安排", "planned again with today's benches"))
