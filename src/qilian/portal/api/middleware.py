"""What the interface answers before and beside its operations: plain HTTP is refused, a wrong method is a problem.

Pages lead a browser on to HTTPS. A program would follow too, and go on sending its token in the clear unnoticed.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from qilian.portal.api.problems import problem

PREFIX = "/api/v1/"


def as_problems(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer with a problem where Django would redirect or send plain text."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        if settings.HTTPS and not request.is_secure():
            return problem(403, "Ask over HTTPS", "a token that was sent over plain HTTP may have been read: revoke it")
        response = get_response(request)
        if response.status_code != 405:
            return response
        allowed = response["Allow"]
        refusal = problem(405, "Not this method", f"{allowed} may be asked for")
        refusal["Allow"] = allowed
        return refusal

    return middleware
