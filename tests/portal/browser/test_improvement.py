"""From a survey to a standard proposal in a real browser: thirty demands, nine problems, a clinic, two projects."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

THIRTY = Path(__file__).parents[1] / "improvement" / "thirty.csv"


@pytest.fixture
def become(page, log_in):
    """Go on as another of the demo's accounts."""

    def do(login: str) -> None:
        page.context.clear_cookies(name="session")
        log_in(login)

    return do


@pytest.fixture
def call(page):
    """Call the interface as who is logged in: the body of the answer."""

    def do(address: str, body: object = None):
        if body is None:
            answer = page.request.get(f"/api/v1{address}")
        else:
            token = json.loads(page.locator("body").get_attribute("hx-headers"))["X-CSRFToken"]
            head = {"X-CSRFToken": token, "Content-Type": "application/json"}
            answer = page.request.post(f"/api/v1{address}", headers=head, data=json.dumps(body))
        assert answer.ok, answer.text()
        return answer.json()

    return do


def go_on(page) -> None:
    """Send the page's form, and wait for the next one."""
    with page.expect_navigation():
        page.locator("main form button.btn-primary").last.click()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_survey_ends_in_a_standard_proposal(page, become, call, accessible):
    from qilian.laboratories import working_days  # the day is to be one on which offices work

    with THIRTY.open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    day = working_days.after(date.fromisoformat(today), 15)

    become("supplier")
    for state in ("new", "assigned"):  # what an earlier run left
        for each in call(f"/demands/?state={state}&size=200")["items"]:
            call(f"/demands/{each['number']}/moves", {"event": "withdraw"})

    become("ningbo")
    page.goto("/improvement/surveys/")
    go_on(page)
    page.fill("#id_title", "宁波减速器与关节诉求调查")
    go_on(page)
    go_on(page)  # the whole division
    page.fill("#id_closes", day.isoformat())
    go_on(page)
    go_on(page)  # any part of the chain
    page.fill("#id_text", "每年因此损失多少万元？")
    page.check("input[value=number]")
    page.check("#id_required")
    accessible()
    with page.expect_navigation():
        page.locator("main form button[type=submit], main form .card-footer button").first.click()
    with page.expect_navigation():
        page.locator("a.btn-primary").click()
    accessible()
    go_on(page)
    page.wait_for_url("**/surveys/*/")
    number = int(page.url.rstrip("/").rpartition("/")[2])

    become("supplier")
    for line in lines:
        words = {name: line[name] for name in ("title", "words", "node")}
        call("/demands/", {**words, "urgency": int(line["urgency"]), "survey": number, "answers": {"q1": "10"}})

    become("ningbo")
    page.goto("/improvement/groups/")
    accessible()
    assert page.locator("form.card").count() == 9
    for _ in range(9):
        page.goto("/improvement/groups/")
        with page.expect_navigation():
            page.locator("form.card button.btn-primary").first.click()
        go_on(page)
        page.wait_for_url("**/problems/*/")
        with page.expect_navigation():
            page.locator("form[action$='/list'] button").click()
    sent = call(f"/demands/?survey={number}&size=200")["items"]
    left = [each for each in sent if each["problem"] is None]
    assert len(left) == 2, "what no group had, a person places"
    label = {line["title"]: line["label"] for line in lines}
    home = {label[each["title"]]: each["problem"] for each in sent if each["problem"]}
    for each in left:
        page.goto(f"/improvement/demands/{each['number']}/")
        page.select_option("#problem", str(home[label[each["title"]]]))
        with page.expect_navigation():
            page.locator("form[action$='/put/'] button").click()
        go_on(page)
    sent = call(f"/demands/?survey={number}&size=200")["items"]
    assert (len(sent), len({each["problem"] for each in sent})) == (30, 9)
    assert all(home[label[each["title"]]] == each["problem"] for each in sent)
    assert all(each["owner"] and each["measure"] and each["due"] for each in sent)

    problem = f"/improvement/problems/{home['reducer']}/"
    page.goto(f"{problem}clinic/")
    accessible()
    page.locator("input[name=experts]").first.check()
    page.fill("#id_on", day.isoformat())
    page.fill("#id_place", "宁波")
    page.fill("#id_agenda", "看样、诊断、建议")
    go_on(page)
    page.wait_for_url("**/clinics/*/")
    clinic = page.url
    become("expert")
    page.goto(clinic)
    page.fill("#id_finding", "柔轮热处理硬度散差大")
    page.fill("#id_advice", "统一热处理工艺，建立寿命试验方法")
    go_on(page)
    become("ningbo")
    page.goto(clinic)
    accessible()
    page.fill("#id_finding", "热处理散差是主因")
    page.fill("#id_advice", "立项攻关，并提出试验方法标准")
    go_on(page)

    solving = _project(page, clinic, "solving", "柔轮热处理工艺攻关", day)
    standard = _project(page, clinic, "standard", "谐波减速器寿命试验方法标准", day)
    page.goto(solving)
    page.locator("input[name=reached]").fill("98.4")
    with page.expect_navigation():
        page.locator("form[action$='/measure'] button").click()
    page.goto(f"{solving}add/result/")
    page.select_option("#id_kind", "effect")
    page.fill("#id_title", "一次交验合格率提高")
    page.select_option("#id_target", index=1)
    page.select_option("#id_basis", "before_after")
    accessible()
    go_on(page)
    become("regulator")
    page.goto(solving)
    with page.expect_navigation():
        page.locator("form[action$='/verify'] button").click()
    become("ningbo")
    _finish(page, solving)
    page.goto(f"{standard}add/result/")
    page.select_option("#id_kind", "standard")
    page.fill("#id_title", "谐波减速器寿命试验方法（提案）")
    go_on(page)
    _finish(page, standard)

    page.goto(f"{problem}line/")
    accessible()
    text = page.inner_text("main")
    for part in ("柔轮热处理工艺攻关", "一次交验合格率提高", "谐波减速器寿命试验方法（提案）", "立项攻关"):
        assert part in text
    assert page.locator("a[href*='/improvement/demands/']").count() == 4
    assert page.locator("a[href*='/improvement/clinics/']").count() >= 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _project(page, clinic: str, kind: str, title: str, day) -> str:
    """Make a project by the clinic's advice, and begin it; return its address."""
    page.goto(clinic)
    go_on(page)
    page.check(f"input[value={kind}]")
    page.fill("#id_title", title)
    page.fill("#id_words", "按会诊建议实施")
    go_on(page)
    page.fill("#id_lead", "示例减速器有限公司（演示）")
    go_on(page)
    page.fill("#id_begins", day.isoformat())
    page.fill("#id_ends", (day + timedelta(days=300)).isoformat())
    go_on(page)
    page.wait_for_url("**/projects/*/")
    address = page.url
    page.goto(f"{address}add/milestone/")
    page.fill("#id_title", "完成验证")
    page.fill("#id_due", day.isoformat())
    go_on(page)
    page.goto(f"{address}add/target/")
    page.select_option("#id_indicator", "602520/first-pass-yield")
    page.fill("#id_baseline", "92")
    page.fill("#id_goal", "98")
    go_on(page)
    with page.expect_navigation():
        page.locator("form[action$='/start'] button").click()
    return address


def _finish(page, project: str) -> None:
    page.goto(project)
    with page.expect_navigation():
        page.locator("form[action$='/finish'] button").click()
    assert page.locator("form[action$='/finish']").count() == 0
