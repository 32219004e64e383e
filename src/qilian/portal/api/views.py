"""The page that shows the interface, and the answer to addresses of it that do not exist."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from qilian.portal.accounts.access import anyone
from qilian.portal.accounts.actor import PortalRequest
from qilian.portal.api import reference as page
from qilian.portal.api.door import api
from qilian.portal.api.limits import OF_ACCOUNT, OF_ADDRESS, PLANNING
from qilian.portal.api.problems import problem


@anyone
@require_GET
@gzip_page  # long, and it says nothing of its reader but the name; the form's token is masked anew in each answer
def reference(request: PortalRequest) -> HttpResponse:
    """Show every operation and shape of the interface."""
    schema = api.get_openapi_schema()
    context = {
        "rooms": page.rooms(schema, request.build_absolute_uri("/").rstrip("/")),
        "shapes": page.shapes(schema),
        "header": "Authorization: Bearer TOKEN",
        "paging": "?page=2&size=50",
        "limits": (OF_ACCOUNT.most, OF_ADDRESS.most, PLANNING.most),
    }
    return render(request, "api/reference.html", context)


@csrf_exempt  # it reads and does nothing
@anyone
def nowhere(request: PortalRequest, rest: str) -> HttpResponse:
    """Say that there is no such address, as programs read it."""
    del request, rest
    return problem(404, "No such address", "/api/v1/openapi.json lists all")
