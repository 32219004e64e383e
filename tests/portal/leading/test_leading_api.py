"""Programs of both sides do what the pages do; another supplier finds nothing, the regulator finds counts."""

import json
from datetime import timedelta

import pytest

POINT = "harmonic-reducer.1"


@pytest.fixture
def call(cast):
    """Call the interface as a firm, or another kind: status and body."""

    def do(which: str, method: str, address: str, body: object = None, kind: str = "firm", key: str = ""):
        client, sent = cast.client(kind, which), "" if body is None else json.dumps(body)
        headers = {"Idempotency-Key": key} if key else {}
        answer = client.generic(method, f"/api/v1{address}", sent, "application/json", headers=headers)
        return answer.status_code, answer.json()

    return do


def test_from_an_invitation_to_a_counted_effect(call, leader, supplier, rival):
    from django.utils import timezone

    today = timezone.localdate()
    asked = {"supplier": supplier.organisation.name, "nodes": ["harmonic-reducer"]}
    assert call("leader", "POST", "/bonds/", {**asked, "nodes": ["flux-capacitor"]})[0] == 422
    status, bond = call("leader", "POST", "/bonds/", asked, key="invite")
    assert (status, bond["state"]) == (201, "invited")
    assert call("leader", "POST", "/bonds/", asked, key="invite")[1]["number"] == bond["number"]
    at = f"/bonds/{bond['number']}"
    assert call("leader", "POST", f"{at}/moves", {"event": "accept"})[0] == 422, "the supplier's word"
    assert call("supplier", "POST", f"{at}/moves", {"event": "accept"})[1]["state"] == "active"
    limit = {"upper": "1.0", "unit": "arcmin", "starts": today.isoformat(), "standard": "GB/T 12642—2013"}
    assert call("leader", "POST", f"{at}/points/{POINT}/requirements", {**limit, "lower": 2})[0] == 422
    status, required = call("leader", "POST", f"{at}/points/{POINT}/requirements", limit)
    assert (status, required["upper"], required["number"]) == (201, "1", 1)
    figure = {"value": "0.9", "on": today.isoformat()}
    assert call("leader", "POST", f"{at}/points/{POINT}/figures", figure)[0] == 422, "the supplier's word"
    assert call("supplier", "POST", f"{at}/points/{POINT}/figures", figure)[1]["unit"] == "arcmin"
    assert call("supplier", "POST", f"{at}/points/lidar.1/figures", figure)[0] == 404
    shared = {each["id"]: each for each in call("leader", "GET", f"{at}/points")[1]["items"]}
    assert (shared[POINT]["standing"], shared[POINT]["figure"]["value"]) == ("met", "0.9")
    what = {"kind": "test", "title": "共享检测台", "on": today.isoformat(), "about": f"point/{POINT}", "before": "1.6"}
    assert call("leader", "POST", f"{at}/help", {**what, "about": "point/lidar.1"})[0] == 422
    assert call("supplier", "POST", f"{at}/help", what)[0] == 422, "the leader's word"
    status, row = call("leader", "POST", f"{at}/help", what)
    assert (status, row["verdict"], row["state"]) == (201, "cannot_be_told", "entered")
    helped = f"{at}/help/{row['number']}"
    told = call("supplier", "PUT", f"{helped}/figures", {"before": "1.6", "after": "0.9"})[1]
    assert told["verdict"] == "improved"
    count = ("improved", "not_confirmed", "suppliers")
    (seen,) = call("", "GET", "/leaders/", kind="regulator")[1]["items"]
    assert [seen[name] for name in count] == [0, 1, 1]
    assert call("supplier", "POST", f"{helped}/moves", {"event": "confirm", "version": told["version"]})[0] == 200
    (seen,) = call("", "GET", "/leaders/", kind="regulator")[1]["items"]
    assert [seen[name] for name in count] == [1, 0, 1]
    assert str(supplier.organisation) not in json.dumps(seen)
    assert seen["opened"] == []
    ahead = (today + timedelta(5)).isoformat()
    lifted = call("leader", "POST", f"{at}/points/{POINT}/requirements", {"starts": ahead, "lifted": True})[1]
    assert lifted["lifted"] is True
    for method, address, body in (
        ("GET", at, None),
        ("GET", f"{at}/points", None),
        ("GET", f"{at}/help", None),
        ("POST", f"{at}/moves", {"event": "end", "words": "x"}),
        ("POST", f"{helped}/moves", {"event": "confirm"}),
        ("PUT", f"{helped}/figures", {"after": 1}),
    ):
        assert call("rival", method, address, body)[0] == 404, address
    assert call("rival", "GET", "/bonds/")[1]["total"] == 0
