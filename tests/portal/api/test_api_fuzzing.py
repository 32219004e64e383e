"""Whatever is sent to the interface, it answers as documented, never with a fault of ours; on both databases."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def one_transaction() -> Iterator[None]:
    """Keep requests from closing the connection: the rows of a test live in its own transaction."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["anonymous", "firm", "operator"])
def test_no_request_makes_it_fail_or_answer_undocumented(
    cast, one_transaction: None, who: str, monkeypatch: pytest.MonkeyPatch
):
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as openapi_checks

    from qilian.portal.api.guards import THROTTLES
    from qilian.portal.wsgi import application

    for throttle in THROTTLES:
        monkeypatch.setattr(throttle, "num_requests", 10**9)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in cast.client(who).cookies.items())
    headers = {"Cookie": cookies} if cookies else {}
    wanted = [
        checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            case.validate_response(case.call(headers=headers), checks=wanted)

        check()
