"""From words to an order at the counter: marked, confirmed or corrected one by one, nothing opened before the end."""

import pytest

from qilian.portal.window.drafts import Draft, Line, pieces_of

from .conftest import SENTENCE


def answers(client, *, do: str = "go", **changed: object) -> dict[str, object]:
    """Return the form of all lines, each confirmed, with the values that the page shows."""
    draft = draft_of(client)
    decisions = {f"decision_{number}": "wanted" for number in range(len(draft.lines))}
    return {"do": do, "shape": draft.shape, **decisions, **values(lines_in(client)), **changed}


def row_of(client):
    """Return the newest draft of the clerk."""
    from qilian.portal.window.models import KeptDraft

    return KeptDraft.objects.filter(clerk=int(client.session["_auth_user_id"])).latest("pk")


def draft_of(client):
    return Draft.of(row_of(client).content)


def lines_in(client) -> list[dict]:
    return row_of(client).content["lines"]


def at(client, page: str) -> str:
    """Return the address of a page of the newest draft."""
    return f"/window/new/{row_of(client).pk}/{page}"


def told(client, firm, text: str = SENTENCE) -> list[dict]:
    client.post(f"/window/new/client/{firm.pk}")
    answer = client.post(at(client, "words/"), {"service": "testing", "text": text})
    assert answer["Location"] == at(client, "lines/")
    return lines_in(client)


def values(lines: list[dict]) -> dict[str, object]:
    """Return the inputs of the lines that have one, as the page shows them."""
    return {f"value_{n}": line["value"] for n, line in enumerate(lines) if line["value"] is not None}


def test_a_sentence_becomes_an_order_with_its_words(cast, clerk, client_firm):
    from qilian.portal.history.models import Entry
    from qilian.portal.window.models import KeptDraft, Order

    client = cast.client("window")
    told(client, client_firm)
    page = client.get(at(client, "lines/")).content.decode()
    assert "<mark" in page
    assert Order.objects.count() == 0, "nothing is opened before the end"
    assert client.post(at(client, "lines/"), answers(client, name="小蓝"))["Location"] == at(client, "check/")
    assert client.get(at(client, "check/")).status_code == 200
    client.post(at(client, "check/"))
    order = Order.objects.get()
    assert (order.client, order.owner, order.state) == (client_firm, clerk.user, "taken")
    assert order.demand["name"] == "小蓝"
    assert not KeptDraft.objects.exists(), "the draft has become the order"
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
    client.post(at(client, "lines/"), answers(client, **changed))
    client.post(at(client, "check/"))
    kept = {line["id"]: line for line in Order.objects.get().demand["lines"]}
    assert (kept["payload.rated"]["value"], kept["payload.rated"]["corrected"]) == ("12 公斤", True)
    assert kept["emc"]["decision"] == "dropped", "what was left out stays to be seen"


@pytest.mark.parametrize("wrong", ["12 V", "much", ""])
def test_a_value_that_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(cast, clerk, client_firm, wrong):
    client = cast.client("window")
    lines = told(client, client_firm)
    place = {line["id"]: number for number, line in enumerate(lines)}
    form = answers(client, **{f"value_{place['payload.rated']}": wrong})
    answer = client.post(at(client, "lines/"), form)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "error-summary" in page
    assert f'id="id_value_{place["payload.rated"]}_error"' in page
    assert client.get(at(client, "check/")).status_code == 200, "what was decided before still stands"


def test_what_the_reader_was_not_sure_of_waits_for_a_decision(cast, clerk, client_firm):
    client = cast.client("window")
    lines = told(client, client_firm, "协做机器人,做电磁兼溶")
    unsure = [number for number, line in enumerate(lines) if not line["sure"]]
    assert unsure
    assert client.get(at(client, "check/"))["Location"] == at(client, "lines/")
    form = answers(client)
    del form[f"decision_{unsure[0]}"]
    assert client.post(at(client, "lines/"), form).status_code == 200


def test_without_words_a_form_does(cast, clerk, client_firm):
    """Each thing is added, then filled in; the add button loses nothing of what was filled in before."""
    client = cast.client("window")
    told(client, client_firm, "")
    client.post(at(client, "lines/"), {"do": "add", "add": "parameter:payload.rated", "shape": draft_of(client).shape})
    client.post(
        at(client, "lines/"),
        {"do": "add", "add": "test:emc", "decision_0": "wanted", "value_0": "7", "shape": draft_of(client).shape},
    )
    lines = lines_in(client)
    assert [(line["id"], line["value"]) for line in lines] == [("payload.rated", "7 kg"), ("emc", None)]
    answer = client.post(at(client, "lines/"), answers(client, value_0="7 kg"))
    assert answer["Location"] == at(client, "check/")


def test_going_back_to_the_words_keeps_what_the_clerk_added(cast, clerk, client_firm):
    client = cast.client("window")
    told(client, client_firm)
    form = answers(client, add="market:JP")
    client.post(at(client, "lines/"), {**form, "do": "add"})
    client.post(at(client, "words/"), {"service": "testing", "text": "改做盐雾"})
    assert {line["id"] for line in lines_in(client)} == {"salt_mist", "JP"}


def test_a_new_client_is_made_at_the_counter_once(cast, clerk):
    from qilian.portal.accounts.models import Organisation

    client = cast.client("window")
    form = {"name": "新来的机器人公司", "code": "91330108MA2AX0TK0A", "region": "330108"}
    assert client.post("/window/new/client/", {**form, "code": "123"}).status_code == 200
    from stdnum.cn import uscc

    code = form["code"][:-1]
    form["code"] = next(code + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc.is_valid(code + last))
    answer = client.post("/window/new/client/", form)
    assert answer["Location"] == at(client, "words/")
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


def test_two_demands_at_once_do_not_touch_each_other(cast, clerk, client_firm):
    """One in each tab, as when a second client comes to the counter while the first one looks for a figure."""
    from qilian.portal.window.models import KeptDraft, Order

    other = cast.actor("firm", "second", region="330108").organisation
    client = cast.client("window")
    told(client, client_firm, "协作机器人,额定负载10kg,出口欧盟")
    first = at(client, "")
    told(client, other, "AMR,做EMC,国内销售")
    assert client.post(at(client, "lines/"), answers(client, do="open")).status_code == 302
    assert "10kg" in client.get(f"{first}lines/").content.decode()
    assert client.post(f"{first}lines/", answers(client, do="open")).status_code == 302
    found = {order.client: order.text for order in Order.objects.all()}
    assert found == {client_firm: "协作机器人,额定负载10kg,出口欧盟", other: "AMR,做EMC,国内销售"}
    assert not KeptDraft.objects.exists()


def test_what_was_filled_in_for_other_lines_is_not_taken_for_these(cast, clerk, client_firm):
    """The same draft in two tabs: one reads the words anew, the other still shows the lines from before."""
    client = cast.client("window")
    told(client, client_firm)
    old = answers(client, do="open", decision_0="dropped")
    client.post(at(client, "words/"), {"service": "testing", "text": "盐雾"})
    answer = client.post(at(client, "lines/"), old, follow=True)
    assert [(line["id"], line["decision"]) for line in lines_in(client)] == [("salt_mist", "wanted")]
    assert "另一个页面" in answer.content.decode()


def test_another_client_is_chosen_and_the_words_stay(cast, clerk, client_firm):
    other = cast.actor("firm", "second", region="330108").organisation
    client = cast.client("window")
    told(client, client_firm)
    row = row_of(client)
    client.post(f"/window/new/client/{other.pk}", {"draft": row.pk})
    assert (row_of(client).pk, row_of(client).client, row_of(client).content) == (row.pk, other, row.content)


def test_what_is_not_finished_is_found_again_or_thrown_away(cast, clerk, client_firm):
    client, colleague = cast.client("window"), cast.client("window", "other", region="330108")
    told(client, client_firm)
    lines = at(client, "lines/")
    assert lines in client.get("/window/new/").content.decode()
    assert colleague.get(lines).status_code == 404, "another clerk's draft does not exist"
    assert colleague.post(at(client, "discard")).status_code == 404
    assert client.post(at(client, "discard")).status_code == 302
    assert client.get(lines).status_code == 404


def test_a_correction_does_not_undo_one_that_was_saved_meanwhile(cast, clerk, client_firm, open_order):
    order = open_order("协作机器人,额定负载10kg")
    client = cast.client("window")
    client.post(f"/window/{order.pk}/correct")
    first, form = at(client, "lines/"), answers(client, do="open", name="一号")
    client.post(f"/window/{order.pk}/correct")
    assert client.post(at(client, "lines/"), answers(client, do="open", name="二号")).status_code == 302
    assert "已被他人更正" in client.post(first, form, follow=True).content.decode()
    order.refresh_from_db()
    assert order.demand["name"] == "二号"


def test_an_order_is_opened_in_one_step_and_its_receipt_comes_next(cast, clerk, client_firm):
    from qilian.portal.window.models import Order

    client = cast.client("window")
    told(client, client_firm)
    answer = client.post(at(client, "lines/"), answers(client, do="open"))
    assert answer["Location"] == f"/window/{Order.objects.get().pk}/receipt?print=yes"
