"""Programs send demands, read what became of them, and are refused what the pages refuse."""

import json

import pytest

DEMAND = {"title": "谐波减速器精度衰减", "words": "运行三千小时后回差超过两角分。", "urgency": 3}


@pytest.fixture
def call(cast):
    """Call the interface as somebody: the answer's status and body."""

    def do(kind: str, address: str, body: object = None, which: str = ""):
        client = cast.client(kind, which)
        if body is None:
            answer = client.get(f"/api/v1{address}")
        else:
            answer = client.post(f"/api/v1{address}", json.dumps(body), "application/json")
        return answer.status_code, answer.json()

    return do


def test_a_firm_answers_a_survey(call, firm, survey):
    status, surveys = call("firm", "/surveys/")
    assert status == 200
    (found,) = surveys["items"]
    assert [each["kind"] for each in found["questions"]] == ["number", "choices"]
    wanted = {**DEMAND, "survey": found["number"], "answers": {"q1": "7.5", "q2": ["加检验"]}}
    status, sent = call("firm", "/demands/", wanted)
    assert (status, sent["state"], sent["node"]) == (201, "new", "harmonic-reducer")
    assert sent["answers"] == {"q1": "7.5", "q2": ["加检验"]}
    assert call("firm", f"/demands/?survey={found['number']}")[1]["total"] == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"answers": {"q2": ["加检验"]}}, "q1"),
        ({"answers": {"q1": "viel"}}, "q1"),
        ({"answers": {"q1": "1", "q2": ["祈祷"]}}, "q2"),
        ({"answers": {"q1": "1", "q9": "x"}}, "q9"),
        ({"node": "flux-capacitor"}, "flux-capacitor"),
        ({"tests": ["no-such"]}, "no-such"),
        ({"urgency": 9}, "urgency"),
        ({"owner": 1}, "owner"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(call, firm, survey, change, where):
    from qilian.portal.improvement.models import Demand

    status, problem = call("firm", "/demands/", {**DEMAND, "survey": survey.pk, "answers": {"q1": "1"}, **change})
    assert status == 422
    assert where in json.dumps(problem)
    assert not Demand.objects.exists()


def test_a_survey_of_another_division_is_not_there(call, ningbo_firm, province, ahead):
    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.parts import write

    row = surveys.draft(province)
    write(row, {"title": "杭州调查", "closes": ahead, "region": "330100"})
    surveys.publish(row, province)
    assert call("firm", "/demands/", {**DEMAND, "survey": row.pk}, "ningbo")[0] == 404


def test_the_regulator_sets_owner_measure_and_deadline(call, province, firm, send, ahead):
    row = send(firm)
    address = f"/demands/{row.pk}/moves"
    assert call("regulator", address, {"event": "assign"})[0] == 422
    wanted = {"event": "assign", "owner": province.user.pk, "words": "请专家会诊", "due": ahead.isoformat()}
    assert call("regulator", address, {**wanted, "version": 1})[0] == 422, "an older version"
    status, moved = call("regulator", address, wanted)
    assert (status, moved["state"], moved["owner"], moved["due"]) == (
        200,
        "assigned",
        str(province.user),
        ahead.isoformat(),
    )
    assert call("firm", address, {"event": "close", "words": "自己办"})[0] == 422
    assert call("firm", address, {"event": "withdraw"})[1]["state"] == "withdrawn"


def test_a_program_cannot_set_a_deadline_that_the_page_refuses(call, province, firm, send, yesterday):
    row = send(firm)
    wanted = {"event": "assign", "owner": province.user.pk, "words": "请专家会诊", "due": yesterday.isoformat()}
    assert call("regulator", f"/demands/{row.pk}/moves", wanted)[0] == 422
    row.refresh_from_db()
    assert row.state == "new"


def test_the_public_list_of_problems_tells_no_firm(call, province, firm, send, ahead):
    from qilian.portal.improvement.commands import problems

    fields = {
        "title": "谐波减速器精度保持性",
        "words": "多家企业反映",
        "node": "harmonic-reducer",
        "tests": [],
        "severity": 3,
    }
    row = problems.pose(province, [send(firm)], fields, "合并会诊", ahead)
    assert call("anonymous", "/problems/")[1]["total"] == 0
    assert call("anonymous", f"/problems/{row.pk}")[0] == 404
    assert call("regulator", "/problems/")[1]["total"] == 1
    problems.move(row, "list", province)
    status, found = call("anonymous", f"/problems/{row.pk}")
    assert (status, found["demands"], found["state"]) == (200, 1, "listed")
    assert "cobot" in found["machines"]
    assert "rotary-joint" in found["downstream"]
    assert str(firm.organisation) not in json.dumps(found, ensure_ascii=False)
    assert call("anonymous", "/problems/?node=lidar")[1]["total"] == 0
