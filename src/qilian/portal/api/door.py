"""The interface itself: ``/api/v1``, OpenAPI 3.1 at ``/api/v1/openapi.json``. One router for each room."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from qilian.portal.api import problems, products, rules, standards
from qilian.portal.api.guards import THROTTLES, Session, Token


class QilianAPI(NinjaAPI):
    """Ninja's interface, whose schema says that errors are problems."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the schema."""
        return problems.documented(super().get_openapi_schema(**options))  # type: ignore[return-value]


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
    auth=[Token(), Session(), _anyone],
    throttle=THROTTLES,
)
problems.install(api)
api.add_router("/standards", standards.router)
api.add_router("/products", products.router)
api.add_router("/", rules.router)
