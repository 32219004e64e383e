"""Products and plans through the interface: made once for a key, seen by their owner, planned as on the pages."""

import pytest

AMR = {
    "id": "amr-1",
    "name": "AMR 1",
    "parameters": {"robot.type": "AMR", "mass.total": "80 kg", "battery.chemistry": "lithium_ion"},
    "markets": ["EU"],
    "on": "2026-12-01",
    "home": "杭州",
}


@pytest.fixture
def parameters(pack) -> dict[str, object]:
    """Parameters that the pack knows: one boolean and one number."""
    known = pack.vocabulary.parameters.values()
    number = next(each for each in known if each.kind == "number" and each.unit == "kg")
    return {number.id: "80 kg"}


def post(client, path: str, body: object, **headers: str):
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def test_a_product_is_made_once_for_a_key(cast, parameters):
    from qilian.portal.workbench.models import Product

    client, body = cast.client("firm"), {**AMR, "parameters": parameters}
    first = post(client, "/products/", body, **{"Idempotency-Key": "a"})
    again = post(client, "/products/", body, **{"Idempotency-Key": "a"})
    assert first.status_code == again.status_code == 201, first.content
    assert first.json() == again.json()
    assert Product.objects.count() == 1
    other = post(client, "/products/", {**body, "name": "AMR 2"}, **{"Idempotency-Key": "a"})
    assert other.status_code == 422


def test_a_request_that_failed_may_be_tried_again_with_its_key(cast, parameters):
    client, body = cast.client("firm"), {**AMR, "parameters": parameters}
    wrong = post(client, "/products/", {**body, "markets": ["MARS"]}, **{"Idempotency-Key": "b"})
    assert wrong.status_code == 422
    assert "MARS" in wrong.json()["title"]
    assert post(client, "/products/", body, **{"Idempotency-Key": "b"}).status_code == 201


def test_another_firm_s_product_does_not_exist(cast, parameters):
    number = post(cast.client("firm"), "/products/", {**AMR, "parameters": parameters}).json()["number"]
    other = cast.client("firm", "other")
    assert other.get(f"/api/v1/products/{number}").status_code == 404
    assert other.get(f"/api/v1/products/{number}/plans").status_code == 404
    assert other.delete(f"/api/v1/products/{number}").status_code == 404
    assert post(other, f"/products/{number}/plans", {}).status_code == 404
    assert other.get("/api/v1/products/").json()["total"] == 0
    assert cast.client("laboratory").get(f"/api/v1/products/{number}").status_code == 403


def test_a_regulator_sees_the_firms_of_its_region_only(cast, parameters):
    body = {**AMR, "parameters": parameters}
    post(cast.client("firm", "hangzhou", region="330108"), "/products/", body)
    post(cast.client("firm", "ningbo", region="330203"), "/products/", body)
    assert cast.client("regulator", "province", region="330000").get("/api/v1/products/").json()["total"] == 2
    assert cast.client("regulator", "ningbo", region="330200").get("/api/v1/products/").json()["total"] == 1


def test_a_plan_is_made_and_read(cast, parameters):
    client = cast.client("firm")
    number = post(client, "/products/", {**AMR, "parameters": parameters}).json()["number"]
    made = post(client, f"/products/{number}/plans", {})
    assert made.status_code == 201, made.content
    plan = client.get(f"/api/v1/products/{number}/plans/1").json()
    assert plan["markets"] == ["EU"]
    assert sum(each["outcome"] == "applies" for each in plan["obligations"]) == made.json()["obligations"]


def test_a_token_reads_and_only_one_that_may_write_writes(cast, parameters):
    from django.test import Client

    from qilian.portal.accounts import tokens

    actor, body = cast.actor("firm"), {**AMR, "parameters": parameters}
    for may_write, status in ((False, 403), (True, 201)):
        _, text = tokens.make(actor, "test", 30, may_write=may_write)
        headers = {"Authorization": f"Bearer {text}"}
        assert Client().get("/api/v1/products/", headers=headers).status_code == 200
        assert post(Client(), "/products/", body, **headers).status_code == status
    assert Client().get("/api/v1/products/", headers={"Authorization": "Bearer qilian_wrong"}).status_code == 401


def test_a_session_s_write_needs_the_csrf_token(cast, parameters):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.actor("firm").user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert post(client, "/products/", {**AMR, "parameters": parameters}).status_code == 403
