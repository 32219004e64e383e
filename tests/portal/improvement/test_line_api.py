"""A program goes the whole line: survey, demands, problem, clinic, project, effect, standard; and walks it back."""

import json

import pytest

NEED = {
    "title": "谐波减速器精度衰减",
    "words": "运行三千小时后回差超过两角分。",
    "urgency": 3,
    "node": "harmonic-reducer",
}


@pytest.fixture
def call(cast):
    """Call the interface as somebody: status and body; what is sent carries a key of its own."""

    def do(kind: str, method: str, address: str, body: object = None, which: str = "", key: str = ""):
        client = cast.client(kind, which)
        headers = {"Idempotency-Key": key} if key else {}
        sent = "" if body is None else json.dumps(body)
        answer = client.generic(method, f"/api/v1{address}", sent, "application/json", headers=headers)
        return answer.status_code, answer.json()

    return do


@pytest.fixture
def expert(cast, call):
    """An expert of the reducer, who said so by the interface."""
    cast.actor("expert")
    said = {"nodes": ["harmonic-reducer"], "systems": ["transmission"], "words": "减速器二十年"}
    status, row = call("expert", "PUT", "/experts/own", said)
    assert status == 200, row
    return row


@pytest.fixture
def posed(call, province, firm, ningbo_firm, ahead):
    """A listed problem of two demands."""
    for which in ("", "ningbo"):
        assert call("firm", "POST", "/demands/", NEED, which)[0] == 201
    (group,) = call("regulator", "GET", "/groups/")[1]["items"]
    assert group["reasons"]
    wanted = {
        "demands": group["loose"],
        "title": "谐波减速器精度保持性",
        "words": "多家企业反映",
        "severity": 3,
        "node": "harmonic-reducer",
        "measure": "合并会诊",
        "due": ahead.isoformat(),
    }
    status, row = call("regulator", "POST", "/problems/", wanted)
    assert (status, row["state"], row["demand_numbers"]) == (201, "posed", group["loose"]), row
    assert call("regulator", "POST", "/problems/", wanted)[0] == 422, "they are part of a problem now"
    status, row = call("regulator", "POST", f"/problems/{row['number']}/moves", {"event": "list"})
    assert (status, row["state"]) == (200, "listed")
    return row


def test_the_whole_line_by_programs(cast, call, posed, expert, ahead):
    number = posed["number"]
    found = call("regulator", "GET", f"/problems/{number}/experts")[1]
    (candidate,) = found["candidates"]
    assert (candidate["expert"], found["excluded"]) == (expert["number"], [])
    wanted = {"experts": [expert["number"]], "on": ahead.isoformat(), "place": "杭州", "agenda": "看样机、议原因"}
    status, clinic = call("regulator", "POST", f"/problems/{number}/clinics", wanted, key="call")
    assert (status, clinic["state"], clinic["seats"][0]["finding"]) == (201, "called", "")
    again = call("regulator", "POST", f"/problems/{number}/clinics", wanted, key="call")[1]
    assert again["number"] == clinic["number"], "a retry calls nobody twice"
    at = f"/clinics/{clinic['number']}"
    said = {"finding": "柔轮热处理不足", "advice": "改为渗氮"}
    assert call("expert", "PUT", f"{at}/opinion", said)[1]["seats"][0]["finding"] == "柔轮热处理不足"
    assert call("regulator", "POST", f"{at}/moves", {"event": "hold"})[0] == 422, "without findings"
    status, clinic = call("regulator", "POST", f"{at}/moves", {"event": "hold", **said})
    assert (status, clinic["state"], clinic["advice"]) == (200, "held", "改为渗氮")

    ends = ahead.replace(year=ahead.year + 1).isoformat()
    draft = {"clinic": clinic["number"], "kind": "solving", "title": "减速器寿命攻关", "words": "改进热处理"}
    status, project = call("regulator", "POST", f"/problems/{number}/projects", draft)
    assert (status, project["state"], len(project["lacking"])) == (201, "draft", 4), project
    at = f"/projects/{project['number']}"
    days = {"begins": ahead.isoformat(), "ends": ends, "lead": "firm", "budget": 500_000}
    assert call("regulator", "PATCH", at, days)[1]["lead"] == "firm"
    assert call("regulator", "PATCH", at, {"ends": ahead.isoformat()})[0] == 422, "it ends before it has begun"
    assert call("regulator", "PATCH", at, {"lead": "没有的单位"})[0] == 422
    assert call("regulator", "POST", f"{at}/milestones", {"title": "验证", "due": ahead.isoformat()})[0] == 201
    aim = {"system": "602520", "indicator": "first-pass-yield", "baseline": "90", "goal": "98.50"}
    status, project = call("regulator", "POST", f"{at}/targets", aim)
    (target,), (milestone,) = project["targets"], project["milestones"]
    assert (status, target["goal"], target["met"], project["lacking"]) == (201, "98.5", None, [])
    assert call("regulator", "PUT", f"{at}/partners", {"partners": ["firm ningbo"]})[1]["partners"] == ["firm ningbo"]
    assert call("firm", "GET", at)[0] == 404, "a draft is the regulator's"
    assert call("regulator", "POST", f"{at}/moves", {"event": "start"})[1]["state"] == "running"
    assert call("regulator", "PATCH", at, {"title": "另一个名称"})[0] == 422
    assert call("firm", "GET", at, which="ningbo")[1]["clinic"] is None, "a partner reads it, and no clinic"

    assert call("regulator", "POST", f"{at}/milestones/{milestone['number']}/done", {})[1]["milestones"][0]["done"]
    effect = {"kind": "effect", "title": "合格率提高", "target": target["number"], "basis": "before_after"}
    assert call("regulator", "POST", f"{at}/results", effect)[0] == 422, "nothing was measured"
    measured = call("regulator", "PUT", f"{at}/targets/{target['number']}/figure", {"reached": 98.5})[1]
    assert measured["targets"][0]["met"] is True
    (result,) = call("regulator", "POST", f"{at}/results", effect)[1]["results"]
    assert call("regulator", "POST", f"{at}/results/{result['number']}/verify", {})[0] == 422, "entered by oneself"
    cast.actor("regulator", "colleague", region="330000")
    verified = call("regulator", "POST", f"{at}/results/{result['number']}/verify", {}, "colleague")[1]
    assert verified["results"][0]["verified"] is True
    standard = {"kind": "standard", "title": "减速器寿命试验方法", "reference": "T/ZZB 0000"}
    assert call("regulator", "POST", f"{at}/results", standard)[0] == 201
    assert call("regulator", "POST", f"{at}/moves", {"event": "finish"})[1]["state"] == "finished"

    line = call("regulator", "GET", f"/problems/{number}/line")[1]
    assert [each["number"] for each in line["demands"]] == posed["demand_numbers"]
    assert line["clinics"][0]["number"] == line["projects"][0]["clinic"] == clinic["number"]
    assert [each["title"] for each in line["projects"][0]["results"]] == ["合格率提高", "减速器寿命试验方法"]
    for kind, address in (("clinics", "/clinics/"), ("projects", "/projects/")):
        back = call("regulator", "GET", f"{address}{line[kind][0]['number']}")[1]
        assert back["problem"] == number, "and back"
    demand = call("regulator", "GET", f"/demands/{posed['demand_numbers'][0]}")[1]
    assert demand["problem"] == number
    public = call("anonymous", "GET", f"/problems/{number}/line")[1]
    assert (public["demands"], public["clinics"]) == ([], [])
    assert public["projects"][0]["number"] is None
    assert "firm" not in json.dumps(public)
    assert (
        call("regulator", "POST", f"/problems/{number}/moves", {"event": "solve", "words": "渗氮"})[1]["state"]
        == "solved"
    )


def test_who_has_an_interest_is_not_asked_by_a_program_either(call, posed, expert, ahead):
    told = {"nodes": ["harmonic-reducer"], "interests": ["firm ningbo"]}
    assert call("expert", "PUT", "/experts/own", told)[1]["interests"] == ["firm ningbo"]
    found = call("regulator", "GET", f"/problems/{posed['number']}/experts")[1]
    assert [each["expert"] for each in found["excluded"]] == [expert["number"]]
    wanted = {"experts": [expert["number"]], "on": ahead.isoformat(), "place": "杭州", "agenda": "看样机、议原因"}
    assert call("regulator", "POST", f"/problems/{posed['number']}/clinics", wanted)[0] == 422


def test_problems_are_changed_split_and_merged_by_programs(call, posed, firm, ahead):
    number = posed["number"]
    changed = call("regulator", "PATCH", f"/problems/{number}", {"severity": 1, "version": posed["version"]})
    assert (changed[0], changed[1]["severity"], changed[1]["title"]) == (200, 1, posed["title"])
    assert call("regulator", "PATCH", f"/problems/{number}", {"severity": 2, "version": posed["version"]})[0] == 422
    first, second = posed["demand_numbers"]
    status, row = call("regulator", "DELETE", f"/problems/{number}/demands/{second}")
    assert (status, row["demand_numbers"]) == (200, [first])
    assert call("regulator", "DELETE", f"/problems/{number}/demands/{first}")[0] == 422, "its only one"
    again = {"demands": [second], "measure": "再并入一起", "due": ahead.isoformat()}
    assert call("regulator", "POST", f"/problems/{number}/demands", again)[1]["demand_numbers"] == [first, second]
    sent = call("firm", "POST", "/demands/", {**NEED, "title": "电缆断裂", "node": "lidar"})[1]["number"]
    fields = {"title": "柔性电缆断裂", "words": "弯折寿命不足", "severity": 2, "measure": "会诊解决"}
    other = call("regulator", "POST", "/problems/", {**fields, "demands": [sent], "due": ahead.isoformat()})[1]
    assert call("regulator", "POST", f"/problems/{other['number']}/moves", {"event": "merge"})[0] == 422
    merged = call("regulator", "POST", f"/problems/{other['number']}/moves", {"event": "merge", "into": number})[1]
    assert (merged["state"], merged["merged_into"]) == ("merged", number)


def test_a_survey_is_made_and_published_by_a_program(call, province, firm, ahead):
    questions = [
        {"text": "每年损失多少万元？", "kind": "number", "required": True},
        {"text": "试过哪些办法？", "kind": "choices", "choices": ["换供应商", "加检验"]},
    ]
    survey = {"title": "减速器调查", "closes": ahead.isoformat(), "region": "330100", "questions": questions}
    assert call("regulator", "POST", "/surveys/", {**survey, "region": "310000"})[0] == 422, "not its division"
    wrong = [{"text": "哪一种？", "kind": "choice", "choices": ["仅一种"]}]
    assert call("regulator", "POST", "/surveys/", {**survey, "questions": wrong})[0] == 422
    assert call("regulator", "GET", "/surveys/")[1]["total"] == 0, "nothing is kept of what was refused"
    status, row = call("regulator", "POST", "/surveys/", survey)
    assert (status, row["state"], [each["id"] for each in row["questions"]]) == (201, "draft", ["q1", "q2"])
    at = f"/surveys/{row['number']}"
    assert call("firm", "GET", at)[0] == 404
    assert (
        call("regulator", "POST", f"{at}/moves", {"event": "publish", "version": row["version"]})[1]["state"] == "open"
    )
    assert call("firm", "GET", at)[1]["title"] == "减速器调查"
    assert call("regulator", "POST", f"{at}/moves", {"event": "close"})[1]["state"] == "closed"
