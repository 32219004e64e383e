"""The interface itself: ``/api/v1``, OpenAPI 3.1 at ``/api/v1/openapi.json``. One router for each room."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from qilian.portal.api import (
    appointments,
    asking,
    bookings,
    chain,
    changes,
    clinics,
    comments,
    counter,
    demands,
    describing,
    evaluation,
    evidence,
    findings,
    improvement,
    jobs,
    laboratories,
    leading,
    links,
    mandates,
    notices,
    operation,
    opinions,
    orders,
    organisations,
    own_laboratory,
    people,
    plans,
    posing,
    problems,
    products,
    projects,
    questions,
    rules,
    samples,
    scenarios,
    shared,
    standards,
    start,
    surveys,
    window_booking,
)
from qilian.portal.api.guards import LOGGED_IN
from qilian.portal.api.limits import LIMITS


class QilianAPI(NinjaAPI):
    """Ninja's interface, with what :mod:`~qilian.portal.api.describing` adds to its schema."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the schema in the reader's language, made once."""
        del options
        return _schema(get_language() or "")

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return an operation's id."""
        return describing.identifier(operation)


@cache
def _schema(language: str) -> OpenAPISchema:
    del language  # the active one
    return describing.described(NinjaAPI.get_openapi_schema(api), api)  # type: ignore[return-value]


def _anyone(request: HttpRequest) -> bool:
    """Let a visitor through to operations that are open to anyone; each checks by itself."""
    del request
    return True


api = QilianAPI(
    title="Qilian 质链",
    version="1",
    description="All that the pages do. Errors are problem+json, lists come in pages, writes take an Idempotency-Key.",
    urls_namespace="api",
    docs_url=None,
    auth=[*LOGGED_IN, _anyone],
    throttle=LIMITS,
)
problems.install(api)
api.add_router("/", start.router)
api.add_router("/", people.router)
api.add_router("/", organisations.router)
api.add_router("/standards", standards.router)
api.add_router("/standards", findings.router)
api.add_router("/", rules.router)
api.add_router("/comments", comments.router)
api.add_router("/", questions.content)
api.add_router("/products", products.router)
api.add_router("/products", questions.router)
api.add_router("/products", evidence.router)
api.add_router("/products", plans.router)
api.add_router("/products", asking.router)
api.add_router("/products", links.router)
api.add_router("/", shared.router)
api.add_router("/", notices.router)
api.add_router("/jobs", jobs.router)
api.add_router("/bookings", bookings.router)
api.add_router("/bookings", changes.router)
api.add_router("/appointments", appointments.router)
api.add_router("/samples", samples.router)
api.add_router("/orders", counter.router)
api.add_router("/orders", orders.router)
api.add_router("/orders", window_booking.router)
api.add_router("/mandates", mandates.router)
api.add_router("/", opinions.router)
api.add_router("/evaluation", evaluation.content)
api.add_router("/evaluation", evaluation.router)
api.add_router("/", surveys.router)
api.add_router("/", demands.router)
api.add_router("/", improvement.router)
api.add_router("/", posing.router)
api.add_router("/", clinics.router)
api.add_router("/", projects.router)
api.add_router("/", leading.router)
api.add_router("/", scenarios.router)
api.add_router("/laboratories", own_laboratory.router)
api.add_router("/laboratories", laboratories.router)
api.add_router("/chain", chain.router)
api.add_router("/", operation.router)
