"""The window's orders for programs: the same rules as on the pages."""

from .conftest import SENTENCE


def post(client, path: str, body: object):
    return client.post(f"/api/v1/orders/{path}", body, content_type="application/json")


def test_from_words_to_the_clients_plan(cast, clerk, client_firm, mandate):
    client = cast.client("window")
    read = post(client, "reading", {"text": SENTENCE, "on": "2026-11-25"}).json()
    assert [each["market"] for each in read["markets"]] == ["EU"]
    body = {"client": client_firm.pk, "text": SENTENCE, "parameters": {"payload.rated": "12 kg"}, "tests": ["noise"]}
    answer = post(client, "", body)
    assert answer.status_code == 201, answer.content
    number = answer.json()["number"]
    lines = {line["id"]: line for line in client.get(f"/api/v1/orders/{number}").json()["lines"]}
    assert lines["payload.rated"]["value"] == "12 kg", "what is given counts before what was read"
    assert {"noise", "emc"} <= set(lines)
    assert post(client, f"{number}/plan", {}).status_code == 422, "it has to be taken first"
    assert post(client, f"{number}/moves", {"event": "take"}).json()["state"] == "taken"
    assert post(client, f"{number}/plan", {}).json()["version"] == 1
    assert post(client, f"{number}/moves", {"event": "close", "words": "方案"}).json()["state"] == "closed"


def test_what_names_nothing_is_refused_and_nothing_is_opened(cast, clerk, client_firm):
    from qilian.portal.window.models import Order

    client = cast.client("window")
    for wrong in ({"tests": ["x"]}, {"markets": ["XX"]}, {"parameters": {"payload.rated": "12 V"}}, {"service": "x"}):
        assert post(client, "", {"client": client_firm.pk, **wrong}).status_code == 422, wrong
    far = cast.actor("firm", "far", region="110105").organisation
    assert post(client, "", {"client": far.pk}).status_code == 404
    assert not Order.objects.exists()


def test_a_firm_sees_its_own_and_moves_what_the_table_lets_it(cast, open_order):
    order = open_order()
    firm, other = cast.client("firm"), cast.client("firm", "other")
    assert firm.get("/api/v1/orders/").json()["total"] == 1
    assert other.get("/api/v1/orders/").json()["total"] == 0
    assert post(other, f"{order.pk}/moves", {"event": "withdraw"}).status_code == 404
    assert post(firm, f"{order.pk}/moves", {"event": "take"}).status_code == 422
    assert post(firm, f"{order.pk}/moves", {"event": "withdraw", "version": 9}).status_code == 422
    assert post(firm, f"{order.pk}/moves", {"event": "withdraw"}).json()["state"] == "withdrawn"


def test_whether_somebody_is_here_is_not_learned_by_handing_over_to_them(cast, clerk, open_order):
    """A stranger, and a number that nobody has, get the same answer, from a program and on the page."""
    from qilian.portal.accounts.models import User

    order, client = open_order(), cast.client("window")
    stranger = cast.actor("person").user.pk
    nobody = User.objects.latest("pk").pk + 1
    assert post(client, f"{order.pk}/moves", {"event": "take"}).status_code == 200
    answers = [post(client, f"{order.pk}/moves", {"event": "hand_over", "clerk": who}) for who in (stranger, nobody)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content
    order.refresh_from_db()
    form = {"version": order.version}
    pages = [
        client.post(f"/window/{order.pk}/hand_over", {**form, "to": who}, follow=True) for who in (stranger, nobody)
    ]
    said = [[str(message) for message in page.context["messages"]] for page in pages]
    assert said[0] == said[1]
    assert len(said[0]) == 1
    kept = {"event": "release", "clerk": stranger}
    assert post(client, f"{order.pk}/moves", kept).status_code == 200
    from qilian.portal.history.recording import about

    assert "clerk" not in about([order]).latest("number").data
