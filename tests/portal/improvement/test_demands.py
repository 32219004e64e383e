"""A demand belongs to its firm, gets owner, measure and deadline, and every change of it stands in the history."""

import pytest


def test_a_firm_makes_it_page_by_page_and_nobody_sees_it_before(cast, province, firm, survey):
    from qilian.portal.improvement.models import Demand

    client, regulator = cast.client("firm"), cast.client("regulator")
    answer = client.post("/improvement/demands/new/", {"survey": survey.pk})
    row = Demand.objects.get()
    base = f"/improvement/demands/{row.pk}/"
    assert answer["Location"] == f"{base}parts/what/"
    assert row.node == "harmonic-reducer", "where the survey is"
    assert regulator.get(base).status_code == 404
    client.post(f"{base}raise", {"version": row.version})
    row.refresh_from_db()
    assert row.state == "draft", "not complete"
    client.post(f"{base}parts/what/", {"title": "回差超差", "words": "三千小时后回差超过两角分"})
    client.post(f"{base}parts/node/", {"node": "harmonic-reducer"})
    client.post(f"{base}parts/urgency/", {"urgency": "3"})
    assert client.post(f"{base}parts/answers/", {"q2": ["加检验"]}).status_code == 200, "the first has to be answered"
    client.post(f"{base}parts/answers/", {"q1": "12.5", "q2": ["加检验"]})
    row.refresh_from_db()
    client.post(f"{base}raise", {"version": row.version})
    row.refresh_from_db()
    assert (row.state, row.answers, row.urgency) == ("new", {"q1": "12.5", "q2": ["加检验"]}, 3)
    assert row.due is not None, "from the first on there is a deadline"
    assert regulator.get(base).status_code == 200
    assert client.get(f"{base}parts/what/").status_code == 302, "what was sent is not edited"


def test_each_sees_its_own_and_regulators_what_lies_below(province, ningbo, firm, ningbo_firm, cast, send):
    from qilian.portal.improvement.models import Demand

    here, there = send(firm), send(ningbo_firm)
    window = cast.actor("window")  # of Binjiang district
    seen = {
        "firm": set(Demand.objects.visible_to(firm)),
        "province": set(Demand.objects.visible_to(province)),
        "city": set(Demand.objects.visible_to(ningbo)),
        "window": set(Demand.objects.visible_to(window)),
        "expert": set(Demand.objects.visible_to(cast.actor("expert"))),
        "nobody": set(Demand.objects.visible_to(cast.actor("anonymous"))),
    }
    assert seen == {
        "firm": {here},
        "province": {here, there},
        "city": {there},
        "window": {here},
        "expert": set(),
        "nobody": set(),
    }
    other = cast.client("firm", "ningbo")
    assert other.get(f"/improvement/demands/{here.pk}/").status_code == 404
    assert other.post(f"/improvement/demands/{here.pk}/withdraw").status_code == 404
    assert cast.client("regulator", "ningbo").post(f"/improvement/demands/{here.pk}/refuse").status_code == 404


def test_it_gets_owner_measure_and_a_working_day(cast, province, firm, send, ahead):
    from qilian.portal.notices.models import Notice

    row, client = send(firm), cast.client("regulator")
    address = f"/improvement/demands/{row.pk}/assign/"
    form = {"owner": province.user.pk, "measure": "请专家会诊", "due": ahead.isoformat(), "version": row.version}
    assert client.post(address, {**form, "owner": firm.user.pk}).status_code == 200, "not of the regulator"
    assert client.post(address, {**form, "owner": ""}).status_code == 200
    assert client.post(address, form)["Location"] == f"/improvement/demands/{row.pk}/"
    row.refresh_from_db()
    assert (row.state, row.owner, row.measure, row.due.isoformat()) == (
        "assigned",
        province.user,
        "请专家会诊",
        form["due"],
    )
    assert Notice.objects.filter(user=firm.user).count() == 1
    client.post(address, {**form, "measure": "别的"})
    row.refresh_from_db()
    assert row.measure == "请专家会诊", "the version that was seen is an older one"


def test_a_day_off_is_no_deadline(portal):
    from datetime import date

    from django.core.exceptions import ValidationError

    from qilian.portal.improvement.forms.demands import AssignForm

    form = AssignForm.__new__(AssignForm)
    form.cleaned_data = {"due": date(2026, 11, 29)}  # a Sunday
    with pytest.raises(ValidationError):
        form.clean_due()
    form.cleaned_data = {"due": date(2026, 11, 30)}
    assert form.clean_due() == date(2026, 11, 30)


def test_it_ends_with_words_and_the_firm_is_told(province, firm, send, ahead):
    from qilian.portal.history.firing import MoveRefused
    from qilian.portal.improvement.commands import demands
    from qilian.portal.improvement.errors import ImprovementRefused

    row = send(firm)
    with pytest.raises(ImprovementRefused):
        demands.move(row, "refuse", province, " ")
    with pytest.raises(MoveRefused):
        demands.move(row, "close", province, "没有办")  # nobody has seen to it yet
    with pytest.raises(MoveRefused):
        demands.move(row, "close", firm, "自己办")
    demands.assign(row, province, province.user, "请专家会诊", ahead)
    demands.move(row, "close", province, "已更换供应商")
    assert (row.state, row.outcome) == ("closed", "已更换供应商")
    assert firm.user.notices.count() == 2
    with pytest.raises(MoveRefused):
        demands.move(row, "withdraw", firm)


def test_a_window_writes_one_down_for_the_client_of_an_order(cast, firm):
    from qilian.portal.history.models import Entry
    from qilian.portal.improvement.models import Demand
    from qilian.portal.window import handling

    clerk, client = cast.actor("window"), cast.client("window")
    assert client.post("/improvement/demands/new/").status_code == 404, "without an order there is no client"
    order = handling.open_order(clerk, firm.organisation, "testing", text="减速器总是坏")
    client.post("/improvement/demands/new/", {"order": order.pk})
    row = Demand.objects.get()
    assert (row.firm, row.words) == (firm.organisation, "减速器总是坏")
    base = f"/improvement/demands/{row.pk}/"
    assert cast.client("firm").get(base).status_code == 404, "not before it is sent"
    client.post(f"{base}parts/what/", {"title": "减速器损坏", "words": row.words})
    client.post(f"{base}parts/urgency/", {"urgency": "2"})
    row.refresh_from_db()
    client.post(f"{base}raise", {"version": row.version})
    assert cast.client("firm").get(base).status_code == 200
    entry = Entry.objects.get(kind="improvement.demand", event="raise")
    assert (entry.person, entry.client) == (clerk.user, firm.organisation)


def test_a_window_withdraws_only_what_it_wrote(cast, firm, send):
    row = send(firm)
    cast.client("window").post(f"/improvement/demands/{row.pk}/withdraw")
    row.refresh_from_db()
    assert row.state == "new"
    cast.client("firm").post(f"/improvement/demands/{row.pk}/withdraw")
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_its_page_leads_only_to_what_its_reader_may_see(cast, province, firm, survey, send):
    """A district's window sees the firm's demand, not the survey of the province that it came by."""
    row = send(firm, survey)
    link = f'href="/improvement/surveys/{survey.pk}/"'
    pages = {who: cast.client(who, region=region) for who, region in (("regulator", "330000"), ("window", "330108"))}
    shown = {who: client.get(f"/improvement/demands/{row.pk}/").content.decode() for who, client in pages.items()}
    assert all(survey.title in page for page in shown.values())
    assert link in shown["regulator"]
    assert link not in shown["window"]
    assert pages["window"].get(f"/improvement/surveys/{survey.pk}/").status_code == 404


def test_every_move_stands_in_the_history_and_the_chain_is_whole(province, firm, send, ahead):
    from qilian.portal.history.auditing import examine, stored
    from qilian.portal.history.recording import about
    from qilian.portal.improvement.commands import demands

    row = send(firm)
    demands.assign(row, province, province.user, "请专家会诊", ahead)
    demands.assign(row, province, province.user, "改为送检", ahead)
    demands.move(row, "refuse", province, "不在职责范围")
    moves = list(about([row]).values_list("event", "was", "now"))
    assert moves == [
        ("draft", "", "draft"),
        ("raise", "draft", "new"),
        ("assign", "new", "assigned"),
        ("assign", "assigned", "assigned"),
        ("refuse", "assigned", "refused"),
    ]
    assert examine(stored())[1] == []
