"""Nobody reaches another firm's rows: asked of every operation that names one, generated from the URL map.

Each is called with the address of a row that exists: by another firm, which gets 404, and by the owner, for whom it
works, so that a 404 is not one of the test's own making. A new operation without an example here fails.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

REPORT = files("qilian.portal") / "workbench" / "samples" / "sample-amr-100-electrical.json"
AHEAD = (datetime.now(UTC).date() + timedelta(30)).isoformat()
BODIES: dict[str, dict[str, object]] = {
    "PATCH /members/{number}": {"admin": True},
    "PATCH /people/{number}": {"active": False},
    "PATCH /problems/{number}": {"severity": 3},
    "PATCH /products/{number}": {"name": "AMR 300"},
    "POST /bonds/{number}/help": {
        "kind": "training",
        "title": "工艺培训",
        "on": "2024-01-02",
        "about": "point/harmonic-reducer.1",
    },
    "POST /bonds/{number}/help/{help}/moves": {"event": "drop"},
    "POST /bonds/{number}/moves": {"event": "end", "words": "不再供货"},
    "POST /bonds/{number}/points/{control_point}/figures": {"value": "0.9", "on": "2024-01-02"},
    "POST /bonds/{number}/points/{control_point}/requirements": {"upper": "0.9", "starts": AHEAD},
    "PUT /bonds/{number}/help/{help}/figures": {"before": "1.6"},
    "PUT /bonds/{number}/nodes": {"nodes": ["harmonic-reducer"]},
    "POST /clinics/{number}/moves": {"event": "cancel", "words": "改期"},
    "POST /problems/{number}/clinics": {"experts": [1], "on": "2098-01-01", "place": "杭州", "agenda": "议程一二"},
    "POST /problems/{number}/demands": {"demands": [1], "measure": "请专家会诊", "due": "2098-01-02"},
    "POST /problems/{number}/moves": {"event": "solve", "words": "工艺改进"},
    "POST /projects/{number}/milestones": {"title": "小试", "due": AHEAD},
    "POST /projects/{number}/moves": {"event": "stop", "words": "经费未到位"},
    "POST /projects/{number}/results": {"kind": "patent", "title": "柔轮专利"},
    "POST /projects/{number}/targets": {"system": "602520", "indicator": "mtbf", "baseline": 1, "goal": 2},
    "POST /surveys/{number}/moves": {"event": "close"},
    "PUT /clinics/{number}/opinion": {"finding": "热处理不足", "advice": "改为渗氮"},
    "PUT /projects/{number}/partners": {"partners": []},
    "PUT /projects/{number}/targets/{target}/figure": {"reached": "97.5"},
    "POST /comments/{number}/answer": {"answer": "mended"},
    "POST /demands/{number}/moves": {"event": "withdraw"},
    "POST /appointments/{number}/acts": {"event": "accept"},
    "POST /appointments/{number}/move": {"bench": "zj-robot-b01", "start": "2098-01-01T08:00:00+08:00"},
    "POST /complaints/{number}/moves": {"event": "drop"},
    "POST /mandates/{number}/moves": {"event": "revoke"},
    "POST /orders/packages/{key}": {"client": 0},
    "POST /orders/{number}/bookings/{path}/moves": {"event": "cancel"},
    "POST /orders/{number}/complaints": {"words": "慢"},
    "POST /orders/{number}/moves": {"event": "withdraw"},
    "POST /orders/{number}/samples/{code}/moves": {"event": "lose"},
    "PUT /orders/{number}/demand": {"demand": "of another day"},
    "PUT /orders/{number}/rating": {"stars": 5},
    "POST /samples/{code}/moves": {"event": "lose"},
    "POST /postings/{number}/moves": {"event": "withdraw"},
    "POST /trials/{number}/moves": {"event": "end", "words": "样机未通过"},
    "POST /trials/{number}/proofs": {"title": "研究小结", "link": "https://example.org/a"},
    "PUT /postings/{number}": {
        "side": "need",
        "title": "冷库抓取",
        "words": "零下十度",
        "terms": [{"parameter": "payload.rated", "at_least": "5 kg"}],
    },
    "POST /organisations/{number}/invitations": {"email": "boss@example.com"},
    "POST /products/{number}/answers/{parameter}/preview": {"value": "200 kg"},
    "POST /products/{number}/plans/{version}/what-if": {"specimens": 3},
    "PUT /products/{number}/answers/{parameter}": {"value": "200 kg"},
}
OVERSEEN = ("organisations", "comments", "people", "evaluation")
"""Whose rows the operator sees; those that a firm may not ask for at all are refused to it by 403."""


CONTENT = "/chain/"
"""Of the pack, the same for all who are logged in: nobody's rows."""

ASKED_OF_ALL = ("GET", "/surveys/{number}")
"""A survey asks every firm of its region."""

REFUSED_IN_WORDS = (
    "DELETE /orders/{number}/reports/{file}",
    "PATCH /projects/{number}",
    "POST /appointments/{number}/move",
    "POST /appointments/{number}/report",
    "POST /bonds/{number}/points/{control_point}/figures",
    "POST /bookings/{number}/again",
    "POST /bookings/{number}/appointments/{appointment}/cancel",
    "POST /bookings/{number}/appointments/{appointment}/move",
    "POST /bookings/{number}/proposals/{proposal}/accept",
    "POST /orders/{number}/appointments/{appointment}/cancel",
    "POST /orders/{number}/appointments/{appointment}/move",
    "POST /orders/{number}/complaints",
    "POST /orders/{number}/hold",
    "POST /problems/{number}/clinics",
    "POST /problems/{number}/demands",
    "PUT /orders/{number}/demand",
    "PUT /orders/{number}/rating",
)
"""What the rows' states do not allow: the owner is told so by 422, and so has reached them; tests beside each do it."""


def works(path: str, method: str) -> str:
    """Return who does an operation: a firm, or where it is refused the first of those who are not."""
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    access = next(
        each.view_func.access for each_method, at, each in operations_of(api) if (each_method, at) == (method, path)
    )
    others = ("operator", "laboratory", "regulator", "window", "expert")
    return "firm" if "firm" in access.actors else next(who for who in others if who in access.actors)


def operations() -> list[tuple[str, str]]:
    """Return method and address of every operation that names a row and is not open to anyone."""
    from qilian.portal.accounts.access import ANYONE
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    return [
        (method, path)
        for method, path, operation in operations_of(api)
        if "{" in path
        and operation.view_func.access != ANYONE
        and not path.startswith(CONTENT)
        and (method, path) != ASKED_OF_ALL
    ]


def address(path: str, rows: dict[str, Any]) -> str:
    """Return an operation's address with the rows that exist; the first part names the row that is meant."""
    what = path.split("/")[1]
    values = {**rows, "number": rows.get(what)}
    names = re.findall(r"{(\w+)}", path)
    missing = [name for name in names if values.get(name) is None]
    assert not missing, f"{path}: add a row for {missing} to conftest.rows"
    return "/api/v1" + re.sub(r"{(\w+)}", lambda found: str(values[found[1]]), path)


def call(client, method: str, path: str, rows: dict[str, Any]):
    """Call an operation as a program would; what it writes is undone."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import transaction

    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    name = f"{method} {path}"
    operation = next(found for each, at, found in operations_of(api) if f"{each} {at}" == name)
    sources = {model.__ninja_param_source__ for model in operation.models}
    with transaction.atomic():
        if "file" in sources and "form" not in sources:
            sent = SimpleUploadedFile("report.json", REPORT.read_bytes())
            answer = client.post(address(path, rows), {"file": sent})
        elif "form" in sources:
            answer = client.post(address(path, rows), {"number": "R-1", "outcome": "pass"})
        else:
            given = {**BODIES.get(name, {}), **({"client": rows["organisations"]} if "{key}" in path else {})}
            body = json.dumps(given) if method != "GET" else ""
            answer = client.generic(method, address(path, rows), body, "application/json")
        transaction.set_rollback(True)
    return answer


def test_another_firm_gets_404_for_every_row(cast, rows):
    other = cast.client("firm", "other")
    for method, path in operations():
        answer = call(other, method, path, rows)
        only_operator = path.split("/")[1] in OVERSEEN and (method, path) != ("GET", "/organisations/{number}")
        expected = 403 if only_operator or works(path, method) != "firm" else 404
        assert answer.status_code == expected, (method, path, answer.content[:300])


def test_the_owner_gets_what_it_asked_for(cast, rows):
    """The firm for its rows, the operator for those that it oversees."""
    for method, path in operations():
        who = "operator" if path.split("/")[1] in OVERSEEN else works(path, method)
        answer = call(cast.client(who), method, path, rows)
        refused = f"{method} {path}" in REFUSED_IN_WORDS
        expected = (422,) if refused else (200, 201, 202, 204)
        assert answer.status_code in expected, (method, path, answer.status_code, answer.content[:300])


@pytest.mark.parametrize("who", ["laboratory", "window", "regulator", "expert"])
def test_another_one_of_another_place_gets_404_for_every_row(cast, rows, who: str):
    """What a firm may not do at all."""
    other = cast.client(who, "other", region="330203")
    asked = [
        each
        for each in operations()
        if works(each[1], each[0]) == who
        and each[1] != "/orders/packages/{key}"
        and each[1].split("/")[1] not in OVERSEEN
    ]
    assert asked
    for method, path in asked:
        answer = call(other, method, path, rows)
        assert answer.status_code == 404, (method, path, answer.content[:300])


def test_lists_hold_no_rows_of_another_firm(cast, rows):
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    other = cast.client("firm", "other")
    own = {"/members/", "/organisations/", "/surveys/"}  # the other firm's own two, and what asks it, too
    lists = [
        path
        for method, path, operation in operations_of(api)
        if method == "GET" and "{" not in path and "firm" in operation.view_func.access.actors
    ]
    private = [
        path
        for path in lists
        if not (path.startswith(CONTENT) or _is_open(path)) and other.get(f"/api/v1{path}").status_code == 200
    ]
    assert {"/products/", "/jobs/", "/notices/", "/follows/", "/tokens/", "/invitations/"} <= set(private)
    for path in private:
        answer = other.get(f"/api/v1{path}").json()
        if "total" in answer:
            assert answer["total"] == (1 if path in own else 0), (path, answer)


@pytest.mark.parametrize("kind", ["regulator", "window"])
def test_who_oversees_the_region_reads_and_writes_nothing(cast, rows, kind: str):
    client = cast.client(kind, "of the region", region="330100")
    far = cast.client(kind, "elsewhere", region="330200")
    for method, path in operations():
        if not path.startswith("/products/"):
            continue
        answer = call(client, method, path, rows)
        if method == "GET":
            assert answer.status_code in (200, 403, 422), (path, answer.content[:200])
            if answer.status_code != 403:
                assert call(far, method, path, rows).status_code == 404, path
        else:
            assert answer.status_code == 403, (method, path)


def _is_open(path: str) -> bool:
    from qilian.portal.accounts.access import ANYONE
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    return any(at == path and found.view_func.access == ANYONE for _, at, found in operations_of(api))
