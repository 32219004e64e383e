"""What goes wrong, as ``application/problem+json`` (RFC 9457)."""

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as FieldError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from qilian.errors import QilianError
from qilian.portal.accounts.events import note
from qilian.portal.library.searching import SearchError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class Fault(Schema):
    """A field that cannot be used."""

    field: str
    what: str


class Problem(Schema):
    """What went wrong and how to mend it."""

    title: str
    status: int
    detail: str = ""
    faults: list[Fault] = Field(default_factory=list)


ANSWERS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
"""The problems that any operation may answer with."""


def problem(status: int, title: str, detail: str = "", faults: list[dict[str, str]] | None = None) -> HttpResponse:
    """Return a problem."""
    body = {"title": title, "status": status, "detail": detail, "faults": faults or []}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def install(api: NinjaAPI) -> None:
    """Make every error a problem."""

    @api.exception_handler(QilianError)
    def bad_input(request: HttpRequest, error: QilianError) -> HttpResponse:
        del request
        return problem(422, error.what, "; ".join(part for part in (error.where, error.mend) if part))

    @api.exception_handler(ValidationError)
    def bad_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [{"field": ".".join(map(str, each["loc"])), "what": str(each["msg"])} for each in error.errors]
        if any(each["type"] == "extra_forbidden" for each in error.errors):  # somebody tries what is not theirs to set
            actor = getattr(request, "actor", None)
            note("field refused", actor.user.pk if actor and actor.user else None, request)
        return problem(422, "The request cannot be read", faults=faults)

    @api.exception_handler(FieldError)
    def bad_field(request: HttpRequest, error: FieldError) -> HttpResponse:
        del request
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        faults = [{"field": field, "what": what} for field, found in by_field.items() for what in found]
        return problem(422, "The request cannot be used", faults=faults)

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        del request
        why = str(error) if str(error) != AuthenticationError().message else "Authorization: Bearer TOKEN"
        answer = problem(401, "Log in, or send a token", why)
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(PermissionDenied)
    def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        del request
        return problem(403, "Not for this account", str(error))

    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        del request, error
        return problem(404, "Not found, or not for this account")

    @api.exception_handler(Throttled)
    def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
        del request
        answer = problem(429, "Too many requests", f"wait {error.wait} s" if hasattr(error, "wait") else "")
        if getattr(error, "wait", None):
            answer["Retry-After"] = str(error.wait)
        return answer

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        del request, error
        return problem(413, "The request is too large", "send files as multipart/form-data")

    @api.exception_handler(SuspiciousOperation)
    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(UnreadablePostError)
    def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
        del request, error
        return problem(400, "The request cannot be read")

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        del request
        return problem(error.status_code, str(error))

    @api.exception_handler(SearchError)
    @api.exception_handler(Exception)
    def ours(request: HttpRequest, error: Exception) -> HttpResponse:
        _log.error("%s %s failed", request.method, request.path, exc_info=error)
        return problem(500, "A fault of ours; it has been logged")
