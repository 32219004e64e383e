"""From words to an order at the counter: marked, confirmed or corrected one by one, nothing opened before the end."""

import pytest

from qilian.portal.window.drafts import Line, pieces_of

from .conftest import SENTENCE


def answers(draft_lines: int, **changed: object) -> dict[str, object]:
    """Return the form of all lines, each confirmed."""
    return {"do": "go", **{f"decision_{number}": "wanted" for number in range(draft_lines)}, **changed}


def lines_in(client) -> list[dict]:
    return client.session["window_draft"]["lines"]


def told(client, firm, text: str = SENTENCE) -> list[dict]:
    client.post(f"/window/new/client/{firm.pk}")
    answer = client.post("/window/new/words/", {"service": "testing", "text": text})
    assert answer["Location"] == "/window/new/lines/"
    return lines_in(client)


def values(lines: list[dict]) -> dict[str, object]:
    """Return the inputs of the lines that have one, as the page shows them."""
    return {f"value_{n}": line["value"] for n, line in enumerate(lines) if line["value"] is not None}


def test_a_sentence_becomes_an_order_with_its_words(cast, clerk, client_firm):
    from qilian.portal.history.models import Entry
    from qilian.portal.window.models import Order

    client = cast.client("window")
    lines = told(client, client_firm)
    page = client.get("/window/new/lines/").content.decode()
    assert "<mark" in page
    assert Order.objects.count() == 0, "nothing is opened before the end"
    assert client.post("/window/new/lines/", answers(len(lines), **values(lines)))["Location"] == "/window/new/check/"
    assert client.get("/window/new/check/").status_code == 200
    client.post("/window/new/check/", {"name": "小蓝"})
    order = Order.objects.get()
    assert (order.client, order.owner, order.state) == (client_firm, clerk.user, "taken")
    found = {(line["kind"], line["id"]) for line in order.demand["lines"]}
    assert {("parameter", "payload.rated"), ("test", "emc"), ("test", "contact_force"), ("market", "EU")} <= found
    entries = Entry.objects.filter(kind="window.order").order_by("number")
    assert [(entry.event, entry.person, entry.client) for entry in entries] == [
        ("open", clerk.user, client_firm),
        ("take", clerk.user, client_firm),
    ]


def test_a_clerk_corrects_a_value_and_leaves_a_line_out(cast, clerk, client_firm):
    from qilian.portal.window.models import Order

    client = cast.client("window")
    lines = told(client, client_firm)
    place = {line["id"]: number for number, line in enumerate(lines)}
    changed = {f"value_{place['payload.rated']}": "12 公斤", f"decision_{place['emc']}": "dropped"}
    client.post("/window/new/lines/", answers(len(lines), **{**values(lines), **changed}))
    client.post("/window/new/check/", {"name": "x"})
    kept = {line["id"]: line for line in Order.objects.get().demand["lines"]}
    assert (kept["payload.rated"]["value"], kept["payload.rated"]["corrected"]) == ("12 公斤", True)
    assert kept["emc"]["decision"] == "dropped", "what was left out stays to be seen"


@pytest.mark.parametrize("wrong", ["12 V", "much", ""])
def test_a_value_that_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(cast, clerk, client_firm, wrong):
    client = cast.client("window")
    lines = told(client, client_firm)
    place = {line["id"]: number for number, line in enumerate(lines)}
    form = answers(len(lines), **{**values(lines), f"value_{place['payload.rated']}": wrong})
    answer = client.post("/window/new/lines/", form)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "error-summary" in page
    assert f'id="id_value_{place["payload.rated"]}_error"' in page
    assert client.get("/window/new/check/").status_code == 200, "what was decided before still stands"


def test_what_the_reader_was_not_sure_of_waits_for_a_decision(cast, clerk, client_firm):
    client = cast.client("window")
    lines = told(client, client_firm, "协做机器人,做电磁兼溶")
    unsure = [number for number, line in enumerate(lines) if not line["sure"]]
    assert unsure
    assert client.get("/window/new/check/")["Location"] == "/window/new/lines/"
    form = answers(len(lines), **values(lines))
    del form[f"decision_{unsure[0]}"]
    assert client.post("/window/new/lines/", form).status_code == 200


def test_without_words_a_form_does(cast, clerk, client_firm):
    """Each thing is added, then filled in; the add button loses nothing of what was filled in before."""
    client = cast.client("window")
    told(client, client_firm, "")
    client.post("/window/new/lines/", {"do": "add", "add": "parameter:payload.rated"})
    client.post(
        "/window/new/lines/",
        {"do": "add", "add": "test:emc", "decision_0": "wanted", "value_0": "7"},
    )
    lines = lines_in(client)
    assert [(line["id"], line["value"]) for line in lines] == [("payload.rated", "7 kg"), ("emc", None)]
    answer = client.post("/window/new/lines/", answers(2, value_0="7 kg"))
    assert answer["Location"] == "/window/new/check/"


def test_going_back_to_the_words_keeps_what_the_clerk_added(cast, clerk, client_firm):
    client = cast.client("window")
    lines = told(client, client_firm)
    form = answers(len(lines), **values(lines), add="market:JP")
    client.post("/window/new/lines/", {**form, "do": "add"})
    client.post("/window/new/words/", {"service": "testing", "text": "改做盐雾"})
    assert {line["id"] for line in lines_in(client)} == {"salt_mist", "JP"}


def test_a_new_client_is_made_at_the_counter_once(cast, clerk):
    from qilian.portal.accounts.models import Organisation

    client = cast.client("window")
    form = {"name": "新来的机器人公司", "code": "91330108MA2AX0TK0A", "region": "330108"}
    assert client.post("/window/new/client/", {**form, "code": "123"}).status_code == 200
    from stdnum.cn import uscc

    code = form["code"][:-1]
    form["code"] = next(code + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc.is_valid(code + last))
    assert client.post("/window/new/client/", form)["Location"] == "/window/new/words/"
    assert client.post("/window/new/client/", form).status_code == 200, "the same code is refused"
    assert Organisation.objects.filter(name=form["name"], kind="firm").count() == 1
    assert client.post("/window/new/client/", {**form, "region": "110101"}).status_code == 200, "not of this division"


def test_a_firm_of_another_division_is_no_client(cast, clerk):
    other = cast.actor("firm", "far", region="110105").organisation
    client = cast.client("window")
    assert client.post(f"/window/new/client/{other.pk}").status_code == 404
    assert other.name not in client.get("/window/new/").content.decode()


def test_the_pieces_of_a_text_are_the_text():
    """Whatever overlaps, no character is lost or doubled."""
    lines = (Line("test", "emc", spans=((0, 3),)), Line("market", "EU", spans=((2, 5), (7, 99))))
    pieces = pieces_of("abcdefgh", lines)
    assert "".join(piece.words for piece in pieces) == "abcdefgh"
    assert [piece.number for piece in pieces] == [1, 2, 0, 2]
