"""Where to go after a form: a page of this portal that the form named, never another site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, otherwise: str = "/") -> str:
    """Return the form's ``next`` if it is an address of this portal."""
    said = request.POST.get("next", "") or request.GET.get("next", "")
    here = {request.get_host()}
    return said if url_has_allowed_host_and_scheme(said, here, require_https=request.is_secure()) else otherwise
