"""Pages about organisations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qilian.portal.accounts.access import only
from qilian.portal.accounts.models import Organisation


@only("operator")
def organisations(request: HttpRequest) -> HttpResponse:
    """List all organisations."""
    return render(request, "accounts/organisations.html", {"organisations": Organisation.objects.all()})
