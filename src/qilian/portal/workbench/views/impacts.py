"""The page that says whom a change of edition hits."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qilian.errors import QilianError
from qilian.portal.accounts.access import signed_in
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.workbench.impacts import hit
from qilian.standards import StandardRef


class EditionField(forms.CharField):
    """The number of a standard."""

    def clean(self, value: object) -> StandardRef:
        """Return it read."""
        try:
            return StandardRef.parse(super().clean(value))
        except QilianError:
            raise ValidationError(_("Not the number of a standard, such as ISO 10218-1:2011.")) from None


class EditionsForm(forms.Form):
    """Which edition is left, and which takes its place."""

    old = EditionField(label=gettext_lazy("Edition until now"), max_length=80)
    new = EditionField(label=gettext_lazy("Edition that takes its place"), max_length=80)


@signed_in
@require_GET
def impact(request: PortalRequest) -> HttpResponse:
    """Ask for two editions, and say what of the actor's stands on the old one."""
    form = EditionsForm(request.GET or None)
    found = None
    if form.is_valid():
        try:
            found = hit(request.actor, form.cleaned_data["old"], form.cleaned_data["new"])
        except QilianError as error:
            form.add_error("new", str(error))
    return render(request, "workbench/impact.html", {"form": form, "hit": found})
