"""Policy tools: a firm answers, sees what fits and which condition fails; nobody else reads its answers."""


def say(client, **answers: object) -> None:
    for fact, answer in answers.items():
        client.post(f"/evaluation/tools/{fact.replace('__', '.')}/", {"answer": answer})


def test_answers_decide_which_tools_fit_and_which_condition_fails(cast):
    """A firm of 500 in Hangzhou gets no voucher for small firms, by that condition; the award for standards fits."""
    client = cast.client("firm")
    client.cookies["language"] = "en"
    page = client.get("/evaluation/tools/").content.decode()
    assert "They fit" not in page
    assert "invented and unverified" in page
    say(client, firm__region="hangzhou", standards__led="2", firm__employees="500", tests__spent="3")
    page = client.get("/evaluation/tools/").content.decode()
    fits, rest = page.split("Undecided: an answer is missing")
    assert "SAMPLE-STANDARDS-AWARD" in fits
    _undecided, refused = rest.split("They do not fit")
    voucher = refused.partition("SAMPLE-TEST-VOUCHER")[0]
    failing = voucher.partition('aria-label="fails"')[2]
    assert "is below 300" in failing.partition("</li>")[0]


def test_questions_follow_each_other_until_nothing_is_undecided(cast):
    """Who does not know is not asked again; what was said can be changed."""
    from qilian.portal.evaluation import helping

    client = cast.client("firm")
    asked = set()
    where = "/evaluation/tools/firm.region/"
    while "tools/" in where and not where.endswith("tools/"):
        assert where not in asked
        asked.add(where)
        where = client.post(where, {"do": "unknown"})["Location"]
    assert len(asked) == len(helping.toolbox().facts.parameters)
    say(client, firm__region="other")
    answers = helping.answers_of(cast.actor("firm").organisation)
    assert answers["firm.region"] == "other"
    box = helping.toolbox()
    assert helping.next_fact(helping.offers(answers, box.tools[0].in_force_from, box), answers) is None


def test_an_answer_that_is_none_is_refused(cast):
    """Nothing is kept."""
    from qilian.portal.evaluation.models import FirmFacts

    client = cast.client("firm")
    assert client.post("/evaluation/tools/firm.employees/", {"answer": "many"}).status_code == 200
    assert client.post("/evaluation/tools/firm.employees/", {"answer": "-1"}).status_code == 200
    assert client.get("/evaluation/tools/none/").status_code == 404
    assert not FirmFacts.objects.exists()


def test_others_see_the_tools_but_no_answers(cast):
    """Another firm, a regulator, a window."""
    say(cast.client("firm"), firm__region="hangzhou")
    for who in (("firm", "other"), ("regulator",), ("window",)):
        page = cast.client(*who).get("/evaluation/tools/").content.decode()
        assert "SAMPLE-TEST-VOUCHER" in page
        assert 'href="/evaluation/tools/firm.region/"' not in page or who[0] == "firm"
        assert "杭州</div>" not in page
