"""Every operation of the interface declares who may call it, and says errors as problem+json."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

OPERATIONS = {
    "DELETE /products/{number}": "firm,person",
    "GET /products/": "firm,person,regulator,window",
    "GET /products/{number}": "firm,person,regulator,window",
    "GET /products/{number}/plans": "firm,person,regulator,window",
    "GET /products/{number}/plans/{version}": "firm,person,regulator,window",
    "GET /rules": "anyone",
    "GET /rules/{key}": "anyone",
    "GET /standards/": "anyone",
    "GET /standards/show": "anyone",
    "GET /tests": "anyone",
    "POST /products/": "firm,person",
    "POST /products/{number}/plans": "firm,person",
}
"""Who may call what: ``anyone``, ``signed in``, or kinds of organisations with commas."""


def operations() -> Iterator[tuple[str, Any]]:
    """Yield every operation with its function."""
    from qilian.portal.api.door import api

    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield f"{method} {('/' + prefix.strip('/') + path).replace('//', '/')}", operation.view_func


def test_every_operation_stands_in_the_table_and_declares_it(portal: str):
    from qilian.portal.accounts.access import ANYONE, SIGNED_IN

    declared = {}
    for name, function in operations():
        access = getattr(function, "access", None)
        assert access is not None, f"{name} declares no access"
        declared[name] = (
            "anyone" if access == ANYONE else "signed in" if access == SIGNED_IN else ",".join(sorted(access.actors))
        )
    assert declared == OPERATIONS


def test_what_is_not_for_a_visitor_asks_to_log_in(cast):
    client = cast.client("anonymous")
    for name, who in OPERATIONS.items():
        method, path = name.split(" ")
        if who == "anyone":
            continue
        for key in ("key", "number", "version"):
            path = path.replace("{%s}" % key, "1")  # noqa: UP031
        answer = client.generic(method, f"/api/v1{path}", "{}", content_type="application/json")
        assert answer.status_code == 401, (name, answer.content[:200])
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rules/no-such-rule", 404),
        ("/rules?page=0", 422),
        ("/standards/?text=", 422),
        ("/standards/show?reference=%00", 422),
        ("/standards/show?reference=ISO%2010218-1&on=2025-02-30", 422),
    ],
)
def test_errors_are_problems(cast, path: str, status: int):
    answer = cast.client("anonymous").get(f"/api/v1{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert body["title"]


def test_lists_come_in_pages_with_the_total(cast):
    client = cast.client("anonymous")
    first = client.get("/api/v1/rules?size=10").json()
    second = client.get("/api/v1/rules?size=10&page=2").json()
    assert first["total"] == second["total"] > 20
    assert not {rule["id"] for rule in first["items"]} & {rule["id"] for rule in second["items"]}


def test_the_schema_is_openapi_3_1_and_names_problems(cast):
    schema = cast.client("anonymous").get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for path in schema["paths"].values():
        for operation in path.values():
            assert set(operation["responses"]["422"]["content"]) == {"application/problem+json"}


def test_too_many_requests_are_told_to_wait(cast, monkeypatch: pytest.MonkeyPatch):
    from django.core.cache import cache

    from qilian.portal.api.guards import THROTTLES

    cache.clear()
    monkeypatch.setattr(THROTTLES[1], "num_requests", 3)
    client = cast.client("anonymous")
    answers = [client.get("/api/v1/rules?size=1") for _ in range(4)]
    cache.clear()
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert int(answers[3]["Retry-After"]) > 0
