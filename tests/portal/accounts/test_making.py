"""An organisation is made by questions, one a page, and checked before it is sent."""

import pytest


def answer(client, step: str, value: str):
    return client.post(f"/accounts/organisation/new/{step}/", {"answer": value})


def last_page(answered) -> str:
    return answered.headers.get("Location", "")


def test_a_person_makes_a_firm_and_manages_it(cast, credit_code):
    from qilian.portal.accounts.models import Organisation

    client = cast.client("person")
    assert b"/accounts/organisation/" in client.get("/").content  # the front page says what to do
    for step, value, following in (
        ("name", "杭州示例机器人有限公司", "/new/code/"),
        ("code", credit_code().lower(), "/new/province/"),
        ("province", "330000", "/new/city/"),
        ("city", "330100", "/new/district/"),
        ("district", "330108", "/check/"),
    ):
        assert client.get(f"/accounts/organisation/new/{step}/").status_code == 200
        assert last_page(answer(client, step, value)).endswith(following)
    check = client.get("/accounts/organisation/check/").content.decode()
    for shown in ("杭州示例机器人有限公司", credit_code(), "浙江省", "杭州市", "滨江区"):
        assert shown in check
    assert not Organisation.objects.exists()  # nothing is made before it is sent
    assert last_page(client.post("/accounts/organisation/check/")) == "/accounts/members/"
    made = Organisation.objects.get()
    assert (made.kind, made.region, made.credit_code) == ("firm", "330108", credit_code())
    assert made.memberships.get().is_admin
    assert client.get("/accounts/members/").status_code == 200  # acts for it at once


def test_a_person_can_make_no_other_kind(cast):
    """The question of the kind is the operator's; sending its answer leads back and changes nothing."""
    client = cast.client("person")
    answered = answer(client, "kind", "regulator")
    assert last_page(answered).endswith("/new/name/")
    session = client.session
    session["organisation_draft"] = {"kind": "regulator", "name": "某局", "code": "", "province": "330000"}
    session.save()
    answer(client, "city", "330100")
    answer(client, "district", "330108")
    assert last_page(answer(client, "code", "")) == ""  # a firm needs a code


def test_the_operator_makes_any_kind_for_others(cast):
    from qilian.portal.accounts.models import Organisation

    client = cast.client("operator")
    for step, value in (("kind", "regulator"), ("name", "宁波市某局"), ("code", ""), ("province", "330000")):
        answer(client, step, value)
    answer(client, "city", "330200")
    assert last_page(answer(client, "district", "330200")).endswith("/check/")  # the whole city
    answered = client.post("/accounts/organisation/check/")
    made = Organisation.objects.get(name="宁波市某局")
    assert last_page(answered) == f"/accounts/organisations/{made.pk}/"
    assert (made.kind, made.region, made.level, made.credit_code) == ("regulator", "330200", "city", None)
    assert not made.memberships.exists()


@pytest.mark.parametrize(
    ("kind", "answers", "region"),
    [
        ("regulator", {"province": "000000"}, "000000"),
        ("regulator", {"province": "330000", "city": "330000"}, "330000"),
        ("laboratory", {"province": "310000", "district": "310115"}, "310115"),
        ("firm", {"province": "440000", "city": "441900"}, "441900"),
        ("firm", {"province": "710000"}, "710000"),
    ],
)
def test_questions_end_where_a_division_has_no_parts(
    settings_of_tests, kind: str, answers: dict[str, str], region: str
):
    from qilian.portal.accounts.making import Draft

    draft = Draft({"kind": kind, "name": "x", "code": ""}, any_kind=True)
    for step, value in answers.items():
        assert draft.open_step == step
        assert draft.form(step, {"answer": value}).is_valid()
        draft = draft.with_answer(step, value)
    assert (draft.open_step, draft.region) == (None, region)


def test_another_province_forgets_the_city_and_nothing_else(settings_of_tests):
    from qilian.portal.accounts.making import Draft

    answers = {"name": "x", "code": "y", "province": "330000", "city": "330100", "district": "330108"}
    draft = Draft(answers, any_kind=False)
    assert draft.with_answer("province", "330000").open_step is None
    changed = draft.with_answer("province", "440000")
    assert (changed.open_step, changed.answers["name"]) == ("city", "x")
    assert draft.with_answer("city", "330200").open_step == "district"


@pytest.mark.parametrize("code", ["91330108000000001", "913301080000000019", "not a code", "", "9133010800000000I1"])
def test_a_wrong_credit_code_is_refused_beside_its_field(cast, code: str):
    client = cast.client("person")
    page = answer(client, "code", code)
    assert page.status_code == 200
    assert b'id="id_answer_error"' in page.content
    assert b'id="error-summary"' in page.content


def test_a_code_that_is_here_already_is_refused(cast, credit_code):
    organisation = cast.actor("firm").organisation
    organisation.credit_code = credit_code()
    organisation.save()
    page = answer(cast.client("person"), "code", credit_code())
    assert "邀请您加入" in page.content.decode()


def test_a_code_that_came_between_is_told_and_nothing_is_lost(cast, credit_code):
    client = cast.client("person")
    session = client.session
    draft = {"name": "甲", "code": credit_code(), "province": "330000", "city": "330100", "district": "330108"}
    session["organisation_draft"] = draft
    session.save()
    organisation = cast.actor("firm").organisation
    organisation.credit_code = credit_code()
    organisation.save()
    page = client.post("/accounts/organisation/check/")
    assert page.status_code == 200
    assert b"error-summary" in page.content
    assert client.session["organisation_draft"] == draft


def test_answers_are_there_on_the_way_back(cast):
    client = cast.client("person")
    answer(client, "name", "杭州示例机器人有限公司")
    assert "杭州示例机器人有限公司" in client.get("/accounts/organisation/new/name/").content.decode()


def test_a_district_of_another_city_is_refused(cast):
    client = cast.client("person")
    answer(client, "province", "330000")
    answer(client, "city", "330100")
    assert answer(client, "district", "330203").status_code == 200


def test_check_without_all_answers_leads_to_the_first_open_question(cast):
    assert last_page(cast.client("person").get("/accounts/organisation/check/")).endswith("/new/name/")


def test_an_unknown_question_does_not_exist(cast):
    assert cast.client("person").get("/accounts/organisation/new/colour/").status_code == 404


def test_nobody_makes_organisations_without_end(cast, credit_code):
    from qilian.portal.accounts.models import Membership, Organisation

    actor = cast.actor("person")
    client = cast.client("person")
    for number in range(10):
        made = Organisation.objects.create(kind="firm", name=f"firm {number}", region="330100")
        Membership.objects.create(user=actor.user, organisation=made)
    session = client.session
    session["organisation_draft"] = {
        "name": "甲", "code": credit_code(), "province": "330000", "city": "330100", "district": "330108",
    }  # fmt: skip
    session.save()
    assert client.post("/accounts/organisation/check/").status_code == 200
    assert Organisation.objects.count() == 10
