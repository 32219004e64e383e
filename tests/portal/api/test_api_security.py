"""What somebody with bad intent tries on the interface: tokens, forged forms, fields by the way, traps in bodies."""

import json
import re

import pytest
from django.test import Client

WRITES = ("POST", "PUT", "PATCH", "DELETE")


def writes() -> list[tuple[str, str]]:
    """Return method and address of every write."""
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    return [(method, re.sub(r"{\w+}", "1", path)) for method, path, _ in operations_of(api) if method in WRITES]


def token(cast, kind: str = "firm", *, may_write: bool = True) -> str:
    from qilian.portal.accounts import tokens

    return tokens.make(cast.actor(kind), "test", 30, may_write=may_write)[1]


def post(client, path: str, body: object, **headers: str):
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def test_a_token_counts_in_the_header_only(cast):
    """In an address it would stand in logs, histories and referrers."""
    text = token(cast)
    for path in (f"/me?token={text}", f"/me?access_token={text}", f"/me?Authorization=Bearer%20{text}"):
        assert Client().get(f"/api/v1{path}").status_code == 401
    assert Client().get("/api/v1/me", headers={"Cookie": f"token={text}"}).status_code == 401
    assert Client().get("/api/v1/me", headers={"Authorization": f"Token {text}"}).status_code == 401
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 200


def test_a_wrong_token_is_refused_where_anyone_may_come_in_too(cast):
    """A program whose token has ended learns it, and does not go on as a visitor."""
    answer = Client().get("/api/v1/rules", headers={"Authorization": "Bearer qilian_ended"})
    assert answer.status_code == 401
    assert "ended" in answer.json()["detail"]


def test_a_wrong_token_does_not_fall_back_on_a_session(cast):
    assert cast.client("firm").get("/api/v1/me", headers={"Authorization": "Bearer qilian_no"}).status_code == 401


def test_a_token_that_only_reads_writes_nothing_at_all(cast):
    """Asked of every write, as the operator, to whom most is open."""
    for kind in ("firm", "operator"):
        headers = {"Authorization": f"Bearer {token(cast, kind, may_write=False)}"}
        for method, path in writes():
            answer = Client().generic(method, f"/api/v1{path}", "{}", "application/json", headers=headers)
            assert answer.status_code == 403, (method, path)
            assert "only reads" in answer.json()["detail"]


def test_a_page_elsewhere_cannot_write_with_somebody_s_session(cast):
    """Asked of every write: a session alone, without the CSRF token, is refused."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.actor("firm").user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for method, path in writes():
        answer = client.generic(method, f"/api/v1{path}", "{}", "application/json")
        assert answer.status_code == 403, (method, path)
        assert "CSRF" in answer.json()["title"]
    assert client.get("/api/v1/me").status_code == 200


def test_a_session_with_the_csrf_token_writes(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.actor("firm").user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/accounts/profile/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    assert post(client, "/notices/read", {}, **{"X-CSRFToken": found[1]}).status_code == 200


def test_no_body_sets_fields_by_the_way(cast):
    """Every object that a program may send refuses fields that it does not know."""
    schema = cast.client("anonymous").get("/api/v1/openapi.json").json()
    sent = set()
    for methods in schema["paths"].values():
        for operation in methods.values():
            for kind, body in operation.get("requestBody", {}).get("content", {}).items():
                if kind == "application/json":  # forms are read field by field
                    whole = body["schema"]
                    sent.add((whole.get("$ref") or whole["allOf"][0]["$ref"]).rpartition("/")[2])
    assert len(sent) >= 12
    for name in sent:
        assert schema["components"]["schemas"][name]["additionalProperties"] is False, name


@pytest.mark.parametrize("field", ["organisation", "person", "is_sample", "current", "pack", "number"])
def test_a_product_cannot_be_given_to_another_firm(cast, rows, field: str):
    client, number = cast.client("firm"), rows["products"]
    answer = client.patch(f"/api/v1/products/{number}", {field: 1}, content_type="application/json")
    assert answer.status_code == 422
    assert field in answer.json()["faults"][0]["field"]


def test_a_person_without_an_organisation_makes_a_firm_and_nothing_else(cast):
    from qilian.portal.accounts.models import Organisation

    body = {"kind": "operator", "name": "操作者", "region": "330000", "credit_code": "91330108MA2GK0L78Q"}
    answer = post(cast.client("person"), "/organisations/", body)
    assert answer.status_code in (403, 422)
    assert not Organisation.objects.filter(name="操作者").exists()


def test_a_token_makes_no_token(cast):
    """Only the page does, which asks for the password again: one that was stolen cannot outlive its end."""
    assert not [path for method, path in writes() if method != "DELETE" and path.startswith("/tokens")]


@pytest.mark.parametrize(
    "value", ["\x00", "a\x00b", ["\x00"], {"value": "\x00"}, {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}]
)
def test_what_no_database_keeps_is_refused(cast, value: object):
    body = {"id": "x", "name": "x", "markets": ["EU"], "on": "2026-12-01", "parameters": {"payload.rated": value}}
    assert post(cast.client("firm"), "/products/", body).status_code == 422
    if isinstance(value, str):
        assert post(cast.client("firm"), "/products/", {**body, "parameters": {}, "name": value}).status_code == 422
        assert cast.client("firm").get("/api/v1/products/", {"q": value}).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 200_000, 400),
        (b'{"name": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}", 400),
        (b"{" + b" " * 3_000_000 + b"}", 413),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'{"id": 1e999}', 422),
    ],
)
def test_a_body_that_is_a_trap_is_refused_as_documented(cast, body: bytes, status: int):
    headers = {"Authorization": f"Bearer {token(cast)}"}
    for key in ({}, {"Idempotency-Key": "trap"}):
        answer = Client().post("/api/v1/products/", body, content_type="application/json", headers={**headers, **key})
        assert answer.status_code == status, answer.content[:300]
        assert answer["Content-Type"] == "application/problem+json"


def test_a_file_that_is_too_large_or_no_report_is_refused(cast, rows):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, path = cast.client("firm"), f"/api/v1/products/{rows['products']}/evidence"
    large = client.post(path, {"file": SimpleUploadedFile("a.json", b" " * 10_000_001)})
    assert large.status_code == 413
    wrong = client.post(path, {"file": SimpleUploadedFile("../../etc/passwd", b"root:x:0:0")})
    assert wrong.status_code == 422
    assert "/" not in wrong.json()["detail"].replace("application/", "").replace("qilian-report/1", "")
    missing = client.post(path, {})
    assert missing.status_code == 422


def test_a_fault_names_no_folder_of_the_server(cast):
    """What a sender reads of a product file that is wrong is the file's own name."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    wishes = {"markets": ["EU"], "on": "2026-12-01"}
    for content in (b"id: [", b"id: x\nname: y\nparameters: {payload.rated: 3 V}\n", b"\x00", b"- 1\n"):
        file = SimpleUploadedFile("robot.yaml", content)
        answer = cast.client("firm").post("/api/v1/products/file", {"file": file, **wishes})
        assert answer.status_code == 422, answer.content
        assert "/tmp" not in answer.content.decode()


def test_answers_to_tokens_are_kept_by_no_cache(cast):
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token(cast)}"})
    assert answer["Cache-Control"] == "no-store"


def test_a_fault_of_ours_says_nothing_of_itself(cast, monkeypatch: pytest.MonkeyPatch):
    from qilian.portal.api import people

    monkeypatch.setattr(people, "_me", lambda request: 1 / 0)
    answer = cast.client("firm").get("/api/v1/me")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "Zero" not in json.dumps(answer.json())
