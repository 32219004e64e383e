"""Every operation of the interface declares who may call it, and says errors as problem+json."""

import json
import re

import pytest

OPERATIONS = {
    "GET /bonds/": "firm",
    "GET /bonds/{number}": "firm",
    "GET /bonds/{number}/help": "firm",
    "GET /bonds/{number}/points": "firm",
    "GET /leaders/": "regulator",
    "POST /bonds/": "firm",
    "POST /bonds/{number}/help": "firm",
    "POST /bonds/{number}/help/{help}/moves": "firm",
    "POST /bonds/{number}/moves": "firm",
    "POST /bonds/{number}/points/{control_point}/figures": "firm",
    "POST /bonds/{number}/points/{control_point}/requirements": "firm",
    "PUT /bonds/{number}/help/{help}/figures": "firm",
    "PUT /bonds/{number}/nodes": "firm",
    "DELETE /clinics/{number}/seats/{seat}": "regulator",
    "DELETE /problems/{number}/demands/{demand}": "regulator",
    "GET /clinics/": "expert,regulator",
    "GET /clinics/{number}": "expert,regulator",
    "GET /experts/": "expert,regulator",
    "GET /groups/": "regulator",
    "GET /problems/{number}/experts": "regulator",
    "GET /problems/{number}/line": "anyone",
    "GET /projects/": "expert,firm,laboratory,regulator,window",
    "GET /projects/{number}": "expert,firm,laboratory,regulator,window",
    "GET /surveys/{number}": "firm,regulator,window",
    "PATCH /problems/{number}": "regulator",
    "PATCH /projects/{number}": "regulator",
    "POST /clinics/{number}/moves": "regulator",
    "POST /groups/apart": "regulator",
    "POST /problems/": "regulator",
    "POST /problems/{number}/clinics": "regulator",
    "POST /problems/{number}/demands": "regulator",
    "POST /problems/{number}/moves": "regulator",
    "POST /problems/{number}/projects": "regulator",
    "POST /projects/{number}/milestones": "regulator",
    "POST /projects/{number}/milestones/{milestone}/done": "regulator",
    "POST /projects/{number}/moves": "regulator",
    "POST /projects/{number}/results": "regulator",
    "POST /projects/{number}/results/{result}/verify": "regulator",
    "POST /projects/{number}/targets": "regulator",
    "POST /surveys/": "regulator,window",
    "POST /surveys/{number}/moves": "regulator,window",
    "PUT /clinics/{number}/opinion": "expert",
    "PUT /experts/own": "expert",
    "PUT /projects/{number}/partners": "regulator",
    "PUT /projects/{number}/targets/{target}/figure": "regulator",
    "DELETE /follows/{number}": "signed in",
    "DELETE /invitations/{number}": "expert,firm,laboratory,operator,regulator,window (admin)",
    "DELETE /laboratories/own/hours": "laboratory",
    "DELETE /members/{number}": "expert,firm,laboratory,operator,regulator,window (admin)",
    "DELETE /orders/{number}/reports/{file}": "window",
    "DELETE /products/{number}": "firm,person",
    "DELETE /products/{number}/evidence/{file}": "firm,person",
    "DELETE /products/{number}/links/{link}": "firm,person",
    "DELETE /tokens/{number}": "signed in",
    "GET /": "anyone",
    "GET /appointments/": "laboratory",
    "GET /appointments/{number}": "laboratory",
    "GET /bookings/": "firm,person,regulator,window",
    "GET /bookings/{number}": "firm,person,regulator,window",
    "GET /bookings/{number}/appointments/{appointment}/report": "firm,person",
    "GET /chain/benches": "signed in",
    "GET /chain/coverage": "signed in",
    "GET /chain/gaps": "signed in",
    "GET /chain/nodes": "signed in",
    "GET /chain/nodes/{key}": "signed in",
    "GET /chain/nodes/{key}/trace": "signed in",
    "GET /comments/": "signed in",
    "GET /demands/": "firm,regulator,window",
    "GET /demands/{number}": "firm,regulator,window",
    "GET /complaints": "firm,regulator,window",
    "GET /evaluation/contests/": "operator,regulator",
    "GET /evaluation/contests/{number}/standings": "operator,regulator",
    "GET /evaluation/figures/": "firm,operator,regulator",
    "GET /evaluation/systems": "anyone",
    "GET /evaluation/tools": "firm,operator,regulator,window",
    "GET /follows/": "signed in",
    "GET /invitations/": "expert,firm,laboratory,operator,regulator,window",
    "GET /jobs/": "signed in",
    "GET /jobs/{number}": "signed in",
    "GET /laboratories/": "anyone",
    "GET /laboratories/match": "anyone",
    "GET /laboratories/own": "laboratory",
    "GET /laboratories/own/lines": "laboratory",
    "GET /laboratories/own/scope": "laboratory",
    "GET /laboratories/own/scope/rows": "laboratory",
    "GET /laboratories/{code}": "anyone",
    "GET /laboratories/{code}/calendar": "anyone",
    "GET /laboratories/{code}/lines": "anyone",
    "GET /mandates/": "firm,window",
    "GET /me": "signed in",
    "GET /members/": "expert,firm,laboratory,operator,regulator,window",
    "GET /notices/": "signed in",
    "GET /operation": "operator",
    "GET /orders/": "firm,regulator,window",
    "GET /orders/clients": "window",
    "GET /orders/packages": "window",
    "GET /orders/{number}": "firm,regulator,window",
    "GET /organisations/": "signed in",
    "GET /organisations/{number}": "signed in",
    "GET /parameters": "anyone",
    "GET /people/": "operator",
    "GET /policies": "anyone",
    "GET /policies/{key}": "anyone",
    "GET /problems/": "anyone",
    "GET /problems/{number}": "anyone",
    "GET /products/": "firm,person,regulator,window",
    "GET /products/{number}": "firm,person,regulator,window",
    "GET /products/{number}/answers": "firm,person,regulator,window",
    "GET /products/{number}/evidence": "firm,person,regulator,window",
    "GET /products/{number}/links": "firm,person",
    "GET /products/{number}/plans": "firm,person,regulator,window",
    "GET /products/{number}/plans/{version}": "firm,person,regulator,window",
    "GET /products/{number}/plans/{version}/changes/{other}": "firm,person,regulator,window",
    "GET /products/{number}/plans/{version}/export/{form}": "firm,person,regulator,window",
    "GET /products/{number}/plans/{version}/front": "firm,person,regulator,window",
    "GET /products/{number}/plans/{version}/what-if": "firm,person",
    "GET /products/{number}/plans/{version}/why-not/{laboratory}": "firm,person",
    "GET /ratings": "firm,regulator,window",
    "GET /rules": "anyone",
    "GET /rules/{key}": "anyone",
    "GET /samples/{code}": "firm,laboratory,person,regulator,window",
    "GET /shared": "anyone",
    "GET /standards/": "anyone",
    "GET /standards/changes": "anyone",
    "GET /standards/cited": "anyone",
    "GET /standards/findings": "operator",
    "GET /standards/graph": "anyone",
    "GET /standards/impact": "signed in",
    "GET /standards/show": "anyone",
    "GET /surveys/": "firm,regulator,window",
    "GET /tests": "anyone",
    "GET /tests/{key}": "anyone",
    "GET /tokens/": "signed in",
    "PATCH /laboratories/own": "laboratory",
    "PATCH /laboratories/own/benches": "laboratory",
    "PATCH /laboratories/own/lines": "laboratory",
    "PATCH /me": "signed in",
    "PATCH /members/{number}": "expert,firm,laboratory,operator,regulator,window (admin)",
    "PATCH /people/{number}": "operator",
    "PATCH /products/{number}": "firm,person",
    "POST /appointments/{number}/acts": "laboratory",
    "POST /appointments/{number}/move": "laboratory",
    "POST /appointments/{number}/report": "laboratory",
    "POST /bookings/": "firm,person",
    "POST /bookings/{number}/again": "firm,person",
    "POST /bookings/{number}/appointments/{appointment}/cancel": "firm,person",
    "POST /bookings/{number}/appointments/{appointment}/move": "firm,person",
    "POST /bookings/{number}/cancel": "firm,person",
    "POST /bookings/{number}/confirm": "firm,person",
    "POST /bookings/{number}/proposals/{proposal}/accept": "firm,person",
    "POST /bookings/{number}/proposals/{proposal}/dismiss": "firm,person",
    "POST /comments/": "signed in",
    "POST /comments/{number}/answer": "operator",
    "POST /demands/": "firm",
    "POST /demands/{number}/moves": "firm,regulator,window",
    "POST /complaints/{number}/moves": "firm,regulator,window",
    "POST /evaluation/contests/{number}/replay": "operator,regulator",
    "POST /evaluation/figures/": "firm,regulator",
    "POST /follows/": "signed in",
    "POST /invitations/": "expert,firm,laboratory,operator,regulator,window (admin)",
    "POST /invitations/accept": "signed in",
    "POST /jobs/{number}/cancel": "signed in",
    "POST /laboratories/own/benches": "laboratory",
    "POST /laboratories/own/hours": "laboratory",
    "POST /laboratories/own/scope": "laboratory",
    "POST /mandates/": "firm,window",
    "POST /mandates/{number}/moves": "firm,window",
    "POST /members/leave": "expert,firm,laboratory,operator,regulator,window",
    "POST /notices/read": "signed in",
    "POST /notices/{number}/read": "signed in",
    "POST /orders/": "window",
    "POST /orders/clients": "window",
    "POST /orders/packages/{key}": "window",
    "POST /orders/reading": "firm,window",
    "POST /orders/{number}/appointments/{appointment}/cancel": "window",
    "POST /orders/{number}/appointments/{appointment}/move": "window",
    "POST /orders/{number}/bookings/{path}/moves": "window",
    "POST /orders/{number}/complaints": "firm",
    "POST /orders/{number}/hold": "window",
    "POST /orders/{number}/moves": "firm,window",
    "POST /orders/{number}/plan": "window",
    "POST /orders/{number}/reports": "window",
    "POST /orders/{number}/samples/{code}/moves": "window",
    "POST /organisations/": "signed in",
    "POST /organisations/{number}/invitations": "operator",
    "POST /products/": "firm,person",
    "POST /products/file": "firm,person",
    "POST /products/{number}/answers/{parameter}/preview": "firm,person",
    "POST /products/{number}/evidence": "firm,person",
    "POST /products/{number}/plans": "firm,person",
    "POST /products/{number}/plans/{version}/front": "firm,person",
    "POST /products/{number}/plans/{version}/front/{point}/keep": "firm,person",
    "POST /products/{number}/plans/{version}/links": "firm,person",
    "POST /products/{number}/plans/{version}/what-if": "firm,person",
    "PUT /laboratories/organisation": "operator",
    "POST /samples/{code}/moves": "firm,laboratory,person",
    "PUT /orders/{number}/demand": "window",
    "PUT /orders/{number}/rating": "firm",
    "PUT /products/{number}/answers/{parameter}": "firm,person",
    "GET /postings/": "anyone",
    "GET /postings/{number}": "anyone",
    "GET /postings/{number}/matches": "anyone",
    "GET /postings/{number}/matches/{offer}": "anyone",
    "GET /terms/": "anyone",
    "GET /trials/": "expert,firm,laboratory,regulator",
    "GET /trials/steps": "expert,firm,laboratory,regulator",
    "GET /trials/{number}": "expert,firm,laboratory,regulator",
    "GET /trials/{number}/files/{proof}": "expert,firm,laboratory,regulator",
    "POST /postings/": "expert,firm,laboratory",
    "POST /postings/{number}/moves": "expert,firm,laboratory,regulator",
    "POST /trials/": "expert,firm,laboratory",
    "POST /trials/{number}/files": "expert,firm,laboratory",
    "POST /trials/{number}/moves": "expert,firm,laboratory",
    "POST /trials/{number}/proofs": "expert,firm,laboratory",
    "POST /trials/{number}/proofs/{proof}/verify": "expert,firm,laboratory,regulator",
    "PUT /postings/{number}": "expert,firm,laboratory",
}
"""Who may call what: ``anyone``, ``signed in``, or kinds of organisations with commas."""


def test_every_operation_stands_in_the_table_and_declares_it(portal: str):
    from qilian.portal.api.describing import operations_of, who_may
    from qilian.portal.api.door import api

    declared = {}
    for method, path, operation in operations_of(api):
        access = getattr(operation.view_func, "access", None)
        assert access is not None, f"{method} {path} declares no access"
        declared[f"{method} {path}"] = who_may(access)
    assert declared == OPERATIONS


def test_every_write_takes_an_idempotency_key_and_every_answer_is_documented(cast):
    schema = cast.client("anonymous").get("/api/v1/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            keys = [each for each in operation["parameters"] if each["name"] == "Idempotency-Key"]
            assert bool(keys) == (method != "get"), (method, path)
            assert {"400", "401", "403", "404", "409", "413", "422", "429"} <= set(operation["responses"])
            assert any(status.startswith("2") for status in operation["responses"])


def test_no_two_shapes_share_a_name(cast):
    """Else one would stand in the document for both."""
    from ninja import Schema

    cast.client("anonymous").get("/api/v1/openapi.json")  # every module of the interface is there
    found, waiting = {}, [Schema]
    while waiting:
        shape = waiting.pop()
        waiting += shape.__subclasses__()
        if shape.__module__.startswith("qilian.portal"):
            found.setdefault(shape.__name__, set()).add(shape.__module__)
    assert len(found) > 100
    assert not {name: modules for name, modules in found.items() if len(modules) > 1}


def test_every_shape_is_a_valid_schema_and_used(cast):
    from jsonschema import Draft202012Validator

    schema = cast.client("anonymous").get("/api/v1/openapi.json").json()
    shapes = schema["components"]["schemas"]
    for shape in shapes.values():
        Draft202012Validator.check_schema(shape)
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema))) == set(shapes)


def test_what_is_not_for_a_visitor_asks_to_log_in(cast):
    """It does so before it reads the request: a visitor learns nothing about what is well formed."""
    client = cast.client("anonymous")
    for name, who in OPERATIONS.items():
        if who == "anyone":
            continue
        method, path = name.split(" ")
        answer = client.generic(method, "/api/v1" + re.sub(r"{\w+}", "1", path), "{}", "application/json")
        assert answer.status_code == 401, (name, answer.content[:200])
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rules/no-such-rule", 404),
        ("/rules?page=0", 422),
        ("/standards/?text=" + "x" * 201, 422),
        ("/standards/?page=2000&size=200", 422),
        ("/standards/changes?after=2020-01-01&until=2026-01-01", 422),
        ("/standards/changes?after=2026-01-02&until=2026-01-01", 422),
        ("/no-such-thing", 404),
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


def test_a_page_has_at_most_200_items(cast):
    client = cast.client("anonymous")
    assert client.get("/api/v1/rules?size=200").status_code == 200
    assert client.get("/api/v1/rules?size=201").status_code == 422
    assert client.get("/api/v1/rules?page=100001").status_code == 422


def test_summaries_are_in_the_reader_s_language(cast):
    client = cast.client("anonymous")
    for language, letters in (("zh-hans", r"[\u4e00-\u9fff]"), ("en", r"^[A-Z][ -~]+$")):
        schema = client.get("/api/v1/openapi.json", headers={"Accept-Language": language}).json()
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                assert re.search(letters, operation["summary"]), (language, method, path, operation["summary"])
