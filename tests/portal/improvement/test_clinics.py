"""Experts are matched with reasons, who has an interest is excluded, and a clinic ends with findings and advice."""

from datetime import timedelta

import pytest

SYSTEM = "knows the system: Transmission"


@pytest.fixture
def problem(province, firm, ningbo_firm, send, ahead):
    """A listed problem of the harmonic reducer, with demands of two firms."""
    from qilian.portal.improvement.commands import problems

    demands = [send(firm, node="harmonic-reducer"), send(ningbo_firm, node="harmonic-reducer")]
    fields = {
        "title": "谐波减速器精度保持性",
        "words": "多家企业反映",
        "node": "harmonic-reducer",
        "tests": [],
        "severity": 3,
    }
    row = problems.pose(province, demands, fields, "合并会诊", ahead)
    problems.move(row, "list", province)
    return row


@pytest.fixture
def expert(cast):
    """Make an expert: what they know, and the firms in which they have an interest."""
    from qilian.portal.improvement.models import Expert

    def make(which: str = "", interests=(), **fields):
        actor = cast.actor("expert", which)
        row = Expert.objects.create(user=actor.user, organisation=actor.organisation, **fields)
        row.interests.set(interests)
        return row

    return make


def test_the_nearest_come_first_with_reasons(province, problem, expert):
    from qilian.portal.improvement.commands import clinics

    far = expert("far", systems=["transmission"])
    next_to = expert("next", nodes=["flexspline"])
    same = expert("same", nodes=["harmonic-reducer"], systems=["transmission"])
    expert("other", nodes=["lidar"], systems=["sensing"])
    found, out = clinics.candidates(problem, province)
    assert [each.expert for each in found] == [same, next_to, far]
    assert [reason.en for reason in found[0].reasons] == ["knows the part: Harmonic reducer", SYSTEM]
    assert found[1].reasons[0].zh == "熟悉环节：柔轮"
    assert out == []


def test_who_has_an_interest_is_excluded_and_it_is_said_why(cast, province, problem, expert, firm):
    from qilian.portal.accounts.models import Membership
    from qilian.portal.improvement.commands import clinics
    from qilian.portal.improvement.errors import ImprovementRefused

    declared = expert("declared", nodes=["harmonic-reducer"], interests=[firm.organisation])
    member = expert("member", nodes=["harmonic-reducer"])
    Membership.objects.create(user=member.user, organisation=firm.organisation)
    free = expert("free", nodes=["harmonic-reducer"])
    found, out = clinics.candidates(problem, province)
    assert [each.expert for each in found] == [free]
    assert {each.expert: each.why.en.split()[0] for each in out} == {declared: "declared", member: "belongs"}
    day = problem.created.date() + timedelta(days=7)
    with pytest.raises(ImprovementRefused):
        clinics.call(province, problem, [declared.pk], day, "杭州", "会诊")
    page = cast.client("regulator").get(f"/improvement/problems/{problem.pk}/clinic/").content.decode()
    assert "已声明与" in page
    assert f'value="{declared.pk}"' not in page


def test_an_interest_that_comes_up_later_keeps_the_findings_back(province, problem, expert, firm):
    from qilian.portal.improvement.commands import clinics
    from qilian.portal.improvement.errors import ImprovementRefused

    one, other = expert("one", nodes=["harmonic-reducer"]), expert("two", nodes=["harmonic-reducer"])
    clinic = clinics.call(province, problem, [one.pk, other.pk], problem.created.date(), "杭州", "会诊")
    one.interests.add(firm.organisation)
    with pytest.raises(ImprovementRefused, match="利害关系"):
        clinics.hold(clinic, province, "柔轮热处理散差", "统一工艺")
    assert clinic.state == "called"
    clinics.excuse(clinic.seats.get(expert=one), province)
    clinics.hold(clinic, province, "柔轮热处理散差", "统一工艺")
    assert (clinic.state, clinic.findings) == ("held", "柔轮热处理散差")
    with pytest.raises(ImprovementRefused):
        clinics.excuse(clinic.seats.get(), province)


def test_an_expert_says_what_they_know_and_is_asked(cast, province, problem, firm, ahead):
    from qilian.portal.improvement.models import Clinic, Expert

    client, regulator = cast.client("expert"), cast.client("regulator")
    form = {"systems": ["transmission"], "nodes": ["harmonic-reducer"], "interests": "没有的企业"}
    answer = client.post("/improvement/clinics/expert/", form)
    assert "没有的企业" in answer.content.decode()
    assert not Expert.objects.exists()
    client.post("/improvement/clinics/expert/", {**form, "interests": ""})
    row = Expert.objects.get()
    call = {"experts": [row.pk], "on": ahead.isoformat(), "place": "杭州", "agenda": "看样、诊断、建议"}
    regulator.post(f"/improvement/problems/{problem.pk}/clinic/", call)
    clinic = Clinic.objects.get()
    page = f"/improvement/clinics/{clinic.pk}/"
    assert client.get(page).status_code == 200
    assert cast.client("expert", "other").get(page).status_code == 404, "only who has a seat"
    assert cast.client("regulator", "ningbo", region="330200").get(page).status_code == 404
    client.post(page, {"finding": "柔轮热处理散差大", "advice": "统一热处理工艺"})
    clinic.refresh_from_db()
    assert clinic.state == "called", "an expert's opinion does not end it"
    assert clinic.seats.get().finding == "柔轮热处理散差大"
    regulator.post(page, {"finding": "热处理散差", "advice": "立项攻关"})
    clinic.refresh_from_db()
    assert (clinic.state, clinic.advice) == ("held", "立项攻关")
    client.post(page, {"finding": "改主意", "advice": "改主意"})
    assert clinic.seats.get().finding == "柔轮热处理散差大", "it is over"


def test_a_problem_that_is_not_public_has_no_clinic(province, firm, send, expert, ahead):
    from qilian.portal.improvement.commands import clinics, problems
    from qilian.portal.improvement.errors import ImprovementRefused

    fields = {"title": "谐波减速器", "words": "反映", "node": "harmonic-reducer", "tests": [], "severity": 1}
    row = problems.pose(province, [send(firm)], fields, "合并会诊", ahead)
    who = expert(nodes=["harmonic-reducer"])
    with pytest.raises(ImprovementRefused, match="公开清单"):
        clinics.call(province, row, [who.pk], ahead, "杭州", "会诊")
