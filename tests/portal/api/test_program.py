"""A program does the main job with a token and nothing else: product, questions, plan, what-if, evidence, files."""

from importlib.resources import files

import pytest

REPORT = files("qilian.portal") / "workbench" / "samples" / "sample-amr-100-electrical.json"


class Program:
    """Calls the interface with a token; a client of its own, that keeps no session."""

    def __init__(self, text: str) -> None:
        from django.test import Client

        self.client = Client()
        self.headers = {"Authorization": f"Bearer {text}"}

    def get(self, path: str, **query: object):
        """Return what an address answers."""
        return self._answer(self.client.get(f"/api/v1{path}", query, headers=self.headers))

    def send(self, method: str, path: str, body: object):
        """Return what a write answers."""
        call = getattr(self.client, method)
        return self._answer(call(f"/api/v1{path}", body, content_type="application/json", headers=self.headers))

    def upload(self, path: str, content: bytes):
        """Return what an upload answers."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        sent = {"file": SimpleUploadedFile("report.json", content)}
        return self._answer(self.client.post(f"/api/v1{path}", sent, headers=self.headers))

    def _answer(self, answer):
        assert answer.status_code < 300, (answer.status_code, answer.content[:500])
        assert not answer.cookies
        is_json = answer["Content-Type"].startswith("application/json")
        return answer.json() if is_json and answer.content else answer


@pytest.fixture
def program(cast, quick_plans: None) -> Program:
    from qilian.portal.accounts import tokens

    return Program(tokens.make(cast.actor("firm"), "planning", 30, may_write=True)[1])


def test_a_program_takes_a_product_from_nothing_to_a_file(program: Program):
    assert program.get("/me")["kind"] == "firm"

    # A product of which nothing is known: everything is a question.
    wishes = {"markets": ["CN", "EU"], "on": "2026-12-01", "home": "杭州"}
    product = program.send("post", "/products/", {"id": "amr-9", "name": "AMR 9", **wishes})
    at = f"/products/{product['number']}"
    assert product["home"] == "hangzhou"
    before = program.get(f"{at}/answers")
    assert before["counts"]["undecided"] > 20

    # The most deciding question first; an answer is tried, then given.
    assert before["next"] == "product.kind"
    question = next(each for each in program.get("/parameters") if each["id"] == before["next"])
    assert "amr" in {choice["id"] for choice in question["choices"]}
    tried = program.send("post", f"{at}/answers/product.kind/preview", {"value": "amr"})
    after = program.send("put", f"{at}/answers/product.kind", {"value": "amr"})
    assert tried["after"] == after["counts"] != before["counts"]
    known = {
        "payload.rated": {"value": "250 kg", "source": "data sheet"},
        "machine.mass": {"value": "97 kg"},
        "battery.present": {"value": True},
        "battery.energy": {"value": "1.63 kWh"},
        "radio.present": {"value": True},
        "use.environment": {"value": ["industrial"]},
    }
    for parameter, given in known.items():
        after = program.send("put", f"{at}/answers/{parameter}", given)
    assert after["counts"]["undecided"] < before["counts"]["undecided"]
    assert {each["parameter"]: each["state"] for each in after["lines"]}["machine.mass"] == "answered"

    # A plan, and what it would be with one unit more; asking keeps nothing.
    plan = program.send("post", f"{at}/plans", {"note": "first"})
    assert plan["version"] == 1
    assert plan["obligations"] == after["counts"]["applies"]
    whole = program.get(f"{at}/plans/1")
    assert whole["itinerary"]["steps"]
    asked = program.get(f"{at}/plans/1/what-if", specimens=4, on="2027-02-01")
    figures = {each["name"]: each for each in asked["comparison"]["figures"]}
    assert figures["days"]["before"] == pytest.approx(plan["days"], abs=0.01)
    assert len(asked["changes"]) == 2
    assert program.get(f"{at}/plans")["total"] == 1

    # Without the laboratory that does most: kept as the next version, and the two compared.
    laboratory = whole["itinerary"]["steps"][0]["laboratory"]
    kept = program.send("post", f"{at}/plans/1/what-if", {"without": [laboratory]})
    assert kept["version"] == 2
    steps = program.get(f"{at}/plans/2")["itinerary"]["steps"]
    assert laboratory not in {each["laboratory"] for each in steps}
    changed = program.get(f"{at}/plans/2/changes/1")
    assert changed["laboratories_gone"]
    why = program.get(f"{at}/plans/1/why-not/{laboratory}")
    assert why["zh"]
    assert why["en"]

    # A report that is held already answers tests of the next plan.
    program.upload(f"{at}/evidence", REPORT.read_bytes())
    decisions = program.get(f"{at}/evidence")["decisions"]
    assert {each["decision"]["outcome"] for each in decisions} > {"no_evidence"}

    # Files, and a link for somebody without an account.
    starts = {"html": b"<!doctype html>", "xlsx": b"PK", "ics": b"BEGIN:VCALENDAR"}
    for form, start in starts.items():
        answer = program.get(f"{at}/plans/1/export/{form}", language="en")
        assert answer.content[: len(start)].lower() == start.lower()
        assert "attachment" in answer["Content-Disposition"]
    assert program.get(f"{at}/plans/1/export/json")["markets"] == ["CN", "EU"]
    link = program.send("post", f"{at}/plans/2/links", {"days": 7})
    assert program.client.get(link["url"].removeprefix("http://testserver")).status_code == 200
    program.send("delete", f"{at}/links/{link['number']}", None)
    assert program.client.get(link["url"].removeprefix("http://testserver")).status_code == 404


def test_time_against_price_is_searched_as_a_job_and_a_point_is_kept(
    program: Program, rows, monkeypatch: pytest.MonkeyPatch
):
    from qilian.portal.jobs import running
    from qilian.portal.workbench import fronts

    monkeypatch.setattr(fronts, "SECONDS", 1.0)
    monkeypatch.setattr(fronts, "POINTS", 3)
    at = f"/products/{rows['products']}/plans/2"
    assert program.get(f"{at}/front") == {"points": None}
    job = program.send("post", f"{at}/front", {})
    assert job["state"] == "waiting"
    running.run.func(job["number"])  # as the worker does it
    assert program.get(f"/jobs/{job['number']}")["state"] == "done"
    points = program.get(f"{at}/front")["points"]
    assert points
    kept = program.send("post", f"{at}/front/{points[-1]['number']}/keep", {})
    assert kept["version"] == 3
    assert kept["price"] == pytest.approx(points[-1]["price"])


def test_a_standard_is_found_followed_and_told_of(program: Program):
    found = program.get("/standards/", text="10218-1", publisher="ISO", size=5)
    assert found["hits"][0]["reference"].startswith("ISO 10218-1")
    assert found["total"] >= len(found["hits"]) > 0
    listed = program.get("/standards/", status="superseded", size=3, page=2)
    assert {hit["status"] for hit in listed["hits"]} == {"superseded"}
    graph = program.get("/standards/graph", reference="ISO 10218-1")
    assert graph["nodes"][0]["distance"] == 0
    assert program.get("/standards/cited", reference="ISO 10218-1")["rules"]
    changes = program.get("/standards/changes", after="2024-12-31", until="2026-01-01")
    assert any("10218" in each["reference"] for each in changes["items"])
    follow = program.send("post", "/follows/", {"reference": "ISO 10218-1:2011"})
    assert program.get("/follows/")["items"] == [follow]
    assert follow["label"] == "ISO 10218-1"
    program.send("delete", f"/follows/{follow['number']}", None)
    assert program.get("/follows/")["total"] == 0


def test_an_expert_s_comment_is_answered_by_the_operator(cast, program: Program):
    from qilian.portal.accounts import tokens

    key = program.get("/policies")["items"][0]["id"]
    assert program.get(f"/policies/{key}")["conditions"]
    said = program.send("post", "/comments/", {"subject": "policy", "key": key, "text": "the clause is of 2019"})
    operator = Program(tokens.make(cast.actor("operator"), "answers", 30, may_write=True)[1])
    assert operator.get("/comments/", open="true")["total"] == 1
    operator.send("post", f"/comments/{said['number']}/answer", {"answer": "mended"})
    assert program.get("/comments/")["items"][0]["answer"] == "mended"
    notice = program.get("/notices/", unread="true")["items"][0]
    assert key in notice["words"]["en"]
    program.send("post", f"/notices/{notice['number']}/read", {})
    assert program.get("/notices/", unread="true")["total"] == 0


def test_members_come_and_go(cast, program: Program, monkeypatch: pytest.MonkeyPatch):
    from qilian.portal.accounts import members, tokens
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import User

    newcomer = User.objects.create_person("new@example.com", "correct horse battery")
    alone = Program(tokens.make(Actor(newcomer), "alone", 30, may_write=True)[1])
    assert alone.get("/me")["organisation"] is None

    withdrawn = program.send("post", "/invitations/", {"email": "other@example.com"})
    program.send("delete", f"/invitations/{withdrawn['number']}", None)
    assert program.get("/invitations/")["total"] == 0
    monkeypatch.setattr(members.secrets, "new", lambda: "as-in-the-mail")
    assert "secret" not in program.send("post", "/invitations/", {"email": "New@example.com"})
    joined = alone.send("post", "/invitations/accept", {"secret": "as-in-the-mail"})
    assert joined == program.get("/me")["organisation"]

    mine = program.get("/members/")["items"]
    number = next(each["number"] for each in mine if each["email"] == "new@example.com")
    assert program.send("patch", f"/members/{number}", {"admin": True})["admin"]
    program.send("delete", f"/members/{number}", None)
    assert program.get("/members/")["total"] == 1
