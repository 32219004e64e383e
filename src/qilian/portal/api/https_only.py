"""Refuses the interface over plain HTTP, where the installation is served over HTTPS.

Pages lead a browser on to HTTPS. A program would follow too, and go on sending its token in the clear unnoticed.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qilian.portal.api.problems import problem

PREFIX = "/api/v1/"


def https_only(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer with a problem instead of a redirect."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.HTTPS and not request.is_secure() and request.path.startswith(PREFIX):
            return problem(403, "Ask over HTTPS", "a token that was sent over plain HTTP may have been read: revoke it")
        return get_response(request)

    return middleware
