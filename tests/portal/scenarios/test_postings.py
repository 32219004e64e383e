"""Offers and needs: written page by page, seen by their division, matched with reasons, taken back, withdrawn."""

import pytest


def test_it_is_published_only_when_whole(owner):
    from qilian.portal.improvement.parts import write
    from qilian.portal.scenarios.commands import postings
    from qilian.portal.scenarios.errors import TrialRefused
    from qilian.portal.scenarios.models import Side

    row = postings.draft(owner, Side.NEED)
    with pytest.raises(TrialRefused, match="必备条件"):
        postings.publish(row, owner)
    write(row, {"title": "冷库抓取", "words": "零下十度", "reach": "000000"})
    postings.say(row, {"parameter": "technology.price", "at_most": "2000 元", "wish": True})
    with pytest.raises(TrialRefused, match="必备条件"):
        postings.publish(row, owner)
    postings.say(row, {"parameter": "payload.rated", "at_least": "5 kg"})
    postings.publish(row, owner)
    assert row.state == "published"
    with pytest.raises(TrialRefused):
        postings.say(row, {"parameter": "payload.rated", "at_least": "6 kg"})


def test_a_term_of_the_same_parameter_takes_the_place_of_the_other(owner):
    """Of an offer one value for each parameter; of a need one bound of each comparison."""
    from qilian.portal.scenarios.commands import postings
    from qilian.portal.scenarios.models import Side

    offer, need = postings.draft(owner, Side.OFFER), postings.draft(owner, Side.NEED)
    for value in ("5 kg", "6000 g"):
        postings.say(offer, {"parameter": "payload.rated", "value": value})
    assert offer.terms == [{"parameter": "payload.rated", "value": "6 kg"}]
    for term in ({"at_least": "5 kg"}, {"at_most": "9 kg"}, {"at_least": "6 kg"}):
        postings.say(need, {"parameter": "payload.rated", **term})
    assert [set(each) & {"at_least", "at_most"} for each in need.terms] == [{"at_most"}, {"at_least"}]
    postings.take_out(need, 0)
    assert need.terms == [{"parameter": "payload.rated", "at_least": "6 kg", "wish": False}]


def test_who_sees_it(asks, enter, write, owner, maker, stranger, province):
    """Everybody, one's own province, one's own city; drafts stay with their makers."""
    from qilian.portal.accounts.actor import NOBODY
    from qilian.portal.scenarios.models import Posting

    public = write("need", owner, asks)
    provincial = write("need", owner, asks, reach="330000")
    city = write("need", owner, asks, reach="330100")
    seen = {
        actor.organisation.name if actor.organisation else "": set(
            Posting.objects.visible_to(actor).values_list("pk", flat=True)
        )
        for actor in (NOBODY, owner, maker, stranger, province)
    }
    assert list(seen.values()) == [
        {public.pk},
        {public.pk, provincial.pk, city.pk},
        {public.pk, provincial.pk},
        {public.pk},
        {public.pk, provincial.pk, city.pk},
    ]
    from qilian.portal.scenarios.commands import postings

    postings.move(public, "revise", owner)
    assert public.pk not in set(Posting.objects.visible_to(province).values_list("pk", flat=True))
    page = f"/scenarios/{public.pk}/"
    assert enter(stranger).get(page).status_code == 404
    assert enter(owner).get(page).status_code == 200


def test_a_regulator_withdraws_with_a_reason_and_the_maker_is_told(asks, write, owner, province, stranger):
    from qilian.portal.scenarios.commands import postings
    from qilian.portal.scenarios.errors import TrialRefused

    row = write("need", owner, asks)
    with pytest.raises(TrialRefused):
        postings.move(row, "withdraw", stranger, "不想看到")
    with pytest.raises(TrialRefused, match="原因"):
        postings.move(row, "withdraw", province)
    postings.move(row, "withdraw", province, "含有个人信息")
    assert row.state == "withdrawn"
    assert owner.user.notices.filter(zh__contains="含有个人信息").count() == 1


def test_it_is_made_on_pages_and_matched(enter, owner, offer, write, maker):
    """From the first page to who fits: one question a page, errors beside the field, reasons on the page."""
    from qilian.portal.scenarios.models import Posting

    write("offer", maker, [{"parameter": "payload.rated", "value": "3 kg"}], title="轻载夹爪")
    write("offer", maker, [{"parameter": "technology.accuracy", "value": "1 %"}], title="传感器")
    client = enter(owner)
    answer = client.post("/scenarios/new", {"side": "need"})
    row = Posting.objects.get(organisation=owner.organisation)
    at = f"/scenarios/{row.pk}/"
    assert answer["Location"] == f"{at}parts/what/"
    client.post(f"{at}parts/what/", {"title": "冷库抓取五公斤件", "words": "零下十度的冷库"})
    client.post(f"{at}parts/node/", {"node": ""})
    assert client.post(f"{at}parts/reach/", {"reach": "000000"})["Location"] == at
    answer = client.post(f"{at}terms/", {"parameter": "payload.rated"})
    assert answer["Location"] == f"{at}terms/value/?parameter=payload.rated"
    value = answer["Location"]
    wrong = client.post(value, {"operator": "at_least", "value": "5 V"})
    assert wrong.status_code == 200
    assert "not a mass" in wrong.content.decode()
    assert client.post(value, {"operator": "at_least", "value": "5000 g"})["Location"] == at
    answer = client.post(f"{at}terms/", {"parameter": "-", "own": "防护等级达标", "kind": "boolean", "unit": ""})
    assert client.post(answer["Location"], {"value": "yes", "wish": "on"})["Location"] == at
    row.refresh_from_db()
    assert row.terms == [
        {"parameter": "payload.rated", "at_least": "5 kg", "wish": False},
        {"own": "防护等级达标", "kind": "boolean", "is": True, "wish": True},
    ]
    assert client.post(f"{at}publish", {"version": row.version})["Location"] == f"{at}matches/"
    page = client.get(f"{at}matches/").content.decode()
    assert "低温夹爪" in page
    assert "期望条件满足 0/1" in page
    assert "轻载夹爪" not in page
    failing = client.get(f"{at}matches/?show=failing").content.decode()
    assert "轻载夹爪" in failing
    assert "不满足：3 kg，差 2 kg" in failing
    assert "另有 1 项与这些条件无关" in failing
    other = client.get(f"/scenarios/{offer.pk}/matches/").content.decode()
    assert "冷库抓取五公斤件" in other, "the same the other way round"


@pytest.mark.parametrize(
    ("posted", "named"),
    [
        ({"parameter": "-", "own": " "}, "请写明参数名称"),
        ({"parameter": "-", "own": "力", "unit": "9^9"}, "not a unit"),
        ({"parameter": "no.such"}, "is-invalid"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_beside_its_field(enter, owner, posted, named):
    from qilian.portal.scenarios.commands import postings
    from qilian.portal.scenarios.models import Side

    row = postings.draft(owner, Side.OFFER)
    answer = enter(owner).post(f"/scenarios/{row.pk}/terms/", posted)
    assert answer.status_code == 200
    assert named in answer.content.decode()


def test_what_the_pack_knows_no_more_never_widens_a_need(asks, write, owner, offer):
    """A condition that cannot be read any more stops the matching instead of falling away."""
    from qilian.portal.scenarios.models import Posting
    from qilian.portal.scenarios.reading import matches, need_of

    row = write("need", owner, asks)
    Posting.objects.filter(pk=row.pk).update(terms=[*row.terms, {"parameter": "gone.away", "at_least": 1}])
    row.refresh_from_db()
    assert need_of(row) is None
    assert matches(row, owner)[0].ranked == ()


def test_a_need_comes_of_a_problem(enter, owner, province):
    """Its page says so, as long as the reader may see the problem."""
    from qilian.portal.improvement.models import Problem
    from qilian.portal.scenarios.models import Posting

    problem = Problem.objects.create(
        organisation=province.organisation, region="330000", title="夹爪低温失效", state="listed", severity=2, node=""
    )
    client = enter(owner)
    assert "/scenarios/new" in client.get(f"/improvement/problems/{problem.pk}/").content.decode()
    client.post("/scenarios/new", {"side": "need", "problem": problem.pk})
    assert Posting.objects.get().problem == problem
