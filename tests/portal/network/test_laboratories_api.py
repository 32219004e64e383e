"""Laboratories for programs: everybody reads, a laboratory changes what is its own, and nothing makes it fail."""

from collections.abc import Iterator
from datetime import timedelta

import pytest


@pytest.fixture
def read(network, cast):
    """Return what a visitor's program reads."""
    client = cast.client("anonymous")

    def get(path: str, **query: object):
        answer = client.get(f"/api/v1/laboratories{path}", query)
        assert answer.status_code == 200, answer.content[:300]
        return answer.json()

    return get


class Program:
    """A program of a laboratory's member."""

    def __init__(self, actor) -> None:
        from django.test import Client

        from qilian.portal.accounts import tokens

        self.client = Client()
        self.headers = {"Authorization": f"Bearer {tokens.make(actor, 'test', 30, may_write=True)[1]}"}

    def ask(self, method: str, path: str, body: object = None, status: int = 200, **headers: str):
        """Return what an address answers, which has to be of that status."""
        answer = getattr(self.client, method)(
            f"/api/v1/laboratories/own{path}",
            *([] if body is None else [body]),
            **({} if method == "get" else {"content_type": "application/json"}),
            headers={**self.headers, **headers},
        )
        assert answer.status_code == status, (answer.status_code, answer.content[:300])
        return answer.json() if answer.content else None

    def upload(self, content: str, status: int = 202):
        """Return what an upload answers."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        sent = {"file": SimpleUploadedFile("scope.csv", content.encode())}
        answer = self.client.post("/api/v1/laboratories/own/scope", sent, headers=self.headers)
        assert answer.status_code == status, (answer.status_code, answer.content[:300])
        return answer.json()


@pytest.fixture
def program(network, cast) -> Program:
    return Program(cast.actor("laboratory", laboratory="zj-robot"))


@pytest.fixture
def other(network, cast) -> Program:
    return Program(cast.actor("laboratory", "other", laboratory="zj-emc"))


def test_the_list_is_filtered_as_on_the_page(read, network):
    assert read("/")["total"] == len(network.laboratories)
    found = read("/", text="pose accuracy", tier="province")
    assert {each["code"] for each in found["items"]} == {"zj-robot", "zj-control"}


def test_a_laboratory_its_lines_and_its_calendar(read, network):
    own = network.laboratory("zj-robot")
    one = read("/zj-robot")
    assert [each["number"] for each in one["accreditations"]] == [each.number for each in own.accreditations]
    assert {each["code"] for each in one["benches"]} == {each.id for each in own.benches}
    lines = read("/zj-robot/lines", text="repeatability")
    assert lines["total"] == sum("repeatability" in line.parameter.en.lower() for line in own.lines)
    assert lines["items"][0]["limits"][0] == {"name": "payload", "low": 0, "high": 300, "unit": "kg"}
    found = read("/zj-robot/calendar", start="2026-10-01", days=1)["benches"]
    assert len(found) == len(own.benches)
    assert found[0]["days"] == [{"day": "2026-10-01", "kind": "holiday", "opens": [], "taken": [], "free": []}]


def test_who_can_test_something_is_answered_with_proof_and_misses(read):
    (answer,) = read("/match", text="位姿准确度 ISO 9283", limit="mass=400 kg")
    assert answer["body"] == "network"
    assert "zj-control" in {each["code"] for each in answer["laboratories"]}
    proof = answer["laboratories"][0]["lines"][0]
    assert proof["price"] > 0
    assert proof["matched"]
    missed = next(each for each in answer["near_misses"] if each["code"] == "zj-robot")
    assert "outside by 100 kg" in missed["shortfalls"][0]["by"]["en"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/match", 422), ("/match?text=x&limit=5+parsecs", 422), ("/?region=x", 422), ("/?on=1", 422)],
)
def test_what_makes_no_sense_is_a_problem(network, cast, path: str, status: int):
    answer = cast.client("anonymous").get(f"/api/v1/laboratories{path}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_change_from_an_old_version_is_a_conflict(program: Program):
    own = program.ask("get", "")
    assert program.ask("patch", "", {"version": own["version"], "answer_days": 4})["answer_days"] == 4
    program.ask("patch", "", {"version": own["version"], "answer_days": 5}, status=409)
    bench = own["benches"][0]
    changed = program.ask("patch", "/benches", {"code": bench["code"], "version": bench["version"], "is_open": False})
    assert not changed["is_open"]
    program.ask("patch", "/benches", {"code": bench["code"], "version": bench["version"], "name": "x"}, status=409)
    line = program.ask("get", "/lines")["items"][0]
    changed = program.ask("patch", "/lines", {"row": line["row"], "version": line["version"], "price": 77})
    assert (changed["price"], changed["hours"]) == (77, line["hours"])
    program.ask("patch", "/lines", {"row": line["row"], "version": line["version"], "price": 78}, status=409)


def test_a_bench_is_added_once_for_one_key(program: Program):
    sent = {"name": "新", "opens": "Mon-Fri 9-17", "like": "zj-robot-b01"}
    first = program.ask("post", "/benches", sent, 201, **{"Idempotency-Key": "a"})
    assert program.ask("post", "/benches", sent, 201, **{"Idempotency-Key": "a"}) == first
    assert [each["name"]["zh"] for each in program.ask("get", "")["benches"]].count("新") == 1
    program.ask("post", "/benches", {**sent, "opens": "always"}, 422)
    program.ask("post", "/benches", {**sent, "like": "zj-emc-b01"}, 422)


def test_hours_are_taken_given_back_and_refused_where_they_are_taken(program: Program, bench):
    from django.utils import timezone

    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    sent = {
        "benches": [bench.code],
        "start": start.isoformat(),
        "end": (start + timedelta(hours=3)).isoformat(),
        "purpose": "failure",
    }
    (slot,) = program.ask("post", "/hours", sent, 201)["slots"]
    told = program.ask("post", "/hours", sent, 409)
    assert bench.name in told["title"]
    program.ask("post", "/hours", {**sent, "end": sent["start"]}, 422)
    program.ask("post", "/hours", {**sent, "benches": ["zj-emc-b01"]}, 422)
    program.ask("delete", f"/hours?slot={slot['slot']}", status=204)
    assert not bench.slots.exists()


def test_nobody_reaches_what_is_anothers(program: Program, other: Program, bench):
    from qilian.portal.network.editing import version
    from qilian.portal.network.models import Line

    line = Line.objects.get(row="zj-robot-001")
    other.ask("patch", "/benches", {"code": bench.code, "version": version(bench), "is_open": False}, 404)
    other.ask("patch", "/lines", {"row": line.row, "version": version(line), "price": 1}, 404)
    assert {each["code"][:6] for each in other.ask("get", "")["benches"]} == {"zj-emc"}


def test_a_scope_table_is_uploaded_as_a_job_with_its_account(program: Program, other: Program, home):
    import shutil

    from qilian.portal.home import SCOPES_FOLDER
    from qilian.portal.jobs.running import run

    shutil.rmtree(home / SCOPES_FOLDER, ignore_errors=True)
    job = program.upload("object,parameter,standard\nrobot,noise,ISO 3744\nrobot,,\n")
    program.upload("object,parameter,standard\nrobot,noise,ISO 3744\n", 409)
    run.func(job["number"])
    (table,) = program.ask("get", "/scope")
    assert (table["taken"], table["unread"], table["job"]) == (1, 1, job["number"])
    (row,) = program.ask("get", "/scope/rows?part=unread")["items"]
    assert (row["line"], row["mend"]["en"]) == (3, "fill in at least two of object, parameter and standard")
    assert other.ask("get", "/scope") == []
    assert other.ask("get", "/scope/rows")["items"] == []
    program.upload("%PDF-1.7", 422)
    shutil.rmtree(home / SCOPES_FOLDER, ignore_errors=True)


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
def test_no_request_of_a_laboratory_makes_it_fail(program: Program, one_transaction: None, monkeypatch):
    import schemathesis
    from django.db import transaction
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as openapi_checks

    from qilian.portal.api import limits
    from qilian.portal.wsgi import application

    for each in (limits.OF_ACCOUNT, limits.PLANNING):
        monkeypatch.setattr(each, "most", 10**9)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    wanted = [
        checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if "laboratories" not in operation.definition.raw["tags"]:
            continue
        asked += 1

        @settings(
            max_examples=30,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            if case.path_parameters:
                case.path_parameters["code"] = "zj-robot"
            with transaction.atomic():
                answer = case.call(headers=program.headers)
                transaction.set_rollback(True)
            case.validate_response(answer, checks=wanted)

        check()
    assert asked == 17
