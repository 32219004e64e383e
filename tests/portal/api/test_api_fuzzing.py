"""Whatever is sent to the interface, it answers as documented, never with a fault of ours; on both databases.

Half of the requests are about rows that exist, so that more is reached than the check of the address.
"""

import re
from typing import Any

import pytest

EXAMPLES = 10
BUSY_EXAMPLES = 4
"""Of an operation that plans, which takes a second or so."""

OWN_ONLY = {
    "regulator": {"posing_change", "clinics_candidates", "projects_set_partners", "projects_finish_milestone"},
    "expert": {"clinics_clinic", "clinics_experts"},
}
"""Who asks only what neither a firm, a window nor the operator may; and what of it is reached."""


@pytest.fixture
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a thousand requests a minute pass."""
    from qilian.portal.api import limits

    for each in (limits.OF_ACCOUNT, limits.OF_ADDRESS, limits.PLANNING, limits.INVITING):
        monkeypatch.setattr(each, "most", 10**9)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["anonymous", "firm", "window", "operator", "regulator", "expert"])
def test_no_request_makes_it_fail_or_answer_undocumented(
    cast, rows: dict[str, Any], one_transaction: None, without_limits: None, who: str
):
    import schemathesis
    from django.db import transaction
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as openapi_checks

    from qilian.portal.accounts import tokens
    from qilian.portal.api.describing import identifier, operations_of
    from qilian.portal.api.door import api
    from qilian.portal.api.limits import PLANNING
    from qilian.portal.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    headers = {}
    if who != "anonymous":
        headers["Authorization"] = f"Bearer {tokens.make(cast.actor(who), 'fuzzing', 30, may_write=True)[1]}"
    busy = {identifier(each) for _, _, each in operations_of(api) if PLANNING in each.throttle_objects}
    wanted = [
        checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]
    reached = set()

    def checked(operation: schemathesis.APIOperation, name: str) -> None:
        @settings(
            max_examples=BUSY_EXAMPLES if name in busy else EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), real=st.booleans())
        def check(case: schemathesis.Case, real: bool) -> None:
            if real and case.path_parameters:
                case.path_parameters.update(known(case.path, rows))
            with transaction.atomic():  # so that what one request deletes is there for the next
                answer = case.call(headers=headers)
                transaction.set_rollback(True)
            case.validate_response(answer, checks=wanted)
            if answer.status_code < 300:
                reached.add(name)

        check()

    for result in schema.get_all_operations():
        operation = result.ok()
        if who in OWN_ONLY and not _is_of(operation.definition.raw["x-access"], who):
            continue
        checked(operation, operation.definition.raw["operationId"])
    if who in OWN_ONLY:
        assert OWN_ONLY[who] <= reached
    if who == "firm":  # the check of the address alone would prove little
        assert {"products_product", "plans_make_plan", "questions_standing", "links_make_link"} <= reached


def _is_of(access: str, who: str) -> bool:
    kinds = set(access.removesuffix(" (admin)").split(","))
    return who in kinds and not kinds & {"anyone", "signed in", "firm", "window", "operator"}


def known(path: str, rows: dict[str, Any]) -> dict[str, Any]:
    """Return the rows that exist for the arguments of an address."""
    what = path.removeprefix("/api/v1").split("/")[1]
    values = {**rows, "number": rows.get(what)}
    return {name: values[name] for name in re.findall(r"{(\w+)}", path) if values.get(name) is not None}
