"""A person decides which demands are one problem; what is published names no firm; every decision is recorded."""

import pytest


@pytest.fixture
def pose(province, ahead):
    """Make demands a problem."""
    from qilian.portal.improvement.commands import problems

    def do(*demands, actor=None, **fields):
        given = {
            "title": "谐波减速器精度保持性",
            "words": "多家企业反映",
            "node": "harmonic-reducer",
            "tests": [],
            "severity": 3,
        }
        return problems.pose(actor or province, demands, {**given, **fields}, "合并会诊", ahead)

    return do


@pytest.fixture
def three(firm, ningbo_firm, send):
    """Three demands: two that are alike, and one that is not."""
    alike = {"node": "harmonic-reducer"}
    first = send(firm, title="谐波减速器回差变大", words="三千小时后回差超过两角分", **alike)
    second = send(ningbo_firm, title="减速器回差超差", words="谐波减速器半年后回差变大", **alike)
    third = send(firm, title="电池包低温续航下降", words="零下十度续航只有一半", node="battery-pack", urgency=3)
    return first, second, third


def test_what_is_alike_is_proposed_and_a_person_makes_it_a_problem(cast, province, three, ahead):
    from qilian.portal.improvement.models import Problem

    first, second, third = three
    client = cast.client("regulator")
    page = client.get("/improvement/groups/")
    (group,) = page.context["page"]
    assert {each.pk for each in group.demands} == {first.pk, second.pk}
    assert [each.pk for each in page.context["alone"]] == [third.pk]
    address = f"/improvement/problems/new/?demand={first.pk}&demand={second.pk}"
    form = client.get(address).context["form"]
    assert (form.initial["node"], form.initial["severity"]) == ("harmonic-reducer", 2)
    given = {**form.initial, "severity": 3, "due": ahead.isoformat(), "demand": [first.pk, second.pk]}
    answer = client.post("/improvement/problems/new/", {**given, "title": "x"})
    assert answer.status_code == 200, "too short"
    answer = client.post("/improvement/problems/new/", given)
    problem = Problem.objects.get()
    assert answer["Location"] == f"/improvement/problems/{problem.pk}/"
    for demand in (first, second):
        demand.refresh_from_db()
        assert (demand.problem, demand.state, demand.owner) == (problem, "assigned", province.user)
    client.post("/improvement/problems/new/", given)
    assert Problem.objects.count() == 1, "a demand is part of one problem at most"


def test_what_was_unticked_or_refused_is_not_proposed_again(cast, province, three, firm, send, ahead):
    from qilian.portal.improvement.commands import problems

    first, second, _third = three
    client = cast.client("regulator")
    client.post("/improvement/groups/apart", {"demand": [first.pk, second.pk]})
    assert problems.proposals(province)[0] == []
    more = send(firm, title="谐波减速器回差变大了", words="三千小时后回差超过两角分", node="harmonic-reducer")
    group = next(each for each in problems.proposals(province)[0] if more in each.demands)
    assert not {first, second} <= set(group.demands)


def test_a_demand_like_those_of_a_problem_is_proposed_to_it(cast, province, three, pose, send, firm, ahead):
    from qilian.portal.improvement.commands import problems

    first, second, third = three
    problem = pose(first, second)
    more = send(firm, title="谐波减速器回差变大", words="四千小时后回差超差", node="harmonic-reducer")
    (group,) = problems.proposals(province)[0]
    assert (group.problem, group.loose) == (problem, (more,))
    client = cast.client("regulator")
    address = f"/improvement/problems/put/?problem={problem.pk}&demand={more.pk}"
    assert client.get(address).status_code == 200
    given = {"problem": problem.pk, "demand": [more.pk, third.pk], "measure": "合并会诊", "due": ahead.isoformat()}
    client.post("/improvement/problems/put/", given)
    assert set(problem.demands.all()) == {first, second, more, third}


def test_one_is_split_off_again_and_stays_apart(province, three, pose):
    from qilian.portal.improvement.commands import problems
    from qilian.portal.improvement.errors import ImprovementRefused

    first, second, _third = three
    problem = pose(first, second)
    problems.take_out(problem, second, province)
    assert second.problem is None
    assert problems.proposals(province)[0] == []
    with pytest.raises(ImprovementRefused, match="唯一"):
        problems.take_out(problem, first, province)


def test_two_problems_become_one_with_all_demands(province, three, pose):
    from qilian.portal.history.firing import MoveRefused
    from qilian.portal.improvement.commands import problems
    from qilian.portal.improvement.errors import ImprovementRefused

    first, second, third = three
    one, other = pose(first), pose(second, third)
    with pytest.raises(ImprovementRefused):
        problems.merge(one, one, province)
    problems.merge(one, other, province)
    assert (one.state, one.merged_into) == ("merged", other)
    assert set(other.demands.all()) == {first, second, third}
    with pytest.raises(MoveRefused):
        problems.move(one, "list", province)
    with pytest.raises(ImprovementRefused):
        problems.merge(other, one, province)


def test_the_public_list_shows_what_is_published_and_no_firm(cast, province, ningbo, three, pose, firm):
    from qilian.portal.improvement.commands import problems
    from qilian.portal.improvement.models import Problem

    first, second, _third = three
    problem = pose(first, second, title="谐波减速器公开问题")
    visitor, own = cast.client("anonymous"), cast.client("firm")
    page = f"/improvement/problems/{problem.pk}/"
    assert visitor.get(page).status_code == 404
    assert own.get(page).status_code == 404
    assert not Problem.objects.visible_to(ningbo).exists(), "the city does not see what the province drafts"
    assert Problem.objects.visible_to(province).get() == problem
    problems.move(problem, "list", province)
    assert "谐波减速器公开问题" in visitor.get("/improvement/").content.decode()
    text = visitor.get(page).content.decode()
    assert "协作机器人" in text, "how far it reaches"
    for secret in (str(first.firm), str(second.firm), first.reference, first.words, "合并会诊"):
        assert secret not in text
    assert first.reference in own.get(page).content.decode(), "a firm sees its own demand there"
    assert second.reference not in own.get(page).content.decode()


def test_only_who_answers_for_the_region_decides(cast, ningbo, three, pose):
    from qilian.portal.improvement.commands import problems

    first, second, _third = three
    problem = pose(first, second)
    problems.move(problem, "list", cast.actor("regulator"))
    city = cast.client("regulator", "ningbo")
    for address, data in (("drop", {"words": "不"}), ("merge", {"into": problem.pk}), ("edit/", {})):
        assert city.post(f"/improvement/problems/{problem.pk}/{address}", data).status_code == 404
    page = city.get(f"/improvement/problems/new/?demand={first.pk}&demand={second.pk}")
    assert page.status_code == 302, "they are part of a problem; and the first is not the city's"


def test_reach_is_what_lies_downstream_on_the_map():
    """A harmonic reducer goes into rotary joints; from there into arms and robots. A whole machine reaches nothing."""
    from qilian.portal.improvement.mapping import reach

    found = reach("harmonic-reducer")
    names = {each.id for each in found.nodes}
    assert {"rotary-joint", "cobot-arm", "cobot"} <= names
    assert "harmonic-reducer" not in names
    assert {each.layer for each in found.machines} == {"machine"}
    assert reach("cobot").nodes == ()
    assert reach("no-such-part") is None


def test_solving_closes_the_demands_and_dropping_frees_them(province, three, pose):
    from qilian.portal.history.firing import fire
    from qilian.portal.improvement.commands import problems
    from qilian.portal.improvement.errors import ImprovementRefused
    from qilian.portal.improvement.models import Demand

    first, second, third = three
    problem, other = pose(first, second), pose(third)
    problems.move(problem, "list", province)
    fire(problem, "take_up", province)
    with pytest.raises(ImprovementRefused):
        problems.move(problem, "solve", province, "")
    problems.move(problem, "solve", province, "柔轮热处理工艺改进")
    assert set(Demand.objects.filter(state="closed").values_list("outcome", flat=True)) == {"柔轮热处理工艺改进"}
    problems.move(other, "drop", province, "另案处理")
    third.refresh_from_db()
    assert (third.problem, third.state) == (None, "assigned")


def test_every_decision_stands_in_the_history(province, three, pose):
    from qilian.portal.history.auditing import examine, stored
    from qilian.portal.history.recording import about
    from qilian.portal.improvement.commands import problems

    first, second, third = three
    problem, other = pose(first, second), pose(third)
    problems.edit(problem, province, {"title": "改过的题目"}, problem.version)
    problems.take_out(problem, second, province)
    problems.merge(problem, other, province)
    assert [each.event for each in about([problem])] == ["pose", "edit", "take_out", "merge"]
    assert [each.event for each in about([other])] == ["pose", "put"]
    assert examine(stored())[1] == []
