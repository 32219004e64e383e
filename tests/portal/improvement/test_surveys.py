"""A survey is made page by page, asks the firms of a division and no others, reminds and counts, and ends by itself."""

from datetime import timedelta

import pytest


def test_it_is_made_page_by_page_and_checked_before_it_is_published(cast, province, firm, ahead):
    from qilian.portal.improvement.models import Survey

    client = cast.client("regulator")
    assert client.post("/improvement/surveys/new/").status_code == 302
    row = Survey.objects.get()
    base = f"/improvement/surveys/{row.pk}/"
    page = client.get(base)
    assert b"disabled" in page.content, "a title and a last day are missing"
    answer = client.post(f"{base}parts/title/", {"title": "x"})
    assert answer.status_code == 200, "too short: said beside the field"
    assert b'value="x"' in answer.content, "nothing is lost"
    answer = client.post(f"{base}parts/title/", {"title": "减速器调查", "words": "为攻关立项"})
    assert answer["Location"].endswith("/parts/region/")
    answer = client.post(f"{base}parts/region/", {"region": "330100"})
    answer = client.post(f"{base}parts/closes/", {"closes": "2020-01-01"})
    assert answer.status_code == 200, "that day has passed"
    answer = client.post(f"{base}parts/closes/", {"closes": ahead.isoformat()})
    answer = client.post(f"{base}parts/node/", {"node": "harmonic-reducer"})
    assert answer["Location"].endswith("/parts/tests/"), "that part of the chain has tests to choose from"
    answer = client.post(f"{base}parts/tests/", {})
    assert answer["Location"].endswith("/questions/")
    question = {"text": "换过几家？", "kind": "choice", "choices": "一家\n两家\n两家"}
    assert client.post(f"{base}questions/", {**question, "choices": "一家"}).status_code == 200, "one is no choice"
    client.post(f"{base}questions/", question)
    row.refresh_from_db()
    assert [each.choices for each in row.asked] == [("一家", "两家")]
    answer = client.post(f"{base}parts/title/?check", {"title": "减速器诉求调查"})
    assert answer["Location"] == base, "back to the check, not through all pages again"
    row.refresh_from_db()
    client.post(f"{base}publish", {"version": row.version - 1})
    row.refresh_from_db()
    assert row.state == "draft", "somebody else's version is not published"
    client.post(f"{base}publish", {"version": row.version})
    row.refresh_from_db()
    assert (row.state, row.title, row.region) == ("open", "减速器诉求调查", "330100")
    assert client.get(f"{base}parts/title/").status_code == 302, "what is published is not edited"


def test_what_is_missing_is_named_and_nothing_is_published(province):
    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.errors import ImprovementRefused

    row = surveys.draft(province)
    with pytest.raises(ImprovementRefused, match="截止到哪天"):
        surveys.publish(row, province)
    assert row.state == "draft"


def test_it_asks_the_firms_of_its_division_and_tells_them(cast, province, firm, ningbo_firm, ahead):
    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.models import Survey
    from qilian.portal.improvement.parts import write
    from qilian.portal.notices.models import Notice

    row = surveys.draft(province)
    write(row, {"title": "杭州调查", "closes": ahead, "region": "330100"})
    assert not Survey.objects.visible_to(firm).exists(), "a draft is its maker's"
    assert surveys.publish(row, province) == 1
    assert Survey.objects.visible_to(firm).get() == row
    assert not Survey.objects.visible_to(ningbo_firm).exists()
    assert set(Notice.objects.values_list("user", flat=True)) == {firm.user.pk}
    page = f"/improvement/surveys/{row.pk}/"
    assert cast.client("firm").get(page).status_code == 200
    assert cast.client("firm", "ningbo").get(page).status_code == 404


def test_regulators_see_their_division_and_below_and_change_only_their_own(cast, province, ningbo, survey, ahead):
    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.models import Survey
    from qilian.portal.improvement.parts import write

    below = surveys.draft(ningbo)
    write(below, {"title": "宁波调查", "closes": ahead})
    assert set(Survey.objects.visible_to(province)) == {survey}, "a draft of the city is the city's"
    surveys.publish(below, ningbo)
    assert set(Survey.objects.visible_to(province)) == {survey, below}
    assert set(Survey.objects.visible_to(ningbo)) == {below}, "the city does not oversee the province"
    assert cast.client("regulator").post(f"/improvement/surveys/{below.pk}/close").status_code == 404


def test_only_who_has_not_answered_is_reminded_and_once_a_day(province, firm, ningbo_firm, survey, send):
    from django.utils import timezone

    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.errors import ImprovementRefused
    from qilian.portal.notices.models import Notice

    send(firm, survey)
    Notice.objects.all().delete()
    assert surveys.remind(survey, province) == 1
    assert set(Notice.objects.values_list("user", flat=True)) == {ningbo_firm.user.pk}
    with pytest.raises(ImprovementRefused, match="一天之内"):
        surveys.remind(survey, province)
    survey.reminded = timezone.now() - timedelta(days=2)
    send(ningbo_firm, survey)
    with pytest.raises(ImprovementRefused, match="所有企业"):
        surveys.remind(survey, province)


def test_answers_are_counted(cast, province, firm, ningbo_firm, survey, send):
    send(firm, survey, answers={"q1": "12", "q2": ["加检验", "改设计"]})
    send(ningbo_firm, survey, answers={"q1": "3", "q2": ["加检验"]})
    send(firm, survey)
    page = cast.client("regulator").get(f"/improvement/surveys/{survey.pk}/")
    counted = {each.question.id: (each.answered, each.counts) for each in page.context["counted"]}
    assert counted == {"q1": (3, ()), "q2": (2, (("加检验", 2), ("改设计", 1), ("换供应商", 0)))}
    assert (page.context["firms"], page.context["answered"], page.context["sent"]) == (2, 2, 3)


def test_it_ends_after_its_last_day_by_itself(firm, survey, send, yesterday):
    from qilian.portal.history.models import Entry
    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.errors import ImprovementRefused
    from qilian.portal.improvement.models import Survey

    surveys.close_over()
    survey.refresh_from_db()
    assert survey.state == "open"
    Survey.objects.update(closes=yesterday)
    survey.refresh_from_db()
    with pytest.raises(ImprovementRefused, match="不接收答复"):
        send(firm, survey)
    surveys.close_over()
    survey.refresh_from_db()
    assert survey.state == "closed"
    last = Entry.objects.latest("number")
    assert (last.event, last.person, last.was, last.now) == ("close", None, "open", "closed")
